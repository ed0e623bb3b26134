"""Runs that prove the practice items on logarithmic targets."""

from statistics import fmean

import numpy as np
from scipy.stats import gmean

from core.metrics.log_target.models import TwinsSpec, train_twins
from core.practice.proof import Facts


def turn_back(prices: list[float]) -> Facts:
    """Say what exp of the mean logarithm makes of these prices.

    Facts: ``turned_back`` (the geometric mean, by scipy), ``mean``, ``highest``.
    Check by eye: 1 and 4 give 2.
    """
    return {"turned_back": float(gmean(prices)), "mean": fmean(prices), "highest": max(prices)}


def smear(truth: list[float], said: list[float]) -> Facts:
    """Say what Duan's factor is for these rows.

    Facts: ``factor``; ``sum_after``, the sum of the predictions after it; ``exp_of_mean_residual``;
    ``largest_ratio``. Check by eye: where every ratio is 2, the factor is 2.
    """
    residual = np.log(truth) - np.log(said)
    factor = float(np.exp(residual).mean())
    return {
        "factor": factor,
        "sum_after": factor * sum(said),
        "exp_of_mean_residual": float(np.exp(residual.mean())),
        "largest_ratio": float(np.exp(residual.max())),
    }


def compare_columns() -> Facts:
    """Train the logarithm of house prices on one column and on all of them.

    Facts: Duan's ``factor_one`` and ``factor_all``; the residuals' ``spread_one``, ``spread_all``.
    """
    one, every = (train_twins(TwinsSpec(sees=sees)) for sees in ("one", "all"))
    return {
        "factor_one": one.smearing,
        "factor_all": every.smearing,
        "spread_one": one.log_spread,
        "spread_all": every.log_spread,
    }
