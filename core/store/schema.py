"""The tables of the record and how an older file is brought up to date."""

from typing import cast

import apsw

from core.store.errors import StoreError

# Each step is applied once, in its own transaction, and its position is its number (from 1).
# A step that has been published is never edited: append the next one.
MIGRATIONS: tuple[str, ...] = (
    """
    -- AUTOINCREMENT keeps the highest number ever given, so a missing last row is noticed.
    CREATE TABLE event (
        n INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        learner TEXT NOT NULL,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        body TEXT NOT NULL,
        created_at TEXT NOT NULL,
        hash BLOB NOT NULL
    ) STRICT;
    CREATE INDEX event_of_learner ON event (learner, kind, subject);
    CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
    CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'events are never removed'); END;
    """,
)


def read_version(connection: apsw.Connection) -> int:
    """Return the number of migrations that the file has seen; 0 for an empty file."""
    return cast("int", connection.pragma("user_version"))


def refuse_newer(version: int) -> None:
    """Raise `StoreError` if a newer Glassroom wrote the file; call it before any write."""
    if version > len(MIGRATIONS):
        message = (
            f"The record was written by a newer Glassroom (schema {version}; this one knows "
            f"{len(MIGRATIONS)}). Nothing was changed. Start the newer Glassroom, or choose "
            "another folder as GLASSROOM_HOME. If there never was a newer one, the file is damaged: "
            "`glassroom restore` brings back the newest good backup."
        )
        raise StoreError(message)


def migrate(connection: apsw.Connection) -> None:
    """Apply the missing migrations, each with its number in one transaction.

    A crash in between leaves the file at one version or the next, never between two.
    """
    for number in range(read_version(connection) + 1, len(MIGRATIONS) + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute(MIGRATIONS[number - 1])
            connection.pragma("user_version", number)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
