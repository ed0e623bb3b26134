"""Private files, and folders whose entries survive a power cut."""

import os
from pathlib import Path


def make_private_folder(folder: Path) -> None:
    """Create `folder` for its owner only; one that exists is left as it is."""
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


def make_private_file(path: Path) -> None:
    """Create `path` empty for its owner only; one that exists loses other people's rights.

    An existing file is never opened here: closing it again would drop the locks that SQLite
    holds on it in this process.
    """
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        sync_folder(path.parent)
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)


def sync_file(path: Path) -> None:
    """Wait until the content of `path` is on the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until new, renamed and removed names in `folder` are on the disk."""
    if os.name != "posix":  # Windows cannot open a folder and keeps names in its journal
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
