"""Runs behind the practice items on leaks; see `core.practice.proof`."""

import numpy as np
from scipy import stats

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


def choose_on_noise(n_rows: int, n_columns: int, n_kept: int, k: int) -> Facts:
    """Choose columns of noise before the folds and inside them, with scikit-learn, on four draws.

    Facts, mean accuracies over the draws: ``before`` (chosen on all rows), ``more_folds`` (the same
    with twice the folds), ``scaled`` (the same, standardised first), ``inside`` (chosen in each fold).
    The target is half and half and nothing predicts it. Check by eye: ``inside`` is near 0.5.
    """
    from sklearn.feature_selection import SelectKBest
    from sklearn.linear_model import RidgeClassifier
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    choice, model, found = SelectKBest(k=n_kept), RidgeClassifier(), []
    for seed in range(4):
        columns = np.random.default_rng(seed).normal(size=(n_rows, n_columns))
        target = np.arange(n_rows) % 2
        chosen = choice.fit_transform(columns, target)
        folds, more = (StratifiedKFold(n, shuffle=True, random_state=seed) for n in (k, 2 * k))
        scaled = StandardScaler().fit_transform(chosen)
        runs = (
            cross_val_score(model, chosen, target, cv=folds),
            cross_val_score(model, chosen, target, cv=more),
            cross_val_score(model, scaled, target, cv=folds),
            cross_val_score(make_pipeline(choice, model), columns, target, cv=folds),
        )
        found.append([run.mean() for run in runs])
    names = ("before", "more_folds", "scaled", "inside")
    return dict(zip(names, np.mean(found, axis=0).tolist(), strict=True))


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
