"""How much of a difference is luck: the same rows drawn again and again, for all models at once."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.metrics.confusion import count_confusion

Numbers = NDArray[np.float64]
Weights = NDArray[np.float32]
"""How often each row counts: one row per sample, one column per row of the table."""
N_RESAMPLES = 500
ENDS = (0.025, 0.975)


@lru_cache(maxsize=4)
def draw_weights(n_rows: int) -> Weights:
    """Return how often each row is drawn in each of 500 bootstrap samples: shape (500, n_rows).

    Every model is judged on the same samples, so what is hard for one is hard for all (a paired
    bootstrap). Each row of the table sums to `n_rows`.
    """
    rng = np.random.default_rng(0)
    weights = np.empty((N_RESAMPLES, n_rows), dtype=np.float32)
    for sample in weights:
        sample[:] = np.bincount(rng.integers(n_rows, size=n_rows), minlength=n_rows)
    weights.setflags(write=False)
    return weights


def resample_mean(rows: Numbers, weights: Weights) -> Numbers:
    """Return the mean of `rows` (or of each column of a table) under each row of `weights`."""
    totals = np.asarray(weights @ rows, dtype=np.float64)
    return np.asarray((totals.T / weights.sum(axis=1)).T)


def bound_means(columns: list[Numbers]) -> list[tuple[float, float]]:
    """Return the 95 % percentile interval of the mean of each column, all on the same samples."""
    resampled = resample_mean(np.stack(columns, axis=1), draw_weights(len(columns[0])))
    low, high = np.quantile(resampled, ENDS, axis=0)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def resample_f1(truth: Numbers, alarm: NDArray[np.bool_], weights: Weights) -> Numbers:
    """Return F1 under each row of `weights`; 0 where nothing is positive and no alarm is raised."""
    hits = (truth == 1) & alarm
    n_hits = weights @ hits.astype(np.float32)
    n_positive, n_alarms = (weights @ some.astype(np.float32) for some in (truth == 1, alarm))
    total = np.asarray(n_positive + n_alarms, dtype=np.float64)
    f1 = np.zeros_like(total)
    np.divide(2.0 * n_hits, total, out=f1, where=total > 0)
    return f1


def resample_auc(truth: Numbers, score: Numbers, weights: Weights) -> Numbers:
    """Return the area under the ROC curve under each row of `weights`; NaN without both classes.

    The share of pairs (positive, negative) in the right order, equal scores counting one half
    (Mann and Whitney). The negatives are sorted and added up once; each positive then looks up how
    many of them lie below it, and how many at or below.
    """
    is_positive = truth == 1
    negative = np.flatnonzero(~is_positive)
    negative = negative[np.argsort(score[negative], kind="stable")]
    up_to = np.zeros((len(weights), len(negative) + 1), dtype=np.float32)
    # Whole numbers far below 2²⁴, so single precision adds them up without error.
    np.cumsum(weights[:, negative], axis=1, out=up_to[:, 1:])
    below, at_or_below = (
        np.searchsorted(score[negative], score[is_positive], side=side)
        for side in ("left", "right")
    )
    positives = weights[:, is_positive]
    beaten = up_to[:, below] + up_to[:, at_or_below]
    wins = np.einsum("ij,ij->i", positives, beaten, dtype=np.float64) / 2
    pairs = positives.sum(axis=1, dtype=np.float64) * up_to[:, -1]
    area = np.full(len(weights), np.nan)
    np.divide(wins, pairs, out=area, where=pairs > 0)
    return area


def find_best_f1(truth: Numbers, score: Numbers) -> tuple[float, float]:
    """Return the highest F1 that any threshold reaches on these rows, and the highest such threshold."""
    cuts = np.unique(score)[::-1]
    counts = count_confusion(truth == 1, score, cuts)
    f1 = 2 * counts.tp / (2 * counts.tp + counts.fp + counts.fn)
    best = int(np.argmax(np.round(f1, 12)))
    return float(f1[best]), float(cuts[best])
