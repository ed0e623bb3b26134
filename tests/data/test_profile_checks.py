"""The runs behind the practice items, by hand."""

import numpy as np
import pytest

from core.data.profile.checks import (
    correlate_values,
    describe_values,
    drop_gaps,
    measure_normal_data,
)


def test_the_fences_of_nine_deliveries_by_hand():
    facts = describe_values([20, 22, 24, 26, 28, 30, 32, 34, 60])
    assert facts["fence_high"] == 32 + 1.5 * 8
    assert facts["fence_low"] == 24 - 1.5 * 8
    assert facts["above_median"] == 28 + 12
    mean = 276 / 9
    squares = sum((v - mean) ** 2 for v in (20, 22, 24, 26, 28, 30, 32, 34, 60))
    assert facts["sigma_high"] == pytest.approx(mean + 3 * np.sqrt(squares / 8))
    assert (facts["n_fence"], facts["n_sigma"]) == (1, 0)


@pytest.mark.parametrize("n", [5, 10, 20])
def test_the_largest_distance_is_n_minus_1_over_root_n(n):
    assert describe_values([0.0] * (n - 1) + [7.0])["z"] == pytest.approx((n - 1) / np.sqrt(n))
    assert describe_values([3.0] * n)["z"] is None


def test_ranks_that_agree_give_a_spearman_of_1_and_a_constant_none():
    facts = correlate_values([1, 2, 3], [1, 2, 100])
    assert facts["spearman"] == pytest.approx(1)
    # Deviations −1, 0, 1 and y: covariance sum 99, squares 2 and 6534.67.
    assert facts["pearson"] == pytest.approx(99 / np.sqrt(2 * (1 + 4 + 10_000 - 103**2 / 3)))
    assert correlate_values([1, 2], [5, 5]) == {"pearson": None, "spearman": None}


def test_the_shares_of_normal_data_are_those_of_a_large_sample():
    facts = measure_normal_data()
    z = np.random.default_rng(0).normal(size=1_000_000)
    assert facts["fence_in_sigmas"] == pytest.approx(4 * 0.6744898, rel=1e-6)
    assert (np.abs(z) > facts["fence_in_sigmas"]).mean() == pytest.approx(
        facts["share_fence"], abs=3e-4
    )
    assert (np.abs(z) > 3).mean() == pytest.approx(facts["share_sigma"], abs=2e-4)


def test_dropped_gaps_by_hand():
    facts = drop_gaps(n_fast=120, n_slow=80, fast_gaps=12, slow_gaps=40)
    assert facts == pytest.approx({"share_all": 0.4, "share_kept": 40 / 148, "kept_of_slow": 0.5})
    assert drop_gaps(3, 1, 0, 0)["share_kept"] == 0.25
