"""The program that a learner takes home says the same numbers as the page."""

import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from core.datasets import load_dataset, store_own_dataset
from core.lab import find_labs
from core.metrics.probabilities.lab import LAB, ProbabilitySpec, judge_probabilities
from core.metrics.probabilities.script import write_script
from core.results import scalars_of

COUNTS = {"n_test", "n_positive", "n_impossible", "n_distinct"}
NEEDED = COUNTS | {"roc_auc", "log_loss", "brier", "reliability", "ece", "ece_if_honest_high"}


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_program_says_the_same_numbers_as_the_page(preset, tmp_path):
    spec = ProbabilitySpec(**LAB.presets[preset])
    said = run_script(write_script(spec), tmp_path)
    shown = scalars_of(judge_probabilities(spec))
    assert said.keys() <= shown.keys()
    assert said.keys() >= NEEDED
    for name, value in said.items():
        if name in COUNTS:
            assert value == shown[name], name
        else:
            assert value == pytest.approx(shown[name], rel=1e-9, abs=1e-9), name


@pytest.mark.parametrize("kind", ["numbers", "words"])
def test_own_columns_that_look_like_code_stay_names_in_the_program(kind, tmp_path):
    rng = np.random.default_rng(0)
    answer = rng.choice(["it's", 'a "yes"'], 400, p=[0.7, 0.3])
    noisy = np.where(rng.random(400) < 0.2, "it's", answer)
    column = {
        "numbers": rng.normal(size=400) + (answer != "it's"),
        "words": np.where(rng.random(400) < 0.1, None, np.char.upper(noisy)),
    }[kind]
    table = pd.DataFrame({"x'] ; print('hacked": column, '"""target\'s\\': answer})
    own = store_own_dataset(table, title="Own", task="binary", target='"""target\'s\\')
    spec = ProbabilitySpec(data=own.name, calibration="sigmoid", bins="count", seed=3)
    said = run_script(write_script(spec), tmp_path)
    shown = scalars_of(judge_probabilities(spec))
    assert said == pytest.approx({name: shown[name] for name in said}, rel=1e-9)


def test_every_program_is_short_tidy_and_uses_public_libraries_only(tmp_path):
    for preset, settings in LAB.presets.items():
        spec = ProbabilitySpec(**settings)
        script = write_script(spec)
        (tmp_path / f"{preset}.py").write_text(script.code, encoding="utf-8")
        imports = [line for line in script.code.splitlines() if line.startswith(("import", "from"))]
        assert {line.split()[1].split(".")[0] for line in imports} == {
            "json", "numpy", "pandas", "sklearn"
        }  # fmt: skip
        assert set(script.files) == {load_dataset(spec.data).csv_name}
        assert sum(bool(line.strip()) for line in script.code.splitlines()) <= 110
    for command in (["check", "--select", "E,F,I"], ["format", "--diff"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", command[0], "--isolated", *command[1:], tmp_path],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_lab_is_found_without_importing_it():
    entry = next(entry for entry in find_labs() if entry.name == "probabilities")
    assert entry.question == "Can you trust a probability?"
    assert entry.module == "core.metrics.probabilities.lab"


def run_script(script, folder):
    for name, content in script.files.items():
        (folder / name).write_bytes(content)
    (folder / "probabilities.py").write_text(script.code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "probabilities.py"],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
