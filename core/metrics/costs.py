"""What a threshold costs: false alarms and misses at the learner's own prices.

All costs are in the learner's unit (euros, minutes, …) per 1,000 rows.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.metrics.confusion import Confusion
from core.metrics.intervals import Bounds, sum_interval

ROWS = 1000


@dataclass(frozen=True, kw_only=True)
class Stakes:
    """What each error costs, and how common the positives are where the model works."""

    cost_false_alarm: float
    cost_miss: float
    """Both 0 or more, not both 0."""
    prevalence: float | None = None
    """Share of positives, between 0 and 1; None for as many as in the data."""


def theoretical_threshold(stakes: Stakes, learned_base_rate: float) -> float:
    """Return the cheapest threshold for scores that are true probabilities.

    A row is positive with probability q. An alarm costs (1 − q)·c_FP on average, silence costs
    q·c_FN. The alarm is cheaper from q = c_FP / (c_FP + c_FN) on: that is the threshold.

    A model that learned where a share p was positive, and now works where the share is π, gives
    scores s that are right for p. If positives look the same in both places, and negatives too,
    the odds only change by a factor (Elkan 2001, "The foundations of cost-sensitive learning",
    theorem 2):

        q / (1 − q) = s / (1 − s) · [π / (1 − π)] / [p / (1 − p)].

    Asking q / (1 − q) ≥ c_FP / c_FN and solving for s gives the threshold
    a / (a + b) with a = c_FP·p·(1 − π) and b = c_FN·(1 − p)·π.

    Parameters
    ----------
    stakes : Stakes
        c_FP, c_FN (only their ratio matters) and π; without a prevalence π is p.
    learned_base_rate : float
        p, the share of positives among the training rows.

    Returns
    -------
    float
        From 0 to 1. Check by eye: costs 1 and 9 give 0.1; learned at a half and used at a
        tenth, 0.5.
    """
    shift = 1.0
    if stakes.prevalence is not None:
        learned_odds = learned_base_rate / (1 - learned_base_rate)
        shift = learned_odds * (1 - stakes.prevalence) / stakes.prevalence
    alarm_price = stakes.cost_false_alarm * shift
    return alarm_price / (alarm_price + stakes.cost_miss)


def average_cost(counts: Confusion, stakes: Stakes) -> NDArray[np.float64]:
    """Return the cost of each threshold per 1,000 rows.

    1000·(c_FP·fp + c_FN·fn) / n at the prevalence of the data (None), else
    1000·((1 − π)·c_FP·fp/N + π·c_FN·fn/P) for N negatives and P positives.
    Check by eye: 3 false alarms at 1 and 2 misses at 10 in 100 rows cost 230.
    """
    per_false_alarm, per_miss = _prices(counts, stakes)
    return np.asarray(per_false_alarm * counts.fp + per_miss * counts.fn, dtype=np.float64)


def cost_interval(counts: Confusion, stakes: Stakes) -> Bounds:
    """Bound `average_cost` (95 %), given how many positives and negatives were drawn.

    The false-alarm rate and the miss rate are counted on different rows, so their Wilson
    intervals combine as in `core.metrics.intervals.sum_interval`.
    """
    n_negative, n_positive = counts.fp + counts.tn, counts.fn + counts.tp
    per_false_alarm, per_miss = _prices(counts, stakes)
    return sum_interval(
        np.stack([counts.fp, counts.fn], axis=-1),
        np.stack([n_negative, n_positive], axis=-1),
        np.stack([per_false_alarm * n_negative, per_miss * n_positive], axis=-1),
    )


def reweigh(counts: Confusion, prevalence: float, n_rows: float = 10_000) -> Confusion:
    """Return what `n_rows` rows would show if a share `prevalence` of them were positive.

    Positives keep their recall and negatives their false-alarm rate; only their numbers change:
    each positive row counts π·n_rows/P times, each negative row (1 − π)·n_rows/N times.
    """
    per_positive = prevalence * n_rows / (counts.tp + counts.fn)
    per_negative = (1 - prevalence) * n_rows / (counts.fp + counts.tn)
    return Confusion(
        counts.tp * per_positive,
        counts.fp * per_negative,
        counts.fn * per_positive,
        counts.tn * per_negative,
    )


def _prices(counts: Confusion, stakes: Stakes) -> tuple[Any, Any]:
    """Say what one false alarm and one miss among these rows add to the cost of 1,000 rows."""
    n_negative, n_positive = counts.fp + counts.tn, counts.fn + counts.tp
    if stakes.prevalence is None:
        per_row = ROWS / (n_negative + n_positive)
        return stakes.cost_false_alarm * per_row, stakes.cost_miss * per_row
    return (
        stakes.cost_false_alarm * (1 - stakes.prevalence) * ROWS / n_negative,
        stakes.cost_miss * stakes.prevalence * ROWS / n_positive,
    )
