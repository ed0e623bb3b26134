"""Drift and the kinds of learning: each run against a value counted by hand, a law or a second way."""

from math import log

import numpy as np
import pytest

from core.practice.platform import drift, kinds


def test_the_statistic_of_kolmogorov_and_smirnov_is_the_largest_gap_of_the_counts() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        before, after = rng.integers(0, 30, 7), rng.integers(5, 35, 9)
        gaps = [abs((before <= at).mean() - (after <= at).mean()) for at in range(36)]
        assert drift.compare_samples(before, after)["ks"] == pytest.approx(max(gaps))


def test_with_many_rows_even_a_tiny_shift_is_significant() -> None:
    facts = drift.shift_with_more_rows(0.1, 100, 20_000)
    assert facts["p_few"] > 0.05
    assert facts["p_many"] < 1e-6


def test_pairs_show_what_two_lists_hide() -> None:
    facts = drift.compare_same_shops()
    assert facts["p_paired"] == pytest.approx(2 / 2**12)  # all twelve rose: two-sided, exactly
    assert facts["p_unpaired"] > 0.3


def test_the_stability_index_is_the_sum_over_the_groups() -> None:
    old, new = (0.6, 0.3, 0.1), (0.5, 0.3, 0.2)
    by_hand = sum((b - a) * log(b / a) for a, b in zip(old, new, strict=True))
    assert drift.measure_distances(old, new)["psi"] == pytest.approx(by_hand)


def test_a_new_category_makes_one_divergence_infinite_and_leaves_the_other_below_ln_2() -> None:
    facts = drift.measure_distances([1, 1, 0], [2, 2, 1])
    assert facts["kl"] is None
    assert facts["kl_back"] == pytest.approx(log(0.5 / 0.4))
    assert 0 < facts["js"] < log(2)


def test_the_chance_of_a_false_alarm_grows_with_the_columns_and_bonferroni_holds_it() -> None:
    facts = drift.count_false_alarms(20, 0.05)
    assert facts["chance"] == pytest.approx(1 - 0.95**20)
    assert facts["corrected"] <= 0.05


def test_an_expected_count_is_row_times_column_over_all() -> None:
    assert drift.expect_counts([[10, 20], [30, 40]])["expected"] == pytest.approx(30 * 40 / 100)


def test_when_the_meaning_changes_the_inputs_tell_nothing_and_old_rows_do_harm() -> None:
    facts = drift.change_the_world()
    assert facts["meaning_changed"] == pytest.approx(1 - facts["before"], abs=0.02)
    assert facts["trained_on_old"] < 0.5 < facts["trained_on_recent"]


def test_logistic_regression_is_a_classifier_and_kmeans_needs_no_labels() -> None:
    facts = kinds.ask_estimators()
    assert (facts["logistic_classifies"], facts["logistic_regresses"]) == (1, 0)
    assert (facts["kmeans_needs_labels"], facts["forest_needs_labels"]) == (0, 1)


def test_rows_without_a_label_help_a_little() -> None:
    facts = kinds.spread_labels()
    assert 0.01 < facts["with_the_rest"] - facts["alone"] < 0.1


def test_a_machine_taken_at_random_may_be_the_best_one() -> None:
    facts = kinds.play_machines(5, 20)
    assert facts["share_best"] == pytest.approx(0.8 + 0.2 / 5)
    assert facts["share_played"] == pytest.approx(facts["share_best"], abs=0.005)


@pytest.mark.parametrize(("value", "place"), [(1, 0), (2.9, 0), (3, 1), (4.9, 1)])
def test_a_bin_holds_its_left_edge(value: float, place: int) -> None:
    assert kinds.put_into_bins([1, 3, 5], value)["bin"] == place


def test_a_mean_can_be_merged_and_a_median_cannot() -> None:
    facts = kinds.merge_parts()
    assert facts["mean"] == pytest.approx(facts["mean_of_parts"]) == pytest.approx(271 / 11)
    assert (facts["median"], facts["median_of_parts"]) == (6, 5)


def test_sums_and_counts_need_a_memory_and_rows_by_themselves_do_not() -> None:
    facts = kinds.work_in_batches()
    assert [facts[f"changes_{name}"] for name in ("filter", "fahrenheit", "total", "count")] == [
        0, 0, 1, 1,
    ]  # fmt: skip
