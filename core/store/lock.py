"""One writing process per home: the second is refused with the number of the first."""

import errno
import os
import sys
from pathlib import Path

from core.store.errors import StoreError

LOCK_NAME = "glassroom.lock"

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        # Windows forbids reading a locked byte, so the byte lies far behind the process number.
        os.lseek(descriptor, 1_000_000, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class HomeLock:
    """The right to write in one home; the system gives it back when the process ends.

    Raises
    ------
    StoreError
        Another process has it; the sentence names its number.
    """

    def __init__(self, home: Path) -> None:
        path = home / LOCK_NAME
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _take(self._descriptor)
        except OSError as error:
            owner = os.pread(self._descriptor, 20, 0) if os.name == "posix" else path.read_bytes()
            os.close(self._descriptor)
            raise _refusal(home, error, owner.decode("ascii", "replace").strip()) from error
        os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.write(self._descriptor, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Give the right back."""
        os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)

    def leave_to_parent(self) -> None:
        """Drop the copy that a fork made, so that the lock ends with the parent."""
        os.close(self._descriptor)


def _refusal(home: Path, error: OSError, owner: str) -> StoreError:
    if error.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
        message = (
            f"The folder {home} cannot be locked ({error.strerror}), so two servers could write "
            "there at once. Set GLASSROOM_HOME to a folder on this machine's own disk."
        )
        return StoreError(message)
    process = f"process {owner}" if owner else "another process"
    message = (
        f"Glassroom already runs on {home} ({process}), and only one may write there. "
        "Use that one, stop it first, or set GLASSROOM_HOME to another folder."
    )
    return StoreError(message)
