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
from core.results import scalars_of
from core.validation.folds.lab import LAB, FoldsSpec, split_folds
from core.validation.folds.script import write_script


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = FoldsSpec(**LAB.presets[preset])
    script = write_script(spec)
    said, shown = run_script(script, tmp_path), scalars_of(split_folds(spec))
    assert {"n_fits", "score", "fewest_train", "most_test", "n_late_folds"} <= said.keys()
    compare(said, shown)
    check_form(script, tmp_path)


def test_column_names_that_look_like_code_stay_names_in_the_script(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=300)
    names = ("x'] ; print('hacked", 'f"{1/0}"\n', '"""target\'s\\', "who\\")
    table = pd.DataFrame(
        {
            names[0]: np.where(rng.random(300) < 0.1, np.nan, x),
            names[1]: rng.choice(["a", "b"], 300),
            names[2]: x + rng.normal(size=300),
            names[3]: np.repeat([f"g{i}" for i in range(30)], 10),
        }
    )
    own = store_own_dataset(table, title="Own", task="regression", target=names[2])
    for extra in (
        {},
        {"group": names[3], "splitter": "group"},
        {"order": names[1], "splitter": "time"},
    ):
        spec = FoldsSpec(data=own.name, **extra)
        compare(run_script(write_script(spec), tmp_path), scalars_of(split_folds(spec)))


def compare(said, shown):
    assert said.keys() <= shown.keys()
    for name, value in said.items():
        if value is None:
            assert math.isnan(shown[name]), name
        else:
            assert value == pytest.approx(shown[name], rel=1e-8, abs=1e-9), name


def check_form(script, folder):
    path = folder / "folds.py"
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
    (folder / "folds.py").write_text(script.code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "folds.py"],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
