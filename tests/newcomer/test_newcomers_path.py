"""The path that the README tells: four files make a lesson, and nothing else is touched."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = Path(__file__).parent / "files"


def git_files() -> list[str]:
    run = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [name for name in run.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The project with the newcomer's four files laid over it."""
    folder = tmp_path_factory.mktemp("copy")
    for name in git_files():
        if not name.startswith(("benchmarks/", ".github/")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    shutil.copytree(FILES, folder, dirs_exist_ok=True)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    subprocess.run(["git", "add", "--all"], cwd=folder, check=True)
    return folder


def run_in(folder: Path, *arguments: str) -> str:
    variables = os.environ | {"PYTHONPATH": str(folder), "GLASSROOM_HOME": str(folder / "home")}
    run = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    return run.stdout


def test_the_path_is_four_new_files_and_no_edit():
    added = [path.relative_to(FILES) for path in FILES.rglob("*") if path.is_file()]
    assert len(added) == 4
    assert not [path for path in added if (ROOT / path).exists()]


def test_the_command_line_finds_the_new_lab(copy):
    assert "How accurate is a model that has learnt nothing?" in run_in(copy, "app.cli", "labs")
    said = json.loads(run_in(copy, "app.cli", "run", "majority", "--set", "data=fraud", "--json"))
    assert "0.99" in json.dumps(said)


def test_the_new_lesson_passes_every_test_that_finds_lessons(copy):
    said = run_in(
        copy, "pytest", "-q", "-p", "no:cacheprovider", "tests/metrics/test_majority.py",
        "tests/test_architecture.py", "tests/pages", "tests/practice/test_review.py",
        "tests/practice/test_proof.py", "tests/practice/test_bank.py",
        "-k", "majority or start_page or unique or evenly or revealed or silent or ninety",
    )  # fmt: skip
    assert "failed" not in said
    assert "passed" in said
