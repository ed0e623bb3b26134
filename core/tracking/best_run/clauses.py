"""A collection of clauses, each really put to MLflow's search: what it reads and what it refuses."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from core.remember import remembered
from core.tracking.find import MOST_FOUND, RefusedQueryError, find_runs
from core.tracking.session import SessionSpec
from core.tracking.session_store import EXPERIMENT, open_session

if TYPE_CHECKING:
    from mlflow import MlflowClient

Kind = Literal["where", "order"]
WHERE = (
    "metrics.roc_auc > 0.7",
    "metric.roc_auc > 0.7",
    "metrics.auc > 0.7",
    "metrics.roc_auc > '0.7'",
    "roc_auc > 0.7",
    "params.model = 'forest'",
    "params.model = forest",
    "params.max_depth = '5'",
    "params.max_depth = 5",
    "params.max_depth > '5'",
    "params.model LIKE '%ree'",
    "params.model IN ('tree', 'forest')",
    "params.model = 'tree' AND metrics.roc_auc > 0.7",
    "params.model = 'tree' OR params.model = 'forest'",
    "attributes.status = 'FAILED'",
    "attributes.status = 'failed'",
)
ORDER = (
    "metrics.roc_auc DESC",
    "metrics.roc_auc",
    "metrics.log_loss ASC",
    "metrics.log_loss DESC",
    "metrics.loss ASC",
    "log_loss ASC",
    "metrics.log_loss DOWN",
)


@dataclass(frozen=True, eq=False)
class Answer:
    """What MLflow said to one query: run numbers in its order, or why it refused."""

    numbers: tuple[int, ...]
    refusal: str = ""


def ask(client: "MlflowClient", where: str, order: str) -> Answer:
    """Put one query to the store of a session."""
    try:
        found = find_runs(
            where,
            [order] if order.strip() else [],
            experiments=[EXPERIMENT],
            limit=MOST_FOUND,
            client=client,
        )
    except RefusedQueryError as error:
        return Answer((), str(error))
    return Answer(tuple(int(run.tags["number"]) for run in found))


@dataclass(frozen=True, eq=False)
class TriedClauses:
    """What MLflow said to each clause of the collection."""

    spec: SessionSpec
    table: pd.DataFrame
    """One row per clause: ``kind`` (where or order), ``text``, ``is_refused``, ``n_found``, ``first``
    (number of the first run, 0 if there is none) and ``refusal``, MLflow's own words."""


@remembered
def try_clauses(spec: SessionSpec) -> TriedClauses:
    """Put every clause of the collection to the runs of `spec`, alone; train them if need be."""
    client = open_session(spec)
    rows = []
    for kind, texts in (("where", WHERE), ("order", ORDER)):
        for text in texts:
            answer = ask(client, *((text, "") if kind == "where" else ("", text)))
            rows.append(
                {
                    "kind": kind,
                    "text": text,
                    "is_refused": bool(answer.refusal),
                    "n_found": len(answer.numbers),
                    "first": answer.numbers[0] if answer.numbers else 0,
                    "refusal": answer.refusal,
                }
            )
    return TriedClauses(spec=spec, table=pd.DataFrame(rows))
