"""How do I run a search of my own? A space that the learner writes, searched live by Optuna."""

import math
from dataclasses import dataclass
from threading import Lock
from typing import Any, Literal, get_args

import pandas as pd
from cachetools import LRUCache, cached

from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.search.models import CARDS
from core.search.objective import total_steps
from core.search.space import Space
from core.search.spec import Pruner, SearchSpec
from core.search.study.progress import look_at_study
from core.search.study.ranges import MODELS, StudyModel, usual_space, write_over
from core.search.study.record import FEWEST_FOR_IMPORTANCE, StudyRecord, run_study
from core.search.study.script import write_script
from core.search.study.traps import step_into_traps

Picture = Literal[
    "history", "intermediate", "parallel", "slice", "contour", "importances", "edf"
]  # fmt: skip
PICTURES: tuple[Picture, ...] = get_args(Picture)
K = 5
TEST_SHARE = 0.25
FEWEST_TRIALS, MOST_TRIALS = 6, 200
FEWEST_TO_READ = FEWEST_FOR_IMPORTANCE
"""Complete trials below which the pictures of parameters say nothing."""


@dataclass(frozen=True, kw_only=True)
class StudySpec:
    """One study: a table, a model, a space, a budget, and the picture that is looked at."""

    data: str = "diabetes"
    """A table with a target: ``diabetes``, ``breast_cancer``, ``wine``, ``churn``, … or ``own-…``."""
    model: StudyModel = "svm"
    """``svm``, ``knn``, ``logistic`` (ridge for numbers), ``forest`` or ``boosting``."""
    ranges: tuple[str, ...] = ()
    """Ranges other than the usual ones: ``C:0.01:1000:log``, ``max_depth:2:20:even``."""
    n_trials: int = 40
    pruner: Pruner = "median"
    """Who may stop a hopeless trial after a fold (boosting: after ten rounds); ``none`` for nobody."""
    picture: Picture = "history"
    seed: int = 0
    """The chance of the search; the rows stay the same."""

    def __post_init__(self) -> None:
        require(
            self.model in MODELS,
            f"The model is one of {', '.join(MODELS)}, got {self.model!r}. Choose one.",
        )
        require(
            FEWEST_TRIALS <= self.n_trials <= MOST_TRIALS,
            f"A study here has {FEWEST_TRIALS} to {MOST_TRIALS} trials, got {self.n_trials}. "
            "Choose a number between.",
        )
        require(
            self.picture in PICTURES,
            f"The picture is one of {', '.join(PICTURES)}, got {self.picture!r}. Choose one.",
        )
        _ = self.search  # refuses what cannot be searched

    @property
    def usual_space(self) -> Space:
        """What is searched where the learner writes nothing over it."""
        return usual_space(self.model, SearchSpec(data=self.data, model=self.model).task)

    @property
    def search(self) -> SearchSpec:
        """What is trained: the same whichever picture is looked at."""
        return SearchSpec(
            data=self.data,
            model=self.model,
            space=write_over(self.usual_space, self.ranges),
            strategy="tpe",
            n_trials=self.n_trials,
            k=K,
            pruner=self.pruner,
            seed=self.seed,
            test_share=TEST_SHARE,
        )


@dataclass(frozen=True, eq=False)
class StudyResult:
    """What the study tried, what it found, and what its pictures are drawn from.

    Scores by the metric named in `metric`, more is better; nan where no trial was complete.
    """

    spec: StudySpec
    model_title: str
    data_title: str
    metric: str
    row_noun: tuple[str, str]
    n_rows: int
    n_test: int
    n_parameters: int
    n_trials: int
    n_complete: int
    n_pruned: int
    n_failed: int
    problem: str
    """What the library said of the first setting that failed; empty if none did."""
    n_steps: int
    """Folds or rounds of a whole trial."""
    n_fits: int
    cost: float
    """Work done, and the work without pruning, in whole trainings of a fold."""
    full_cost: float
    saved: float
    """The share of that work that pruning saved."""
    best_number: int | None
    best_value: float
    best_std: float
    best_params: str
    first_third: int
    """Trials in the first third, the best of them, and what all the others added."""
    best_at_third: float
    gain_after_third: float
    worst_number: int | None
    """What ``direction="minimize"`` would have called the best of these trials."""
    worst_value: float
    test_score: float
    """On the rows put aside, with the middle 90 % when they are drawn anew."""
    test_low: float
    test_high: float
    default_score: float
    default_test: float
    top_parameter: str
    """The parameter that mattered most, its share, and the middle 80 % when trials are drawn anew."""
    top_share: float
    top_low: float
    top_high: float
    at_edge: str
    """A number whose best value lies in the outermost twentieth of its range; empty if none does."""
    optuna_version: str
    old_call_runs: bool
    does_old_call_warn: bool
    old_call_warning: str
    is_log_zero_refused: bool
    log_zero_error: str
    default_direction: str
    trials: pd.DataFrame
    params: pd.DataFrame
    steps: pd.DataFrame
    importances: pd.DataFrame
    """These as in `core.search.study.record.StudyRecord`."""


