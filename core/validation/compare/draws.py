"""Numbers for the families of practice items about comparisons; see `core.practice.schema`."""

from math import comb, sqrt

import numpy as np

from core.practice.family import Values
from core.validation.compare.equals import expected_maximum

WORDS = {2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six", 8: "Eight", 10: "Ten"}


def draw_repeats(rng: np.random.Generator) -> Values | None:
    """Draw folds and repeats; the key is twice their product."""
    k, repeats = int(rng.choice([2, 3, 4, 5, 8, 10])), int(rng.integers(2, 13))
    return {
        "k": k,
        "repeats": repeats,
        "fits": 2 * k * repeats,
        "of_one": k * repeats,
        "once": 2 * k,
    }


def draw_folds(rng: np.random.Generator) -> Values | None:
    """Draw accuracies of A on four folds and how far B lies below on each; the key is their mean.

    None where the folds are about equally hard: then there is little that pairing takes away.
    """
    accuracies = [int(one) for one in rng.choice(np.arange(72, 96), size=4, replace=False)]
    if np.std(accuracies) < 5:
        return None
    gaps = [
        int(one) for one in rng.permutation([1, 2, 2, 3] if rng.random() < 0.5 else [2, 2, 3, 4])
    ]
    a = [one / 100 for one in accuracies]
    b = [(one - gap) / 100 for one, gap in zip(accuracies, gaps, strict=True)]
    return {
        "a": a,
        "b": b,
        "said_a": _list(a),
        "said_b": _list(b),
        "said_differences": _list([gap / 100 for gap in gaps]),
        "difference": sum(gaps) / 400,
        "largest": max(gaps) / 100,
        "better_folds": 4,
    }


def draw_disagreements(rng: np.random.Generator) -> Values | None:
    """Draw on how many rows one model alone is right; the key by counting the tosses of a coin."""
    only_a, only_b = int(rng.integers(5, 19)), int(rng.integers(0, 8))
    n = only_a + only_b
    one_sided = sum(comb(n, heads) for heads in range(only_a, n + 1)) / 2**n
    if not 0.002 <= one_sided <= 0.2:
        return None
    return {
        "n_rows": int(rng.choice([200, 300, 400, 500, 800])),
        "only_a": only_a,
        "only_b": only_b,
        "n": n,
        "one_sided": one_sided,
        "p": 2 * one_sided,
    }


def draw_winners(rng: np.random.Generator) -> Values | None:
    """Draw how many equal models there are and how much luck a score has; the key from its integral."""
    n_models, spread = int(rng.choice(list(WORDS))), int(rng.integers(2, 17)) / 2
    expected = expected_maximum(n_models)
    if abs(expected - 1) < 0.1:  # picking would add the spread of one score, by accident
        return None
    return {
        "word": WORDS[n_models],
        "n_models": n_models,
        "spread": spread,
        "expected": expected,
        "flattery": expected * spread,
    }


def draw_open_interval(rng: np.random.Generator) -> Values | None:
    """Draw differences of a few folds whose corrected interval holds 0, well away from both ends.

    mean ± t·sd·√(1/k + 1/(k − 1)) in points, with Student's t from its table.
    """
    tables = {4: 3.182446, 5: 2.776445, 10: 2.262157}
    k = int(rng.choice(list(tables)))
    parts = [int(one) for one in rng.integers(-30, 61, size=k)]
    mean = sum(parts) / k
    sd = sqrt(sum((part - mean) ** 2 for part in parts) / (k - 1))
    reach = tables[k] * sd * sqrt(1 / k + 1 / (k - 1))
    shown = [one / 10 for one in (mean, mean - reach, mean + reach)]
    # Rounded to one decimal all three must be as far from a tie as the table of t is exact.
    if not (mean >= 8 and mean - reach <= -3) or any(
        abs(abs(10 * s) % 1 - 0.5) < 0.02 for s in shown
    ):
        return None
    difference, low, high = (round(one, 1) for one in shown)
    return {
        "word": WORDS[k],
        "differences": [part / 1000 for part in parts],
        "difference": difference,
        "low": low,
        "high": high,
    }


def _list(shares: list[float]) -> str:
    said = [f"{share:.2f}" for share in shares]
    return f"{', '.join(said[:-1])} and {said[-1]}"
