"""Backups that nobody has to think of, and the way back to one of them.

A copy is made every 15 minutes if anything was stored since, and before a migration. Of the last two hours
all are kept, of the last day one an hour, of the last month one a day.
"""

import logging
import shutil
import threading
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from core.store.backup import copy_database
from core.store.check import CheckReport, check_file
from core.store.connections import open_reading
from core.store.disk import make_private_folder, sync_folder
from core.store.errors import StoreError, plainly
from core.store.lock import HomeLock
from core.store.store import DATABASE_NAME, Store

MINUTES_BETWEEN_BACKUPS = 15
FOLDER = "backups"
STAMP = "%Y-%m-%dT%H-%M-%SZ"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Backup:
    """A good copy of the record."""

    path: Path
    made_at: datetime
    n_events: int

    def __str__(self) -> str:
        return f"{self.path.name} ({self.n_events} events, made {self.made_at:%Y-%m-%d %H:%M} UTC)"


class BackupKeeper:
    """Makes a backup now and then while the server runs, and lets `others` of the same home do so."""

    def __init__(self, store: Store, others: Iterable[Callable[[Path], object]] = ()) -> None:
        self._store = store
        self._others = tuple(others)
        self._n_last = -1
        self._end = threading.Event()

    def start(self) -> None:
        """Begin, in a thread of its own that ends with the process."""
        threading.Thread(target=self._keep, name="backups", daemon=True).start()

    def make(self, now: datetime | None = None) -> Path | None:
        """Make a backup and thin out the older ones; None if nothing was stored since the last one."""
        n_events = self._store.n_events()
        if n_events == self._n_last:
            return None
        now = now or datetime.now(UTC)
        path = self._store.home / FOLDER / f"{now:{STAMP}}.db"
        self._store.backup(path)
        self._n_last = n_events
        thin_out(path.parent, now)
        return path

    def _keep(self) -> None:
        others = [partial(other, self._store.home) for other in self._others]
        makers: list[Callable[[], object]] = [self.make, *others]
        while not self._end.wait(60 * MINUTES_BETWEEN_BACKUPS):
            for make in makers:
                try:
                    make()
                except (StoreError, OSError) as error:
                    logger.error("No backup was made: %s", error)


def thin_out(folder: Path, now: datetime) -> None:
    """Remove backups made on the clock that are too close to each other for their age."""
    kept: set[str] = set()
    for path in sorted(folder.glob("*.db"), reverse=True):
        made = _read_stamp(path)
        if made is None:  # made before a migration, or by a person
            continue
        age = now - made
        if age < timedelta(hours=2):
            continue
        step = "%Y-%m-%dT%H" if age < timedelta(days=1) else "%Y-%m-%d"
        period = f"{made:{step}}"
        if period in kept or age > timedelta(days=31):
            path.unlink(missing_ok=True)
        kept.add(period)


def find_backups(home: Path) -> tuple[Backup, ...]:
    """Return the good backups of `home`, newest first; a damaged one is left out."""
    found = []
    for path in (home / FOLDER).glob("*.db"):
        report = check_file(path)
        if report.is_ok:
            made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            found.append(Backup(path, _read_stamp(path) or made, report.n_events))
    return tuple(sorted(found, key=lambda backup: backup.made_at, reverse=True))


def require_sound(home: Path) -> None:
    """Raise `StoreError` if the record of `home` is damaged; the sentence names the newest good backup.

    Call it before the record is opened for writing. A home without a record is sound.
    """
    path = home / DATABASE_NAME
    if not path.is_file() or path.stat().st_size == 0:
        return
    with plainly():
        report = check_file(path)
    if report.is_ok:
        return
    backups = find_backups(home)
    way_out = (
        f"The newest good backup is {backups[0]}. Bring it back with `glassroom restore`; "
        "the damaged file is kept beside it."
        if backups
        else "There is no good backup. Keep the file, and start with another GLASSROOM_HOME."
    )
    message = (
        f"The record in {home} is damaged from event {report.first_bad_row or 'unknown'} on "
        f"({_first_line(report)}). Nothing was changed. {way_out}"
    )
    raise StoreError(message)


def restore(home: Path, backup: Path | None = None) -> tuple[Backup, Path | None]:
    """Put a backup in the place of the record; return it and where the present file is kept now.

    Parameters
    ----------
    home
        A home whose server is stopped.
    backup
        A backup; the newest good one if None.

    Raises
    ------
    StoreError
        A server runs there, there is no good backup, or the disk is full. Nothing was changed then.
    """
    with plainly():
        lock = HomeLock(home)
        try:
            chosen = _choose(home, backup)
            part = home / f".{DATABASE_NAME}.restored"
            with closing(open_reading(chosen.path)) as source:
                copy_database(source, part)  # checked and synced before anything else moves
            aside = _put_aside(home)
            part.replace(home / DATABASE_NAME)
            sync_folder(home)
        finally:
            lock.release()
    return chosen, aside


def _choose(home: Path, backup: Path | None) -> Backup:
    if backup is None:
        backups: Iterable[Backup] = find_backups(home)
        for found in backups:
            return found
        message = f"There is no good backup in {home / FOLDER}."
        raise StoreError(message)
    report = check_file(backup)
    if not report.is_ok:
        message = f"The backup {backup} is damaged ({_first_line(report)}). Choose an earlier one."
        raise StoreError(message)
    made = datetime.fromtimestamp(backup.stat().st_mtime, UTC)
    return Backup(backup, _read_stamp(backup) or made, report.n_events)


def _put_aside(home: Path) -> Path | None:
    """Move the present record, with its log, into a folder of its own."""
    parts = [path for path in home.glob(f"{DATABASE_NAME}*") if path.is_file()]
    if not parts:
        return None
    aside = home / f"before-restore-{datetime.now(UTC):{STAMP}}"
    make_private_folder(aside)
    # The log first: a kill in between leaves a file without a log, never a log of another file.
    for path in sorted(parts, key=lambda path: path.name, reverse=True):
        shutil.move(path, aside / path.name)
    sync_folder(aside)
    return aside


def _read_stamp(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.stem, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _first_line(report: CheckReport) -> str:
    first = report.integrity.split("\n")[0]
    return "an event was changed" if first == "ok" else first
