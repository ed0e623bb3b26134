"""A table as it was written, before its columns have types."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from core.tables.header import judge_header, refuse_title
from core.tables.kinds import Kind
from core.tables.names import clean_names, number_names
from core.tables.wording import Places, listing

Cells = list[str] | pd.Series
"""One column: texts (``""`` for an empty cell), or values that the file itself typed."""


@dataclass(frozen=True, eq=False)
class RawTable:
    """What the readers of text, workbooks and Parquet hand on."""

    kind: Kind
    originals: tuple[str, ...]
    """The names as written; all empty if the table has none."""
    names: tuple[str, ...]
    """The names as shown, unique."""
    columns: tuple[Cells, ...]
    places: Places
    repairs: tuple[str, ...]
    warnings: tuple[str, ...]
    encoding: str | None = None
    separator: str | None = None


@dataclass(frozen=True)
class Heading:
    """The names of the columns and how they were come by."""

    originals: tuple[str, ...]
    names: tuple[str, ...]
    source: Literal["first row", "none"]
    repairs: tuple[str, ...]
    warnings: tuple[str, ...]


def read_heading(rows: Sequence[Sequence[str]], wanted: bool | None, places: Places) -> Heading:
    """Decide whether the first of `rows` holds names, unless `wanted` says so, and clean them.

    `rows` are the first rows of the table, all of one width.
    """
    first, body = rows[0], list(zip(*rows[1:], strict=True)) or [()] * len(rows[0])
    place = places.name([0]).capitalize()
    if wanted is not False and len(rows) > 1:
        refuse_title(first, rows[1], place)
    verdict = judge_header(first, body)
    is_header = verdict.is_header if wanted is None else wanted
    warnings: list[str] = []
    if not is_header:
        names = number_names(len(first))
        says = f"{place} was kept as data; the columns are called {listing(names)}."
        if wanted is None and not verdict.is_sure:
            warnings.append(
                f"{place} looks more like data than like column names. If it holds the names, "
                "say that the table has a header."
            )
        return Heading(("",) * len(names), tuple(names), "none", (says,), tuple(warnings))
    if wanted is None and not verdict.is_sure:
        warnings.append(
            f"{place} was taken for the column names, but nothing in the table proves it. If it "
            "is data, say that the table has no header."
        )
    names, repairs = clean_names(first, place)
    return Heading(tuple(first), tuple(names), "first row", tuple(repairs), tuple(warnings))
