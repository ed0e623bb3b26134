"""Costs by hand, and the theory of the cheapest threshold on probabilities known to be true."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from core.datasets import load_dataset
from core.metrics.confusion import Confusion, count_confusion
from core.metrics.costs import Stakes, average_cost, cost_interval, reweigh, theoretical_threshold
from core.metrics.rules import cheapest_cut
from core.metrics.scored_parts import ScoredPart

SHARES = st.floats(0.001, 0.999)
PRICES = st.floats(0.01, 1000)


def one(tp, fp, fn, tn):
    return Confusion(*(np.array([cell]) for cell in (tp, fp, fn, tn)))


def test_three_false_alarms_at_1_and_two_misses_at_10_in_100_rows_cost_230_per_1000():
    stakes = Stakes(cost_false_alarm=1, cost_miss=10)
    assert average_cost(one(tp=8, fp=3, fn=2, tn=87), stakes) == pytest.approx([230])


def test_at_half_positives_the_same_model_costs_half_of_each_error_rate():
    stakes = Stakes(cost_false_alarm=1, cost_miss=10, prevalence=0.5)
    # 3 of 90 negatives are alarmed and 2 of 10 positives are missed.
    expected = 1000 * (0.5 * 1 * 3 / 90 + 0.5 * 10 * 2 / 10)
    assert average_cost(one(tp=8, fp=3, fn=2, tn=87), stakes) == pytest.approx([expected])


def test_naming_the_prevalence_of_the_data_changes_nothing():
    counts = one(tp=8, fp=3, fn=2, tn=87)
    plain = Stakes(cost_false_alarm=2, cost_miss=7)
    named = replace(plain, prevalence=0.1)
    assert average_cost(counts, plain) == pytest.approx(average_cost(counts, named))
    np.testing.assert_allclose(cost_interval(counts, plain), cost_interval(counts, named))
    assert theoretical_threshold(plain, 0.1) == pytest.approx(theoretical_threshold(named, 0.1))


def test_when_only_misses_cost_the_interval_is_wilsons_of_the_miss_rate():
    bounds = cost_interval(one(tp=8, fp=3, fn=2, tn=87), Stakes(cost_false_alarm=0, cost_miss=10))
    truth = binomtest(2, 10).proportion_ci(0.95, method="wilson")
    # 10 of 100 rows are positive, so 100 of 1,000 are; each missed one costs 10.
    assert np.ravel(bounds) == pytest.approx([1000 * truth.low, 1000 * truth.high])


def test_reweighed_counts_fill_10000_rows_and_keep_both_rates():
    counts = reweigh(one(tp=8, fp=3, fn=2, tn=87), 0.001)
    assert counts.tp + counts.fn == pytest.approx([10])
    assert counts.fp + counts.tn == pytest.approx([9990])
    assert counts.tp / (counts.tp + counts.fn) == pytest.approx([0.8])
    assert counts.fp / (counts.fp + counts.tn) == pytest.approx([3 / 90])


def test_if_a_miss_costs_nine_times_as_much_the_alarm_pays_from_one_tenth_on():
    assert theoretical_threshold(Stakes(cost_false_alarm=1, cost_miss=9), 0.01) == 0.1
    assert theoretical_threshold(Stakes(cost_false_alarm=0, cost_miss=9), 0.01) == 0
    assert theoretical_threshold(Stakes(cost_false_alarm=1, cost_miss=0), 0.01) == 1


@given(PRICES, PRICES, SHARES, SHARES, SHARES)
def test_the_shifted_threshold_gives_alarms_exactly_where_bayes_rule_says_they_pay(
    cost_false_alarm, cost_miss, learned, prevalence, score
):
    stakes = Stakes(cost_false_alarm=cost_false_alarm, cost_miss=cost_miss, prevalence=prevalence)
    # Bayes: from the score to the likelihoods (up to a factor), and on to the new posterior.
    likelihood_positive, likelihood_negative = score / learned, (1 - score) / (1 - learned)
    joint = prevalence * likelihood_positive, (1 - prevalence) * likelihood_negative
    posterior = joint[0] / sum(joint)
    gain = posterior * cost_miss - (1 - posterior) * cost_false_alarm
    margin = score - theoretical_threshold(stakes, learned)
    assert abs(margin) < 1e-9 or (margin > 0) == (gain > 0)


@pytest.mark.parametrize("data", ["fraud", "churn"])
@pytest.mark.parametrize("cost_miss", [0.5, 5, 50])
@pytest.mark.parametrize("prevalence", [None, 0.001, 0.4])
def test_the_cheapest_threshold_of_a_calibrated_model_is_c_fp_over_c_fp_plus_c_fn(
    data, cost_miss, prevalence
):
    """Each row counts as positive with its true probability: the average over all possible labels."""
    score = load_dataset(data).true_values()
    both = np.concatenate([score, score])
    positive = np.repeat([True, False], len(score))
    cuts = np.append(np.inf, np.unique(score)[::-1])
    weight = np.concatenate([score, 1 - score])
    part = ScoredPart(positive, both, cuts, count_confusion(positive, both, cuts, weight))
    stakes = Stakes(cost_false_alarm=1, cost_miss=cost_miss, prevalence=prevalence)
    theory = theoretical_threshold(stakes, learned_base_rate=score.mean())
    if prevalence is None:
        assert theory == pytest.approx(1 / (1 + cost_miss))
    # The cheapest cut is the lowest score that reaches the theoretical threshold.
    assert cheapest_cut(part, stakes) == cuts[cuts >= theory].min()


@pytest.mark.parametrize("unit", [1e-9, 0.001, 0.1, 0.7, 1, 3, 1e9])
def test_of_equally_cheap_thresholds_the_highest_is_chosen_in_every_unit_of_money(unit):
    # From the top: three negatives, then a positive, again and again. At a price of 1 to 3 each
    # such group costs as much as it saves, so no alarm at all is as cheap as any place.
    positive = np.array([False, False, False, True] * 50)
    score = np.linspace(0.9, 0.1, len(positive))
    cuts = np.append(1.0, score)
    part = ScoredPart(positive, score, cuts, count_confusion(positive, score, cuts))
    for prevalence in (None, 0.25):
        stakes = Stakes(cost_false_alarm=unit, cost_miss=3 * unit, prevalence=prevalence)
        assert cheapest_cut(part, stakes) == 1.0
