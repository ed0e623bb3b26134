"""What a model costs: the bill of its mistakes, for a decision, a ranking, a probability or a number.

All costs are in the unit of the scenario per 1,000 rows. *Over* is a false alarm or a number that is
too high, *under* is a miss or a number that is too low.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.metrics.confusion import count_confusion
from core.metrics.costs import ROWS, Stakes
from core.metrics.rules import cheapest_cut
from core.metrics.scored_parts import ScoredPart
from core.metrics.which_metric.scenarios import Growth, Need

Numbers = NDArray[np.float64]
HALF = 0.5


@dataclass(frozen=True, kw_only=True)
class Bill:
    """What is needed of the model, and the price of each mistake."""

    need: Need
    cost_over: float
    cost_under: float
    capacity: int = 50
    """Rows out of 1,000 that can be acted upon (rankings only)."""
    growth: Growth = "linear"
    step: float = 1.0
    is_tuned: bool = True
    """Whether threshold or shift are set on the validation rows; else 0.5, and no shift."""

    @property
    def fair_share(self) -> float:
        """Price of over / (price of over + price of under).

        For a decision the probability at which alarm and silence cost the same (Elkan 2001). For a
        number with linear prices the best answer is exceeded by the truth in this share of cases:
        the newsvendor's quantile, 1 minus this share.
        """
        return self.cost_over / (self.cost_over + self.cost_under)

    @property
    def is_even(self) -> bool:
        """Whether both mistakes have the same price."""
        return self.cost_over == self.cost_under


def settle(bill: Bill, truth: Numbers, said: Numbers) -> float:
    """Return what is tuned on validation rows before a model is used: its threshold, or its shift.

    Decision: the threshold of `core.metrics.rules.cheapest_cut`. Number: what is added to every
    answer, so that the bill of these rows is lowest: a quantile of the errors (linear prices), or
    an expectile (squared). Rankings and probabilities are used as they are: NaN.
    """
    if bill.need == "decision":
        return _settle_threshold(bill, truth, said) if bill.is_tuned else HALF
    if bill.need == "number":
        return _settle_shift(bill, truth - said) if bill.is_tuned else 0.0
    return float("nan")


def bill_rows(bill: Bill, truth: Numbers, said: Numbers, setting: float) -> Numbers:
    """Return the cost of each row, times 1,000, so that the mean is the cost of 1,000 rows.

    - Decision: an alarm from the threshold `setting` on; a false alarm or a miss costs its price.
    - Ranking: the `capacity` rows in 1,000 with the highest scores are acted upon; where equal
      scores reach across the end of the list, each of them has the same chance to be on it.
    - Probability: someone else will decide at prices that are not known yet. All divisions of
      the same total price between the two mistakes are equally likely. A row that is positive
      (y = 1) or not (y = 0) and got the score p then costs (total)·(y − p)²/2 on average, the
      Brier score but for a factor (Hernández-Orallo, Flach and Ferri 2012).
    - Number: price · (size of the error / step), or its square.
    """
    if bill.need == "number":
        error = said + setting - truth
        size = np.abs(error) / bill.step
        price = np.where(error > 0, bill.cost_over, bill.cost_under)
        return np.asarray(ROWS * price * (size if bill.growth == "linear" else size**2))
    if bill.need == "probability":
        return np.asarray(ROWS * (bill.cost_over + bill.cost_under) * (truth - said) ** 2 / 2)
    if bill.need == "decision":
        alarm = (said >= setting).astype(np.float64)
    else:
        alarm = chance_on_list(said, list_length(bill, len(said)))
    cost = bill.cost_over * alarm * (1 - truth) + bill.cost_under * (1 - alarm) * truth
    return np.asarray(ROWS * cost)


def list_length(bill: Bill, n_rows: int) -> int:
    """Return how many of `n_rows` rows can be acted upon; at least one."""
    return max(1, round(bill.capacity / ROWS * n_rows))


def chance_on_list(score: Numbers, length: int) -> Numbers:
    """Return for each row the chance to be among the `length` highest scores, ties in random order.

    Check by eye: scores 3, 2, 2, 1 and length 2 give 1, ½, ½, 0.
    """
    from scipy.stats import rankdata

    above = rankdata(-score, method="min") - 1
    tied = rankdata(-score, method="max") - above
    return np.asarray(np.clip((length - above) / tied, 0, 1))


def _settle_threshold(bill: Bill, truth: Numbers, said: Numbers) -> float:
    positive = truth == 1
    # Above every score there is no alarm; 1.001 where a score is exactly 1.
    nothing = 1.0 if said.max() < 1 else 1.001
    cuts = np.concatenate([[nothing], np.unique(said)[::-1]])
    part = ScoredPart(positive, said, cuts, count_confusion(positive, said, cuts))
    prices = Stakes(cost_false_alarm=bill.cost_over, cost_miss=bill.cost_under)
    return cheapest_cut(part, prices)


def _settle_shift(bill: Bill, needed: Numbers) -> float:
    from scipy.stats import expectile

    share = 1 - bill.fair_share
    if bill.growth == "linear":
        return float(np.quantile(needed, share, method="inverted_cdf"))
    if share in (0.0, 1.0):  # one kind of error is free: avoid the other altogether
        return float(needed.max() if share else needed.min())
    shift: Any = expectile(needed, alpha=share)
    return float(shift)
