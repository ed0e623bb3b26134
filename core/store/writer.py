"""The one thread that writes: it commits whatever waits together and answers after the commit."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import groupby
from queue import Empty, SimpleQueue
from typing import cast

import apsw

from core.store.errors import StoreError, explain, is_final
from core.store.event import CHAIN_START, Row, chain_hash

PATIENCE_SECONDS = 10.0
PATIENCE_ALONE_SECONDS = 120.0
MAX_BATCH = 1000

CLOSED = "The record has been closed. Open it again before you store anything."
DIED = (
    "The part of Glassroom that stores answers has stopped. Restart Glassroom; "
    "what was confirmed earlier is safe."
)


@dataclass(frozen=True)
class _Request:
    row: Row
    stored: Future[Row] = field(default_factory=Future)


@dataclass(frozen=True)
class _Task:
    """Something that needs the writing connection for itself."""

    work: Callable[[apsw.Connection], None]
    done: Future[None] = field(default_factory=Future)


class Writer:
    """Owns the only writing connection and closes it when it ends."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._waiting: SimpleQueue[_Request | _Task | None] = SimpleQueue()
        self._gate = threading.Lock()
        self._refusal: str | None = None
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def append(self, row: Row) -> Row:
        """Return once `row`, or an earlier one with its id, is safely on the disk.

        Raises
        ------
        StoreError
            It was not stored, or this could not be confirmed within 10 seconds.
        """
        request = _Request(row)
        self._put(request)
        try:
            return request.stored.result(timeout=PATIENCE_SECONDS)
        except TimeoutError:
            request.stored.cancel()
            message = (
                f"Storing was not confirmed within {PATIENCE_SECONDS:g} seconds: the disk is very "
                "slow or held by another program. Send it again; nothing is stored twice."
            )
            raise StoreError(message) from None

    def run_alone(self, work: Callable[[apsw.Connection], None]) -> None:
        """Call `work` with the writing connection while nothing else is written; wait for its end.

        Raises
        ------
        StoreError
            It failed, and left nothing half done if it used a transaction.
        """
        task = _Task(work)
        self._put(task)
        task.done.result(timeout=PATIENCE_ALONE_SECONDS)

    def close(self) -> bool:
        """Store what waits, then end; tell whether the end came within 10 seconds."""
        with self._gate:
            self._refusal = self._refusal or CLOSED
            self._waiting.put(None)
        self._thread.join(timeout=PATIENCE_SECONDS)
        return not self._thread.is_alive()

    def _put(self, what: _Request | _Task) -> None:
        with self._gate:  # nothing may slip in between the last look into the queue and the end
            if self._refusal is not None:
                raise StoreError(self._refusal)
            self._waiting.put(what)

    def _run(self) -> None:
        refusal = DIED
        try:
            while (batch := self._next_batch()) is not None:
                for kind, group in groupby(batch, key=type):
                    if kind is _Request:
                        self._commit(cast("list[_Request]", list(group)))
                    else:
                        for task in group:
                            self._work_alone(cast("_Task", task))
            refusal = CLOSED
        except apsw.Error as error:
            refusal = str(explain(error))
        finally:
            self._end(refusal)

    def _end(self, refusal: str) -> None:
        with self._gate:
            self._refusal = refusal
        while (batch := self._drain()) != []:
            _refuse([item for item in batch if _is_wanted(item)], refusal)
        self._connection.close()

    def _next_batch(self) -> list[_Request | _Task] | None:
        """Wait for a request and take along all that wait with it; None when it is time to end."""
        first = self._waiting.get()
        if first is None:
            return None
        return [first, *self._drain()]

    def _drain(self) -> list[_Request | _Task]:
        batch: list[_Request | _Task] = []
        while len(batch) < MAX_BATCH - 1:
            try:
                request = self._waiting.get_nowait()
            except Empty:
                break
            if request is None:
                self._waiting.put(None)  # the end comes after this batch
                break
            batch.append(request)
        return batch

    def _commit(self, batch: list[_Request]) -> None:
        alive = [request for request in batch if _is_wanted(request)]
        try:
            rows = self._write([request.row for request in alive])
        except apsw.Error as error:
            _refuse(alive, str(explain(error)))
            if is_final(error):
                raise
            return
        except BaseException:
            _refuse(alive, DIED)
            raise
        for request, row in zip(alive, rows, strict=True):
            request.stored.set_result(row)

    def _work_alone(self, task: _Task) -> None:
        if not _is_wanted(task):
            return
        try:
            task.work(self._connection)
        except apsw.Error as error:
            _refuse([task], str(explain(error)))
            if is_final(error):
                raise
        except BaseException:
            _refuse([task], DIED)
            raise
        else:
            task.done.set_result(None)

    def _write(self, rows: list[Row]) -> list[Row]:
        """Store `rows` in one transaction and return, for each, what stands under its id."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            last = self._connection.execute("SELECT n, hash FROM event ORDER BY n DESC LIMIT 1").get
            n, previous = cast("tuple[int, bytes]", last or (0, CHAIN_START))
            stored: list[Row] = []
            for row in rows:
                earlier = self._find(row.id)
                if earlier is None:
                    n, previous = n + 1, chain_hash(previous, n + 1, row)
                    self._connection.execute(
                        "INSERT INTO event (n, id, learner, kind, subject, body, created_at, hash)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        (n, *row, previous),
                    )
                stored.append(earlier or row)
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # a full disk may have rolled back already
                self._connection.execute("ROLLBACK")
            raise
        return stored

    def _find(self, event_id: str) -> Row | None:
        found = self._connection.execute(
            "SELECT id, learner, kind, subject, body, created_at FROM event WHERE id = ?",
            (event_id,),
        ).get
        return None if found is None else Row(*cast("tuple[str, ...]", found))


def _future_of(item: _Request | _Task) -> "Future[Row] | Future[None]":
    return item.stored if isinstance(item, _Request) else item.done


def _is_wanted(item: _Request | _Task) -> bool:
    """Drop what its sender has lost patience with, before anything is written."""
    return _future_of(item).set_running_or_notify_cancel()


def _refuse(batch: Sequence[_Request | _Task], reason: str) -> None:
    for item in batch:  # an exception object each: many threads raise them at the same time
        _future_of(item).set_exception(StoreError(reason))
