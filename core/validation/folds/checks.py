"""Runs that prove the practice items about folds: scikit-learn cuts, and a counting model is trained."""

import warnings
from typing import Any, Literal

import numpy as np

from core.practice.proof import Facts

Cutter = Literal["kfold", "shuffled", "repeated", "time", "leave_one_out"]


def cut_rows(n: int, k: int, cutter: Cutter = "kfold", repeats: int = 1, gap: int = 0) -> Facts:
    """Let scikit-learn cut `n` rows into `k` folds, and train a model that counts its trainings.

    Facts: ``largest_test``, ``smallest_test``, ``n_larger`` (test parts above ``n // k``),
    ``smallest_train``, ``largest_train``, ``first_train`` (of the first fold), ``n_fits`` (trainings
    counted), ``n_fits_with_final`` (and one on all rows), ``never_tested`` (rows),
    ``times_tested``, ``times_trained`` (of the last row), ``both_at_once`` (rows on both sides of one
    fold), ``whole_folds`` (n // k), ``kfold_train`` (what KFold trains on).
    Check by eye: 10 rows in 3 folds have a largest test part of 4.
    """
    from sklearn import model_selection as ms

    cutters: dict[Cutter, Any] = {
        "kfold": lambda: ms.KFold(k),
        "shuffled": lambda: ms.KFold(k, shuffle=True, random_state=0),
        "repeated": lambda: ms.RepeatedKFold(n_splits=k, n_repeats=repeats, random_state=0),
        "time": lambda: ms.TimeSeriesSplit(k, gap=gap),
        "leave_one_out": ms.LeaveOneOut,
    }
    rows = np.arange(n, dtype=float).reshape(-1, 1)
    folds = list(cutters[cutter]().split(rows))
    counter = _count_fits(rows, cutters[cutter]())
    tested = np.concatenate([test for _, test in folds])
    return {
        "largest_test": max(len(test) for _, test in folds),
        "n_larger": sum(len(test) > n // k for _, test in folds),
        "smallest_test": min(len(test) for _, test in folds),
        "smallest_train": min(len(train) for train, _ in folds),
        "largest_train": max(len(train) for train, _ in folds),
        "first_train": len(folds[0][0]),
        "n_fits": counter,
        "n_fits_with_final": counter + 1,
        "never_tested": n - len(np.unique(tested)),
        "times_tested": int((tested == n - 1).sum()),
        "times_trained": sum(int(n - 1 in train) for train, _ in folds),
        "both_at_once": sum(len(np.intersect1d(train, test)) for train, test in folds),
        "whole_folds": n // k,
        "kfold_train": min(len(train) for train, _ in ms.KFold(k).split(rows)),
    }


def _count_fits(rows: Any, cutter: Any) -> int:
    """Return how often scikit-learn really calls ``fit`` in one cross-validation."""
    from sklearn.dummy import DummyRegressor
    from sklearn.model_selection import cross_validate

    calls = []

    class Counting(DummyRegressor):  # type: ignore[misc]
        def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:  # noqa: N803
            calls.append(len(X))
            return super().fit(X, y, sample_weight)

    cross_validate(Counting(), rows, rows[:, 0], cv=cutter, scoring="neg_mean_absolute_error")
    return len(calls)


def cut_groups(n_groups: int, each: int, k: int) -> Facts:
    """Pass groups to three splitters of scikit-learn and count whom each puts on both sides.

    Facts: ``shared_kfold`` (groups on both sides of the worst fold of a shuffled KFold that was given
    them), ``warned`` (did it warn?), ``shared_group`` (the same for GroupKFold), ``largest_test``,
    ``test_groups`` (groups in GroupKFold's largest test part).
    Check by eye: GroupKFold never shares one.
    """
    from sklearn.model_selection import GroupKFold, KFold

    groups = np.repeat(np.arange(n_groups), each)
    rows = np.zeros((len(groups), 1))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        plain = list(KFold(k, shuffle=True, random_state=0).split(rows, None, groups))
    whole = list(GroupKFold(k).split(rows, None, groups))

    def share(folds: list[Any]) -> int:
        return max(len(np.intersect1d(groups[train], groups[test])) for train, test in folds)

    return {
        "shared_kfold": share(plain),
        "warned": int(any("groups parameter is ignored" in str(one.message) for one in caught)),
        "shared_group": share(whole),
        "largest_test": max(len(test) for _, test in whole),
        "test_groups": max(len(np.unique(groups[test])) for _, test in whole),
    }


def stratify_rows(n: int, n_rare: int, k: int) -> Facts:
    """Cut `n` rows with `n_rare` of a rare class by StratifiedKFold, and by KFold 400 times.

    Facts: ``rare_lowest``, ``rare_highest`` (rare rows in a stratified test part), ``share_of_empty``
    (shuffles of KFold in which some test part holds no rare row), ``largest_test``.
    Check by eye: 10 rare rows in 5 stratified folds are 2 in each.
    """
    from sklearn.model_selection import KFold, StratifiedKFold

    rows, is_rare = np.zeros((n, 1)), np.arange(n) < n_rare
    folds = list(StratifiedKFold(k, shuffle=True, random_state=0).split(rows, is_rare))
    counts = [int(is_rare[test].sum()) for _, test in folds]
    empty = [
        any(
            not is_rare[test].any()
            for _, test in KFold(k, shuffle=True, random_state=s).split(rows)
        )
        for s in range(400)
    ]
    return {
        "rare_lowest": min(counts),
        "rare_highest": max(counts),
        "share_of_empty": float(np.mean(empty)),
        "largest_test": max(len(test) for _, test in folds),
    }


def try_splitters(k: int) -> Facts:
    """Cut three tables by a plain shuffled KFold and by the splitter that knows about them.

    Facts: ``patients_kfold`` and ``patients_group`` (patients on both sides of a cut), ``rare_kfold`` and
    ``rare_stratified`` (fewest rare rows in a test part), ``late_kfold`` and ``late_time`` (folds that train
    on days after those they test), and ``classes_kfold``: the difference of the class shares where both
    classes are frequent.
    """
    from sklearn.model_selection import KFold, TimeSeriesSplit

    plain = KFold(k, shuffle=True, random_state=0)
    days = np.arange(120)[:, None]
    rare, even = np.arange(120) < k, np.arange(120) % 2
    groups, strata = cut_groups(24, 5, k), stratify_rows(120, k, k)
    even_shares = [even[test].mean() for _, test in plain.split(days)]
    return {
        "patients_kfold": groups["shared_kfold"],
        "patients_group": groups["shared_group"],
        "rare_kfold": min(int(rare[test].sum()) for _, test in plain.split(days)),
        "rare_stratified": strata["rare_lowest"],
        "late_kfold": sum(train.max() > test.min() for train, test in plain.split(days)),
        "late_time": sum(
            train.max() > test.min() for train, test in TimeSeriesSplit(k).split(days)
        ),
        "classes_kfold": float(max(even_shares) - min(even_shares)),
    }
