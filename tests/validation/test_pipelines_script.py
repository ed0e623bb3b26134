"""The program that a learner takes home says the same numbers as the page."""

import json
import os
import subprocess
import sys

import pytest

from core.results import scalars_of
from core.validation.pipelines.lab import LAB, PipelinesSpec, place_preparation
from core.validation.pipelines.script import write_script


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = PipelinesSpec(**LAB.presets[preset])
    script = write_script(spec)
    said, shown = run_script(script, tmp_path), scalars_of(place_preparation(spec))
    assert {"n_models", "n_preparations", "reported", "test", "gap"} <= said.keys()
    assert said == pytest.approx({name: shown[name] for name in said}, abs=1e-9)
    check_form(script, tmp_path)


def check_form(script, folder):
    path = folder / "pipelines.py"
    ruff = [sys.executable, "-m", "ruff"]
    for command in (
        ["check", "--isolated", "--select", "E,F,I"],
        ["format", "--isolated", "--diff"],
    ):
        done = subprocess.run([*ruff, *command, path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    imported = {
        line.split()[1].split(".")[0]
        for line in script.code.splitlines()
        if line.startswith(("import ", "from "))
    }
    assert imported <= {"json", "numpy", "pandas", "sklearn", "tempfile"}


def run_script(script, folder):
    for name, content in script.files.items():
        (folder / name).write_bytes(content)
    (folder / "pipelines.py").write_text(script.code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "pipelines.py"],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
