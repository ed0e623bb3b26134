"""The rows that are split in the lesson: which ones, in which order, who belongs together."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.datasets import Column, Dataset, load_dataset
from core.errors import require
from core.validation.folds.days import DAYS, draw_days
from core.validation.folds.days import SEED as DAYS_SEED
from core.validation.folds.recordings import RECORDINGS, draw_recordings
from core.validation.folds.recordings import SEED as RECORDINGS_SEED

MOST_ROWS = 240
"""More rows cannot be told apart on a screen."""
FEWEST_ROWS = 24
FEWEST_FRESH, MOST_FRESH = 100, 2_000
N_FUTURES = 50
MOST_WORDS = 20
"""A column with more different words is left out, as each word becomes a column."""
RARE = 0.2

Metric = Literal["accuracy", "auc", "mae"]
_GENERATED = {dataset.name: dataset for dataset in (RECORDINGS, DAYS)}
_OWN_GROUP = {"recordings": "person"}
_OWN_ORDER = {"days": "day"}


@dataclass(frozen=True, eq=False)
class FoldTable:
    """Rows in the order in which they are drawn, and what a splitter may know of them."""

    dataset: Dataset
    rows: pd.DataFrame
    group: str | None
    """Column that says which rows belong together."""
    order: str | None
    """Column that says which rows came first; None if the order means nothing."""

    @cached_property
    def groups(self) -> NDArray[np.int64] | None:
        """Number of each row's group, in order of appearance."""
        return None if self.group is None else pd.factorize(self.rows[self.group])[0]

    @cached_property
    def target(self) -> NDArray[Any]:
        """What is predicted: labels as text, or numbers."""
        return read_target(self.dataset, self.rows)

    @cached_property
    def label(self) -> str | None:
        """Return the class whose share is watched: the one looked for, or the rarest."""
        if self.dataset.task == "regression":
            return None
        if self.dataset.positive is not None:
            return str(self.dataset.positive)
        sizes = pd.Series(self.target).value_counts()
        return str(min(sizes.index[sizes == sizes.min()]))

    @cached_property
    def metric(self) -> Metric:
        """The score that suits the target; where one of two classes is rare, ranking counts."""
        if self.dataset.task == "regression":
            return "mae"
        is_rare = self.dataset.task == "binary" and np.mean(self.target == self.label) < RARE
        return "auc" if is_rare else "accuracy"


def find_dataset(name: str) -> Dataset:
    """Return a table of this lesson, of the course, or of the learner."""
    return _GENERATED.get(name) or load_dataset(name)


def name_columns(name: str) -> tuple[str, ...]:
    """Return the columns that may say which rows belong together or which came first."""
    dataset = find_dataset(name)
    return tuple(column.name for column in dataset.columns if column.name != dataset.target)


@lru_cache(maxsize=16)
def find_rows(data: str, group: str | None = None, order: str | None = None) -> FoldTable:
    """Return the rows of `data` that are split: at most 240, evenly taken, or whole groups.

    `group` and `order` name columns; a name that the table lacks counts as None. The table's own
    ones, if it has any, take the place of None.
    """
    dataset = find_dataset(data)
    require(
        dataset.target is not None,
        f"Folds are for judging a model, and {dataset.title} has nothing to predict. Choose a "
        "table with a target.",
    )
    columns = name_columns(data)
    group = group if group in columns else _OWN_GROUP.get(data)
    order = order if order in columns else _OWN_ORDER.get(data)
    table = dataset.table
    for name, what in ((group, "group"), (order, "place in time")):
        n_missing = 0 if name is None else int(table[name].isna().sum())
        require(
            n_missing == 0,
            f"Each row needs a {what}, and {n_missing} rows have an empty {name!r}. Fill them.",
        )
    if order is not None:
        table = table.sort_values(order, kind="stable")
    rows = _take_groups(table, group) if group is not None else _take_evenly(table)
    require(
        len(rows) >= FEWEST_ROWS,
        f"Up to 12 folds need at least {FEWEST_ROWS} rows, got {len(rows)}. Bring more rows.",
    )
    columns_of = tuple(
        _hide(column) if column.name == group else column for column in dataset.columns
    )
    return FoldTable(replace(dataset, columns=columns_of), rows, group, order)


def _hide(column: Column) -> Column:
    """Keep the model from learning who it is: the groups of tomorrow have other names."""
    return replace(column, kind="truth")


def _take_evenly(table: pd.DataFrame) -> pd.DataFrame:
    n_kept = min(len(table), MOST_ROWS)
    places = np.linspace(0, len(table), n_kept, endpoint=False).astype(int)
    return table.iloc[places].reset_index(drop=True)


def _take_groups(table: pd.DataFrame, group: str) -> pd.DataFrame:
    sizes = table.groupby(group, sort=False).size()
    kept = sizes.index[sizes.cumsum() <= MOST_ROWS]
    require(
        len(kept) >= 2,
        f"Groups are kept whole, and the first two groups of {group!r} hold {int(sizes[:2].sum())} rows "
        f"or are only one; {MOST_ROWS} fit here. Choose another column.",
    )
    return table[table[group].isin(kept)].reset_index(drop=True)


def find_fresh(found: FoldTable) -> pd.DataFrame | None:
    """Return rows that no fold holds, as the model will meet them; None if there are none.

    New people for `recordings`, fifty ways in which the next 40 `days` may go, and the rest of any
    table whose rows stand for themselves.
    """
    name = found.dataset.name
    if name == "recordings":
        rng = np.random.default_rng(RECORDINGS_SEED + 1_000)
        return draw_recordings(MOST_FRESH, 1, rng)
    if name == "days":
        return draw_days(N_FUTURES, np.random.default_rng(DAYS_SEED))[1]
    if found.group is not None or found.order is not None:
        return None
    table = found.dataset.table
    places = np.linspace(0, len(table), min(len(table), MOST_ROWS), endpoint=False).astype(int)
    rest = np.setdiff1d(np.arange(len(table)), places)
    if len(rest) < FEWEST_FRESH:
        return None
    kept = np.linspace(0, len(rest), min(len(rest), MOST_FRESH), endpoint=False).astype(int)
    return table.iloc[rest[kept]].reset_index(drop=True)


def read_target(dataset: Dataset, rows: pd.DataFrame) -> NDArray[Any]:
    """Return what is to be predicted of `rows`: numbers, or labels as text."""
    column = rows[dataset.target]
    if dataset.task == "regression":
        return column.to_numpy(dtype=np.float64)
    return column.astype(str).to_numpy(dtype=object)


def name_features(dataset: Dataset, rows: pd.DataFrame) -> tuple[str, ...]:
    """Return the columns that the models see: numbers, and words with few different values."""
    words = [name for name in dataset.categorical_features if rows[name].nunique() <= MOST_WORDS]
    names = tuple(n for n in dataset.features if n in dataset.numeric_features or n in words)
    require(
        bool(names),
        f"A model needs a column to learn from, and {dataset.title} has none left. Choose another "
        "table or another group column.",
    )
    return names


def encode(
    dataset: Dataset, rows: pd.DataFrame, fresh: pd.DataFrame | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """Return the features of `rows`, and of `fresh`, as numbers: each word becomes a 0/1 column.

    Nothing is learnt here: which words exist is not taken from the target, and no mean is.
    """
    names = list(name_features(dataset, rows))
    whole = rows if fresh is None else pd.concat([rows, fresh], ignore_index=True)
    coded = pd.get_dummies(whole[names], dtype=float).to_numpy(dtype=np.float64)
    return coded[: len(rows)], None if fresh is None else coded[len(rows) :]
