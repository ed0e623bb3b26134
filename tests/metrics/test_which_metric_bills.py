"""What a decision costs: every law of the bill, held against another way to compute it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from sklearn import metrics

from core.metrics.which_metric.bills import Bill, bill_rows, chance_on_list, list_length, settle
from core.metrics.which_metric.scores import rank_values, score_model

patient = settings(deadline=None, max_examples=30)
prices = st.floats(0.1, 1000)


def bill(need="decision", over=20.0, under=100.0, **more):
    return Bill(need=need, cost_over=over, cost_under=under, **more)


def rows(n=300, seed=0, digits=None):
    rng = np.random.default_rng(seed)
    truth = (rng.random(n) < 0.3).astype(float)
    score = np.clip(0.3 * truth + rng.random(n) * 0.7, 0, 1)
    return truth, score if digits is None else score.round(digits)


@pytest.mark.parametrize("seed", range(5))
def test_a_decision_costs_price_times_false_alarms_plus_price_times_misses(seed):
    truth, score = rows(seed=seed)
    (_, fp), (fn, _) = metrics.confusion_matrix(truth, score >= 0.4)
    paid = bill_rows(bill(), truth, score, 0.4).mean()
    assert paid == pytest.approx(1000 * (20 * fp + 100 * fn) / len(truth))


@pytest.mark.parametrize("threshold", [0.2, 0.5])
def test_at_equal_prices_and_the_same_threshold_accuracy_is_the_metric(threshold):
    costs, accuracies = [], []
    for seed in range(6):
        truth, score = rows(seed=seed)
        even = bill(over=7, under=7)
        costs.append(bill_rows(even, truth, score, threshold).mean())
        accuracies.append(metrics.accuracy_score(truth, score >= threshold))
        assert costs[-1] == pytest.approx(7000 * (1 - accuracies[-1]))
    assert np.argsort(costs).tolist() == np.argsort(accuracies)[::-1].tolist()


@patient
@given(over=prices, under=prices, seed=st.integers(0, 99))
def test_the_cheapest_threshold_is_as_cheap_as_the_best_of_all_that_can_be_tried(over, under, seed):
    truth, score = rows(n=60, seed=seed, digits=1)
    priced = bill(over=over, under=under, is_tuned=True)
    paid = bill_rows(priced, truth, score, settle(priced, truth, score)).mean()
    tried = [bill_rows(priced, truth, score, cut).mean() for cut in np.linspace(0, 1.05, 106)]
    assert paid == pytest.approx(min(tried))


def test_untuned_the_alarm_begins_at_half_and_numbers_stay_as_they_are():
    truth, score = rows()
    assert settle(bill(is_tuned=False), truth, score) == 0.5
    assert settle(bill("number", is_tuned=False), truth, score) == 0
    assert np.isnan(settle(bill("ranking"), truth, score))
    assert np.isnan(settle(bill("probability"), truth, score))


def test_an_alarm_pays_off_from_the_share_of_the_prices_on():
    """Of 1,000 rows with the same true probability, alarm for all or for none: which is cheaper?"""
    share = bill().fair_share
    for chance in (share - 0.01, share + 0.01):
        truth = (np.arange(1000) < round(1000 * chance)).astype(float)
        alarm, silence = (
            bill_rows(bill(), truth, np.full(1000, s), 0.5).mean() for s in (1.0, 0.0)
        )
        assert (alarm < silence) == (chance > share)


@patient
@given(a=st.tuples(prices, prices), b=st.tuples(prices, prices), capacity=st.integers(10, 900))
def test_where_a_list_of_fixed_length_is_worked_through_prices_do_not_matter(a, b, capacity):
    orders = []
    for over, under in (a, b):
        priced = bill("ranking", over, under, capacity=capacity)
        costs, precisions = [], []
        for seed in range(6):
            truth, _ = rows(seed=0)
            _, score = rows(seed=seed)
            mixed = 0.5 * truth * np.random.default_rng(seed).random(len(truth)) + score
            costs.append(bill_rows(priced, truth, mixed, np.nan).mean())
            precisions.append(score_model(priced, truth, mixed / 2)["precision_on_list"])
        assert np.argsort(np.round(costs, 6), kind="stable").tolist() == (
            np.argsort(-np.round(precisions, 12), kind="stable").tolist()
        )
        orders.append(np.argsort(np.round(costs, 6), kind="stable").tolist())
    assert orders[0] == orders[1]


def test_a_hit_more_on_the_list_saves_both_prices():
    truth = np.array([1, 0, 1, 0, 0, 0, 0, 0, 0, 0], dtype=float)
    worse, better = np.linspace(1, 0, 10), np.linspace(1, 0, 10)
    better[[1, 2]] = better[[2, 1]]
    priced = bill("ranking", capacity=200)
    assert list_length(priced, 10) == 2
    saved = (
        bill_rows(priced, truth, worse, np.nan).sum()
        - bill_rows(priced, truth, better, np.nan).sum()
    )
    assert saved == pytest.approx(1000 * (20 + 100))


def test_equal_scores_share_the_places_at_the_end_of_the_list():
    score = np.array([0.9, 0.5, 0.5, 0.5, 0.5, 0.2])
    rng = np.random.default_rng(0)
    on_list = np.zeros(6)
    for _ in range(4000):
        order = np.lexsort((rng.random(6), -score))
        on_list[order[:3]] += 1 / 4000
    assert chance_on_list(score, 3) == pytest.approx([1, 0.5, 0.5, 0.5, 0.5, 0])
    assert on_list == pytest.approx(chance_on_list(score, 3), abs=0.03)


def pay_for_division(over, truth, chance):
    """Price of one row when alarm and miss cost `over` and 1 − `over`, decided at these prices."""
    return over * (1 - truth) if chance >= over else (1 - over) * truth


@pytest.mark.parametrize("truth", [0.0, 1.0])
@pytest.mark.parametrize("chance", [0.01, 0.3, 0.5, 0.9])
def test_the_bill_averaged_over_all_divisions_of_the_price_is_a_multiple_of_the_brier_score(
    truth, chance
):
    average, _ = quad(pay_for_division, 0, 1, args=(truth, chance), points=[chance])
    paid = bill_rows(bill("probability"), np.array([truth]), np.array([chance]), np.nan)[0]
    assert paid == pytest.approx(1000 * 120 * average, rel=1e-6)
    assert paid == pytest.approx(1000 * 120 / 2 * (truth - chance) ** 2)


@pytest.mark.parametrize("truth", [0.0, 1.0])
@pytest.mark.parametrize("chance", [0.05, 0.5, 0.8])
def test_log_loss_is_such_an_average_that_gives_very_unequal_prices_more_weight(truth, chance):
    def weighed(over):
        return pay_for_division(over, truth, chance) / (over * (1 - over))

    low, _ = quad(weighed, 0, chance)
    high, _ = quad(weighed, chance, 1)
    assert low + high == pytest.approx(
        metrics.log_loss([truth], [[1 - chance, chance]], labels=[0, 1])
    )


@pytest.mark.parametrize(("over", "under"), [(1, 1), (1, 3), (5, 2)])
@pytest.mark.parametrize("growth", ["linear", "squared"])
def test_no_other_shift_makes_a_number_cheaper(over, under, growth):
    rng = np.random.default_rng(0)
    truth = rng.exponential(10, 501)
    priced = bill("number", over, under, growth=growth, is_tuned=True)
    shift = settle(priced, truth, np.zeros(501))
    paid = bill_rows(priced, truth, np.zeros(501), shift).mean()
    for other in np.linspace(0, 40, 400):
        assert paid <= bill_rows(priced, truth, np.zeros(501), other).mean() + 1e-9
    if over == under:
        expected = np.median(truth) if growth == "linear" else truth.mean()
        assert shift == pytest.approx(expected)


def test_the_cheapest_number_is_not_too_low_in_the_share_of_the_prices():
    truth = np.random.default_rng(0).exponential(10, 2000)
    priced = bill("number", 1, 3, is_tuned=True)
    shift = settle(priced, truth, np.zeros(2000))
    assert (truth <= shift).mean() == pytest.approx(1 - priced.fair_share, abs=1e-3)
    assert 1 - priced.fair_share == 0.75


@pytest.mark.parametrize(("growth", "metric"), [("linear", "mae"), ("squared", "rmse")])
def test_at_equal_prices_mae_or_rmse_is_the_metric_of_a_number(growth, metric):
    rng = np.random.default_rng(0)
    truth = rng.normal(size=200)
    priced = bill("number", 3, 3, growth=growth, step=2.0)
    for said in rng.normal(size=(5, 200)):
        paid, value = (
            bill_rows(priced, truth, said, 0).mean(),
            score_model(priced, truth, said)[metric],
        )
        assert paid == pytest.approx(3000 * (value / 2) ** (1 if growth == "linear" else 2))


@pytest.mark.parametrize(("over", "under"), [(0, 1), (1, 0)])
def test_where_one_kind_of_error_is_free_the_other_is_avoided(over, under):
    truth = np.random.default_rng(0).normal(size=50)
    for growth in ("linear", "squared"):
        priced = bill("number", over, under, growth=growth, is_tuned=True)
        shift = settle(priced, truth, np.zeros(50))
        assert bill_rows(priced, truth, np.zeros(50), shift).sum() == 0


def test_equals_share_a_place_and_undefined_has_none():
    assert rank_values("f1", pd.Series([0.2, 0.5, 0.5, np.nan])).tolist() == [3, 1, 1, 0]
    assert rank_values("log_loss", pd.Series([0.2, 0.5, 0.1 + 0.2, 0.3])).tolist() == [1, 4, 2, 2]
