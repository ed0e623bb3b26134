"""Runs that prove the practice items on regression metrics: scikit-learn does the arithmetic."""

import numpy as np
from sklearn import metrics
from sklearn.dummy import DummyRegressor

from core.practice.proof import Facts


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
