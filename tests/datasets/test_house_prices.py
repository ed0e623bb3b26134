"""House prices follow their law with log-normal noise."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest, skew

from core.datasets import load_dataset
from core.datasets.house_prices import median_log_price

PLAIN = {
    "area_m2": 100.0,
    "rooms": 4,
    "age_years": 0.0,
    "distance_km": 0.0,
    "garden": 0,
    "district": "old_town",
    "condition": "good",
}
HOUSES = load_dataset("house_prices")


@pytest.mark.parametrize(
    ("changes", "median"),
    [
        ({}, 320_000 * np.exp(0.35)),
        ({"area_m2": 200.0}, 320_000 * np.exp(0.35) * 2**0.85),
        ({"age_years": 10.0}, 320_000 * np.exp(0.29)),
        ({"age_years": 100.0}, 320_000 * np.exp(0.05)),
        ({"distance_km": 10.0}, 320_000),
        ({"garden": 1, "rooms": 5}, 320_000 * np.exp(0.45)),
        ({"district": "station", "condition": "renovated"}, 320_000 * np.exp(0.05)),
    ],
)
def test_median_prices_are_what_the_hand_computes(changes, median):
    assert np.exp(median_log_price(pd.DataFrame([PLAIN | changes]))[0]) == pytest.approx(median)


def test_log_prices_scatter_normally_around_their_law_with_018():
    noise = np.log(HOUSES.table["price_eur"]) - median_log_price(HOUSES.table)
    assert kstest(noise / 0.18, "norm").pvalue > 0.001


def test_the_true_values_are_mean_prices_and_medians_lie_16_percent_lower():
    price, mean = HOUSES.table["price_eur"].to_numpy(), HOUSES.true_values()
    # Noise is 18 % of the price, so the average of 3,000 ratios is off by about 0.33 %.
    assert np.mean(price / mean) == pytest.approx(1, abs=4 * 0.18 / np.sqrt(3_000))
    ratio = np.exp(median_log_price(HOUSES.table)) / mean
    assert ratio == pytest.approx(np.full(3_000, 1 - 0.016), abs=5e-4)
    # Draws that the module did not make: the mean of a log-normal variable by simulation.
    draws = np.exp(np.random.default_rng(0).normal(0, 0.18, 400_000))
    assert 1 / draws.mean() == pytest.approx(ratio[0], abs=0.002)


def test_prices_are_skewed_to_the_right_and_their_logarithms_are_not():
    price = HOUSES.table["price_eur"]
    assert skew(price) > 1
    assert abs(skew(np.log(price))) < 0.2
    assert price.mean() > price.median()


def test_least_squares_finds_the_documented_coefficients_again():
    table = HOUSES.table
    columns = {
        "area": np.log(table["area_m2"]),
        "rooms": table["rooms"],
        "age": np.minimum(table["age_years"], 50),
        "distance": table["distance_km"],
        "garden": table["garden"],
    }
    words = pd.get_dummies(table[["district", "condition"]], dtype=float)
    x = np.column_stack([*columns.values(), words.drop(columns="condition_good")])
    y = np.log(table["price_eur"])
    solution = np.linalg.lstsq(x, y)[0]
    errors = 0.18 * np.sqrt(np.diag(np.linalg.inv(x.T @ x)))
    truth = {"area": 0.85, "rooms": 0.02, "age": -0.006, "distance": -0.035, "garden": 0.08}
    for at, name in enumerate(columns):
        assert abs(solution[at] - truth[name]) < 4 * errors[at], name


def test_prices_are_rounded_to_a_hundred_euros():
    assert (HOUSES.table["price_eur"] % 100 == 0).all()
