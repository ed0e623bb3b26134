"""Copies of the runs, and the way back to one of them.

The record of the learners has its own backups (`core.store.keeper`). Beside each of them go the runs: on
the clock a copy of their database, since artifacts are written once and never changed; by hand everything,
in one zip file.
"""

import shutil
import sqlite3  # noqa: TID251  two SQLite libraries on one file let go of each other's locks
import tempfile
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from core.store.disk import make_private_folder, sync_file, sync_folder
from core.store.errors import StoreError
from core.store.keeper import FOLDER, STAMP, thin_out
from core.tracking.place import uri_of
from core.tracking.store import forget_clients, writing

DATABASE, ARTIFACTS = "mlflow.db", "artifacts"
ENDING = ".runs.zip"
TABLE_OF_RUNS = "SELECT count(*) FROM runs"
SQLITE = sqlite3.sqlite_version
"""The version with which runs are written."""
LEFT_BEHIND = (
    "DELETE FROM inputs WHERE destination_type = 'RUN' AND destination_id NOT IN (SELECT run_uuid FROM runs)",
    "DELETE FROM inputs WHERE source_type = 'RUN_OUTPUT' AND source_id NOT IN (SELECT run_uuid FROM runs)",
    "DELETE FROM input_tags WHERE input_uuid NOT IN (SELECT input_uuid FROM inputs)",
    "DELETE FROM datasets WHERE dataset_uuid NOT IN (SELECT source_id FROM inputs)",
)
"""What MLflow leaves of a run that it removes, such as the names of the tables that it was trained on."""


def count_runs(path: Path) -> int:
    """Return how many runs the SQLite store at `path` holds, without loading MLflow.

    Raises
    ------
    StoreError
        The file is damaged, or is no store of runs.
    """
    try:
        with closing(sqlite3.connect(f"file:{path.as_posix()}?mode=ro", uri=True)) as connection:
            sound = connection.execute("PRAGMA quick_check").fetchone()[0]
            n_runs = int(connection.execute(TABLE_OF_RUNS).fetchone()[0])
    except sqlite3.Error as error:
        message = f"The runs in {path} cannot be read: {error}."
        raise StoreError(message) from error
    if sound != "ok":
        message = f"The runs in {path} are damaged: {sound}."
        raise StoreError(message)
    return n_runs


def copy_runs(home: Path, to: Path) -> int:
    """Copy the database of the runs of `home` to the file `to`, all or nothing; return how many there are.

    The library is Python's own SQLite, with which MLflow writes the file in this process, too.
    """
    source = home / "tracking" / DATABASE
    make_private_folder(to.parent)
    part = to.with_name(f".{to.name}.part")
    try:
        with (
            writing(uri_of(source)),
            closing(sqlite3.connect(source)) as here,
            closing(sqlite3.connect(part)) as there,
        ):
            here.backup(there)
            there.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        n_runs = count_runs(part)
        sync_file(part)
        part.replace(to)
        sync_folder(to.parent)
    finally:
        part.unlink(missing_ok=True)
    return n_runs


def write_anew(path: Path) -> None:
    """Let the store at `path` hold nothing of runs that were removed.

    SQLite leaves old rows in the unused part of a page, and in its log.
    """
    with writing(uri_of(path)), closing(sqlite3.connect(path)) as connection:
        for statement in LEFT_BEHIND:
            connection.execute(statement)
        connection.commit()
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def keep_runs(home: Path, now: datetime | None = None) -> Path | None:
    """Make a backup of the runs of `home` and thin out the older ones; None if nothing was logged since."""
    source, folder = home / "tracking" / DATABASE, home / FOLDER / "runs"
    if not source.is_file():
        return None
    changed = max(path.stat().st_mtime for path in source.parent.glob(f"{DATABASE}*"))
    last = max((path.stat().st_mtime for path in folder.glob("*.db")), default=0.0)
    if changed <= last:
        return None
    now = now or datetime.now(UTC)
    path = folder / f"{now:{STAMP}}.db"
    copy_runs(home, path)
    thin_out(folder, now)
    return path


def pack_runs(home: Path, file: Path) -> int | None:
    """Write the runs of `home` and their artifacts into the zip `file`; None if there are no runs."""
    folder = home / "tracking"
    if not (folder / DATABASE).is_file():
        return None
    make_private_folder(file.parent)
    part = file.with_name(f".{file.name}.part")
    with tempfile.TemporaryDirectory() as scratch:
        n_runs = copy_runs(home, Path(scratch) / DATABASE)
        try:
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.write(Path(scratch) / DATABASE, DATABASE)
                for path in sorted((folder / ARTIFACTS).rglob("*")):
                    archive.write(path, path.relative_to(folder).as_posix())
            sync_file(part)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    return n_runs


def bring_back_runs(home: Path, backup: Path | None = None) -> tuple[int, Path | None] | None:
    """Put the runs of a backup in the place of those of `home`; return their number and the old ones' folder.

    Parameters
    ----------
    home
        A home whose server is stopped.
    backup
        The record's backup that `pack_runs` stood beside; the newest copy on the clock if None.

    None if there is no such copy: the runs stay as they are.
    """
    if backup is not None:
        packed = packed_beside(backup)
        found = packed if packed.is_file() else None
    else:
        found = max((home / FOLDER / "runs").glob("*.db"), default=None)
    if found is None:
        return None
    folder, stamp = home / "tracking", f"{datetime.now(UTC):{STAMP}}"
    make_private_folder(folder)
    forget_clients()
    with tempfile.TemporaryDirectory(dir=home) as scratch, writing(uri_of(folder / DATABASE)):
        draft = Path(scratch)
        if found.suffix == ".zip":
            with zipfile.ZipFile(found) as archive:
                archive.extractall(draft)
        else:
            shutil.copyfile(found, draft / DATABASE)
        n_runs = count_runs(draft / DATABASE)  # before anything is moved
        aside = _put_aside(folder, home / f"before-restore-{stamp}", (draft / ARTIFACTS).is_dir())
        for name in (DATABASE, ARTIFACTS):
            if (draft / name).exists():
                shutil.move(draft / name, folder / name)
        sync_folder(folder)
    return n_runs, aside


def packed_beside(backup: Path) -> Path:
    """Return where the runs of a backup by hand lie: ``class.db`` has ``class.runs.zip`` beside it."""
    return backup.with_suffix(ENDING)


def _put_aside(folder: Path, aside: Path, has_artifacts: bool) -> Path | None:
    parts = sorted(folder.glob(f"{DATABASE}*"), reverse=True)  # the log first
    if has_artifacts and (folder / ARTIFACTS).is_dir():
        parts.append(folder / ARTIFACTS)
    if not parts:
        return None
    make_private_folder(aside)
    for path in parts:
        shutil.move(path, aside / path.name)
    sync_folder(aside)
    return aside
