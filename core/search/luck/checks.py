"""Runs that prove the practice items about the luck of a search."""

from functools import lru_cache
from math import comb
from typing import Any

import numpy as np
import plotly.graph_objects as go
from scipy.stats import binom
from sklearn.datasets import load_digits, make_classification
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import RandomizedSearchCV, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from core.charts import new_figure
from core.practice.family import Values
from core.practice.proof import Facts


class _Counted(DummyClassifier):  # type: ignore[misc]  # untyped library
    """A model that learns nothing and counts how often it is asked to."""

    n_fits = 0

    def __init__(self, first: int = 0) -> None:
        super().__init__()
        self.first = first

    def fit(self, x: object, y: object) -> "_Counted":
        """Count, and learn the most frequent class."""
        type(self).n_fits += 1
        super().fit(x, y)
        return self


def count_judged_search(n: int, k: int, outer: int) -> Facts:
    """Judge a random search by nested cross-validation, run it once on all rows, and count the models.

    Facts: ``fits`` (all of them), ``judge`` (nested alone), ``search`` (on all rows, with its last fit),
    ``added`` (settings × both numbers of folds added up).
    Check by eye: 10 settings in 5 folds are 51 fits; judged in 3 outer folds, 153; together 204.
    """
    x, y = make_classification(n_samples=60, random_state=0)
    counted: Any = type("Counted", (_Counted,), {"n_fits": 0})
    search = RandomizedSearchCV(
        counted(), {"first": list(range(n))}, n_iter=n, cv=k, random_state=0
    )
    cross_val_score(search, x, y, cv=outer)
    judge = int(counted.n_fits)
    search.fit(x, y)
    fits = int(counted.n_fits)
    return {"fits": fits, "judge": judge, "search": fits - judge, "added": n * (k + outer)}


def draw_judged_search(rng: np.random.Generator) -> Values | None:
    """Draw the settings and the folds of a search that is judged."""
    n, k, outer = int(rng.integers(4, 13)), int(rng.choice([2, 3, 4])), int(rng.choice([3, 4, 5]))
    search = n * k + 1
    values = {
        "n": n,
        "k": k,
        "outer": outer,
        "search": search,
        "judge": outer * search,
        "fits": (outer + 1) * search,
        "added": n * (k + outer),
    }
    return values if len({values["fits"], values["judge"], values["added"]}) == 3 else None


def guess_often(n: int, rows: int, right: int) -> Facts:
    """Say how likely one, and the best of `n`, useless models is right on so many rows of coin flips.

    Facts: ``best`` (at least one of them, rounded to two decimals), ``one``, ``times`` (chance of one,
    taken so many times). Source: SciPy's binomial law. Check by eye: the best of one is ``one``.
    """
    below = binom.cdf(right - 1, rows, 0.5)
    return {
        "best": round(float(1 - below**n), 2),
        "one": round(float(1 - below), 2),
        "times": round(float(n * (1 - below)), 2),
    }


def draw_guesses(rng: np.random.Generator) -> Values | None:
    """Draw how many useless models guess on how few rows."""
    rows = int(rng.integers(16, 61))
    right = int(np.ceil(rows * rng.choice([0.65, 0.7, 0.75])))
    n = int(rng.choice([10, 15, 20, 25, 30, 40, 50, 60, 80, 100]))
    one = sum(comb(rows, at) for at in range(right, rows + 1)) / 2**rows
    best = 1 - (1 - one) ** n
    is_clear = all(abs(100 * v % 1 - 0.5) > 0.05 for v in (one, best, n * one))
    values = {
        "rows": rows,
        "right": right,
        "n": n,
        "one": round(one, 2),
        "best": round(best, 2),
        "times": round(n * one, 2),
    }
    apart = min(abs(best - one), abs(n * one - best))
    return values if is_clear and 0.15 < best < 0.97 and apart > 0.04 and one > 0.006 else None


def spread_guesses(rows: int) -> Facts:
    """Say how far the accuracy of a useless model strays on so many rows of coin flips, in points.

    Facts: ``spread`` (standard deviation), ``without_root`` (50 / rows), ``half`` (50, of a single row).
    Source: SciPy's binomial law. Check by eye: 100 rows give 5 points.
    """
    return {
        "spread": round(float(100 * binom.std(rows, 0.5) / rows), 1),
        "without_root": round(50 / rows, 1),
        "half": float(100 * binom.std(1, 0.5)),
    }


def draw_spread(rng: np.random.Generator) -> Values | None:
    """Draw the rows on which a useless model is judged."""
    rows = int(rng.integers(20, 201))
    spread = 50 / rows**0.5
    if abs(10 * spread % 1 - 0.5) < 0.05 or abs(500 / rows % 1 - 0.5) < 0.05:
        return None
    return {"rows": rows, "spread": round(spread, 1), "small": round(50 / rows, 1)}


@lru_cache(maxsize=1)
def _best_so_far() -> tuple[float, ...]:
    """Return the best accuracy after each of 20 trials of a random search over digits."""
    x, y = load_digits(return_X_y=True)
    search = RandomizedSearchCV(
        KNeighborsClassifier(), {"n_neighbors": list(range(1, 60)), "p": [1, 2]},
        n_iter=20, cv=3, random_state=4,
    ).fit(x[:500], y[:500])  # fmt: skip
    return tuple(np.maximum.accumulate(search.cv_results_["mean_test_score"]).tolist())


def read_best_so_far() -> Facts:
    """Say when the search of `plot_best_so_far` found its best.

    Facts: ``last_step`` (number of the trial that brought it, from 1), ``n_steps`` (how often the best
    rose), ``n_trials``, ``first`` and ``best``.
    """
    best = _best_so_far()
    rises = [at for at in range(2, len(best) + 1) if best[at - 1] > best[at - 2]]
    return {
        "last_step": rises[-1],
        "n_steps": len(rises),
        "n_trials": len(best),
        "first": best[0],
        "best": best[-1],
    }


def plot_best_so_far() -> go.Figure:
    """Draw the best accuracy after each trial of a random search."""
    best = _best_so_far()
    figure = new_figure(title="", x_label="Trials made", y_label="Best accuracy so far")
    figure.add_scatter(
        x=list(range(1, len(best) + 1)), y=best, mode="lines+markers", showlegend=False,
        line={"shape": "hv", "color": "#3a86b5"},
    )  # fmt: skip
    figure.update_xaxes(dtick=1, range=[0.5, len(best) + 0.5])
    return figure
