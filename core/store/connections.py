"""How the record's file is opened: once for writing, a few times for reading."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import apsw

from core.store.backup import copy_database
from core.store.disk import make_private_file
from core.store.errors import StoreError
from core.store.schema import MIGRATIONS, migrate, read_version, refuse_newer

BUSY_MILLISECONDS = 10_000
MAX_READERS = 8


def open_writing(path: Path) -> apsw.Connection:
    """Return the one connection that writes: file made, schema up to date, every commit synced.

    A file of an older schema is copied to ``backups/`` beside it before it is changed.
    """
    make_private_file(path)
    _look_first(path)
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.set_busy_timeout(BUSY_MILLISECONDS)
        refuse_newer(read_version(connection))
        mode = connection.pragma("journal_mode", "wal")
        if mode != "wal":
            message = (
                f"The disk of {path.parent} cannot hold the record safely (journal {mode!r}). "
                "Set GLASSROOM_HOME to a folder on this machine's own disk."
            )
            raise StoreError(message)
        connection.pragma("synchronous", "full")
        connection.pragma("foreign_keys", "on")
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _look_first(path: Path) -> None:
    """Refuse a newer file before anything could change it, and copy an older one.

    A crash in the very first moments leaves a rollback journal, which only a writer may undo;
    then there is nothing to look at yet.
    """
    try:
        with closing(open_reading(path)) as connection:
            version = read_version(connection)
            refuse_newer(version)
            if 0 < version < len(MIGRATIONS):
                copy_database(
                    connection, path.parent / "backups" / f"before-schema-{version + 1}.db"
                )
    except apsw.ReadOnlyError as error:
        # apsw sets the extended code on each error but does not declare it.
        if getattr(error, "extendedresult", 0) != apsw.SQLITE_READONLY_ROLLBACK:
            raise


def open_reading(path: Path) -> apsw.Connection:
    """Return a connection that cannot write."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    connection.set_busy_timeout(BUSY_MILLISECONDS)
    return connection


def require_readable(path: Path) -> None:
    """Raise `StoreError` if there is no record at `path`, or one of another schema."""
    if not path.is_file():
        message = f"There is no record in {path.parent} yet. Start Glassroom once to make one."
        raise StoreError(message)
    with closing(open_reading(path)) as connection:
        version = read_version(connection)
    refuse_newer(version)
    if version < len(MIGRATIONS):
        message = (
            f"The record has the older schema {version}, this Glassroom reads {len(MIGRATIONS)}. "
            "Start Glassroom once to bring it up to date."
        )
        raise StoreError(message)


class Readers:
    """A few reading connections, lent to whoever asks.

    Page threads come and go by the hundred; a connection per thread would be opened each time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[apsw.Connection] = []
        self._is_closed = False
        self._guard = threading.Lock()
        self._slots = threading.BoundedSemaphore(MAX_READERS)

    @contextmanager
    def borrow(self) -> Iterator[apsw.Connection]:
        """Lend one connection for the length of the block."""
        if not self._slots.acquire(timeout=BUSY_MILLISECONDS / 1000):
            message = "The record is being read by too many pages at once. Try again in a moment."
            raise StoreError(message)
        try:
            with self._guard:
                connection = self._idle.pop() if self._idle else open_reading(self._path)
            try:
                yield connection
            except BaseException:
                connection.close()  # it may be in the middle of something
                raise
            self._give_back(connection)
        finally:
            self._slots.release()

    def close(self) -> None:
        """Close the idle connections now and the lent ones when they come back."""
        with self._guard:
            self._is_closed = True
            while self._idle:
                self._idle.pop().close()

    def _give_back(self, connection: apsw.Connection) -> None:
        with self._guard:
            if self._is_closed:
                connection.close()
            else:
                self._idle.append(connection)
