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
from core.validation.three_sets.lab import LAB, ThreeSetsSpec, choose_by_peeking
from core.validation.three_sets.script import write_script


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = ThreeSetsSpec(**LAB.presets[preset])
    script = write_script(spec)
    said, shown = run_script(script, tmp_path), scalars_of(choose_by_peeking(spec))
    assert {"run_said", "run_true", "run_blamed", "run_judged", "run_judged_true"} <= said.keys()
    compare(said, shown)
    check_form(script, tmp_path)


def test_column_names_that_look_like_code_stay_names_in_the_script(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1200, 3))
    table = pd.DataFrame(x, columns=["x'] ; print('hacked", 'f"{1/0}"', "\\"])
    table["label"] = np.where(x[:, 0] + rng.normal(size=1200) > 0, "yes", "no")
    own = store_own_dataset(table, title="Own", task="binary", target="label").name
    spec = ThreeSetsSpec(data=own)
    compare(run_script(write_script(spec), tmp_path), scalars_of(choose_by_peeking(spec)))


def compare(said, shown):
    assert said.keys() <= shown.keys()
    for name, value in said.items():
        if value is None:
            assert math.isnan(shown[name]), name
        else:
            assert value == pytest.approx(shown[name], rel=1e-8, abs=1e-9), name


def check_form(script, folder):
    path = folder / "three_sets.py"
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
    assert imported - {"scipy"} == {"json", "numpy", "pandas", "sklearn"}


def run_script(script, folder):
    for name, content in script.files.items():
        (folder / name).write_bytes(content)
    (folder / "three_sets.py").write_text(script.code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "three_sets.py"],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
