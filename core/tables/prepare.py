"""From a table as it was read to a table that a model can be trained on."""

from dataclasses import dataclass

import pandas as pd

from core.errors import require
from core.tables.read import TableReading

LEFT_OUT = {
    "id-like": "names the rows instead of describing them",
    "date": "holds dates, and these models learn from numbers and words",
    "text": "holds free text",
    "constant": "has the same value everywhere",
    "empty": "is empty",
}
"""Types of column that a model cannot learn from, each with the reason."""


@dataclass(frozen=True)
class PreparedTable:
    """What is left to learn from, and what was left out."""

    table: pd.DataFrame
    left_out: tuple[str, ...]
    """One sentence for each column and for the rows without a target."""


def prepare_table(reading: TableReading, target: str | None) -> PreparedTable:
    """Leave out what a model cannot use: rows without a target, and columns listed in `LEFT_OUT`.

    A table to be clustered has no target (None) and keeps all its rows.

    Raises
    ------
    SpecError
        If nothing is left to learn from.
    """
    types = reading.columns.set_index("name")["type"]
    dropped = [name for name in reading.table.columns if name != target and types[name] in LEFT_OUT]
    sentences = [f"Column “{name}” is left out: it {LEFT_OUT[types[name]]}." for name in dropped]
    if target is None:
        table = reading.table.drop(columns=dropped)
        require(table.shape[1] >= 1, "No column is left to learn from: " + " ".join(sentences))
        return PreparedTable(table, tuple(sentences))
    is_known = reading.table[target].notna()
    n_unknown = int((~is_known).sum())
    if n_unknown:
        sentences.append(f"Rows without a value in “{target}” are left out: {n_unknown:,}.")
    table = reading.table.loc[is_known].drop(columns=dropped).reset_index(drop=True)
    require(
        table.shape[1] >= 2,
        f"A model needs at least 1 column to learn from besides “{target}”, and none is left: "
        + " ".join(sentences),
    )
    return PreparedTable(table, tuple(sentences))
