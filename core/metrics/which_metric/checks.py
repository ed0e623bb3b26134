"""Runs that prove the practice items about choosing a metric: scikit-learn does the arithmetic."""

from collections.abc import Mapping

import numpy as np
from sklearn import metrics

from core.practice.checks import compare_models
from core.practice.family import Values
from core.practice.proof import Facts


def find_f1_price(tp: int, fp: int, fn: int) -> Facts:
    """Find by trial how many false alarms F1 gives for one miss, at these counts.

    The counts are taken a million times over, so that one row more or less is a small step. One
    miss is turned into a hit, and false alarms are added until F1 is what it was. Facts: ``f1``;
    ``price`` (false alarms per miss, to three decimals); ``swapped``, its reciprocal;
    ``half_f1``, the chance from which on an alarm raises F1.
    Check by eye: an F1 of 1/2 gives 3.
    """
    scale = 10**6
    start = _f1(tp * scale, fp * scale, fn * scale)
    low, high = 0.0, 1000.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        is_better = _f1(tp * scale + 1000, fp * scale + 1000 * middle, fn * scale - 1000) > start
        low, high = (middle, high) if is_better else (low, middle)
    price = round(low, 3)
    return {"f1": start, "price": price, "swapped": 1 / price, "half_f1": start / 2}


def compare_choices(
    models: Mapping[str, Mapping[str, int]], cost_false_alarm: float, cost_miss: float
) -> Facts:
    """Say what the choice of each metric costs more than the cheapest model.

    Facts: those of `core.practice.checks.compare_models`, and for each metric
    ``extra_accuracy``, ``extra_precision``, ``extra_recall``, ``extra_f1``; ``least_cost``.
    """
    facts = compare_models(models, cost_false_alarm, cost_miss)
    costs = {name: float(facts[f"cost_{name}"] or 0) for name in models}
    extras = {}
    for metric in ("accuracy", "precision", "recall", "f1"):
        best = max(models, key=lambda name: facts[f"{metric}_{name}"] or 0.0)
        extras[f"extra_{metric}"] = costs[best] - min(costs.values())
    return {**facts, **extras, "least_cost": min(costs.values())}


def fill_lists(hits: list[int], length: int, positives: int, prices: list[float]) -> Facts:
    """Pay for two lists of equal length at two pairs of prices.

    `hits` are the positives on each list; `prices` are those of a needless action and of a miss,
    twice. Facts: ``cost_1_a``, ``cost_2_a`` (first and second list at the first prices),
    ``cost_1_b``, ``cost_2_b``; ``saved_a`` and ``saved_b``, what the second list saves;
    ``precision_1``, ``precision_2``.
    """
    facts: dict[str, float | None] = {}
    for number, n_hits in enumerate(hits, start=1):
        truth = np.r_[np.ones(positives), np.zeros(length)]
        acted = np.r_[
            np.ones(n_hits),
            np.zeros(positives - n_hits),
            np.ones(length - n_hits),
            np.zeros(n_hits),
        ]
        (_, over), (under, _) = metrics.confusion_matrix(truth, acted).tolist()
        facts[f"precision_{number}"] = float(metrics.precision_score(truth, acted))
        for name, (needless, miss) in {"a": prices[:2], "b": prices[2:]}.items():
            facts[f"cost_{number}_{name}"] = needless * over + miss * under
    for name in ("a", "b"):
        facts[f"saved_{name}"] = float(facts[f"cost_1_{name}"] or 0) - float(
            facts[f"cost_2_{name}"] or 0
        )
    return facts


def try_promises(minutes: list[float], cost_late: float, cost_early: float) -> Facts:
    """Try every promise from the shortest to the longest time and say which one costs least.

    A minute late costs `cost_late`, a minute early `cost_early`. Facts: ``best`` (in steps of
    0.5), ``on_time`` (share of deliveries that keep it), ``mean``, ``median``, ``longest``,
    ``cost_of_mean`` and ``cost_of_best``.
    """
    times = np.array(minutes)
    promises = np.arange(times.min(), times.max() + 0.25, 0.5)

    def pay(promise: float) -> float:
        late = times - promise
        return float(np.where(late > 0, cost_late * late, -cost_early * late).sum())

    best = float(promises[np.argmin([pay(promise) for promise in promises])])
    return {
        "best": best,
        "on_time": float((times <= best).mean()),
        "mean": float(times.mean()),
        "median": float(np.median(times)),
        "longest": float(times.max()),
        "cost_of_mean": pay(float(times.mean())),
        "cost_of_best": pay(best),
    }


def draw_alarms(rng: np.random.Generator) -> Values | None:
    """Draw the counts of an alarm system for `find_f1_price`.

    None where the price of a miss has more than one decimal.
    """
    tp, fn = (int(10 * rng.integers(1, 9)) for _ in range(2))
    fp = int(10 * rng.integers(1, 20))
    f1 = 2 * tp / (2 * tp + fp + fn)
    price = round(2 / f1 - 1, 9)
    if price != round(price, 1) or price < 1.3:
        return None
    return {
        "tp": tp,
        "fp": fp,
        "fn": fn,
        "n": tp + fn,
        "f1": f1,
        "price": price,
        "swapped": 1 / price,
    }


def draw_rivals(rng: np.random.Generator) -> Values | None:
    """Draw two models and a price for `compare_choices`: the more accurate one has the higher bill."""
    miss = int(5 * rng.integers(2, 10))
    over_a, over_b = int(5 * rng.integers(1, 5)), int(5 * rng.integers(10, 25))
    under_a, under_b = (int(rng.integers(*ends)) for ends in ((25, 45), (10, 25)))
    bill_a, bill_b = over_a + miss * under_a, over_b + miss * under_b
    if over_a + under_a >= over_b + under_b or not 0 < bill_a - bill_b < 1000:
        return None
    models = {
        "a": {"tp": 100 - under_a, "fp": over_a, "fn": under_a, "tn": 9900 - over_a},
        "b": {"tp": 100 - under_b, "fp": over_b, "fn": under_b, "tn": 9900 - over_b},
    }
    return {
        "miss": miss,
        "over_a": over_a,
        "over_b": over_b,
        "under_a": under_a,
        "under_b": under_b,
        "bill_a": bill_a,
        "bill_b": bill_b,
        "extra": bill_a - bill_b,
        "models": models,
    }


def draw_wedding(rng: np.random.Generator) -> Values | None:
    """Draw two prices for `core.practice.checks.find_cheapest_threshold`; their share has two decimals."""
    share, total = int(rng.integers(2, 10)) * 5, int(rng.integers(2, 20)) * 100
    over = share * total // 100
    under = total - over
    return {
        "over": over,
        "under": under,
        "total": total,
        "share": share / 100,
        "ratio": over / under,
    }


def _f1(tp: float, fp: float, fn: float) -> float:
    truth, alarm = [1, 0, 1], [1, 1, 0]
    return float(metrics.f1_score(truth, alarm, sample_weight=[tp, fp, fn]))
