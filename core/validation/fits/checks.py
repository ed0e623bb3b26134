"""Runs that prove the practice items about counting fits: scikit-learn really runs and is counted.

Every function takes the numbers of its item as arguments. The model only counts, so a run takes
milliseconds. Facts of all of them: ``fits`` (models fitted, counted) and what common mistakes yield.
"""

from typing import Any

import numpy as np
from joblib import parallel_backend
from sklearn.dummy import DummyClassifier

from core.practice.family import Values
from core.practice.proof import Facts
from core.validation.fits.ledger import FitLedger, count_run
from core.validation.fits.plan import LedgerSpec


def count_grid(sizes: list[int], k: int, refit: bool = True, extra: int = 0) -> Facts:
    """Count a grid search over up to three lists, and a second grid of `extra` settings beside them.

    Facts: ``fits``; ``without_last`` and ``with_last`` (the fit on all rows left out or in),
    ``refit_flip`` (the other of these two), ``settings``, ``forgets_folds``, ``adds_sizes`` and
    ``extra_crossed`` (as if the second grid were one more list).
    Check by eye: lists of 2 and 3, 3 folds and the last fit: 19.
    """
    run = _run(what="grid", k=k, refit=refit, extra=extra, **_place(sizes))
    fits = _count(run)
    settings = int(run.fits["candidate"].max())
    without = fits - int(run.fits["is_refit"].sum())
    crossed = (settings - extra) * max(extra, 1)
    return {
        "fits": fits,
        "settings": settings,
        "without_last": without,
        "with_last": without + 1,
        "refit_flip": without if refit else without + 1,
        "forgets_folds": settings + refit,
        "adds_sizes": (sum(sizes) + extra) * k + refit,
        "extra_crossed": crossed * k + refit,
    }


def count_random(n_iter: int, k: int, sizes: list[int], refit: bool = True) -> Facts:
    """Count a random search that draws from lists of these sizes; no sizes: from distributions.

    Facts: ``fits``, ``draws`` (settings tried), ``space`` (of the lists), ``n_iter``, ``without_last``,
    ``refit_flip``, ``forgets_folds``, ``whole_space`` (as if it tried everything), ``n_iter_kept``
    (as if n_iter draws took place whatever the lists hold). Check by eye: 10 draws from
    distributions, 5 folds and the last fit: 51.
    """
    run = _run(
        what="random", n_iter=n_iter, k=k, refit=refit, is_listed=bool(sizes), **_place(sizes)
    )
    fits, draws = _count(run), int(run.fits["candidate"].max())
    space = 1
    for size in sizes:
        space *= size
    without = fits - int(run.fits["is_refit"].sum())
    return {
        "fits": fits,
        "draws": draws,
        "space": space,
        "n_iter": n_iter,
        "warns": float(bool(run.warning)),
        "without_last": without,
        "refit_flip": without if refit else without + 1,
        "forgets_folds": draws + refit,
        "whole_space": space * k + refit,
        "n_iter_kept": n_iter * k + refit,
    }


def count_nested(sizes: list[int], k: int, outer: int) -> Facts:
    """Count a grid search with `k` inner folds that is cross-validated with `outer` folds.

    Facts: ``fits``, ``without_last``, ``one_refit`` (as if one last fit served all outer folds),
    ``forgets_outer``, ``adds_folds`` (as if the folds were added). Check by eye: 2 and 3 values, 3
    inner and 5 outer folds: 5 × (18 + 1) = 95.
    """
    run = _run(what="nested", k=k, outer=outer, **_place(sizes))
    fits, n_refits = _count(run), int(run.fits["is_refit"].sum())
    settings = int(run.fits["candidate"].max())
    return {
        "fits": fits,
        "refits": n_refits,
        "without_last": fits - n_refits,
        "one_refit": fits - n_refits + 1,
        "forgets_outer": settings * k + 1,
        "adds_folds": settings * (k + outer) + outer,
    }


