"""Runs that prove the practice items about what a table is worth."""

from collections import Counter

import numpy as np
from sklearn.base import clone
from sklearn.dummy import DummyRegressor
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import RepeatedKFold, cross_val_score

from core.practice.family import Values
from core.practice.proof import Facts
from core.validation.compare.judges import judge_folds

_counts: Counter[str] = Counter()


class _Counted(DummyRegressor):  # type: ignore[misc]  # untyped library
    """A model that learns nothing and counts how often it is asked to."""

    def fit(self, x: object, y: object) -> "_Counted":
        """Count, and learn the mean."""
        _counts["fits"] += 1
        super().fit(x, y)
        return self


def count_search(trials: int, finalists: int, folds: int, repeats: int) -> Facts:
    """Try models once, judge the finalists on repeated folds, train the chosen one twice; count it all.

    Facts: ``fits`` (all), ``trials_and_splits`` (every trial on every split), ``once`` (each finalist
    judged a single time), ``finals`` (the finals alone). Check by eye: 6 trials, then 4 finalists in
    5 folds repeated twice, then 2 last trainings are 48.
    """
    x, y = np.zeros((40, 1)), np.arange(40.0)
    _counts.clear()
    for _ in range(trials):
        clone(_Counted()).fit(x, y)
    tried = _counts["fits"]
    splits = RepeatedKFold(n_splits=folds, n_repeats=repeats, random_state=0)
    for _ in range(finalists):
        cross_val_score(_Counted(), x, y, cv=splits, scoring="neg_mean_absolute_error")
    finals = _counts["fits"] - tried
    for _ in ("before the test", "on all rows"):
        _Counted().fit(x, y)
    fits = _counts["fits"]
    return {
        "fits": fits,
        "finals": finals,
        "once": fits - finals + finalists,
        "trials_and_splits": trials * splits.get_n_splits() + 2,
    }


def draw_search(rng: np.random.Generator) -> Values | None:
    """Draw a small search."""
    trials, finalists = int(rng.integers(5, 25)), int(rng.integers(3, 6))
    folds, repeats = int(rng.choice([3, 4, 5])), int(rng.choice([2, 3, 4]))
    splits = folds * repeats
    values: dict[str, int] = {
        "trials": trials,
        "finalists": finalists,
        "folds": folds,
        "repeats": repeats,
        "splits": splits,
        "finals": finalists * splits,
        "fits": trials + finalists * splits + 2,
        "once": trials + finalists + 2,
        "product": trials * splits + 2,
    }
    apart = {values["fits"], values["once"], values["product"], values["finals"]}
    return dict(values) if len(apart) == 4 and finalists < trials else None


def judge_gap(spread: float, folds: int, repeats: int) -> Facts:
    """Find the standard error of a mean difference over splits that share rows, by two ways.

    Facts: ``corrected`` (Nadeau and Bengio's), ``naive`` (as if splits were independent), ``spread``.
    Both are read off the intervals of `core.validation.compare.judges`, whose reach is a quantile of
    Student's t times the error. Check by eye: one half is corrected by 1/10 + 1/4 to 0.296 of 0.5.
    """
    from scipy.stats import t

    m = folds * repeats
    wave = np.resize([1.0, -1.0], m) if m % 2 == 0 else np.linspace(-1, 1, m)
    differences = wave * spread / wave.std(ddof=1)
    quantile = t.ppf(0.975, m - 1)
    found = {
        name: float((judged.high - judged.difference) / quantile)
        for name, judged in (
            ("corrected", judge_folds(differences, 1 / (folds - 1))),
            ("naive", judge_folds(differences, 0.0)),
        )
    }
    return {name: round(value, 1) for name, value in found.items()} | {"spread": spread}


def draw_gap(rng: np.random.Generator) -> Values | None:
    """Draw how far the differences of the splits spread."""
    spread = float(rng.integers(20, 100))
    folds, repeats = int(rng.choice([3, 4, 5])), int(rng.choice([2, 4, 5]))
    m = folds * repeats
    corrected, naive = spread * np.sqrt(1 / m + 1 / (folds - 1)), spread / np.sqrt(m)
    if any(abs(10 * value % 1 - 0.5) < 0.06 for value in (corrected, naive)):
        return None
    return {
        "spread": int(spread), "folds": folds, "repeats": repeats, "splits": m, "less": folds - 1,
        "corrected": round(float(corrected), 1), "naive": round(float(naive), 1),
    }  # fmt: skip


def measure_way(above: int, negatives: int) -> Facts:
    """Rank one positive above some of the negatives, and say how far its AUC has come from a coin's.

    Facts: ``auc``, ``way`` (percent of the way from the constant model's AUC to 1), ``whole`` (the AUC
    in percent). Check by eye: above 3 of 4 the AUC is 0.75, half of the way.
    """
    truth = np.array([1] + [0] * negatives)
    scores = np.array([above - 0.5, *range(negatives)])
    auc = float(roc_auc_score(truth, scores))
    coin = float(roc_auc_score(truth, np.zeros(len(truth))))
    return {
        "auc": round(auc, 2),
        "way": round(100 * (auc - coin) / (1 - coin)),
        "whole": round(100 * auc),
        "twice": round(200 * (auc - coin) / (1 - coin)),
    }


def draw_way(rng: np.random.Generator) -> Values | None:
    """Draw an AUC of two decimals, between a coin and perfection."""
    above = int(rng.integers(56, 98))
    return {"above": above, "auc": above / 100, "way": 2 * above - 100, "whole": above}
