"""The program that a learner takes home says the same numbers as the page."""

import numpy as np
import pandas as pd
import pytest
from take_home import PUBLIC, check_form, compare, run_script

from core.automl.imbalance.lab import LAB, ImbalanceSpec, compare_ways
from core.automl.imbalance.pumps import find_table
from core.automl.imbalance.script import write_script
from core.datasets import store_own_dataset
from core.lab import find_labs
from core.results import scalars_of

NEEDED = {
    "n_splits", "plain_f1", "weights_f1", "fewer_f1", "fewer_weighted_f1", "moved_f1", "weights_best_f1",
    "weights_roc_auc", "fewer_average_precision", "plain_log_loss", "fewer_weighted_brier",
    "weights_mean_said", "half_cost", "rule_cost", "moved_cost", "weights_cost", "twin_f1",
}  # fmt: skip
LONG = {"bending-helps-more", "rare-fraud", "thinned-trees"}


@pytest.mark.parametrize(
    "preset",
    [pytest.param(name, marks=[pytest.mark.full] if name in LONG else []) for name in LAB.presets],
)
def test_the_program_says_the_same_numbers_as_the_page(preset, tmp_path):
    spec = ImbalanceSpec(**LAB.presets[preset])
    said = run_script(write_script(spec), tmp_path)
    compare(said, scalars_of(compare_ways(spec)), needed=NEEDED)


def test_own_columns_that_look_like_code_stay_names_in_the_program(tmp_path):
    rng = np.random.default_rng(0)
    answer = rng.choice(["it's", 'a "yes"'], 400, p=[0.8, 0.2])
    word = np.where(rng.random(400) < 0.1, None, rng.choice(["a", "b'c"], 400))
    number = rng.normal(size=400) + (answer != "it's")
    table = pd.DataFrame({"x'] ; print('hacked": word, '"q': number, '"""target\'s\\': answer})
    own = store_own_dataset(
        table, title="Own", task="binary", target='"""target\'s\\', positive='a "yes"'
    )
    spec = ImbalanceSpec(data=own.name, per_positive=2, seed=3)
    compare(run_script(write_script(spec), tmp_path), scalars_of(compare_ways(spec)))


def test_every_program_is_short_tidy_and_uses_public_libraries_only():
    for settings in LAB.presets.values():
        spec = ImbalanceSpec(**settings)
        script = write_script(spec)
        extra = {"lightgbm"} if spec.model == "lightgbm" else set()
        check_form(script, imports=frozenset(PUBLIC | extra), most_lines=130)
        assert set(script.files) == {find_table(spec.data).csv_name}


def test_the_lab_is_found_without_importing_it():
    entry = next(entry for entry in find_labs() if entry.name == "imbalance")
    assert entry.question == "Does balancing a rare class make a better model?"
    assert entry.module == "core.automl.imbalance.lab"
