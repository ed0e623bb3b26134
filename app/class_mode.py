"""What the server has besides in class mode: the door, the identity layer, and what is said at the start."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from app.identity import JOIN, TRUSTED, Cookies, Identity
from app.join import Door
from app.media import OwnMedia
from app.quota import UploadQuota
from core.personal import forget_person, gather_record
from core.rooms import group, open_rooms
from core.rooms.key import read_key
from core.settings import Settings


@dataclass(frozen=True)
class OpenedClass:
    """What the launcher adds to the server."""

    routes: list[BaseRoute]
    layers: list[Middleware]
    trusted_headers: dict[str, str]


def open_class(settings: Settings, addresses: Sequence[str]) -> OpenedClass:
    """Open the rooms of this home, say how to join, and return what the server needs."""
    rooms, cookies = open_rooms(), Cookies(read_key(settings.home))
    forget: Callable[[str], object] = partial(forget_person, rooms=rooms)
    door = Door(rooms, cookies, export=gather_record, forget=forget)
    print(  # noqa: T201
        f"A class. People join at {' or '.join(address + JOIN for address in addresses)} "
        f"with the room code {group(rooms.room.code)}.\n"
        f"The teacher signs in there with the word that `glassroom teacher` says.",
        flush=True,
    )
    return OpenedClass(
        routes=door.routes(),
        layers=[
            Middleware(Identity, rooms=rooms, cookies=cookies),
            Middleware(OwnMedia),
            Middleware(UploadQuota, max_mb=2 * settings.max_upload_mb),
        ],
        trusted_headers=dict(TRUSTED),
    )
