"""Intervals around mean scores of splits that share their rows."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
LEVEL = 0.95
PARTS = ("train", "validation")


def summarise(scores: pd.DataFrame, by: str, test_share: float) -> pd.DataFrame:
    """Return mean, spread and 95 % interval of the scores of all splits, for each value of `by`.

    The splits share rows, so their scores resemble one another, and the usual t-interval would
    promise too much. Nadeau and Bengio (2003) widen it: variance × (1/m + `test_share`) for m splits,
    where `test_share` is rows judged on over rows to learn from. An undefined split is left out.
    Check by eye: with 1 split there is no spread, so no interval.

    Parameters
    ----------
    scores
        One row per split, with the columns `by`, ``train`` and ``validation``.
    by
        ``n_train`` or ``value``; keeps its order.
    test_share
        0.25 for 5 folds.

    Returns
    -------
    pandas.DataFrame
        `by`, ``part``, ``mean``, ``sd``, ``low``, ``high``, ``n_splits``.
    """
    lines = []
    for step, some in scores.groupby(by, sort=False):
        for part in PARTS:
            values = some[part].to_numpy(dtype=np.float64)
            mean, sd, low, high, n_splits = describe_splits(values, test_share)
            lines.append(
                {by: step, "part": part, "mean": mean, "sd": sd, "low": low, "high": high,
                 "n_splits": n_splits}
            )  # fmt: skip
    return pd.DataFrame(lines).astype({"part": "str"})


def describe_splits(values: Numbers, test_share: float) -> tuple[float, float, float, float, int]:
    """Return mean, standard deviation, both ends of the interval, and the number of defined splits."""
    from scipy.stats import t

    some = values[np.isfinite(values)]
    m = len(some)
    if m < max(1, len(values) / 2):  # a mean of a few lucky splits would be no mean
        return (np.nan,) * 4 + (m,)
    mean = float(some.mean())
    if m == 1:
        return mean, np.nan, np.nan, np.nan, m
    sd = float(some.std(ddof=1))
    reach = float(t.ppf((1 + LEVEL) / 2, m - 1)) * sd * (1 / m + test_share) ** 0.5
    return mean, sd, mean - reach, mean + reach, m
