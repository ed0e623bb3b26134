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
from core.validation.compare.lab import LAB, CompareSpec, compare_models
from core.validation.compare.script import write_script


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = CompareSpec(**LAB.presets[preset])
    script = write_script(spec)
    said, shown = run_script(script, tmp_path), scalars_of(compare_models(spec))
    assert {"difference", "naive_p", "corrected_low", "mcnemar_p"} <= said.keys()
    assert said.keys() <= shown.keys()
    for name, value in said.items():
        if value is None:
            assert shown[name] is None or math.isnan(shown[name]), name
        else:
            assert value == pytest.approx(shown[name], rel=1e-7, abs=1e-8), name
    check_form(script, tmp_path)


def check_form(script, folder):
    path = folder / "compare.py"
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
    assert imported == {"json", "numpy", "pandas", "scipy", "sklearn"}


def test_column_names_that_look_like_code_stay_names_in_the_script(tmp_path):
    rng = np.random.default_rng(0)
    answer = rng.choice(["it's", 'a "yes"'], 120, p=[0.6, 0.4])
    table = pd.DataFrame(
        {
            "x'] ; print('hacked": rng.normal(size=120) + (answer != "it's"),
            'f"{1/0}"\n': np.where(rng.random(120) < 0.2, None, np.char.upper(answer)),
            '"""target\'s\\': answer,
        }
    )
    own = store_own_dataset(table, title="Own", task="binary", target='"""target\'s\\')
    spec = CompareSpec(data=own.name, n_rows=100, b="bayes", k=2, repeats=2)
    said = run_script(write_script(spec), tmp_path)
    shown = scalars_of(compare_models(spec))
    assert said == pytest.approx({name: shown[name] for name in said}, rel=1e-9, nan_ok=True)


def run_script(script, folder):
    for name, content in script.files.items():
        (folder / name).write_bytes(content)
    (folder / "compare.py").write_text(script.code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "compare.py"],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
