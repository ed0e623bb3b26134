"""How do the folds fall? Which rows each fold trains on and tests, for every splitter and number of folds.

A score from cross-validation is honest only if the test rows stand to the training rows as the rows
to come will stand to the table. The lab draws the folds, counts what they hold, and scores one model
by the chosen splitter, by the one that suits the rows, and on fresh rows.
"""

from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from core.errors import require
from core.lab import Lab, SlowPart
from core.validation.folds.script import write_script
from core.validation.folds.splitters import MOST_FOLDS, Splitter
from core.validation.folds.sweep import sweep_folds
from core.validation.folds.tables import FoldTable, find_dataset
from core.validation.folds.trial import Model, TrialSpec, try_folds
from core.validation.folds.worlds import N_FOLDS, Worlds, WorldsSpec, compare_worlds


@dataclass(frozen=True, kw_only=True)
class FoldsSpec:
    """One table, one splitter, one number of folds, one model."""

    data: str = "recordings"
    """``recordings`` (40 people, six each), ``days``, ``iris``, ``churn``, or ``own-…``."""
    splitter: Splitter = "shuffled"
    k: int = 5
    """Number of folds (of random splits, for ``holdout``); moved to the nearest that can be made."""
    model: Model = "neighbours"
    group: str | None = None
    """Column that says which rows belong together; None for the table's own, if it has one."""
    order: str | None = None
    """Column to sort the rows by; None for the table's own, if it has one."""
    gap: int = 0
    """Rows left out between training and test, in time order only."""
    longest: int | None = None
    """Most rows to train on, in time order only; None for the whole past."""
    seed: int = 0
    """Decides the shuffling."""

    def __post_init__(self) -> None:
        _ = self.trial  # refuses what cannot be split so
        require(self.k >= 2, f"Cross-validation needs at least 2 folds, got {self.k}. Try 5.")

    @property
    def trial(self) -> TrialSpec:
        """What is trained: the same for every number of folds."""
        return TrialSpec(
            data=self.data,
            splitter=self.splitter,
            model=self.model,
            group=self.group,
            order=self.order,
            gap=self.gap,
            longest=self.longest,
            seed=self.seed,
        )

    @property
    def worlds(self) -> WorldsSpec | None:
        """The law to draw more tables from; None if it is not known, or other columns are used."""
        is_known = self.data in N_FOLDS and self.group is None and self.order is None
        return WorldsSpec(data=self.data, model=self.model) if is_known else None


@dataclass(frozen=True, eq=False)
class FoldsResult:
    """One number of folds among all that were made. Shares run from 0 to 1; NaN is undefined.

    Scores are the accuracy or the area under the ROC curve (higher is better), or for numbers the
    mean absolute error in the unit of the target (lower is better): see `metric`.
    """

    spec: FoldsSpec
    row_noun: tuple[str, str]
    metric: str
    target: str
    unit: str
    n_rows: int
    n_groups: int | None
    group: str | None
    order: str | None
    label: str | None
    """The class whose share is watched."""
    label_share: float
    k: int
    at: int
    """Place of `k` among those that can be made."""
    n_fits: int
    """How often the model is trained: once in each fold."""
    fewest_train: int
    most_train: int
    fewest_test: int
    most_test: int
    fewest_tested: int
    """How often a row is tested, the rarest and the most frequent case."""
    most_tested: int
    n_never_tested: int
    lowest_share: float
    highest_share: float
    n_without_label: int
    """Folds without the watched class among their test rows."""
    n_shared: int
    """Most groups, in one fold, of which rows are on both sides."""
    n_late_folds: int
    """Folds that train on a row which comes after the first row that they test."""
    score: float
    """Mean over the folds that have a score."""
    lowest_score: float
    highest_score: float
    spread: float
    """Standard deviation between the folds."""
    n_undefined: int
    """Folds without a score."""
    right: str
    """The splitter that suits these rows, and the number of folds (nearest) at which it is compared."""
    right_k: int
    right_score: float
    right_spread: float
    fresh_score: float
    fresh_low: float
    fresh_high: float
    n_fresh: int
    n_worlds: int
    worlds_naive: float
    """Means over the further tables: a shuffled KFold, the right splitter, fresh rows."""
    worlds_right: float
    worlds_fresh: float
    n_worlds_flattered: int
    """Tables on which the shuffled KFold says better than what is true there."""
    n_worlds_undefined: int
    """Tables on which a fold of the shuffled KFold has no score."""
    sweep: pd.DataFrame
    """One row per k: ``k``, ``n_fits``, ``fewest_train``, ``most_train``, ``fewest_test``,
    ``most_test``, ``fewest_tested``, ``most_tested``, ``n_never_tested``, ``lowest_share``,
    ``highest_share``, ``n_without_label``, ``n_shared``, ``n_late_folds``, ``score``,
    ``lowest_score``, ``highest_score``, ``spread``, ``n_undefined``, ``right_k``, ``right_score``,
    ``right_spread``."""
    folds: pd.DataFrame
    """One row per fold of this k: ``fold``, ``n_train``, ``n_test``, ``n_unused``, ``share``,
    ``n_shared``, ``n_late``, ``score``."""
    lanes: pd.DataFrame
    """One row per k and fold: ``k``, ``fold``, ``score``, ``n_test``, ``cells`` (a letter per row:
    r train, e test, dot unused)."""
    rows: pd.DataFrame
    """One row per row of the table: ``row`` (from 1), ``group``, ``label``, ``value``."""
    worlds: pd.DataFrame
    """See `core.validation.folds.worlds.Worlds.scores`; no rows where no law is known."""


