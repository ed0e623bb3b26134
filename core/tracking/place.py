"""Where runs are kept: a SQLite file in the home folder, or wherever ``MLFLOW_TRACKING_URI`` says."""

import os
from pathlib import Path

from core.settings import read_settings

SQLITE = "sqlite:///"


def runs_folder() -> Path:
    """Return the folder of our own store and its artifacts."""
    return read_settings().home / "tracking"


def tracking_uri() -> str:
    """Return the address of the store in force, as MLflow takes it.

    A PostgreSQL store is ``postgresql://user:word@host/name``, a server ``http://host:5000``.
    """
    return os.environ.get("MLFLOW_TRACKING_URI") or uri_of(runs_folder() / "mlflow.db")


def uri_of(path: Path) -> str:
    """Return the address of the SQLite store at `path`."""
    return f"{SQLITE}{path.as_posix()}"


def is_server(uri: str) -> bool:
    """Return whether a server stands between us and the store, and keeps the files of the runs."""
    return uri.startswith(("http://", "https://"))


def file_of(uri: str) -> Path | None:
    """Return the SQLite file behind `uri`; None if a server or another database keeps the runs."""
    return Path(uri.removeprefix(SQLITE)) if uri.startswith(SQLITE) else None
