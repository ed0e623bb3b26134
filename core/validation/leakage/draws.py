"""Numbers for the families of practice items on leaks; see `core.practice.schema`."""

import numpy as np
from scipy import stats

from core.practice.family import Values


def draw_choice(rng: np.random.Generator) -> Values:
    """Draw how many columns of noise are chosen from how many, on how many rows and folds."""
    return {
        "n_rows": 10 * int(rng.integers(6, 13)),
        "n_columns": 100 * int(rng.integers(5, 16)),
        "n_kept": int(rng.choice([10, 15, 20])),
        "k": int(rng.choice([4, 5, 6])),
    }


def draw_patients(rng: np.random.Generator) -> Values:
    """Draw patients, scans of each, and folds that share the patients out evenly."""
    k = int(rng.choice([3, 4, 5, 6]))
    in_test = int(rng.integers(3, 13))
    scans = int(rng.integers(4, 13))
    return {
        "k": k,
        "patients": k * in_test,
        "scans": scans,
        "in_test": in_test,
        "scans_in_test": in_test * scans,
    }


def draw_days(rng: np.random.Generator) -> Values | None:
    """Draw days, the number of splits, and which split is asked about; never the last."""
    n_splits = int(rng.integers(3, 7))
    days = int(rng.integers(4, 21)) * (n_splits + 1)
    which = int(rng.integers(2, n_splits))
    block = days // (n_splits + 1)
    ordinals = ("first", "second", "third", "fourth", "fifth")
    return {
        "n_splits": n_splits,
        "days": days,
        "which": which,
        "ordinal": ordinals[which - 1],
        "block": block,
        "trained": which * block,
        "others": days - block,
    }


def draw_shop(rng: np.random.Generator) -> Values:
    """Draw the orders of one shop and how many came back, at least two."""
    n = int(rng.integers(4, 13))
    returned = int(rng.integers(2, n))
    return {
        "n": n,
        "returned": returned,
        "honest": f"{returned - 1}/{n - 1}",
        "leaky": f"{returned}/{n}",
        "half": f"{returned - 1}/{n}",
        "targets": [1] * returned + [0] * (n - returned),
    }


def draw_guessers(rng: np.random.Generator) -> Values | None:
    """Draw how many guessing models are tried on how many test rows; the key from the binomial law.

    None where the key lies near the edge of two rounded numbers, so that a simulation can show it.
    """
    n_models = int(10 * rng.integers(1, 16))
    n_rows = int(5 * rng.integers(4, 25))
    n_other = int(rng.choice([2, 2000]))
    best, other, many = (_expect_best(n, n_rows) for n in (n_models, n_other, 100_000))
    if any(abs(100 * value % 1 - 0.5) < 0.12 for value in (best, other, many)):
        return None
    return {
        "n_models": n_models,
        "n_rows": n_rows,
        "best": round(best, 2),
        "n_other": n_other,
        "other": round(other, 2),
        "amount": "more" if n_other < n_models else "less",
        "many": round(many, 2),
    }


def _expect_best(n_models: int, n_rows: int) -> float:
    """Return the expected highest share of right guesses: the sum of P(best > x) over x."""
    below = stats.binom.cdf(np.arange(n_rows), n_rows, 0.5)
    return float((1 - below**n_models).sum()) / n_rows
