"""The inside lab: what AutoML did to the columns, and whether it would matter to do otherwise."""

from dataclasses import dataclass
from threading import Lock
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached

from core.automl.flips import BASE, judge_flips
from core.automl.inside.cells import compare_cells
from core.automl.inside.script import write_script
from core.automl.inside.trained import (
    FlipsResult,
    FlipsSpec,
    load_table,
    measures_of,
    reasons_of,
    train_flips,
)
from core.automl.settings import LOWER_IS_BETTER, Family
from core.errors import SpecError, require
from core.lab import Lab, SlowPart

Flip = Literal[
    "most", "fill", "flags", "as_numbers", "ids", "date_parts", "dates_out", "texts_out", "fill_words",
    "one_hot", "rare", "target_encoding", "cross_fit", "scaling", "log_target", "weights", "setting",
]  # fmt: skip
FLIPS: tuple[Flip, ...] = get_args(Flip)
Judge = Literal["ranking", "other"]


@dataclass(frozen=True, kw_only=True)
class InsideSpec:
    """A pipeline, and the decision of it that is flipped."""

    data: str = "repairs"
    """``repairs``, another table with a target, or ``own-…``."""
    family: Family = "linear"
    flip: Flip = "most"
    """``most`` is the one that moves the score most; so is one that this table does not have."""
    judge: Judge = "ranking"
    """The metric that ranks models (log loss, RMSE), or the ``other`` (AUC, accuracy, MAE)."""
    n_rows: int = 800
    n_splits: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        require(
            self.flip in FLIPS,
            f"What can be flipped is {', '.join(FLIPS)}, got {self.flip!r}. Choose one.",
        )
        require(
            self.judge in get_args(Judge),
            f"Flips are judged by the ranking metric or the other, got {self.judge!r}.",
        )
        _ = self.training  # refuses unknown tables, families and numbers

    @property
    def training(self) -> FlipsSpec:
        """What is trained: the same whatever is looked at."""
        return FlipsSpec(
            data=self.data,
            family=self.family,
            n_rows=self.n_rows,
            n_splits=self.n_splits,
            seed=self.seed,
        )


@dataclass(frozen=True, eq=False)
class InsideResult:
    """One decision, its flip, and what came of all flips.

    Scores are means over the splits by `metric`. A `gain` above 0 says that the flip is better, whichever way
    the metric runs; its interval is the 95 % one of Nadeau and Bengio for splits that share rows.
    """

    spec: InsideSpec
    metric: str
    is_less_better: bool
    task: str
    n_rows: int
    """Rows that the splits are made of; the test stays untouched."""
    n_train: int
    """Rows that the rules looked at."""
    n_decisions: int
    n_flips: int
    n_clear: int
    """Flips whose interval leaves out 0."""
    flip: str
    """The one looked at."""
    was_found: bool
    """Whether the table has the decision that was asked for."""
    what: str
    columns: str
    done: str
    why: str
    alternative: str
    base: float
    """Score as planned."""
    score: float
    """Score of the flip."""
    gain: float
    low: float
    high: float
    is_clear: bool
    train_base: float
    """Score on the rows that were learnt from, by the ranking metric."""
    train_score: float
    n_columns_base: int
    """Columns that the model learns from."""
    n_columns: int
    cpu_base: float
    """Processor seconds of one training, measured once."""
    cpu_flip: float
    verdicts: pd.DataFrame
    """One row a flip, the largest change first: ``flip``, ``what``, ``alternative``, ``base``, ``score``,
    ``gain``, ``low``, ``high``, ``is_clear``, ``n_columns``, ``cpu_seconds``."""
    splits: pd.DataFrame
    """The flip looked at: ``split``, ``base``, ``score``, ``gain``."""
    decisions: pd.DataFrame
    """Every decision: ``flip``, ``what``, ``columns``, ``done``, ``why``, ``alternative``, ``can_flip``."""
    branches: pd.DataFrame
    """The tree: ``columns``, ``n_in``, ``steps``, ``n_out``."""
    cell: pd.DataFrame
    """The lines of the notebook that the flip changes: ``mark`` (−, + or blank), ``line``."""


