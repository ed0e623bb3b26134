"""Every trial a run: what a search leaves in MLflow, depending on how it was logged, and what that costs."""

import math
from dataclasses import dataclass
from threading import Lock
from typing import Any

import pandas as pd
from cachetools import LRUCache, cached

from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.script import Script
from core.tracking.trials.record import (
    WAYS,
    Guess,
    StudyLogSpec,
    Way,
    log_study_each_way,
)
from core.tracking.trials.script import write_script


@dataclass(frozen=True, kw_only=True)
class TrialsSpec:
    """A search on one table, what was predicted of it, and which way of logging is looked at."""

    data: str = "breast_cancer"
    """A table with two classes: ``breast_cancer``, ``churn``, ``fraud`` or ``own-…``."""
    way: Way = "nested"
    """``flat``, ``nested``, by Optuna's ``callback``, in one ``batch`` after the search, or in MLflow's
    ``storage`` for Optuna."""
    guess: Guess = "late"
    """Third of the search in which the best trial is expected: ``early``, ``middle`` or ``late``."""
    n_trials: int = 9
    seed: int = 0

    def __post_init__(self) -> None:
        require(
            self.way in WAYS,
            f"A search is logged in one of the ways {', '.join(WAYS)}, got {self.way!r}. Choose one.",
        )
        _ = self.record  # refuses unknown tables, guesses and numbers

    @property
    def record(self) -> StudyLogSpec:
        """What is searched and logged: the same whichever way is looked at."""
        return StudyLogSpec(
            data=self.data, n_trials=self.n_trials, guess=self.guess, seed=self.seed
        )


@dataclass(frozen=True, eq=False)
class TrialsResult:
    """What the experiment of this way holds, and what each way costs.

    Times are milliseconds for one trial beside its training, measured where this was trained: they differ
    from run to run. Scores are mean ROC AUCs of the folds.
    """

    spec: TrialsSpec
    n_trials: int
    n_runs: int
    """Runs in the experiment of this way, and how many of them have a parent."""
    n_children: int
    n_runs_flat: int
    n_runs_nested: int
    n_runs_callback: int
    n_runs_batch: int
    n_runs_storage: int
    n_children_flat: int
    n_children_nested: int
    n_children_callback: int
    n_children_batch: int
    n_children_storage: int
    best_value: float
    best_trial: int
    """Its number, from 0, read from the name of the best child."""
    prediction: str
    was_right: str
    """Tags of the parent: the guess, and ``yes`` or ``no``."""
    ms_none: float
    """The median trial of a search that is not logged; then of each way."""
    ms_flat: float
    ms_nested: float
    ms_callback: float
    ms_batch: float
    ms_storage: float
    storage_first: float
    """The mean of the first and of the last third of the trials with MLflow's storage."""
    storage_last: float
    n_sql_none: float
    """Statements that MLflow sent to its database for the median trial; then of each way.

    Counted: a busy computer changes no way but the storage, which also writes once a second."""
    n_sql_flat: float
    n_sql_nested: float
    n_sql_callback: float
    n_sql_batch: float
    n_sql_storage: float
    n_sql_first: float
    """The mean of the first and of the last third of the trials with MLflow's storage."""
    n_sql_last: float
    is_storage_dearest: bool
    """By statements, like the next one."""
    is_storage_growing: bool
    n_tags_storage: int
    """Tags of Optuna in one child of the storage, in the middle."""
    storage_status: str
    """Of the storage's parent run, after the search has ended."""
    is_storage_open: bool
    """Whether that status is still ``RUNNING``."""
    nested_error: str
    callback_error: str
    callback_warning: str
    n_silent: int
    """See `core.tracking.trials.record.StudyLog`."""
    runs: pd.DataFrame
    """See `core.tracking.trials.record.StudyLog`; also ``price``."""
    price: pd.DataFrame


