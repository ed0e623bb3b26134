import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from core.lab import load_lab
from core.practice import checks
from core.practice.checks import (
    compare_models,
    find_cheapest_threshold,
    measure_constant_model,
    measure_counts,
    measure_silent_model,
    multiply_negatives,
    run_lab,
    sweep_threshold,
    tune_threshold,
)

patient = settings(max_examples=50, deadline=None)  # the machine may be busy

cells = st.integers(0, 60)


@patient
@given(tp=cells, fp=cells, fn=cells, tn=cells)
def test_metrics_of_counts_follow_their_definitions(tp: int, fp: int, fn: int, tn: int) -> None:
    if tp + fp + fn + tn == 0:
        return
    facts = measure_counts(tp=tp, fp=fp, fn=fn, tn=tn)
    total = tp + fp + fn + tn
    expected = {
        "accuracy": (tp + tn, total),
        "majority_accuracy": (max(tp + fn, fp + tn), total),
        "precision": (tp, tp + fp),
        "recall": (tp, tp + fn),
        "specificity": (tn, tn + fp),
        "f1": (2 * tp, 2 * tp + fp + fn),
    }
    for metric, (part, whole) in expected.items():
        if whole == 0:
            assert facts[metric] is None
        else:
            assert facts[metric] == pytest.approx(float(Fraction(part, whole)))
    margins = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    if margins == 0:
        assert facts["mcc"] is None
    else:
        assert facts["mcc"] == pytest.approx((tp * tn - fp * fn) / math.sqrt(margins))
    if (tp + fn) * (tn + fp):
        assert facts["balanced_accuracy"] == pytest.approx((tp / (tp + fn) + tn / (tn + fp)) / 2)
    else:
        assert facts["balanced_accuracy"] is None
    sums = {"actual_positives": tp + fn, "actual_negatives": fp + tn}
    sums |= {"predicted_positives": tp + fp, "predicted_negatives": fn + tn}
    assert {name: facts[name] for name in sums} == sums


def test_the_mean_of_precision_and_recall_is_not_f1() -> None:
    facts = measure_counts(tp=10, fp=0, fn=90, tn=900)
    assert facts["mean_of_precision_and_recall"] == pytest.approx((1 + 0.1) / 2)
    assert facts["f1"] == pytest.approx(2 / (1 / 1 + 1 / 0.1))
    silent = measure_counts(tp=0, fp=0, fn=1, tn=1)
    assert silent["mean_of_precision_and_recall"] is None


@patient
@given(share=st.integers(1, 999))
def test_a_model_that_never_warns_is_as_accurate_as_negatives_are_frequent(share: int) -> None:
    facts = measure_constant_model(positive_share=share / 1000)
    assert facts["accuracy"] == pytest.approx(1 - share / 1000)
    assert facts["recall"] == 0
    assert facts["precision"] is None
    assert facts["balanced_accuracy"] == 0.5


def test_scikit_learn_prints_zero_and_warns_where_precision_is_undefined() -> None:
    facts = measure_silent_model(n_positive=12, n_rows=400)
    assert facts["precision"] is None
    assert (facts["scikit_learn_precision"], facts["scikit_learn_warnings"]) == (0.0, 1)
    assert facts["accuracy"] == 388 / 400


def test_the_cost_of_a_model_counts_each_kind_of_mistake() -> None:
    models = {
        "a": {"tp": 5, "fp": 3, "fn": 2, "tn": 90},
        "b": {"tp": 6, "fp": 9, "fn": 1, "tn": 84},
    }
    facts = compare_models(models, cost_false_alarm=2, cost_miss=10)
    assert (facts["cost_a"], facts["cost_b"]) == (3 * 2 + 2 * 10, 9 * 2 + 1 * 10)
    assert facts["recall_b"] == pytest.approx(6 / 7)


@patient
@given(a=st.integers(1, 100), b=st.integers(1, 100))
def test_the_cheapest_threshold_is_the_share_of_the_false_alarm_cost(a: int, b: int) -> None:
    facts = find_cheapest_threshold(cost_false_alarm=a, cost_miss=b)
    assert 0 <= facts["threshold"] - a / (a + b) < 0.001 + 1e-12
    assert 0 <= facts["threshold_if_costs_swapped"] - b / (a + b) < 0.001 + 1e-12
    assert facts["extra_cost_at_half"] >= 1


@patient
@given(a=st.integers(1, 9), b=st.integers(1, 9), place=st.integers(1, 999))
def test_no_threshold_costs_less_than_the_one_found(a: int, b: int, place: int) -> None:
    def cost(threshold: float) -> float:
        grid = np.arange(1, 1000) / 1000
        alarms = grid >= threshold
        return float((a * (1 - grid))[alarms].sum() + (b * grid)[~alarms].sum())

    best = find_cheapest_threshold(cost_false_alarm=a, cost_miss=b)
    assert cost(best["threshold"]) <= cost(place / 1000) + 1e-9
    assert best["extra_cost_at_half"] == pytest.approx(cost(0.5) / cost(best["threshold"]))


