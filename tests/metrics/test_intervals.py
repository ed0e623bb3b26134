"""The intervals against scipy, and against the share of repetitions in which they hold the truth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from core.metrics.intervals import precision_interval, sum_interval, wilson_interval


@given(st.integers(1, 5000), st.data(), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_bounds_equal_those_of_scipy(trials, data, confidence):
    hits = data.draw(st.integers(0, trials))
    truth = binomtest(hits, trials).proportion_ci(confidence, method="wilson")
    low, high = wilson_interval([hits], [trials], confidence)
    assert (low[0], high[0]) == pytest.approx((truth.low, truth.high), abs=1e-12)
    assert low[0] <= hits / trials <= high[0]


def test_without_trials_there_are_no_bounds():
    low, high = wilson_interval([0, 0], [0, 10])
    assert np.isnan([low[0], high[0]]).all()
    assert (low[1], high[1]) == (0, pytest.approx(0.2775, abs=1e-4))


def test_one_rate_in_a_sum_keeps_its_wilson_bounds():
    hits, trials = np.array([[0, 3], [5, 3], [9, 3]]), np.array([[9, 4], [9, 4], [9, 4]])
    low, high = sum_interval(hits, trials, [7.0, 0.0])
    expected_low, expected_high = wilson_interval(hits[:, 0], trials[:, 0])
    np.testing.assert_allclose(low, 7 * expected_low, atol=1e-12)
    np.testing.assert_allclose(high, 7 * expected_high)


def test_the_bounds_of_a_sum_hold_its_true_value_about_95_times_in_100():
    rng = np.random.default_rng(1)
    rates, trials, factors = np.array([0.03, 0.4]), np.array([2000, 40]), np.array([50.0, 12.0])
    hits = rng.binomial(trials, rates, size=(20_000, 2))
    low, high = sum_interval(hits, trials, factors)
    truth = (rates * factors).sum()
    # Four standard errors of a share of 20,000 are 0.006; the method itself is an approximation.
    assert ((low <= truth) & (truth <= high)).mean() == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize("prevalence", [0.001, 0.1, 0.5])
def test_precision_bounds_at_another_prevalence_hold_the_truth_about_95_times_in_100(prevalence):
    rng = np.random.default_rng(2)
    n_positive, n_negative, recall, false_alarm_rate = 150, 5000, 0.8, 0.02
    tp = rng.binomial(n_positive, recall, size=20_000)
    fp = rng.binomial(n_negative, false_alarm_rate, size=20_000)
    low, high = precision_interval(
        tp, fp, n_positive=n_positive, n_negative=n_negative, prevalence=prevalence
    )
    hit, noise = prevalence * recall, (1 - prevalence) * false_alarm_rate
    truth = hit / (hit + noise)
    assert ((low <= truth) & (truth <= high)).mean() == pytest.approx(0.95, abs=0.02)


def test_precision_bounds_at_the_prevalence_of_the_data_are_wilson_bounds():
    low, high = precision_interval([8, 0], [2, 0], n_positive=10, n_negative=90)
    truth = binomtest(8, 10).proportion_ci(0.95, method="wilson")
    assert (low[0], high[0]) == pytest.approx((truth.low, truth.high))
    assert np.isnan([low[1], high[1]]).all()


@given(st.integers(0, 50), st.integers(0, 500), st.floats(0.0001, 0.9999))
def test_precision_bounds_hold_the_observed_precision(tp, fp, prevalence):
    (low,), (high,) = precision_interval(
        [tp], [fp], n_positive=50, n_negative=500, prevalence=prevalence
    )
    hit, noise = prevalence * tp / 50, (1 - prevalence) * fp / 500
    if tp + fp == 0:
        assert np.isnan([low, high]).all()
    else:
        assert 0 <= low <= hit / (hit + noise) <= high <= 1
