"""The program that a learner takes home says the same numbers as the page."""

import json
import math
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from core.datasets import store_own_dataset
from core.metrics.log_target.lab import LAB, LogTargetSpec, correct_log_target
from core.metrics.log_target.script import write_script
from core.results import scalars_of


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = LogTargetSpec(**LAB.presets[preset])
    script = write_script(spec)
    said, shown = run_script(script, tmp_path), scalars_of(correct_log_target(spec))
    assert {"bias", "rmse", "log_rmse", "share_above", "smearing", "smeared_bias"} <= said.keys()
    assert said.keys() <= shown.keys()
    for name, value in said.items():
        if value is None:
            assert math.isnan(shown[name]), name
        else:
            assert value == pytest.approx(shown[name], rel=1e-8, abs=1e-9), name
    check_form(script, tmp_path)


def test_column_names_that_look_like_code_stay_names_in_the_script(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=300)
    table = pd.DataFrame(
        {
            "x'] ; print('hacked": x,
            'f"{1/0}"\n': np.where(rng.random(300) < 0.2, None, "word"),
            '"""target\'s\\': np.exp(x + rng.normal(size=300)),
        }
    )
    own = store_own_dataset(table, title="Own", task="regression", target='"""target\'s\\')
    spec = LogTargetSpec(data=own.name, sees="all")
    said = run_script(write_script(spec), tmp_path)
    shown = scalars_of(correct_log_target(spec))
    known = {name: shown[name] for name in said if said[name] is not None}
    assert {name: said[name] for name in known} == pytest.approx(known, rel=1e-8)


def check_form(script, folder):
    path = folder / "log_target.py"
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
    assert imported == {"json", "numpy", "pandas", "sklearn"}


def run_script(script, folder):
    for name, content in script.files.items():
        (folder / name).write_bytes(content)
    (folder / "log_target.py").write_text(script.code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "log_target.py"],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
