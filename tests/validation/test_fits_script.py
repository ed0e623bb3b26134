"""The program that a learner takes home counts the same fits as the page."""

import pytest
from take_home import PUBLIC, check_form, compare, run_script

from core.datasets import store_own_dataset
from core.results import scalars_of
from core.validation.fits.lab import LAB, FitCountSpec, count_fits
from core.validation.fits.script import write_script

FURTHER = {
    "forest": {"model": "forest", "extra": 2, "prep": "inside"},
    "forest-drawn": {"what": "random", "model": "forest", "is_listed": False, "n_iter": 3},
    "forest-curve": {"what": "validation_curve", "model": "forest", "first": 3, "prep": "once"},
    "nested-once": {"what": "nested", "prep": "once", "extra": 2, "outer": 2},
    "nested-inside": {"what": "nested", "prep": "inside", "extra": 3, "third": 2, "outer": 2, "k": 2},
    "no-refit-once": {"prep": "once", "refit": False},
    "study-inside": {"what": "study", "n_iter": 3, "prep": "inside"},
    "halving-inside": {"what": "halving_random", "prep": "inside", "refit": False,
                       "is_listed": False},
    "many-columns": {"data": "breast_cancer", "what": "learning_curve", "prep": "inside"},
    "sampled": {"data": "churn", "what": "cross_validate", "prep": "once"},
    "wide-grid": {"first": 10, "second": 2, "third": 2, "k": 2, "extra": 10, "prep": "inside"},
}  # fmt: skip
VIEWS = {**LAB.presets, **FURTHER}
WARNS = {"filters": ["default"], "warning": "smaller than n_iter"}


@pytest.mark.parametrize("view", VIEWS)
def test_the_script_counts_the_same_fits_as_the_page_and_is_tidy(view, tmp_path):
    spec = FitCountSpec(**VIEWS[view])
    script = write_script(spec)
    said = run_script(script, tmp_path, **(WARNS if view == "random-of-six" else {}))
    shown = scalars_of(count_fits(spec))
    compare(said, shown, needed={"n_fits", "n_candidates", "score"})
    if spec.prep != "none":
        assert said["n_prep_fits"] == shown["n_prep_rule"]
    check_form(script, imports={"json"}, optional=PUBLIC | {"optuna", "scipy", "tempfile"})


def test_column_names_that_look_like_code_stay_names_in_the_script(make_table, tmp_path):
    names = {"x": "x'] ; print('hacked 🌷", "gaps": 'f"{1/0}"\n', "y": '"""target\'s\\'}
    table = make_table(300).rename(columns=names)
    own = store_own_dataset(table, title="Own", task="binary", target=names["y"], positive="b")
    spec = FitCountSpec(data=own.name, prep="inside")
    said = run_script(write_script(spec), tmp_path)
    assert said["n_fits"] == 19
    assert said["score"] == pytest.approx(count_fits(spec).score)
