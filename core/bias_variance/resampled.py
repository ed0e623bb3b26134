"""Tables whose truth nobody knows: resample the rows, and report noise and bias² as one number.

Without the truth nobody can tell what no model could hit from what this one gets wrong every
time. So the two stay together, and the result says so.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.bias_variance.fitting import Rows, Workers, draw_resamples, predict_resamples
from core.bias_variance.terms import Numbers
from core.errors import require

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class ResampledTerms:
    """What can be told apart on a table of unknown truth, in the squared unit of the target.

    ``error = noise_and_bias2 + variance``, exactly. A bootstrap sample holds only about 63 % of the
    rows, so both are those of models that learnt from fewer rows than the table has.
    """

    noise_and_bias2: float
    variance: float
    error: float
    """Squared error of one fit on rows that it has not seen."""
    variance_se: float
    """Jackknife over the resamples, with the table as it is; another table would differ more.
    NaN if leaving one of very few resamples out leaves nothing to judge by."""
    error_se: float
    n_rows: int
    """Rows that at least two fits had not seen; the others tell nothing of variance."""


def take_resamples_apart(
    predictions: Numbers, targets: Numbers, unseen: Mask | None = None
) -> ResampledTerms:
    """Answer "how much of this error is variance, when nobody knows the truth?".

    Each row compares the fits that have not seen it. Both parts are unbiased for any number of
    resamples: the spread over B fits is divided by B − 1, and the square of their mean gives its share
    back. ``mlxtend.evaluate.bias_variance_decomp`` divides by B and calls the sum of noise and bias²
    "bias". Check by eye: fits that all agree have variance 0.

    Parameters
    ----------
    predictions
        Resamples × rows.
    targets
        The measured value of each row, with its noise.
    unseen
        Resamples × rows: which predictions are of rows outside their resample; None, if all are.
    """
    counted = np.ones(predictions.shape, dtype=bool) if unseen is None else unseen
    kept = counted.sum(axis=0) >= 2
    require(
        bool(kept.any()),
        f"Variance needs rows that at least 2 fits have not seen, and after {len(predictions)} "
        "resamples there are none. Draw more resamples.",
    )
    said, weight, truth = predictions[:, kept], counted[:, kept].astype(float), targets[kept]
    variance, error = _spread_and_miss(said, truth, weight)
    ses = _jackknife(said, truth, weight)
    return ResampledTerms(
        noise_and_bias2=error - variance,
        variance=variance,
        error=error,
        variance_se=float(ses[0]),
        error_se=float(ses[1]),
        n_rows=int(kept.sum()),
    )


def _spread_and_miss(said: Numbers, truth: Numbers, weight: Numbers) -> tuple[float, float]:
    """Return variance and error, each a mean over the rows; all of them have two fits or more."""
    n = weight.sum(axis=0)
    mean = (weight * said).sum(axis=0) / n
    spread = (weight * (said - mean) ** 2).sum(axis=0) / (n - 1)
    miss = (weight * (said - truth) ** 2).sum(axis=0) / n
    return float(spread.mean()), float(miss.mean())


def _jackknife(said: Numbers, truth: Numbers, weight: Numbers) -> tuple[float, float]:
    """Return the standard errors of variance and error: each resample is left out once."""
    said, miss = said - said.mean(axis=0), weight * (said - truth) ** 2
    n = weight.sum(axis=0) - weight
    plain, squared = weight * said, weight * said**2
    total, total2 = plain.sum(axis=0) - plain, squared.sum(axis=0) - squared
    usable = n >= 2
    if not usable.any(axis=1).all():
        return float("nan"), float("nan")
    n = np.where(usable, n, np.nan)
    spread = np.nanmean((total2 - total**2 / n) / (n - 1), axis=1)
    missed = np.nanmean((miss.sum(axis=0) - miss) / n, axis=1)
    factor = (len(said) - 1) ** 2 / len(said)
    return float((factor * spread.var(ddof=1)) ** 0.5), float((factor * missed.var(ddof=1)) ** 0.5)


def mark_unseen(rows: Rows, n_rows: int) -> Mask:
    """Return resamples × rows: whether a resample lacks a row. About 36.8 % of the cells are true."""
    unseen = np.ones((len(rows), n_rows), dtype=bool)
    np.put_along_axis(unseen, rows, values=False, axis=1)
    return unseen


def measure_out_of_bag(
    estimator: Any,
    table: Any,
    target: Numbers,
    *,
    n_rounds: int = 50,
    seed: int = 0,
    n_jobs: int = 1,
    workers: Workers = "threads",
) -> ResampledTerms:
    """Fit any estimator on bootstrap samples of a table, and judge each by the rows that it lacks.

    `table` is an array or a DataFrame. The numbers are the same for any `n_jobs` and `workers`.
    """
    rows = draw_resamples(len(target), n_rounds, np.random.default_rng(seed))
    said = predict_resamples(
        estimator, table, target, rows, table, seed=seed, n_jobs=n_jobs, workers=workers
    )
    return take_resamples_apart(said, target, mark_unseen(rows, len(target)))