def follow_study(spec: StudySpec) -> StudyResult:
    """Answer "what did my search try, what did it find, and what may I believe of it?".

    Check by eye: without pruning, 40 trials in 5 folds cost 200 trainings.
    """
    whole = _look_over(spec.search)
    tables: dict[str, Any] = {n: table.copy(deep=False) for n, table in whole.tables.items()}
    return StudyResult(spec=spec, **whole.scalars, **tables)


@dataclass(frozen=True, eq=False)
class _Whole:
    """All of a result that is the same whichever picture is looked at."""

    scalars: dict[str, Any]
    tables: dict[str, pd.DataFrame]


@cached(LRUCache(maxsize=32), lock=Lock())
def _look_over(spec: SearchSpec) -> _Whole:
    record, dataset, traps = run_study(spec), load_dataset(spec.data), step_into_traps()
    top = record.importances.iloc[0] if len(record.importances) else None
    full_cost = float(record.n_trials * spec.k)
    failed = record.trials[record.trials["state"] == "failed"]
    names = (
        "n_rows", "n_test", "n_trials", "n_complete", "n_pruned", "n_failed", "n_fits", "cost",
        "best_number", "best_value", "best_std", "test_score", "test_low", "test_high",
        "default_score", "default_test",
    )  # fmt: skip
    scalars: dict[str, Any] = {name: getattr(record, name) for name in names}
    scalars |= {
        "model_title": CARDS[spec.model].title,
        "data_title": dataset.title,
        "metric": spec.scoring,
        "row_noun": dataset.row_noun,
        "n_parameters": len(spec.searched),
        "problem": str(failed["problem"].iloc[0]) if len(failed) else "",
        "n_steps": total_steps(spec),
        "full_cost": full_cost,
        "saved": 1 - record.cost / full_cost,
        "top_parameter": "" if top is None else str(top["name"]),
        "top_share": math.nan if top is None else float(top["share"]),
        "top_low": math.nan if top is None else float(top["low"]),
        "top_high": math.nan if top is None else float(top["high"]),
        "optuna_version": traps.version,
        "old_call_runs": traps.old_call_runs,
        "does_old_call_warn": bool(traps.old_call_warning),
        "old_call_warning": traps.old_call_warning,
        "is_log_zero_refused": bool(traps.log_zero_error),
        "log_zero_error": traps.log_zero_error,
        "default_direction": traps.default_direction,
        **_describe_winner(spec, record),
    }
    tables = {name: getattr(record, name) for name in ("trials", "params", "steps", "importances")}
    return _Whole(scalars, tables)


def _describe_winner(spec: SearchSpec, record: StudyRecord) -> dict[str, Any]:
    third = record.n_trials // 3
    at_third = float(record.trials["best_so_far"].iloc[third - 1])
    complete = record.trials[record.trials["state"] == "complete"]
    worst = None if complete.empty else int(complete.sort_values("value")["number"].iloc[0])
    best = record.params[record.params["number"] == record.best_number]
    return {
        "best_params": ", ".join(
            f"{name} = {text}" for name, text in best[["name", "text"]].itertuples(index=False)
        ),
        "first_third": third,
        "best_at_third": at_third,
        "gain_after_third": record.best_value - at_third,
        "worst_number": worst,
        "worst_value": math.nan if worst is None else float(complete["value"].min()),
        "at_edge": find_edge(spec, dict(zip(best["name"], best["value"], strict=True))),
    }


def find_edge(spec: SearchSpec, best: dict[str, float]) -> str:
    """Return the first number of the space whose `best` value lies in an outer twentieth of its range.

    On a log scale the range is measured in factors. Check by eye: 11 between 10 and 1000, log, is at the
    edge; 100 is not.
    """
    for p in spec.searched:
        if p.kind == "choice" or p.name not in best or p.low == p.high:
            continue
        low, high, here = (math.log(v) if p.log else v for v in (p.low, p.high, best[p.name]))
        if min(here - low, high - here) <= (high - low) / 20:
            return p.name
    return ""


def name_slow_part(spec: StudySpec) -> SlowPart | None:
    """Return the study that a view waits for; None for the one that the lesson opens with."""
    search = spec.search
    if search == StudySpec().search:
        return None
    what = (
        f"{CARDS[spec.model].title} on {load_dataset(spec.data).title}: Optuna tries {spec.n_trials} "
        f"settings, each judged in {K} folds."
    )
    return SlowPart(run=run_study, spec=search, what=what, so_far=lambda: look_at_study(search))


LAB = Lab(
    name="study",
    question="How do I run a search of my own, and read what it tells?",
    spec=StudySpec,
    run=follow_study,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "contour": {"picture": "contour"},
        "importances": {"picture": "importances"},
        "never-stopped": {"pruner": "none", "picture": "intermediate"},
        "narrow": {"ranges": ("gamma:0.3:10:log",), "picture": "slice"},
        "neighbours": {"data": "wine", "model": "knn", "n_trials": 20, "picture": "parallel"},
        "tumours": {"data": "breast_cancer", "model": "logistic", "n_trials": 12, "picture": "edf"},
        "boosting": {"model": "boosting", "n_trials": 6, "picture": "intermediate"},
    },
)
