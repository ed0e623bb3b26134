"""The program that a learner takes home says the same numbers as the page."""

import json
import math
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from core.data.profile.lab import LAB, ProfileSpec, profile_table
from core.data.profile.script import write_script
from core.data.profile.source import find_table
from core.datasets import store_own_dataset
from core.results import scalars_of


def run_script(script, folder):
    for name, content in script.files.items():
        (folder / name).write_bytes(content)
    (folder / "take_home.py").write_text(script.code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "take_home.py"],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def compare(said, shown):
    assert said.keys() <= shown.keys()
    for name, value in said.items():
        if value is None:
            assert shown[name] is None or math.isnan(shown[name]), name
        else:
            assert value == pytest.approx(shown[name], rel=1e-9, abs=1e-9), name


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page(preset, tmp_path):
    spec = ProfileSpec(**LAB.presets[preset])
    said = run_script(write_script(spec), tmp_path)
    assert {"n_copies", "pearson", "spearman_low", "shape", "pearson_here"} <= said.keys()
    compare(said, scalars_of(profile_table(spec)))


@pytest.mark.parametrize("column", ["x'] ; print('hacked", "word"])
def test_own_rows_with_hostile_names_and_gaps_give_the_same_numbers_at_home(column, tmp_path):
    rng = np.random.default_rng(0)
    names = ["x'] ; print('hacked", 'f"{1/0}"\n']
    table = pd.DataFrame(np.where(rng.random((300, 2)) < 0.1, np.nan, rng.normal(size=(300, 2))))
    table.columns = names
    own = store_own_dataset(table.assign(word="NA"), title="Own", task="clustering", target=None)
    spec = ProfileSpec(data=own.name, column=column)
    said = run_script(write_script(spec), tmp_path)
    assert said["n_pair"] == len(table.dropna())
    compare(said, scalars_of(profile_table(spec)))


def test_a_table_of_words_has_a_short_program(tmp_path):
    own = store_own_dataset(
        pd.DataFrame({"word": ["a", "b"] * 20}), title="Own", task="clustering", target=None
    )
    said = run_script(write_script(ProfileSpec(data=own.name)), tmp_path)
    assert said == {
        "n_rows": 40, "n_columns": 1, "n_missing": 0, "n_copies": 38, "column_missing": 0,
        "column_distinct": 2,
    }  # fmt: skip


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_is_tidy_and_uses_public_libraries_only(preset, tmp_path):
    spec = ProfileSpec(**LAB.presets[preset])
    script = write_script(spec)
    path = tmp_path / "profile.py"
    path.write_text(script.code, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    for command in (
        ["check", "--isolated", "--select", "E,F,I"],
        ["format", "--isolated", "--diff"],
    ):
        done = subprocess.run([*ruff, *command, path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    lines = script.code.splitlines()
    imported = {
        line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))
    }
    assert imported == {"json", "numpy", "pandas", "scipy"}
    assert set(script.files) == {find_table(spec.data).csv_name}
