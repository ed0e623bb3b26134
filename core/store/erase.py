"""Erase what the record holds of one learner, without a trace and without a gap."""

import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import cast
from uuid import uuid4

import apsw

from core.store.backup import copy_database
from core.store.check import check_file
from core.store.errors import StoreError
from core.store.event import CHAIN_START, Row, chain_hash

ROWS_AT_A_TIME = 1000
CHECKPOINT_TRIES = 50


def erase(connection: apsw.Connection, learner: str) -> None:
    """Remove every event of `learner` in one transaction; number and chain the others anew.

    Then the file is written anew and its write-ahead log emptied: SQLite leaves old copies of a row in the
    unused part of a page. A crash leaves all events or none of them; the same call tidies up what it left.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        guards = cast(
            "list[tuple[str, str]]",
            list(
                connection.execute(
                    "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'event'"
                )
            ),
        )
        for name, _ in guards:
            connection.execute(f'DROP TRIGGER "{name}"')
        _erase_rows(connection, learner)
        for _, sql in guards:
            connection.execute(sql)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("VACUUM")
    _empty_log(connection)


def erase_in_backups(home: Path, learner: str) -> None:
    """Erase `learner` in every backup below `home`, each replaced only by a checked copy."""
    for path in sorted((home / "backups").glob("*.db")):
        if not check_file(path).is_ok:
            message = f"The backup {path.name} is damaged, so nothing could be erased in it. Remove the file."
            raise StoreError(message)
        draft = path.with_name(f".{path.name}.{uuid4().hex}.erase")
        try:
            with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as source:
                copy_database(source, draft)
            with closing(apsw.Connection(str(draft))) as copy:
                erase(copy, learner)
            with closing(apsw.Connection(str(draft))) as copy:
                copy_database(copy, path)
        finally:
            draft.unlink(missing_ok=True)


def _erase_rows(connection: apsw.Connection, learner: str) -> None:
    first = connection.execute("SELECT min(n) FROM event WHERE learner = ?", (learner,)).get
    if first is None:
        return
    start = int(cast("int", first))
    connection.execute("DELETE FROM event WHERE learner = ?", (learner,))
    before = connection.execute("SELECT hash FROM event WHERE n = ?", (start - 1,)).get
    previous = cast("bytes", before) if before is not None else CHAIN_START
    n, last = start - 1, start - 1
    while rows := _rows_after(connection, last):
        for old, *texts in rows:
            n += 1
            previous = chain_hash(previous, n, Row(*texts))
            # The new number is free: it is not above the old one, and those below were moved before.
            connection.execute("UPDATE event SET n = ?, hash = ? WHERE n = ?", (n, previous, old))
            last = old
    connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'event'", (n,))


def _rows_after(
    connection: apsw.Connection, last: int
) -> list[tuple[int, str, str, str, str, str, str]]:
    rows: Iterable[object] = connection.execute(
        "SELECT n, id, learner, kind, subject, body, created_at FROM event WHERE n > ? ORDER BY n LIMIT ?",
        (last, ROWS_AT_A_TIME),
    )
    return cast("list[tuple[int, str, str, str, str, str, str]]", list(rows))


def _empty_log(connection: apsw.Connection) -> None:
    """Empty the write-ahead log once no reader stands in it; a page reads for a moment only."""
    for _ in range(CHECKPOINT_TRIES):
        busy, _, _ = cast(
            "tuple[int, int, int]", connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").get
        )
        if not busy:
            return
        time.sleep(0.1)
