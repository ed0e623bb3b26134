"""Pipelines inside, not outside: each sentence of the page, and an independent truth for each number."""

from time import sleep, thread_time

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from core.datasets import load_dataset, store_own_dataset
from core.errors import SpecError
from core.validation.fits.counting import Counted, Ledger, keep_ledger
from core.validation.pipelines.checks import count_preparations
from core.validation.pipelines.figures import plot_fits, plot_scores, plot_seconds
from core.validation.pipelines.lab import PipelinesSpec, name_slow_part, place_preparation
from core.validation.pipelines.placements import (
    PLACEMENTS,
    PlacementsSpec,
    compare_placements,
    draw_parts,
)
from core.validation.pipelines.words import (
    cache_formula,
    count_formula,
    tabulate_places,
    tell_cache,
    tell_count,
    tell_gap,
    tell_place,
    tell_scores,
)

NOISE = {"n_rows": 300, "n_noise": 500}


def look(placement="pipeline", **settings):
    return place_preparation(PipelinesSpec(placement=placement, **settings))


@pytest.mark.parametrize(("n_settings", "k"), [(1, 2), (3, 4)])
def test_a_pipeline_in_the_search_is_fitted_as_often_as_the_model(n_settings, k):
    result = look(data="breast_cancer", n_rows=200, n_settings=n_settings, k=k)
    assert result.n_preparations_pipeline == result.n_models == n_settings * k + 1
    assert result.n_preparations_before == result.n_preparations_model_step == 1
    assert (result.fits.groupby("placement")["n_fits"].max() == n_settings * k + 1).all()


def test_with_a_cache_each_set_of_training_rows_is_prepared_once():
    result = look("cached")
    assert result.n_preparations == 5 + 1
    cached = result.fits[result.fits["placement"] == "cached"].set_index("step")["n_fits"]
    assert cached.drop("model").to_dict() == dict.fromkeys(
        ["fill", "scale", "fill words", "encode", "select"], 6
    )


def test_a_cache_changes_fits_and_no_score():
    scores = look().scores.set_index("placement")
    same = ["reported", "lowest", "highest", "test"]
    assert scores.loc["cached", same].to_list() == pytest.approx(
        scores.loc["pipeline", same].to_list(), rel=1e-12
    )


def test_the_honest_score_can_be_had_without_pipelines_and_searches():
    """Numbers and words prepared by hand inside each fold, with pandas alone."""
    spec = PlacementsSpec(data="breast_cancer", n_rows=200, n_settings=1, k=4)
    parts = draw_parts(spec)
    x, y = parts.train.to_numpy(), parts.y_train
    scores = []
    for train, test in StratifiedKFold(4, shuffle=True, random_state=0).split(x, y):
        mean, spread = x[train].mean(axis=0), x[train].std(axis=0)
        ready = (x - mean) / spread
        strength = [abs(np.corrcoef(column, y[train])[0, 1]) for column in ready[train].T]
        best = np.sort(np.argsort(strength)[-10:])
        model = LogisticRegression(C=0.01, max_iter=1000).fit(ready[train][:, best], y[train])
        scores.append(roc_auc_score(y[test], model.predict_proba(ready[test][:, best])[:, 1]))
    found = compare_placements(spec).scores.set_index("placement").loc["pipeline"]
    assert found["reported"] == pytest.approx(np.mean(scores))
    assert (found["lowest"], found["highest"]) == pytest.approx((min(scores), max(scores)))


def test_around_the_search_the_report_is_too_good_and_the_test_score_is_honest():
    result = look("model_step", **NOISE)
    assert result.reported_model_step > result.reported_pipeline + 0.15
    assert result.test_model_step == pytest.approx(result.test_pipeline, abs=0.1)
    assert "That is more than its folds differ." in tell_gap(result)


def test_a_model_as_the_last_step_of_a_pipeline_does_not_leak():
    result = look("pipeline", **NOISE)
    assert result.lowest <= result.test <= result.highest
    assert abs(result.reported - result.test) < 0.1


def test_before_everything_the_test_score_is_spoiled_too():
    result = look("before", **NOISE)
    assert result.test_before > result.test_pipeline + 0.1


def test_on_churn_the_leak_cannot_be_told_from_chance():
    result = look()
    assert abs(result.reported_model_step - result.reported_pipeline) < 0.05
    assert "cannot be told from chance" in tell_gap(result)


def test_training_and_test_rows_are_apart_and_keep_the_share_of_each_class():
    parts = draw_parts(PlacementsSpec(n_rows=1000))
    assert (len(parts.train), len(parts.test)) == (1000, 1000)
    assert not set(parts.train.index) & set(parts.test.index)
    share = load_dataset("churn").positive_rows().mean()
    assert parts.y_train.mean() == pytest.approx(share, abs=0.001)
    assert parts.y_test.mean() == pytest.approx(share, abs=0.001)
    small = draw_parts(PlacementsSpec(data="breast_cancer", n_rows=5000))
    assert (len(small.train), len(small.test)) == (398, 171)


