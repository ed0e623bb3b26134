"""A thousand small models, chosen by the test rows or by the validation rows, many times over."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import require
from core.progress import report
from core.remember import remembered
from core.validation.three_sets.laws import (
    FEWEST_FRESH,
    LAWS,
    N_TRAIN,
    Labels,
    Rows,
    World,
    count_right,
    draw_world,
    find_pool,
    rank_rows,
    uses_ranking,
)

MS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000)
"""How many models are looked at."""
N_SEEN = 3
"""Columns that each model sees."""
N_RUNS, N_RANKED_RUNS = 200, 40
"""Runs where the law judges, and where every judgement sorts thousands of rows."""
N_TESTS = (50, 100, 200, 500, 1000)
LARGEST_SEED = 2**32 - 1
FEWEST_RARE = 8
"""Rows of the rarer class to expect in a test set; with fewer, some sets would hold none."""


@dataclass(frozen=True, kw_only=True)
class PeekSpec:
    """Where the rows come from, and how many of them judge."""

    data: str = "noise"
    n_test: int = 100
    seed: int = 0

    def __post_init__(self) -> None:
        require(
            self.n_test in N_TESTS,
            f"The test rows are {', '.join(map(str, N_TESTS))}, got {self.n_test}. Choose one of them.",
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )
        if self.data in LAWS:
            return
        pool = find_pool(self.data)
        n_rows, n_rare = len(pool.labels), int(min(pool.labels.sum(), (1 - pool.labels).sum()))
        needed = N_TRAIN + 2 * self.n_test + FEWEST_FRESH
        is_enough = n_rows >= needed and len(pool.names) >= N_SEEN
        require(
            is_enough and n_rare * self.n_test >= FEWEST_RARE * n_rows,
            f"Three sets and rows to judge by need {needed:,} rows, {N_SEEN} columns and about "
            f"{FEWEST_RARE} rows of each class among {self.n_test}; got {n_rows:,} rows, "
            f"{len(pool.names)} columns and "
            f"{n_rare:,} of the rarer class. Choose another number of test rows or another table.",
        )


@dataclass(frozen=True, eq=False)
class Peeks:
    """What was said and what is true in each run."""

    spec: PeekSpec
    runs: pd.DataFrame
    """One row per run and m: ``run`` (from 0), ``m``; chosen by the test rows: ``said`` (its test
    score), ``true``; chosen by the validation rows: ``blamed`` (its validation score), ``judged`` (its
    test score), ``judged_true``."""
    scores: pd.DataFrame
    """One row per model of run 0: ``model`` (from 1), ``validation``, ``test``."""


@remembered
def peek_often(spec: PeekSpec) -> Peeks:
    """Answer "what does the best of m models show on the rows that chose it, and what is it worth?".

    Trains 1,000 models in each of 200 runs (40 where rows are ranked): least squares on three columns
    drawn at random, equal to scikit-learn's ``LinearRegression``. Check by eye: with ``m`` 1 nothing
    was chosen, and ``said`` and ``judged`` are the same number.
    """
    frames, scores = [], pd.DataFrame()
    n_runs = N_RANKED_RUNS if uses_ranking(spec.data) else N_RUNS
    for run in range(n_runs):
        report(run / n_runs, f"Run {run + 1} of {n_runs}")
        world = draw_world(spec.data, spec.n_test, spec.seed, run)
        weights = train_models(world, spec.seed, run)
        validation, test = score_models(spec.data, weights, world)
        frames.append(_choose(run, weights, validation, test, world))
        if run == 0:
            models = np.arange(1, len(test) + 1)
            scores = pd.DataFrame({"model": models, "validation": validation, "test": test})
    return Peeks(spec=spec, runs=pd.concat(frames, ignore_index=True), scores=scores)


def draw_columns(n_columns: int, seed: int, run: int) -> NDArray[np.int64]:
    """Return the columns of each of the thousand models: three, drawn without replacement."""
    rng = np.random.default_rng([seed, run, 1])
    return np.asarray(rng.random((MS[-1], n_columns)).argsort(axis=1)[:, :N_SEEN])


def train_models(world: World, seed: int, run: int) -> Rows:
    """Return the weights of all models, constant first, 0 for the columns that a model does not see.

    One table of products serves them all: each model solves its own four normal equations.
    """
    features, labels = world.train
    columns = draw_columns(features.shape[1], seed, run)
    design = np.column_stack([np.ones(len(features)), features])
    products, targets = design.T @ design, design.T @ labels
    seen = np.column_stack([np.zeros(len(columns), dtype=np.int64), columns + 1])
    parts = products[seen[:, :, None], seen[:, None, :]]
    # Columns may repeat each other (two words of one column): the pseudo-inverse bears it.
    solved = np.linalg.pinv(parts, hermitian=True) @ targets[seen][:, :, None]
    weights = np.zeros((len(columns), design.shape[1]))
    np.put_along_axis(weights, seen, solved[:, :, 0], axis=1)
    return weights


def score_models(data: str, weights: Rows, world: World) -> tuple[Rows, Rows]:
    """Return the score of each model on the validation rows and on the test rows."""
    measure = rank_rows if uses_ranking(data) else count_right
    return measure(weights, *world.validation), measure(weights, *world.test)


def _choose(run: int, weights: Rows, validation: Rows, test: Rows, world: World) -> pd.DataFrame:
    by_test, by_validation = _first_best(test), _first_best(validation)
    picked, place = np.unique(np.concatenate([by_test, by_validation]), return_inverse=True)
    worth = world.judge(weights[picked])[place]
    return pd.DataFrame(
        {
            "run": run,
            "m": MS,
            "said": test[by_test],
            "true": worth[: len(MS)],
            "blamed": validation[by_validation],
            "judged": test[by_validation],
            "judged_true": worth[len(MS) :],
        }
    )


def _first_best(scores: Rows) -> Labels:
    """Return which model is best among the first m, for each m; the first, where several are."""
    return np.array([int(scores[:m].argmax()) for m in MS])
