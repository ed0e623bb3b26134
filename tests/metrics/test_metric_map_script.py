"""The program that a learner takes home says the same numbers as the page."""

import numpy as np
import pandas as pd
import pytest
from take_home import check_form, compare, run_script

from core.datasets import store_own_dataset
from core.metrics.metric_map.experiments import NAMES, experiments_of
from core.metrics.metric_map.lab import LAB, MetricMapSpec, explore_metrics
from core.metrics.metric_map.measures import metrics_of
from core.metrics.metric_map.script import write_script
from core.results import scalars_of

GROUPS = ("labels", "scores", "classes", "numbers", "clusters")


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = MetricMapSpec(**LAB.presets[preset])
    check_form(check(spec, tmp_path))


def test_every_experiment_is_a_preset():
    shown = {(spec.group, spec.experiment) for spec in map(load, LAB.presets)}
    assert shown == {(group, test.name) for group in GROUPS for test in experiments_of(group)}
    assert {name for _, name in shown} == set(NAMES)


def load(preset):
    return MetricMapSpec(**LAB.presets[preset])


@pytest.mark.parametrize("group", ["labels", "numbers", "clusters"])
def test_column_names_that_look_like_code_stay_names_in_the_script(group, tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=300)
    table = pd.DataFrame(
        {
            "x'] ; print('hacked": x,
            "y": rng.normal(size=300) + x,
            'f"{1/0}"\n': np.where(rng.random(300) < 0.2, None, "word"),
        }
    )
    name = '"""target\'s\\'
    settings = {"title": "Own"}
    if group == "clusters":
        own = store_own_dataset(table, task="clustering", target=None, **settings)
        spec = MetricMapSpec(group=group, clustering=own.name)
    elif group == "numbers":
        table[name] = x + rng.normal(size=300)
        own = store_own_dataset(table, task="regression", target=name, **settings)
        spec = MetricMapSpec(group=group, regression=own.name)
    else:
        table[name] = np.where(x + rng.normal(size=300) > 0, "it's", 'not "it"')
        own = store_own_dataset(table, task="binary", target=name, positive="it's", **settings)
        spec = MetricMapSpec(group=group, binary=own.name)
    check(spec, tmp_path)


def check(spec, folder):
    script = write_script(spec)
    said = run_script(script, folder)
    names = [metric.name for metric in metrics_of(spec.group)]
    assert said.keys() == {f"{name}_{when}" for name in names for when in ("before", "after")}
    compare(said, scalars_of(explore_metrics(spec)), rel=1e-7)
    return script
