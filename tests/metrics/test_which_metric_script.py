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
from core.metrics.which_metric.lab import LAB, WhichMetricSpec, choose_by_every_metric
from core.metrics.which_metric.script import write_script
from core.results import scalars_of

MORE = {
    "squared-shift": {"scenario": "price", "is_tuned": True, "cost_under": 20.0},
    "free-error": {"scenario": "price", "is_tuned": True, "cost_under": 0.0},
}


@pytest.mark.parametrize("preset", [*LAB.presets, *MORE])
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = WhichMetricSpec(**(dict(LAB.presets) | MORE)[preset])
    script = write_script(spec)
    said, shown = run_script(script, tmp_path), scalars_of(choose_by_every_metric(spec))
    assert {"chosen", "chosen_cost", "n_same", "n_metrics"} <= said.keys()
    compare(said, shown)
    check_form(script, tmp_path)


@pytest.mark.parametrize("task", ["binary", "regression"])
def test_column_names_that_look_like_code_stay_names_in_the_script(task, tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=300)
    target = x + rng.normal(size=300)
    table = pd.DataFrame(
        {
            "x'] ; print('hacked": x,
            'f"{1/0}"\n': np.where(rng.random(300) < 0.2, None, "word"),
            '"""target\'s\\': target
            if task == "regression"
            else np.where(target > 0.8, "yes'", 'no"'),
        }
    )
    own = store_own_dataset(table, title="Own", task=task, target='"""target\'s\\')
    spec = WhichMetricSpec(scenario=own.name, is_tuned=True)
    compare(run_script(write_script(spec), tmp_path), scalars_of(choose_by_every_metric(spec)))


def compare(said, shown):
    assert said.keys() <= shown.keys()
    for name, value in said.items():
        if value is None:
            assert math.isnan(shown[name]), name
        elif isinstance(value, str):
            assert value == shown[name], name
        else:
            assert value == pytest.approx(shown[name], rel=1e-8, abs=1e-8), name
    missing = {name for name in shown if name.startswith("extra_")} - said.keys()
    assert all(math.isnan(shown[name]) for name in missing)


def check_form(script, folder):
    path = folder / "which_metric.py"
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
    assert {"json", "numpy", "pandas", "sklearn"} <= imported
    assert imported <= {"json", "numpy", "pandas", "sklearn", "scipy"}


def run_script(script, folder):
    for name, content in script.files.items():
        (folder / name).write_bytes(content)
    (folder / "which_metric.py").write_text(script.code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "which_metric.py"],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
