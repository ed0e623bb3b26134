"""How strongly two columns go together: along a line, along any rising or falling curve, in any shape."""

from dataclasses import dataclass
from itertools import combinations
from math import isfinite, nan, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]

N_SLICES = 10
"""Equally full slices of x; the ranks of y are compared from slice to slice."""
FEWEST_ROWS = 20
"""Complete rows that a pair needs."""
GAP = 0.1
"""From this difference on Pearson and Spearman are said to disagree."""
MISSED = 0.2
"""By so much any shape must exceed both before they are said to miss it."""
WORTH = 0.2
"""Weaker than this, nothing is said of a pair."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """One column as the comparisons need it; NaN and −1 are missing."""

    name: str
    is_number: bool
    values: Numbers
    """The numbers; of words their codes."""
    codes: Codes
    """The slice of a number, the category of a word."""


def prepare_column(name: str, values: pd.Series, *, is_number: bool) -> Prepared:
    """Cut a number into `N_SLICES` equally full slices (few different values: one slice each)."""
    if not is_number:
        codes = pd.factorize(values, sort=True)[0].astype(np.int64)
        return Prepared(name, False, codes.astype(np.float64), codes)
    numbers = values.to_numpy(dtype=np.float64)
    if values.nunique() <= N_SLICES:
        codes = pd.factorize(values, sort=True)[0].astype(np.int64)
    else:
        codes = pd.qcut(numbers, N_SLICES, labels=False, duplicates="drop")
        codes = np.nan_to_num(codes, nan=-1).astype(np.int64)
    return Prepared(name, True, numbers, codes)


def relate_columns(columns: list[Prepared], target: str | None) -> pd.DataFrame:
    """Answer "which columns go together, and do Pearson and Spearman see it?" for every pair.

    Rows where either is missing are left out of a pair. Columns: ``a``, ``b`` (the target, if it
    is one of them, is b), ``kind`` ("numbers", "words", "mixed"), ``n`` (rows), ``pearson``,
    ``spearman`` (numbers only), ``shape`` (√η² of the ranks of the number over the slices or
    categories of the other, less what chance yields; numbers: the better of both directions),
    ``cramer`` (words only, bias corrected), ``strength`` (the largest of these without sign),
    ``inside`` (Pearson without values beyond the fences, where it disagrees with Spearman),
    ``verdict`` (see `judge`). NaN is undefined: a column that is constant in these rows.
    Check by eye: a parabola over its middle has pearson ≈ 0, spearman ≈ 0 and shape near 1.
    """
    rows = [
        _relate(a, b) if a.name != target else _relate(b, a) for a, b in combinations(columns, 2)
    ]
    names = ["a", "b", "kind", "n", "pearson", "spearman", "shape", "cramer", "strength", "inside"]
    table = pd.DataFrame(rows, columns=[*names, "verdict"])
    types = dict.fromkeys(("a", "b", "kind", "verdict"), "str") | {"n": "int64"}
    return table.astype(types | dict.fromkeys(names[4:], "float64"))


def _relate(a: Prepared, b: Prepared) -> dict[str, object]:
    both = (a.codes >= 0) & (b.codes >= 0)
    n = int(both.sum())
    row = {"a": a.name, "b": b.name, "n": n, "pearson": nan, "spearman": nan, "shape": nan}
    row |= {"cramer": nan, "inside": nan}
    row["kind"] = "numbers" if a.is_number and b.is_number else "mixed"
    if not (a.is_number or b.is_number):
        row["kind"] = "words"
    if n >= FEWEST_ROWS:
        x, y = a.values[both], b.values[both]
        if row["kind"] == "words":
            row["cramer"] = cramers_v(a.codes[both], b.codes[both])
        else:
            row |= _measure(x, y, a.codes[both], b.codes[both], (a.is_number, b.is_number))
    found = [abs(float(row[name])) for name in ("pearson", "spearman", "shape", "cramer")]  # type: ignore[arg-type]
    row["strength"] = max((value for value in found if isfinite(value)), default=nan)
    row["verdict"] = judge(row)
    return row


def _measure(
    x: Numbers, y: Numbers, in_x: Codes, in_y: Codes, are_numbers: tuple[bool, bool]
) -> dict[str, float]:
    ranks = [
        rank(values) if is_number else None
        for values, is_number in zip((x, y), are_numbers, strict=True)
    ]
    shapes = [
        shape_of(ranked, codes)
        for ranked, codes in zip(ranks, (in_y, in_x), strict=True)
        if ranked is not None
    ]
    found = {"shape": max((s for s in shapes if isfinite(s)), default=nan)}
    if ranks[0] is not None and ranks[1] is not None:
        found |= {"pearson": correlate(x, y), "spearman": correlate(ranks[0], ranks[1])}
        if abs(found["pearson"] - found["spearman"]) >= GAP:
            found["inside"] = correlate_inside(x, y)
    return found


def rank(values: Numbers) -> Numbers:
    """Return ranks from 1; equal values share the mean of their ranks (scipy)."""
    from scipy.stats import rankdata

    ranks: Numbers = rankdata(values)
    return ranks


def correlate(x: Numbers, y: Numbers) -> float:
    """Return Pearson's correlation (numpy); NaN if either is constant or overflows."""
    scaled = [values / (np.abs(values).max() or 1.0) for values in (x, y)]
    if any(np.ptp(values) == 0 for values in scaled):
        return nan
    return float(np.clip(np.corrcoef(scaled[0], scaled[1])[0, 1], -1, 1))


