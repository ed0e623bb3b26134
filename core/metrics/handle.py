"""Where the threshold handle can stand, and which threshold each place means.

The handle moves in log-odds, log(t / (1 − t)), because the scores of rare classes crowd near 0:
from 0.1 % to 1 % is as far as from 1 % to 10 %.
"""

from dataclasses import dataclass
from math import floor, log10

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

N_PLACES = 201
"""An odd number with many divisors below it: 200 steps make 40 histogram bins of 5."""
WIDEST = (0.0001, 0.9999)
NARROWEST = (0.05, 0.9)
TICKS = (0.0001, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
ROUND_NUMBERS = (*TICKS, 0.002, 0.005, 0.02, 0.05, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.95)


@dataclass(frozen=True, eq=False)
class Handle:
    """The places of the handle, from "everything is an alarm" to "no alarm at all".

    `thresholds[0]` is 0. `thresholds[-1]` lies above every score: 1.0, or 1.001 if a score is
    exactly 1. Between them the thresholds are evenly spaced in log-odds and rounded to three
    digits (of t, or of 1 − t where that is smaller), so that code can name them exactly; round
    numbers such as 0.1 and 0.5 take the place of their nearest neighbour.
    """

    thresholds: NDArray[np.float64]
    low: float
    """Log-odds of the second place."""
    step: float
    """Log-odds from place to place, before rounding."""

    @property
    def positions(self) -> NDArray[np.float64]:
        """Each place on the way from 0 to 1."""
        return np.linspace(0, 1, len(self.thresholds))

    def position_of(self, threshold: ArrayLike) -> NDArray[np.float64]:
        """Return where on the way from 0 to 1 thresholds lie; beyond the ends is at the ends."""
        t = np.asarray(threshold, dtype=np.float64)
        last = len(self.thresholds) - 1
        inner = 1 + (_log_odds(np.clip(t, *WIDEST)) - self.low) / self.step
        place = np.where(t <= 0, 0, np.where(t >= 1, last, np.clip(inner, 1, last - 1)))
        return np.asarray(place / last, dtype=np.float64)

    def nearest(self, threshold: float) -> int:
        """Return the place whose threshold is nearest in log-odds; 0 and 1 mean the ends."""
        if threshold <= 0:
            return 0
        if threshold >= 1:
            return len(self.thresholds) - 1
        inner = _log_odds(self.thresholds[1:-1])
        return 1 + int(np.argmin(np.abs(inner - _log_odds(np.float64(threshold)))))

    @property
    def ticks(self) -> pd.DataFrame:
        """Return the axis marks: ``position`` (0 to 1), ``threshold``, ``label`` ("0.1 %")."""
        shown = [tick for tick in TICKS if tick in self.thresholds]
        places = np.searchsorted(self.thresholds, shown)
        labels = [f"{100 * tick:.4g} %" for tick in shown]
        return pd.DataFrame(
            {"position": self.positions[places], "threshold": shown, "label": labels}
        )


def place_handle(score: ArrayLike, highest: float) -> Handle:
    """Choose the places for these scores.

    The axis begins where 1 % of the scores lie below and ends at the highest score, yet never
    reaches beyond 0.01 % and 99.99 %, and always spans 5 % to 90 %.

    Parameters
    ----------
    score : array of float, shape (n,)
        Scores from 0 to 1 that the handle is to part.
    highest : float
        The highest score that will ever be judged; "no alarm at all" lies above it.
    """
    score = np.asarray(score, dtype=np.float64)
    start = float(np.clip(np.quantile(score, 0.01), WIDEST[0], NARROWEST[0]))
    end = float(np.clip(score.max(), NARROWEST[1], WIDEST[1]))
    low, high = (float(_log_odds(np.float64(edge))) for edge in (start, end))
    grid = np.linspace(low, high, N_PLACES - 2)
    inner = np.array([_round(t) for t in 1 / (1 + np.exp(-grid))])
    for number in ROUND_NUMBERS:
        if inner[0] <= number <= inner[-1]:
            inner[np.argmin(np.abs(grid - _log_odds(np.float64(number))))] = number
    nothing = 1.0 if highest < 1 else 1.001
    thresholds = np.array([0.0, *inner, nothing])
    return Handle(thresholds, low, (high - low) / (N_PLACES - 3))


def _log_odds(t: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
    return np.asarray(np.log(t) - np.log1p(-t), dtype=np.float64)


def _round(t: float) -> float:
    """Keep three digits of t or of 1 − t, whichever is smaller."""
    return round(float(t), 2 - floor(log10(min(t, 1 - t))))
