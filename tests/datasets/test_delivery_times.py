"""Delivery times follow their law, but for exactly two in a hundred."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest, ttest_ind

from core.datasets import load_dataset
from core.datasets.delivery_times import expected_minutes

DELIVERIES = load_dataset("delivery_times")
EXCESS = DELIVERIES.table["minutes"].to_numpy() - DELIVERIES.true_values()
IS_WRONG = EXCESS > 90

PLAIN = {
    "distance_km": 2.0,
    "items": 1,
    "open_orders": 0,
    "vehicle": "bicycle",
    "rush_hour": 0,
    "rain": 0,
}


@pytest.mark.parametrize(
    ("changes", "minutes"),
    [
        ({}, 10 + 7.2 + 1.2),
        ({"rain": 1}, 10 + 9.0 + 1.2),
        ({"vehicle": "scooter", "items": 3}, 10 + 4.8 + 3.6),
        ({"vehicle": "car", "open_orders": 10}, 10 + 5.6 + 1.2 + 9),
        ({"rush_hour": 1}, 10 + 7.2 + 1.2 + 5),
    ],
)
def test_expected_minutes_are_what_the_hand_computes(changes, minutes):
    assert expected_minutes(pd.DataFrame([PLAIN | changes]))[0] == pytest.approx(minutes)


def test_the_true_values_are_the_law_applied_to_the_table():
    assert np.allclose(DELIVERIES.true_values(), expected_minutes(DELIVERIES.table))


def test_exactly_two_percent_are_recorded_two_to_eight_hours_too_late():
    assert IS_WRONG.sum() == 60
    assert EXCESS[IS_WRONG].min() > 120 - 4 * 4
    assert EXCESS[IS_WRONG].max() < 480 + 4 * 4
    # Uniform between 120 and 480: mean 300, standard error 104 / √60 = 13.4.
    assert abs(EXCESS[IS_WRONG].mean() - 300) < 4 * 13.4


def test_all_other_deliveries_scatter_normally_with_four_minutes():
    assert kstest(EXCESS[~IS_WRONG] / 4, "norm").pvalue > 0.001


def test_mistakes_have_nothing_to_do_with_the_order():
    for name in DELIVERIES.numeric_features:
        values = DELIVERIES.table[name].to_numpy()
        assert ttest_ind(values[IS_WRONG], values[~IS_WRONG], equal_var=False).pvalue > 0.001, name


def test_two_percent_of_mistakes_move_the_mean_by_minutes_and_the_median_hardly():
    minutes = DELIVERIES.table["minutes"]
    clean = minutes[~IS_WRONG]
    assert minutes.mean() - clean.mean() > 4
    assert minutes.median() - clean.median() < 0.5


def test_no_delivery_takes_less_than_three_minutes():
    assert DELIVERIES.table["minutes"].min() >= 3
