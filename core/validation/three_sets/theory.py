"""The best of many guesses, from the law of chance alone."""

from math import log, sqrt

import numpy as np
from scipy.stats import binom


def expect_best(n_models: int, n_rows: int, chance: float = 0.5) -> float:
    """Return the mean of the best score that `n_models` independent guessers reach on `n_rows` rows.

    Each is right about a row with `chance`, so its hits are binomial, and the best has at most j hits
    only if all have: P(best ≤ j) = F(j)^m. A mean is the sum of what lies above each step:
    E(best) = Σ (1 − F(j)^m) over j = 0 … n − 1, divided by n.
    Check by eye: one guesser on any rows reaches 0.5 on average; two on a single row 0.75.
    """
    below = binom.cdf(np.arange(n_rows), n_rows, chance)
    return float((1 - below**n_models).sum() / n_rows)


def spread_of_score(n_rows: int, chance: float = 0.5) -> float:
    """Return the standard deviation of one accuracy on `n_rows` rows: √(p (1 − p) / n)."""
    return sqrt(chance * (1 - chance) / n_rows)


def bound_best(n_models: int, n_rows: int) -> float:
    """Return a bound that the expected best of guessers cannot pass: 0.5 + √(ln m / 2n).

    Hits of a fair guesser are sub-Gaussian with variance n / 4, which gives √(2 ln m) standard
    deviations for the mean of the maximum (Boucheron, Lugosi and Massart 2013, theorem 2.5).
    """
    return 0.5 + sqrt(log(n_models) / (2 * n_rows))
