"""A store for one lesson's models: made whole, found again, and removed when many newer ones stand."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.tracking.place import runs_folder, uri_of
from core.tracking.store import close_client, forget_clients, open_client

if TYPE_CHECKING:
    from mlflow import MlflowClient

EXPERIMENT = "models"
MOST_WORKSHOPS = 8
DONE = "whole"


@dataclass(frozen=True)
class Workshop:
    """One store in a folder of its own, with its models beside it."""

    folder: Path

    @property
    def uri(self) -> str:
        """The address of the store, as MLflow takes it."""
        return uri_of(self.folder / "runs.db")

    @property
    def is_whole(self) -> bool:
        """Whether everything that belongs into it is there."""
        return (self.folder / DONE).exists()

    def client(self) -> "MlflowClient":
        """Return MLflow's client of the store."""
        return open_client(self.uri)

    def start_run(self) -> str:
        """Begin a run and return its id."""
        client = self.client()
        found = client.get_experiment_by_name(EXPERIMENT)
        group = found.experiment_id if found is not None else self._group()
        return str(client.create_run(group).info.run_id)

    def _group(self) -> str:
        place = (self.folder / "models").as_uri()
        return str(self.client().create_experiment(EXPERIMENT, artifact_location=place))


def find_workshop(name: str) -> Workshop:
    """Return the workshop called `name`, whether it stands or not."""
    return Workshop(runs_folder() / "workshops" / name)


@contextmanager
def build_workshop(name: str) -> Iterator[Workshop]:
    """Empty the workshop called `name`, let the block fill it, and mark it as whole at the end."""
    shop = find_workshop(name)
    if shop.folder.exists():  # half made by a process that was killed
        forget_clients()
        shutil.rmtree(shop.folder)
    shop.folder.mkdir(parents=True)
    client = shop.client()
    yield shop
    close_client(client)
    (shop.folder / DONE).touch()
    _prune(shop.folder)


def _prune(keep: Path) -> None:
    folders = sorted(keep.parent.iterdir(), key=lambda path: path.stat().st_mtime)
    for folder in folders[:-MOST_WORKSHOPS]:
        if folder != keep:
            shutil.rmtree(folder, ignore_errors=True)
