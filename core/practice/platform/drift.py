"""Runs on drift: scipy's tests and distances, and what becomes of a model when the world changes."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from scipy.spatial.distance import jensenshannon
from sklearn.linear_model import LogisticRegression

from core.practice.family import Values
from core.practice.proof import Facts


def compare_samples(before: Sequence[float], after: Sequence[float]) -> Facts:
    """Say how far two samples lie apart.

    Facts: ``ks`` (largest gap of their cumulative shares), ``difference`` of their means, ``overlap`` (1 −
    ks). Check by eye: 1, 2 and 3, 4 have nothing in common, so ks is 1.
    """
    ks = float(stats.ks_2samp(before, after).statistic)
    return {"ks": ks, "difference": float(np.mean(after) - np.mean(before)), "overlap": 1 - ks}


def draw_samples(rng: np.random.Generator) -> Values | None:
    """Draw two samples of five numbers; the key is the largest gap, found by counting at each value."""
    before = sorted(int(n) for n in rng.choice(np.arange(10, 40), 5, replace=False))
    after = sorted(int(n) for n in rng.choice(np.arange(15, 50), 5, replace=False))
    gaps = {
        at: abs(sum(n <= at for n in before) - sum(n <= at for n in after)) / 5
        for at in {*before, *after}
    }
    at = min((value for value in gaps if gaps[value] == max(gaps.values())), default=0)
    if set(before) & set(after) or not 0.3 < gaps[at] < 0.9:
        return None
    return {
        "before": before, "after": after, "at": at, "ks": gaps[at], "overlap": 1 - gaps[at],
        "below_before": sum(n <= at for n in before), "below_after": sum(n <= at for n in after),
    }  # fmt: skip


def shift_with_more_rows(shift: float, n_few: int, n_many: int) -> Facts:
    """Test the same small shift of a normal column with few and with many rows.

    Facts: ``p_few``, ``p_many`` (Kolmogorov and Smirnov), ``gap_many`` (their statistic with many rows).
    """
    rng = np.random.default_rng(0)

    def run(n: int) -> tuple[float, float]:
        found = stats.ks_2samp(rng.normal(0, 1, n), rng.normal(shift, 1, n))
        return float(found.pvalue), float(found.statistic)

    (p_few, _), (p_many, gap) = run(n_few), run(n_many)
    return {"p_few": p_few, "p_many": p_many, "gap_many": gap}


def compare_same_shops() -> Facts:
    """Sell a little more in each of 12 very different shops, and test that with and without the pairs.

    Facts: ``p_paired`` (Wilcoxon), ``p_unpaired`` (Mann and Whitney), ``p_spread`` (Levene).
    """
    rng = np.random.default_rng(1)
    before = rng.uniform(100, 1000, 12)
    after = before + rng.uniform(5, 15, 12)
    return {
        "p_paired": float(stats.wilcoxon(before, after).pvalue),
        "p_unpaired": float(stats.mannwhitneyu(before, after).pvalue),
        "p_spread": float(stats.levene(before, after).pvalue),
    }


def measure_distances(before: Sequence[float], after: Sequence[float]) -> Facts:
    """Say how far the shares of categories lie apart, by four measures.

    Facts: ``psi``; ``kl`` of after from before and ``kl_back``; ``js`` (divergence, in nats); None where a
    measure is infinite. Check by eye: equal shares are 0 apart by all four.
    """
    old, new = np.array(before) / sum(before), np.array(after) / sum(after)
    kl, back = float(stats.entropy(new, old)), float(stats.entropy(old, new))
    js = float(jensenshannon(old, new) ** 2)
    return {
        "kl": kl if np.isfinite(kl) else None,
        "kl_back": back if np.isfinite(back) else None,
        "psi": kl + back if np.isfinite(kl + back) else None,
        "js": js,
    }


def draw_shares(rng: np.random.Generator) -> Values | None:
    """Draw the shares of two categories before and after; the key is Σ (new − old) · ln(new / old)."""
    old, new = (int(n) for n in rng.choice(np.arange(10, 95, 5), 2, replace=False))
    shares = [(old / 100, new / 100), (1 - old / 100, 1 - new / 100)]
    psi = sum((b - a) * np.log(b / a) for a, b in shares)
    kl = sum(b * np.log(b / a) for a, b in shares)
    if min(psi, kl, abs(psi - kl), abs(psi - abs(new - old) / 100)) < 0.015 or psi > 2:
        return None
    return {
        "old": old, "new": new, "rest_old": 100 - old, "rest_new": 100 - new, "psi": float(psi),
        "kl": float(kl), "is_large": bool(psi > 0.25), "ratio": new / old,
        "rest_ratio": (100 - new) / (100 - old),
    }  # fmt: skip


def count_false_alarms(n_columns: int, level: float) -> Facts:
    """Test columns of which none has drifted, each at `level`.

    Facts: ``chance`` of at least one alarm, ``expected`` (alarms on average), ``corrected`` (the chance with
    Bonferroni's level). Check by eye: one column at 5 % is 5 %.
    """
    return {
        "chance": float(stats.binom.sf(0, n_columns, level)),
        "expected": n_columns * level,
        "corrected": float(stats.binom.sf(0, n_columns, level / n_columns)),
        "level": level,
    }


def draw_columns_to_test(rng: np.random.Generator) -> Values | None:
    """Draw how many columns are watched, and the level of each test."""
    n, level = int(rng.integers(5, 41)), float(rng.choice([0.01, 0.02, 0.05]))
    chance = 1 - (1 - level) ** n
    if n * level > 0.95 or n * level - chance < 0.025:
        return None
    return {
        "n": n, "level": level, "percent": round(100 * level), "chance": chance, "sum": n * level,
        "bonferroni": level / n,
    }  # fmt: skip


def expect_counts(table: Sequence[Sequence[int]]) -> Facts:
    """Say what a 2 × 2 table would hold if rows and columns had nothing to do with each other.

    Facts: ``expected`` (upper left cell), ``seen``, ``even`` (a quarter of all). Check by eye: 10, 10, 10,
    10 expects 10.
    """
    counts = np.array(table)
    return {
        "expected": float(stats.contingency.expected_freq(counts)[0, 0]),
        "seen": float(counts[0, 0]),
        "even": float(counts.sum() / 4),
    }


def draw_table(rng: np.random.Generator) -> Values | None:
    """Draw a table of last year and this year, yes and no."""
    (a, b), (c, d) = rng.integers(12, 120, (2, 2)).tolist()
    total, row, column = a + b + c + d, a + b, a + c
    expected = row * column / total
    if min(abs(expected - a), abs(expected - total / 4), abs(a - total / 4)) < 2:
        return None
    return {
        "table": [[a, b], [c, d]], "a": a, "b": b, "c": c, "d": d, "total": total, "row": row,
        "column": column, "expected": expected, "even": total / 4,
    }  # fmt: skip


def change_the_world() -> Facts:
    """Let the meaning of a column turn round, and see what each kind of drift does and what helps.

    A model learns that large values mean yes. Facts: accuracies ``before``, ``features_moved`` (only the
    column has moved), ``meaning_changed`` (the same values now mean no); ``trained_on_recent`` and
    ``trained_on_old`` rows, judged on new ones; ``shift_of_x`` when only the meaning has changed.
    """
    rng = np.random.default_rng(0)

    def draw(n: int, centre: float, sign: int) -> tuple[pd.DataFrame, npt.NDArray[np.bool_]]:
        x = rng.normal(centre, 1, n)
        return pd.DataFrame({"x": x}), sign * x + rng.normal(0, 0.3, n) > 0

    old, moved, turned, later = (
        draw(4000, 0, 1), draw(4000, 1.5, 1), draw(4000, 0, -1), draw(4000, 0, -1)
    )  # fmt: skip
    model = LogisticRegression().fit(*old)
    both = (
        pd.concat([old[0], old[0], turned[0][:400]]),
        np.concatenate([old[1], old[1], turned[1][:400]]),
    )
    return {
        "before": float(model.score(*draw(4000, 0, 1))),
        "features_moved": float(model.score(*moved)),
        "meaning_changed": float(model.score(*turned)),
        "trained_on_recent": float(LogisticRegression().fit(*turned).score(*later)),
        "trained_on_old": float(LogisticRegression().fit(*both).score(*later)),
        "shift_of_x": float(abs(turned[0]["x"].mean() - old[0]["x"].mean())),
    }
