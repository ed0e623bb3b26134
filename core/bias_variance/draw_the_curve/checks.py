"""Runs that prove the practice items on validation curves, and draws of their numbers."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
from sklearn.datasets import load_diabetes
from sklearn.dummy import DummyRegressor
from sklearn.model_selection import KFold, ShuffleSplit, validation_curve
from sklearn.tree import DecisionTreeRegressor

from core.bias_variance.draw_the_curve.judge import judge_drawing
from core.bias_variance.draw_the_curve.lab import DrawSpec, draw_and_compare
from core.charts import COLOURS, DASHES, new_figure
from core.practice.family import Values
from core.practice.proof import Facts

N_ROWS = 60


class _Counted(DummyRegressor):  # type: ignore[misc]
    """A regressor that counts how often it was trained."""

    n_fits = 0

    def fit(self, *args: Any, **kwargs: Any) -> "_Counted":
        type(self).n_fits += 1
        super().fit(*args, **kwargs)
        return self


def count_curve_fits(n_values: int, folds: int) -> Facts:
    """Run scikit-learn's `validation_curve` and count its trainings.

    Facts: ``fits``; ``added`` (values + folds), ``with_refit``, ``values``. Check by eye: 3 values on
    2 folds are 6 trainings.
    """
    _Counted.n_fits = 0
    x = np.zeros((N_ROWS, 1))
    validation_curve(
        _Counted(strategy="constant", constant=0.0), x, np.zeros(N_ROWS), param_name="constant",
        param_range=np.arange(n_values, dtype=float), cv=KFold(folds),
        scoring="neg_mean_squared_error",
    )  # fmt: skip
    fits = _Counted.n_fits
    return {"fits": fits, "added": n_values + folds, "with_refit": fits + 1, "values": n_values}


def draw_counts(rng: np.random.Generator) -> Values | None:
    """Draw a number of values and of folds."""
    n_values, folds = int(rng.integers(4, 16)), int(rng.choice([3, 4, 5, 6, 8, 10]))
    return {
        "n_values": n_values, "folds": folds, "fits": n_values * folds, "added": n_values + folds,
        "with_refit": n_values * folds + 1,
    }  # fmt: skip


def choose_depth(
    depths: Sequence[int], train: Sequence[float], validation: Sequence[float]
) -> Facts:
    """Say which depth an error curve asks for. Facts: ``by_validation``, ``by_train``, ``by_largest``."""
    own, new = np.array(train), np.array(validation)
    return {
        "by_validation": depths[int(new.argmin())],
        "by_train": depths[int(own.argmin())],
        "by_largest": depths[int(new.argmax())],
    }


def draw_depths(rng: np.random.Generator) -> Values | None:
    """Draw an error curve with a valley, where the best depth is neither end nor the smallest gap."""
    depths = sorted(int(d) for d in rng.choice(np.arange(2, 15), 4, replace=False))
    best = int(rng.integers(1, 3))
    lowest = int(rng.integers(20, 50))
    steps = np.abs(np.arange(4) - best)
    validation = [lowest + int(step * rng.integers(3, 7)) for step in steps]
    train = np.array(validation) - np.cumsum(rng.integers(4, 9, size=4))
    train = np.minimum.accumulate(train - np.arange(4) * 3)
    facts = choose_depth(depths, train.tolist(), validation)
    if train.min() < 1 or facts["by_largest"] in (facts["by_train"], facts["by_validation"]):
        return None
    return {
        "depths": depths, "train": [int(v) for v in train], "validation": validation,
        "key": depths[best], "by_train": facts["by_train"], "by_largest": facts["by_largest"],
    }  # fmt: skip


def judge_points(drawn: list[float], real: list[float], half: float) -> Facts:
    """Judge five drawn points against a curve with a band of ± `half`.

    Facts: ``beyond`` (mean gap beyond the band), ``without_band`` (mean gap), ``worst`` (largest gap).
    """
    said, truth = np.array(drawn), np.array(real)
    found = judge_drawing(
        said, truth, np.full(len(truth), half), truth, height=100.0, is_higher_better=False
    )
    span = max(float(np.ptp(truth)), 2 * half)
    gaps = np.abs(said - truth)
    return {
        "beyond": found.distance * span,
        "without_band": float(gaps.mean()),
        "worst": float(gaps.max() - half),
    }


def draw_points(rng: np.random.Generator) -> Values | None:
    """Draw a measured curve, its band, and five points, some within the band and some beyond it."""
    real = [int(value) for value in np.cumsum(rng.integers(-6, 7, size=5)) + 50]
    half = int(rng.integers(2, 5))
    off = [int(value) for value in rng.integers(-12, 13, size=5)]
    beyond = [max(abs(value) - half, 0) for value in off]
    if len(set(real)) < 4 or not 2 <= sum(gap > 0 for gap in beyond) <= 4:
        return None
    without = sum(abs(value) for value in off) / 5
    worst = max(abs(value) for value in off) - half
    key = sum(beyond) / 5
    if min(abs(key - without), abs(key - worst)) < 0.5:
        return None
    return {
        "real": real, "drawn": [r + o for r, o in zip(real, off, strict=True)], "half": half,
        "beyond": key, "without": without, "worst": worst, "gaps": beyond, "total": sum(beyond),
    }  # fmt: skip


def follow_own_rows() -> Facts:
    """Follow a tree's error on its own rows and on new ones, from depth 1 to 12.

    Facts: ``own_first``, ``own_last``, ``new_first``, ``new_best``, ``new_last``, and ``own_rises``
    (how often the error on its own rows grows from one depth to the next).
    """
    curve = draw_and_compare(DrawSpec()).curve
    own, new = (curve[curve["part"] == part]["mean"].to_numpy() for part in ("train", "validation"))
    return {
        "own_first": float(own[0]),
        "own_last": float(own[-1]),
        "own_rises": int((np.diff(own) > 1e-9).sum()),
        "new_first": float(new[0]),
        "new_best": float(new.min()),
        "new_last": float(new[-1]),
    }


def turn_the_metric() -> Facts:
    """Measure the same tree by RMSE and by R².

    Facts: ``best_by_rmse`` and ``best_by_r2`` (depths), ``last_rmse``, ``last_r2``, and the best of both.
    """
    error, score = (draw_and_compare(DrawSpec(direction=way)) for way in ("error", "score"))
    return {
        "best_by_rmse": error.best,
        "best_by_r2": score.best,
        "best_rmse": error.best_score,
        "last_rmse": error.real[-1],
        "best_r2": score.best_score,
        "last_r2": score.real[-1],
    }


def find_ties() -> Facts:
    """Count the depths whose bands hold the best score. Facts: ``tied``, ``best``, ``smallest_tied``."""
    found = draw_and_compare(DrawSpec())
    rows = found.curve[found.curve["part"] == "validation"]
    holds = (rows["low"] <= found.best_score) & (found.best_score <= rows["high"])
    return {
        "tied": int(holds.sum()),
        "best": found.best,
        "smallest_tied": float(rows["value"][holds].min()),
        "settings": len(rows),
    }


def turn_neighbours() -> Facts:
    """Measure neighbours from 200 to 1. Facts: ``many``, ``best``, ``one``, ``best_k``, ``own_one``."""
    found = draw_and_compare(DrawSpec(model="neighbours"))
    own = found.curve[found.curve["part"] == "train"]["mean"].to_numpy()
    return {
        "many": found.real[0],
        "one": found.real[-1],
        "best": found.best_score,
        "best_k": found.best,
        "own_one": float(own[-1]),
    }


@lru_cache(maxsize=1)
def _depths() -> tuple[list[int], Any, Any]:
    """Return depths of a tree and its mean errors on own and on other rows of the diabetes table."""
    x, y = load_diabetes(return_X_y=True)
    depths = [1, 2, 3, 4, 6, 8, 12]
    own, others = validation_curve(
        DecisionTreeRegressor(random_state=0), x, y, param_name="max_depth", param_range=depths,
        cv=ShuffleSplit(30, test_size=0.25, random_state=0), scoring="neg_root_mean_squared_error",
    )  # fmt: skip
    return depths, -own.mean(axis=1), -others.mean(axis=1)


def read_depths() -> Facts:
    """Read the curve of `plot_depths`.

    Facts: ``best`` (depth with the least error on other rows),
    ``best_on_own`` rows, ``widest_gap`` and ``narrowest_gap`` between the two (their depths).
    """
    depths, own, others = _depths()
    gaps = others - own
    return {
        "best": depths[int(others.argmin())],
        "best_on_own": depths[int(own.argmin())],
        "widest_gap": depths[int(gaps.argmax())],
        "narrowest_gap": depths[int(gaps.argmin())],
    }


def plot_depths() -> go.Figure:
    """Draw a validation curve over the depth of a tree."""
    depths, own, others = _depths()
    figure = new_figure(title="", x_label="Depth of the tree", y_label="RMSE")
    figure.add_scatter(
        x=depths, y=own, name="on its own rows", mode="lines+markers",
        line={"color": COLOURS["train"], "dash": DASHES["train"]},
    )  # fmt: skip
    figure.add_scatter(
        x=depths, y=others, name="on other rows", mode="lines+markers",
        line={"color": COLOURS["validation"], "dash": DASHES["validation"]},
    )  # fmt: skip
    figure.update_xaxes(tickvals=depths)
    figure.update_yaxes(rangemode="tozero")
    return figure
