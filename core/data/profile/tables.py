"""The profile in small tables and formulas; the page escapes the names that a person typed."""

from functools import lru_cache
from math import isfinite
from typing import Any

import pandas as pd

from core.data.profile.lab import ProfileResult
from core.data.profile.relations import WORTH
from core.data.profile.view import are_comparable
from core.data.profile.words import TYPES, amount, say, tenths
from core.formula import Formula
from core.wording import UNDEFINED, count, percent, significant

N_PAIRS = 6
"""Warned pairs, and strongest pairs, in the table of pairs."""
VERDICTS = {
    "agree": "both",
    "outliers": "Spearman (far-away values)",
    "curved": "Spearman (no straight line)",
    "missed": "neither",
    "weak": "both",
    "other": "",
}


@lru_cache(maxsize=32)
def tabulate_columns(result: ProfileResult) -> pd.DataFrame:
    """Return one row per column as people read it; ``Shape`` holds the heights of its bars."""
    each: Any = result.columns.itertuples()
    bars = result.levels.groupby("column", sort=False)["n_rows"].agg(list)
    rows = [
        {
            "Column": row.column + (" (target)" if row.column == result.target else ""),
            "Holds": TYPES.get(str(row.type), str(row.type)),
            "Shape": bars[row.column] if row.column in bars.index else [],
            "Empty": percent(int(row.n_missing) / result.n_rows) if row.n_missing else "none",
            "Different": count(int(row.n_distinct)),
            "Middle": amount(float(row.median)) if row.is_number else str(row.top),
            "Mean": amount(float(row.mean)) if row.is_number else "",
            "Lowest": amount(float(row.low)) if row.is_number else "",
            "Highest": amount(float(row.high)) if row.is_number else "",
            "Skewness": tenths(float(row.skew)) if isfinite(float(row.skew)) else "",
        }
        for row in each
    ]
    return pd.DataFrame(rows)


def tabulate_summary(result: ProfileResult) -> pd.DataFrame:
    """Return the lines that pandas prints for the column, each with its meaning."""
    n = result.n_rows - result.column_missing
    if not isfinite(result.mean):
        words = [
            ("count", count(n), "cells with a value"),
            ("unique", count(result.column_distinct), "different words"),
        ]
        return pd.DataFrame(words, columns=["describe()", "Value", "Meaning"])
    lines = [
        ("count", count(n), "cells with a value"),
        ("mean", amount(result.mean), "sum over count"),
        ("std", amount(result.sd), "standard deviation"),
        ("min", amount(result.low), "lowest"),
        ("25%", amount(result.q1), "first quartile"),
        ("50%", amount(result.median), "the median: half lie below"),
        ("75%", amount(result.q3), "third quartile"),
        ("max", amount(result.high), "highest"),
    ]
    return pd.DataFrame(lines, columns=["describe()", "Value", "Meaning"])


@lru_cache(maxsize=32)
def tabulate_missing(result: ProfileResult) -> pd.DataFrame:
    """Return one row per column with gaps, and whether the target differs where the cell is empty."""
    rows = []
    row: Any
    for row in result.missing.itertuples():
        values = (float(row.without), float(row.given), float(row.difference))
        bounds = (float(row.low), float(row.high))
        texts = [
            (significant(v) if result.is_number else percent(v)).replace("-", "−")
            for v in (*values, *bounds)
        ]
        what = f"median of {result.target}" if result.is_number else f"share of {row.label}"
        rows.append(
            {
                "Empty in": row.column,
                "Compared": what if not row.reason else row.reason,
                "Where empty": texts[0],
                "Elsewhere": texts[1],
                "Difference": f"{texts[2]} ({texts[3]} to {texts[4]})"
                if not row.reason
                else UNDEFINED,
                "Beyond chance": UNDEFINED if row.reason else "yes" if row.is_related else "no",
            }
        )
    if not rows:
        return pd.DataFrame({"Empty in": ["no column"]})
    return pd.DataFrame(rows)


