"""The vectorised counts against scikit-learn asked once per threshold, and the laws of the rates."""

import doctest
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    confusion_matrix,
    confusion_matrix_at_thresholds,
    f1_score,
    matthews_corrcoef,
    precision_score,
    recall_score,
)

from core.errors import SpecError
from core.metrics import confusion
from core.metrics.confusion import (
    METRICS,
    Confusion,
    count_confusion,
    measure_rates,
    sweep_confusion,
    undefined_reason,
)

EXTREMES = [-math.inf, -1.0, 0.0, 0.5, 1.0, math.nextafter(1, 2), math.inf]
# Few distinct scores, so that ties between rows and between row and threshold are the rule.
SCORES = st.one_of(st.sampled_from([0.0, 0.1, 0.5, 0.5000001, 1.0]), st.floats(0, 1))
ROW = st.tuples(st.booleans(), SCORES, st.floats(0.01, 100))
ROWS = st.lists(ROW, min_size=1, max_size=30)
FEW_ROWS = st.lists(ROW, min_size=1, max_size=10)
COUNTS = st.integers(0, 10_000)


def ask_sklearn(truth, alarm, weight):
    """Score one threshold the slow way; None where there is 0/0."""
    tn, fp, fn, tp = confusion_matrix(
        truth, alarm, labels=[False, True], sample_weight=weight
    ).ravel()
    options = {"sample_weight": weight, "zero_division": np.nan}
    both_kinds, both_answers = (0 < np.sum(side) < len(side) for side in (truth, alarm))
    return {
        "tp": tp,
        "fp": fp,
        "fn": fn,
        "tn": tn,
        "accuracy": accuracy_score(truth, alarm, sample_weight=weight),
        "balanced_accuracy": balanced_accuracy_score(truth, alarm, sample_weight=weight)
        if both_kinds
        else np.nan,
        "precision": precision_score(truth, alarm, **options),
        "recall": recall_score(truth, alarm, **options),
        "specificity": recall_score(truth, alarm, pos_label=False, **options),
        "f1": f1_score(truth, alarm, **options),
        "mcc": matthews_corrcoef(truth, alarm, sample_weight=weight)
        if both_kinds and both_answers
        else np.nan,
    }


@settings(
    max_examples=30, deadline=None
)  # scikit-learn needs a millisecond per score and threshold
@given(FEW_ROWS, st.booleans())
def test_the_sweep_equals_scikit_learn_at_every_threshold_with_ties_and_weights(rows, is_weighted):
    truth, score, weight = (np.array(column) for column in zip(*rows, strict=True))
    weight = weight if is_weighted else None
    thresholds = np.unique([*EXTREMES, *score, *np.nextafter(score, 2)])
    sweep = sweep_confusion(truth, score, thresholds, weight)
    for threshold, ours in zip(thresholds, sweep.to_dict("records"), strict=True):
        theirs = ask_sklearn(truth, score >= threshold, weight)
        for name in ("tp", "fp", "fn", "tn", *METRICS):
            assert ours[name] == pytest.approx(theirs[name], rel=1e-9, abs=1e-9, nan_ok=True), name
    if not is_weighted:
        assert all(sweep[cell].dtype == np.int64 for cell in ("tp", "fp", "fn", "tn"))


def test_the_sweep_equals_the_running_counts_of_scikit_learn_at_every_distinct_score():
    rng = np.random.default_rng(4)
    truth = rng.random(5000) < 0.05
    score = np.round(rng.beta(1 + truth, 4), 3)
    tns, fps, fns, tps, thresholds = confusion_matrix_at_thresholds(truth, score)
    counts = count_confusion(truth, score, thresholds)
    for ours, theirs in [(counts.tp, tps), (counts.fp, fps), (counts.fn, fns), (counts.tn, tns)]:
        np.testing.assert_array_equal(ours, theirs)


@given(ROWS)
def test_raising_the_threshold_never_raises_recall_or_false_alarms(rows):
    truth, score, weight = (np.array(column) for column in zip(*rows, strict=True))
    for weights in (None, weight):
        counts = count_confusion(truth, score, np.sort([*EXTREMES, *score]), weights)
        # Sums of weights carry rounding, but each is summed in one direction, so order holds.
        assert (np.diff(counts.tp) <= 0).all()
        assert (np.diff(counts.fp) <= 0).all()


@given(ROWS)
def test_caught_and_missed_are_all_positives_at_every_threshold(rows):
    truth, score, weight = (np.array(column) for column in zip(*rows, strict=True))
    plain = count_confusion(truth, score, [*EXTREMES, *score])
    assert set(plain.tp + plain.fn) == {truth.sum()}
    assert set(plain.fp + plain.tn) == {(~truth).sum()}
    heavy = count_confusion(truth, score, EXTREMES, weight)
    np.testing.assert_allclose(heavy.tp + heavy.fn, weight[truth].sum())
    np.testing.assert_allclose(heavy.fp + heavy.tn, weight[~truth].sum())


@given(ROWS, st.permutations(EXTREMES))
def test_the_order_of_the_thresholds_does_not_change_their_counts(rows, thresholds):
    truth, score, _ = (np.array(column) for column in zip(*rows, strict=True))
    given_order = sweep_confusion(truth, score, thresholds).set_index("threshold")
    sorted_order = sweep_confusion(truth, score, EXTREMES).set_index("threshold")
    assert given_order.loc[EXTREMES].equals(sorted_order)


