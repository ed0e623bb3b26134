"""The program that a learner takes home says the same numbers as the page."""

import json
import math
import os
import subprocess
import sys

import pytest

from core.results import scalars_of
from core.validation.risk.lab import LAB, RiskSpec, measure_trust
from core.validation.risk.script import write_script


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = RiskSpec(**LAB.presets[preset])
    script = write_script(spec)
    assert not script.files
    (tmp_path / "risk.py").write_text(script.code, encoding="utf-8")
    said, shown = run_script(tmp_path), scalars_of(measure_trust(spec))
    assert {"truth", "estimate", "bias", "data_sd", "naive_cover", "my_truth"} <= said.keys()
    assert said.keys() <= shown.keys()
    for name, value in said.items():
        if value is None:
            assert shown[name] is None or math.isnan(shown[name]), name
        else:
            assert value == pytest.approx(shown[name], rel=1e-7, abs=1e-8), name
    check_form(script, tmp_path)


def check_form(script, folder):
    path = folder / "risk.py"
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
    assert imported == {"json", "numpy", "scipy", "sklearn"}


def run_script(folder):
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "risk.py"],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
