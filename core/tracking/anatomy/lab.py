"""Anatomy of a run: what MLflow holds of a training, depending on how it was logged."""

from dataclasses import dataclass
from threading import Lock
from typing import Any, Literal, get_args

import pandas as pd
from cachetools import LRUCache, cached

from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.script import Script
from core.tracking.anatomy.parts import PARTS, SCORES, check_parts, names_of, own_tags, score_names
from core.tracking.anatomy.record import RecordSpec, log_four_ways
from core.tracking.anatomy.script import write_script

Way = Literal["hand", "auto", "late", "search"]
WAYS: tuple[Way, ...] = get_args(Way)


@dataclass(frozen=True, kw_only=True)
class AnatomySpec:
    """A tree on one table, and which of its runs is opened."""

    data: str = "churn"
    """A table with two classes: ``churn``, ``breast_cancer``, ``fraud`` or ``own-…``."""
    way: Way = "auto"
    """Logged by ``hand``, by ``auto`` log, by autolog too ``late``, or a ``search`` under autolog."""
    depth: int = 4
    """Levels of the tree; the search tries 1 to 9 whatever this is."""
    seed: int = 0

    def __post_init__(self) -> None:
        require(
            self.way in WAYS,
            f"A run is logged in one of the ways {', '.join(WAYS)}, got {self.way!r}. Choose one.",
        )
        _ = self.record  # refuses unknown tables, depths and seeds

    @property
    def record(self) -> RecordSpec:
        """What is trained and logged: the same whichever run is opened."""
        return RecordSpec(data=self.data, depth=self.depth, seed=self.seed)


@dataclass(frozen=True, eq=False)
class AnatomyResult:
    """What the opened run holds, and what the others hold. Scores are of rows held back."""

    spec: AnatomySpec
    n_parts: int
    """Things that one may want to know later."""
    n_held: int
    """Of these, how many the opened run holds; then each way."""
    n_held_hand: int
    n_held_auto: int
    n_held_late: int
    n_held_search: int
    n_scores: int
    n_scores_held: int
    """Scores of the held back rows in the opened run."""
    n_params: int
    n_metrics: int
    n_points: int
    """Values of the opened run's metrics, all steps together."""
    n_own_tags: int
    n_files: int
    n_datasets: int
    n_models: int
    n_params_hand: int
    n_params_auto: int
    n_metrics_auto: int
    max_depth: str
    """The param as MLflow gives it back: text."""
    test_accuracy: float
    test_f1: float
    test_auc: float
    """The value of the last step, which the run shows; then those of the first and of the best step."""
    first_auc: float
    best_auc: float
    auto_test_f1: float
    """F1 that autolog heard; of the positive class."""
    auto_training_f1: float
    """What autolog calls F1 on the training rows: an average over both classes."""
    n_tried: int
    """Settings of the search, and how many of them became child runs."""
    n_children: int
    best_cv: float
    best_depth: int
    is_relogging_refused: bool
    refusal: str
    entries: pd.DataFrame
    """See `core.tracking.anatomy.record.Record`; also ``curve`` and ``trials``."""
    parts: pd.DataFrame
    """See `core.tracking.anatomy.parts.check_parts`."""
    curve: pd.DataFrame
    trials: pd.DataFrame


def open_run(spec: AnatomySpec) -> AnatomyResult:
    """Answer "what does MLflow hold of a training that was logged this way?".

    Check by eye: a run that autolog reached too late holds one part, program and person.
    """
    whole = _look_over(spec.record)
    here = whole.entries[whole.entries["way"] == spec.way]
    counts: dict[str, Any] = {
        f"n_{kind}s": len(names_of(here, kind))
        for kind in ("param", "metric", "file", "dataset", "model")
    }
    return AnatomyResult(
        spec=spec,
        n_held=int(whole.scalars[f"n_held_{spec.way}"]),
        n_scores_held=sum(bool(score_names(here, score)) for score in SCORES),
        n_points=int(here.loc[here["kind"] == "metric", "n_points"].sum()),
        n_own_tags=len(own_tags(here)),
        **counts,
        **whole.scalars,
        entries=whole.entries.copy(deep=False),
        parts=whole.parts.copy(deep=False),
        curve=whole.curve.copy(deep=False),
        trials=whole.trials.copy(deep=False),
    )


@dataclass(frozen=True, eq=False)
class _Whole:
    """All of a result that is the same whichever run is opened."""

    scalars: dict[str, Any]
    entries: pd.DataFrame
    parts: pd.DataFrame
    curve: pd.DataFrame
    trials: pd.DataFrame


@cached(LRUCache(maxsize=32), lock=Lock())
def _look_over(spec: RecordSpec) -> _Whole:
    record = log_four_ways(spec)
    entries, trials = record.entries, record.trials
    parts = check_parts(entries)
    by_way = {way: entries[entries["way"] == way] for way in WAYS}
    hand, auto = by_way["hand"], by_way["auto"]
    best = trials.iloc[int(trials["score"].argmax())]
    held = parts.groupby("way")["is_held"].sum()
    scalars = {f"n_held_{way}": int(held[way]) for way in WAYS} | {
        "n_parts": len(PARTS),
        "n_scores": len(SCORES),
        "n_params_hand": len(names_of(hand, "param")),
        "n_params_auto": len(names_of(auto, "param")),
        "n_metrics_auto": len(names_of(auto, "metric")),
        "max_depth": _read(hand, "max_depth"),
        "test_accuracy": float(_read(hand, "accuracy")),
        "test_f1": float(_read(hand, "f1")),
        "test_auc": float(_read(hand, "roc_auc")),
        "first_auc": float(record.curve["value"].iloc[0]),
        "best_auc": float(record.curve["value"].max()),
        "auto_test_f1": float(_read(auto, "f1_score_test")),
        "auto_training_f1": float(_read(auto, "training_f1_score")),
        "n_tried": len(trials),
        "n_children": int(trials["is_run"].sum()),
        "best_cv": float(best["score"]),
        "best_depth": int(best["depth"]),
        "is_relogging_refused": bool(record.refusal),
        "refusal": record.refusal,
    }
    return _Whole(scalars, entries, parts, record.curve, trials)


def _read(entries: pd.DataFrame, name: str) -> str:
    return str(entries.loc[entries["name"] == name, "value"].iloc[0])


def write_anatomy_script(spec: AnatomySpec) -> Script:
    """Return the program whose store the lesson opens; it is the same for every run in it."""
    return write_script(spec.record)


def name_slow_part(spec: AnatomySpec) -> SlowPart | None:
    """Return the program that a view waits for; None for the one that the lesson opens with."""
    if spec.record == RecordSpec():
        return None
    title = load_dataset(spec.data).title
    what = f"A program trains trees on {title}, and logs them in four ways."
    return SlowPart(run=log_four_ways, spec=spec.record, what=what)


LAB = Lab(
    name="anatomy",
    question="What does MLflow hold of a training, depending on how it was logged?",
    spec=AnatomySpec,
    run=open_run,
    script=write_anatomy_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: load_dataset(spec.data),
    presets={
        "default": {},
        "hand": {"way": "hand"},
        "late": {"way": "late"},
        "search": {"way": "search"},
        "tumours": {"data": "breast_cancer", "way": "hand", "depth": 3},
    },
)
