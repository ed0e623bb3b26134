"""What can go wrong with the learner's record, in plain sentences."""

from collections.abc import Iterator
from contextlib import contextmanager

import apsw

DAMAGED = (
    "The record is damaged and cannot be trusted. Stop Glassroom, keep the damaged file, "
    "and put the newest good backup in its place."
)
DISK_FULL = (
    "The disk is full, so this was not stored. Free some space and send it again; "
    "what was confirmed earlier is safe."
)
DISK_ERROR = (
    "The disk reported an error while the record was being used. Nothing more is accepted until "
    "Glassroom has been restarted; what was confirmed earlier is safe. Check the disk first."
)
NOT_WRITABLE = (
    "The record cannot be written here: the folder or the file is read-only. "
    "Give yourself write permission or set GLASSROOM_HOME to another folder."
)
NOT_OPENED = (
    "The record cannot be opened: it is missing, or its folder may not be read or written. "
    "Check the permissions or set GLASSROOM_HOME to another folder."
)
BUSY = (
    "Another program holds the record and did not let go within 10 seconds. "
    "Close it (a database browser, a synchronising folder) and try again."
)

# The first kind that fits is taken, so the order matters only if kinds were nested; they are not.
_SENTENCES: tuple[tuple[type[apsw.Error], str], ...] = (
    (apsw.FullError, DISK_FULL),
    (apsw.ReadOnlyError, NOT_WRITABLE),
    (apsw.CantOpenError, NOT_OPENED),
    (apsw.BusyError, BUSY),
    (apsw.LockedError, BUSY),
    (apsw.CorruptError, DAMAGED),
    (apsw.NotADBError, DAMAGED),
    (apsw.IOError, DISK_ERROR),
)


class StoreError(RuntimeError):
    """The record could not be read or written; the message says why and what to do.

    It is neither the learner's fault nor a defect of the page: a full disk, a second server,
    a damaged file. A page shows the sentence and goes on.
    """


def explain(error: apsw.Error) -> StoreError:
    """Return the `StoreError` that says in plain words what SQLite reported.

    ``explain(apsw.FullError())`` begins with "The disk is full".
    """
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            return StoreError(sentence)
    return StoreError(f"The record could not be used: {error}")


def is_final(error: apsw.Error) -> bool:
    """Tell whether writing must stop after `error`.

    After a failed ``fsync`` nobody knows what reached the disk, and trying again may report a
    success that never happened. A full disk or a lock is different: it passes.
    """
    return isinstance(error, apsw.IOError | apsw.CorruptError | apsw.NotADBError)


@contextmanager
def plainly() -> Iterator[None]:
    """Turn an error of SQLite or of the file system inside the block into a `StoreError`."""
    try:
        yield
    except apsw.Error as error:
        raise explain(error) from error
    except OSError as error:
        message = (
            f"The folder of the record cannot be used: {error.strerror or error} "
            f"({error.filename}). Check the permissions and the disk, or set GLASSROOM_HOME "
            "to another folder."
        )
        raise StoreError(message) from error
