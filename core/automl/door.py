"""The door: whatever a person holds as a table comes in as numbers, moments and words."""

import pandas as pd

from core.errors import require


def admit_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with text for names, rows counted from 0, and three kinds of cells.

    Real numbers (truth values among them) and moments stay. Everything else becomes the text that Python
    writes for it: lists, bytes, spans of time, complex numbers.

    Raises
    ------
    SpecError
        If two columns have the same name.
    """
    names = [_spell(str(name)) for name in table.columns]
    doubles = sorted({name for name in names if names.count(name) > 1})
    require(
        not doubles,
        f"Two columns are called {doubles[:1]}; give each a name of its own.",
    )
    columns = {name: _admit(table.iloc[:, place]) for place, name in enumerate(names)}
    return pd.DataFrame(columns).reset_index(drop=True)


def _admit(column: pd.Series) -> pd.Series:
    kind = column.dtype
    if pd.api.types.is_datetime64_any_dtype(kind):
        return column
    is_real = pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_complex_dtype(kind)
    if is_real or pd.api.types.is_bool_dtype(kind):
        return column
    cells = [_as_text(cell) for cell in column.astype("object")]
    return pd.Series(cells, index=column.index, dtype="object")


def _as_text(cell: object) -> str | None:
    if isinstance(cell, str):
        return _spell(cell)
    is_gap = pd.api.types.is_scalar(cell) and bool(pd.isna(cell))  # type: ignore[call-overload]
    return None if is_gap else _spell(str(cell))


def _spell(text: str) -> str:
    """Return text that can be written to a file: half a character of two becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")
