"""Searches that were run to the end, once and for all: every setting judged by folds and by untouched rows.

Each pool holds 24 searches of a hundred settings, each on rows dealt anew. Its scores lie in
``datasets/luck``; `core.search.luck.make_pools` made them by real trainings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import randint, uniform
from sklearn.model_selection import ParameterSampler, train_test_split

from core.datasets import load_dataset
from core.errors import require

FOLDER = Path(__file__).parents[3] / "datasets" / "luck"
K = 5
"""Folds of a search, and of the loop around it."""
N_SETTINGS = 100
"""Settings of each search."""
N_DEALINGS = 24
"""Searches of each pool, each on rows dealt anew."""
SPACE: Mapping[str, Any] = {
    "criterion": ["gini", "entropy"],
    "max_depth": randint(1, 21),
    "max_features": uniform(0.05, 0.95),
    "min_samples_leaf": randint(1, 21),
}
"""What is searched: four settings of a decision tree."""


@dataclass(frozen=True, kw_only=True)
class PoolCard:
    """A table, and whether its labels are those of nature or of a coin."""

    name: str
    title: str
    data: str
    n_rows: int
    """Rows that a search may see; all others stay untouched."""
    is_noise: bool = False


CARDS: Mapping[str, PoolCard] = {
    card.name: card
    for card in (
        PoolCard(name="tumours", title="Tumours", data="breast_cancer", n_rows=100),
        PoolCard(name="digits", title="Digits", data="digits", n_rows=200),
        PoolCard(name="coins", title="Coin flips", data="breast_cancer", n_rows=100, is_noise=True),
        PoolCard(
            name="more-coins", title="Coin flips", data="breast_cancer", n_rows=400, is_noise=True
        ),
    )
}


@dataclass(frozen=True, eq=False)
class Dealing:
    """One way to deal the rows: those that are searched on, and those that nobody touches."""

    x: NDArray[np.float64]
    y: NDArray[Any]
    x_test: NDArray[np.float64]
    y_test: NDArray[Any]


@dataclass(frozen=True, eq=False)
class Pool:
    """The scores of every setting of every search; all are accuracies."""

    folds: NDArray[np.float64]
    """Score in each fold of the plain search, by dealing, setting and fold."""
    test: NDArray[np.float64]
    """Score on the untouched rows after training on all others, by dealing and setting."""
    inner: NDArray[np.float64]
    """Mean score of the inner search, by dealing, setting and outer fold."""

    @property
    def cv(self) -> NDArray[np.float64]:
        """What a search sees: the mean over the folds, by dealing and setting."""
        means: NDArray[np.float64] = np.average(self.folds, axis=-1)
        return means


def find_card(name: str) -> PoolCard:
    """Return the card of a pool or of an own table; raises `SpecError` if there is no such one."""
    from core.search.luck.own import is_own, own_card

    if is_own(name):
        return own_card(name)
    require(name in CARDS, f"There is no table {name!r} here. There are: {', '.join(CARDS)}.")
    return CARDS[name]


def draw_settings(dealing: int) -> list[dict[str, Any]]:
    """Return the settings that scikit-learn's random search with this seed tries, in order."""
    return list(ParameterSampler(dict(SPACE), N_SETTINGS, random_state=dealing))


def deal_rows(name: str, dealing: int) -> Dealing:
    """Deal the table's rows; a coin gives the labels where the card says so.

    Check by eye: 100 of 569 rows of the tumours leave 469 untouched.
    """
    card = find_card(name)
    x, y = _read_rows(card)
    if card.is_noise:
        y = np.random.default_rng(dealing).integers(0, 2, len(y))
    parts = train_test_split(x, y, train_size=card.n_rows, stratify=y, random_state=dealing)
    return Dealing(x=parts[0], x_test=parts[1], y=parts[2], y_test=parts[3])


@lru_cache(maxsize=8)
def count_untouched(name: str) -> int:
    """Return how many rows no search ever sees."""
    card = find_card(name)
    return len(_read_rows(card)[1]) - card.n_rows


@lru_cache(maxsize=8)
def _read_rows(card: PoolCard) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """Return features and labels of all rows; of an own table those of `core.search.luck.own`."""
    from core.search.luck.own import encode, is_own, rows_of

    dataset = load_dataset(card.data)
    rows = rows_of(dataset) if is_own(card.data) else dataset.table
    features = encode(dataset, rows) if is_own(card.data) else rows[list(dataset.features)]
    labels = np.unique(rows[dataset.target], return_inverse=True)[1]
    return features.to_numpy(dtype=np.float64), labels


def file_of(name: str, folder: Path = FOLDER) -> Path:
    """Return where the scores of a pool lie."""
    return folder / f"{name}.parquet"


@lru_cache(maxsize=8)
def load_pool(name: str) -> Pool:
    """Return the scores of a pool, or search on an own table; `SpecError` if there can be none."""
    table = _read_scores(find_card(name)).sort_values(["dealing", "setting"])

    def shaped(*names: str) -> NDArray[np.float64]:
        values = table[list(names)].to_numpy(dtype=np.float64)
        return np.ascontiguousarray(values.reshape(N_DEALINGS, N_SETTINGS, len(names)))

    pool = Pool(
        folds=shaped(*(f"fold_{k}" for k in range(K))),
        test=shaped("test")[:, :, 0],
        inner=shaped(*(f"inner_{k}" for k in range(K))),
    )
    for values in (pool.folds, pool.test, pool.inner):
        values.flags.writeable = False
    return pool


def _read_scores(card: PoolCard) -> pd.DataFrame:
    from core.search.luck.own import OwnPoolSpec, is_own, search_own_table

    if is_own(card.name):
        return search_own_table(OwnPoolSpec(data=card.name)).scores
    path = file_of(card.name)
    require(
        path.is_file(),
        f"The scores of {card.title} are missing. Make them: "
        "python -m core.search.luck.make_pools.",
    )
    return pd.read_parquet(path)
