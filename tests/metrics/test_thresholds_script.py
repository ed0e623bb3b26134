"""The program that a learner takes home says the same numbers as the page."""

import numpy as np
import pandas as pd
import pytest
from take_home import check_form, compare, run_script

from core.datasets import load_dataset, store_own_dataset
from core.lab import find_labs
from core.metrics.thresholds.lab import LAB, ThresholdSpec, sweep_thresholds
from core.metrics.thresholds.script import write_script
from core.results import scalars_of

NEEDED = {"tp", "fp", "fn", "tn", "precision", "roc_auc", "cheapest_test_cost"}


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page(preset, tmp_path):
    spec = ThresholdSpec(**LAB.presets[preset])
    compare(
        run_script(write_script(spec), tmp_path), scalars_of(sweep_thresholds(spec)), needed=NEEDED
    )


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
    compare(run_script(write_script(spec), tmp_path), scalars_of(sweep_thresholds(spec)))


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_is_short_tidy_and_uses_public_libraries_only(preset):
    spec = ThresholdSpec(**LAB.presets[preset])
    script = write_script(spec)
    check_form(script, most_lines=90)
    assert set(script.files) == {load_dataset(spec.data).csv_name}


def test_the_lab_is_found_without_importing_it():
    entry = next(entry for entry in find_labs() if entry.name == "thresholds")
    assert entry.question == "Is 95 % accuracy good?"
    assert entry.module == "core.metrics.thresholds.lab"
