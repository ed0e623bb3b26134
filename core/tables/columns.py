"""From the cells of a raw table to typed columns, with everything noticed on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd

from core.tables.dates import DateReading, judge_dates, resembles_date
from core.tables.evidence import (
    FileDecimal,
    TextColumn,
    inspect_column,
    judge_decimal,
    settle_decimal,
)
from core.tables.numbers import build_numbers, refuse_infinite, tidy_zeros
from core.tables.numerals import fits_number, to_float, to_whole
from core.tables.raw import Cells, RawTable
from core.tables.types import (
    SAMPLE_VALUES,
    ColumnType,
    judge_number_type,
    judge_text_type,
    warn_of_type,
)
from core.tables.wording import Places, quote

MOSTLY = 0.5
"""Share of numbers or dates from which the other cells of a column are worth a warning."""


@dataclass(frozen=True, eq=False)
class ReadColumn:
    """One column of the table, typed, and what was noticed about it."""

    values: pd.Series
    type: ColumnType
    n_missing: int
    n_distinct: int
    note: str
    repairs: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ReadColumns:
    """All columns of a table and the file's decimal sign."""

    columns: tuple[ReadColumn, ...]
    decimal: FileDecimal


def type_columns(raw: RawTable) -> ReadColumns:
    """Type every column: first each alone, then with the decimal sign that all show together."""
    seen: list[TextColumn | pd.Series] = [
        cells if isinstance(cells, pd.Series) else inspect_column(name, cells, raw.places)
        for name, cells in zip(raw.names, raw.columns, strict=True)
    ]
    decimal = judge_decimal([column for column in seen if isinstance(column, TextColumn)])
    columns = [
        _read_typed(name, column, raw.places)
        if isinstance(column, pd.Series)
        else _read_text(column, decimal, raw.separator)
        for name, column in zip(raw.names, seen, strict=True)
    ]
    return ReadColumns(tuple(columns), decimal)


def is_empty_column(cells: Cells) -> bool:
    """Whether no cell of the column holds anything."""
    if isinstance(cells, pd.Series):
        return bool(cells.isna().all())
    return not any(map(str.strip, cells))


def _read_text(column: TextColumn, of_file: FileDecimal, separator: str | None) -> ReadColumn:
    if column.form == "none":
        return _read_words(column)
    settled = settle_decimal(column, of_file, separator)
    texts, floats = column.texts, column.plain
    if floats is None or (settled.sign == "," and column.form == "ambiguous"):
        floats = np.array([to_float(t, settled.sign) if t else np.nan for t in texts], dtype=float)
    numbers = build_numbers(
        column.name, texts, floats, to_whole if column.is_integer else None, column.places
    )
    if numbers is None:
        return _read_words(column, "its whole numbers are too long for 64 bits")
    notes = ["its decimal sign is open"] if settled.warnings else []
    return _finish_numbers(
        column.name,
        numbers.values,
        notes,
        (*column.repairs, *settled.repairs, *numbers.repairs),
        settled.warnings,
    )


