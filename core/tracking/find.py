"""Find runs again: MLflow's own search, and what it refuses said in its own words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import require
from core.tracking.store import open_client

if TYPE_CHECKING:
    from mlflow import MlflowClient

MOST_FOUND = 1000
_SET = re.compile(r"\{((?:'[^']*'(?:, )?)+)\}")
LONGEST_QUERY = 300


class RefusedQueryError(ValueError):
    """MLflow could not read the query; the message is its own."""


@dataclass(frozen=True, eq=False)
class FoundRun:
    """One run as it stands in the store."""

    id: str
    name: str
    status: str
    """``RUNNING``, ``FINISHED``, ``FAILED`` or ``KILLED``."""
    parent: str | None
    params: dict[str, str]
    metrics: dict[str, float]
    tags: dict[str, str]


def find_runs(
    where: str = "",
    order: Sequence[str] = (),
    *,
    experiments: Sequence[str] | None = None,
    limit: int = 100,
    client: "MlflowClient | None" = None,
) -> list[FoundRun]:
    """Return the runs that MLflow's ``search_runs`` finds, in its order, at most `limit` of them.

    Without an `order` the newest comes first. `experiments` are names; None searches all of them.
    Check by eye: ``find_runs("metrics.auc > 0.9", ["metrics.auc DESC"], limit=1)`` is the best run.

    Raises
    ------
    RefusedQueryError
        MLflow cannot read `where` or `order`.
    SpecError
        They are longer than 300 characters, or `limit` is not from 1 to 1,000.
    """
    require(
        max([len(where), *map(len, order)]) <= LONGEST_QUERY,
        f"A query has at most {LONGEST_QUERY} characters. Make it shorter.",
    )
    require(
        1 <= limit <= MOST_FOUND,
        f"A search returns 1 to {MOST_FOUND} runs, got {limit}. Choose a number between.",
    )
    client = open_client() if client is None else client
    from mlflow.exceptions import MlflowException

    try:
        runs = client.search_runs(
            _ids_of(client, experiments),
            filter_string=where,
            order_by=list(order),
            max_results=limit,
        )
    except MlflowException as error:
        raise RefusedQueryError(settle(error.message)) from error
    return [_read(run) for run in runs]


def settle(message: str) -> str:
    """Return `message` with the members of a printed set in order, which Python shuffles at each start."""
    return _SET.sub(
        lambda found: "{" + ", ".join(sorted(found[1].split(", "))) + "}",
        message,
    )


def _ids_of(client: "MlflowClient", names: Sequence[str] | None) -> list[str]:
    found = client.search_experiments(max_results=MOST_FOUND)
    return [one.experiment_id for one in found if names is None or one.name in names]


def _read(run: Any) -> FoundRun:
    return FoundRun(
        id=run.info.run_id,
        name=run.info.run_name,
        status=run.info.status,
        parent=run.data.tags.get("mlflow.parentRunId"),
        params=dict(run.data.params),
        metrics=dict(run.data.metrics),
        tags=dict(run.data.tags),
    )
