"""The climb: AutoML's whole search on a table of the lesson, kept as scalars and tidy tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import pandas as pd

from core.automl.journal import open_journal, prune_journals, read_journal
from core.automl.proposal import tabulate_notebook
from core.automl.run import Outcome, run_automl
from core.automl.settings import EXTRA_FAMILIES, Family, Settings
from core.automl.trial import Trial
from core.automl.worth.describe import describe_choice, describe_price
from core.automl.worth.tables import WorthTable, load_table
from core.automl.worth.tabulate import (
    tabulate_alerts,
    tabulate_columns,
    tabulate_finals,
    tabulate_splits,
    tabulate_trials,
)
from core.errors import require
from core.remember import remembered
from core.settings import read_settings

Size = Literal["quick", "full"]
Judge = Literal["", "roc_auc", "log_loss", "accuracy", "rmse", "mae", "r2"]
JUDGES: Mapping[str, tuple[Judge, ...]] = {
    "binary": ("roc_auc", "log_loss"),
    "multiclass": ("accuracy", "log_loss"),
    "regression": ("rmse", "mae", "r2"),
}
"""By what a table of each task can be ranked; the first is the usual one here."""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How much is tried."""

    most_rows: int
    max_trials: int
    max_splits: int
    left_out: tuple[Family, ...] = ()


BUDGETS: Mapping[Size, Budget] = {
    "quick": Budget(most_rows=1000, max_trials=6, max_splits=10, left_out=("extra_trees",)),
    "full": Budget(most_rows=10_000, max_trials=20, max_splits=20),
}


@dataclass(frozen=True, kw_only=True)
class ClimbSpec:
    """A table, how it is judged, and how much is tried."""

    data: str = "diabetes"
    """``diabetes``, ``bike-hours``, ``churn-leak``, ``churn``, ``house_prices``, … or ``own-…``."""
    size: Size = "quick"
    """``quick``: 6 models on up to 1,000 rows. ``full``: 20 models on up to 10,000 rows."""
    metric: Judge = ""
    """What models are ranked by; empty for the usual one of the task."""
    seed: int = 0
    """Deals the rows and is the chance of the models."""

    def __post_init__(self) -> None:
        require(
            self.size in get_args(Size),
            f"A search is {' or '.join(get_args(Size))}, got {self.size!r}. Choose one.",
        )
        require(self.seed >= 0, f"A seed is 0 or more, got {self.seed}.")
        table = load_table(self.data)
        judges = JUDGES[table.task]
        require(
            self.metric in ("", *judges),
            f"{table.title} is judged by {' or '.join(judges)}, got {self.metric!r}. Choose one.",
        )


@dataclass(frozen=True, eq=False)
class Climb:
    """What the search found. Scores are in `metric`; nan where there is none."""

    spec: ClimbSpec
    title: str
    target: str
    task: str
    metric: str
    row_noun: tuple[str, str]
    n_table: int
    """Rows of the whole table."""
    n_rows: int
    """Rows used."""
    n_columns: int
    n_train: int
    n_validate: int
    n_test: int
    n_trials: int
    n_tuned: int
    n_splits: int
    n_fits: int
    """Models trained in all."""
    cpu_seconds: float
    capped: str
    """Which cap ended the search; empty if none did."""
    proposed: str
    """The simplest finalist that chance alone could put above the best: a rung, or ``blend``."""
    best: str
    """The finalist with the best mean."""
    winner: str
    """The finalist with the best score on the rows that validate: what a plain leaderboard shows on top."""
    winner_validation: float
    winner_mean: float
    """Its mean in the finals."""
    baseline: float
    """Mean of the model that looks at nothing."""
    validation: float
    """Of the proposed model, on the rows that chose the settings."""
    mean: float
    """Of the proposed model, over the splits of the finals."""
    behind: float
    """How much worse it is than the best on average, with a 95 % interval."""
    behind_low: float
    behind_high: float
    test: float
    """Of the proposed model, on the untouched rows, with 95 % of the scores when they are drawn anew."""
    test_low: float
    test_high: float
    n_ties: int
    """Finalists that chance alone could put above the best, itself among them."""
    leaks: tuple[str, ...]
    """Columns that seem to know the target."""
    without_proposed: str
    """What is proposed, and its score on the untouched rows, when these columns are left out."""
    without_test: float
    without_low: float
    without_high: float
    alerts: pd.DataFrame
    """One row a warning: ``kind``, ``severity``, ``column``, ``sentence``."""
    columns: pd.DataFrame
    """One row a column: ``name``, ``meaning``, ``reason``, ``n_missing``, ``n_distinct``."""
    trials: pd.DataFrame
    """One row a trial: ``number``, ``family``, ``is_tuned``, ``params``, ``score``, ``train_score``,
    ``best_so_far``, ``n_rows``, ``cpu_seconds``, ``problem``."""
    finals: pd.DataFrame
    """One row a finalist, simplest first: ``name``, ``validation``, ``mean``, ``behind``, ``low``,
    ``high``, ``is_tie``, ``is_proposed``."""
    splits: pd.DataFrame
    """One row a finalist and split: ``name``, ``split``, ``score``."""
    steps: pd.DataFrame
    """One row a step up: ``name``, ``against``, ``gain``, ``low``, ``high``, ``is_clear``."""


