"""The programs of both curve lessons say the same numbers as their pages."""

import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from core.bias_variance.more_data.lab import LAB as MORE
from core.bias_variance.under_or_over.lab import LAB as UNDER
from core.datasets import store_own_dataset
from core.results import scalars_of


def run_script(script, folder):
    for name, content in {f"{script.name}.py": script.code.encode(), **script.files}.items():
        (folder / name).write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-W", "error", f"{script.name}.py"],
        cwd=folder, capture_output=True, text=True, check=False, timeout=600,
        env={**os.environ, "PYTHONPATH": "", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def check_script(lab, settings, folder):
    spec = lab.spec(**settings)
    script = lab.script(spec)
    said, shown = run_script(script, folder), scalars_of(lab.run(spec))
    assert said.keys() <= shown.keys()
    for name, value in said.items():
        assert value == pytest.approx(shown[name], rel=1e-7, abs=1e-9), name
    for command in (
        ["check", "--isolated", "--select", "E,F,I"],
        ["format", "--isolated", "--diff"],
    ):
        ruff = [sys.executable, "-m", "ruff", *command, folder / f"{script.name}.py"]
        done = subprocess.run(ruff, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    imported = {
        line.split()[1].split(".")[0]
        for line in script.code.splitlines()
        if line.startswith(("import ", "from "))
    }
    assert imported == {"json", "numpy", "pandas", "sklearn"}
    return said


@pytest.mark.parametrize("preset", UNDER.presets)
def test_the_diagnosis_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    said = check_script(UNDER, UNDER.presets[preset], tmp_path)
    assert {"train", "validation", "baseline", "best_validation"} <= said.keys()


@pytest.mark.parametrize("preset", MORE.presets)
def test_the_forecast_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    said = check_script(MORE, MORE.presets[preset], tmp_path)
    assert {"measured", "truth", "truth_now"} <= said.keys()


def test_column_names_that_look_like_code_stay_names_in_both_scripts(tmp_path):
    rng = np.random.default_rng(0)
    answer = rng.choice(["it's", 'a "yes"'], 260, p=[0.6, 0.4])
    table = pd.DataFrame(
        {
            "x'] ; print('hacked": rng.normal(size=260) + (answer != "it's"),
            'f"{1/0}"\n': np.where(rng.random(260) < 0.2, None, rng.choice(["a", "b"], 260)),
            '"""target\'s\\': answer,
        }
    )
    own = store_own_dataset(table, title="Hostile", task="binary", target='"""target\'s\\')
    for lab in (UNDER, MORE):
        folder = tmp_path / lab.name
        folder.mkdir()
        settings = {"data": own.name, "model": "ridge", "n_rows": 100, "repeats": 1}
        spec = lab.spec(**settings)
        said, shown = run_script(lab.script(spec), folder), scalars_of(lab.run(spec))
        for name, value in said.items():
            assert value == pytest.approx(shown[name], rel=1e-7, abs=1e-9), name