def test_the_seconds_add_up():
    scores = look().scores
    parts = scores["preparing"] + scores["fitting"] + scores["rest"]
    assert parts.to_list() == pytest.approx(scores["seconds"].to_list())
    assert (scores[["preparing", "fitting", "rest"]] > 0).all(axis=None)


def test_seconds_are_those_that_the_processor_worked_and_waiting_does_not_count():
    class Waiting(Counted, DummyClassifier):
        def _validate_params(self):
            sleep(0.2)  # as long as another program holds the machine

    with keep_ledger(Ledger()) as ledger:
        Waiting().fit(pd.DataFrame({"x": [0, 1]}), [0, 1])
    assert ledger.entries[0].seconds >= 0.2
    assert ledger.entries[0].cpu_seconds < 0.1
    before = thread_time()
    found = compare_placements.run_fresh(PlacementsSpec(data="breast_cancer", n_rows=200))
    worked = thread_time() - before
    assert worked / 2 < found.scores["seconds"].sum() <= worked


def test_the_same_spec_gives_the_same_scores_and_counts():
    spec = PlacementsSpec(data="breast_cancer", n_rows=100, n_settings=2, k=2, n_noise=20)
    first, again = compare_placements.run_fresh(spec), compare_placements.run_fresh(spec)
    for name in ("scores", "fits"):
        one, other = getattr(first, name), getattr(again, name)
        pd.testing.assert_frame_equal(one.drop(columns="seconds"), other.drop(columns="seconds"))


def test_an_own_table_with_gaps_and_words_is_taken(make_table):
    own = store_own_dataset(make_table(200), title="Own", task="binary", target="y")
    result = look(data=own.name, n_rows=100, k=3, n_settings=2)
    assert result.n_train == 100
    assert result.n_test == 100
    assert result.n_preparations == 7


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"placement": "after"}, "The preparation stands in one of before, .*, got 'after'"),
        ({"data": "iris"}, "This search parts two classes, and Iris.* is a multiclass table"),
        ({"n_rows": 10}, "The search learns from 60 to 5000 rows, got 10. Try 1000."),
        ({"n_noise": -1}, "There can be 0 to 1000 columns of noise, got -1"),
        ({"n_settings": 9}, "The search tries 1 to 6 settings, got 9"),
        ({"k": 1}, "The lesson makes 2 to 10 folds, got 1. Try 5."),
        ({"seed": -1}, "A seed is a whole number from 0 to 4294967295, got -1"),
    ],
)
def test_what_cannot_be_run_is_refused_with_law_value_and_repair(settings, said):
    with pytest.raises(SpecError, match=said):
        PipelinesSpec(**settings)


def test_a_class_that_is_rarer_than_the_folds_is_refused():
    spec = PlacementsSpec(data="fraud", n_rows=300, k=5)
    with pytest.raises(SpecError, match=r"Each fold needs a row of each class.* for 5 folds"):
        compare_placements(spec)


def test_only_the_first_view_is_ready_at_once():
    assert name_slow_part(PipelinesSpec()) is None
    assert name_slow_part(PipelinesSpec(placement="cached")) is None
    assert name_slow_part(PipelinesSpec(k=4)).run is compare_placements


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_the_words_hold_the_numbers(placement):
    result = look(placement)
    times = "once" if result.n_preparations == 1 else f"{result.n_preparations} times"
    assert f"was fitted {times}, the model 16 times" in tell_count(result)
    assert f"reports {result.reported:.3f}" in tell_scores(result)
    assert f"test rows say {result.test:.3f}" in tell_scores(result)
    assert tell_place(result)
    assert count_formula(result).value == "16"
    assert cache_formula(result).value == "6"
    assert "16 fits of each step become 6" in tell_cache(result)
    assert tabulate_places(result)["Fits of each step"].to_list() == ["1", "1", "16", "6"]


def test_the_figures_show_each_place():
    result = look()
    for plot in (plot_scores, plot_fits, plot_seconds):
        figure = plot(result)
        assert len(figure.layout.title.text) < 44
        assert all(len(trace.x) == 4 for trace in figure.data)
    assert list(plot_fits(result).data[0].y) == [1, 1, 16, 6]


def test_the_check_counts_what_the_rule_says():
    assert count_preparations(3, 4) == {
        "before": 1,
        "model_step": 1,
        "pipeline": 13,
        "cached": 5,
        "n_models": 13,
        "n_models_before": 13,
    }
