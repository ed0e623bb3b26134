"""The ways to estimate an error from one dataset, each used on many datasets at once.

Each function returns one estimated share of wrong answers for each dataset.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.validation.risk.folds import RidgeFolds, Rows
from core.validation.risk.laws import ROWS_PER_GROUP, Numbers

HOLDOUT_SHARE = 5
"""One row in five is held out."""
N_BOOTSTRAPS = 50
N_BLOCKS = 5
"""Test blocks of a time-series split, as scikit-learn's `TimeSeriesSplit` has by default."""
Estimator = Callable[[RidgeFolds, np.random.Generator], Numbers]


@dataclass(frozen=True)
class Scheme:
    """One way to estimate, with what it costs."""

    name: str
    title: str
    estimate: Estimator
    n_fits: int
    n_learn: float
    """Rows (distinct ones) that each of its models learns from, on average."""


def shuffle_folds(rng: np.random.Generator, n_draws: int, n_rows: int, k: int) -> Rows:
    """Deal the rows of each dataset into k folds of one size: datasets × folds × rows."""
    rows = np.tile(np.arange(n_rows), (n_draws, 1))
    return rng.permuted(rows, axis=1).reshape(n_draws, k, n_rows // k)


def stratify_folds(rng: np.random.Generator, y: Numbers, k: int) -> Rows:
    """Do the same so that each class is dealt out evenly: the folds differ by at most one row."""
    n_draws, n_rows = y.shape
    shuffled = rng.permuted(np.tile(np.arange(n_rows), (n_draws, 1)), axis=1)
    classes = np.take_along_axis(y, shuffled, axis=1)
    by_class = np.take_along_axis(shuffled, np.argsort(classes, axis=1, kind="stable"), axis=1)
    # Dealt like cards: row i of the sorted deck goes to fold i mod k.
    return np.swapaxes(by_class.reshape(n_draws, n_rows // k, k), 1, 2)


def group_folds(rng: np.random.Generator, n_draws: int, n_rows: int) -> Rows:
    """Deal whole groups of five rows into folds; their number is `count_group_folds`."""
    n_groups = n_rows // ROWS_PER_GROUP
    k = count_group_folds(n_rows)
    groups = rng.permuted(np.tile(np.arange(n_groups), (n_draws, 1)), axis=1)
    rows = groups[:, :, None] * ROWS_PER_GROUP + np.arange(ROWS_PER_GROUP)
    return rows.reshape(n_draws, k, n_rows // k)


def count_group_folds(n_rows: int) -> int:
    """Return the most folds, up to 10, into which the groups can be dealt evenly."""
    n_groups = n_rows // ROWS_PER_GROUP
    return max(k for k in range(2, 11) if n_groups % k == 0)


def list_schemes(n_rows: int, law: str) -> tuple[Scheme, ...]:
    """Return the schemes that are compared on this law; the last is made for it, where one is."""
    held = n_rows // HOLDOUT_SHARE
    return (
        Scheme("holdout", "Hold-out, 20 % of the rows", _hold_out, 1, n_rows - held),
        *(_k_fold(n_rows, k, f"{k}-fold", f"{k}-fold") for k in (2, 5, 10)),
        Scheme("stratified", "10-fold, stratified", _stratified, 10, n_rows * 0.9),
        Scheme("repeated", "10-fold, 5 times", _repeated, 50, n_rows * 0.9),
        _k_fold(n_rows, n_rows, "loo", "Leave one out"),
        Scheme(
            "bootstrap",
            "Bootstrap .632",
            _bootstrap,
            N_BOOTSTRAPS + 1,
            n_rows * (1 - (1 - 1 / n_rows) ** n_rows),
        ),
        *_matching(n_rows, law),
    )


def _k_fold(n_rows: int, k: int, name: str, title: str) -> Scheme:
    def estimate(folds: RidgeFolds, rng: np.random.Generator) -> Numbers:
        return _mean(folds, shuffle_folds(rng, len(folds.y), n_rows, k))

    return Scheme(name, title, estimate, k, n_rows - n_rows / k)


def _matching(n_rows: int, law: str) -> tuple[Scheme, ...]:
    """Return the scheme that is made for rows which hang together."""
    if law == "groups":
        k = count_group_folds(n_rows)
        return (Scheme("groups", f"{k}-fold, whole people", _by_group, k, n_rows - n_rows / k),)
    if law == "drift":
        block = n_rows // (N_BLOCKS + 1)
        title, n_learn = "5 blocks, past before future", n_rows - block * (N_BLOCKS + 1) / 2
        return (Scheme("time", title, _past_before_future, N_BLOCKS, n_learn),)
    return ()


def _stratified(folds: RidgeFolds, rng: np.random.Generator) -> Numbers:
    return _mean(folds, stratify_folds(rng, folds.y, 10))


def _repeated(folds: RidgeFolds, rng: np.random.Generator) -> Numbers:
    dealt = [shuffle_folds(rng, len(folds.y), folds.n_rows, 10) for _ in range(5)]
    return np.asarray(np.mean([_mean(folds, rows) for rows in dealt], axis=0))


def _by_group(folds: RidgeFolds, rng: np.random.Generator) -> Numbers:
    return _mean(folds, group_folds(rng, len(folds.y), folds.n_rows))


def _mean(folds: RidgeFolds, rows: Rows) -> Numbers:
    return np.asarray(folds.cross_validate(rows).mean(axis=1))


def _hold_out(folds: RidgeFolds, rng: np.random.Generator) -> Numbers:
    rows = shuffle_folds(rng, len(folds.y), folds.n_rows, HOLDOUT_SHARE)
    return folds.cross_validate(rows[:, :1])[:, 0]


def _bootstrap(folds: RidgeFolds, rng: np.random.Generator) -> Numbers:
    """Weigh the error on rows left out of a bootstrap sample with that on the training rows.

    Efron (1983): 0.632 of the first (optimistic models: they know 63.2 % of the rows) and 0.368 of
    the second (optimistic rows: they were learnt from).
    """
    n_draws, n = folds.y.shape
    seen = folds.is_wrong(folds.fit_all()).mean(axis=1)
    unseen = np.zeros(n_draws)
    for _ in range(N_BOOTSTRAPS):
        counts = rng.multinomial(n, np.full(n, 1 / n), size=n_draws).astype(np.float64)
        wrong, is_out = folds.is_wrong(folds.fit_counted(counts)), counts == 0
        unseen += (wrong & is_out).sum(axis=1) / is_out.sum(axis=1) / N_BOOTSTRAPS
    return np.asarray(0.368 * seen + 0.632 * unseen)


def _past_before_future(folds: RidgeFolds, _rng: np.random.Generator) -> Numbers:
    """Learn from all blocks up to one and judge on the next, as `TimeSeriesSplit` does."""
    n_draws, n = folds.y.shape
    size = n // (N_BLOCKS + 1)
    errors = []
    for block in range(N_BLOCKS):
        start = n - (N_BLOCKS - block) * size
        past = np.tile((np.arange(n) < start).astype(np.float64), (n_draws, 1))
        wrong = folds.is_wrong(folds.fit_counted(past))
        errors.append(wrong[:, start : start + size].mean(axis=1))
    return np.asarray(np.mean(errors, axis=0))
