"""A view of a lesson kept as a run while the page goes on: one thread writes, one view after another."""

import logging
import os
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

from cachetools import LRUCache

from core.datasets import Dataset, load_dataset
from core.errors import SpecError
from core.lab import Lab
from core.specs import spec_to_json
from core.store.errors import StoreError
from core.tracking.place import file_of, tracking_uri

MOST_REMEMBERED = 256

logger = logging.getLogger(__name__)
_asked: "LRUCache[tuple[str, str, str, str], Future[KeptView]]" = LRUCache(MOST_REMEMBERED)
_lock = Lock()


@dataclass(frozen=True, kw_only=True)
class KeptView:
    """How far the keeping of a view has come."""

    is_done: bool
    name: str = ""
    """The run's name in the store, such as ``thresholds 3fa2c1``; empty while it is being written."""
    run: str = ""
    """Its id."""
    problem: str = ""
    """Why there is no run; a sentence."""


def keep_view(
    lab: Lab[Any, Any], spec: Any, result: Any, *, learner: str, said: Mapping[str, str]
) -> None:
    """Begin to keep this view as a run of MLflow, unless it is being kept or kept already.

    `said` is what the learner predicted: ``prediction``, ``confidence``, ``asked`` and ``was_right``, as
    far as there was a prediction; each becomes a tag. The call returns at once.
    """
    key = _key(lab, spec, learner)
    with _lock:
        before = _asked.get(key)
        if before is None or (before.done() and before.result().problem):
            _asked[key] = _thread().submit(_keep, lab, spec, result, learner, dict(said))


def find_kept(lab: Lab[Any, Any], spec: Any, *, learner: str) -> KeptView | None:
    """Return how far the keeping of this view has come; None if nobody asked since the server began."""
    with _lock:
        found = _asked.get(_key(lab, spec, learner))
    if found is None:
        return None
    return found.result() if found.done() else KeptView(is_done=False)


def write_search(lab: str) -> str:
    """Return the lines of Python that find the kept views of a lab again."""
    lines = ["import mlflow", ""]
    if (
        "MLFLOW_TRACKING_URI" not in os.environ
    ):  # it may hold a password, and MLflow reads it itself
        lines.append(f'mlflow.set_tracking_uri("{tracking_uri()}")')
    return "\n".join([*lines, f'runs = mlflow.search_runs(experiment_names=["{lab}"])'])


def write_command() -> str:
    """Return the command that opens MLflow's own page on the store."""
    if "MLFLOW_TRACKING_URI" in os.environ:
        return "mlflow ui"
    return f'mlflow ui --backend-store-uri "{tracking_uri()}"'


def name_place() -> str:
    """Return where the runs lie, to end a sentence with."""
    path = file_of(tracking_uri())
    if "MLFLOW_TRACKING_URI" in os.environ or path is None:
        return "in the store that MLFLOW_TRACKING_URI names"
    return f"on this computer, into {path.parent.name}/{path.name} of the home folder"


def _keep(
    lab: Lab[Any, Any], spec: Any, result: Any, learner: str, said: dict[str, str]
) -> KeptView:
    from core.tracking.log import Extras, log_result
    from core.tracking.store import open_client

    try:
        more = {name: said[name] for name in ("asked", "was_right") if name in said}
        extras = Extras(
            tags={f"glassroom.{name}": text for name, text in more.items()},
            prediction=said.get("prediction"),
            confidence=said.get("confidence"),
            learner=learner,
            dataset=_dataset_of(lab, spec),
            script=lab.script(spec),
        )
        run = log_result(spec, result, lab=lab.name, extras=extras)
        name = str(open_client().get_run(run).info.run_name)
    except (SpecError, StoreError) as error:
        return KeptView(is_done=True, problem=str(error))
    except Exception as error:
        logger.exception("A view of %s was not kept", lab.name)
        kind = type(error).__name__
        problem = f"This view was not kept ({kind}). The log of the server has the details."
        return KeptView(is_done=True, problem=problem)
    return KeptView(is_done=True, name=name, run=run)


def _dataset_of(lab: Lab[Any, Any], spec: Any) -> Dataset | None:
    whole = lab.rows_of(spec) if lab.rows_of is not None else None
    return whole or (load_dataset(spec.data) if hasattr(spec, "data") else None)


def _key(lab: Lab[Any, Any], spec: Any, learner: str) -> tuple[str, str, str, str]:
    return learner, lab.name, spec_to_json(spec), tracking_uri()


@lru_cache(maxsize=1)
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="keep")
