"""Runs that prove the practice items on profiles: pandas and scipy do the arithmetic."""

from math import isnan

import numpy as np
import pandas as pd
from scipy import stats

from core.practice.proof import Facts


def describe_values(values: list[float]) -> Facts:
    """Say what pandas makes of a few values.

    Facts: ``mean``, ``median``, ``q1``, ``q3``, ``iqr``, ``fence_low``, ``fence_high``;
    ``above_median`` (median + 1.5 IQR), ``sigma_high`` (mean + 3 sd), ``z`` (distance of the
    largest from the mean in sd), ``n_fence`` and ``n_sigma`` (values beyond either rule).
    Check by eye: 1, 2, 3, 4, 100 has its upper fence at 7.
    """
    column = pd.Series(values, dtype="float64")
    about = column.describe()
    q1, median, q3 = (float(about[name]) for name in ("25%", "50%", "75%"))
    mean, sd, reach = float(about["mean"]), float(about["std"]), 1.5 * (q3 - q1)
    return {
        "mean": mean,
        "median": median,
        "q1": q1,
        "q3": q3,
        "iqr": q3 - q1,
        "fence_low": q1 - reach,
        "fence_high": q3 + reach,
        "above_median": median + reach,
        "sigma_high": mean + 3 * sd,
        "z": (float(about["max"]) - mean) / sd if sd else None,
        "n_fence": int((~column.between(q1 - reach, q3 + reach)).sum()),
        "n_sigma": int(((column - mean).abs() > 3 * sd).sum()),
    }


def correlate_values(x: list[float], y: list[float]) -> Facts:
    """Say what scipy makes of two columns: ``pearson`` and ``spearman``, undefined for a constant.

    Check by eye: 1, 2, 3 and 1, 2, 100 has a Spearman of 1.
    """
    if min(np.ptp(x), np.ptp(y)) == 0:
        return {"pearson": None, "spearman": None}
    return {
        "pearson": float(stats.pearsonr(x, y).statistic),
        "spearman": float(stats.spearmanr(x, y).statistic),
    }


def measure_normal_data() -> Facts:
    """Say which share of normal data each rule calls far away, by scipy's normal distribution.

    Facts: ``share_fence``, ``share_sigma``, ``fence_in_sigmas``. Check by eye: 2.70, 0.70 %, 0.27 %.
    """
    q1, q3 = stats.norm.ppf([0.25, 0.75])
    fence = q3 + 1.5 * (q3 - q1)
    return {
        "share_fence": float(2 * stats.norm.sf(fence)),
        "share_sigma": float(2 * stats.norm.sf(3)),
        "fence_in_sigmas": float(fence),
    }


def drop_gaps(n_fast: int, n_slow: int, fast_gaps: int, slow_gaps: int) -> Facts:
    """Build a table of fast and slow rows, some with a gap, drop the gaps and count again.

    Facts: ``share_all`` and ``share_kept`` (slow rows among all, and among those without a gap),
    ``kept_of_slow`` (slow rows that are kept, of all slow ones). Check by eye: no gaps, no change.
    """
    is_slow = np.repeat([False, True], [n_fast, n_slow])
    tip = np.ones(n_fast + n_slow)
    tip[:fast_gaps] = np.nan
    tip[n_fast : n_fast + slow_gaps] = np.nan
    table = pd.DataFrame({"is_slow": is_slow, "tip": tip})
    kept = table.dropna()
    share = float(kept["is_slow"].mean())
    return {
        "share_all": float(table["is_slow"].mean()),
        "share_kept": None if isnan(share) else share,
        "kept_of_slow": float(kept["is_slow"].sum() / n_slow),
    }
