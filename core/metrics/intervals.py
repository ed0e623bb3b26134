"""How sure we can be of a rate that was counted on a few rows.

All intervals are two-sided, 95 % by default, and vectorised over the counts.
"""

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

Bounds = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Lower and upper ends, each of the shape of the counts."""


def wilson_interval(hits: ArrayLike, trials: ArrayLike, confidence: float = 0.95) -> Bounds:
    """Bound the true rate behind `hits` out of `trials` (Wilson 1927).

    It asks which true rates p would not find the observed rate surprising:
    |hits/n − p| ≤ z √(p(1−p)/n). Unlike rate ± z·se it is useful at 0 and at n hits.
    NaN where there are no trials. Check by eye: 0 of 10 gives 0 to 0.278.
    """
    hits, trials = np.asarray(hits, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    z2 = _z(confidence) ** 2
    n = np.where(trials > 0, trials, np.nan)
    centre = (hits + z2 / 2) / (n + z2)
    reach = np.sqrt(z2 * (hits * (n - hits) / n + z2 / 4)) / (n + z2)
    # At the ends the exact bounds are 0 and 1; rounding would miss them by a hair.
    low = np.where(hits == 0, 0 * n, centre - reach)
    high = np.where(hits == trials, 1 + 0 * n, centre + reach)
    return low, high


def precision_interval(
    tp: ArrayLike,
    fp: ArrayLike,
    *,
    n_positive: int,
    n_negative: int,
    prevalence: float | None = None,
    confidence: float = 0.95,
) -> Bounds:
    """Bound the precision, at the prevalence of the data or at another one.

    At the data's own prevalence (None) precision is a share of the alarms: Wilson's interval.
    At another prevalence π it is π·recall / (π·recall + (1 − π)·false-alarm rate), and both
    rates are uncertain. This is the adjusted logit interval of Mercaldo, Lau & Zhou (2007,
    Statistics in Medicine 26:2170): z²/2 is added to each of the four cells, the variance of
    the log odds of precision is the sum of those of log recall and log false-alarm rate.
    Stretched, where needed, to hold the observed precision. NaN where there is no alarm.
    """
    tp, fp = np.asarray(tp, dtype=np.float64), np.asarray(fp, dtype=np.float64)
    if prevalence is None:
        return wilson_interval(tp, tp + fp, confidence)
    z = _z(confidence)
    recall = (tp + z**2 / 2) / (n_positive + z**2)
    false_alarm_rate = (fp + z**2 / 2) / (n_negative + z**2)
    odds = np.log(prevalence / (1 - prevalence)) + np.log(recall / false_alarm_rate)
    spread = z * np.sqrt(
        (1 - recall) / (recall * (n_positive + z**2))
        + (1 - false_alarm_rate) / (false_alarm_rate * (n_negative + z**2))
    )
    hit, noise = prevalence * tp / n_positive, (1 - prevalence) * fp / n_negative
    observed = np.divide(hit, hit + noise, out=np.full(hit.shape, np.nan), where=hit + noise > 0)
    low, high = (1 / (1 + np.exp(-(odds + side * spread))) for side in (-1, 1))
    return np.minimum(low, observed), np.maximum(high, observed)


def sum_interval(
    hits: ArrayLike, trials: ArrayLike, factors: ArrayLike, confidence: float = 0.95
) -> Bounds:
    """Bound Σ factor·rate over independent rates, each counted on rows of its own.

    Each rate brings its Wilson interval; the distances from estimate to bound add up as
    squares (MOVER: Zou & Donner 2008, Statistics in Medicine 27:1693). With one rate it *is*
    Wilson's interval times the factor, so nothing missed in few rows is never called certain.

    Parameters
    ----------
    hits, trials, factors : arrays whose last axis runs over the rates
        Factors are 0 or more.
    """
    hits, trials = np.asarray(hits, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    factors = np.asarray(factors, dtype=np.float64)
    rate = hits / trials
    low, high = wilson_interval(hits, trials, confidence)
    total = (factors * rate).sum(axis=-1)
    below = np.sqrt(((factors * (rate - low)) ** 2).sum(axis=-1))
    above = np.sqrt(((factors * (high - rate)) ** 2).sum(axis=-1))
    return total - below, total + above


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)
