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
from core.metrics.regression.lab import LAB, RegressionSpec, measure_regression
from core.metrics.regression.script import write_script
from core.results import scalars_of

ALWAYS = {"rmse", "mae", "medae", "mse", "r2", "r2_unseen", "mean_r2_unseen", "by_mae_test_mae"}


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = RegressionSpec(**LAB.presets[preset])
    script = write_script(spec)
    said, shown = run_script(script, tmp_path), scalars_of(measure_regression(spec))
    assert said.keys() >= ALWAYS
    assert said.keys() <= shown.keys()
    for name, value in said.items():
        if value is None:
            assert math.isnan(shown[name]), name
        else:
            assert value == pytest.approx(shown[name], rel=1e-7, abs=1e-9), name
    check_form(script, tmp_path)


def test_column_names_that_look_like_code_stay_names_in_the_script(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=300)
    table = pd.DataFrame(
        {
            "x'] ; print('hacked": x,
            'f"{1/0}"\n': np.where(rng.random(300) < 0.2, None, "word"),
            '"""target\'s\\': 3 * x + rng.normal(size=300),
        }
    )
    own = store_own_dataset(table, title="Own", task="regression", target='"""target\'s\\')
    spec = RegressionSpec(data=own.name, rivals=own.name, fit="absolute")
    said = run_script(write_script(spec), tmp_path)
    shown = scalars_of(measure_regression(spec))
    assert said == pytest.approx({name: shown[name] for name in said}, rel=1e-7)


def check_form(script, folder):
    path = folder / "regression.py"
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
    (folder / "regression.py").write_text(script.code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "regression.py"],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
