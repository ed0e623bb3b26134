"""Numbers for the families of practice items about folds; see `core.practice.schema`."""

from math import comb

import numpy as np

from core.practice.family import Values


def draw_uneven(rng: np.random.Generator) -> Values | None:
    """Draw rows and folds that do not come out even: the remainder of the division is the key."""
    k, n = int(rng.choice([4, 5, 6, 8, 10])), int(rng.integers(40, 260))
    small, larger = divmod(n, k)
    if not 2 <= larger <= k - 2:
        return None
    return {
        "n": n,
        "k": k,
        "small": small,
        "large": small + 1,
        "n_larger": larger,
        "rest": k - larger,
    }


def draw_repeats(rng: np.random.Generator) -> Values | None:
    """Draw folds and repeats; the key is their product."""
    k, repeats = int(rng.choice([4, 5, 6, 8, 10])), int(rng.choice([3, 4, 5, 10]))
    n = int(rng.choice([80, 120, 150, 200]))
    return {"n": n, "k": k, "repeats": repeats, "n_fits": k * repeats, "added": k + repeats}


def draw_months(rng: np.random.Generator) -> Values | None:
    """Draw months that come out even in ``k`` + 1 parts and in ``k``: one part is the key."""
    k, factor = int(rng.choice([3, 4, 5, 6, 7])), int(rng.integers(1, 9))
    n = k * (k + 1) * factor
    if not 24 <= n <= 360:
        return None
    first = n // (k + 1)
    return {
        "n": n,
        "k": k,
        "first": first,
        "last": k * first,
        "kfold": n - n // k,
        "plain": n // k,
    }


def draw_groups(rng: np.random.Generator) -> Values | None:
    """Draw patients, rows of each, and folds; a shuffled fold then shares more than half its patients."""
    k, each = int(rng.choice([4, 5, 6, 8])), int(rng.integers(4, 13))
    n_groups = k * int(rng.integers(4, 11))
    return {"k": k, "each": each, "n_groups": n_groups, "half": n_groups // (2 * k)}


def draw_folds(rng: np.random.Generator) -> Values:
    """Draw rows and folds that come out even."""
    k = int(rng.choice([3, 4, 5, 6, 8, 10]))
    return {"k": k, "n": k * 5 * int(rng.integers(2, 13))}


def draw_rare(rng: np.random.Generator) -> Values | None:
    """Draw few rows of a rare class for some folds; the share of shuffles that leave a fold empty.

    By inclusion and exclusion over the folds that are left without a rare row. None where that
    happens in less than 70 of 100 shuffles.
    """
    k, n_rare = int(rng.choice([5, 6, 8, 10])), int(rng.integers(5, 17))
    size = int(rng.choice([20, 25, 30, 40, 50]))
    n = k * size
    ways = sum(
        (-1) ** (left + 1) * comb(k, left) * comb(n - left * size, n_rare) for left in range(1, k)
    )
    empty = ways / comb(n, n_rare)
    if empty < 0.7 or n_rare < k:
        return None
    lowest, rest = divmod(n_rare, k)
    return {
        "k": k,
        "n": n,
        "n_rare": n_rare,
        "empty": round(empty, 2),
        "lowest": lowest,
        "highest": lowest + bool(rest),
    }
