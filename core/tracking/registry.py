"""The registry: named models, their versions, and the aliases that point at one of them."""

from collections.abc import Mapping
from contextlib import suppress

from core.errors import SpecError
from core.tracking.place import tracking_uri
from core.tracking.store import in_force, open_client, writing


def register(
    address: str,
    name: str,
    *,
    tags: Mapping[str, str] | None = None,
    description: str = "",
    store: str | None = None,
) -> int:
    """Make the model at `address` (``models:/m-…``) the next version of `name`; return its number.

    `store` is another one than that in force, here and in the functions below.

    Check by eye: the first model of a name becomes version 1.
    """
    from mlflow.exceptions import MlflowException

    uri = store or tracking_uri()
    client = open_client(uri)
    with writing(uri), in_force(uri):
        with suppress(MlflowException):  # there is one of that name
            client.create_registered_model(name)
        kept = client.get_logged_model(address.removeprefix("models:/"))
        made = client.create_model_version(
            name,
            kept.artifact_location,
            run_id=kept.source_run_id,
            tags=dict(tags or {}),
            description=description,
            model_id=kept.model_id,
        )
    return int(made.version)


def point(name: str, alias: str, version: int, *, store: str | None = None) -> None:
    """Let `alias` (``champion``, ``challenger``) point at `version`; it points at one version at most."""
    from mlflow.exceptions import MlflowException

    uri = store or tracking_uri()
    client = open_client(uri)
    with writing(uri):
        try:
            client.set_registered_model_alias(name, alias, str(version))
        except MlflowException as error:
            raise SpecError(error.message) from error


def unpoint(name: str, alias: str, *, store: str | None = None) -> None:
    """Take `alias` away; the versions stay."""
    uri = store or tracking_uri()
    client = open_client(uri)
    with writing(uri):
        client.delete_registered_model_alias(name, alias)


def read_aliases(name: str, *, store: str | None = None) -> dict[str, int]:
    """Return the version behind each alias of `name`.

    Asked of the model, not of its versions: a search for versions returns them without aliases.
    """
    found = open_client(store or tracking_uri()).get_registered_model(name).aliases
    return {alias: int(version) for alias, version in found.items()}
