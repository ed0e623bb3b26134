"""Runs that prove the practice items about grid, random and Bayesian search."""

from typing import Any

import numpy as np
from sklearn.datasets import make_classification
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import GridSearchCV, ParameterGrid, RandomizedSearchCV

from core.practice.family import Values
from core.practice.proof import Facts


class _Counted(DummyClassifier):  # type: ignore[misc]  # untyped library
    """A model that learns nothing and counts how often it is asked to."""

    n_fits = 0

    def __init__(self, first: int = 0, second: int = 0) -> None:
        super().__init__()
        self.first = first
        self.second = second

    def fit(self, x: object, y: object) -> "_Counted":
        """Count, and learn the most frequent class."""
        type(self).n_fits += 1
        super().fit(x, y)
        return self


def _count(search_type: type, space: dict[str, list[int]], k: int, **more: int) -> int:
    x, y = make_classification(n_samples=60, random_state=0)
    counted: Any = type("Counted", (_Counted,), {"n_fits": 0})
    search_type(counted(), space, cv=k, refit=False, **more).fit(x, y)
    return int(counted.n_fits)


def count_grid(first: int, second: int, k: int) -> Facts:
    """Run scikit-learn's grid search over two lists and count the models that it trains.

    Facts: ``fits`` (without a last one on all rows), ``settings``, ``sum_of_lists`` (times the folds).
    Check by eye: 2 × 3 values in 5 folds are 30 fits.
    """
    space = {"first": list(range(first)), "second": list(range(second))}
    return {
        "fits": _count(GridSearchCV, space, k),
        "settings": len(ParameterGrid(space)),
        "sum_of_lists": (first + second) * k,
    }


def draw_grid(rng: np.random.Generator) -> Values | None:
    """Draw the lists and the folds of a grid."""
    first, second = int(rng.integers(3, 8)), int(rng.integers(3, 8))
    k = int(rng.choice([3, 4, 5]))
    numbers = {first * second * k, first * second, (first + second) * k}
    if len(numbers) < 3 or first == second:
        return None
    return {
        "first": first,
        "second": second,
        "k": k,
        "settings": first * second,
        "fits": first * second * k,
        "added": (first + second) * k,
    }


def count_draws(n_iter: int, k: int, first: int, second: int) -> Facts:
    """Run scikit-learn's random search and count the models that it trains.

    Facts: ``fits`` (without a last one on all rows), ``draws``, ``whole_grid`` (fits of all settings).
    Check by eye: 10 draws in 5 folds are 50 fits.
    """
    space = {"first": list(range(first)), "second": list(range(second))}
    return {
        "fits": _count(RandomizedSearchCV, space, k, n_iter=n_iter, random_state=0),
        "draws": n_iter,
        "whole_grid": first * second * k,
    }


def draw_draws(rng: np.random.Generator) -> Values | None:
    """Draw the budget of a random search."""
    n_iter, k = int(rng.integers(8, 19)), int(rng.choice([3, 4, 5]))
    first, second = int(rng.integers(5, 13)), int(rng.integers(6, 13))
    if first * second <= n_iter:
        return None
    return {
        "n_iter": n_iter,
        "k": k,
        "first": first,
        "second": second,
        "fits": n_iter * k,
        "whole": first * second * k,
    }


def hit_the_top(share: float, n_draws: int) -> Facts:
    """Draw cells at random 200,000 times over and see how often one of the best is among them.

    Facts: ``hit`` (rounded to two decimals), ``once`` (with one draw), ``added`` (draws × share).
    Source of the law: 1 − (1 − share)^draws. Check by eye: 1 draw hits with the share itself.
    """
    rng = np.random.default_rng(1)
    best = rng.random((200_000, n_draws)).min(axis=1)
    return {
        "hit": round(float((best < share).mean()), 2),
        "once": share,
        "added": n_draws * share,
        "law": 1 - (1 - share) ** n_draws,
    }


def count_values(side: int) -> Facts:
    """Count the values of one parameter that a square grid and as many random draws try.

    Facts: ``grid_values``, ``random_values`` (draws from a continuous range), ``trials``.
    Check by eye: a 3 × 3 grid tries 3 values.
    """
    lines = np.linspace(0, 1, side)
    grid = ParameterGrid({"first": lines.tolist(), "second": lines.tolist()})
    drawn = np.random.default_rng(0).random(side * side)
    return {
        "grid_values": len({one["first"] for one in grid}),
        "random_values": len(set(drawn.tolist())),
        "trials": len(grid),
    }


def draw_side(rng: np.random.Generator) -> Values | None:
    """Draw the side of a square grid."""
    side = int(rng.integers(3, 40))
    return {"side": side, "trials": side * side, "double": 2 * side}
