"""Runs that prove the practice items on profiles: pandas and scipy do the arithmetic."""

from math import isnan, sqrt

import numpy as np
import pandas as pd
from scipy import stats

from core.practice.family import Values
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


def draw_deliveries(rng: np.random.Generator) -> Values | None:
    """Draw nine durations, the last far away; the key is q3 + 1.5 · (q3 − q1), by hand."""
    steps = rng.integers(1, 5, 7)
    values = [int(value) for value in int(rng.integers(15, 31)) + np.append(0, np.cumsum(steps))]
    q1, q3 = values[2], values[6]  # of nine values the quartiles are the third and the seventh
    fence = q3 + 1.5 * (q3 - q1)
    values.append(int(fence) + 5 * int(rng.integers(2, 8)))
    mean = sum(values) / 9
    sigma_high = mean + 3 * sqrt(sum((value - mean) ** 2 for value in values) / 8)
    if sigma_high - values[-1] < 1:
        return None
    return {
        "values": values, "q1": q1, "q3": q3, "iqr": q3 - q1, "reach": 1.5 * (q3 - q1),
        "fence": fence, "fence_low": q1 - 1.5 * (q3 - q1), "sigma_high": sigma_high,
        "above_median": values[4] + 1.5 * (q3 - q1),
    }  # fmt: skip


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


def draw_houses(rng: np.random.Generator) -> Values | None:
    """Draw prices that rise with the rooms, two neighbours perhaps in the wrong order, the last huge.

    The key is Spearman's 1 − 6 Σd² / (n (n² − 1)), where two neighbours in the wrong order make Σd² 2.
    """
    n, swapped = int(rng.integers(5, 8)), bool(rng.integers(2))
    ranks = list(range(1, n + 1))
    if swapped:
        first = int(rng.integers(n - 2))
        ranks[first], ranks[first + 1] = ranks[first + 1], ranks[first]
    rising = np.cumsum([10 * int(rng.integers(8, 15)), *(10 * rng.integers(1, 6, n - 2))])
    in_order = [*(int(price) for price in rising), 1000 * int(rng.integers(3, 10))]
    prices = [in_order[rank - 1] for rank in ranks]
    rooms = list(range(1, n + 1))
    return {
        "n": n, "rooms": rooms, "prices": prices, "ranks": ranks, "swapped": swapped,
        "spearman": 1 - (12 if swapped else 0) / (n * (n**2 - 1)),
        "pearson": float(np.corrcoef(rooms, prices)[0, 1]),
    }  # fmt: skip


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


def draw_gaps(rng: np.random.Generator) -> Values | None:
    """Draw how many deliveries are fast and slow, and how many of each have no tip."""
    n_rows = int(rng.choice([100, 200, 300, 400]))
    n_slow = n_rows * int(rng.integers(2, 7)) // 10
    n_fast = n_rows - n_slow
    fast_gaps, slow_gaps = (
        n_fast * int(rng.choice([1, 2])) // 10,
        n_slow * int(rng.integers(4, 8)) // 10,
    )
    slow_kept, fast_kept = n_slow - slow_gaps, n_fast - fast_gaps
    share_all, share_kept = n_slow / n_rows, slow_kept / (slow_kept + fast_kept)
    kept_of_slow = slow_kept / n_slow
    if (
        min(share_all - share_kept, abs(kept_of_slow - share_kept), abs(kept_of_slow - share_all))
        < 0.03
    ):
        return None
    return {
        "n_rows": n_rows, "n_slow": n_slow, "n_fast": n_fast, "fast_gaps": fast_gaps,
        "slow_gaps": slow_gaps, "slow_kept": slow_kept, "fast_kept": fast_kept,
        "n_kept": slow_kept + fast_kept, "share_all": share_all, "share_kept": share_kept,
        "kept_of_slow": kept_of_slow,
    }  # fmt: skip
