"""What each column holds: its type, its numbers in brief, its distribution, its outliers."""

from dataclasses import dataclass
from math import isfinite, nan

import numpy as np
import pandas as pd

from core.tables.dates import judge_dates
from core.tables.types import ColumnType, judge_number_type, judge_text_type

N_BINS = 20
MOST_LEVELS = 12
"""Categories that are counted one by one; the rest are counted together."""
REACH = 1.5
"""How far the fences stand beyond the quartiles, in interquartile ranges (Tukey 1977)."""
SIGMAS = 3.0
FEWEST_FOR_RULES = 3
"""Different values that a column needs before "far away" means anything."""

LARGEST_NUMBER = 1e100
"""Squares of larger numbers overflow."""

TOO_FEW = "only {n} different values: none of them is far away"
NO_RANGE = "the middle half of the values is one single number, so the fences have no width"
TOO_LARGE = "the numbers are too large to be squared"
NO_NUMBERS = "the column holds no numbers"

NUMBERS = (
    "mean", "sd", "low", "q1", "median", "q3", "high", "skew", "fence_low", "fence_high",
    "sigma_low", "sigma_high",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class ColumnTables:
    """All columns in brief, and the distribution of each."""

    columns: pd.DataFrame
    """One row per column, see `describe_columns`."""
    levels: pd.DataFrame
    """One row per bar: ``column``, ``place``, ``label``, ``left``, ``right``, ``n_rows``."""


def judge_type(name: str, values: pd.Series) -> ColumnType:
    """Return what a column is good for, by the same rules that judge an uploaded file."""
    n_distinct = int(values.nunique())
    if pd.api.types.is_numeric_dtype(values.dtype):
        return judge_number_type(name, values, n_distinct)
    distinct = tuple(values.dropna().unique())
    is_date = bool(distinct) and judge_dates(distinct) is not None
    return judge_text_type(len(values), int(values.notna().sum()), distinct, is_date=is_date)


def describe_columns(table: pd.DataFrame, roles: dict[str, str]) -> ColumnTables:
    """Answer "what does each column hold?" on all rows of `table`.

    Columns of the first table: ``column``, ``role`` (feature, target, truth), ``type``,
    ``is_number``, ``n_missing``, ``n_distinct``; for numbers ``mean``, ``sd`` (n − 1), ``low``,
    ``q1``, ``median``, ``q3``, ``high``, ``skew`` (adjusted Fisher–Pearson, as pandas), the ends
    of the 1.5·IQR fences and of mean ± 3 sd and how many values lie outside (``n_fence``,
    ``n_sigma``; −1 where ``rule_note`` says why a rule does not apply); ``top`` and ``n_top``,
    the commonest value. Check by eye: 1, 2, 3, 4, 100 has quartiles 2 and 4, so fences at −1 and
    7, and one value outside.
    """
    rows, levels = [], []
    for name in table.columns:
        values = table[name]
        kind = judge_type(str(name), values)
        counts = values.value_counts()
        is_number = pd.api.types.is_numeric_dtype(values.dtype)
        rows.append(
            {
                "column": str(name),
                "role": roles.get(str(name), "feature"),
                "type": kind,
                "is_number": is_number,
                "n_missing": int(values.isna().sum()),
                "n_distinct": len(counts),
                **(_summarise(values.dropna().to_numpy(dtype=np.float64)) if is_number else _NONE),
                "top": _word(counts.index[0]) if len(counts) else "",
                "n_top": int(counts.iloc[0]) if len(counts) else 0,
            }
        )
        levels.append(_draw(str(name), values, counts, is_number=is_number and kind != "empty"))
    return ColumnTables(pd.DataFrame(rows), pd.concat(levels, ignore_index=True))


_NONE = dict.fromkeys(NUMBERS, nan) | {"n_fence": -1, "n_sigma": -1, "rule_note": NO_NUMBERS}


def _summarise(values: np.ndarray) -> dict[str, object]:
    if len(values) == 0:
        return _NONE
    with np.errstate(all="ignore"):
        low, q1, median, q3, high = np.quantile(values, [0, 0.25, 0.5, 0.75, 1]).tolist()
        mean, sd = float(values.mean()), float(values.std(ddof=1)) if len(values) > 1 else nan
        skew = float(pd.Series(values).skew())  # type: ignore[arg-type]
        spread = REACH * (q3 - q1)
    found = {
        "mean": mean, "sd": sd, "low": low, "q1": q1, "median": median, "q3": q3, "high": high,
        "skew": skew, "fence_low": q1 - spread, "fence_high": q3 + spread,
        "sigma_low": mean - SIGMAS * sd, "sigma_high": mean + SIGMAS * sd,
    }  # fmt: skip
    found = {name: value if isfinite(value) else nan for name, value in found.items()}
    if max(abs(low), abs(high)) > LARGEST_NUMBER:
        return {**found, "n_fence": -1, "n_sigma": -1, "rule_note": TOO_LARGE}
    n_distinct = len(np.unique(values))
    if n_distinct < FEWEST_FOR_RULES:
        return {**found, "n_fence": -1, "n_sigma": -1, "rule_note": TOO_FEW.format(n=n_distinct)}
    outside = int(((values < found["fence_low"]) | (values > found["fence_high"])).sum())
    return {
        **found,
        "n_fence": outside if q3 > q1 else -1,
        "n_sigma": int((np.abs(values - mean) > SIGMAS * sd).sum()),
        "rule_note": "" if q3 > q1 else NO_RANGE,
    }


def _draw(name: str, values: pd.Series, counts: pd.Series, *, is_number: bool) -> pd.DataFrame:
    """Return the bars of one column: bins of a number, or its commonest words."""
    if is_number and len(counts) > MOST_LEVELS:
        present = values.dropna().to_numpy(dtype=np.float64)
        low, high = present.min(), present.max()
        scale = max(abs(low), abs(high)) or 1.0
        # Scaled first: the width of the widest column would overflow.
        heights, edges = np.histogram(present / scale, bins=N_BINS)
        edges = edges * scale
        return pd.DataFrame(
            {
                "column": name,
                "place": range(N_BINS),
                "label": "",
                "left": edges[:-1],
                "right": edges[1:],
                "n_rows": heights.astype(np.int64),
            }
        ).astype({"column": "str", "label": "str"})
    shown = counts.head(MOST_LEVELS)
    shown = shown.sort_index() if is_number else shown
    labels = [_word(value) for value in shown.index]
    sizes = [int(n) for n in shown]
    rest = int(counts.iloc[MOST_LEVELS:].sum())
    if rest:
        labels.append(f"{len(counts) - MOST_LEVELS:,} others")
        sizes.append(rest)
    frame = pd.DataFrame(
        {"column": name, "place": range(len(labels)), "label": labels, "left": nan, "right": nan}
    )
    frame["n_rows"] = sizes
    return frame.astype({"column": "str", "label": "str", "place": "int64", "n_rows": "int64"})


def _word(value: object) -> str:
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)
