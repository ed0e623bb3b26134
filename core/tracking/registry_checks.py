"""Runs that prove the practice items on registered models: MLflow's own registry, thrown away afterwards."""

import atexit
import os
import shutil
import tempfile
import uuid
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.practice.proof import Facts
from core.tracking.place import uri_of
from core.tracking.store import make_store, open_client

if TYPE_CHECKING:
    from mlflow import MlflowClient


@lru_cache(maxsize=1)
def _open_scratch(_process: int) -> "MlflowClient":
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    make_store(folder / "models.db")
    return open_client(uri_of(folder / "models.db"))


def _register(n: int) -> "tuple[MlflowClient, str]":
    """Register a model `n` times under a new name; return the client and the name."""
    client, name = _open_scratch(os.getpid()), f"flats-{uuid.uuid4().hex}"
    client.create_registered_model(name)
    for _ in range(n):
        _add(client, name)
    return client, name


def _add(client: "MlflowClient", name: str) -> int:
    """Register one more version of what is already there; return its number."""
    return int(client.create_model_version(name, source=tempfile.gettempdir()).version)


def delete_and_register() -> Facts:
    """Register three versions, delete the second, register another.

    Facts: ``last_version`` (its number), ``n_versions`` (versions that exist).
    """
    client, name = _register(3)
    client.delete_model_version(name, "2")
    last = _add(client, name)
    found = client.search_model_versions(f"name = '{name}'")
    return {"last_version": last, "n_versions": len(found)}


def set_tags() -> Facts:
    """Set three tags on a version, two of one name, and delete the third.

    Facts: ``n_tags``, and ``stage_is_test`` (1 if the tag says what was set last).
    """
    client, name = _register(1)
    for key, value in (("stage", "dev"), ("owner", "ana"), ("stage", "test")):
        client.set_model_version_tag(name, "1", key, value)
    client.delete_model_version_tag(name, "1", "owner")
    tags = client.get_model_version(name, "1").tags
    return {"n_tags": len(tags), "stage_is_test": float(tags.get("stage") == "test")}


def move_alias() -> Facts:
    """Give an alias to version 1, then to version 2.

    Facts: ``champion`` (the version that it gives), ``aliases_of_first`` and ``aliases_of_second``.
    """
    client, name = _register(2)
    for version in ("1", "2"):
        client.set_registered_model_alias(name, "champion", version)
    return {
        "champion": int(client.get_model_version_by_alias(name, "champion").version),
        "aliases_of_first": len(client.get_model_version(name, "1").aliases),
        "aliases_of_second": len(client.get_model_version(name, "2").aliases),
    }


def tag_model() -> Facts:
    """Set two tags on a model with one version, and one on the version.

    Facts: ``of_model`` and ``of_version`` (tags of each), ``of_both`` (their sum).
    """
    client, name = _register(1)
    client.set_registered_model_tag(name, "task", "price")
    client.set_registered_model_tag(name, "owner", "ana")
    client.set_model_version_tag(name, "1", "checked", "yes")
    model = len(client.get_registered_model(name).tags)
    version = len(client.get_model_version(name, "1").tags)
    return {"of_model": model, "of_version": version, "of_both": model + version}
