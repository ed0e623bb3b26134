"""The program to take home turns the same knob and prints the numbers of the page."""

import json
import subprocess
import sys

import pytest

from core.search.hyperparameters.lab import LAB, HyperparametersSpec, sort_numbers


@pytest.mark.parametrize("name", LAB.presets)
def test_the_program_prints_the_numbers_of_the_page(name, tmp_path):
    spec = HyperparametersSpec(**LAB.presets[name])
    script, result = LAB.script(spec), sort_numbers(spec)
    path = tmp_path / f"{script.name}.py"
    path.write_text(script.code, encoding="utf-8")
    for file, content in script.files.items():
        (tmp_path / file).write_bytes(content)
    ruff = [sys.executable, "-m", "ruff"]
    for command in (
        ["check", "--isolated", "--select", "E,F,I"],
        ["format", "--isolated", "--diff"],
    ):
        done = subprocess.run([*ruff, *command, path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    done = subprocess.run(
        [sys.executable, path], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    printed = json.loads(done.stdout.splitlines()[-1])
    assert len(printed) == 5
    for key, value in printed.items():
        assert getattr(result, key) == pytest.approx(value, rel=1e-6, abs=1e-6)
    assert "from core" not in script.code