def count_halving(sizes: list[int], k: int, factor: int) -> Facts:
    """Count successive halving over up to three lists on 178 wines.

    Facts: ``fits``, ``rounds``, ``settings``, ``full_grid`` (what a grid search fits), ``first_round``
    (as if only the first round were fitted) and ``forgets_folds``. Check by eye: 2 and 3 values, 3
    folds, factor 3: 6 × 3 + 2 × 3 + 1 = 25.
    """
    run = _run(what="halving", k=k, factor=factor, **_place(sizes))
    grid = _run(what="grid", k=k, **_place(sizes))
    fits, settings = _count(run), int(run.fits["candidate"].max())
    return {
        "fits": fits,
        "without_last": fits - int(run.fits["is_refit"].sum()),
        "rounds": int(run.fits["round"].max()),
        "settings": settings,
        "full_grid": _count(grid),
        "first_round": settings * k + 1,
        "forgets_folds": (fits - 1) // k + 1,
    }


def count_curve(n_points: int, k: int) -> Facts:
    """Count a learning curve. Facts: ``fits``, ``with_last``, ``forgets_folds``, ``added``.

    Check by eye: 10 sizes and 5 folds: 50.
    """
    fits = _count(_run(what="learning_curve", n_points=n_points, k=k))
    return {
        "fits": fits,
        "with_last": fits + 1,
        "forgets_folds": fits // k,
        "added": n_points + k,
    }


def count_study(n_trials: int, k: int, n_jobs: int) -> Facts:
    """Count trials whose objective fits a model on each of `k` folds, as Optuna and Hyperopt call it.

    Optuna runs the trials. Facts: ``fits``, ``trials``, ``with_last``,
    ``waves`` (rounds of work if `n_jobs` trials run at a time and all last equally long),
    ``waves_rounded_down``, ``waves_if_one_by_one``. Check by eye: 50 trials, 4 at a time: 13 waves.
    """
    run = _run(what="study", n_iter=n_trials, k=k)
    fits, trials = _count(run), int(run.fits["candidate"].max())
    free_at = [0] * n_jobs
    for _ in range(trials):  # each trial goes to the worker that is free first
        free_at.sort()
        free_at[0] += 1
    return {
        "fits": fits,
        "trials": trials,
        "with_last": fits + 1,
        "waves": max(free_at),
        "waves_rounded_down": trials // n_jobs,
        "waves_if_one_by_one": trials,
    }


def count_spark(sizes: list[int], k: int) -> Facts:
    """Count the twin of Spark's CrossValidator, and of its TrainValidationSplit.

    Facts: ``fits``, ``without_last``, ``forgets_folds``, ``adds_sizes``, ``split_fits``. Check by
    eye: 2 and 2 values with 5 folds: 21, and 5 with a single split.
    """
    run = _run(what="spark_cv", k=k, **_place(sizes))
    split = _run(what="spark_split", k=k, **_place(sizes))
    fits = _count(run)
    return {
        "fits": fits,
        "without_last": fits - 1,
        "forgets_folds": int(run.fits["candidate"].max()) + 1,
        "adds_sizes": sum(sizes) * k + 1,
        "split_fits": _count(split),
    }


def count_pipeline(sizes: list[int], k: int) -> Facts:
    """Count each step of a pipeline of two preparing steps and a model in a grid search.

    Facts: ``calls`` (of fit, all steps), ``models``, ``prepares`` (fits of each preparing step inside
    the folds), ``prepares_cached``, ``prepares_once`` (the search stands behind the steps).
    Check by eye: 2 and 3 values, 3 folds: 19 models, 57 calls; cached 4, once 1.
    """
    runs = {
        prep: _run(what="grid", k=k, prep=prep, **_place(sizes))
        for prep in ("inside", "cached", "once")
    }
    steps = {prep: int((run.fits["step"] == "scale").sum()) for prep, run in runs.items()}
    return {
        "calls": len(runs["inside"].fits),
        "models": _count(runs["inside"]),
        "prepares": steps["inside"],
        "prepares_cached": steps["cached"],
        "prepares_once": steps["once"],
        "calls_cached": len(runs["cached"].fits),
        "calls_once": len(runs["once"].fits),
    }


