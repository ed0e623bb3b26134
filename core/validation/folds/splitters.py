"""Which rows train and which test: scikit-learn's splitters, asked for each number of folds."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import require
from core.validation.folds.tables import FoldTable

if TYPE_CHECKING:
    from sklearn.model_selection import BaseCrossValidator

Splitter = Literal[
    "kfold", "shuffled", "stratified", "repeated", "holdout", "group", "stratified_group", "time"
]
SPLITTERS: tuple[Splitter, ...] = get_args(Splitter)
FEWEST_FOLDS, MOST_FOLDS = 2, 12
N_REPEATS = 3
HELD_OUT = 0.2
"""Share of the rows that each random hold-out tests."""
WITH_GROUPS = ("group", "stratified_group")
WITH_CLASSES = ("stratified", "stratified_group")

Rows = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Knobs:
    """What a splitter may be told besides the number of folds."""

    seed: int = 0
    gap: int = 0
    """Rows left out between training and test, in time order only."""
    longest: int | None = None
    """Most rows to train on, in time order only; None takes the whole past."""


def build_splitter(splitter: Splitter, k: int, knobs: Knobs) -> "BaseCrossValidator":
    """Return scikit-learn's own object for `k` folds (for ``holdout``: `k` random splits)."""
    from sklearn import model_selection as ms  # listing stays light

    shuffled = {"shuffle": True, "random_state": knobs.seed}
    makers: dict[Splitter, Any] = {
        "kfold": lambda: ms.KFold(k),
        "shuffled": lambda: ms.KFold(k, **shuffled),
        "stratified": lambda: ms.StratifiedKFold(k, **shuffled),
        "repeated": lambda: ms.RepeatedKFold(
            n_splits=k, n_repeats=N_REPEATS, random_state=knobs.seed
        ),
        "holdout": lambda: ms.ShuffleSplit(k, test_size=HELD_OUT, random_state=knobs.seed),
        "group": lambda: ms.GroupKFold(k),
        "stratified_group": lambda: ms.StratifiedGroupKFold(k, **shuffled),
        "time": lambda: ms.TimeSeriesSplit(k, gap=knobs.gap, max_train_size=knobs.longest),
    }
    return makers[splitter]()


def cut(found: FoldTable, splitter: Splitter, k: int, knobs: Knobs) -> list[tuple[Rows, Rows]]:
    """Return the training and the test rows of each fold, exactly as scikit-learn gives them."""
    cutter = build_splitter(splitter, k, knobs)
    groups = found.rows[found.group].to_numpy() if splitter in WITH_GROUPS else None
    return list(cutter.split(np.zeros((len(found.rows), 1)), found.target, groups))


def list_ks(found: FoldTable, splitter: Splitter, knobs: Knobs) -> tuple[int, ...]:
    """Return the numbers of folds that this splitter can make of these rows.

    2 to 12, and at the end one fold for each row (leave one out) or group (leave one group out).
    Raises `SpecError` if the splitter needs what the table has not.
    """
    n = len(found.rows)
    most, last = min(MOST_FOLDS, n), n if splitter in ("kfold", "shuffled") else None
    if splitter in WITH_GROUPS:
        n_groups = _count_groups(found)
        most, last = min(most, n_groups), n_groups if splitter == "group" else None
    if splitter in WITH_CLASSES:
        most = min(most, _count_rarest(found, by_group=splitter == "stratified_group"))
    if splitter == "time":
        most = _most_in_time(n, knobs)
    ks = range(FEWEST_FOLDS, most + 1)
    return (*ks, last) if last is not None and last > most else tuple(ks)


def _count_groups(found: FoldTable) -> int:
    groups = found.groups
    if groups is None:
        require(
            False,
            f"A group splitter needs a column that names the groups, and {found.dataset.title} has none. "
            "Choose one under More, or choose another splitter.",
        )
        return 0
    n_groups = len(np.unique(groups))
    require(n_groups >= 2, f"A group splitter needs at least 2 groups, got {n_groups}.")
    return n_groups


def _count_rarest(found: FoldTable, *, by_group: bool) -> int:
    """Return how often the rarest class occurs: among the rows, or among the groups."""
    require(
        found.dataset.task != "regression",
        f"Stratifying keeps the share of each class, and {found.dataset.target} is a number: it has no "
        "classes. Choose another splitter.",
    )
    labels = pd.Series(found.target)
    if by_group:
        pairs = pd.DataFrame({"label": labels, "group": found.groups}).drop_duplicates()
        labels = pairs["label"]
    sizes = labels.value_counts()
    unit = "groups" if by_group else "rows"
    require(
        int(sizes.min()) >= 2,
        f"Each fold needs its share of each class, and {sizes.idxmin()} has only {int(sizes.min())} of "
        f"the {unit}. Merge rare classes or choose another splitter.",
    )
    return int(sizes.min())


def _most_in_time(n: int, knobs: Knobs) -> int:
    """Return the largest k for which every fold still has a row to train on."""
    fits = [
        k for k in range(FEWEST_FOLDS, MOST_FOLDS + 1) if n - knobs.gap - (n // (k + 1)) * k >= 1
    ]
    require(
        bool(fits),
        f"Before the first test row there must be rows to learn from, and a gap of {knobs.gap} leaves "
        f"none of {n} rows. Choose a gap below {n - 2 * (n // 3)}.",
    )
    # Two folds leave the longest first past unless rounding says otherwise: all k up to the last fit.
    return max(k for k in fits if set(range(FEWEST_FOLDS, k + 1)) <= set(fits)) if fits else 0
