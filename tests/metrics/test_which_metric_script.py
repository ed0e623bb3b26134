"""The program that a learner takes home says the same numbers as the page."""

import math

import numpy as np
import pandas as pd
import pytest
from take_home import check_form, compare, run_script

from core.datasets import store_own_dataset
from core.metrics.which_metric.lab import LAB, WhichMetricSpec, choose_by_every_metric
from core.metrics.which_metric.script import write_script
from core.results import scalars_of

MORE = {
    "squared-shift": {"scenario": "price", "is_tuned": True, "cost_under": 20.0},
    "free-error": {"scenario": "price", "is_tuned": True, "cost_under": 0.0},
}


@pytest.mark.parametrize("preset", [*LAB.presets, *MORE])
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = WhichMetricSpec(**(dict(LAB.presets) | MORE)[preset])
    script = write_script(spec)
    check(script, spec, tmp_path, needed={"chosen", "chosen_cost", "n_same", "n_metrics"})
    check_form(script, optional={"scipy"})


@pytest.mark.parametrize("task", ["binary", "regression"])
def test_column_names_that_look_like_code_stay_names_in_the_script(task, tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=300)
    target = x + rng.normal(size=300)
    table = pd.DataFrame(
        {
            "x'] ; print('hacked": x,
            'f"{1/0}"\n': np.where(rng.random(300) < 0.2, None, "word"),
            '"""target\'s\\': target
            if task == "regression"
            else np.where(target > 0.8, "yes'", 'no"'),
        }
    )
    own = store_own_dataset(table, title="Own", task=task, target='"""target\'s\\')
    spec = WhichMetricSpec(scenario=own.name, is_tuned=True)
    check(write_script(spec), spec, tmp_path)


def check(script, spec, folder, **more):
    said, shown = run_script(script, folder), scalars_of(choose_by_every_metric(spec))
    compare(said, shown, rel=1e-8, abs_tol=1e-8, **more)
    missing = {name for name in shown if name.startswith("extra_")} - said.keys()
    assert all(math.isnan(shown[name]) for name in missing)
