"""What each column means, judged by its values: number, category, date, text, an id, or nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.automl.intake import Intake
from core.automl.settings import Meaning, Settings
from core.errors import require
from core.tables.dates import judge_dates
from core.tables.types import ColumnType, judge_number_type, judge_text_type
from core.tables.wording import quote

USED: tuple[Meaning, ...] = ("number", "boolean", "category", "date", "text")
"""Meanings that a model can learn from."""
_NAMES: dict[ColumnType, Meaning] = {
    "numeric": "number",
    "categorical": "category",
    "id-like": "id",
    "date": "date",
    "text": "text",
    "constant": "constant",
    "empty": "empty",
}
A_WORD = re.compile(r"\w")
YES_NO = frozenset({"yes", "no", "true", "false", "y", "n", "t", "f"})


@dataclass(frozen=True, kw_only=True)
class ColumnMeaning:
    """What one column was taken for, and why."""

    name: str
    meaning: Meaning
    reason: str
    """What in the values says so, with the numbers seen."""
    n_missing: int
    n_distinct: int
    is_converted: bool = False
    """Whether it is written as something else than what it means: numbers as text, for example."""
    is_number: bool = False
    """Whether its values are numbers, whatever they stand for."""
    is_day_first: bool = False
    """For dates such as 03/04/2024: the third of April."""

    @property
    def is_used(self) -> bool:
        """Whether models learn from it."""
        return self.meaning in USED


def judge_meanings(table: pd.DataFrame, settings: Settings) -> tuple[ColumnMeaning, ...]:
    """Judge each column that models may learn from, in the order of the table.

    Check by eye: ``["1", "2", " "]`` is a number written as text, ``["a", "b", "a"]`` a category.

    Raises
    ------
    SpecError
        If a column of the settings is not in the table, or an asked-for meaning does not fit its values.
    """
    asked = dict(settings.meanings)
    for name in (*asked, *dict(settings.imputers), *settings.exclude_cols):
        require(name in table.columns, f"The table has no column {name!r}.")
    left_out = {
        settings.target, settings.split_col, settings.group_col, settings.sample_weight_col,
        *settings.exclude_cols,
    }  # fmt: skip
    found = [judge_column(table[name], str(name)) for name in table.columns if name not in left_out]
    return tuple(_obey(one, asked[one.name], table) if one.name in asked else one for one in found)


def judge_column(column: pd.Series, name: str) -> ColumnMeaning:
    """Judge one column by its values."""
    n_rows, n_missing = len(column), int(column.isna().sum())
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        n_distinct = int(column.nunique())
        meaning: Meaning = "date" if n_distinct > 1 else ("constant" if n_distinct else "empty")
        reason = "holds moments in time"
        return ColumnMeaning(
            name=name, meaning=meaning, reason=reason, n_missing=n_missing, n_distinct=n_distinct
        )
    if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_numeric_dtype(column.dtype):
        return _judge_numbers(column, name, n_missing, is_converted=False)
    texts = column.astype("object").map(lambda cell: cell if pd.isna(cell) else str(cell).strip())
    texts = texts.mask(texts == "")
    n_missing = int(texts.isna().sum())
    numbers = pd.to_numeric(texts, errors="coerce")
    if n_missing < n_rows and not (numbers.isna() & texts.notna()).any():
        return _judge_numbers(numbers.astype("float64"), name, n_missing, is_converted=True)
    return _judge_texts(texts, name, n_missing)


def _judge_numbers(
    column: pd.Series, name: str, n_missing: int, *, is_converted: bool
) -> ColumnMeaning:
    values = column.astype("float64")
    n_distinct = int(values.nunique())
    present = values.dropna()
    is_whole = bool(len(present)) and bool((present % 1 == 0).all())
    kind = judge_number_type(
        name,
        present.astype("int64") if is_whole and np.abs(present).max() < 2**53 else present,
        n_distinct,
    )
    meaning = _NAMES[kind] if len(present) else "empty"
    how = "numbers written as text" if is_converted else "numbers"
    if meaning == "number" and n_distinct == 2:
        meaning = "boolean"
    reasons = {
        "number": f"{n_distinct:,} different {how}",
        "boolean": f"two different {how}",
        "id": f"nearly every row has a number of its own ({n_distinct:,})",
        "constant": "every value is the same",
        "empty": "every cell is empty",
    }
    return ColumnMeaning(
        name=name,
        meaning=meaning,
        reason=reasons[meaning],
        n_missing=n_missing,
        n_distinct=n_distinct,
        is_converted=is_converted,
        is_number=True,
    )


def _judge_texts(texts: pd.Series, name: str, n_missing: int) -> ColumnMeaning:
    present = texts.dropna()
    distinct = [str(text) for text in present.unique()]
    dates = judge_dates(distinct) if distinct else None
    if dates is not None and not _can_count_days(distinct, is_day_first=dates.order == "day first"):
        dates = None
    kind = judge_text_type(len(texts), len(present), distinct, is_date=dates is not None)
    meaning = _NAMES[kind]
    if (
        meaning == "text"
        and sum(bool(A_WORD.search(text)) for text in distinct) < len(distinct) / 2
    ):
        meaning = "category"  # punctuation and pictures: there are no words to count
    if meaning == "category" and len(distinct) == 2 and _are_yes_no(distinct):
        meaning = "boolean"
    reasons = {
        "boolean": f"two answers: {', '.join(sorted(distinct))}",
        "category": f"{len(distinct):,} different words",
        "date": "every value is a day of the calendar",
        "text": "long or hardly ever the same words",
        "id": f"nearly every row has a word of its own ({len(distinct):,})",
        "constant": "every value is the same",
        "empty": "every cell is empty",
    }
    return ColumnMeaning(
        name=name,
        meaning=meaning,
        reason=reasons[meaning],
        n_missing=n_missing,
        n_distinct=len(distinct),
        is_converted=meaning == "date",
        is_day_first=dates is not None and dates.order == "day first",
    )


def _can_count_days(distinct: Sequence[str], *, is_day_first: bool) -> bool:
    """Whether the dates lie where moments can be counted: not in the year 1600."""
    dates = pd.DataFrame({"day": distinct})
    try:
        Intake(dates=("day",), day_first=("day",) if is_day_first else ()).fit_transform(dates)
    except ValueError:
        return False
    return True


def _are_yes_no(words: Sequence[str]) -> bool:
    return {word.lower() for word in words} <= YES_NO


def _obey(found: ColumnMeaning, asked: Meaning, table: pd.DataFrame) -> ColumnMeaning:
    """Take a column for what a person says it is, if its values can be read so."""
    column = table[found.name]
    is_number = found.meaning in ("number", "id") or pd.api.types.is_numeric_dtype(column.dtype)
    require(
        asked != "number" or is_number or found.is_converted,
        f"Column {quote(found.name)} cannot be numbers: {found.reason}.",
    )
    require(
        asked != "date" or found.meaning == "date",
        f"Column {quote(found.name)} cannot be dates: {found.reason}.",
    )
    return ColumnMeaning(
        **{**vars(found), "meaning": asked, "reason": f"you said so (its values: {found.reason})"}
    )