def look_inside(spec: InsideSpec) -> InsideResult:
    """Answer "what was done to the columns, why, and does it matter?".

    Check by eye: the gain is base minus score where less is better, and the mean of the splits' gains.
    """
    trained = train_flips(spec.training)
    verdicts = _judge(spec, trained).copy(deep=False)
    was_found = spec.flip != "most" and spec.flip in set(verdicts["flip"])
    flip = spec.flip if was_found else str(verdicts["flip"].iloc[0])
    metric = measures_of(trained.task)[spec.judge == "other"]
    scores = ("base", "score", "gain", "low", "high", "train_base", "train_score")
    here = _find(verdicts, flip)
    decision = _find(trained.decisions, flip)
    planned, flipped = (_find(trained.costs, name) for name in (BASE, flip))
    told: dict[str, Any] = {
        **{name: str(decision[name]) for name in ("what", "columns", "done", "why", "alternative")},
        **{name: float(here[name]) for name in scores},
    }
    return InsideResult(
        spec=spec,
        metric=metric,
        is_less_better=metric in LOWER_IS_BETTER,
        task=trained.task,
        n_rows=trained.n_rows,
        n_train=trained.n_train,
        n_decisions=len(trained.decisions),
        n_flips=len(verdicts),
        n_clear=int(verdicts["is_clear"].sum()),
        flip=flip,
        was_found=was_found or spec.flip == "most",
        **told,
        is_clear=bool(here["is_clear"]),
        n_columns_base=int(planned["n_columns"]),
        n_columns=int(flipped["n_columns"]),
        cpu_base=float(planned["cpu_seconds"]),
        cpu_flip=float(flipped["cpu_seconds"]),
        verdicts=verdicts,
        splits=_pair(trained.scores, metric, flip),
        decisions=trained.decisions,
        branches=trained.branches,
        cell=compare_cells(spec.training, flip).copy(deep=False),
    )


def _find(table: pd.DataFrame, flip: str) -> dict[Any, Any]:
    """Return the row of one flip."""
    rows: list[dict[Any, Any]] = table[table["flip"] == flip].to_dict("records")
    return rows[0]


@cached(LRUCache(maxsize=32), key=lambda spec, _: (spec.training, spec.judge), lock=Lock())
def _judge(spec: InsideSpec, trained: FlipsResult) -> pd.DataFrame:
    metric = measures_of(trained.task)[spec.judge == "other"]
    found = judge_flips(trained.scores, metric, trained.test_share)
    found = found.merge(trained.decisions[["flip", "what", "alternative"]], on="flip")
    found = found.merge(trained.costs[["flip", "n_columns", "cpu_seconds"]], on="flip")
    order = found["gain"].abs().sort_values(ascending=False, kind="stable").index
    return found.loc[order].reset_index(drop=True)


def _pair(scores: pd.DataFrame, metric: str, flip: str) -> pd.DataFrame:
    chosen = scores[scores["metric"] == metric]
    base, other = (
        chosen.loc[chosen["flip"] == name, "score"].to_numpy(np.float64) for name in (BASE, flip)
    )
    sign = -1.0 if metric in LOWER_IS_BETTER else 1.0
    return pd.DataFrame(
        {
            "split": np.arange(1, len(base) + 1),
            "base": base,
            "score": other,
            "gain": sign * (other - base),
        }
    )


def list_flips(spec: InsideSpec) -> dict[str, str]:
    """Return what can be flipped in this pipeline: name in a link, and words."""
    names = {"most": "the one that matters most"}
    try:
        reasons = reasons_of(spec.training)
    except SpecError:  # the page says what is wrong with the table
        reasons = ()
    names |= {one.name: f"{one.what}: {one.alternative}" for one in reasons if one.can_flip}
    return names if spec.flip in names else {**names, spec.flip: "not in this table"}


def name_slow_part(spec: InsideSpec) -> SlowPart | None:
    """Return the training that a view waits for; None for the view that the lesson opens with."""
    if spec.training == FlipsSpec():
        return None
    what = (
        f"A pipeline for {load_table(spec.data).title} is being trained as planned, and with each decision "
        "flipped."
    )
    return SlowPart(run=train_flips, spec=spec.training, what=what)


LAB = Lab(
    name="inside",
    question="What did AutoML do to the columns, and would it matter to do otherwise?",
    spec=InsideSpec,
    run=look_inside,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: load_table(spec.data),
    presets={
        "default": {},
        "numbers-as-text": {"flip": "as_numbers"},
        "scaling": {"flip": "scaling", "judge": "other"},
        "tree-scaling": {"family": "tree", "flip": "scaling"},
        "weights": {"data": "churn", "flip": "weights"},
        "log-target": {"data": "delivery_times", "flip": "log_target", "judge": "other"},
    },
)