def _read_typed(name: str, values: pd.Series, places: Places) -> ReadColumn:
    """Take a column whose type the file itself declares; its texts stay texts."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        floats = values.to_numpy(dtype=float)
        refuse_infinite(name, floats, places)
        if pd.api.types.is_integer_dtype(values.dtype):
            return _finish_numbers(name, values, [], (), ())
        floats, repairs = tidy_zeros(name, None, floats, places)
        return _finish_numbers(name, pd.Series(floats), [], tuple(repairs), ())
    texts = [None if pd.isna(value) else str(value) for value in values]
    distinct = tuple(dict.fromkeys(text for text in texts if text is not None))
    read = _read_words(TextColumn(name, places, "none", texts, distinct))
    if distinct and read.type != "date" and all(map(fits_number, distinct)):
        says = (
            f"Column {quote(name)} holds only numbers, but the file declares it as text, so it "
            "was kept as text. Save it as numbers to use it as such."
        )
        return ReadColumn(
            read.values, read.type, read.n_missing, read.n_distinct, read.note, (), (says,)
        )
    return read


def _finish_numbers(
    name: str,
    values: pd.Series,
    notes: Sequence[str],
    repairs: tuple[str, ...],
    warnings: tuple[str, ...],
) -> ReadColumn:
    n_missing, n_distinct = int(values.isna().sum()), int(values.nunique())
    kind = judge_number_type(name, values, n_distinct)
    says = warn_of_type(quote(name), kind, n_missing, len(values))
    return ReadColumn(
        values, kind, n_missing, n_distinct, "; ".join(notes), repairs, (*warnings, *says)
    )


def _read_words(column: TextColumn, reason: str = "") -> ReadColumn:
    """Finish a column that stays text: dates, categories, free text, ids."""
    texts = [*column.texts]
    if "" in texts:
        texts = [text or None for text in texts]
    distinct = column.distinct or tuple(dict.fromkeys(text for text in texts if text))
    n_missing = texts.count(None)
    dates = judge_dates(distinct) if distinct else None
    kind = judge_text_type(len(texts), len(texts) - n_missing, distinct, is_date=dates is not None)
    name = quote(column.name)
    notes, warnings = [reason] * bool(reason), []
    if column.is_code:
        notes.append("kept as text: some of its digits begin with 0")
        warnings.append(
            f"Column {name} was kept as text, because some of its digits begin with 0, as in "
            f"{quote(_first_code(distinct))}. Take the zeros away if they are numbers."
        )
    elif reason:
        warnings.append(
            f"Column {name} was kept as text, because {reason} and would become equal by "
            "rounding. Shorten them if they are quantities."
        )
    elif dates is not None:
        notes.append(f"dates, {dates.order}")
        warnings.extend(_warn_of_order(name, dates, texts, column.places))
    elif kind in ("categorical", "text", "id-like"):
        warnings.extend(_warn_of_mixture(name, texts, column.places))
    warnings.extend(warn_of_type(name, kind, n_missing, len(texts)))
    return ReadColumn(
        pd.Series(texts, dtype="str"),
        kind,
        n_missing,
        len(distinct),
        "; ".join(notes),
        column.repairs,
        tuple(warnings),
    )


def _first_code(distinct: Sequence[str]) -> str:
    return next(text for text in distinct if text.startswith("0") and len(text) > 1)


def _warn_of_order(
    name: str, dates: DateReading, texts: Sequence[str | None], places: Places
) -> list[str]:
    if dates.order == "two orders":
        one, other = (
            f"{quote(cell)} ({places.name([texts.index(cell)])})"
            for cell in (dates.day_first, dates.month_first)
        )
        return [
            (
                f"Column {name} writes its dates in two orders: {one} has the day first, {other} the "
                "month. Write all of them as year-month-day."
            )
        ]
    if dates.order == "open":
        cell = next(text for text in texts if text is not None)
        return [
            (
                f"Column {name}: {quote(cell)} ({places.name([texts.index(cell)])}) may have the day "
                "or the month first; no date in the column shows which. It was kept as written."
            )
        ]
    return []


def _warn_of_mixture(name: str, texts: Sequence[str | None], places: Places) -> list[str]:
    """Warn when a column is mostly numbers, or mostly dates, with something else in between."""
    sample = list(islice((text for text in texts if text is not None), SAMPLE_VALUES))
    for fits, what in ((fits_number, "numbers"), (resembles_date, "dates")):
        share = sum(map(fits, sample)) / len(sample)
        if share < MOSTLY:
            continue
        odd = next((i for i, text in enumerate(texts) if text is not None and not fits(text)), None)
        if odd is None:
            return [
                (
                    f"Column {name} holds {what} written in different ways, or dates that are in no "
                    "calendar. It was kept as text; write all cells in one way to use them."
                )
            ]
        return [
            (
                f"Column {name} mixes {what} with other words: {share:.0%} of its first cells are "
                f"{what}, but {places.name([odd])} holds {quote(texts[odd] or '')}. It was kept as "
                f"text; correct such cells, or empty them, to use it as {what}."
            )
        ]
    return []
