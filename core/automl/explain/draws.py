"""Numbers for the families of practice items on explaining a model; see `core.practice.schema`."""

import numpy as np

from core.practice.family import Values


def draw_shuffles(rng: np.random.Generator) -> Values | None:
    """Draw an AUC as it is and after four shuffles of a column."""
    before = int(rng.integers(780, 930))
    falls = sorted(int(fall) for fall in rng.choice(np.arange(10, 150, 5), 4, replace=False))
    total = sum(falls)
    if total % 4:
        return None
    after = [(before - fall) / 1000 for fall in rng.permutation(falls).tolist()]
    mean = total // 4
    if falls[-1] - mean < 10:
        return None
    return {
        "before": before / 1000,
        "after": after,
        "listed": ", ".join(f"{score:.3f}" for score in after[:-1]) + f" and {after[-1]:.3f}",
        "importance": mean / 1000,
        "left": (before - mean) / 1000,
        "largest": falls[-1] / 1000,
    }


def draw_game(rng: np.random.Generator) -> Values | None:
    """Draw what two columns add alone and together, in EUR; the four ways of sharing differ."""
    first, second = (int(10 * rng.integers(2, 15)) for _ in range(2))
    both = first + second + int(20 * rng.integers(1, 8))
    value = (first + both - second) / 2
    ways = {first, both - second, both / 2, value}
    if len(ways) < 4 or value % 5:
        return None
    return {
        "first": first,
        "second": second,
        "both": both,
        "value": int(value),
        "last": both - second,
        "half": both // 2,
    }


def draw_intervals(rng: np.random.Generator) -> Values:
    """Draw five columns' importances with their intervals, and that of noise.

    Some lie wholly above the noise, some only with their mean, some only above 0, and some not even that.
    """
    high = int(rng.integers(5, 9))
    n_above, n_by_mean, n_by_zero = int(rng.integers(1, 3)), 1, int(rng.integers(1, 3))
    kinds = ["above"] * n_above + ["mean"] * n_by_mean + ["zero"] * n_by_zero
    kinds += ["none"] * (5 - len(kinds))
    drawn = []
    for kind in kinds:
        if kind == "above":
            mean, half = high + int(rng.integers(8, 28)), int(rng.integers(2, 7))
        elif kind == "mean":
            mean, half = high + int(rng.integers(1, 3)), 4
        elif kind == "zero":
            mean, half = int(rng.integers(3, high)), 2
        else:
            mean, half = int(rng.integers(-1, 3)), int(rng.integers(4, 7))
        drawn.append((mean, half))
    drawn.sort(reverse=True)
    means, halves = (np.array(values) for values in zip(*drawn, strict=True))
    lows = means - halves
    names = ("rent", "age", "rooms", "floor", "distance")

    def write(value: int) -> str:
        return f"{'−' if value < 0 else ''}{abs(value) / 1000:.3f}"

    return {
        "rows": "; ".join(
            f"{name} {write(mean)} ({write(mean - half)} to {write(mean + half)})"
            for name, mean, half in zip(names, means.tolist(), halves.tolist(), strict=True)
        ),
        "noise_low": write(-high + 1),
        "noise_high": write(high),
        "lows": (lows / 1000).tolist(),
        "means": (means / 1000).tolist(),
        "noise": [(-high + 1) / 1000, high / 1000],
        "n_above": n_above,
        "n_zero": n_above + n_by_mean + n_by_zero,
        "n_means": n_above + n_by_mean,
    }
