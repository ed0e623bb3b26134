"""From a kept search to a version in the registry: only through the gate."""

from pathlib import Path
from typing import Any

import pandas as pd

from core.automl.gate import (
    N_ROWS,
    Case,
    GateReport,
    attach_report,
    list_cases,
    register_through_gate,
    try_models,
)
from core.automl.packing import answer, make_portable
from core.automl.run import Outcome
from core.automl.runs import KeptSearch
from core.automl.table import ReadyTable
from core.tracking.load import load_mlflow_models
from core.tracking.place import tracking_uri
from core.tracking.store import in_force, open_client


def register_proposed(outcome: Outcome, kept: KeptSearch, name: str) -> tuple[int, GateReport]:
    """Try the proposed model at the gate, attach the report, and register it as the next version of `name`.

    Raises
    ------
    SpecError
        If a check is not passed; then nothing is registered, and the report stays with the run.
    """
    report = try_proposed(outcome, kept)
    attach_report(kept.proposed_run, report, store=kept.store)
    return register_through_gate(kept.proposed_model, name, report, store=kept.store), report


def try_proposed(outcome: Outcome, kept: KeptSearch) -> GateReport:
    """Return what the proposed model, as it was kept, does at the gate.

    What it should answer is asked of the model that is still in this process's memory.
    """
    model = make_portable(outcome.model, outcome.ready)
    cases = list_cases_of(outcome.ready)
    said = say_meant(outcome.ready, model, cases)
    place = str(find_files(kept.proposed_model, kept.store))
    return try_models({"proposed": place}, cases, {"proposed": said})["proposed"]


def list_cases_of(ready: ReadyTable, first: int = 0) -> tuple[Case, ...]:
    """Return the deliveries for row `first` and those from the top, with the columns that its models read."""
    plan = ready.plan
    table = ready.rows[list(plan.columns)]
    rows = pd.concat([table.iloc[[first]], table.drop(index=first).head(N_ROWS - 1)])
    return list_cases(rows, numbers=plan.numbers, words=(*plan.few_words, *plan.many_words))


def say_meant(ready: ReadyTable, model: Any, cases: tuple[Case, ...]) -> dict[str, Any]:
    """Return what a model in memory answers to each case as it is meant, where there is a right answer."""
    return {case.name: answer(ready, model, case.meant) for case in cases if case.meant is not None}


def find_files(address: str, store: str | None = None) -> Path:
    """Return the folder of a kept model; one of a server is fetched first."""
    mlflow, uri = load_mlflow_models(), store or tracking_uri()
    open_client(uri)
    with in_force(uri):
        return Path(mlflow.artifacts.download_artifacts(address))
