"""Bins, calibration error, Brier score, log loss and pairs: second implementations and laws."""

from itertools import combinations
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from core.metrics.probabilities.measures import (
    Bins,
    compare_pairs,
    decompose_brier,
    expected_calibration_error,
    guessing_spread,
    log_losses,
    put_into_bins,
    simulate_honest_error,
    tally_bins,
)

quick = settings(max_examples=60, deadline=None)
BINNINGS = pytest.mark.parametrize(
    ("binning", "strategy"), [("width", "uniform"), ("count", "quantile")]
)
probabilities = st.one_of(
    st.sampled_from([0.0, 0.1, 0.3, 0.5, 1.0]), st.floats(0, 1, allow_subnormal=False)
)
rows = st.lists(st.tuples(st.booleans(), probabilities), min_size=1, max_size=40)


def split(pairs):
    return np.array([a for a, _ in pairs], dtype=bool), np.array([b for _, b in pairs])


@BINNINGS
@quick
@given(pairs=rows, n_bins=st.integers(2, 12))
def test_bins_are_those_of_scikit_learns_calibration_curve(binning, strategy, pairs, n_bins):
    positive, score = split(pairs)
    bins = put_into_bins(score, binning, n_bins)
    table = tally_bins(positive, score, bins)
    happened, said = calibration_curve(
        positive, score, n_bins=n_bins, strategy=strategy, pos_label=True
    )
    np.testing.assert_allclose(table["happened"], happened)
    np.testing.assert_allclose(table["said"], said)
    assert table["n"].sum() == len(score)
    assert (table["said"].between(table["left"] - 1e-12, table["right"] + 1e-12)).all()


def test_a_bin_counts_its_rows_and_its_positives():
    score = np.array([0.05, 0.1, 0.11, 0.95, 1.0])
    positive = np.array([False, True, False, True, True])
    table = tally_bins(positive, score, put_into_bins(score, "width", 10))
    assert table["bin"].tolist() == [0, 1, 9]  # an edge belongs to the bin on its left
    assert table["n"].tolist() == [2, 1, 2]
    assert table["n_positive"].tolist() == [1, 0, 2]
    assert table["said"].tolist() == pytest.approx([0.075, 0.11, 0.975])
    # Wilson at 2 of 2: n / (n + z²).
    assert table["low"].tolist()[-1] == pytest.approx(2 / (2 + 1.959964**2))


@pytest.mark.parametrize("binning", ["width", "count"])
@quick
@given(pairs=rows, n_bins=st.integers(2, 12))
def test_the_brier_score_is_the_sum_of_its_parts(binning, pairs, n_bins):
    positive, score = split(pairs)
    parts = decompose_brier(positive, score, put_into_bins(score, binning, n_bins))
    assert parts.brier == pytest.approx(brier_score_loss(positive, score, labels=[False, True]))
    total = parts.reliability - parts.resolution + parts.uncertainty + parts.within_bins
    assert total == pytest.approx(parts.brier, abs=1e-12)
    assert parts.reliability >= 0
    assert 0 <= parts.resolution <= parts.uncertainty + 1e-12


@quick
@given(pairs=rows)
def test_with_one_bin_for_each_score_murphys_three_parts_are_enough(pairs):
    positive, score = split(pairs)
    values, place = np.unique(score, return_inverse=True)
    parts = decompose_brier(positive, score, Bins(np.append(values, 2.0), place))
    assert parts.within_bins == pytest.approx(0, abs=1e-12)


def test_always_saying_the_share_has_no_reliability_no_resolution_and_all_the_uncertainty():
    positive = np.arange(50) < 10
    score = np.full(50, 0.2)
    parts = decompose_brier(positive, score, put_into_bins(score, "width", 10))
    assert (parts.reliability, parts.resolution) == pytest.approx((0, 0), abs=1e-15)
    assert parts.brier == pytest.approx(parts.uncertainty) == pytest.approx(0.2 * 0.8)


@pytest.mark.parametrize(("chance", "price"), [(0.9, 0.105), (0.5, 0.693), (0.01, 4.605)])
def test_the_price_of_a_row_is_minus_the_logarithm_of_the_chance_given_to_it(chance, price):
    up, down = log_losses(np.array([True, False]), np.array([chance, 1 - chance]))
    assert up == pytest.approx(down) == pytest.approx(-log(chance))
    assert round(float(up), 3) == price


@quick
@given(pairs=rows)
def test_the_mean_price_is_scikit_learns_log_loss(pairs):
    positive, score = split(pairs)
    mean = log_losses(positive, score).mean()
    assert mean == pytest.approx(log_loss(positive, score, labels=[False, True]), rel=1e-9)


def test_scikit_learn_charges_36_for_a_row_that_was_given_no_chance():
    price = log_losses(np.array([True]), np.array([0.0]))[0]
    assert price == pytest.approx(52 * log(2))  # the smallest step of double precision is 2⁻⁵²
    assert round(float(price), 2) == 36.04


def test_two_rows_at_ninety_percent_of_which_one_happens_are_off_by_forty_points():
    score = np.array([0.9, 0.9])
    bins = put_into_bins(score, "width", 10)
    assert expected_calibration_error(np.array([True, False]), score, bins) == pytest.approx(0.4)


def test_honest_probabilities_show_the_error_of_coins():
    # One bin of n coins with chance ½: |heads − n/2| / n has the mean √(1 / (2πn)).
    n = 400
    score = np.full(n, 0.5)
    mean, high = simulate_honest_error(score, put_into_bins(score, "width", 10), seed=0)
    assert mean == pytest.approx(1 / sqrt(2 * np.pi * n), rel=0.15)
    assert high == pytest.approx(1.96 * 0.5 / sqrt(n), rel=0.15)


@quick
@given(pairs=rows.filter(lambda pairs: len({positive for positive, _ in pairs}) == 2))
def test_the_mean_credit_over_all_pairs_is_the_area_under_the_roc_curve(pairs):
    positive, score = split(pairs)
    table = compare_pairs(positive, score)
    assert len(table) == positive.sum() * (~positive).sum()
    assert table["credit"].mean() == pytest.approx(roc_auc_score(positive, score))


def test_pure_guessing_with_four_and_four_rows_strays_from_a_half_by_22_hundredths():
    score = np.arange(8.0)
    areas = []
    for chosen in combinations(range(8), 4):  # every way to deal the labels out
        positive = np.isin(np.arange(8), chosen)
        areas.append(compare_pairs(positive, score)["credit"].mean())
    assert len(areas) == 70
    assert np.mean(areas) == pytest.approx(0.5)
    assert np.std(areas) == pytest.approx(sqrt((4 + 4 + 1) / (12 * 4 * 4)))
    assert guessing_spread(positive) == pytest.approx(np.std(areas))
    assert round(guessing_spread(positive), 2) == 0.22
