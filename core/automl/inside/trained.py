"""The trainings behind a look inside: one pipeline as planned, and with each decision flipped."""

from dataclasses import dataclass, replace
from threading import Lock

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached

from core.automl.attempt import Attempt, make_trial
from core.automl.branches import list_branches
from core.automl.flips import MEASURES, Flips, try_flips
from core.automl.inside.repairs import REPAIRS
from core.automl.notebook.write import logged_of
from core.automl.reasons import Reason, give_reasons, name_some
from core.automl.settings import Family, Settings
from core.automl.table import ReadyTable, prepare_table
from core.automl.trial import fit_model
from core.datasets import Dataset, load_dataset
from core.errors import require
from core.remember import remembered

FAMILIES: tuple[Family, ...] = ("linear", "tree", "forest", "lightgbm")
SPLITS = (5, 10, 20)
FEWEST_ROWS, MOST_ROWS = 100, 2000
LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True, kw_only=True)
class FlipsSpec:
    """A table, and the family of models whose pipeline is looked into."""

    data: str = "repairs"
    """``repairs``, another table with a target, or ``own-…``."""
    family: Family = "linear"
    n_rows: int = 800
    """Rows drawn from the table; all, if it has fewer."""
    n_splits: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        dataset = load_table(self.data)
        require(
            dataset.task != "clustering",
            f"A pipeline learns to predict something, and {dataset.title} has no target. Choose another.",
        )
        require(
            self.family in FAMILIES,
            f"One looks into {', '.join(FAMILIES)}, got {self.family!r}.",
        )
        require(
            FEWEST_ROWS <= self.n_rows <= MOST_ROWS,
            f"{FEWEST_ROWS} to {MOST_ROWS} rows are used, got {self.n_rows}. Try 800.",
        )
        require(
            self.n_splits in SPLITS,
            f"Both pipelines are trained on {', '.join(map(str, SPLITS))} splits, got {self.n_splits}. "
            "Choose one.",
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )


@dataclass(frozen=True, eq=False)
class FlipsResult:
    """Reasons, scores and costs of every decision."""

    spec: FlipsSpec
    task: str
    n_rows: int
    """Rows that the splits are made of: all but those kept for the test."""
    n_train: int
    """Rows that the rules looked at."""
    test_share: float
    decisions: pd.DataFrame
    """One row a decision: ``flip`` (its name), ``what``, ``columns``, ``done``, ``why``, ``alternative``,
    ``can_flip``."""
    scores: pd.DataFrame
    """See `core.automl.flips.Flips`."""
    costs: pd.DataFrame
    branches: pd.DataFrame
    """See `core.automl.branches.list_branches`."""
    logged: pd.DataFrame
    """What the notebook has to give back: ``name`` and ``score`` of the planned pipeline, trained once on
    the rows that train and judged by those that validate; ``train_…`` by its own."""


@remembered
def train_flips(spec: FlipsSpec) -> FlipsResult:
    """Answer "what does each decision of this pipeline change?".

    Raises
    ------
    SpecError
        If AutoML cannot learn from the table; the sentence says why.
    """
    ready, settings = ready_table(spec)
    found: Flips = try_flips(ready, spec.family, settings)
    whole = fit_model(ready, spec.family, {}, ready.places("train", "validate"))
    trial = make_trial(Attempt(ready, 0, spec.family, {}, ready.places("train")))
    return FlipsResult(
        spec=spec,
        task=ready.task,
        n_rows=found.n_rows,
        n_train=len(ready.places("train")),
        test_share=found.test_share,
        decisions=pd.DataFrame([_as_row(one) for one in found.reasons]),
        scores=found.scores,
        costs=found.costs,
        branches=list_branches(whole.pipeline, ready.plan),
        logged=pd.DataFrame(list(logged_of(trial).items()), columns=["name", "score"]),
    )


def _as_row(one: Reason) -> dict[str, object]:
    return {
        "flip": one.name,
        "what": one.what,
        "columns": name_some(one.columns),
        "done": one.done,
        "why": one.why,
        "alternative": one.alternative,
        "can_flip": one.can_flip,
    }


def load_table(name: str) -> Dataset:
    """Return a table of the course, a person's own, or the workshop of this lesson."""
    return REPAIRS if name == REPAIRS.name else load_dataset(name)


@cached(LRUCache(maxsize=8), lock=Lock())
def ready_table(spec: FlipsSpec) -> tuple[ReadyTable, Settings]:
    """Return the table as AutoML understood it; the same rows whatever else is asked."""
    dataset = load_table(spec.data)
    table = dataset.table
    if len(table) > spec.n_rows:
        rng = np.random.default_rng(spec.seed)
        drawn = np.sort(rng.choice(len(table), spec.n_rows, replace=False))
        table = table.iloc[drawn].reset_index(drop=True)
    settings = Settings(
        target=str(dataset.target),
        pos_label=dataset.positive,
        max_splits=spec.n_splits,
        seed=spec.seed,
    )
    return prepare_table(table, settings), settings


@cached(LRUCache(maxsize=8), lock=Lock())
def reasons_of(spec: FlipsSpec) -> tuple[Reason, ...]:
    """Return the decisions with their plans, which no file can hold."""
    return give_reasons(ready_table(spec)[0], spec.family)


def flip_table(spec: FlipsSpec, flip: str) -> tuple[ReadyTable, dict[str, object]]:
    """Return the table with the plan of a flip, and what the flip changes in the model."""
    ready = ready_table(spec)[0]
    for one in reasons_of(spec):
        if one.name == flip and one.plan is not None:
            return replace(ready, plan=one.plan), dict(one.params)
    return ready, {}


def measures_of(task: str) -> tuple[str, str]:
    """Return the metric that ranks models of a task, and another one."""
    ranking, other = MEASURES[task]
    return ranking, other
