"""Laws of the scores of many classes, on answers that chance made up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import auc, roc_auc_score

from core.metrics.classes.changes import COMPARED
from core.metrics.classes.curves import average_curves, trace_one_vs_rest
from core.metrics.classes.scores import (
    average_classes,
    count_matrix,
    explain_gaps,
    find_confusion,
    report_classes,
    score_whole,
)

patient = settings(deadline=None, max_examples=25)  # the machine may be busy


@st.composite
def answers(draw):
    """Truths that hold every class, and any answers."""
    k = draw(st.integers(3, 5))
    more = draw(st.lists(st.integers(0, k - 1), max_size=25))
    truth = np.array([*range(k), *more])
    said = st.lists(st.integers(0, k - 1), min_size=len(truth), max_size=len(truth))
    return truth, np.array(draw(said)), k


def averages_of(truth, said, k):
    return average_classes(truth, said, k).set_index("average")


@patient
@given(drawn=answers())
def test_micro_is_accuracy_and_weighted_recall_is_accuracy_whatever_the_answers(drawn):
    truth, said, k = drawn
    averages, accuracy = averages_of(truth, said, k), (truth == said).mean()
    assert averages.loc["micro"].tolist() == pytest.approx([accuracy] * 3)
    assert averages.loc["weighted", "recall"] == pytest.approx(accuracy)
    assert score_whole(truth, said)["balanced_accuracy"] == pytest.approx(
        averages.loc["macro", "recall"]
    )


@patient
@given(drawn=answers())
def test_the_f1_of_macro_means_is_never_below_macro_f1(drawn):
    """The harmonic mean is concave: the mean of F1s cannot exceed the F1 of the means."""
    truth, said, k = drawn
    macro = averages_of(truth, said, k).loc["macro"]
    if macro["precision"] + macro["recall"] > 0:  # neither undefined nor 0/0
        of_means = 2 * macro["precision"] * macro["recall"] / (macro["precision"] + macro["recall"])
        assert of_means >= macro["f1"] - 1e-12


@patient
@given(drawn=answers(), copies=st.integers(2, 5))
def test_more_rows_of_a_class_leave_its_recall_and_the_macro_recall_alone(drawn, copies):
    truth, said, k = drawn
    times = np.where(truth == 0, copies, 1)
    once, often = (
        averages_of(np.repeat(truth, t), np.repeat(said, t), k).loc["macro", "recall"]
        for t in (np.ones_like(times), times)
    )
    assert once == pytest.approx(often)


@patient
@given(drawn=answers())
def test_the_names_of_the_classes_change_no_average(drawn):
    truth, said, k = drawn
    renamed = np.arange(k)[::-1]
    one, other = averages_of(truth, said, k), averages_of(renamed[truth], renamed[said], k)
    np.testing.assert_allclose(one, other)
    whole, turned = score_whole(truth, said), score_whole(renamed[truth], renamed[said])
    assert whole == pytest.approx(turned, nan_ok=True)


def test_the_example_of_four_eights():
    truth = np.array([0, 0, 1, 1, 2, 2, 2, 2])
    said = np.array([0, 0, 1, 1, 2, 0, 1, 1])
    scores = np.eye(3)[said]
    eights = report_classes(truth, said, scores, ("0", "1", "8")).iloc[2]
    assert (eights["precision"], eights["recall"]) == (1.0, 0.25)
    assert eights["f1"] == pytest.approx(0.4)
    found = find_confusion(count_matrix(truth, said, ("0", "1", "8")))
    assert found == {
        "confused_truth": "8", "confused_as": "1", "n_confused_of": 4, "n_confused": 2,
        "n_confusions_tied": 1,
    }  # fmt: skip


def test_many_silent_classes_are_counted_not_listed():
    truth = np.arange(6)
    report = report_classes(truth, np.zeros(6, dtype=int), np.ones((6, 6)) / 6, tuple("abcdef"))
    reasons = explain_gaps(report).set_index("score")["reason"]
    assert "5 classes has no value" in reasons["macro_precision"]
    assert "always gives the same answer" in reasons["mcc"]


@pytest.mark.parametrize("decimals", [1, 2, 9])
def test_the_average_curve_has_the_mean_of_the_areas(decimals):
    rng = np.random.default_rng(decimals)
    truth = np.concatenate([np.arange(4), rng.integers(0, 4, 60)])
    scores = rng.random((64, 4)) + 0.5 * np.eye(4)[truth]
    scores = np.round(scores / scores.sum(axis=1, keepdims=True), decimals)  # ties where coarse
    curves = trace_one_vs_rest(truth, scores, tuple("abcd"))
    average = curves[curves["kind"] == "average"]
    areas = [roc_auc_score(truth == place, scores[:, place]) for place in range(4)]
    assert auc(average["x"], average["y"]) == pytest.approx(np.mean(areas), abs=1e-12)
    assert (np.diff(average["x"]) >= 0).all()
    assert (np.diff(average["y"]) >= -1e-12).all()
    for place, label in enumerate("abcd"):
        own = curves[curves["label"] == label]
        assert auc(own["x"], own["y"]) == pytest.approx(areas[place])


def test_the_average_of_a_step_and_a_diagonal_by_hand():
    step = (np.array([0.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0]))
    diagonal = (np.array([0.0, 0.5, 1.0]), np.array([0.0, 0.5, 1.0]))
    x, y = average_curves([step, diagonal])
    assert x.tolist() == [0, 0, 0.5, 0.5, 1, 1]
    assert y.tolist() == [0, 0.5, 0.75, 0.75, 1, 1]


def test_four_scores_are_followed_over_the_splits():
    assert COMPARED == ("accuracy", "weighted_f1", "macro_f1", "macro_recall")


def test_of_equally_common_confusions_the_one_that_takes_most_of_its_class_is_named():
    truth = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2])
    said = np.array([1, 0, 0, 0, 2, 1, 0, 2, 2])
    found = find_confusion(count_matrix(truth, said, ("a", "b", "c")))
    assert (found["confused_truth"], found["confused_as"], found["n_confused_of"]) == ("b", "c", 2)
    assert (found["n_confused"], found["n_confusions_tied"]) == (1, 3)
