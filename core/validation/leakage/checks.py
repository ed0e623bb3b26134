"""Runs and draws behind the practice items on leaks; see `core.practice.proof`."""

import numpy as np
from scipy import stats

from core.practice.family import Values
from core.practice.proof import Facts
from core.validation.leakage.lab import Case, LeakageSpec, Size, investigate


def run_case(case: Case, size: Size = "usual", n_repeats: int = 4) -> Facts:
    """Run a pipeline of the lesson as found and mended.

    Facts: ``found_reported``, ``found_in_use``, ``mended_reported``, ``mended_in_use``, ``fall``
    (of the report when mended). Check by eye: ``selection`` has a target that nothing predicts.
    """
    result = investigate(LeakageSpec(case=case, size=size, n_repeats=n_repeats))
    return {
        "found_reported": result.found_reported,
        "found_in_use": result.found_in_use,
        "mended_reported": result.mended_reported,
        "mended_in_use": result.mended_in_use,
        "fall": result.fall,
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


def split_patients(patients: int, scans: int, k: int) -> Facts:
    """Split scans by patient with scikit-learn's `GroupKFold`, and again row by row, shuffled.

    Facts: ``patients_in_test`` of the first fold, ``scans_in_test``, ``n_shared`` (patients in
    both parts), ``patients_in_test_shuffled`` and ``n_shared_shuffled`` of a shuffled `KFold`.
    """
    from sklearn.model_selection import GroupKFold, KFold

    groups = np.repeat(np.arange(patients), scans)
    rows = np.zeros((len(groups), 1))
    facts: dict[str, float] = {}
    splits = {
        "": GroupKFold(k).split(rows, groups=groups),
        "_shuffled": KFold(k, shuffle=True, random_state=0).split(rows),
    }
    for ending, split in splits.items():
        train, test = next(iter(split))
        tested = set(groups[test])
        facts[f"patients_in_test{ending}"] = len(tested)
        facts[f"scans_in_test{ending}"] = len(test)
        facts[f"n_shared{ending}"] = len(tested & set(groups[train]))
    return facts


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


def split_days(days: int, n_splits: int, which: int) -> Facts:
    """Split days with scikit-learn's `TimeSeriesSplit` and look at one of the splits.

    Facts: ``n_train``, ``n_test``, ``n_others`` (all days that are not tested), ``n_later`` (of
    these, the days after the tested ones). Check by eye: 6 days in 2 splits train on 2, then 4.
    """
    from sklearn.model_selection import TimeSeriesSplit

    splits = list(TimeSeriesSplit(n_splits).split(np.zeros((days, 1))))
    train, test = splits[which - 1]
    return {
        "n_train": len(train),
        "n_test": len(test),
        "n_others": days - len(test),
        "n_later": days - 1 - int(test.max()),
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


def encode_shop(targets: list[int]) -> Facts:
    """Give each order of a shop its number by scikit-learn's `LeaveOneOut`; the first is asked about.

    Facts: ``without_own`` (mean of the others), ``with_own`` (mean of all), ``half_removed``.
    Check by eye: returns 1 and 0 give the first order 0 without its own, 0.5 with it.
    """
    from sklearn.model_selection import LeaveOneOut

    values = np.asarray(targets, dtype=float)
    others, own = next(iter(LeaveOneOut().split(values)))
    return {
        "without_own": float(values[others].mean()),
        "with_own": float(values.mean()),
        "half_removed": float((values.sum() - values[own].sum()) / len(values)),
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


def try_guessers(n_models: int, n_rows: int, n_other: int) -> Facts:
    """Let models guess two even classes, keep the best on the test rows, 40,000 times.

    Facts: ``best`` and ``best_of_other`` (mean accuracy of the best), ``one`` (of one model) and
    ``best_of_many`` (of 100,000 models). The best of n is drawn by its law: a uniform number's
    n-th root, sent through the quantiles of the binomial.
    """
    rng = np.random.default_rng(0)
    even = rng.random(40_000)

    def best_of(n: int) -> float:
        return float(stats.binom.ppf(even ** (1 / n), n_rows, 0.5).mean()) / n_rows

    return {
        "one": best_of(1),
        "best_of_other": best_of(n_other),
        "best": best_of(n_models),
        "best_of_many": best_of(100_000),
    }


def _expect_best(n_models: int, n_rows: int) -> float:
    """Return the expected highest share of right guesses: the sum of P(best > x) over x."""
    below = stats.binom.cdf(np.arange(n_rows), n_rows, 0.5)
    return float((1 - below**n_models).sum()) / n_rows
