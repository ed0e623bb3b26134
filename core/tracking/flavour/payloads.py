"""What is sent to a model: rows as it knows them, and rows with one thing wrong."""

from collections.abc import Callable
from typing import Literal

import pandas as pd

from core.datasets import Dataset
from core.errors import require

Payload = Literal["same", "order", "extra", "missing", "text", "whole", "gap", "swapped"]
PAYLOADS: tuple[Payload, ...] = (
    "same", "order", "extra", "missing", "text", "whole", "gap", "swapped",
)  # fmt: skip
Pair = tuple[pd.DataFrame, pd.DataFrame]
Maker = Callable[[Dataset, pd.DataFrame], Pair]
NEEDED: dict[Payload, str] = {
    "text": "of numbers",
    "whole": "of decimal numbers",
    "gap": "of whole numbers without gaps",
    "swapped": "of numbers beside another of the same type",
}
"""The column that a payload changes."""
N_ROWS = 3
EXTRA = "sent_by_mistake"


def list_payloads(dataset: Dataset) -> tuple[Payload, ...]:
    """Return what can be sent to a model of this table; some need a column of whole numbers, or decimals."""
    decimals, wholes = find_columns(dataset)
    missing = {
        "text": not (decimals or wholes),
        "whole": not decimals,
        "gap": not wholes,
        "swapped": not find_pair(dataset),
    }
    return tuple(name for name in PAYLOADS if not missing.get(name, False))


def make_payload(
    dataset: Dataset, rows: pd.DataFrame, payload: Payload
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows as they are meant, and as they are sent.

    Raises
    ------
    SpecError
        The table has no column for this payload.
    """
    refuse_foreign_payload(dataset, payload)
    return _MAKERS[payload](dataset, rows.copy())


def refuse_foreign_payload(dataset: Dataset, payload: Payload) -> None:
    """Raise a SpecError if the table has no column for `payload`."""
    require(
        payload in list_payloads(dataset),
        f"{dataset.title} has no column {NEEDED.get(payload, '')}, so this cannot be sent. "
        "Choose something else under What is sent.",
    )


def _send(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Maker:
    return lambda _dataset, rows: (rows, change(rows))


def _as_text(dataset: Dataset, rows: pd.DataFrame) -> Pair:
    decimals, wholes = find_columns(dataset)
    name = (*wholes, *decimals)[0]
    return rows, rows.assign(**{name: rows[name].astype(str)})


def _as_whole(dataset: Dataset, rows: pd.DataFrame) -> Pair:
    name = find_columns(dataset)[0][0]
    rows[name] = rows[name].fillna(1).round()
    return rows, rows.assign(**{name: rows[name].astype("int64")})


def _with_gap(dataset: Dataset, rows: pd.DataFrame) -> Pair:
    # Meant to be filled by the model's own preparation.
    name = find_columns(dataset)[1][0]
    rows[name] = rows[name].astype("float64")
    rows.loc[rows.index[0], name] = float("nan")
    return rows, rows


def _swapped(dataset: Dataset, rows: pd.DataFrame) -> Pair:
    one, other = find_pair(dataset)
    return rows, rows.assign(**{one: rows[other], other: rows[one]})


def find_pair(dataset: Dataset) -> tuple[str, ...]:
    """Return two columns of the same type whose values can be mixed up; none if there are not two."""
    return next((names[:2] for names in find_columns(dataset) if len(names) > 1), ())


def find_columns(dataset: Dataset) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the columns of decimals without gaps first, and of whole numbers."""
    table = dataset.table
    numbers = dataset.numeric_features
    decimals = [name for name in numbers if pd.api.types.is_float_dtype(table[name].dtype)]
    decimals.sort(key=lambda name: bool(table[name].isna().any()))
    wholes = [name for name in numbers if pd.api.types.is_integer_dtype(table[name].dtype)]
    return tuple(decimals), tuple(wholes)


_MAKERS: dict[Payload, Maker] = {
    "same": _send(lambda rows: rows),
    "order": _send(lambda rows: rows[rows.columns[::-1]]),
    "extra": _send(lambda rows: rows.assign(**{EXTRA: 1})),
    "missing": _send(lambda rows: rows.drop(columns=rows.columns[0])),
    "text": _as_text,
    "whole": _as_whole,
    "gap": _with_gap,
    "swapped": _swapped,
}
