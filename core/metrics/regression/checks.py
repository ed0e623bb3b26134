"""Runs that prove the practice items on regression metrics: scikit-learn does the arithmetic."""

from math import isqrt

import numpy as np
from sklearn import metrics
from sklearn.dummy import DummyRegressor

from core.practice.family import Values
from core.practice.proof import Facts

MOST_TRIES = 500


def measure_predictions(truth: list[float], said: list[float]) -> Facts:
    """Say what scikit-learn makes of these predictions.

    Facts: ``mae``, ``mse``, ``rmse``, ``medae``, ``mape`` (undefined where a true value is 0),
    ``r2``, ``unexplained`` (1 − R²), ``minus_unexplained``, and ``largest`` error.
    Check by eye: 3, 2, 1 for 1, 2, 3 gives an R² of −3.
    """
    r2 = float(metrics.r2_score(truth, said))
    mape = None if 0 in truth else float(metrics.mean_absolute_percentage_error(truth, said))
    return {
        "mae": float(metrics.mean_absolute_error(truth, said)),
        "mse": float(metrics.mean_squared_error(truth, said)),
        "rmse": float(metrics.root_mean_squared_error(truth, said)),
        "medae": float(metrics.median_absolute_error(truth, said)),
        "mape": mape,
        "r2": r2,
        "unexplained": 1 - r2,
        "minus_unexplained": r2 - 1,
        "largest": float(metrics.max_error(truth, said)),
    }


def try_constants(values: list[float]) -> Facts:
    """Try every constant in steps of 0.5 as prediction of `values` and say which one is best.

    Facts: ``best_for_mae``, ``best_for_mse``, ``best_for_largest`` (the constant whose largest
    error is smallest); ``mean`` and ``median``, what scikit-learn's dummy models say.
    Check by eye: 1, 2, 3 gives 2 for all of them.
    """
    constants = np.arange(min(values), max(values) + 0.25, 0.5)
    errors = np.array(values)[:, None] - constants
    rows = np.zeros((len(values), 1))
    dummies = {name: DummyRegressor(strategy=name).fit(rows, values) for name in ("mean", "median")}
    return {
        "best_for_mae": float(constants[np.abs(errors).mean(axis=0).argmin()]),
        "best_for_mse": float(constants[(errors**2).mean(axis=0).argmin()]),
        "best_for_largest": float(constants[np.abs(errors).max(axis=0).argmin()]),
        **{name: float(dummy.predict(rows)[0]) for name, dummy in dummies.items()},
    }


def draw_errors(rng: np.random.Generator) -> Values | None:
    """Draw by how many minutes four predictions are wrong, so that the RMSE is a whole number."""
    for _ in range(MOST_TRIES):
        errors = [int(error) for error in np.sort(rng.integers(1, 21, 4))]
        squares = [error**2 for error in errors]
        mse, left = divmod(sum(squares), 4)
        rmse = isqrt(mse)
        if not left and rmse**2 == mse and errors[0] < errors[-1]:
            break
    else:
        return None
    signs = rng.choice([-1, 1], 4)
    return {
        "truth": [30] * 4,
        "said": [30 + int(sign) * error for sign, error in zip(signs, errors, strict=True)],
        "errors": f"{errors[0]}, {errors[1]}, {errors[2]} and {errors[3]}",
        "squares": " + ".join(str(square) for square in squares),
        "total": sum(squares), "mse": mse, "rmse": rmse, "mae": sum(errors) / 4,
        "largest": errors[-1], "largest_squared": squares[-1],
    }  # fmt: skip


def draw_constant_guess(rng: np.random.Generator) -> Values | None:
    """Draw three true values and a constant that misses their mean; the key is 1 - its squares / theirs."""
    truth = [int(value) for value in np.sort(rng.choice(np.arange(1, 13), 3, replace=False))]
    guess = int(rng.integers(1, 16))
    mean, left = divmod(sum(truth), 3)
    of_guess = [(value - guess) ** 2 for value in truth]
    of_mean = [(value - mean) ** 2 for value in truth]
    ratio = sum(of_guess) / sum(of_mean)
    if left or guess == mean or not 1.2 <= ratio <= 20 or round(10 * ratio) != 10 * ratio:
        return None
    return {
        "truth": truth, "said": [guess] * 3, "guess": guess, "mean": mean,
        "of_guess": " + ".join(str(square) for square in of_guess), "sum_guess": sum(of_guess),
        "of_mean": " + ".join(str(square) for square in of_mean), "sum_mean": sum(of_mean),
        "ratio": ratio, "r2": 1 - ratio, "minus_ratio": -ratio,
    }  # fmt: skip


def draw_waiting_times(rng: np.random.Generator) -> Values | None:
    """Draw five waiting times, one of them far from the others, on either side."""
    if rng.random() < 0.5:
        times = [*np.sort(rng.choice(np.arange(1, 15), 4, replace=False)), rng.integers(50, 100)]
    else:
        times = [rng.integers(1, 8), *np.sort(rng.choice(np.arange(60, 80), 4, replace=False))]
    waited = [int(minutes) for minutes in times]
    mean, middle = sum(waited) / 5, (waited[0] + waited[-1]) / 2
    if 2 * mean != round(2 * mean):
        return None
    return {
        "waited": waited,
        "times": f"{', '.join(str(minutes) for minutes in waited[:4])} and {waited[4]}",
        "median": waited[2], "mean": mean, "middle": middle,
    }  # fmt: skip
