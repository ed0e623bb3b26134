"""A copy of the record while it is in use."""

import time
from contextlib import closing
from glob import escape
from pathlib import Path
from uuid import uuid4

import apsw

from core.store.check import check_file
from core.store.disk import make_private_file, make_private_folder, sync_file, sync_folder
from core.store.errors import StoreError

LEFTOVER_SECONDS = 3600


def copy_database(source: apsw.Connection, to: Path) -> None:
    """Copy the database behind `source` to the file `to`, all or nothing.

    Copying the file by hand would miss what still stands in the ``-wal`` file. The copy is written
    beside `to`, checked event by event, synced, and only then takes its name, so an older backup
    under that name stays whole until the new one is known to be good.

    Raises
    ------
    StoreError
        The copy does not pass the check, because the record itself is damaged.
    """
    make_private_folder(to.parent)
    _remove_leftovers(to)
    part = to.with_name(f".{to.name}.{uuid4().hex}.part")
    try:
        make_private_file(part)
        with closing(apsw.Connection(str(part))) as target:
            with target.backup("main", source, "main") as copying:
                copying.step(-1)  # in one go: one moment of the record, however busy the writer
            # One self-contained file, which can be read from a read-only medium as well.
            target.pragma("journal_mode", "delete")
        report = check_file(part)
        if not report.is_ok:
            message = (
                f"No backup was made: the record is damaged from event {report.first_bad_row} on "
                f"({report.integrity}). Earlier backups are untouched; restore the newest good one."
            )
            raise StoreError(message)
        sync_file(part)
        part.replace(to)
        sync_folder(to.parent)
    finally:
        part.unlink(missing_ok=True)


def _remove_leftovers(to: Path) -> None:
    """Remove half copies of killed processes; a young one may still be in the making."""
    for part in to.parent.glob(f".{escape(to.name)}.*.part*"):
        if time.time() - part.stat().st_mtime > LEFTOVER_SECONDS:
            part.unlink(missing_ok=True)
