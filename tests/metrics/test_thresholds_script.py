"""The program that a learner takes home says the same numbers as the page."""

import json
import math
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from core.datasets import load_dataset, store_own_dataset
from core.lab import find_labs
from core.metrics.thresholds.lab import LAB, ThresholdSpec, sweep_thresholds
from core.metrics.thresholds.script import write_script
from core.results import scalars_of

COUNTS = {"tp", "fp", "fn", "tn"}


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page(preset, tmp_path):
    spec = ThresholdSpec(**LAB.presets[preset])
    said = run_script(write_script(spec), tmp_path)
    shown = scalars_of(sweep_thresholds(spec))
    assert COUNTS | {"precision", "roc_auc", "cheapest_test_cost"} <= said.keys() <= shown.keys()
    for name, value in said.items():
        if name in COUNTS or name == "threshold_used":
            assert value == shown[name], name
        elif value is None:
            assert math.isnan(shown[name]), name
        else:
            assert value == pytest.approx(shown[name], rel=1e-9, abs=1e-9), name


def test_column_names_that_look_like_code_stay_names_in_the_script(tmp_path):
    rng = np.random.default_rng(0)
    answer = rng.choice(["it's", 'a "yes"'], 400, p=[0.7, 0.3])
    table = pd.DataFrame(
        {
            "x'] ; print('hacked": rng.normal(size=400) + (answer != "it's"),
            'f"{1/0}"\n': np.where(rng.random(400) < 0.2, None, np.char.upper(answer)),
            '"""target\'s\\': answer,
        }
    )
    own = store_own_dataset(table, title="Own", task="binary", target='"""target\'s\\')
    spec = ThresholdSpec(data=own.name)
    said = run_script(write_script(spec), tmp_path)
    shown = scalars_of(sweep_thresholds(spec))
    assert said == pytest.approx({name: shown[name] for name in said}, rel=1e-9, nan_ok=True)


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_is_short_tidy_and_uses_public_libraries_only(preset, tmp_path):
    spec = ThresholdSpec(**LAB.presets[preset])
    script = write_script(spec)
    path = tmp_path / "thresholds.py"
    path.write_text(script.code, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    for command in (
        ["check", "--isolated", "--select", "E,F,I"],
        ["format", "--isolated", "--diff"],
    ):
        done = subprocess.run([*ruff, *command, path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    imported = {
        line.split()[1].split(".")[0] for line in script.code.splitlines() if is_import(line)
    }
    assert imported == {"json", "numpy", "pandas", "sklearn"}
    assert set(script.files) == {load_dataset(spec.data).csv_name}
    n_code_lines = sum(bool(line.strip()) for line in script.code.splitlines())
    assert n_code_lines <= 90


def test_the_lab_is_found_without_importing_it():
    entry = next(entry for entry in find_labs() if entry.name == "thresholds")
    assert entry.question == "Is 95 % accuracy good?"
    assert entry.module == "core.metrics.thresholds.lab"


def run_script(script, folder):
    for name, content in script.files.items():
        (folder / name).write_bytes(content)
    (folder / "thresholds.py").write_text(script.code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "thresholds.py"],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},  # boosting crawls where threads fight for cores
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def is_import(line):
    return line.startswith(("import ", "from "))
