"""Numbers for the families of practice items about three sets; see `core.practice.schema`."""

from math import sqrt

import numpy as np

from core.practice.family import Values
from core.validation.three_sets.theory import expect_best, spread_of_score

WORDS = {10: "Ten", 20: "Twenty", 30: "Thirty", 50: "Fifty", 100: "A hundred"}


def draw_rows_to_halve(rng: np.random.Generator) -> Values | None:
    """Draw a test set and its spread; the key is the rows that halve it."""
    n = int(rng.integers(4, 45)) * 5
    return {"n": n, "more": 4 * n, "twice": 2 * n, "root": round(1.4142 * n)}


def draw_split(rng: np.random.Generator) -> Values | None:
    """Draw a table and the shares of its parts; the key is the number of rows that train."""
    n = int(rng.integers(10, 70)) * 20
    test, validation = int(rng.choice([10, 15, 20, 25])), int(rng.choice([10, 20, 25, 30]))
    rest = n * (100 - test) // 100
    if (n * test) % 100 or (rest * validation) % 100:
        return None
    train = rest - rest * validation // 100
    plain = n * (100 - test - validation) // 100
    return {"n": n, "test": test, "validation": validation, "rest": rest, "train": train,
            "plain": plain, "n_test": n - rest}  # fmt: skip


def draw_guessers(rng: np.random.Generator) -> Values | None:
    """Draw how many coins are tossed on how many rows; the key from the law of the largest count.

    None where the rounding of the key could hang on the tosses, or where 0.95 is within reach.
    """
    n_models, n_rows = int(rng.choice(list(WORDS))), 10 * int(rng.integers(4, 41))
    expected, spread = expect_best(n_models, n_rows), spread_of_score(n_rows)
    if abs(100 * expected % 1 - 0.5) < 0.15 or expected < 0.525:
        return None
    is_low = rng.random() < 0.5
    other = round(0.5 + spread if is_low else 2 * expected - 0.5, 2)
    if other >= 0.9 or abs(other - expected) < 0.015 or other < 0.515:
        return None
    return {
        "word": WORDS[n_models],
        "n_models": n_models,
        "n_rows": n_rows,
        "expected": expected,
        "best": round(expected, 2),
        "other": other,
        "belief": "picking-adds-whole-spread" if is_low else "luck-has-no-limit",
        "spread": spread,
        "n_spreads": (expected - 0.5) / spread,
        "beyond": 0.45 / spread,
    }


def draw_one_look(rng: np.random.Generator) -> Values | None:
    """Draw a model and its test rows; the spread of one score from √(p(1 − p)/n), in points.

    None where its first decimal could hang on the tosses.
    """
    n, right = 10 * int(rng.integers(5, 41)), int(rng.integers(55, 96))
    spread = sqrt(right * (100 - right) / n)
    if abs(10 * spread % 1 - 0.5) < 0.2 or spread < 1.5:
        return None
    return {"n": n, "right": right, "spread": spread}