def look_at_trials(spec: TrialsSpec) -> TrialsResult:
    """Answer "which runs does a search leave in MLflow, and what did writing them cost?".

    Check by eye: 9 trials logged flat are 9 runs, nested they are 10.
    """
    whole = _look_over(spec.record)
    return TrialsResult(
        spec=spec,
        n_runs=int(whole.scalars[f"n_runs_{spec.way}"]),
        n_children=int(whole.scalars[f"n_children_{spec.way}"]),
        **whole.scalars,
        runs=whole.runs.copy(deep=False),
        price=whole.price.copy(deep=False),
    )


@dataclass(frozen=True, eq=False)
class _Whole:
    """All of a result that is the same whichever way is looked at."""

    scalars: dict[str, Any]
    runs: pd.DataFrame
    price: pd.DataFrame


@cached(LRUCache(maxsize=32), lock=Lock())
def _look_over(spec: StudyLogSpec) -> _Whole:
    log = log_study_each_way(spec)
    runs, price = log.runs, log.price
    nested = runs[(runs["way"] == "nested") & runs["is_child"]]
    best = nested.iloc[int(nested["value"].argmax())]
    medians = price.groupby("way")[["ms", "n_sql"]].median()
    storage = price.loc[price["way"] == "storage", ["ms", "n_sql"]]
    third = max(1, math.ceil(spec.n_trials / 3))
    first, last = storage.head(third).mean(), storage.tail(third).mean()
    tags = runs.loc[(runs["way"] == "storage") & runs["is_child"], "n_tags"]
    scalars: dict[str, Any] = {"n_trials": spec.n_trials}
    for way in WAYS:
        of_way = runs[runs["way"] == way]
        scalars |= {
            f"n_runs_{way}": len(of_way),
            f"n_children_{way}": int(of_way["is_child"].sum()),
        }
    for name in ("none", *WAYS):
        scalars |= {
            f"ms_{name}": float(medians["ms"][name]),
            f"n_sql_{name}": float(medians["n_sql"][name]),
        }
    scalars |= {
        "best_value": float(best["value"]),
        "best_trial": int(best["trial"]),
        "prediction": log.prediction,
        "was_right": log.was_right,
        "storage_first": float(first["ms"]),
        "storage_last": float(last["ms"]),
        "n_sql_first": float(first["n_sql"]),
        "n_sql_last": float(last["n_sql"]),
        "is_storage_dearest": bool(medians["n_sql"].idxmax() == "storage"),
        "is_storage_growing": bool(last["n_sql"] > first["n_sql"]),
        "n_tags_storage": int(tags.median()),
        "storage_status": str(
            runs.loc[(runs["way"] == "storage") & ~runs["is_child"], "status"].iloc[0]
        ),
        "is_storage_open": bool(
            ((runs["way"] == "storage") & ~runs["is_child"] & (runs["status"] == "RUNNING")).any()
        ),
        "nested_error": log.nested_error,
        "callback_error": log.callback_error,
        "callback_warning": log.callback_warning,
        "n_silent": log.n_silent,
    }
    return _Whole(scalars, runs, price)


def write_trials_script(spec: TrialsSpec) -> Script:
    """Return the program whose store the lesson opens; it is the same for every way in it."""
    return write_script(spec.record)


def name_slow_part(spec: TrialsSpec) -> SlowPart | None:
    """Return the program that a view waits for; None for the one that the lesson opens with."""
    if spec.record == StudyLogSpec():
        return None
    title = load_dataset(spec.data).title
    what = f"A program searches with {spec.n_trials} trials on {title}, and logs them in each way."
    return SlowPart(run=log_study_each_way, spec=spec.record, what=what)


LAB = Lab(
    name="trials",
    question="Which runs does a search leave in MLflow, and what does writing them cost?",
    spec=TrialsSpec,
    run=look_at_trials,
    script=write_trials_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: load_dataset(spec.data),
    presets={
        "default": {},
        "flat": {"way": "flat"},
        "callback": {"way": "callback"},
        "batch": {"way": "batch"},
        "storage": {"way": "storage"},
        "early": {"guess": "early", "n_trials": 6},
    },
)
