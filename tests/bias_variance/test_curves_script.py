"""The programs of both curve lessons say the same numbers as their pages."""

import numpy as np
import pandas as pd
import pytest
from take_home import check_form, compare, run_script

from core.bias_variance.more_data.lab import LAB as MORE
from core.bias_variance.under_or_over.lab import LAB as UNDER
from core.datasets import store_own_dataset
from core.results import scalars_of


def check_script(lab, settings, folder, *, needed):
    spec = lab.spec(**settings)
    script = lab.script(spec)
    said = run_script(script, folder)
    check_form(script)
    compare(said, scalars_of(lab.run(spec)), needed=needed, rel=1e-7)


LONG = {"boosted-too-long", "grown-out-forest"}


@pytest.mark.parametrize(
    "preset",
    [
        pytest.param(preset, marks=pytest.mark.full) if preset in LONG else preset
        for preset in UNDER.presets
    ],
)
def test_the_diagnosis_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    needed = {"train", "validation", "baseline", "best_validation"}
    check_script(UNDER, UNDER.presets[preset], tmp_path, needed=needed)


@pytest.mark.parametrize("preset", MORE.presets)
def test_the_forecast_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    needed = {"measured", "truth", "truth_now"}
    check_script(MORE, MORE.presets[preset], tmp_path, needed=needed)


def test_column_names_that_look_like_code_stay_names_in_both_scripts(tmp_path):
    rng = np.random.default_rng(0)
    answer = rng.choice(["it's", 'a "yes"'], 260, p=[0.6, 0.4])
    table = pd.DataFrame(
        {
            "x'] ; print('hacked": rng.normal(size=260) + (answer != "it's"),
            'f"{1/0}"\n': np.where(rng.random(260) < 0.2, None, rng.choice(["a", "b"], 260)),
            '"""target\'s \U0001f338\\': answer,
        }
    )
    own = store_own_dataset(
        table, title="Hostile", task="binary", target='"""target\'s \U0001f338\\'
    )
    for lab in (UNDER, MORE):
        folder = tmp_path / lab.name
        folder.mkdir()
        settings = {"data": own.name, "model": "ridge", "n_rows": 100, "repeats": 1}
        spec = lab.spec(**settings)
        compare(run_script(lab.script(spec), folder), scalars_of(lab.run(spec)), rel=1e-7)
