"""Numbers for the practice items about counting fits; each key comes from a formula.

The check of an item (`core.validation.fits.checks`) finds the key again by counting a real run.
"""

from math import ceil

import numpy as np

from core.practice.family import Values


def draw_grid(rng: np.random.Generator) -> Values | None:
    """Draw two or three lists, folds, and whether the last fit takes place.

    The key is the product of the lists × folds (+ 1).
    """
    sizes = rng.integers(2, 5, size=int(rng.integers(2, 4)))
    k, refit = int(rng.choice([3, 4, 5, 10])), bool(rng.integers(2))
    settings = int(sizes.prod())
    if settings * k > 120 or sizes.prod() == sizes.sum():
        return None
    in_folds = settings * k
    return {
        "sizes": sizes,
        "lists": _join(sizes),
        "product": " × ".join(map(str, sizes)),
        "k": k,
        "refit": refit,
        "settings": settings,
        "in_folds": in_folds,
        "with_last": in_folds + 1,
        "answer": in_folds + refit,
        "no_folds": settings + refit,
        "adds": int(sizes.sum()) * k + refit,
        "flip": in_folds + (not refit),
        "more": settings * (k + 1) + refit,
    }


def draw_two_grids(rng: np.random.Generator) -> Values | None:
    """Draw a grid of two lists and a second grid beside it. The key: (a × b + c) × folds + 1."""
    a, b, c = (int(n) for n in rng.integers(2, 6, size=3))
    k = int(rng.choice([3, 5]))
    return {
        "sizes": [a, b],
        "extra": c,
        "k": k,
        "settings": a * b + c,
        "answer": (a * b + c) * k + 1,
        "crossed": a * b * c * k + 1,
        "no_folds": a * b + c + 1,
        "without": (a * b + c) * k,
    }


def draw_random(rng: np.random.Generator) -> Values | None:
    """Draw a random search from distributions. The key: draws × folds + 1."""
    n_iter, k = int(rng.integers(6, 31)), int(rng.choice([3, 4, 5]))
    return {
        "n_iter": n_iter,
        "k": k,
        "answer": n_iter * k + 1,
        "without": n_iter * k,
        "no_folds": n_iter + 1,
    }


def draw_short_lists(rng: np.random.Generator) -> Values | None:
    """Draw a random search that asks for more draws than its lists hold. The key: lists × folds."""
    a, b = (int(n) for n in rng.integers(2, 5, size=2))
    n_iter, k = int(rng.choice([10, 20, 30, 50])), int(rng.choice([3, 4, 5]))
    if a * b >= n_iter:
        return None
    return {
        "sizes": [a, b],
        "space": a * b,
        "n_iter": n_iter,
        "k": k,
        "answer": a * b * k,
        "kept": n_iter * k,
        "no_folds": a * b,
        "with_last": a * b * k + 1,
    }


def draw_nested(rng: np.random.Generator) -> Values | None:
    """Draw a grid search inside a cross-validation. The key: outer × (lists × folds + 1)."""
    a, b = (int(n) for n in rng.integers(2, 4, size=2))
    k, outer = int(rng.choice([2, 3, 4])), int(rng.choice([3, 4, 5]))
    inner = a * b * k
    return {
        "sizes": [a, b],
        "k": k,
        "outer": outer,
        "settings": a * b,
        "inner": inner,
        "answer": outer * (inner + 1),
        "one_refit": outer * inner + 1,
        "forgets_outer": inner + 1,
        "adds_folds": a * b * (k + outer) + outer,
    }


def draw_halving(rng: np.random.Generator) -> Values | None:
    """Draw successive halving that its rows allow to run to the end.

    The key adds the rounds up: all candidates, then one in `factor` of them, rounded up.
    """
    a, b = (int(n) for n in rng.integers(2, 6, size=2))
    k, factor = int(rng.choice([2, 3])), int(rng.choice([2, 3, 4]))
    rounds = [a * b]
    while rounds[-1] >= factor and factor ** len(rounds) <= a * b:
        rounds.append(ceil(rounds[-1] / factor))
    # 178 wines of 3 classes: the first round needs 2 rows for each fold and class.
    if not 2 <= len(rounds) <= 3 or 6 * k * factor ** (len(rounds) - 1) > 178:
        return None
    return {
        "sizes": [a, b],
        "k": k,
        "factor": factor,
        "settings": a * b,
        "rounds": " + ".join(map(str, rounds)),
        "n_rounds": len(rounds),
        "answer": sum(rounds) * k,
        "first": a * b * k,
        "no_folds": sum(rounds),
    }


def draw_curve(rng: np.random.Generator) -> Values | None:
    """Draw a learning curve. The key: sizes × folds."""
    n_points, k = int(rng.integers(3, 11)), int(rng.choice([3, 4, 5, 6, 8, 10]))
    return {
        "n_points": n_points,
        "k": k,
        "answer": n_points * k,
        "with_last": n_points * k + 1,
        "added": n_points + k,
        "no_folds": n_points,
    }


def draw_waves(rng: np.random.Generator) -> Values | None:
    """Draw trials that do not divide evenly among the workers. The key is rounded up."""
    trials, workers = int(rng.choice([20, 30, 40, 50, 60, 75, 100])), int(rng.integers(3, 13))
    if trials % workers == 0:
        return None
    return {
        "trials": trials,
        "workers": workers,
        "answer": ceil(trials / workers),
        "down": trials // workers,
        "last": trials % workers,
        "full": trials // workers * workers,
    }


def draw_study(rng: np.random.Generator) -> Values | None:
    """Draw a study whose objective cross-validates. The key: trials × folds."""
    trials, k = int(rng.integers(8, 31)), int(rng.choice([3, 4, 5]))
    if trials * k > 120:
        return None
    return {
        "trials": trials,
        "k": k,
        "answer": trials * k,
        "with_last": trials * k + 1,
    }


def draw_spark(rng: np.random.Generator) -> Values | None:
    """Draw a ParamGridBuilder of two lists. The key: lists × folds + 1."""
    a, b = (int(n) for n in rng.integers(2, 6, size=2))
    k = int(rng.choice([3, 4, 5]))
    if a * b == a + b:
        return None
    return {
        "sizes": [a, b],
        "k": k,
        "settings": a * b,
        "answer": a * b * k + 1,
        "without": a * b * k,
        "no_folds": a * b + 1,
        "adds": (a + b) * k + 1,
    }


def draw_pipeline(rng: np.random.Generator) -> Values | None:
    """Draw a pipeline in a grid search. The key: its scaler is fitted as often as its model."""
    a, b = (int(n) for n in rng.integers(2, 6, size=2))
    k = int(rng.choice([3, 4, 5]))
    if a * b * k > 60:
        return None
    return {
        "sizes": [a, b],
        "k": k,
        "settings": a * b,
        "answer": a * b * k + 1,
        "cached": k + 1,
        "once": 1,
        "calls": 2 * (a * b * k + 1),
        "in_folds": a * b * k,
    }


def _join(sizes: np.ndarray) -> str:
    texts = [str(size) for size in sizes]
    return f"{', '.join(texts[:-1])} and {texts[-1]}"
