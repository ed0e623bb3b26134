"""Three laws that rows can follow, each with the exact error of a straight boundary on new rows.

Two classes, both equally common, each a round cloud with standard deviation 1 in every column; their
centres lie `distance` apart. What differs is how the rows of one dataset hang together.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from core.errors import require

Law = Literal["independent", "groups", "drift"]
LAWS: tuple[Law, ...] = get_args(Law)
N_ROWS = (30, 60, 120, 240, 480, 960)
"""Sizes at which 5 and 10 folds, and people with five rows each, come out even."""
ROWS_PER_GROUP = 5
GROUP_SPREAD = 1.5
"""Standard deviation of what one person's rows have in common, in every column."""
TURN = np.pi / 3
"""How far the direction between the classes turns from the first row to the last."""
MOST_FEATURES = 20
LARGEST_SEED = 2**32 - 1
Numbers = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class LawSpec:
    """One way in which datasets come about, and how many rows each of them has."""

    law: Law = "independent"
    """``independent`` rows; ``groups``: five rows of each person; ``drift``: the law turns in time."""
    n_rows: int = 60
    n_features: int = 10
    """Columns; only the first one or two tell the classes apart, the others are noise."""
    distance: float = 2.0
    """Between the centres of the classes, in standard deviations of a class."""
    seed: int = 0

    def __post_init__(self) -> None:
        require(self.law in LAWS, f"The law is one of {', '.join(LAWS)}, got {self.law!r}.")
        require(
            self.n_rows in N_ROWS,
            f"A dataset has {', '.join(map(str, N_ROWS))} rows here, got {self.n_rows}. Choose one.",
        )
        require(
            2 <= self.n_features <= MOST_FEATURES,
            f"Rows have 2 to {MOST_FEATURES} columns, got {self.n_features}. Choose in between.",
        )
        require(
            0 <= self.distance <= 6,
            f"The classes lie 0 to 6 apart, got {self.distance:g}. Try 2.",
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )


@dataclass(frozen=True, eq=False)
class Datasets:
    """Many datasets from one law."""

    x: Numbers
    """Datasets × rows × columns; the last column is 1, for the intercept."""
    y: Numbers
    """Datasets × rows: the class, −1 or 1."""


def draw_datasets(spec: LawSpec, rng: np.random.Generator, n_draws: int) -> Datasets:
    """Draw `n_draws` datasets; with people, rows 0 to 4 are the first one; with drift, row 0 is oldest.

    Check by eye: at distance 6 the first column alone parts the classes almost everywhere.
    """
    n, shape = spec.n_rows, (n_draws, spec.n_rows, spec.n_features)
    if spec.law == "groups":
        # Half of the people are of each class, so that a fold without their rows still has both.
        n_groups = n // ROWS_PER_GROUP
        labels = np.tile(
            np.repeat([-1.0, 1.0], [n_groups - n_groups // 2, n_groups // 2]), (n_draws, 1)
        )
        y = np.repeat(rng.permuted(labels, axis=1), ROWS_PER_GROUP, axis=1)
        shared = rng.normal(size=(n_draws, n_groups, spec.n_features)) * GROUP_SPREAD
        noise = rng.normal(size=shape) + np.repeat(shared, ROWS_PER_GROUP, axis=1)
    else:
        y = rng.choice([-1.0, 1.0], size=(n_draws, n))
        noise = rng.normal(size=shape)
    x = y[:, :, None] * _directions(spec, np.arange(n)) * (spec.distance / 2) + noise
    return Datasets(np.concatenate([x, np.ones((n_draws, n, 1))], axis=2), y)


def true_errors(spec: LawSpec, weights: Numbers) -> Numbers:
    """Return the exact share of new rows that each straight boundary calls wrongly.

    A row of class y lies at y·(distance/2)·u plus noise with standard deviation s, so w·x + b is
    normal around y·(distance/2)·(w·u) + b with standard deviation s·|w|, and the share of a class
    on the wrong side is the normal distribution function at −(distance/2·(w·u) ± b) / (s·|w|).
    New rows come from people who were never met, or from the moment after the last row.

    Parameters
    ----------
    weights : (..., columns + 1)
        Weights of the columns, then the intercept; the answer is 1 where their sum is above 0.

    Check by eye: for a boundary in the middle, at right angles to the line between the centres,
    it is the best possible error, see `best_error`.
    """
    from scipy.stats import norm

    w, b = weights[..., :-1], weights[..., -1]
    reach = (w @ _directions(spec, np.array([spec.n_rows]))[0]) * spec.distance / 2
    length = _spread(spec) * np.linalg.norm(w, axis=-1)
    # Without a direction everything gets one answer, which is wrong for one class of the two.
    safe = np.where(length > 0, length, 1.0)
    error = 0.5 * (norm.cdf(-(reach + b) / safe) + norm.cdf(-(reach - b) / safe))
    return np.where(length > 0, error, 0.5)


def best_error(spec: LawSpec) -> float:
    """Return the error that nobody can beat on new rows (Bayes error): Φ(−distance / 2s)."""
    from scipy.stats import norm

    return float(norm.cdf(-spec.distance / 2 / _spread(spec)))


def _spread(spec: LawSpec) -> float:
    return float(np.hypot(1.0, GROUP_SPREAD)) if spec.law == "groups" else 1.0


def _directions(spec: LawSpec, when: NDArray[np.int64]) -> Numbers:
    """Return the unit direction between the classes for the rows number `when`."""
    turn = TURN * when / spec.n_rows if spec.law == "drift" else np.zeros(len(when))
    directions = np.zeros((len(when), spec.n_features))
    directions[:, 0], directions[:, 1] = np.cos(turn), np.sin(turn)
    return directions
