"""Runs that prove the practice items on logarithmic targets."""

from statistics import fmean

import numpy as np
from scipy.stats import gmean

from core.metrics.log_target.models import TwinsSpec, train_twins
from core.practice.family import Values
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


def draw_two_flats(rng: np.random.Generator) -> Values | None:
    """Draw two prices whose product is a square; the key is its root."""
    low, high = (int(root) for root in np.sort(rng.choice(np.arange(2, 13), 2, replace=False)))
    scale = int(rng.choice([5, 10, 20, 25]))
    prices = [scale * low**2, scale * high**2]
    if not 40 <= prices[0] <= 500 or prices[1] > 980:
        return None
    return {
        "prices": prices, "geometric": scale * low * high, "mean": sum(prices) / 2,
        "total": sum(prices), "twice": 2 * scale * low * high,
    }  # fmt: skip


RATIOS = (
    (0.5, 1, 2), (0.25, 1, 4), (0.5, 0.5, 4), (0.25, 2, 2), (0.2, 1, 5), (0.4, 1, 2.5), (0.8, 1, 1.25),
    (0.1, 2, 5), (0.2, 2, 2.5), (0.5, 0.8, 2.5), (0.4, 0.5, 5), (0.25, 0.8, 5), (0.4, 1.25, 2),
)  # fmt: skip
"""Truth over prediction of three rows; their product is 1, so the mean residual is 0."""


def draw_ratios(rng: np.random.Generator) -> Values | None:
    """Draw three true values and what a model said of each; the key is the mean of the ratios."""
    ratios = RATIOS[int(rng.integers(len(RATIOS)))]
    said = int(rng.choice([20, 40, 50, 60, 80, 100, 120, 150, 160, 200, 240, 300]))
    truth = [said * ratio for ratio in ratios]
    if any(value != round(value) for value in truth):
        return None
    return {
        "truth": [round(value) for value in truth], "said": [said] * 3, "each": said,
        "ratios": [float(ratio) for ratio in ratios], "sum_ratios": float(sum(ratios)),
        "factor": sum(ratios) / 3, "largest": max(ratios), "total": round(sum(truth)),
    }  # fmt: skip
