"""Four ways to judge whether two models differ, from answers to the same rows.

All are vectorised over the leading axes, so that a thousand comparisons can be judged at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]
LEVEL = 0.05
"""A judge that speaks of a difference is to be wrong in so many of the comparisons of equals."""
N_RESAMPLES = 2000
JUDGES = ("naive", "corrected", "mcnemar", "bootstrap")


@dataclass(frozen=True)
class Verdict:
    """A difference, its 95 % interval, and whether the judge speaks of a difference; arrays alike."""

    difference: Numbers
    low: Numbers
    high: Numbers
    p: Numbers
    """NaN where there is nothing to judge by: all differences are the same, or none of the rows differ."""

    @property
    def sees_difference(self) -> NDArray[np.bool_]:
        """Whether 0 lies outside the interval (for McNemar: whether p is below 0.05)."""
        return np.asarray(np.where(np.isnan(self.p), False, self.p < LEVEL), dtype=np.bool_)


def judge_folds(differences: Numbers, test_share: float = 0.0) -> Verdict:
    """Judge by Student's t over the differences of the folds (last axis).

    ``test_share`` = 0 is the ordinary paired t-test, which takes the folds for independent. Test rows
    over training rows (1/(k − 1) for k folds) gives the corrected resampled t-test of Nadeau and Bengio
    (2003, Machine Learning 52:239): variance·(1/m + test/training) in place of variance/m.
    Check by eye: with one fold more or less the mean stays, and the corrected interval is wider.
    """
    from scipy.stats import t

    m = differences.shape[-1]
    mean, sd = differences.mean(axis=-1), differences.std(axis=-1, ddof=1)
    error = sd * np.sqrt(1 / m + test_share)
    reach = t.ppf(1 - LEVEL / 2, m - 1) * error
    has_spread = error > 1e-12  # equal differences leave a rounding error behind
    ratio = np.abs(mean) / np.where(has_spread, error, 1.0)
    p = np.where(has_spread, 2 * t.sf(ratio, m - 1), np.nan)
    return Verdict(mean, mean - reach, mean + reach, p)


def judge_rows(only_a: ArrayLike, only_b: ArrayLike, n_rows: int) -> Verdict:
    """Judge by McNemar's exact test: whom the rows favour that one model alone answers rightly.

    p is two-sided from the binomial law with 1/2. The interval is that of Bonett and Price (2012,
    Journal of Educational and Behavioral Statistics 37:479), who add one row to each of both counts.
    Check by eye: 5 against 5 gives p = 1.

    Parameters
    ----------
    only_a, only_b : arrays of counts
        Rows that only A, or only B, answers rightly.
    """
    from scipy.stats import binom

    only_a, only_b = np.asarray(only_a, dtype=np.float64), np.asarray(only_b, dtype=np.float64)
    n = only_a + only_b
    p = np.minimum(2 * binom.cdf(np.minimum(only_a, only_b), n, 0.5), 1.0)
    share_a, share_b = (only_a + 1) / (n_rows + 2), (only_b + 1) / (n_rows + 2)
    gap = share_a - share_b
    reach = 1.959964 * np.sqrt((share_a + share_b - gap**2) / (n_rows + 2))
    return Verdict((only_a - only_b) / n_rows, gap - reach, gap + reach, np.where(n > 0, p, np.nan))


def judge_resamples(
    only_a: ArrayLike, only_b: ArrayLike, n_rows: int, rng: np.random.Generator
) -> Verdict:
    """Judge by the bootstrap: draw the rows again and again, with the models as they are.

    The middle 95 % of `N_RESAMPLES` differences. p is twice the smaller share of resamples on one side
    of 0, ties split evenly.
    """
    only_a, only_b = np.asarray(only_a, dtype=np.float64), np.asarray(only_b, dtype=np.float64)
    shares = np.stack([only_a, only_b, n_rows - only_a - only_b], axis=-1) / n_rows
    drawn = rng.multinomial(n_rows, shares[..., None, :], size=(*only_a.shape, N_RESAMPLES))
    differences = (drawn[..., 0] - drawn[..., 1]) / n_rows
    low, high = np.quantile(differences, [LEVEL / 2, 1 - LEVEL / 2], axis=-1)
    above = (differences > 0).mean(axis=-1) + 0.5 * (differences == 0).mean(axis=-1)
    p = np.where(only_a + only_b > 0, np.minimum(2 * np.minimum(above, 1 - above), 1.0), np.nan)
    return Verdict((only_a - only_b) / n_rows, low, high, p)
