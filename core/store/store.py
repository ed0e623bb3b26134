"""The learner's record: append an event, read what happened."""

import atexit
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import apsw

from core.settings import read_settings
from core.store.backup import copy_database
from core.store.check import CheckReport, check_file
from core.store.connections import Readers, open_writing, require_readable
from core.store.disk import make_private_folder
from core.store.erase import erase, erase_in_backups
from core.store.errors import DAMAGED, StoreError, plainly
from core.store.event import Event, Row, read_row, write_row
from core.store.lock import HomeLock
from core.store.schema import read_version
from core.store.writer import CLOSED, Writer

DATABASE_NAME = "glassroom.db"

_EVENTS_OF = (
    "SELECT id, learner, kind, subject, body, created_at FROM event WHERE learner = :learner"
)

_EVENTS_OF_ALL = (
    "SELECT id, learner, kind, subject, body, created_at FROM event WHERE :learner = ''"
)


class Store:
    """The record of one home; `open_store` gives it. Every method may be called from any thread.

    Every method raises `StoreError` when the file or its disk fails, when the store is closed and
    in a process that was forked from the one that opened it.
    """

    def __init__(self, home: Path, *, read_only: bool) -> None:
        self.home = home
        self.path = home / DATABASE_NAME
        self.is_closed = False
        self._process = os.getpid()
        self._lock: HomeLock | None = None
        self._writer: Writer | None = None
        if read_only:
            require_readable(self.path)
        else:
            make_private_folder(home)
            self._lock = HomeLock(home)
            try:
                self._writer = Writer(open_writing(self.path))
            except BaseException:
                self._lock.release()
                raise
        self._readers = Readers(self.path)

    def append(
        self,
        *,
        learner: str,
        kind: str,
        subject: str,
        body: Mapping[str, Any],
        id: str | None = None,  # noqa: A002  # it is the field's name
    ) -> Event:
        """Store an event and return it once it is safely on the disk.

        The same `id` again stores nothing and returns the first event, so that a double click or
        a resend is harmless. Without an `id` the event gets a new random one.

        Parameters
        ----------
        learner, kind, id
            1 to 200 characters.
        subject
            0 to 200 characters.
        body
            Plain JSON of at most 64,000 bytes.
        id
            Made by the page from what the event is about, for example attempt and question.

        Raises
        ------
        SpecError
            A name or the body cannot be stored.
        StoreError
            It was not stored, was not confirmed within 10 seconds, or `id` already names an event
            of another learner, kind or subject.
        """
        row = write_row(learner=learner, kind=kind, subject=subject, body=body, id=id)
        self._require_usable()
        if self._writer is None:
            message = "The record was opened for reading only, so nothing can be stored."
            raise StoreError(message)
        stored = self._writer.append(row)
        if (stored.learner, stored.kind, stored.subject) != (learner, kind, subject):
            message = (
                f"The id {row.id!r} already names an event of another learner, kind or subject, so "
                "this one was not stored. Build the id from all three."
            )
            raise StoreError(message)
        return read_row(stored)

    def events(
        self, learner: str, kind: str | None = None, subject: str | None = None
    ) -> tuple[Event, ...]:
        """Return what `learner` did, in the order of writing, at one moment of the record."""
        return self._read(_EVENTS_OF, learner, kind, subject, " ORDER BY n")

    def latest(self, learner: str, kind: str, subject: str) -> Event | None:
        """Return the event of this kind and subject that was written last, or None."""
        found = self._read(_EVENTS_OF, learner, kind, subject, " ORDER BY n DESC LIMIT 1")
        return found[0] if found else None

    def everyone(self, kind: str, subject: str | None = None) -> tuple[Event, ...]:
        """Return the events of this kind of all learners, in the order of writing."""
        return self._read(_EVENTS_OF_ALL, "", kind, subject, " ORDER BY n")

    def forget(self, learner: str) -> int:
        """Erase every event of `learner`, here and in the backups, and return how many were here.

        The others keep their order; they are numbered and chained anew. No byte stays in the files. A
        learner who goes on working is the caller's to stop.

        Raises
        ------
        StoreError
            Nothing was erased in the record, or a backup could not be rewritten.
        """
        self._require_usable()
        if self._writer is None:
            message = "The record was opened for reading only, so nothing can be erased."
            raise StoreError(message)
        n_events = len(self.events(learner))
        with plainly():
            self._writer.run_alone(lambda connection: erase(connection, learner))
            erase_in_backups(self.home, learner)
        return n_events

    def check(self) -> CheckReport:
        """Report whether the record is as it was written; reads the whole file."""
        self._require_usable()
        with plainly():
            return check_file(self.path)

    def backup(self, to: Path) -> None:
        """Copy the record to the file `to` while it is in use; an older backup there is replaced.

        The copy takes the name only after it was checked and synced.

        Raises
        ------
        StoreError
            `to` is the record itself, the record is damaged, or the disk is full.
        """
        to = to.expanduser().resolve()
        if to == self.path:
            message = "A backup cannot take the place of the record itself. Choose another file."
            raise StoreError(message)
        with self._reading() as connection:
            copy_database(connection, to)

    def n_events(self) -> int:
        """Return how many events are kept; at once, because they are numbered without a gap."""
        with self._reading() as connection:
            return int(cast("int", connection.execute("SELECT coalesce(max(n), 0) FROM event").get))

    def version(self) -> int:
        """Return the number of the schema, counted from 1."""
        with self._reading() as connection:
            return read_version(connection)

    def size_bytes(self) -> int:
        """Return what the record takes on the disk, with what is not yet moved into the file."""
        self._require_usable()
        parts = (self.path, self.path.with_name(f"{DATABASE_NAME}-wal"))
        return sum(part.stat().st_size for part in parts if part.exists())

    def close(self) -> None:
        """Store what waits, close the file and let another process write; twice is harmless."""
        if os.getpid() != self._process:
            return
        with _opened.guard:
            if self.is_closed:
                return
            self.is_closed = True
            self._readers.close()  # before the writer: the last to leave tidies up the -wal file
            has_ended = self._writer is None or self._writer.close()
            # A writer that hangs on its disk may still write, so the right to write stays with it.
            if self._lock is not None and has_ended:
                self._lock.release()
            _opened.forget(self)

    def leave_to_parent(self) -> None:
        """Let go, in a forked child, of the lock that belongs to the parent."""
        if self._lock is not None:
            self._lock.leave_to_parent()

    def _require_usable(self) -> None:
        if os.getpid() != self._process:
            message = (
                f"The record was opened by process {self._process} and cannot be used in a "
                f"process forked from it ({os.getpid()}). Start a new process instead of a fork."
            )
            raise StoreError(message)
        if self.is_closed:
            raise StoreError(CLOSED)

    @contextmanager
    def _reading(self) -> Iterator[apsw.Connection]:
        self._require_usable()
        with plainly(), self._readers.borrow() as connection:
            yield connection

    def _read(
        self, query: str, learner: str, kind: str | None, subject: str | None, order: str
    ) -> tuple[Event, ...]:
        if kind is not None:
            query += " AND kind = :kind"
        if subject is not None:
            query += " AND subject = :subject"
        names = {"learner": learner, "kind": kind, "subject": subject}
        with self._reading() as connection:
            try:
                rows = cast("list[tuple[str, ...]]", list(connection.execute(query + order, names)))
                return tuple(read_row(Row(*row)) for row in rows)
            except ValueError:  # the text is no longer UTF-8 or no longer JSON
                raise StoreError(DAMAGED) from None


