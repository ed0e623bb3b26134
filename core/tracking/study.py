"""A whole search as runs: the search is the parent, each of its trials a child."""

import json
import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.tracking.log import (
    HASH,
    Extras,
    find_experiment,
    log_batches,
    metrics_of,
    params_of,
    tags_of,
)
from core.tracking.place import tracking_uri
from core.tracking.reaper import PROCESS, this_process
from core.tracking.store import open_client, writing

if TYPE_CHECKING:
    from mlflow import MlflowClient

STATUS = {"failed": "FAILED", "pruned": "KILLED"}
"""How MLflow calls a trial that did not end by itself; every other state is ``FINISHED``."""


def log_study(
    spec: Any,
    table: pd.DataFrame,
    *,
    lab: str = "search",
    experiment: str | None = None,
    steps: pd.DataFrame | None = None,
    extras: Extras | None = None,
) -> str:
    """Keep a search as a parent run with one child per row of `table`; return the parent's id.

    Of each row, ``number`` names the child, ``state`` decides its status, ``params`` (JSON) become
    params, other numbers metrics and other words tags. `steps` (``number``, ``step``, ``value``) adds
    a curve to each child. The parent ends last: a study is whole when its parent says ``FINISHED``.
    Check by eye: 30 trials give 31 runs.
    """
    more, uri, client = extras or Extras(), tracking_uri(), open_client()
    curves = {} if steps is None else dict(list(steps.groupby("number")))
    tags = tags_of(spec, lab, more)
    with writing(uri):
        group = find_experiment(client, experiment or lab)
        parent = client.create_run(group, tags=tags, run_name=f"{lab} {tags[HASH][:6]}").info.run_id
        log_batches(client, parent, [], params_of(spec))
    for row in table.to_dict("records"):
        with writing(uri):  # taken anew for each child, so that others are not kept waiting
            _log_child(client, group, parent, row, curves.get(row["number"]))
    complete = table[table["state"] == "complete"] if "state" in table else table
    best = complete["value"].max() if "value" in complete and len(complete) else math.nan
    with writing(uri):
        closing = {"n_trials": len(table), "n_complete": len(complete), "best_value": float(best)}
        log_batches(client, parent, metrics_of(closing), {})
        client.set_terminated(parent)
    return str(parent)


def _log_child(
    client: "MlflowClient",
    group: str,
    parent: str,
    row: dict[Any, Any],
    curve: pd.DataFrame | None,
) -> None:
    from mlflow.entities import Metric

    params = {str(name): str(value) for name, value in json.loads(row.get("params", "{}")).items()}
    scalars = {str(name): value for name, value in row.items() if name not in ("number", "params")}
    words = {name: value for name, value in scalars.items() if isinstance(value, str) and value}
    tags = words | {"mlflow.parentRunId": parent, PROCESS: this_process()}
    run = client.create_run(group, tags=tags, run_name=f"trial {row['number']}").info.run_id
    metrics = metrics_of(scalars)
    if curve is not None:
        steps = zip(curve["step"].tolist(), curve["value"].tolist(), strict=True)
        now = metrics[0].timestamp if metrics else 0
        metrics += [
            Metric("value_so_far", value, now, int(step))
            for step, value in steps
            if math.isfinite(value)
        ]
    log_batches(client, run, metrics, params)
    client.set_terminated(run, status=STATUS.get(str(row.get("state")), "FINISHED"))
