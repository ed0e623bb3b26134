"""What every test of a take-home program does: run it, compare its numbers, judge its form."""

import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from preloaded import can_divide, run_preloaded

PUBLIC = {"json", "numpy", "pandas", "sklearn"}
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # threads that fight are slow
_RUN_ALONE = set()
"""Lessons whose program has run in a Python of its own."""


def run_script(script, folder, *, filters=(), warning=""):
    """Run `script` beside its files as a stranger would, and return the numbers of its last line.

    Every warning fails it, except what `filters` let through; `warning` has to appear.
    """
    for name, content in script.files.items():
        (folder / name).write_bytes(content)
    program = f"{script.name}.py"
    (folder / program).write_text(script.code, encoding="utf-8")
    options = ["-I", *(part for rule in ("error", *filters) for part in ("-W", rule))]
    done = _run(script.name, options, program, folder)
    assert done.returncode == 0, done.stderr
    assert warning in done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def _run(lesson, options, program, folder):
    """Run the first program of a lesson in a Python of its own, and its variants the quicker way.

    What a program forgets to import is missed in the first; the others differ in their settings.
    """
    environment = os.environ | ONE_THREAD
    if lesson in _RUN_ALONE and can_divide():
        with tempfile.TemporaryDirectory() as apart:
            return run_preloaded(options, program, folder, environment, Path(apart))
    _RUN_ALONE.add(lesson)
    return subprocess.run(
        [sys.executable, *options, program],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def compare(said, shown, *, needed=(), rel=1e-9, abs_tol=1e-9):
    """Hold what the program said to what the page showed; what is undefined is so in both."""
    assert set(needed) <= said.keys() <= shown.keys()
    for name, value in said.items():
        if value is None:
            assert shown[name] is None or not math.isfinite(shown[name]), name
        elif isinstance(value, str):
            assert value == shown[name], name
        else:
            assert value == pytest.approx(shown[name], rel=rel, abs=abs_tol), name


def check_form(script, *, imports=frozenset(PUBLIC), optional=(), most_lines=None):
    """A program is tidy, imports `imports` and perhaps some `optional` ones, and is not too long."""
    lines = script.code.splitlines()
    imported = {
        line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))
    }
    assert set(imports) <= imported <= {*imports, *optional}
    assert most_lines is None or sum(bool(line.strip()) for line in lines) <= most_lines
    for command in (["check", "--select", "E,F,I"], ["format", "--diff"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "-"],
            input=script.code,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
