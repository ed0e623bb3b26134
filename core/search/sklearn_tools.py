"""The searches of scikit-learn, run as they are."""

import warnings
from typing import Any

import numpy as np

from core.search.grids import count_settings, distributions_of, grid_within
from core.search.recorder import (
    Deferred,
    DeferredClassifier,
    FoldRecorder,
    Recorder,
    judge_deferred,
)
from core.search.spec import SearchSpec

FACTOR = 3
"""Halving keeps one setting in so many, and gives it so many times the rows."""


def run_sklearn(spec: SearchSpec, recorder: Recorder) -> None:
    """Run scikit-learn's search of `spec`; `recorder` takes down what it tries."""
    objective = recorder.objective
    kind = DeferredClassifier if objective.is_classifying else Deferred
    folds = FoldRecorder(recorder)
    search = build_search(spec, kind(folds), list(objective.splits))
    rows = np.arange(objective.n_rows).reshape(-1, 1)
    _listen(search, folds, rows, objective.target)
    with warnings.catch_warnings():
        # A failed setting is in the table with its reason; a small space gives fewer draws than asked for.
        warnings.filterwarnings("ignore", message=".*test scores are non-finite.*")
        warnings.filterwarnings("ignore", message=".*total space of parameters.*")
        search.fit(rows, objective.target)


def _listen(search: Any, folds: FoldRecorder, rows: Any, target: Any) -> None:
    """Let `folds` hear of all candidates of a round before the first of them is asked for.

    ``_run_search`` is what scikit-learn leaves to its subclasses: it is given the function that evaluates
    a round, and calls it once (grid, random) or once a round (halving, with fewer rows at first).
    """
    run = search._run_search  # noqa: SLF001

    def run_announced(evaluate: Any, *, callback_ctx: Any = None) -> None:
        def evaluate_announced(candidates: Any, cv: Any = None, **more: Any) -> Any:
            candidates = list(candidates)
            splits = search.cv if cv is None else cv.split(rows, target)
            folds.announce(candidates, splits)
            return evaluate(candidates, cv=cv, **more)

        run(evaluate_announced, callback_ctx=callback_ctx)

    search._run_search = run_announced  # noqa: SLF001


def build_search(spec: SearchSpec, model: Any, splits: Any) -> Any:
    """Return the search of `spec` around `model`, judged on `splits`; nothing is refitted at the end."""
    from sklearn.experimental import enable_halving_search_cv  # noqa: F401  allows the next line
    from sklearn.model_selection import (
        GridSearchCV,
        HalvingGridSearchCV,
        HalvingRandomSearchCV,
        RandomizedSearchCV,
    )

    common = {"cv": splits, "scoring": judge_deferred, "refit": False, "error_score": "raise"}
    halving = {
        **common,
        "factor": FACTOR,
        "min_resources": "exhaust",
        "random_state": spec.seed,
        "return_train_score": False,
    }
    space = spec.searched
    if spec.strategy == "grid":
        return GridSearchCV(model, grid_within(space, spec.n_trials), **common)
    if spec.strategy == "halving_grid":
        return HalvingGridSearchCV(model, grid_within(space, spec.n_trials), **halving)
    drawn = distributions_of(space)
    if spec.strategy == "halving_random":
        return HalvingRandomSearchCV(model, drawn, n_candidates=spec.n_trials, **halving)
    return RandomizedSearchCV(model, drawn, n_iter=spec.n_trials, random_state=spec.seed, **common)


def count_expected(spec: SearchSpec) -> int:
    """Return how many trials there will be, as far as that is known before."""
    if spec.strategy in ("grid", "halving_grid", "optuna_grid"):
        n_trials = count_settings(grid_within(spec.searched, spec.n_trials))
    else:
        n_trials = spec.n_trials
    if spec.strategy not in ("halving_grid", "halving_random"):
        return n_trials
    total = 0
    while n_trials > 1:
        total, n_trials = total + n_trials, -(-n_trials // FACTOR)
    return total + 1
