"""Where the rows come from, and what a model is really worth: the law is known, or rows are kept back."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

from core.datasets import load_dataset
from core.datasets.churn import draw_subscribers, true_probability
from core.errors import require

Law = Literal["noise", "signal"]
LAWS: tuple[Law, ...] = get_args(Law)
N_TRAIN = 200
N_COLUMNS, N_USEFUL = 60, 6
SHIFT = 0.35
"""Each useful column of ``signal`` lies this far above 0 in one class, as far below in the other."""
N_FRESH = 10_000
FEWEST_FRESH = 500
CHURN_SEED = 20_260_403

Rows = NDArray[np.float64]
Labels = NDArray[np.int64]
Judge = Callable[[Rows], Rows]


@dataclass(frozen=True, eq=False)
class World:
    """One draw of all three sets; features without the column of ones, labels 0 and 1."""

    train: tuple[Rows, Labels]
    validation: tuple[Rows, Labels]
    test: tuple[Rows, Labels]
    judge: Judge
    """From weights, one row per model with the constant first, to what each is really worth."""


@dataclass(frozen=True, eq=False)
class Pool:
    """A table to draw worlds from: features as standardised numbers, labels, and their names."""

    names: tuple[str, ...]
    features: Rows
    labels: Labels


def uses_ranking(data: str) -> bool:
    """Say whether models are scored by the area under the ROC curve, and not by accuracy."""
    return data not in LAWS


@dataclass(frozen=True, eq=False)
class Draw:
    """Rows of all three sets, one after the other, and what judges them."""

    features: Rows
    labels: Labels
    means: Rows | None
    """Where the classes of a law lie; None where fresh rows judge."""
    fresh: tuple[Rows, Labels] | None


def draw_rows(data: str, n_test: int, seed: int, world: int) -> Draw:
    """Draw world number `world`: 200 rows to train on, `n_test` to validate and as many to test."""
    rng = np.random.default_rng([seed, world])
    n = N_TRAIN + 2 * n_test
    if data in LAWS:
        # As many of each class to learn from: else all models would lean to the commoner one alike.
        halves = rng.permutation(np.arange(N_TRAIN) % 2)
        labels = np.concatenate([halves, rng.integers(0, 2, n - N_TRAIN)])
        means = np.zeros(N_COLUMNS)
        if data == "signal":
            means[:N_USEFUL] = SHIFT
        features = rng.normal(size=(n, N_COLUMNS)) + np.outer(2 * labels - 1, means)
        return Draw(features, labels, means, None)
    pool = find_pool(data)
    if data == "churn":
        rows, fresh = rng.integers(N_FRESH, len(pool.labels), n), np.arange(N_FRESH)
    else:
        order = rng.permutation(len(pool.labels))
        rows, fresh = order[:n], order[n : n + N_FRESH]
    kept = (pool.features[fresh], pool.labels[fresh])
    return Draw(pool.features[rows], pool.labels[rows], None, kept)


def draw_world(data: str, n_test: int, seed: int, world: int) -> World:
    """Draw a world and cut it into its three sets."""
    drawn = draw_rows(data, n_test, seed, world)
    ends = (0, N_TRAIN, N_TRAIN + n_test, N_TRAIN + 2 * n_test)
    train, validation, test = (
        (drawn.features[low:high], drawn.labels[low:high]) for low, high in pairwise(ends)
    )

    def judge(weights: Rows) -> Rows:
        if drawn.means is not None:
            return true_accuracy(weights, drawn.means)
        return rank_rows(weights, *drawn.fresh)  # type: ignore[misc]  # one of the two is there

    return World(train, validation, test, judge)


def true_accuracy(weights: Rows, means: Rows) -> Rows:
    """Return how often each linear model is right, from the law alone.

    Both classes are equally common and normal around plus and minus `means`, each column with standard
    deviation 1. A model says 1 where constant + weights · x exceeds one half. Without any signal every
    model is right half the time. Check by eye: one column with mean 0.35 gives Φ(0.35) = 0.637.
    """
    lengths = np.linalg.norm(weights[:, 1:], axis=1)
    lengths = np.where(lengths > 0, lengths, np.inf)
    toward, above = weights[:, 1:] @ means, weights[:, 0] - 0.5
    ones, zeros = norm.cdf((toward + above) / lengths), norm.cdf((toward - above) / lengths)
    return np.asarray((ones + zeros) / 2)


def count_right(weights: Rows, features: Rows, labels: Labels) -> Rows:
    """Return the accuracy of each linear model on these rows."""
    said = weights[:, :1] + weights[:, 1:] @ features.T > 0.5
    return np.asarray((said == labels.astype(bool)).mean(axis=1))


def rank_rows(weights: Rows, features: Rows, labels: Labels) -> Rows:
    """Return the area under the ROC curve of each linear model on these rows (Mann–Whitney).

    NaN where the rows are all of one class: there is nothing to rank.
    """
    ranks = rankdata(weights[:, :1] + weights[:, 1:] @ features.T, axis=1)
    n_ones = int(labels.sum())
    n_zeros = len(labels) - n_ones
    if n_ones * n_zeros == 0:
        return np.full(len(weights), np.nan)
    over = ranks[:, labels == 1].sum(axis=1) - n_ones * (n_ones + 1) / 2
    return np.asarray(over / (n_ones * n_zeros))


@lru_cache(maxsize=4)
def find_pool(data: str) -> Pool:
    """Return the rows that worlds are drawn from: 60,000 fresh subscribers, or the learner's table.

    The first 10,000 subscribers are kept back to judge; of a learner's table, whatever a world leaves.
    Words become 0/1 columns, empty cells the median; all columns get mean 0 and deviation 1.
    """
    if data == "churn":
        rng = np.random.default_rng(CHURN_SEED)
        table = draw_subscribers(6 * N_FRESH, rng)
        labels = (rng.random(len(table)) < true_probability(table)).astype(np.int64)
        return _code(table, labels)
    dataset = load_dataset(data)
    require(
        dataset.task == "binary",
        f"This lesson needs two classes, and {dataset.title} is a {dataset.task} table. Choose another.",
    )
    return _code(dataset.table[list(dataset.features)], dataset.positive_rows().astype(np.int64))


def _code(table: pd.DataFrame, labels: Labels) -> Pool:
    words = [
        name for name in table.columns
        if not pd.api.types.is_numeric_dtype(table[name]) and table[name].nunique() > 20
    ]  # fmt: skip
    coded = pd.get_dummies(table.drop(columns=words), drop_first=True, dtype=float)
    coded = coded.fillna(coded.median())
    spread = coded.std()
    coded = coded.loc[:, spread > 0]
    standard = (coded - coded.mean()) / coded.std()
    return Pool(tuple(map(str, coded.columns)), standard.to_numpy(dtype=np.float64), labels)
