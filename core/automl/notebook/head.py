"""The first cells of a notebook: what it is, what it imports, and what a reader may change."""

import ast
import re
import sys
from collections.abc import Sequence

from core.automl.notebook.cells import Cell
from core.automl.notebook.objects import Writer, write_imports
from core.automl.settings import LOWER_IS_BETTER, Settings
from core.automl.table import ReadyTable
from core.automl.words import NAMES

ALIASES = {"numpy": "import numpy as np", "pandas": "import pandas as pd"}
_NOTES = re.compile(r"  # (type: ignore|noqa).*")


def begin(
    title: str,
    ready: ReadyTable,
    settings: Settings,
    imports: Sequence[str],
    *,
    is_tuned: bool,
    n_trials: int,
) -> list[Cell]:
    """Return what the notebook is, what it imports, and what a reader may change."""
    better = "less" if ready.metric in LOWER_IS_BETTER else "more"
    text = (
        f"# {title}\n\nThis notebook trains one model of a search anew, with public libraries alone, and "
        "gives back the scores that were logged. Change any cell and run it from the top."
    )
    flags = [
        f"SEED = {settings.seed}",
        f'METRIC = "{ready.metric}"  # {NAMES[ready.metric]}: {better} is better',
    ]
    if is_tuned:
        flags.append(
            f"N_TRIALS = {n_trials}  # of the cell that tunes; more take longer and find more"
        )
    flags.append("TRACK = False  # True keeps the model with MLflow")
    code = "\n\n".join([*imports, "\n".join(flags)])
    return [Cell("about", "text", text), Cell("settings", "code", code)]


def write_all_imports(writer: Writer, own: str, *, is_tuned: bool, uses_shap: bool) -> list[str]:
    """Return the import lines in groups: the standard library, libraries, and SHAP if it is there."""
    names = {module: set(found) for module, found in writer.imports.items()}
    plain = {"json", "numpy", "pandas"} | ({"optuna"} if is_tuned else set())
    for node in ast.parse(own).body:
        if isinstance(node, ast.ImportFrom):
            names.setdefault(str(node.module), set()).update(one.name for one in node.names)
        elif isinstance(node, ast.Import):
            plain |= {one.name for one in node.names}
    groups = []
    for is_standard in (True, False):
        lines = [
            ALIASES.get(name, f"import {name}")
            for name in sorted(plain)
            if _is_standard(name) == is_standard
        ]
        some = {one: found for one, found in names.items() if _is_standard(one) == is_standard}
        groups.append("\n".join([*lines, *([write_imports(some)] if any(some.values()) else [])]))
    if uses_shap:
        groups.append(
            "try:\n    import shap\nexcept ImportError:  # there is none for some machines\n    shap = None"
        )
    return groups


def split_imports(source: str) -> tuple[str, str]:
    """Return the imports of a module and the rest, without its docstring and its notes to checkers."""
    tree = ast.parse(source)
    lines = source.splitlines()
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    last = max((node.end_lineno or 0 for node in imports), default=0)
    found = "\n".join("\n".join(lines[node.lineno - 1 : node.end_lineno]) for node in imports)
    rest = [_NOTES.sub("", line) for line in lines[last:]]
    return found, "\n".join(rest).strip()


def _is_standard(module: str) -> bool:
    return module.split(".", maxsplit=1)[0] in sys.stdlib_module_names
