"""The rules of the house, as tests: layers, sizes, names, and what is banned."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.course import CHAPTERS, find_pages
from core.lab import find_labs, load_lab
from core.practice.bank import load_items

ROOT = Path(__file__).parents[1]
STDLIB = set(sys.stdlib_module_names)
CORE_LIBRARIES = {
    "apsw", "cachetools", "distributed", "fsrs", "jinja2", "joblib", "joblibspark", "kneed",
    "lightgbm", "mlflow", "nbclient", "nbformat", "numpy", "openpyxl", "optuna", "pandas", "plotly",
    "psutil", "pyarrow", "pydantic", "pydantic_core", "pyspark", "scipy", "shap", "sklearn", "skops",
    "sqlalchemy", "threadpoolctl", "uvicorn", "yaml",
}  # fmt: skip
ALLOWED = {
    "core": CORE_LIBRARIES | {"core"},
    "app": {
        "app",
        "core",
        "streamlit",
        "starlette",
        "cachetools",
        "psutil",
        "pandas",
        "plotly",
        "itsdangerous",
        "jinja2",
    },
    "pages": {"app", "core", "streamlit"},
}
TOP_LEVEL = {
    "pyproject.toml", "README.md", "app", "pages", "core", "tests", "datasets", "benchmarks",
    "Makefile", "requirements.lock", "requirements-dev.lock",
}  # fmt: skip
SOURCES = [path for layer in ALLOWED for path in sorted((ROOT / layer).rglob("*.py"))]
MARKUP_SINKS = re.compile(
    r"unsafe_allow_html|unsafe_allow_javascript|st\.html\b|st\.table\b|components\.v1|st\.write\b"
    r"|\|\s*safe\b|Markup\(|innerHTML|insertAdjacentHTML|outerHTML|document\.write"
)
"""They read text as markup. (The place of v2 components is `app`, and their code is ours alone.)"""
EVALUATORS = {"eval", "exec", "compile", "__import__"}
TABLE_EVALUATORS = {"query", "eval"}
MARKED = [
    path
    for layer in ALLOWED
    for path in sorted((ROOT / layer).rglob("*"))
    if path.suffix in {".py", ".js", ".html"}
]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported_packages(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names - STDLIB


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_each_layer_imports_only_what_lies_below_it(path):
    layer = path.relative_to(ROOT).parts[0]
    assert imported_packages(path) <= ALLOWED[layer]


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_modules_and_functions_stay_small(path):
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= 300
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            start = (first.end_lineno or 0) if has_docstring else node.lineno
            assert (node.end_lineno or 0) - start <= 50, f"{node.name} is too long"


@pytest.mark.parametrize("path", MARKED, ids=name_of)
def test_no_sink_that_runs_markup_is_used(path):
    assert not MARKUP_SINKS.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_expression_of_a_user_is_evaluated(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", "")
            assert name not in EVALUATORS, f"line {node.lineno}: {name}"
            if isinstance(node.func, ast.Attribute) and node.func.attr in TABLE_EVALUATORS:
                assert "DataFrame" not in ast.dump(node), f"line {node.lineno}: {node.func.attr}"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_grid_is_drawn_only_where_its_csv_is_made_safe(path):
    if name_of(path) != "app/prose.py":
        assert "st.dataframe(" not in path.read_text(encoding="utf-8")


def test_nothing_but_what_the_customer_named_lies_at_the_top():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    top = {Path(name).parts[0] for name in listed}
    assert {name for name in top if not name.startswith(".")} <= TOP_LEVEL


def test_no_machine_path_and_no_registry_address_is_committed():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    forbidden = re.compile(
        "|".join(["/ro" + "ot/", "/wo" + "rk/", r"pypi\.o" + "rg", "index-" + "url https?:"])
    )
    for name in listed:
        path = ROOT / name
        if path.is_file() and path.suffix not in {".png", ".csv", ".parquet", ".woff2"}:
            found = forbidden.search(path.read_text(encoding="utf-8"))
            assert found is None, f"{name}: {found and found.group()}"


def test_importing_core_brings_no_streamlit():
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((ROOT / "core").rglob("*.py"))
        if path.name != "__main__.py"
    ]
    code = (
        "import sys, importlib\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "assert 'streamlit' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=120)


def test_the_menu_is_built_without_any_heavy_library():
    code = (
        "import sys\n"
        "from app.course import find_pages\n"
        "from core.lab import find_labs\n"
        "assert find_pages() and find_labs()\n"
        "heavy = {'sklearn', 'mlflow', 'optuna', 'shap', 'pandas', 'streamlit'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=120)


@pytest.mark.parametrize("page", find_pages(), ids=lambda page: page.name)
def test_a_lesson_has_the_same_name_everywhere(page):
    chapter, name = page.chapter.folder, page.name
    labs = {entry.name: entry.module for entry in find_labs()}
    assert labs[page.lesson.lab].startswith(f"core.{chapter}.")
    assert list((ROOT / "tests" / chapter).glob(f"test_{name}*.py"))
    assert len(load_items(name)) >= 4


def test_places_and_names_in_the_course_are_unique():
    pages = find_pages()
    assert len({page.name for page in pages}) == len(pages)
    assert len({(page.chapter, page.lesson.order) for page in pages}) == len(pages)
    assert len({chapter.folder for chapter in CHAPTERS}) == len(CHAPTERS)


@pytest.mark.parametrize("entry", find_labs(), ids=lambda entry: entry.name)
def test_a_lab_is_what_its_syntax_tree_says(entry):
    lab = load_lab(entry.name)
    assert (lab.name, lab.question) == (entry.name, entry.question)
    assert "default" in lab.presets
    for settings in lab.presets.values():
        lab.spec(**settings)


@pytest.mark.parametrize("page", find_pages(), ids=lambda page: page.name)
def test_a_page_is_a_storyboard_of_at_most_80_lines_of_code(page):
    tree = ast.parse(page.path.read_text(encoding="utf-8"))
    functions = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    lines = {
        node.lineno
        for function in functions
        for node in ast.walk(function)
        if hasattr(node, "lineno") and not isinstance(node, ast.Constant | ast.JoinedStr)
    }
    assert len(lines) <= 80


def test_no_two_files_of_tests_share_a_name():
    """Pytest imports them by name: of two, one would not be run."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
