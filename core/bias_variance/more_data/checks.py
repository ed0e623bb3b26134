"""Runs that prove the practice items about learning curves; see `core.practice.proof`."""

from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import ShuffleSplit, cross_val_score, learning_curve
from sklearn.tree import DecisionTreeRegressor

from core.charts import COLOURS, DASHES, new_figure
from core.practice.family import Values
from core.practice.proof import Facts


def follow_law(floor: float, error: float, n_rows: int, times: int) -> Facts:
    """Let SciPy fit a power law with the exponent ½ to a learning curve, and go on to more rows.

    The curve is made as the law says: at each smaller size what lies above the floor is larger by the
    root of how much smaller it is. Facts: ``forecast``, ``floor``, ``divided`` (the error over `times`),
    ``root_of_all`` (the whole error over the root of `times`), ``same``.
    Check by eye: a floor of 0 and four times the rows halve the error.
    """
    from scipy.optimize import curve_fit

    shares = np.array([0.1, 0.25, 0.5, 0.75, 1.0])
    curve = floor + (error - floor) / np.sqrt(shares)
    (a, b), _ = curve_fit(lambda n, a, b: a + b * n**-0.5, n_rows * shares, curve)
    forecast = float(a + b * (n_rows * times) ** -0.5)
    return {
        "forecast": forecast,
        "floor": floor,
        "divided": error / times,
        "root_of_all": error / times**0.5,
        "same": error,
    }


def draw_law(rng: np.random.Generator) -> Values | None:
    """Draw a floor, an error and how many times the rows grow."""
    root = int(rng.choice([2, 3, 5]))
    floor, above = int(rng.integers(2, 12)), root * int(rng.integers(1, 5))
    error, times, n_rows = floor + above, root**2, int(rng.choice([100, 200, 300, 500]))
    forecast = floor + above // root
    others = {round(error / times, 6), round(error / root, 6), float(floor)}
    if any(abs(other - forecast) < 0.6 for other in others) or len(others) < 3:
        return None
    return {
        "floor": floor,
        "error": error,
        "above": above,
        "root": root,
        "times": times,
        "n_rows": n_rows,
        "n_more": n_rows * times,
        "forecast": forecast,
        "divided": round(error / times, 6),
        "root_of_all": round(error / root, 6),
        "left": above // root,
    }


def find_rows(n_rows: int, factor: int) -> Facts:
    """Ask SciPy at how many rows an error that falls with the root of the rows is `factor` times smaller.

    Facts: ``rows``, ``in_proportion`` (rows × factor), ``doubled``.
    Check by eye: half the error takes four times the rows.
    """
    from scipy.optimize import brentq

    def excess(n: float) -> float:
        return float(np.sqrt(n_rows / n) - 1 / factor)

    return {
        "rows": float(brentq(excess, n_rows, 1000 * n_rows, xtol=1e-9, rtol=1e-14)),
        "in_proportion": n_rows * factor,
        "doubled": n_rows * 2,
    }


def draw_rows_needed(rng: np.random.Generator) -> Values | None:
    """Draw how much smaller the error is to be."""
    n_rows, factor = 20 * int(rng.integers(2, 41)), int(rng.integers(3, 6))
    return {
        "n_rows": n_rows,
        "factor": factor,
        "rows": n_rows * factor**2,
        "square": factor**2,
        "in_proportion": n_rows * factor,
        "doubled": 2 * n_rows,
    }


def count_curve_fits(n_sizes: int, folds: int) -> Facts:
    """Count the calls of fit in scikit-learn's `learning_curve`.

    Facts: ``fits``, ``sizes``, ``folds``, ``sum``. Check by eye: 10 sizes and 5 folds are 50.
    """
    from sklearn.dummy import DummyClassifier
    from sklearn.model_selection import learning_curve

    calls = []

    class Counted(DummyClassifier):  # type: ignore[misc]
        def fit(self, *args: object, **more: object) -> "Counted":
            calls.append(1)
            return super().fit(*args, **more)  # type: ignore[no-any-return]

    truth = np.tile([0, 1], 100)
    learning_curve(
        Counted(), np.zeros((200, 1)), truth, cv=folds, train_sizes=np.linspace(0.1, 1, n_sizes)
    )
    return {"fits": len(calls), "sizes": n_sizes, "folds": folds, "sum": n_sizes + folds}


