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
from core.metrics.metric_map.experiments import NAMES, experiments_of
from core.metrics.metric_map.lab import LAB, MetricMapSpec, explore_metrics
from core.metrics.metric_map.measures import metrics_of
from core.metrics.metric_map.script import write_script
from core.results import scalars_of

GROUPS = ("labels", "scores", "classes", "numbers", "clusters")


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = MetricMapSpec(**LAB.presets[preset])
    compare(spec, tmp_path)
    check_form(tmp_path)


def test_every_experiment_is_a_preset():
    shown = {(spec.group, spec.experiment) for spec in map(load, LAB.presets)}
    assert shown == {(group, test.name) for group in GROUPS for test in experiments_of(group)}
    assert {name for _, name in shown} == set(NAMES)


def load(preset):
    return MetricMapSpec(**LAB.presets[preset])


@pytest.mark.parametrize("group", ["labels", "numbers", "clusters"])
def test_column_names_that_look_like_code_stay_names_in_the_script(group, tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=300)
    table = pd.DataFrame(
        {
            "x'] ; print('hacked": x,
            "y": rng.normal(size=300) + x,
            'f"{1/0}"\n': np.where(rng.random(300) < 0.2, None, "word"),
        }
    )
    name = '"""target\'s\\'
    settings = {"title": "Own"}
    if group == "clusters":
        own = store_own_dataset(table, task="clustering", target=None, **settings)
        spec = MetricMapSpec(group=group, clustering=own.name)
    elif group == "numbers":
        table[name] = x + rng.normal(size=300)
        own = store_own_dataset(table, task="regression", target=name, **settings)
        spec = MetricMapSpec(group=group, regression=own.name)
    else:
        table[name] = np.where(x + rng.normal(size=300) > 0, "it's", 'not "it"')
        own = store_own_dataset(table, task="binary", target=name, positive="it's", **settings)
        spec = MetricMapSpec(group=group, binary=own.name)
    compare(spec, tmp_path)


def compare(spec, folder):
    script = write_script(spec)
    said, shown = run_script(script, folder), scalars_of(explore_metrics(spec))
    expected = {f"{m.name}_{when}" for m in metrics_of(spec.group) for when in ("before", "after")}
    assert said.keys() == expected
    for name, value in said.items():
        if value is None:
            assert not math.isfinite(shown[name]), name
        else:
            assert value == pytest.approx(shown[name], rel=1e-7, abs=1e-9), name


def check_form(folder):
    path = folder / "metric_map.py"
    ruff = [sys.executable, "-m", "ruff"]
    for command in (
        ["check", "--isolated", "--select", "E,F,I"],
        ["format", "--isolated", "--diff"],
    ):
        done = subprocess.run([*ruff, *command, path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    imported = {
        line.split()[1].split(".")[0]
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith(("import ", "from "))
    }
    assert imported == {"json", "numpy", "pandas", "sklearn"}


def run_script(script, folder):
    for name, content in script.files.items():
        (folder / name).write_bytes(content)
    (folder / "metric_map.py").write_text(script.code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "metric_map.py"],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
