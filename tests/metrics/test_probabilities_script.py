"""The program that a learner takes home says the same numbers as the page."""

import numpy as np
import pandas as pd
import pytest
from take_home import check_form, compare, run_script

from core.datasets import load_dataset, store_own_dataset
from core.lab import find_labs
from core.metrics.probabilities.lab import LAB, ProbabilitySpec, judge_probabilities
from core.metrics.probabilities.script import write_script
from core.results import scalars_of

NEEDED = {
    "n_test", "n_positive", "n_impossible", "n_distinct",
    "roc_auc", "log_loss", "brier", "reliability", "ece", "ece_if_honest_high",
}  # fmt: skip


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_program_says_the_same_numbers_as_the_page(preset, tmp_path):
    spec = ProbabilitySpec(**LAB.presets[preset])
    compare(
        run_script(write_script(spec), tmp_path),
        scalars_of(judge_probabilities(spec)),
        needed=NEEDED,
    )


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
    compare(run_script(write_script(spec), tmp_path), scalars_of(judge_probabilities(spec)))


def test_every_program_is_short_tidy_and_uses_public_libraries_only():
    for settings in LAB.presets.values():
        spec = ProbabilitySpec(**settings)
        script = write_script(spec)
        check_form(script, most_lines=110)
        assert set(script.files) == {load_dataset(spec.data).csv_name}


def test_the_lab_is_found_without_importing_it():
    entry = next(entry for entry in find_labs() if entry.name == "probabilities")
    assert entry.question == "Can you trust a probability?"
    assert entry.module == "core.metrics.probabilities.lab"