def _place(sizes: list[int]) -> dict[str, Any]:
    first, second, third = [*sizes, 1, 1, 1][:3]
    return {"first": first, "second": second, "third": third}


def _run(**settings: Any) -> FitLedger:
    return count_run(LedgerSpec(model="count", **settings))


def _count(run: FitLedger) -> int:
    return int((run.fits["step"] == "model").sum())


def change_a_search(sizes: list[int], k: int) -> Facts:
    """Count a grid search as it is and after five changes, by a model that counts its fits.

    Facts (1 for yes): ``same_with_metrics`` (two metrics instead of one), ``same_with_jobs`` (two threads),
    ``same_without_refit``, ``same_with_more_folds`` (twice as many); and ``fits`` as it is.
    """
    from sklearn.model_selection import GridSearchCV

    grid = dict(zip("ab", (list(range(size)) for size in sizes), strict=False))
    rows, labels = np.arange(40.0)[:, None], np.arange(40) % 2

    def count(**how: Any) -> int:
        _Counting.n_fits = 0
        settings = {"cv": k, "scoring": "accuracy"} | how
        GridSearchCV(_Counting(), grid, **settings).fit(rows, labels)
        return _Counting.n_fits

    fits = count()
    with parallel_backend("threading"):
        jobs = count(n_jobs=2)
    return {
        "fits": fits,
        "same_with_metrics": float(count(scoring=["accuracy", "f1"], refit="f1") == fits),
        "same_with_jobs": float(jobs == fits),
        "same_without_refit": float(count(refit=False) == fits),
        "same_with_more_folds": float(count(cv=2 * k) == fits),
    }


def rank_experiments(sizes: list[int], k: int, n_iter: int, outer: int) -> Facts:
    """Count four experiments on one pair of lists.

    Facts: ``plain`` (k-fold cross-validation of one setting), ``random`` (a random search), ``grid`` (a grid
    search), ``nested`` (a nested one).
    """
    from sklearn.model_selection import cross_val_score

    _Counting.n_fits = 0
    cross_val_score(_Counting(), np.arange(40.0)[:, None], np.arange(40) % 2, cv=k)
    return {
        "plain": _Counting.n_fits,
        "random": count_random(n_iter, k, sizes)["fits"],
        "grid": count_grid(sizes, k)["fits"],
        "nested": count_nested(sizes, k, outer)["fits"],
    }


def draw_experiments(rng: np.random.Generator) -> Values | None:
    """Draw two lists, folds and draws so that a random search costs less than the grid."""
    first, second = int(rng.integers(2, 5)), int(rng.integers(3, 6))
    k, outer = int(rng.choice([3, 5])), int(rng.choice([3, 5]))
    n_iter = int(rng.integers(2, first * second - 1))
    if first == second:
        return None
    n = first * second
    return {
        "sizes": [first, second], "first": first, "second": second, "k": k, "outer": outer,
        "n_iter": n_iter, "random": n_iter * k + 1, "grid": n * k + 1, "nested": outer * (n * k + 1),
    }  # fmt: skip


class _Counting(DummyClassifier):  # type: ignore[misc]  # untyped library
    """A model that learns nothing and counts how often it is asked to."""

    n_fits = 0

    def __init__(self, a: int = 0, b: int = 0) -> None:
        super().__init__()
        self.a, self.b = a, b

    def fit(self, x: object, y: object) -> "_Counting":
        """Count, and learn the most frequent class."""
        type(self).n_fits += 1
        super().fit(x, y)
        return self
