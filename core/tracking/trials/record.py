"""The lesson's program is really run, its store is read back, and the price of each way is kept."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import pandas as pd

from core.errors import require
from core.progress import report
from core.remember import remembered
from core.search.spec import SearchSpec
from core.tracking.program import run_program
from core.tracking.session import SessionSpec
from core.tracking.trials.script import write_script

if TYPE_CHECKING:
    from mlflow import MlflowClient

Way = Literal["flat", "nested", "callback", "batch", "storage"]
WAYS: tuple[Way, ...] = get_args(Way)
Guess = Literal["early", "middle", "late"]
GUESSES: tuple[Guess, ...] = get_args(Guess)
FEWEST_TRIALS, MOST_TRIALS = 6, 24
PARENT, NUMBER = "mlflow.parentRunId", "numbers"
CHANCE_NAME = "a name by chance"


@dataclass(frozen=True, kw_only=True)
class StudyLogSpec:
    """A search on one table, and what was predicted of it."""

    data: str = "breast_cancer"
    """A table with two classes: ``breast_cancer``, ``churn``, ``fraud`` or ``own-…``."""
    n_trials: int = 9
    guess: Guess = "late"
    """Third of the search in which the best trial is expected: ``early``, ``middle`` or ``late``."""
    seed: int = 0

    def __post_init__(self) -> None:
        require(
            FEWEST_TRIALS <= self.n_trials <= MOST_TRIALS,
            f"A search here has {FEWEST_TRIALS} to {MOST_TRIALS} trials, got {self.n_trials}. "
            "Choose a number between.",
        )
        require(
            self.guess in GUESSES,
            f"The best trial is expected {', '.join(GUESSES)}, got {self.guess!r}. Choose one.",
        )
        # Refuses unknown and unfit tables and seeds.
        _ = SessionSpec(data=self.data, seed=self.seed), self.search

    @property
    def search(self) -> SearchSpec:
        """The search of the chapter on searching that is logged here."""
        return SearchSpec(
            data=self.data,
            model="knn",
            strategy="tpe",
            metric="roc_auc",
            k=3,
            n_trials=self.n_trials,
            seed=self.seed,
        )


@dataclass(frozen=True, eq=False)
class StudyLog:
    """What the store held when the program had ended.

    `runs` has one row per run: ``way``, ``name``, ``trial`` (from 0; -1 if it is none), ``is_child``,
    ``status``, ``value`` (mean ROC AUC of the folds; nan if it has none), ``n_params``, ``n_tags`` (that
    MLflow's fluent calls do not write). `price` has one row per way and trial: ``way`` (also ``none``),
    ``trial``, ``ms`` beside the training, ``n_sql`` (statements that MLflow sent to its database; of
    ``batch``, which writes them all in the end, the share of each trial).
    """

    spec: StudyLogSpec
    nested_error: str
    """What Python says of ``start_run(Nested=True)``."""
    callback_error: str
    """What MLflow says when Optuna's callback gets ``Nested`` with a capital inside an open run."""
    callback_warning: str
    """What Optuna says of the future of its callback."""
    n_silent: int
    """Runs without a parent that the same callback leaves where no run is open."""
    prediction: str
    was_right: str
    """Tags of the parent run: what was guessed, and ``yes`` or ``no``."""
    runs: pd.DataFrame
    price: pd.DataFrame


@remembered
def log_study_each_way(spec: StudyLogSpec) -> StudyLog:
    """Run the program of the lesson and read from its store what each way left there."""
    report(0.05, "The program is running")
    with run_program(write_script(spec)) as ended:
        report(0.9, "Its runs are being read")
        told = json.loads(ended.lines[-2])
        runs = [row for way in WAYS for row in _list_runs(ended.client, way)]
        tags = _find_parent(ended.client, "nested").data.tags
    price = [
        (way, trial, float(ms), float(n_sql))
        for way, each in told["price"].items()
        for trial, (ms, n_sql) in enumerate(zip(each, told["statements"][way], strict=True))
    ]
    return StudyLog(
        spec=spec,
        nested_error=str(told["errors"][0]),
        callback_error=" ".join(str(told["errors"][1]).split()),
        callback_warning=str(told["errors"][2]),
        n_silent=int(told["n_silent"]),
        prediction=tags["prediction"],
        was_right=tags["was_right"],
        runs=pd.DataFrame(
            runs,
            columns=["way", "name", "trial", "is_child", "status", "value", "n_params", "n_tags"],
        ).astype(
            {
                "way": "str", "name": "str", "is_child": "bool", "trial": "int64", "status": "str",
                "value": "float64", "n_params": "int64", "n_tags": "int64",
            }
        ),
        price=pd.DataFrame(price, columns=["way", "trial", "ms", "n_sql"]).astype(
            {"way": "str", "trial": "int64", "ms": "float64", "n_sql": "float64"}
        ),
    )  # fmt: skip


def _runs_of(client: "MlflowClient", way: str) -> list[Any]:
    group = client.get_experiment_by_name(way)
    if group is None:
        message = f"the program of the lesson left no experiment {way}"
        raise RuntimeError(message)
    order = ["attributes.start_time ASC"]
    return list(client.search_runs([group.experiment_id], order_by=order, max_results=1000))


def _find_parent(client: "MlflowClient", way: str) -> Any:
    return next(run for run in _runs_of(client, way) if PARENT not in run.data.tags)


def _list_runs(client: "MlflowClient", way: str) -> list[tuple[Any, ...]]:
    return [
        (
            way,
            *_name(run),
            PARENT in run.data.tags,
            run.info.status,
            run.data.metrics.get("value", float("nan")),
            len(run.data.params),
            sum(not name.startswith("mlflow.") for name in run.data.tags),
        )
        for run in _runs_of(client, way)
    ]


def _name(run: Any) -> tuple[str, int]:
    """Return a run's name, and which trial it is by its name or by a tag of Optuna's (-1 if none)."""
    name = str(run.info.run_name)
    if NUMBER in run.data.tags:  # MLflow drew its name by chance
        return CHANCE_NAME, int(run.data.tags[NUMBER])
    if name.isdigit():  # Optuna's callback
        return name, int(name)
    first, _, number = name.partition(" ")
    return name, int(number) if first == "trial" and number.isdigit() else -1