@given(ROWS)
def test_a_weight_of_two_is_the_row_written_twice(rows):
    truth, score, _ = (np.array(column) for column in zip(*rows, strict=True))
    heavy = count_confusion(truth, score, EXTREMES, np.full(len(score), 2.0))
    twice = count_confusion(np.tile(truth, 2), np.tile(score, 2), EXTREMES)
    for cell in ("tp", "fp", "fn", "tn"):
        np.testing.assert_array_equal(getattr(heavy, cell), getattr(twice, cell))


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_mcc_stays_the_same_when_the_classes_swap_their_names(tp, fp, fn, tn):
    here, there = measure_one(tp, fp, fn, tn), measure_one(tn, fn, fp, tp)
    assert here["mcc"] == pytest.approx(there["mcc"], nan_ok=True)
    assert here["recall"] == pytest.approx(there["specificity"], nan_ok=True)


@given(COUNTS.filter(bool), COUNTS, COUNTS, COUNTS)
def test_the_f1_score_is_the_harmonic_mean_of_precision_and_recall(tp, fp, fn, tn):
    rates = measure_one(tp, fp, fn, tn)
    assert 2 / rates["f1"] == pytest.approx(1 / rates["precision"] + 1 / rates["recall"])


@given(COUNTS, COUNTS, COUNTS, COUNTS, COUNTS)
def test_the_f1_score_ignores_the_true_negatives(tp, fp, fn, tn, other_tn):
    here, there = measure_one(tp, fp, fn, tn), measure_one(tp, fp, fn, other_tn)
    assert here["f1"] == pytest.approx(there["f1"], abs=0, nan_ok=True)


def test_the_f1_score_of_precision_1_and_recall_a_tenth_is_0_18_and_not_0_55():
    rates = measure_one(tp=1, fp=0, fn=9, tn=90)
    assert (rates["precision"], rates["recall"]) == (1.0, 0.1)
    assert rates["f1"] == pytest.approx(2 / 11)
    assert (rates["precision"] + rates["recall"]) / 2 == pytest.approx(0.55)


def test_forty_caught_of_fifty_among_a_thousand_is_96_percent_accurate_and_57_percent_precise():
    rates = measure_one(tp=40, fp=30, fn=10, tn=920)
    assert rates["accuracy"] == pytest.approx(960 / 1000)
    assert rates["precision"] == pytest.approx(4 / 7)
    assert rates["recall"] == pytest.approx(4 / 5)
    assert rates["f1"] == pytest.approx(2 / 3)


def test_four_of_five_right_on_both_sides_makes_all_four_scores_equal():
    rates = measure_one(tp=4, fp=1, fn=1, tn=4)
    four = [rates[name] for name in ("accuracy", "precision", "recall", "f1")]
    assert four == pytest.approx([0.8] * 4)


def test_scikit_learn_prints_the_table_as_tn_fp_over_fn_tp():
    truth = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    alarm = np.array([1, 0, 0, 0, 1, 1, 0, 0, 0, 0])
    counts = count_confusion(truth, alarm, [1])
    table = [[counts.tn[0], counts.fp[0]], [counts.fn[0], counts.tp[0]]]
    assert confusion_matrix(truth, alarm).tolist() == table == [[4, 2], [3, 1]]


@given(*[st.sampled_from([0, 1, 5])] * 4)
def test_a_score_has_a_reason_exactly_when_it_has_no_value(tp, fp, fn, tn):
    rates = measure_one(tp, fp, fn, tn)
    for name in METRICS:
        reason = undefined_reason(name, tp, fp, fn, tn)
        assert (reason is not None) == math.isnan(rates[name]), name
        assert reason is None or " is undefined: " in reason


def test_without_an_alarm_precision_is_undefined_for_a_reason_in_plain_words():
    assert undefined_reason("precision", tp=0, fp=0, fn=3, tn=7) == (
        "Precision is undefined: no alarm was raised, so there is nothing to be right about."
    )
    assert math.isnan(measure_one(tp=0, fp=0, fn=3, tn=7)["precision"])
    assert measure_one(tp=0, fp=0, fn=3, tn=7)["f1"] == 0


def test_a_million_rows_in_each_cell_still_have_a_correlation():
    assert measure_one(tp=10**6, fp=10**6, fn=10**6, tn=10**6)["mcc"] == 0
    assert measure_one(tp=10**6, fp=0, fn=0, tn=10**6)["mcc"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (([], [], [0.5]), "at least one row, got none"),
        (([1], [0.1, 0.2], [0.5]), "one label: got 1 for 2 scores"),
        (([1, 0], [0.1, math.nan], [0.5]), "Every row needs a score, but 1 have none"),
        (([1, 0], [0.1, 0.2], [math.nan]), "A threshold is a number, got NaN"),
        (([1, 0], [0.1, 0.2], [0.5], [1]), "one weight: got 1 for 2 scores"),
        (([1, 0], [0.1, 0.2], [0.5], [1, -1]), "0 or more"),
        (([[1, 0]], [[0.1, 0.2]], [0.5]), "one column, got 2 dimensions"),
    ],
)
def test_rows_that_cannot_be_counted_are_refused_with_a_sentence(arguments, sentence):
    with pytest.raises(SpecError, match=sentence):
        count_confusion(*arguments)


def test_the_example_in_the_documentation_is_true():
    results = doctest.testmod(confusion)
    assert results.attempted > 0
    assert results.failed == 0


def measure_one(tp, fp, fn, tn):
    counts = Confusion(*(np.array([cell]) for cell in (tp, fp, fn, tn)))
    return {name: float(value[0]) for name, value in measure_rates(counts).items()}
