"""Is the record as it was written? SQLite's own check and ours, row by row."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import apsw

from core.store.errors import StoreError
from core.store.event import CHAIN_START, Row, chain_hash


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """What was found in the record."""

    n_events: int
    """Events that could be read."""
    integrity: str
    """``"ok"``, or what SQLite's ``integrity_check`` complains about, one finding per line."""
    is_chain_ok: bool
    """Whether every event carries the hash of its content and of the one before it."""
    first_bad_row: int | None
    """Number (from 1) of the first event that is changed, missing or unreadable."""

    @property
    def is_ok(self) -> bool:
        """Whether nothing at all was found."""
        return self.integrity == "ok" and self.is_chain_ok


def check_file(path: Path) -> CheckReport:
    """Read the whole file and report what is wrong with it; nothing is written.

    SQLite's check sees torn pages and broken indexes but not a changed letter in a text; the
    chain of hashes sees every change of an event. A fresh file gives 0 events and both in order.

    Raises
    ------
    StoreError
        There is no such file.
    """
    if not path.is_file():
        message = f"There is no record at {path}."
        raise StoreError(message)
    try:
        with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
            connection.set_busy_timeout(10_000)
            connection.execute("BEGIN")  # both checks see the same moment
            integrity = _ask_sqlite(connection)
            n_events, first_bad_row = _follow_chain(connection)
    except apsw.Error as error:
        integrity, n_events, first_bad_row = str(error), 0, 1
    return CheckReport(
        n_events=n_events,
        integrity=integrity,
        is_chain_ok=first_bad_row is None,
        first_bad_row=first_bad_row,
    )


def _ask_sqlite(connection: apsw.Connection) -> str:
    try:
        return "\n".join(str(line) for (line,) in connection.execute("PRAGMA integrity_check"))
    except apsw.Error as error:
        return str(error)


def _follow_chain(connection: apsw.Connection) -> tuple[int, int | None]:
    """Return the number of readable events and the number of the first bad one."""
    n_events, first_bad_row, previous = 0, None, CHAIN_START
    try:
        rows = connection.execute(
            "SELECT n, hash, id, learner, kind, subject, body, created_at FROM event ORDER BY n"
        )
        for n, found, *texts in cast("Iterable[tuple[Any, ...]]", rows):
            n_events += 1
            # The hash covers n and the row before, so it also differs after a gap or a swap.
            if first_bad_row is None and found != _expected_hash(previous, n, texts):
                first_bad_row = n_events
            previous = found
        highest = connection.execute(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'event'"
        ).get
    except (apsw.Error, UnicodeDecodeError):
        return n_events, first_bad_row or n_events + 1
    if first_bad_row is None and highest != n_events:
        first_bad_row = n_events + 1  # the last events are gone
    return n_events, first_bad_row


def _expected_hash(previous: bytes, n: int, texts: list[Any]) -> bytes | None:
    try:
        return chain_hash(previous, n, Row(*texts))
    except (TypeError, ValueError):  # a damaged type: a number or bytes where a text belongs
        return None
