"""What looks wrong in a table, each in one plain sentence."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from core.tables.leaks import find_leaks
from core.tables.types import warn_of_type
from core.tables.wording import count, listing, quote
from core.wording import count as count_rows
from core.wording import percent, significant

TWIN = 0.99
"""From this strength on two features are nearly the same column."""
SUSPICIOUS = 0.98
"""From this strength on a feature seems to know the target."""
HEAVY_SKEW = 2.0
RARE = 0.05
"""A class of the target below this share is rare."""
RARE_WORD = 0.01
"""A category of a feature below this share of the rows is rare."""
FAR_MORE = 0.02
"""Share beyond the fences from which outliers are reported; normal data has 0.7 %."""
KINDS = (
    "leak", "copies", "twin", "id-like", "constant", "empty", "missing", "rare", "outliers", "skew",
)  # fmt: skip
"""In the order in which they are told: what spoils a model most comes first."""

Finding = tuple[str, str, str]
"""Kind, column (empty: the whole table), sentence."""


def find_faults(
    table: pd.DataFrame,
    *,
    columns: pd.DataFrame,
    pairs: pd.DataFrame,
    missing: pd.DataFrame,
    classes: pd.DataFrame,
    levels: pd.DataFrame,
    target: str | None,
    n_copies: int,
    noun: tuple[str, str],
) -> pd.DataFrame:
    """Answer "what should be looked at before a model learns from this table?".

    Columns: ``kind`` (one of `KINDS`), ``column``, ``sentence``. Leaks and types are judged by the
    rules that judge an uploaded file; the others by the limits of this module. By eye: in the raw
    export ``seconds`` is a leak of ``minutes``, and ``temperature_c`` has no finding.
    """
    is_regression = target is not None and classes.empty
    found = [
        *_find_leaks(table, pairs, target, is_regression=is_regression),
        *_find_copies(len(table), n_copies, noun),
        *_find_twins(pairs, target),
        *_judge_columns(columns, len(table)),
        *_find_missing(columns, missing, target, len(table)),
        *_find_rare(classes, columns, levels, target),
    ]
    order = {kind: place for place, kind in enumerate(KINDS)}
    found.sort(key=lambda finding: order[finding[0]])
    return pd.DataFrame(found, columns=["kind", "column", "sentence"]).astype("str")


def _find_leaks(
    table: pd.DataFrame, pairs: pd.DataFrame, target: str | None, *, is_regression: bool
) -> Iterator[Finding]:
    if target is None:
        return
    with_target = pairs[pairs["b"] == target].set_index("a")
    for name in table.columns:
        if name == target:
            continue
        said = find_leaks(table[[name, target]], target, is_regression=is_regression)
        if said:
            yield "leak", str(name), said[0]
        elif name in with_target.index and with_target["strength"][name] >= SUSPICIOUS:
            strength = significant(float(with_target["strength"][name]))
            yield (
                "leak",
                str(name),
                (
                    f"Column {quote(str(name))} nearly tells {quote(target)} (strength {strength} of 1). "
                    "Ask whether it is known before the target is."
                ),
            )


def _find_copies(n_rows: int, n_copies: int, noun: tuple[str, str]) -> Iterator[Finding]:
    if n_copies:
        yield (
            "copies",
            "",
            (
                f"{count(n_copies, *noun)} of {count_rows(n_rows)} "
                f"{'repeats' if n_copies == 1 else 'repeat'} an earlier row in every cell. "
                "If copies fall into training and test, the test is too kind."
            ),
        )


def _find_twins(pairs: pd.DataFrame, target: str | None) -> Iterator[Finding]:
    numbers = pairs[["pearson", "spearman"]].abs().max(axis=1)
    same = numbers.where(pairs["kind"] == "numbers", pairs["cramer"])
    twins = pairs[(same >= TWIN) & (pairs["b"] != (target or ""))]
    # One sentence per column, however many columns resemble it.
    for name, rows in twins.groupby("a", sort=False):
        others = listing([quote(str(b)) for b in rows["b"]])
        yield (
            "twin",
            str(name),
            (
                f"Column {quote(str(name))} is nearly the same as {others} (correlation 0.99 or more). A "
                "model learns nothing new from the second one."
            ),
        )


def _judge_columns(columns: pd.DataFrame, n_rows: int) -> Iterator[Finding]:
    row: Any
    for row in columns.itertuples():
        name, kind = quote(str(row.column)), row.type
        for sentence in warn_of_type(name, kind, int(row.n_missing), n_rows):
            yield kind, str(row.column), sentence
        if kind != "numeric":
            continue
        n_present = n_rows - int(row.n_missing)
        if int(row.n_fence) >= FAR_MORE * n_present and int(row.n_fence) > 0:
            yield (
                "outliers",
                str(row.column),
                (
                    f"Column {name} has {count(int(row.n_fence), 'value')} beyond the fences of 1.5 "
                    f"interquartile ranges ({percent(int(row.n_fence) / n_present)}; normal data has "
                    f"0.7 %) and {count_rows(row.n_sigma)} beyond 3 standard deviations."
                ),
            )
        if abs(float(row.skew)) >= HEAVY_SKEW and int(row.n_fence) >= 0:
            side = "right" if float(row.skew) > 0 else "left"
            skew = f"{row.skew:.1f}".replace("-", "−")
            yield (
                "skew",
                str(row.column),
                (
                    f"Column {name} has a long tail to the {side} (skewness {skew}): its "
                    f"mean is {significant(float(row.mean))}, its median {significant(float(row.median))}."
                ),
            )


def _find_missing(
    columns: pd.DataFrame, missing: pd.DataFrame, target: str | None, n_rows: int
) -> Iterator[Finding]:
    related = missing.set_index("column")
    row: Any
    for row in columns[columns["n_missing"] > 0].itertuples():
        if row.type == "empty":
            continue
        start = (
            f"Column {quote(str(row.column))} has {count(int(row.n_missing), 'empty cell')} "
            f"({percent(int(row.n_missing) / n_rows)})."
        )
        yield (
            "missing",
            str(row.column),
            f"{start} {_tell_relation(related, str(row.column), target)}",
        )


def _tell_relation(related: pd.DataFrame, name: str, target: str | None) -> str:
    if name not in related.index:
        return "It is the target: such rows cannot be learnt from."
    found = related.loc[name]
    if found["reason"]:
        return f"Whether that depends on the target is undefined: {found['reason']}."
    if not found["is_related"]:
        return f"In {quote(str(target))} those rows do not differ from the others beyond chance."
    return f"Those rows differ in {quote(str(target))}, so leaving them out would bend the result."


def _find_rare(
    classes: pd.DataFrame, columns: pd.DataFrame, levels: pd.DataFrame, target: str | None
) -> Iterator[Finding]:
    words = columns.loc[
        (columns["type"] == "categorical") & (columns["column"] != target), "column"
    ]
    for name in words:
        bars = levels[levels["column"] == name]
        sizes = bars["n_rows"] / bars["n_rows"].sum()
        for label, n_rows in bars.loc[sizes < RARE_WORD, ["label", "n_rows"]].itertuples(
            index=False
        ):
            yield (
                "rare",
                str(name),
                (
                    f"Category {quote(str(label))} of column {quote(str(name))} is rare: "
                    f"{count(int(n_rows), 'row')}. Hardly anything can be learnt from so few."
                ),
            )
    row: Any
    for row in classes[classes["share"] < RARE].itertuples():
        yield (
            "rare",
            str(target),
            (
                f"Class {quote(str(row.label))} of {quote(str(target))} is rare: "
                f"{count(int(row.n_rows), 'row')} ({percent(float(row.share))})."
            ),
        )
