"""Bias², variance and their sampling errors from the predictions of many samples."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import require

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Terms:
    """The parts of an expected squared error, each with its Monte-Carlo standard error."""

    bias2: float
    bias2_se: float
    variance: float
    variance_se: float
    excess: float
    """bias² + variance: the expected squared distance from the truth."""
    excess_se: float


def take_apart(predictions: Numbers, truth: Numbers) -> Terms:
    """Answer "how much of the distance from the truth is always there, and how much is chance?".

    Both parts are unbiased for any number of samples: the square of a mean over R samples holds
    1/R of the variance too, which is taken out. So bias² may come out slightly below 0.

    Source: Geman, Bienenstock and Doursat: Neural networks and the bias/variance dilemma, 1992.
    bias² is the U-statistic of the products of two different samples' errors; its variance is
    that of Hoeffding 1948. Check by eye: samples that all predict the same have variance 0.

    Parameters
    ----------
    predictions
        Samples × places: what the model of each sample says at each place.
    truth
        Places: what is true there, without noise.
    """
    n_samples = len(predictions)
    require(n_samples >= 2, f"Variance needs at least 2 samples, got {n_samples}. Draw more.")
    errors = predictions - truth
    products = errors @ errors.T / errors.shape[1]
    own = np.diag(products)
    pairs = n_samples * (n_samples - 1)
    bias2 = float((products.sum() - own.sum()) / pairs)
    excess = float(own.mean())
    with_others = (products.sum(axis=1) - own) / (n_samples - 1)
    of_pairs = float(products[~np.eye(n_samples, dtype=bool)].var())
    # A mean over only n − 1 others scatters by itself; without that, the part that samples bring remains.
    own_noise = 4 * of_pairs / (n_samples - 1)
    bias2_var = max(0.0, 4 * _var(with_others) - own_noise) / n_samples + 2 * of_pairs / pairs
    # variance = excess − bias², so each sample brings own − 2 × with_others
    change = _var(own - 2 * with_others) - own_noise
    variance_var = max(0.0, change) / n_samples + 2 * of_pairs / pairs
    return Terms(
        bias2=bias2,
        bias2_se=float(bias2_var**0.5),
        variance=excess - bias2,
        variance_se=float(variance_var**0.5),
        excess=excess,
        excess_se=float(own.std(ddof=1) / n_samples**0.5),
    )


def _var(values: Numbers) -> float:
    return float(values.var(ddof=1))
