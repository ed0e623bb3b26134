"""The runs of a session in a store of their own, so that a query finds these and no others."""

import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.remember import remembered
from core.tracking.log import log_batches
from core.tracking.place import runs_folder, uri_of
from core.tracking.serving import Server, serve_runs
from core.tracking.session import METRICS, Session, SessionSpec, train_session
from core.tracking.store import close_client, make_store, open_client

if TYPE_CHECKING:
    from mlflow import MlflowClient

EXPERIMENT = "afternoon"
START = 1_760_000_000_000
"""When the first run began, in milliseconds as MLflow counts; each next one a minute later."""
MINUTE = 60_000
MOST_STORES = 20


@dataclass(frozen=True, eq=False)
class KeptSession:
    """That the runs of a session are in their store."""

    spec: SessionSpec
    n_kept: int


@remembered
def keep_session(spec: SessionSpec) -> KeptSession:
    """Train the session and put its runs into a store of MLflow, so that a page finds both ready."""
    session = train_session(spec)
    open_session(spec)
    return KeptSession(spec=spec, n_kept=len(session.runs))


def open_session(spec: SessionSpec) -> "MlflowClient":
    """Return MLflow's client of the store that holds the runs of `spec` and nothing else.

    The store appears whole or not at all. Run 7 is called ``run-07`` and began six minutes after the
    first.
    """
    path = _file_of(spec)
    if not path.exists():
        draft = path.with_name(f".{uuid.uuid4().hex}.db")
        make_store(draft)
        client = open_client(uri_of(draft))
        try:
            write_session(client, train_session(spec))
        finally:
            close_client(client)
        draft.replace(path)
        for leftover in path.parent.glob(f"{draft.name}*"):
            leftover.unlink(missing_ok=True)
        draft.with_suffix(".lock").unlink(missing_ok=True)
        _prune(path)
    return open_client(uri_of(path))


def show_session(spec: SessionSpec, owner: str) -> Server:
    """Start MLflow's own page on the runs of `spec`; see `core.tracking.serving.serve_runs`."""
    open_session(spec)
    return serve_runs(uri_of(_file_of(spec)), owner=owner)


def _file_of(spec: SessionSpec) -> Path:
    return runs_folder() / "lessons" / f"{train_session.entry(spec).name}.db"


def write_session(client: "MlflowClient", session: Session) -> None:
    """Log each run of `session` as it was: its params, its metrics, and how it ended."""
    params = session.params.groupby("number")
    experiment = client.create_experiment(
        EXPERIMENT, artifact_location=(runs_folder() / "artifacts" / "lessons").as_uri()
    )
    for row in session.runs.to_dict("records"):
        number, began = int(row["number"]), START + MINUTE * (int(row["number"]) - 1)
        run = client.create_run(
            experiment,
            start_time=began,
            run_name=name_run(number),
            tags={"number": str(number)} | ({"problem": row["problem"]} if row["problem"] else {}),
        ).info.run_id
        chosen = params.get_group(number)
        metrics = {name: row[name] for name in METRICS if row["status"] == "FINISHED"}
        log_batches(
            client,
            run,
            _as_metrics(metrics, began),
            dict(zip(chosen["name"], chosen["value"], strict=True)),
        )
        client.set_terminated(run, status=row["status"], end_time=began + MINUTE // 2)


def name_run(number: int) -> str:
    """Return the name of a run: ``name_run(7)`` is "run-07"."""
    return f"run-{number:02d}"


def _as_metrics(values: dict[str, float], at: int) -> list[object]:
    from mlflow.entities import Metric

    return [Metric(name, value, at, 0) for name, value in values.items()]


def _prune(keep: Path) -> None:
    """Remove the stores that were made first, beyond the last few; what is open elsewhere stays open."""
    stores = sorted(keep.parent.glob("[!.]*.db"), key=lambda path: path.stat().st_mtime)
    for path in stores[:-MOST_STORES]:
        for leftover in path.parent.glob(f"{path.stem}.*"):
            with suppress(OSError):
                leftover.unlink()
