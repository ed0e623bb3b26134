"""Is the folder a good place for the record? Two kinds of folder break what SQLite relies on."""

from collections.abc import Iterable
from pathlib import Path

import psutil

SYNCED = (
    "dropbox", "onedrive", "google drive", "googledrive", "icloud", "mobile documents", "nextcloud",
    "owncloud",
)  # fmt: skip
"""How folders that a program copies to other machines are called, in small letters."""
NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smbfs", "smb3", "afpfs", "webdav", "davfs", "fuse.sshfs", "9p"}
)
"""File systems of other machines, where locks and syncs cannot be relied on."""


def find_risk(home: Path, mounts: Iterable[tuple[str, str]] | None = None) -> str | None:
    """Return in a sentence why `home` is a bad place for the record; None if nothing is known against it.

    Parameters
    ----------
    home
        The folder; it need not exist.
    mounts
        Where file systems begin and of what type they are; by default, those of this machine. With
        ``[("/", "ext4"), ("/lab", "nfs4")]``, ``/lab/ann`` is a network folder and ``/home/ann`` is not.
    """
    home = home.expanduser().absolute()
    for part in home.parts:
        if part.lower().startswith(SYNCED):
            return (
                f"The home lies in {part!r}, which a program copies elsewhere while Glassroom writes. "
                "Set GLASSROOM_HOME to a folder that is not synchronised."
            )
    if mounts is None:
        mounts = [(part.mountpoint, part.fstype) for part in psutil.disk_partitions(all=True)]
    above = [(len(Path(at).parts), kind) for at, kind in mounts if home.is_relative_to(at)]
    kind = max(above, default=(0, ""))[1]
    if kind.lower() in NETWORK:
        return (
            f"The home lies on another machine ({kind}), where a record can be damaged. "
            "Set GLASSROOM_HOME to a folder on this machine's own disk."
        )
    return None
