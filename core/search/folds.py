"""The rows of a search, dealt into folds once, with the preparation of each fold learned once.

The preparation (filling, scaling, words to columns) has no settings that are searched. So it is the
same for every trial, and learning it once for each fold gives the numbers of a pipeline that learns it
anew for each trial.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.datasets import Dataset, load_dataset
from core.errors import require
from core.metrics.classifiers import prepare_columns
from core.search.spec import MOST_ROWS, SearchSpec

Rows = NDArray[np.int64]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Part:
    """One fold as the model sees it: numbers to learn from, numbers to be judged by."""

    x_train: Matrix
    y_train: NDArray[np.generic]
    x_test: Matrix
    y_test: NDArray[np.generic]


@dataclass(frozen=True, eq=False)
class FoldedRows:
    """A table, the rows of it that are used, and their folds."""

    dataset: Dataset
    x: pd.DataFrame
    y: NDArray[np.generic]
    """Classes as whole numbers from 0 (1 is the positive class), or the target as it is."""
    splits: tuple[tuple[Rows, Rows], ...]
    """Training and test rows of each fold, as places in `x`."""
    _parts: dict[tuple[int, int, int], Part] = field(default_factory=dict)

    def part(self, fold: int, train: Rows | None = None, test: Rows | None = None) -> Part:
        """Return a fold, or what is left of it when only the rows `train` and `test` are used."""
        own_train, own_test = self.splits[fold]
        train = own_train if train is None else train
        test = own_test if test is None else test
        key = (fold, len(train), len(test))
        if key not in self._parts:
            prepare = prepare_columns(self.dataset)
            self._parts[key] = Part(
                np.asarray(prepare.fit_transform(self.x.iloc[train]), dtype=np.float64),
                self.y[train],
                np.asarray(prepare.transform(self.x.iloc[test]), dtype=np.float64),
                self.y[test],
            )
        return self._parts[key]


def fold_rows(spec: SearchSpec) -> FoldedRows:
    """Return the folds that judge each trial of `spec`; the same for the same table, k and seed."""
    return _fold(spec.data, spec.k, spec.fold_seed)


@lru_cache(maxsize=8)
def _fold(data: str, k: int, seed: int) -> FoldedRows:
    from sklearn.model_selection import KFold, StratifiedKFold

    dataset = load_dataset(data)
    table = dataset.table
    if len(table) > MOST_ROWS:
        table = table.sample(MOST_ROWS, random_state=seed).sort_index()
    table = table.reset_index(drop=True)
    y: NDArray[np.generic] = table[dataset.target].to_numpy()
    if dataset.task == "binary":
        y = (y == dataset.positive).astype(np.int64)
    elif dataset.task == "multiclass":
        y = np.unique(y.astype(str), return_inverse=True)[1].astype(np.int64)
    deal = KFold if dataset.task == "regression" else StratifiedKFold
    if dataset.task != "regression":
        _, sizes = np.unique(y, return_counts=True)
        require(
            bool(sizes.min() >= k),
            f"Each of {k} folds needs a row of each class, and the rarest class has {sizes.min()}. "
            "Choose fewer folds, or bring more rows.",
        )
    splits = deal(k, shuffle=True, random_state=seed).split(table, y)
    return FoldedRows(dataset, table[list(dataset.features)], y, tuple(splits))
