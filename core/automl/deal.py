"""Who learns, who judges, who stays untouched: the parts of the rows, kept as a column."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.automl.settings import Settings, Task
from core.errors import require

PARTS = ("train", "validate", "test")
SHARES = (0.6, 0.2, 0.2)
FEWEST_ROWS = 30
FEWEST_OF_CLASS = 10
"""A class with fewer rows only trains: a fifth of them would judge by a row or two."""


def deal_rows(table: pd.DataFrame, target: pd.Series, task: Task, settings: Settings) -> pd.Series:
    """Return one of `PARTS` for each row: 60, 20 and 20 of 100.

    By chance (classes in even shares), by time (the newest rows test), by groups (each on one side), or
    as a column of the table says.

    Raises
    ------
    SpecError
        If there are too few rows, or a part that the column names is empty.
    """
    require(
        len(table) >= FEWEST_ROWS,
        f"AutoML needs at least {FEWEST_ROWS} rows with a target, to learn from some and judge by "
        f"others; this table has {len(table):,}.",
    )
    if settings.split_col:
        return _read_parts(table, settings.split_col)
    if settings.time_col:
        return _deal_by_time(table, settings.time_col)
    rng = np.random.default_rng(settings.seed)
    parts = np.full(len(table), "train", dtype=object)
    if settings.group_col:
        codes, _ = pd.factorize(table[_find(table, settings.group_col)], use_na_sentinel=False)
        n_groups = int(codes.max()) + 1
        require(
            n_groups >= len(PARTS),
            f"Three parts need at least 3 groups; {settings.group_col!r} has {n_groups}.",
        )
        n_test = max(1, round(SHARES[2] * n_groups))
        part_of = np.full(n_groups, "train", dtype=object)
        order = rng.permutation(n_groups)
        part_of[order[:n_test]] = "test"
        part_of[order[n_test : 2 * n_test]] = "validate"
        return pd.Series(part_of[codes], index=table.index, name="part")
    sides = [np.arange(len(table))]
    if task != "regression":
        sides = [np.flatnonzero(target == label) for label in sorted(target.unique(), key=str)]
    for side in sides:
        if len(side) < FEWEST_OF_CLASS:
            continue
        mixed = rng.permutation(side)
        n_test = round(SHARES[2] * len(side))
        parts[mixed[:n_test]] = "test"
        parts[mixed[n_test : 2 * n_test]] = "validate"
    return pd.Series(parts, index=table.index, name="part")


def read_moments(column: pd.Series) -> pd.Series:
    """Return a column of dates as moments, for the order of time."""
    if pd.api.types.is_datetime64_any_dtype(column.dtype) or pd.api.types.is_numeric_dtype(
        column.dtype
    ):
        return column
    moments: pd.Series = pd.to_datetime(column, errors="coerce", format="mixed", utc=True)
    return moments


def _deal_by_time(table: pd.DataFrame, name: str) -> pd.Series:
    moments = read_moments(table[_find(table, name)])
    require(
        bool(moments.notna().all()),
        f"Rows are dealt by time, and {name!r} has {int(moments.isna().sum()):,} cells that are no "
        "date. Leave those rows out, or deal the rows by chance.",
    )
    order: NDArray[np.int64] = np.argsort(moments.to_numpy(), kind="stable")
    n_test = round(SHARES[2] * len(table))
    parts = np.full(len(table), "train", dtype=object)
    parts[order[len(table) - n_test :]] = "test"
    parts[order[len(table) - 2 * n_test : len(table) - n_test]] = "validate"
    return pd.Series(parts, index=table.index, name="part")


def _read_parts(table: pd.DataFrame, name: str) -> pd.Series:
    parts = table[_find(table, name)].astype("object")
    strange = parts[~parts.isin(PARTS)]
    require(
        strange.empty,
        f"Each row of {name!r} must say train, validate or test; "
        f"{len(strange):,} say something else, {strange.iloc[0] if len(strange) else None!r} for one.",
    )
    for part in PARTS:
        require(
            bool((parts == part).any()), f"No row of {name!r} says {part}; each part needs rows."
        )
    return parts.rename("part")


def _find(table: pd.DataFrame, name: str) -> str:
    require(name in table.columns, f"The table has no column {name!r}.")
    return name