def draw_curve_fits(rng: np.random.Generator) -> Values | None:
    """Draw sizes and folds."""
    n_sizes, folds = int(rng.integers(4, 13)), int(rng.choice([3, 4, 5, 8, 10]))
    return {"n_sizes": n_sizes, "folds": folds, "fits": n_sizes * folds, "sum": n_sizes + folds}


def find_largest_part(n_rows: int, folds: int) -> Facts:
    """Ask scikit-learn for the largest part that a learning curve with folds can be measured at.

    Facts: ``largest``, ``judged`` (rows of one fold), ``rows``.
    """
    from sklearn.dummy import DummyRegressor
    from sklearn.model_selection import KFold, learning_curve

    sizes, _, _ = learning_curve(
        DummyRegressor(), np.zeros((n_rows, 1)), np.zeros(n_rows), cv=KFold(folds),
        train_sizes=[0.5, 1.0], scoring="neg_mean_absolute_error",
    )  # fmt: skip
    _, judged = next(KFold(folds).split(np.zeros((n_rows, 1))))
    return {"largest": int(sizes[-1]), "judged": len(judged), "rows": n_rows}


def draw_largest_part(rng: np.random.Generator) -> Values | None:
    """Draw rows and folds that divide them."""
    folds = int(rng.choice([3, 4, 5, 10]))
    n_rows = folds * int(rng.integers(10, 81))
    return {
        "n_rows": n_rows,
        "folds": folds,
        "judged": n_rows // folds,
        "largest": n_rows - n_rows // folds,
    }


@lru_cache(maxsize=1)
def _curve_of_stump() -> tuple[Any, Any, Any]:
    """Return training sizes and mean errors, on own and on other rows, of a tree with one question."""
    x, y = load_diabetes(return_X_y=True)
    sizes, own, others = learning_curve(
        DecisionTreeRegressor(max_depth=1), x, y, train_sizes=np.linspace(0.1, 1.0, 10),
        cv=ShuffleSplit(40, test_size=0.25, random_state=0), scoring="neg_root_mean_squared_error",
    )  # fmt: skip
    return sizes, -own.mean(axis=1), -others.mean(axis=1)


def read_curve_of_stump() -> Facts:
    """Read the curve of `plot_curve_of_stump`.

    Facts: ``gap`` and ``gap_first`` between the two curves at its
    end and at its beginning, ``gained_late`` (by the second half of the rows), ``error`` at the end;
    ``error_bending`` (of a ridge regression on as many rows) and ``gained_by_bending``.
    """
    _, own, others = _curve_of_stump()
    x, y = load_diabetes(return_X_y=True)
    folds = ShuffleSplit(40, test_size=0.25, random_state=0)
    scores = cross_val_score(Ridge(0.1), x, y, cv=folds, scoring="neg_root_mean_squared_error")
    bending = float(-scores.mean())
    return {
        "gap": float(others[-1] - own[-1]),
        "gap_first": float(others[0] - own[0]),
        "gained_late": float(others[4] - others[-1]),
        "error": float(others[-1]),
        "error_bending": bending,
        "gained_by_bending": float(others[-1] - bending),
    }


def plot_curve_of_stump() -> go.Figure:
    """Draw the learning curve of a tree with a single question on the diabetes table."""
    sizes, own, others = _curve_of_stump()
    figure = new_figure(title="", x_label="Rows to learn from", y_label="RMSE")
    figure.add_scatter(
        x=sizes, y=own, name="on its own rows", mode="lines+markers",
        line={"color": COLOURS["train"], "dash": DASHES["train"]},
    )  # fmt: skip
    figure.add_scatter(
        x=sizes, y=others, name="on other rows", mode="lines+markers",
        line={"color": COLOURS["validation"], "dash": DASHES["validation"]},
    )  # fmt: skip
    figure.update_yaxes(rangemode="tozero")
    return figure
