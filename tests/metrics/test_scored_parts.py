"""Curves that lost points on the way to the page, and nothing else."""

import numpy as np
import pytest
from sklearn import metrics

from core.metrics.classifiers import ClassifierSpec
from core.metrics.scored_parts import gather_evidence, trace_curves

TABLES = pytest.mark.parametrize("data", ["fraud", "churn", "breast_cancer"])
PREVALENCES = pytest.mark.parametrize("prevalence", [None, 0.001, 0.5])


@TABLES
@PREVALENCES
def test_thinned_curves_keep_their_areas(data, prevalence):
    curves, roc_auc, average_precision = trace_curves(ClassifierSpec(data=data), prevalence)
    by_name = dict(iter(curves.groupby("curve")))
    roc, steps = by_name["roc"], by_name["precision_recall"].iloc[::-1]
    assert np.trapezoid(roc["y"], roc["x"]) == pytest.approx(roc_auc)
    gained = np.diff(steps["x"], prepend=0)
    assert (gained * steps["y"]).sum() == pytest.approx(average_precision)


@TABLES
@PREVALENCES
def test_every_point_of_a_curve_is_a_threshold_seen_by_scikit_learn(data, prevalence):
    spec = ClassifierSpec(data=data)
    part = gather_evidence(spec).validation
    share, weight = part.positive.mean(), None
    if prevalence is not None:
        weight = np.where(part.positive, prevalence / share, (1 - prevalence) / (1 - share))
    options = {"drop_intermediate": False, "sample_weight": weight}
    x, y, _ = metrics.roc_curve(part.positive, part.score, **options)
    precision, recall, _ = metrics.precision_recall_curve(part.positive, part.score, **options)
    curves, _, _ = trace_curves(spec, prevalence)
    seen = {"roc": points(x, y), "precision_recall": points(recall[:-1], precision[:-1])}
    for name, curve in curves.groupby("curve"):
        assert points(curve["x"], curve["y"]) <= seen[name]
    ends = curves[curves["curve"] == "roc"][["x", "y"]].to_numpy()
    assert (ends[0].tolist(), ends[-1].tolist()) == ([0, 0], [1, 1])


@TABLES
def test_the_cuts_reach_every_outcome_from_no_alarm_to_nothing_but_alarms(data):
    for part in (
        gather_evidence(ClassifierSpec(data=data)).validation,
        gather_evidence(ClassifierSpec(data=data)).test,
    ):
        alarms = part.at_cuts.tp + part.at_cuts.fp
        assert (alarms[0], alarms[-1]) == (0, len(part.score))
        assert (np.diff(part.cuts) < 0).all()
        assert (np.diff(alarms) > 0).all()
        assert part.n_positive + part.n_negative == len(part.score)


def points(x, y):
    return set(zip(np.round(x, 9), np.round(y, 9), strict=True))
