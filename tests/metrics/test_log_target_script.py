"""The program that a learner takes home says the same numbers as the page."""

import numpy as np
import pandas as pd
import pytest
from take_home import check_form, compare, run_script

from core.datasets import store_own_dataset
from core.metrics.log_target.lab import LAB, LogTargetSpec, correct_log_target
from core.metrics.log_target.script import write_script
from core.results import scalars_of


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = LogTargetSpec(**LAB.presets[preset])
    script = write_script(spec)
    said, shown = run_script(script, tmp_path), scalars_of(correct_log_target(spec))
    needed = {"bias", "rmse", "log_rmse", "share_above", "smearing", "smeared_bias"}
    compare(said, shown, needed=needed, rel=1e-8)
    check_form(script)


def test_column_names_that_look_like_code_stay_names_in_the_script(tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=300)
    table = pd.DataFrame(
        {
            "x'] ; print('hacked": x,
            'f"{1/0}"\n': np.where(rng.random(300) < 0.2, None, "word"),
            '"""target\'s\\': np.exp(x + rng.normal(size=300)),
        }
    )
    own = store_own_dataset(table, title="Own", task="regression", target='"""target\'s\\')
    spec = LogTargetSpec(data=own.name, sees="all")
    compare(
        run_script(write_script(spec), tmp_path), scalars_of(correct_log_target(spec)), rel=1e-8
    )
