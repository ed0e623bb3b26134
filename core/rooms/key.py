"""The key of a home: what cookies are signed with and codes are derived from."""

import os
from pathlib import Path

from core.errors import SpecError
from core.store.disk import make_private_folder, sync_folder

KEY_NAME = "class.key"
KEY_BYTES = 32


def read_key(home: Path) -> bytes:
    """Return the 32 random bytes in ``class.key``, made at the first call, readable by its owner only.

    It lies beside the record and not in it: who gets hold of a backup of the record cannot sign cookies.

    Raises
    ------
    SpecError
        The file holds something else.
    """
    path = home / KEY_NAME
    make_private_folder(home)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_bytes()
    else:
        key = os.urandom(KEY_BYTES)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(home)
    if len(key) != KEY_BYTES:
        message = (
            f"The key of the class in {path} holds {len(key)} bytes, not {KEY_BYTES}. Put the right one "
            "back from a backup. Without it, remove the file: everybody must then join again."
        )
        raise SpecError(message)
    return key