@lru_cache(maxsize=32)
def tabulate_pairs(result: ProfileResult) -> pd.DataFrame:
    """Return the pairs on which the correlations err, then the strongest of the others."""
    pairs = _without_repeats(result)
    is_warned = pairs["verdict"].isin(("outliers", "curved", "missed"))
    apart = (pairs["pearson"] - pairs["spearman"]).abs()
    apart = apart.where(pairs["verdict"] != "missed", pairs["strength"])
    warned = pairs[is_warned].loc[apart[is_warned].sort_values(ascending=False).index].head(N_PAIRS)
    each: Any = pd.concat([warned, pairs[~is_warned].head(N_PAIRS)]).itertuples()
    rows = [
        {
            "Pair": f"{row.a} and {row.b}",
            "Pearson": _cell(row.kind, "numbers", float(row.pearson)),
            "Spearman": _cell(row.kind, "numbers", float(row.spearman)),
            "Any shape": say(float(row.cramer) if row.kind == "words" else float(row.shape)),
            "Believe": VERDICTS[str(row.verdict)],
        }
        for row in each
    ]
    return pd.DataFrame(rows)


def _without_repeats(result: ProfileResult) -> pd.DataFrame:
    """Return the pairs worth reading: a leak only beside its target, weak ones only if all are."""
    pairs, leaks = result.pairs, result.findings.loc[result.findings["kind"] == "leak", "column"]
    is_echo = pairs["a"].isin(leaks) & (pairs["b"] != result.target) | pairs["b"].isin(leaks)
    told = pairs[~is_echo]
    strong = told[(told["verdict"] != "weak") & (told["strength"] >= WORTH)]
    return told if strong.empty else strong


def _cell(kind: object, wanted: str, value: float) -> str:
    return say(value) if kind == wanted else "not numbers"


def name_columns(result: ProfileResult, setting: str) -> dict[str | None, str]:
    """Return what a list of columns offers: first the lesson's own choice, which is None in a link.

    `setting` is the field of the spec; ``x`` and ``y`` take columns of numbers only.
    """
    asked, chosen = getattr(result.spec, setting), getattr(result, setting)
    columns = result.columns
    if setting in ("x", "y"):
        columns = columns[are_comparable(columns)]
    own = f"{chosen}, chosen for you" if asked is None and chosen else "chosen for you"
    names: dict[str | None, str] = {None: own} | {name: name for name in columns["column"]}
    if asked is not None and asked not in names:
        names[asked] = f"{asked} (not here)"
    return names


def pearson_formulas(result: ProfileResult) -> tuple[Formula, ...]:
    """Return Pearson's correlation with this pair's covariance and sds; nothing if undefined."""
    if not isfinite(result.pearson):
        return ()
    formula = Formula(
        name="Pearson",
        top="covariance",
        bottom="sd of x × sd of y",
        top_number=amount(result.covariance, digits=4),
        bottom_number=f"{amount(result.sd_x, digits=4)} × {amount(result.sd_y, digits=4)}",
        value=say(result.pearson),
    )
    return (formula,)


def distance_formulas(result: ProfileResult) -> tuple[Formula, ...]:
    """Return how far away the highest value is by either rule; nothing where a rule has no value."""
    formulas = []
    if result.n_sigma is not None:
        formulas.append(
            Formula(
                name="in standard deviations",
                top="highest − mean",
                bottom="sd",
                top_number=_minus(result.high, result.mean),
                bottom_number=amount(result.sd, digits=4),
                value=f"{(result.high - result.mean) / result.sd:.2f}",
            )
        )
    if result.n_fence is not None:
        spread = result.q3 - result.q1
        formulas.append(
            Formula(
                name="in interquartile ranges",
                top="highest − third quartile",
                bottom="third − first quartile",
                top_number=_minus(result.high, result.q3),
                bottom_number=_minus(result.q3, result.q1),
                value=f"{(result.high - result.q3) / spread:.2f}",
            )
        )
    return tuple(formulas)


def _minus(first: float, second: float) -> str:
    text = amount(second, digits=4)
    return f"{amount(first, digits=4)} − {f'({text})' if second < 0 else text}"