def split_folds(spec: FoldsSpec) -> FoldsResult:
    """Answer "which rows does each fold train on and test, and can its score be believed?".

    Trains what is not remembered; the rest takes milliseconds.
    Check by eye: 240 rows in 7 folds give test parts of 34 and 35 rows.
    """
    trial = try_folds(spec.trial)
    found = spec.trial.found
    sweep = sweep_folds(trial)
    at = int((sweep["k"] - spec.k).abs().argmin())
    here = {str(name): value for name, value in sweep.iloc[at].to_dict().items()}
    k = int(here["k"])
    folds = trial.folds[trial.folds["k"] == k].drop(columns=["k", "cells"])
    return FoldsResult(
        spec=spec,
        **_name(found),
        at=at,
        **{name: _plain(name, value) for name, value in here.items()},
        right=trial.right,
        fresh_score=trial.fresh_score,
        fresh_low=trial.fresh_low,
        fresh_high=trial.fresh_high,
        n_fresh=trial.n_fresh,
        **_tell_worlds(spec, found.metric),
        sweep=sweep,
        folds=folds.reset_index(drop=True),
        lanes=trial.folds[["k", "fold", "score", "n_test", "cells"]],
        rows=_list_rows(found),
    )


def _plain(name: str, value: Any) -> float | int:
    is_real = name.endswith(("share", "score", "spread"))
    return float(value) if is_real else int(value)


def _name(found: FoldTable) -> dict[str, Any]:
    label, target = found.label, str(found.dataset.target)
    return {
        "row_noun": found.dataset.row_noun,
        "metric": found.metric,
        "target": target,
        "unit": (found.dataset.column(target).unit or "").split(" (")[0],
        "n_rows": len(found.rows),
        "n_groups": None if found.groups is None else len(np.unique(found.groups)),
        "group": found.group,
        "order": found.order,
        "label": label,
        "label_share": nan if label is None else float(np.mean(found.target == label)),
    }


def _list_rows(found: FoldTable) -> pd.DataFrame:
    n, is_number = len(found.rows), found.dataset.task == "regression"
    groups = [""] * n if found.group is None else found.rows[found.group].astype(str).tolist()
    return pd.DataFrame(
        {
            "row": np.arange(1, n + 1),
            "group": pd.Series(groups, dtype="str"),
            "label": pd.Series([""] * n if is_number else found.target.tolist(), dtype="str"),
            "value": found.target if is_number else np.full(n, nan),
        }
    )


def _tell_worlds(spec: FoldsSpec, metric: str) -> dict[str, Any]:
    if spec.worlds is None:
        empty = pd.DataFrame({name: pd.Series(dtype="float64") for name in ("world", "naive")})
        numbers = dict.fromkeys(("worlds_naive", "worlds_right", "worlds_fresh"), nan)
        counts = dict.fromkeys(("n_worlds", "n_worlds_flattered", "n_worlds_undefined"), 0)
        return {**numbers, **counts, "worlds": empty}
    worlds: Worlds = compare_worlds(spec.worlds)
    scores = worlds.scores
    flattered = scores["naive"] - scores["fresh"]
    return {
        **{f"worlds_{name}": float(scores[name].mean()) for name in ("naive", "right", "fresh")},
        "n_worlds": len(scores),
        "n_worlds_flattered": int((flattered < 0 if metric == "mae" else flattered > 0).sum()),
        "n_worlds_undefined": int((scores["naive_undefined"] > 0).sum()),
        "worlds": scores,
    }


def name_slow_part(spec: FoldsSpec) -> SlowPart | None:
    """Return the training that a view waits for.

    None for the view that the lesson opens with: the server makes it ready when it starts.
    """
    if spec.trial == TrialSpec():
        return None
    if spec.worlds is not None and compare_worlds.recall(spec.worlds) is None:
        what = "The same model is being trained on twenty tables of this kind."
        return SlowPart(run=compare_worlds, spec=spec.worlds, what=what)
    title = find_dataset(spec.data).title
    what = f"The model is being trained in every fold, for 2 to {MOST_FOLDS} folds of {title}."
    return SlowPart(run=try_folds, spec=spec.trial, what=what)


LAB = Lab(
    name="folds",
    question="How do the folds fall?",
    spec=FoldsSpec,
    run=split_folds,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: find_dataset(spec.data),
    presets={
        "default": {},
        "by-person": {"splitter": "group"},
        "leave-one-person-out": {"splitter": "group", "k": 40},
        "both": {"splitter": "stratified_group", "model": "linear", "k": 4},
        "sorted-classes": {"data": "iris", "splitter": "kfold", "k": 3},
        "leave-one-out": {"data": "iris", "splitter": "kfold", "k": 150},
        "rare-class": {"data": "churn", "model": "linear", "k": 12},
        "rare-class-stratified": {
            "data": "churn", "model": "linear", "k": 12, "splitter": "stratified",
        },
        "future-in-the-past": {"data": "days"},
        "time-order": {"data": "days", "splitter": "time", "gap": 7, "longest": 100},
        "repeated": {"data": "iris", "splitter": "repeated", "k": 4},
        "hold-out": {"data": "iris", "splitter": "holdout", "k": 6},
    },
)  # fmt: skip
