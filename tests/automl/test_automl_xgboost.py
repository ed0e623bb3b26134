"""XGBoost as a rung: an extra, that joins where it is installed and is asked for by name elsewhere."""

import importlib.util

import numpy as np
import pytest
import skops.io
from notebook_tables import changed, every_kind, ready_for, run_here, trial_of, without_looks
from sklearn.preprocessing import LabelEncoder

from core.automl import Settings, run_automl
from core.automl.blend import fit_blend
from core.automl.finals import Finalist
from core.automl.notebook.proof import compare_numbers
from core.automl.notebook.write import write_trial
from core.automl.packing import list_trusted, make_portable
from core.automl.pipelines import build_model
from core.automl.rungs import is_here, list_rungs
from core.automl.settings import FAMILIES, LADDER
from core.errors import SpecError

IS_HERE = importlib.util.find_spec("xgboost") is not None
WHY = "XGBoost is an extra of Glassroom and is not installed here"


def test_xgboost_can_always_be_left_out_and_is_the_last_rung_where_it_is_there():
    settings = Settings(target="y")
    assert list_rungs(settings) == list(LADDER if IS_HERE else FAMILIES)
    assert is_here("xgboost") == IS_HERE
    left_out = Settings(target="y", exclude_frameworks=("xgboost",))
    assert list_rungs(left_out) == list(FAMILIES)
    named = Settings(target="y", include_frameworks=("tree", "linear"))
    assert list_rungs(named) == ["baseline", "linear", "tree"]
    with pytest.raises(SpecError, match=r"asked for is linear, .*, got 'catboost'"):
        Settings(target="y", include_frameworks=("catboost",))


@pytest.mark.skipif(IS_HERE, reason="XGBoost is installed here, so nothing is missing")
def test_who_asks_for_xgboost_where_it_is_missing_is_told_how_to_install_it():
    settings = Settings(target="two", include_frameworks=("xgboost",))
    message = (
        r"'xgboost' is not installed here. Install it with: pip install 'glassroom\[xgboost\]'"
    )
    with pytest.raises(SpecError, match=message):
        run_automl(every_kind(), settings)


@pytest.mark.parametrize("target", ["two", "three", "number"])
def test_xgboost_says_what_it_says_alone_and_travels_and_its_notebook_is_proven(
    target, tmp_path, monkeypatch
):
    xgboost = pytest.importorskip("xgboost", reason=WHY)
    table = every_kind(200)
    ready, settings = ready_for(target, table, include_frameworks=("xgboost",), max_trials=3)
    outcome = run_automl(table, settings)
    assert [one.family for one in outcome.trials] == ["baseline", "xgboost", "xgboost"]
    model = fit_blend(
        ready, outcome.trials, Finalist("xgboost", ((1, 1.0),)), ready.places("train")
    )
    pipeline = model.models[0][0].pipeline
    train = ready.places("train")
    prepared = pipeline[:-1].fit_transform(ready.rows.iloc[train], target_of(ready, train))
    every = pipeline[:-1].transform(ready.rows)
    how = {"n_estimators": 100, "n_jobs": 1, "random_state": 5, "verbosity": 0}
    if target == "number":
        alone = xgboost.XGBRegressor(**how).fit(prepared, target_of(ready, train)).predict(every)
    else:
        codes = LabelEncoder().fit_transform(target_of(ready, train))
        alone = xgboost.XGBClassifier(**how).fit(prepared, codes).predict_proba(every)
    assert model.predict(ready.rows) == pytest.approx(alone, rel=1e-6)
    packed = make_portable(model, ready)
    back = skops.io.loads(skops.io.dumps(packed), trusted=list_trusted(packed))
    ask = "predict" if target == "number" else "predict_proba"
    assert np.array_equal(getattr(back, ask)(ready.rows), getattr(packed, ask)(ready.rows))
    for trial in outcome.trials[1:]:
        notebook = without_looks(write_trial(ready, settings, trial))
        said = run_here(changed(notebook, "N_TRIALS = 5", "N_TRIALS = 1"), tmp_path, monkeypatch)
        assert compare_numbers(notebook, said)[0] == ""


def target_of(ready, places):
    return np.array(ready.target.to_numpy()[places].tolist())


def test_its_settings_reach_the_model_inside_the_vote():
    pytest.importorskip("xgboost", reason=WHY)
    ready, _ = ready_for("two")
    built = build_model(ready.plan, "xgboost", {"xgboost__max_depth": 3})
    assert built.estimators[0][1].max_depth == 3
    assert trial_of(ready, "xgboost", {"xgboost__max_depth": 3}).is_tuned
