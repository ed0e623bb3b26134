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


class FileLock:
    """The right to be the only one that works on something; the system gives it back when the process ends.

    Raises
    ------
    StoreError
        Another process (or another holder in this one) has it; ``{process}`` in the sentence
        `refusal` becomes its number.
    """

    def __init__(self, path: Path, refusal: str) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _take(self._descriptor)
        except OSError as error:
            owner = os.pread(self._descriptor, 20, 0) if os.name == "posix" else path.read_bytes()
            os.close(self._descriptor)
            number = owner.decode("ascii", "replace").strip()
            raise _refusal(path.parent, error, refusal, number) from error
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


class HomeLock(FileLock):
    """The right to write in one home, or to run the trainings of it (`name`)."""

    def __init__(self, home: Path, name: str = LOCK_NAME) -> None:
        message = (
            f"Glassroom already runs on {home} ({{process}}), and only one may write there. "
            "Use that one, stop it first, or set GLASSROOM_HOME to another folder."
        )
        super().__init__(home / name, message)


def _refusal(folder: Path, error: OSError, refusal: str, owner: str) -> StoreError:
    if error.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
        message = (
            f"The folder {folder} cannot be locked ({error.strerror}), so two servers could write "
            "there at once. Set GLASSROOM_HOME to a folder on this machine's own disk."
        )
        return StoreError(message)
    process = f"process {owner}" if owner else "another process"
    return StoreError(refusal.replace("{process}", process))
