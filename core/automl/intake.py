"""The first step of every pipeline: a table as it comes, brought to what the model learnt from.

This module imports nothing of Glassroom: its source stands in every notebook as it is.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

DATE_PARTS = (
    "days",
    "year",
    "month sin",
    "month cos",
    "weekday sin",
    "weekday cos",
    "hour sin",
    "hour cos",
)


class Intake(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Choose the columns by name and read each as number, word, text or date.

    At prediction the order of the columns, further columns, and numbers written as text do no harm. A
    missing column and a word where numbers stood are refused by name. Gaps stay gaps; the next step
    fills them. A date becomes numbers: days since 1970, and year, month, day of the week and hour as
    places on a circle, so that December lies beside January; or only those of them that are named.
    """

    def __init__(
        self,
        numbers: Sequence[str] = (),
        words: Sequence[str] = (),
        texts: Sequence[str] = (),
        dates: Sequence[str] = (),
        day_first: Sequence[str] = (),
        *,
        date_parts: Sequence[str] = DATE_PARTS,
    ) -> None:
        self.numbers = numbers
        self.words = words
        self.texts = texts
        self.dates = dates
        self.day_first = day_first
        self.date_parts = date_parts

    def fit(self, table: pd.DataFrame, target: Any = None) -> "Intake":  # noqa: ARG002  scikit-learn's way
        """Look whether all columns are there; nothing is learnt."""
        self.columns_ = [*self.numbers, *self.words, *self.texts, *self.dates]
        self._check(table)
        return self

    def transform(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return a new table: numbers (dates among them), then words, then texts."""
        self._check(table)
        ready = {name: _read_numbers(table[name], name) for name in self.numbers}
        for name in self.dates:
            parts = _turn_date(table[name], name, name in self.day_first)
            ready |= {key: parts[key] for key in (f"{name} {part}" for part in self.date_parts)}
        for name in [*self.words, *self.texts]:
            ready[name] = _read_words(table[name])
        for name in self.texts:
            ready[name] = ready[name].fillna("")
        return pd.DataFrame(ready, index=table.index)

    def get_feature_names_out(self, names: Any = None) -> Any:  # noqa: ARG002
        """Return the names of the columns of `transform`."""
        dates = [f"{name} {part}" for name in self.dates for part in self.date_parts]
        return np.array([*self.numbers, *dates, *self.words, *self.texts], dtype=object)

    def _check(self, table: pd.DataFrame) -> None:
        missing = [name for name in self.columns_ if name not in table.columns]
        if missing:
            message = (
                f"The table lacks {', '.join(map(repr, missing))}, which the model learnt from."
            )
            raise ValueError(message)


def _read_numbers(column: pd.Series, name: str) -> pd.Series:
    if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_numeric_dtype(column.dtype):
        values = column.astype("float64")
    else:
        texts = column.astype("object").map(
            lambda cell: cell.strip() if isinstance(cell, str) else cell
        )
        texts = texts.mask(texts == "")
        values = pd.to_numeric(texts, errors="coerce").astype("float64")
        wrong = values.isna() & texts.notna()
        if wrong.any():
            message = f"Column {name!r} holds numbers, got {str(texts[wrong].iloc[0])!r}."
            raise ValueError(message)
    # Trees count in 32 bits, which end at 3e38.
    return values.mask(np.isinf(values)).clip(-1e37, 1e37)


def _read_words(column: pd.Series) -> pd.Series:
    if pd.api.types.is_float_dtype(column.dtype) and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")  # 3.0 and 3 are the same word
    words = column.astype("object").map(lambda cell: cell if pd.isna(cell) else str(cell).strip())
    words = words.map(lambda cell: np.nan if pd.isna(cell) or cell == "" else cell)
    return words.astype("object")


def _turn_date(column: pd.Series, name: str, day_first: bool) -> dict[str, pd.Series]:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        moments = pd.to_datetime(column, utc=True)
    else:
        moments = pd.to_datetime(
            _read_words(column), errors="coerce", format="mixed", dayfirst=day_first, utc=True
        )
        if (moments.isna() & column.notna()).any():
            wrong = column[moments.isna() & column.notna()].iloc[0]
            message = f"Column {name!r} holds dates, got {str(wrong)!r}."
            raise ValueError(message)
    days = (moments - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1)
    parts: dict[str, Any] = {"days": days, "year": moments.dt.year}
    for what, part, round_trip in (
        ("month", moments.dt.month - 1, 12),
        ("weekday", moments.dt.weekday, 7),
        ("hour", moments.dt.hour, 24),
    ):
        angle = 2 * np.pi * part / round_trip
        parts |= {f"{what} sin": np.sin(angle), f"{what} cos": np.cos(angle)}
    return {f"{name} {part}": values.astype("float64") for part, values in parts.items()}