@dataclass(frozen=True, eq=False)
class Climbed(Climb):
    """What the search found, and its notebook."""

    cells: pd.DataFrame
    """The notebook of the proposed model: ``name``, ``kind``, ``source``."""
    logged: pd.DataFrame
    """What that notebook has to give back: ``name``, ``score``."""
    made_of: str
    """What that notebook is made of, as JSON."""


def settings_of(spec: ClimbSpec, left_out: tuple[str, ...] = ()) -> Settings:
    """Return the order to AutoML; columns named in `left_out` are not learnt from."""
    table, budget = load_table(spec.data), BUDGETS[spec.size]
    return Settings(
        target=table.target,
        task=table.task,
        primary_metric=spec.metric or JUDGES[table.task][0],
        pos_label=table.positive,
        exclude_cols=left_out,
        # The program to take home has the same rungs, whatever else is installed here.
        exclude_frameworks=(*budget.left_out, *EXTRA_FAMILIES),
        max_trials=budget.max_trials,
        max_splits=budget.max_splits,
        seed=spec.seed,
    )


def rows_of(spec: ClimbSpec) -> pd.DataFrame:
    """Return the rows that are used: all of a small table, a sample of a large one."""
    table, most = load_table(spec.data).table, BUDGETS[spec.size].most_rows
    if len(table) <= most:
        return table
    return table.sample(most, random_state=0).sort_index().reset_index(drop=True)


@remembered
def climb_ladder(spec: ClimbSpec) -> Climbed:
    """Answer "what can be predicted from this table, by how simple a model, and how sure is that?".

    Each finished trial is kept at once; an interrupted search goes on behind it. Where a column seems to
    know the target, the search is made once more without it, which is its price.
    Check by eye: the baseline's AUC is 0.5.
    """
    rows = rows_of(spec)
    prune_journals(journal_path(spec).parent)
    outcome = _search(spec, rows, ())
    leaks = tuple(alert.column for alert in outcome.alerts if alert.kind == "leak")
    is_all = set(leaks) >= set(outcome.ready.plan.columns)
    without = _search(spec, rows, leaks) if leaks and not is_all else None
    return _summarise(spec, load_table(spec.data), outcome, leaks, without)


def read_climb(spec: ClimbSpec) -> tuple[list[Trial], int]:
    """Return the finished trials and the number of finished splits, also while the search runs."""
    return read_journal(journal_path(spec))


def journal_path(spec: ClimbSpec, *, is_without: bool = False) -> Path:
    """Return where the trials of a search are kept while it is not finished."""
    name = climb_ladder.entry(spec).name + ("-without" if is_without else "")
    return read_settings().home / "automl" / f"{name}.jsonl"


def _search(spec: ClimbSpec, rows: pd.DataFrame, left_out: tuple[str, ...]) -> Outcome:
    settings = settings_of(spec, left_out)
    path = journal_path(spec, is_without=bool(left_out))
    with open_journal(path, rows, settings, is_patient=True) as journal:
        return run_automl(rows, settings, journal=journal)


def _summarise(
    spec: ClimbSpec,
    table: WorthTable,
    outcome: Outcome,
    leaks: tuple[str, ...],
    without: Outcome | None,
) -> Climbed:
    ready, finals = outcome.ready, tabulate_finals(outcome)
    cells, logged, made_of = tabulate_notebook(outcome)
    n_single = len({number for one in outcome.finals.finalists for number, _ in one.members})
    return Climbed(
        spec=spec,
        title=table.title,
        target=table.target,
        task=ready.task,
        metric=ready.metric,
        row_noun=table.row_noun,
        n_table=len(table.table),
        n_rows=len(ready.rows),
        n_columns=len(ready.plan.columns),
        n_train=len(ready.places("train")),
        n_validate=len(ready.places("validate")),
        n_test=len(ready.places("test")),
        n_trials=len(outcome.trials),
        n_tuned=sum(trial.is_tuned for trial in outcome.trials),
        n_splits=outcome.finals.n_splits,
        n_fits=len(outcome.trials)
        + outcome.finals.n_splits * n_single
        + 2 * len(outcome.finals.chosen.members),
        cpu_seconds=outcome.cpu_seconds + (without.cpu_seconds if without else 0.0),
        capped=outcome.capped,
        leaks=leaks,
        alerts=tabulate_alerts(outcome),
        columns=tabulate_columns(ready),
        trials=tabulate_trials(outcome),
        finals=finals,
        splits=tabulate_splits(outcome),
        steps=outcome.finals.steps.astype({"name": "str", "against": "str", "is_clear": "bool"}),
        cells=cells,
        logged=logged,
        made_of=made_of,
        **describe_choice(outcome, finals),
        **describe_price(without),
    )
