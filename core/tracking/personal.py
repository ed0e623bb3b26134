"""The runs of one person: given to them, and erased on their wish."""

import base64
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from core.store.keeper import FOLDER
from core.tracking.backups import keep_runs, write_anew
from core.tracking.place import file_of, runs_folder, tracking_uri
from core.tracking.store import close_client, forget_clients, open_client, writing

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

OWNER, PARENT = "mlflow.user", "mlflow.parentRunId"
PAGE = 1000


def gather_runs(learner: str) -> list[dict[str, object]]:
    """Return every run of `learner` in the store in force: what MLflow keeps of it, and its files.

    Plain JSON. A file that is no text is written in base64.
    """
    if not _has_store():
        return []
    client = open_client()
    return [
        {
            "id": run.info.run_id,
            "name": run.info.run_name,
            "status": run.info.status,
            "started": run.info.start_time,
            "params": dict(run.data.params),
            "metrics": dict(run.data.metrics),
            "tags": dict(run.data.tags),
            "files": _read_files(run),
        }
        for run in _find(client, learner)
    ]


def erase_runs(learner: str) -> int:
    """Erase the runs of `learner` with their files, models and versions; return how many runs there were.

    In our own store no byte stays, and the copies on the clock are made anew. Another store (a server, a
    database) marks them as deleted; whoever runs it ends that with ``mlflow gc``.
    """
    if not _has_store():
        return 0
    client, uri = open_client(), tracking_uri()
    runs = _find(client, learner)
    if not runs:
        return 0
    path = file_of(uri)
    with writing(uri):
        for run in runs:
            _erase(client, run, is_ours=path is not None)
    if path is not None:
        close_client(client)
        forget_clients()
        write_anew(path)
        if path == runs_folder() / "mlflow.db":
            home = runs_folder().parent
            shutil.rmtree(home / FOLDER / "runs", ignore_errors=True)
            keep_runs(home)
    return len(runs)


def _has_store() -> bool:
    path = file_of(tracking_uri())
    return path is None or path.is_file()


def _find(client: "MlflowClient", learner: str) -> list["Run"]:
    """Return the runs of `learner` and the trials below them, deleted ones too."""
    own = [run for run in _all(client) if run.data.tags.get(OWNER) == learner]
    ids = {run.info.run_id for run in own}
    below = [
        run
        for run in _all(client)
        if run.data.tags.get(PARENT) in ids and run.info.run_id not in ids
    ]
    return [*own, *below]


def _all(client: "MlflowClient") -> list["Run"]:
    from mlflow.entities import ViewType

    groups = [one.experiment_id for one in client.search_experiments(ViewType.ALL, PAGE)]
    found: list[Run] = []
    token = None
    while True:
        page = client.search_runs(
            groups, run_view_type=ViewType.ALL, max_results=PAGE, page_token=token
        )
        found += page
        token = page.token
        if not token:
            return found


def _read_files(run: "Run") -> dict[str, str]:
    folder = _folder_of(run.info.artifact_uri)
    if folder is None:
        return {}
    return {
        path.relative_to(folder).as_posix(): _as_text(path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _as_text(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return base64.b64encode(content).decode("ascii")


def _folder_of(address: str) -> Path | None:
    parts = urlsplit(address)
    folder = Path(unquote(parts.path))
    return folder if parts.scheme in ("", "file") and folder.is_dir() else None


def _erase(client: "MlflowClient", run: "Run", *, is_ours: bool) -> None:
    run_id = run.info.run_id
    for version in client.search_model_versions(f"run_id = '{run_id}'"):
        client.delete_model_version(version.name, version.version)
    models = client.search_logged_models(
        [run.info.experiment_id], filter_string=f"source_run_id = '{run_id}'"
    )
    store: Any = client._tracking_client.store  # noqa: SLF001  `mlflow gc` takes this way, too
    for model in models:
        _remove(model.artifact_location)
        client.delete_logged_model(model.model_id)
        if is_ours:
            store._hard_delete_logged_model(model.model_id)  # noqa: SLF001
    if run.info.lifecycle_stage == "active":
        client.delete_run(run_id)
    if is_ours:
        _remove(run.info.artifact_uri)
        store._hard_delete_run(run_id)  # noqa: SLF001


def _remove(address: str) -> None:
    folder = _folder_of(address)
    if folder is not None and folder.is_relative_to(runs_folder()):
        shutil.rmtree(folder, ignore_errors=True)
        if folder.name == "artifacts" and not any(folder.parent.iterdir()):
            folder.parent.rmdir()
