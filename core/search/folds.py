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
    x_aside: pd.DataFrame
    """What was put aside before the rows were dealt, and no trial sees."""
    y_aside: NDArray[np.generic]
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

    def last_part(self) -> Part:
        """Return all rows of the folds to learn from, and those that were put aside to be judged by."""
        prepare = prepare_columns(self.dataset)
        return Part(
            np.asarray(prepare.fit_transform(self.x), dtype=np.float64),
            self.y,
            np.asarray(prepare.transform(self.x_aside), dtype=np.float64),
            self.y_aside,
        )


def fold_rows(spec: SearchSpec) -> FoldedRows:
    """Return the folds that judge each trial of `spec`; the same for the same table, k and seed."""
    return _fold(spec.data, spec.k, spec.fold_seed, spec.test_share)


@lru_cache(maxsize=8)
def _fold(data: str, k: int, seed: int, test_share: float) -> FoldedRows:
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
    is_regression = dataset.task == "regression"
    x, x_aside, y, y_aside = _put_aside(
        table[list(dataset.features)], y, test_share, seed, is_regression=is_regression
    )
    if not is_regression:
        _, sizes = np.unique(y, return_counts=True)
        require(
            bool(sizes.min() >= k),
            f"Each of {k} folds needs a row of each class, and the rarest class has {sizes.min()}. "
            "Choose fewer folds, or bring more rows.",
        )
    deal = KFold if is_regression else StratifiedKFold
    splits = tuple(deal(k, shuffle=True, random_state=seed).split(x, y))
    return FoldedRows(dataset, x, y, splits, x_aside, y_aside)


def _put_aside(
    x: pd.DataFrame, y: NDArray[np.generic], share: float, seed: int, *, is_regression: bool
) -> tuple[pd.DataFrame, pd.DataFrame, NDArray[np.generic], NDArray[np.generic]]:
    """Return the rows to search with and those that no trial sees; classes keep their shares."""
    from sklearn.model_selection import train_test_split

    if share == 0:
        return x, x.iloc[:0], y, y[:0]
    # Column by column, as a table read from a CSV lies in memory: else sums of the same numbers are taken
    # in another order, and boosting makes a visible difference of the last bit.
    x = pd.DataFrame({name: x[name] for name in x.columns})
    n_aside, classes = round(share * len(y)), None if is_regression else y
    if classes is not None:
        _, sizes = np.unique(classes, return_counts=True)
        require(
            bool(sizes.min() >= 2) and n_aside >= len(sizes),
            f"The {n_aside} rows that are put aside need a row of each of {len(sizes)} classes, and the "
            f"rarest class has {sizes.min()} in all. Bring more rows.",
        )
    x, x_aside, y, y_aside = train_test_split(
        x, y, test_size=n_aside, random_state=seed, stratify=classes
    )
    return x.reset_index(drop=True), x_aside.reset_index(drop=True), y, y_aside