class _Opened:
    """The stores of this process, so that one home is opened once."""

    def __init__(self) -> None:
        self.guard = threading.RLock()
        self.stores: dict[tuple[Path, bool], Store] = {}

    def forget(self, store: Store) -> None:
        self.stores = {key: other for key, other in self.stores.items() if other is not store}

    def close_all(self) -> None:
        for store in list(self.stores.values()):
            store.close()

    def after_fork(self) -> None:
        self.guard = threading.RLock()  # another thread of the parent may have held it
        for store in self.stores.values():
            store.leave_to_parent()


_opened = _Opened()
atexit.register(_opened.close_all)
if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=_opened.after_fork)


def open_store(home: Path | None = None, *, read_only: bool = False) -> Store:
    """Return the record kept in `home`, opening it if this process has not yet done so.

    Parameters
    ----------
    home
        A folder, made if need be; by default the setting ``GLASSROOM_HOME``.
    read_only
        Look without the right to write, also while another process has it.

    Raises
    ------
    StoreError
        Another process writes there (its number is in the message), the folder cannot be written,
        the file is damaged or newer than this program, or this process was forked from the one
        that opened it.
    """
    home = (home or read_settings().home).expanduser().resolve()
    with _opened.guard, plainly():
        store = _opened.stores.get((home, read_only))
        if store is None:
            store = _opened.stores[home, read_only] = Store(home, read_only=read_only)
        store._require_usable()  # noqa: SLF001  # a forked child finds its parent's store here
        return store


def sqlite_version() -> str:
    """Return the version of the SQLite inside; below 3.51.3 a rare fault can damage the file."""
    return apsw.sqlite_lib_version()