def correlate_inside(x: Numbers, y: Numbers) -> float:
    """Return Pearson's correlation of the rows that lie within the 1.5·IQR fences of both columns."""
    inside = is_inside(x) & is_inside(y)
    return correlate(x[inside], y[inside]) if inside.sum() >= FEWEST_ROWS else nan


def is_inside(values: Numbers) -> NDArray[np.bool_]:
    """Return which values lie within Q1 − 1.5·IQR and Q3 + 1.5·IQR; all, where IQR is 0."""
    q1, q3 = np.quantile(values, [0.25, 0.75])
    if q1 == q3:
        return np.ones(len(values), dtype=bool)
    reach = 1.5 * (q3 - q1)
    return np.asarray((values >= q1 - reach) & (values <= q3 + reach))


def shape_of(ranks: Numbers, codes: Codes) -> float:
    """Return √η²: which share of the variance of `ranks` lies between the groups `codes`.

    η² of ranks is H / (n − 1) of Kruskal and Wallis. What k groups explain by chance, (k − 1) of
    n − 1, is taken off (ε², Kelley 1935), and nothing below 0 is left. NaN if all ranks are equal or
    every row is a group of its own.
    """
    sizes = np.bincount(codes)
    k, n = int((sizes > 0).sum()), len(ranks)
    total = float(((ranks - ranks.mean()) ** 2).sum())
    if total == 0 or k < 2 or n <= k:
        return nan
    means = np.bincount(codes, weights=ranks)[sizes > 0] / sizes[sizes > 0]
    between = float((sizes[sizes > 0] * (means - ranks.mean()) ** 2).sum())
    left_over = (1 - between / total) * (n - 1) / (n - k)
    return sqrt(min(max(1 - left_over, 0.0), 1.0))


def cramers_v(a: Codes, b: Codes) -> float:
    """Return Cramér's V with the correction of Bergsma (2013); NaN if either is constant."""
    from scipy.stats import chi2_contingency

    counts = np.bincount(a * (b.max() + 1) + b, minlength=(a.max() + 1) * (b.max() + 1))
    counts = counts.reshape(a.max() + 1, b.max() + 1)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    r, c = counts.shape
    if min(r, c) < 2:
        return nan
    n = int(counts.sum())
    phi2 = float(chi2_contingency(counts, correction=False).statistic) / n
    phi2 = max(0.0, phi2 - (r - 1) * (c - 1) / (n - 1))
    r_left, c_left = r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)
    return float(min(sqrt(phi2 / (min(r_left, c_left) - 1)), 1.0))


def judge(row: dict[str, object]) -> str:
    """Say which of the three numbers of a pair of numbers can be believed.

    ``agree``; ``outliers`` (Pearson without the values beyond the fences comes nearer to
    Spearman by more than half); ``curved`` (they disagree for another reason, and any shape is
    strong too); ``missed`` (neither sees what any shape sees); ``weak``; ``other`` for words.
    """
    if row["kind"] != "numbers":
        return "other"
    r, s, shape, inside = (
        float(row[name])  # type: ignore[arg-type]
        for name in ("pearson", "spearman", "shape", "inside")
    )
    if not (isfinite(r) and isfinite(s)):
        return "other"
    if max(abs(r), abs(s), shape if isfinite(shape) else 0.0) < WORTH:
        return "weak"
    if isfinite(shape) and shape - max(abs(r), abs(s)) >= MISSED:
        return "missed"
    if abs(r - s) >= GAP:
        is_mended = isfinite(inside) and abs(inside - s) < abs(r - s) / 2
        return "outliers" if is_mended else "curved"
    return "agree"
