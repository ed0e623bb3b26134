"""The program that a learner takes home says the same numbers as the page."""

import numpy as np
import pandas as pd
import pytest
from take_home import check_form, compare, run_script

from core.datasets import store_own_dataset
from core.metrics.regression.lab import LAB, RegressionSpec, measure_regression
from core.metrics.regression.script import write_script
from core.results import scalars_of

ALWAYS = {"rmse", "mae", "medae", "mse", "r2", "r2_unseen", "mean_r2_unseen", "by_mae_test_mae"}


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = RegressionSpec(**LAB.presets[preset])
    script = write_script(spec)
    said, shown = run_script(script, tmp_path), scalars_of(measure_regression(spec))
    compare(said, shown, needed=ALWAYS, rel=1e-7)
    check_form(script)


def test_column_names_that_look_like_code_stay_names_in_the_script(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=300)
    table = pd.DataFrame(
        {
            "x'] ; print('hacked": x,
            'f"{1/0}"\n': np.where(rng.random(300) < 0.2, None, "word"),
            '"""target\'s\\': 3 * x + rng.normal(size=300),
        }
    )
    own = store_own_dataset(table, title="Own", task="regression", target='"""target\'s\\')
    spec = RegressionSpec(data=own.name, rivals=own.name, fit="absolute")
    compare(
        run_script(write_script(spec), tmp_path), scalars_of(measure_regression(spec)), rel=1e-7
    )
