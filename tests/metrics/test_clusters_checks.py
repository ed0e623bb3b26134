"""The runs behind the practice items, by hand."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, silhouette_samples

from core.metrics.clusters.checks import compare_partitions, measure_inertia, measure_silhouette


def test_the_silhouettes_of_four_points_are_those_worked_out_by_hand():
    # Places 0, 1 | 10, 12: own distances 1, 1, 2, 2; other distances 11, 10, 9.5, 11.5.
    by_hand = [10 / 11, 9 / 10, 7.5 / 9.5, 9.5 / 11.5]
    places = np.array([[0], [1], [10], [12]])
    assert silhouette_samples(places, [0, 0, 1, 1]) == pytest.approx(by_hand)
    assert measure_silhouette([0, 1], [10, 12], [99, 100])["silhouette"] == pytest.approx(10 / 11)


def test_a_row_nearer_to_another_cluster_has_a_negative_silhouette():
    facts = measure_silhouette([0, 9], [1, 2], [50, 60])
    assert facts["silhouette"] == pytest.approx((1.5 - 9) / 9)
    assert facts["difference"] == pytest.approx(1.5 - 9)
    assert facts["silhouette_with_farthest"] == pytest.approx((55 - 9) / 55)


def test_inertia_by_hand():
    facts = measure_inertia([0, 2, 10, 14], k=2)
    assert facts == pytest.approx(
        {
            "inertia": 1 + 1 + 4 + 4,
            "mean_square": 2.5,
            "sum_of_distances": 6,
            "total_squares": 6.5**2 + 4.5**2 + 3.5**2 + 7.5**2,
            "inertia_at_n": 0,
        }
    )


def test_the_adjusted_rand_index_is_1_under_any_renaming_and_about_0_for_random_labels():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 5, 300)
    for _ in range(5):
        names = rng.permutation(5)
        assert adjusted_rand_score(truth, names[truth]) == 1
    facts = compare_partitions(truth.tolist(), ((truth + 1) % 5).tolist())
    assert facts["ari"] == 1
    assert facts["share_with_same_number"] == 0
    assert facts["mean_ari_of_shuffles"] == pytest.approx(0, abs=0.01)
