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
from core.metrics.classes.lab import LAB, ClassesSpec, judge_classes
from core.metrics.classes.script import write_script
from core.results import scalars_of

ALWAYS = {"accuracy", "macro_f1", "weighted_recall", "macro_roc_auc", "kappa", "majority_accuracy"}
WITH_RARE = {"accuracy_change", "macro_f1_change", "n_rare_found"}


def run_script(script, folder):
    (folder / "classes.py").write_text(script.code, encoding="utf-8")
    for name, content in script.files.items():
        (folder / name).write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-W", "error", "classes.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def compare(said, spec):
    shown = scalars_of(judge_classes(spec))
    expected = ALWAYS | (WITH_RARE if spec.rare_rows else set())
    assert expected <= said.keys() <= shown.keys()
    for name, value in said.items():
        if value is None:
            assert math.isnan(shown[name]), name
        else:
            assert value == pytest.approx(shown[name], rel=1e-9, abs=1e-12), name


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_of_a_preset_says_the_same_numbers_as_the_page(preset, tmp_path):
    spec = ClassesSpec(**LAB.presets[preset])
    compare(run_script(write_script(spec), tmp_path), spec)


def test_column_names_and_classes_that_look_like_code_stay_names_in_the_script(tmp_path):
    rng = np.random.default_rng(0)
    kinds = ["it's", 'a "yes"', "{1/0}"]
    answer = rng.choice(kinds, 300, p=[0.5, 0.3, 0.2])
    table = pd.DataFrame(
        {
            "x'] ; print('hacked": rng.normal(size=300) + [kinds.index(a) for a in answer],
            'f"{1/0}"\n': np.where(rng.random(300) < 0.2, None, np.char.upper(answer)),
            '"""target\'s\\': answer,
        }
    )
    own = store_own_dataset(table, title="Own", task="multiclass", target='"""target\'s\\')
    spec = ClassesSpec(data=own.name, rare="it's", rare_rows=30)
    compare(run_script(write_script(spec), tmp_path), spec)
    words = store_own_dataset(
        table.drop(columns="x'] ; print('hacked"), title="W", task="multiclass", target='"""target\'s\\'
    )  # fmt: skip
    spec = ClassesSpec(data=words.name, model="logistic", rare_rows=None)
    compare(run_script(write_script(spec), tmp_path), spec)


def test_every_script_is_short_tidy_and_uses_public_libraries_only(tmp_path):
    for preset, settings in LAB.presets.items():
        script = write_script(ClassesSpec(**settings))
        (tmp_path / f"{preset}.py").write_text(script.code, encoding="utf-8")
        lines = script.code.splitlines()
        imported = {
            line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))
        }
        assert imported == {"json", "numpy", "pandas", "sklearn"}
        assert set(script.files) == {load_dataset(settings.get("data", "digits")).csv_name}
        assert sum(bool(line.strip()) for line in lines) <= 125
    for command in (
        ["check", "--isolated", "--select", "E,F,I"],
        ["format", "--isolated", "--diff"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, tmp_path],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
