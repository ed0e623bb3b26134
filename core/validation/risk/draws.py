"""Numbers for the families of practice items about cross-validated scores; see `core.practice.schema`."""

from math import sqrt

import numpy as np

from core.practice.family import Values

WORDS = {3: "Three", 4: "Four", 5: "Five", 6: "Six", 8: "Eight"}


def draw_folds(rng: np.random.Generator) -> Values | None:
    """Draw rows and folds that come out even; the key is what one model learns from."""
    k, size = int(rng.choice([3, 4, 5, 6, 8, 10])), int(rng.integers(4, 41)) * 5
    if k * size > 1000:
        return None
    return {"n": k * size, "k": k, "n_test": size, "n_learn": (k - 1) * size}


def draw_errors(rng: np.random.Generator) -> Values | None:
    """Draw the errors of a few folds; the key from the textbook formula for the standard error.

    None where they hardly differ, or where the mean is not one of at most three decimals.
    """
    k = int(rng.choice(list(WORDS)))
    parts = rng.integers(5, 45, size=k)
    total = int(parts.sum())
    if np.ptp(parts) < 10 or len(set(parts.tolist())) < k or (10 * total) % k:
        return None
    mean = total / k / 100
    spread = sqrt(sum((part / 100 - mean) ** 2 for part in parts.tolist()) / (k - 1))
    said = [f"{part / 100:.2f}" for part in parts.tolist()]
    return {
        "k": k,
        "word": WORDS[k],
        "errors": [part / 100 for part in parts.tolist()],
        "said": f"{', '.join(said[:-1])} and {said[-1]}",
        "mean": mean,
        "spread": spread,
        "standard_error": spread / sqrt(k),
    }


def draw_correction(rng: np.random.Generator) -> Values | None:
    """Draw folds and rows; the key from k/(k − 1) + 1 under a root.

    1/k + 1/(k − 1) is (1 + k/(k − 1)) times 1/k.
    """
    k, size = int(rng.choice([3, 4, 5, 6, 8, 10])), int(rng.integers(5, 31))
    squared = 1 + k / (k - 1)
    return {
        "k": k,
        "n": k * size,
        "n_test": size,
        "n_learn": (k - 1) * size,
        "squared": squared,
        "widening": sqrt(squared),
    }


def draw_spreads(rng: np.random.Generator) -> Values:
    """Draw two spreads and their sum as sides of a right-angled triangle, so that roots come out even."""
    sides = (
        (3, 4, 5),
        (5, 12, 13),
        (8, 15, 17),
        (7, 24, 25),
        (20, 21, 29),
        (12, 35, 37),
        (9, 40, 41),
    )
    dealing, rows, total = sides[int(rng.integers(len(sides)))]
    if rng.random() < 0.5 and total < 30:
        dealing, rows = rows, dealing
    tenths = float(rng.choice([1, 2, 4, 5])) if total > 6 else float(rng.choice([5, 10, 15, 20]))
    scaled = [round(side * tenths / 10, 1) for side in (dealing, rows, total)]
    return {
        "dealing": scaled[0],
        "rows": scaled[1],
        "total": scaled[2],
        "difference": round(scaled[2] - scaled[0], 1),
    }


def draw_hold_out(rng: np.random.Generator) -> Values:
    """Draw a true error and a number of held-out rows; the key from √(p(1 − p)/n)."""
    error = int(rng.choice([5, 10, 15, 20, 25, 30, 35, 40])) / 100
    root = int(rng.choice([7, 8, 9, 10, 12, 15, 20, 25, 30]))
    of_one = sqrt(error * (1 - error))
    return {
        "error": error,
        "n": root**2,
        "root": root,
        "of_one": of_one,
        "spread": of_one / root,
        "variance": error * (1 - error) / root**2,
    }