def test_recall_never_rises_with_the_threshold_and_precision_can_fall() -> None:
    facts = sweep_threshold()
    assert facts["recall_rises"] == 0
    assert facts["recall_falls"] > 0
    assert facts["precision_falls"] > 0
    assert facts["precision_rises"] > 0


def test_the_sweep_agrees_with_counting_alarms_by_hand() -> None:
    truth, scores = checks._score_unseen_tumours(seed=0)
    caught = [int(truth[scores >= t].sum()) for t in checks.THRESHOLDS]
    precision = [truth[scores >= t].mean() for t in checks.THRESHOLDS if (scores >= t).any()]
    facts = sweep_threshold()
    assert facts["recall_falls"] == int((np.diff(caught) < 0).sum())
    assert facts["precision_falls"] == int((np.diff(precision) < 0).sum())


def test_the_model_of_the_sweep_is_judged_on_unseen_malignant_tumours() -> None:
    truth, scores = checks._score_unseen_tumours(seed=0)
    # 212 of the 569 tumours are malignant; half of them, stratified, are kept back.
    assert (len(truth), int(truth.sum())) == (285, 106)
    assert scores[truth == 1].mean() > scores[truth == 0].mean()


@pytest.mark.parametrize("times", [2, 10])
def test_more_negatives_lower_average_precision_and_leave_roc_auc(times: int) -> None:
    facts = multiply_negatives(times)
    assert facts["roc_auc_rare"] == pytest.approx(facts["roc_auc"], abs=1e-12)
    truth, scores = checks._score_unseen_tumours(seed=0)
    pairs = scores[truth == 1][:, None] - scores[truth == 0][None, :]
    assert facts["roc_auc"] == pytest.approx(((pairs > 0) + 0.5 * (pairs == 0)).mean())
    weighted = average_precision_score(
        truth, scores, sample_weight=np.where(truth == 1, 1.0, times)
    )
    assert facts["average_precision_rare"] == pytest.approx(weighted)
    assert facts["average_precision_rare"] < facts["average_precision"]


def test_the_f1_that_a_threshold_was_chosen_for_is_too_high_on_average() -> None:
    facts = tune_threshold(n_splits=40)
    assert facts["validation_f1"] > facts["test_f1"] + 0.01
    assert facts["peeked_f1"] > facts["test_f1"] + 0.01
    assert facts["share_flattered"] > 0.6


def test_a_threshold_is_tuned_on_one_half_and_judged_on_the_other() -> None:
    def f1(truth, scores, threshold: float) -> float:
        alarms = scores >= threshold
        return 2 * (truth & alarms).sum() / (truth.sum() + alarms.sum())

    rows = []
    for seed in range(3):
        truth, scores = checks._score_unseen_tumours(seed)
        half = len(truth) // 2
        validation, test = (truth[:half], scores[:half]), (truth[half:], scores[half:])
        tried = [(f1(*validation, t), t) for t in np.unique(validation[1])]
        best, threshold = max(tried, key=lambda pair: (pair[0], -pair[1]))
        rows.append((best, f1(*test, threshold), max(f1(*test, t) for t in np.unique(test[1]))))
    facts = tune_threshold(n_splits=3)
    found = [facts[name] for name in ("validation_f1", "test_f1", "peeked_f1")]
    assert found == pytest.approx(list(np.mean(rows, axis=0)))
    assert facts["share_flattered"] == np.mean([row[0] > row[1] for row in rows])


def test_the_best_f1_is_the_best_over_all_thresholds() -> None:
    truth, scores = checks._score_unseen_tumours(seed=3)
    best, at = checks._find_best_f1(truth, scores)
    tried = {
        t: 2 * (truth & (scores >= t)).sum() / (truth.sum() + (scores >= t).sum())
        for t in np.unique(scores)
    }
    assert best == pytest.approx(max(tried.values()))
    assert tried[at] == pytest.approx(best)


def test_a_lab_run_gives_the_numbers_of_the_page() -> None:
    settings = {"data": "breast_cancer", "threshold": "0.9"}
    facts = run_lab("thresholds", settings)
    lab = load_lab("thresholds")
    result = lab.run(lab.spec(data="breast_cancer", threshold=0.9))
    counts = {name: int(facts[name]) for name in ("tp", "fp", "fn", "tn")}
    assert counts == {name: getattr(result, name) for name in counts}
    again = measure_counts(**counts)
    for metric in ("accuracy", "precision", "recall", "f1", "mcc", "balanced_accuracy"):
        assert facts[metric] == pytest.approx(again[metric])


def test_two_lab_runs_are_told_apart_and_undefined_is_none() -> None:
    facts = run_lab("thresholds", {"threshold": "1.0"}, against={"threshold": "0.1"})
    assert facts["precision"] is None
    assert facts["precision_against"] is not None
    assert facts["tp"] == 0 < facts["tp_against"]
