"""The store of runs: made once, whole, before anybody opens it; then one writer at a time.

Left to itself, MLflow makes its tables when the first client comes, and two that come together destroy
each other's work. Here a finished file is put in place in one step. Writers of one machine take turns,
so none ever waits in vain for SQLite.
"""

import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from core.store.disk import make_private_folder
from core.store.errors import StoreError
from core.store.lock import FileLock
from core.tracking.load import load_mlflow
from core.tracking.place import file_of, runs_folder, tracking_uri, uri_of

if TYPE_CHECKING:
    from mlflow import MlflowClient

VARIABLES = ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI")
SECONDS_BETWEEN_TRIES = 0.01
_threads = RLock()
_held: dict[Path, FileLock] = {}


def open_client(uri: str | None = None) -> "MlflowClient":
    """Return MLflow's own client of the store at `uri`, or of the store in force.

    Our own store is made if it is not there; runs that a killed process left behind are closed.

    Raises
    ------
    StoreError
        The store belongs to another version of MLflow, or cannot be reached.
    """
    return _open(tracking_uri() if uri is None else uri, os.getpid())


def forget_clients() -> None:
    """Let go of every store, because its file was moved or removed."""
    _open.cache_clear()


@lru_cache(maxsize=16)
def _open(uri: str, _process: int) -> "MlflowClient":
    mlflow = load_mlflow()
    from mlflow.exceptions import MlflowException

    from core.tracking.reaper import close_abandoned

    path = file_of(uri)
    if path is not None:
        make_store(path)
        with writing(uri):
            count_rows(path)  # before MLflow opens the file: SQLite plans with these counts
    try:
        client: MlflowClient = mlflow.MlflowClient(tracking_uri=uri, registry_uri=uri)
        if path is not None:
            _hasten(client)
        with writing(uri):
            close_abandoned(client)
    except MlflowException as error:
        raise _explain(uri, error) from error
    return client


@contextmanager
def writing(uri: str) -> Iterator[None]:
    """Hold the right to write into the store at `uri`; wait while another process has it.

    A database of its own or a server keeps the order itself, so there nobody waits.
    """
    path = file_of(uri)
    if path is None:
        yield
        return
    with _threads:
        if path in _held:  # by an outer block of this thread
            yield
            return
        make_private_folder(path.parent)
        _held[path] = _wait_for(path.with_suffix(".lock"))
        try:
            yield
        finally:
            _held.pop(path).release()


@contextmanager
def in_force(uri: str) -> Iterator[None]:
    """Let MLflow's functions that know no client (models, the registry) work on the store at `uri`."""
    mlflow = load_mlflow()
    with _threads:  # what they know is one for the whole process
        before = {name: os.environ.get(name) for name in VARIABLES}
        mlflow.set_tracking_uri(uri)
        mlflow.set_registry_uri(uri)
        try:
            yield
        finally:
            mlflow.set_tracking_uri(None)
            mlflow.set_registry_uri(None)
            for name, value in before.items():  # MLflow writes them, too
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def make_store(path: Path) -> None:
    """Put an empty store at `path` unless there is one; several processes may try at once."""
    if path.exists():
        return
    with writing(uri_of(path)):
        if path.exists():
            return
        template = runs_folder() / f".empty-mlflow-{version('mlflow')}.db"
        if not template.exists():
            _make_template(template)
        draft = path.with_name(f".{uuid.uuid4().hex}.tmp")
        shutil.copyfile(template, draft)
        draft.replace(path)


def artifacts_of(experiment: str) -> str:
    """Return the address of the folder for the artifacts of an experiment in our own store."""
    return (runs_folder() / "artifacts" / experiment).as_uri()


def count_rows(path: Path) -> None:
    """Have SQLite count the rows of its indexes, so that a search in 10 000 runs stays quick."""
    from sqlalchemy import create_engine, text

    engine = create_engine(uri_of(path))
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()


def engine_of(client: "MlflowClient") -> Any:
    """Return the SQLAlchemy engine behind the client of a SQLite store."""
    return client._tracking_client.store.engine  # noqa: SLF001  MLflow has no door to it


def close_client(client: "MlflowClient") -> None:
    """Let go of the SQLite file behind `client`."""
    engine_of(client).dispose()


def _hasten(client: "MlflowClient") -> None:
    from sqlalchemy import event

    engine = engine_of(client)
    event.listen(engine, "connect", _sync_less)
    engine.dispose()  # connections that are open already did not hear


def _sync_less(connection: Any, _record: Any) -> None:
    # A kill loses nothing so. After a power cut the last runs may be missing, never half there.
    connection.execute("PRAGMA synchronous=NORMAL")


def _make_template(template: Path) -> None:
    load_mlflow()
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    draft = template.with_name(f".{uuid.uuid4().hex}.tmp")
    build: Any = SqlAlchemyStore
    store = build(uri_of(draft), artifacts_of("0").rsplit("/", 1)[0])
    with store.engine.connect() as connection:
        # Commits cost less than half so. Before SQLite 3.51.3 a log like this might not survive two writers
        # at the very same instant; ours take turns.
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    store.engine.dispose()
    template.parent.mkdir(parents=True, exist_ok=True)
    draft.replace(template)


def _wait_for(path: Path) -> FileLock:
    while True:
        with suppress(StoreError):
            return FileLock(path, "The runs are being written by {process}.")
        time.sleep(SECONDS_BETWEEN_TRIES)


def _explain(uri: str, error: Exception) -> StoreError:
    if "out-of-date database schema" in str(error):
        said = (
            f"The store of runs at {uri} belongs to another version of MLflow. Copy it, then run "
            f"`mlflow db upgrade {uri}`, or set MLFLOW_TRACKING_URI to another store."
        )
    else:
        said = f"The store of runs at {uri} cannot be used: {error}"
    return StoreError(said)
