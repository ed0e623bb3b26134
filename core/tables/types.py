"""What a column is good for: number, category, date, free text, id, constant, or empty."""

import re
from collections.abc import Collection
from itertools import islice
from typing import Literal

import numpy as np
import pandas as pd

ColumnType = Literal["numeric", "categorical", "date", "text", "id-like", "constant", "empty"]

MIN_ROWS_TO_JUDGE = 20
"""In fewer rows, values may all differ by chance."""
ID_SHARE = 0.95
"""Share of different values from which a column names its rows rather than describes them."""
SAMPLE_VALUES = 2000
MAX_CATEGORIES = 50
MAX_CATEGORY_CHARS = 50

_ID_NAME = re.compile(
    r"(?:^|[\W_])(?i:id|ids|uuid|guid|key|index|idx|nr|no|row|rownum|rownames)$|[a-z]I[dD]$"
)


def is_id_name(name: str) -> bool:
    """Whether a column's name says that it numbers or names its rows.

    By eye: ``customerID``, ``row id`` and ``index`` do; ``paid`` and ``width`` do not.
    """
    return _ID_NAME.search(name) is not None


def judge_number_type(name: str, values: pd.Series, n_distinct: int) -> ColumnType:
    """Return the type of a column of numbers: a row counter or a named id is ``id-like``."""
    present = values.dropna()
    if n_distinct == 0:
        return "empty"
    if n_distinct == 1 and len(values) > 1:
        return "constant"
    if len(present) < MIN_ROWS_TO_JUDGE or n_distinct < ID_SHARE * len(present):
        return "numeric"
    if not pd.api.types.is_integer_dtype(values.dtype):
        return "numeric"
    return "id-like" if is_id_name(name) or _counts_rows(present) else "numeric"


def judge_text_type(
    n_rows: int, n_present: int, distinct: Collection[str], *, is_date: bool
) -> ColumnType:
    """Return the type of a column of texts.

    Almost all different and without blanks inside: ``id-like``. Long, or hardly ever the same:
    ``text``. Everything else: ``categorical``.
    """
    n_distinct = len(distinct)
    if n_distinct == 0:
        return "empty"
    if n_distinct == 1 and n_rows > 1:
        return "constant"
    if is_date:
        return "date"
    return _judge_words(n_present, distinct)


def _judge_words(n_present: int, distinct: Collection[str]) -> ColumnType:
    n_distinct = len(distinct)
    mean_chars = sum(map(len, distinct)) / n_distinct
    if n_present >= MIN_ROWS_TO_JUDGE and n_distinct >= ID_SHARE * n_present:
        sample = list(islice(distinct, SAMPLE_VALUES))
        n_single_words = sum(" " not in text for text in sample)
        is_id = n_single_words >= ID_SHARE * len(sample) and mean_chars <= MAX_CATEGORY_CHARS
        return "id-like" if is_id else "text"
    if mean_chars > MAX_CATEGORY_CHARS:
        return "text"
    if n_distinct > MAX_CATEGORIES and n_distinct > 0.5 * n_present:
        return "text"
    return "categorical"


def warn_of_type(name: str, kind: ColumnType, n_missing: int, n_rows: int) -> list[str]:
    """Return what a learner should know before such a column becomes a feature; `name` is quoted.

    A constant column with gaps is named as such: the gaps may tell something, the value does not.
    """
    if kind == "empty":
        return [f"Column {name} is 100 % missing: all {n_rows:,} cells are empty. Leave it out."]
    if kind == "id-like":
        return [
            (
                f"Column {name} looks like an id: its values name the rows. Leave it out, or a model "
                "may learn the rows by heart."
            )
        ]
    if kind == "constant":
        gaps = f", apart from {n_missing:,} missing" if n_missing else ""
        return [
            f"Column {name} is constant: every value is the same{gaps}. It tells a model nothing."
        ]
    return []


def _counts_rows(values: pd.Series) -> bool:
    """Whether the values run 0, 1, 2, … or 1, 2, 3, … down the rows."""
    numbers = values.to_numpy()
    return bool(numbers[0] in (0, 1) and np.all(np.diff(numbers) == 1))
