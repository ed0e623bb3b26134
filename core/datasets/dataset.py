"""What a lesson knows of a table: its task, target, columns, origin, licence and truth."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import SpecError

Task = Literal["binary", "multiclass", "regression", "clustering"]
Kind = Literal["numeric", "categorical", "target", "truth"]
Label = str | int | float
Noun = tuple[str, str]
"""One and many: ``("payment", "payments")``."""

TASKS: tuple[Task, ...] = ("binary", "multiclass", "regression", "clustering")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column in words that a person reads."""

    name: str
    meaning: str
    unit: str | None = None
    """What one step of a number means; None for words, yes/no columns and pure ratios."""
    kind: Kind = "numeric"
    """``numeric`` and ``categorical`` columns are features; ``truth`` is known, never learnt from."""
    missing: str | None = None
    """Why cells are empty, when some are."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Dataset:
    """A table with everything a lesson must know about it; two are equal if their names are.

    The table is read when it is first asked for. Everything else is known without reading it.
    """

    name: str
    """As typed: ``fraud``; an uploaded table is called ``own-`` and 16 hexadecimal digits."""
    title: str
    task: Task
    target: str | None
    """Name of the column to predict; None for clustering."""
    positive: Label | None = None
    """The label that a binary lesson looks for, as it stands in the table."""
    row_noun: Noun
    positive_noun: Noun | None = None
    negative_noun: Noun | None = None
    columns: tuple[Column, ...]
    """In the order of the table."""
    n_rows: int
    licence: str
    provenance: str
    """Where the rows come from, with the citation, or how they were made."""
    is_real: bool
    truth: str
    """What is known about the process behind the rows; says so when nothing is."""
    default_shares: tuple[float, float, float] = (0.6, 0.2, 0.2)
    """Train, validation and test shares that suit this table."""
    read: Callable[[], tuple[pd.DataFrame, bytes]]
    """Return the table and the CSV bytes that hold exactly it."""
    know: Callable[[], NDArray[np.float64]] | None = None
    """Return what the generator knew of each row; None for real tables."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dataset) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"Dataset({self.name!r})"

    @cached_property
    def _content(self) -> tuple[pd.DataFrame, bytes]:
        return self.read()

    @property
    def table(self) -> pd.DataFrame:
        """Features, then the target (or the truth), one row per `row_noun`.

        Each call returns a lazy copy, so that a change made to it never reaches another lesson.
        """
        return self._content[0].copy(deep=False)

    def csv_bytes(self) -> bytes:
        """Return the CSV that a learner takes home; `core.datasets.write_reading_code` reads it."""
        return self._content[1]

    @property
    def csv_name(self) -> str:
        """File name of `csv_bytes`."""
        return f"{self.name}.csv"

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the columns that a model may learn from, in the order of the table."""
        kinds = ("numeric", "categorical")
        return tuple(column.name for column in self.columns if column.kind in kinds)

    @property
    def numeric_features(self) -> tuple[str, ...]:
        """Names of the features that hold numbers."""
        return tuple(column.name for column in self.columns if column.kind == "numeric")

    @property
    def categorical_features(self) -> tuple[str, ...]:
        """Names of the features that hold words."""
        return tuple(column.name for column in self.columns if column.kind == "categorical")

    @property
    def truth_column(self) -> str | None:
        """Name of the column that holds the known cluster, if there is one."""
        return next((column.name for column in self.columns if column.kind == "truth"), None)

    @property
    def is_own(self) -> bool:
        """Whether a person brought this table."""
        return self.name.startswith("own-")

    @property
    def n_missing(self) -> int:
        """Empty cells in the table."""
        return int(self._content[0].isna().sum().sum())

    @property
    def labels(self) -> tuple[Label, ...]:
        """Return the classes in sorted order; empty unless the task is a classification."""
        if self.task not in ("binary", "multiclass"):
            return ()
        return tuple(np.unique(self._content[0][self.target].to_numpy()).tolist())

    def positive_rows(self) -> NDArray[np.bool_]:
        """Return one boolean per row: is it of the positive class? Only for binary tasks."""
        if self.task != "binary":
            message = (
                f"A positive class exists only for two classes, and {self.title} is a "
                f"{self.task} table. Choose a binary table."
            )
            raise SpecError(message)
        rows: NDArray[np.bool_] = self._content[0][self.target].to_numpy() == self.positive
        return rows

    def true_values(self) -> NDArray[np.float64]:
        """Return what the process behind the rows knew of each row, in the order of the table.

        Binary: the true probability of the positive class, which no model can beat on average.
        Regression: the target without its noise. Clustering: the number of the cluster.
        Only generated tables have it.
        """
        if self.know is None:
            message = (
                f"Nobody knows the true values behind {self.title}: its rows were measured. "
                "Choose a generated table, such as fraud or house_prices."
            )
            raise SpecError(message)
        return self.know()

    def column(self, name: str) -> Column:
        """Return the column called `name`."""
        for column in self.columns:
            if column.name == name:
                return column
        names = ", ".join(column.name for column in self.columns)
        message = f"{self.title} has no column {name!r}. It has: {names}."
        raise SpecError(message)
