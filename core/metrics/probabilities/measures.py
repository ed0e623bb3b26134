"""How far probabilities are from what happened: bins, calibration error, Brier score, log loss, pairs.

Everywhere `positive` says what happened to each row, `score` is the probability that was said.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from core.metrics.intervals import wilson_interval

Binning = Literal["width", "count"]
"""Bins of equal width, or with (nearly) equally many rows."""
Happened = NDArray[np.bool_]
Scores = NDArray[np.float64]

LEAST_CHANCE = float(np.finfo(np.float64).eps)
"""scikit-learn's log loss takes 0 % for this probability, 2.2e-16, whose price is 36.04."""
N_WORLDS = 200
"""Simulated outcomes behind `simulate_honest_error`."""


@dataclass(frozen=True)
class Bins:
    """Where each row was put: `edges` has one more entry than bins, `place` the bin of each row."""

    edges: Scores
    place: NDArray[np.int64]

    @property
    def n(self) -> int:
        """Bins, empty ones too."""
        return len(self.edges) - 1

    def add_up(self, values: ArrayLike) -> Scores:
        """Return the sum of `values` (one a row) in each bin."""
        weights = np.asarray(values, dtype=np.float64)
        sums = np.bincount(self.place, weights=weights, minlength=self.n)
        return np.asarray(sums, dtype=np.float64)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Rows in each bin."""
        return np.bincount(self.place, minlength=self.n)


def put_into_bins(score: Scores, binning: Binning, n_bins: int) -> Bins:
    """Put each score into a bin that holds its right edge, the first one its left edge too.

    Equal scores share a bin, so with "count" ties leave some bins empty and others fuller.
    The same bins as scikit-learn's ``calibration_curve`` ("uniform" and "quantile").
    """
    shares = np.linspace(0, 1, n_bins + 1)
    # As scikit-learn computes them, to the last bit: a score may lie exactly on an edge.
    edges = shares if binning == "width" else np.percentile(score, 100 * shares)
    return Bins(edges, np.searchsorted(edges[1:-1], score))


def tally_bins(positive: Happened, score: Scores, bins: Bins) -> pd.DataFrame:
    """Compare what was said with what happened in each bin that has rows.

    Columns ``bin``, ``left``, ``right`` (edges), ``n``, ``n_positive`` (rows), ``said`` (mean
    probability), ``happened`` (share of positives), ``low``, ``high`` (its 95 % Wilson interval).
    """
    n, hits = bins.sizes, bins.add_up(positive).astype(np.int64)
    low, high = wilson_interval(hits, n)
    rows = np.maximum(n, 1)
    table = pd.DataFrame(
        {
            "bin": np.arange(bins.n),
            "left": bins.edges[:-1],
            "right": bins.edges[1:],
            "n": n,
            "n_positive": hits,
            "said": bins.add_up(score) / rows,
            "happened": hits / rows,
            "low": low,
            "high": high,
        }
    )
    return table[n > 0].reset_index(drop=True)


def expected_calibration_error(positive: Happened, score: Scores, bins: Bins) -> float:
    """Return Σ rows in the bin / all rows · |said − happened| (Naeini, Cooper & Hauskrecht 2015).

    It depends on the bins. Check by eye: two rows at 0.9 of which one happens give 0.4.
    """
    gap = bins.add_up(score) - bins.add_up(positive)
    return float(np.abs(gap).sum() / len(score))


def simulate_honest_error(score: Scores, bins: Bins, seed: int) -> tuple[float, float]:
    """Return the calibration error that honest probabilities would show by chance alone.

    If each score were the true probability, the outcomes would be coin throws with these
    chances. `N_WORLDS` such outcomes are drawn; the mean of their calibration error and the value
    that 95 % stay below come back (consistency resampling: Bröcker & Smith 2007, Weather and
    Forecasting 22:651).
    """
    rng = np.random.default_rng(seed)
    errors = [
        expected_calibration_error(rng.random(len(score)) < score, score, bins)
        for _ in range(N_WORLDS)
    ]
    return float(np.mean(errors)), float(np.quantile(errors, 0.95))


@dataclass(frozen=True)
class BrierParts:
    """brier = reliability − resolution + uncertainty + within_bins, exactly.

    `reliability` is the mean squared gap between said and happened over the bins (0 is best),
    `resolution` how far the bins' shares lie from the overall share (more is better),
    `uncertainty` the Brier score of always saying that share.
    """

    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    within_bins: float


def decompose_brier(positive: Happened, score: Scores, bins: Bins) -> BrierParts:
    """Split the Brier score, the mean of (score − happened)², into its parts.

    Murphy (1973, Journal of Applied Meteorology 12:595) has the first three, for scores that are
    equal within a bin. Where they differ, `within_bins` is their variance minus twice their
    covariance with what happened (Stephenson, Coelho & Jolliffe 2008, Weather and Forecasting
    23:752). Check by eye: always saying the overall share has reliability and resolution 0.
    """
    happened = positive.astype(np.float64)
    rows = np.maximum(bins.sizes, 1)
    said_in_bin, share_in_bin = bins.add_up(score) / rows, bins.add_up(happened) / rows
    weight, share = bins.sizes / len(score), float(happened.mean())
    said_apart = score - said_in_bin[bins.place]
    happened_apart = happened - share_in_bin[bins.place]
    return BrierParts(
        brier=float(((score - happened) ** 2).mean()),
        reliability=float((weight * (said_in_bin - share_in_bin) ** 2).sum()),
        resolution=float((weight * (share_in_bin - share) ** 2).sum()),
        uncertainty=share * (1 - share),
        within_bins=float((said_apart**2 - 2 * said_apart * happened_apart).mean()),
    )


def chance_given(positive: Happened, score: Scores) -> Scores:
    """Return the probability that was given to what then happened: p or 1 − p, for each row."""
    return np.where(positive, score, 1 - score)


def log_losses(positive: Happened, score: Scores) -> Scores:
    """Return the price −ln(chance given to what happened) of each row; their mean is the log loss.

    A chance of 0 would cost without end; as in scikit-learn it is taken for `LEAST_CHANCE`.
    Check by eye: a chance of 0.9 costs 0.105, 0.5 costs 0.693, 0.01 costs 4.605.
    """
    clipped = np.clip(score, LEAST_CHANCE, 1 - LEAST_CHANCE)
    losses: Scores = -np.log(chance_given(positive, clipped))
    return losses


def compare_pairs(positive: Happened, score: Scores) -> pd.DataFrame:
    """Compare each positive row with each negative one; the mean credit is the area under the ROC.

    Columns ``positive_row``, ``negative_row`` (positions) and ``credit``: 1 if the positive has
    the higher score, ½ if they are equal, 0 otherwise (Mann & Whitney 1947).
    Rows × rows: meant for tables that a person can read.
    """
    up, down = np.flatnonzero(positive), np.flatnonzero(~positive)
    ahead = score[up][:, None] - score[down][None, :]
    return pd.DataFrame(
        {
            "positive_row": np.repeat(up, len(down)),
            "negative_row": np.tile(down, len(up)),
            "credit": (0.5 + 0.5 * np.sign(ahead)).ravel(),
        }
    )


def guessing_spread(positive: Happened) -> float:
    """Return the standard deviation of the area under the ROC curve when scores know nothing.

    √((n₊ + n₋ + 1) / (12 n₊ n₋)), from the ranks without ties (Mann & Whitney 1947).
    Check by eye: 4 and 4 rows give 0.217.
    """
    n_up, n_down = int(positive.sum()), int((~positive).sum())
    return float(((n_up + n_down + 1) / (12 * n_up * n_down)) ** 0.5)
