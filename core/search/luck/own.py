"""The same searches on a table that the learner brings, run here and now."""

from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from core.datasets import Dataset, load_dataset
from core.errors import require
from core.progress import report
from core.remember import remembered
from core.search.luck.pools import N_DEALINGS, PoolCard

FEWEST_ROWS, MOST_ROWS, MOST_COLUMNS = 120, 3_000, 100
"""Of a longer table a random sample is taken, because the untouched rows judge 2,400 trees."""
N_SEEN = 100
"""Rows that a search may see: few, as in the pools, or half of a short table."""
FEWEST_SEEN = 10
"""Rows of each class that a search needs: nested cross-validation divides them twice by five."""


@dataclass(frozen=True, kw_only=True)
class OwnPoolSpec:
    """Whose table."""

    data: str

    def __post_init__(self) -> None:
        own_card(self.data)  # refuses what cannot be searched on


@dataclass(frozen=True, eq=False)
class OwnPool:
    """The table that `core.search.luck.make_pools` writes of a pool, of an own table."""

    spec: OwnPoolSpec
    scores: pd.DataFrame
    """One row for each search and setting; see `core.search.luck.make_pools.judge_dealing`."""


def is_own(name: str) -> bool:
    """Return whether this is a table of a learner, not one of the pools."""
    return name.startswith("own-")


def own_card(name: str) -> PoolCard:
    """Return the card of an own table.

    Raises
    ------
    SpecError
        If the table has no classes, too few rows without gaps, of a class too, or becomes too wide.
    """
    load_dataset(name)  # refuses one that is gone
    return _judge(name)


@lru_cache(maxsize=32)
def _judge(name: str) -> PoolCard:
    """Look at a table once; its name is made of its content."""
    dataset = load_dataset(name)
    require(
        dataset.task in ("binary", "multiclass"),
        f"These searches tell classes apart, and {dataset.title} is a {dataset.task} table. "
        "Choose a column with classes as the target.",
    )
    rows = rows_of(dataset)
    require(
        len(rows) >= FEWEST_ROWS,
        f"These searches need {FEWEST_ROWS} rows without a gap in a number, and {dataset.title} has "
        f"{len(rows)}. Bring a longer table, or leave out the columns with gaps.",
    )
    n_seen = min(N_SEEN, len(rows) // 2)
    rarest = int(rows[dataset.target].value_counts().min() * n_seen / len(rows))
    require(
        rarest >= FEWEST_SEEN,
        f"Of {n_seen} rows that a search sees, each class needs {FEWEST_SEEN}, and one of "
        f"{dataset.title} gets {rarest}. Choose a target whose classes are less rare.",
    )
    n_columns = encode(dataset, rows).shape[1]
    require(
        n_columns <= MOST_COLUMNS,
        f"A column is made for each word, at most {MOST_COLUMNS} in all, and {dataset.title} would have "
        f"{n_columns}. Leave out columns with many different words, such as names.",
    )
    return PoolCard(name=name, title=dataset.title, data=name, n_rows=n_seen)


def rows_of(dataset: Dataset) -> pd.DataFrame:
    """Return the rows that are searched on: those without a gap in a number, at most a sample of them."""
    rows = dataset.table.dropna(subset=list(dataset.numeric_features))
    return rows.sample(MOST_ROWS, random_state=0) if len(rows) > MOST_ROWS else rows


def encode(dataset: Dataset, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the features as numbers, with a column of 0 and 1 for each word."""
    return pd.get_dummies(rows[list(dataset.features)], dtype=float)


@remembered
def search_own_table(spec: OwnPoolSpec) -> OwnPool:
    """Run the 24 searches of an own table, each with its nested run.

    Check by eye: 24 searches of 100 settings are 2,400 rows.
    """
    from core.search.luck.make_pools import judge_dealing

    parts = []
    for dealing in range(N_DEALINGS):
        report(dealing / N_DEALINGS, f"Search {dealing + 1} of {N_DEALINGS}")
        parts.append(judge_dealing(spec.data, dealing))
    return OwnPool(spec=spec, scores=pd.concat(parts, ignore_index=True))
