"""The paired bootstrap, held against scikit-learn and SciPy one sample at a time."""

import numpy as np
import pytest
from scipy.stats import bootstrap
from sklearn import metrics

from core.metrics.which_metric.resample import (
    bound_means,
    draw_weights,
    find_best_f1,
    resample_auc,
    resample_f1,
    resample_mean,
)


@pytest.fixture
def drawn():
    rng = np.random.default_rng(3)
    truth = (rng.random(200) < 0.2).astype(float)
    score = (0.2 * truth + rng.random(200)).round(1)  # many equal scores
    return truth, score, draw_weights(200)


def test_every_sample_holds_as_many_rows_as_the_table_and_is_the_same_again(drawn):
    _, _, weights = drawn
    assert weights.shape == (500, 200)
    assert (weights.sum(axis=1) == 200).all()
    draw_weights.cache_clear()
    assert (draw_weights(200) == weights).all()


def test_each_metric_of_each_sample_is_that_of_scikit_learn(drawn):
    truth, score, weights = drawn
    alarm = score >= 0.5
    auc, f1 = resample_auc(truth, score, weights), resample_f1(truth, alarm, weights)
    mean = resample_mean(score, weights)
    for sample in (0, 7, 499):
        weight = {"sample_weight": weights[sample]}
        assert auc[sample] == pytest.approx(metrics.roc_auc_score(truth, score, **weight))
        assert f1[sample] == pytest.approx(metrics.f1_score(truth, alarm, **weight), rel=1e-6)
        assert mean[sample] == pytest.approx(np.average(score, weights=weights[sample]))


def test_without_both_classes_the_area_is_undefined_and_f1_of_silence_is_0():
    weights = draw_weights(20)
    none = np.zeros(20)
    assert np.isnan(resample_auc(none, np.arange(20.0), weights)).all()
    assert (resample_f1(none, none > 1, weights) == 0).all()


def test_the_interval_is_that_of_scipy_up_to_chance():
    rows = np.random.default_rng(0).exponential(size=400)
    (ours,) = bound_means([rows])
    theirs = bootstrap(
        (rows,), np.mean, method="percentile", n_resamples=5000, rng=1
    ).confidence_interval
    width = theirs.high - theirs.low
    assert ours[0] == pytest.approx(theirs.low, abs=0.1 * width)
    assert ours[1] == pytest.approx(theirs.high, abs=0.1 * width)


def test_the_best_f1_is_that_of_the_curve_of_scikit_learn(drawn):
    truth, score, _ = drawn
    best, threshold = find_best_f1(truth, score)
    precision, recall, cuts = metrics.precision_recall_curve(truth, score)
    f1 = 2 * precision * recall / (precision + recall)
    assert best == pytest.approx(f1.max())
    assert metrics.f1_score(truth, score >= threshold) == pytest.approx(best)
    assert threshold == cuts[f1[:-1] > f1.max() - 1e-12].max()
