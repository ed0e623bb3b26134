"""Studies on disk: Optuna's own SQLite file, written by one process, read by whoever wants to look.

A trial is written once, when it is finished, in one transaction: a kill leaves it whole or not there,
and none is ever left running by us. Should another program have written into the file and left a trial
``RUNNING``, opening it for writing marks that trial as failed.
"""

import json
import logging
import os
import shutil
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import apsw

from core.progress import report
from core.search.optuna_tools import STUDY_NAME, quiet_optuna
from core.search.space import Space
from core.search.suggest import distributions_for_optuna
from core.search.trial import State, Trial
from core.settings import read_settings
from core.store.errors import StoreError
from core.store.lock import FileLock

MAX_STUDIES_MB = 200.0
"""Room for studies on disk; the least recently written go first."""
WAIT_SECONDS = 0.2
BUSY_MS = 2000
NOTE = "glassroom"
"""The attribute of a trial in which we note what Optuna's tables have no column for."""
NOTED = (
    "scores", "n_fits", "cost", "seconds", "rung", "n_rows", "problem", "params", "steps",
)  # fmt: skip
NOTES = """
SELECT trials.number, trials.state, notes.value_json
FROM trials LEFT JOIN trial_user_attributes AS notes
ON notes.trial_id = trials.trial_id AND notes.key = ?
ORDER BY trials.number"""
STATES: Mapping[str, State] = {"COMPLETE": "complete", "PRUNED": "pruned", "FAIL": "failed"}

logger = logging.getLogger(__name__)


class StudyFile:
    """The finished trials of one study; see `write_study`."""

    def __init__(self, path: Path, space: Space) -> None:
        self._distributions = distributions_for_optuna(space)
        if not path.exists():
            _copy_empty_study(path)
        # Read first: two copies of SQLite in one process may not have one file open at once.
        self.trials: Mapping[int, Trial] = {trial.number: trial for trial in read_trials(path)}
        self._study = _open_study(path)
        reap(self._study)
        n_found = len(self._study.get_trials(deepcopy=False))
        if len(self.trials) < n_found:
            self._start_again(path)

    def add(self, trial: Trial) -> None:
        """Keep `trial`; a full disk costs the file, not the search."""
        from optuna.exceptions import StorageInternalError

        try:
            self._study.add_trial(_to_optuna(trial, self._distributions))
        except (StorageInternalError, OSError) as error:
            logger.warning("Trial %s could not be kept: %s", trial.number, error)

    def _start_again(self, path: Path) -> None:
        """Make the file anew with the trials that are ours: numbers in it are given in their order."""
        self.close()
        forget_study(path)
        _copy_empty_study(path)
        self._study = _open_study(path)
        for trial in self.trials.values():
            self.add(trial)

    def close(self) -> None:
        """Let go of the file."""
        _close(self._study)


@contextmanager
def write_study(path: Path, space: Space) -> Iterator[StudyFile]:
    """Open the study at `path` for the only process that writes there; wait while another does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = _wait_for_lock(path.with_suffix(".lock"))
    try:
        prune_studies(path.parent, keep=path)
        study = StudyFile(path, space)
        try:
            yield study
        finally:
            study.close()
    finally:
        lock.release()


def read_trials(path: Path) -> list[Trial]:
    """Return the finished trials at `path`, also while another process writes there; [] if none.

    Reads what `StudyFile.add` notes with each trial; Optuna itself is not needed for that. A trial that
    is not ours ends the list: from there on the study is made anew.
    """
    if not path.exists():
        return []
    rows = _read_rows(path)
    trials = []
    for number, (found, state, text) in enumerate(rows):
        if found != number or state not in STATES or text is None:
            break
        trials.append(_read_note(number, STATES[state], json.loads(text)))
    return trials


def _read_rows(path: Path) -> list[Any]:
    """Return number, state and note of each trial.

    After a kill SQLite must write to mend its log, so the file is not opened for reading alone; but it is
    left to its writer to move the log into the file.
    """
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.set_busy_timeout(BUSY_MS)
        connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        return list(connection.execute(NOTES, (NOTE,)))
    finally:
        connection.close()


def reap(study: Any) -> int:
    """Mark every trial of `study` that is left ``RUNNING`` as failed; return how many there were."""
    from optuna.trial import TrialState

    left = study.get_trials(deepcopy=False, states=(TrialState.RUNNING, TrialState.WAITING))
    for trial in left:
        study.tell(trial.number, state=TrialState.FAIL)
    return len(left)


def studies_folder() -> Path:
    """Return where studies are kept."""
    return read_settings().home / "studies"


def forget_study(path: Path) -> None:
    """Remove the study at `path`, for its writer alone."""
    for suffix in ("", "-wal", "-shm"):
        with suppress(OSError):
            path.with_name(path.name + suffix).unlink()


def prune_studies(folder: Path, keep: Path, max_mb: float = MAX_STUDIES_MB) -> None:
    """Remove the least recently written studies until the others fit into `max_mb`; never `keep`."""
    found = []
    for path in folder.glob("[!.]*.db"):
        with suppress(OSError):
            found.append((path.stat().st_mtime, path.stat().st_size, path))
    total = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if total <= max_mb * 1e6:
            return
        if path == keep:
            continue
        with suppress(StoreError):  # somebody writes there
            lock = FileLock(path.with_suffix(".lock"), "")
            forget_study(path)
            lock.release()
            total -= size


def _wait_for_lock(path: Path) -> FileLock:
    while True:
        try:
            return FileLock(path, "This study is being written by {process}.")
        except StoreError:
            report(0.0, "The same study runs for somebody else already; waiting for it")
            time.sleep(WAIT_SECONDS)


def _open_study(path: Path) -> Any:
    import optuna
    from sqlalchemy import event

    url = f"sqlite:///{path.as_posix()}"
    with quiet_optuna():
        storage = optuna.storages.RDBStorage(
            url, skip_compatibility_check=True, skip_table_creation=True
        )
        event.listen(storage.engine, "connect", _sync_at_checkpoints)
        return optuna.load_study(study_name=STUDY_NAME, storage=storage)


def _sync_at_checkpoints(connection: Any, _record: Any) -> None:
    # A kill loses nothing so; a power cut loses the last trials at most, which are then trained again.
    connection.execute("PRAGMA synchronous=NORMAL")


def _close(study: Any) -> None:
    storage = getattr(study._storage, "_backend", study._storage)  # noqa: SLF001  Optuna wraps it
    storage.remove_session()
    storage.engine.dispose()


def _copy_empty_study(path: Path) -> None:
    """Put an empty study at `path`: copied, for Optuna takes a second to make one."""
    template = path.with_name(f".empty-optuna-{version('optuna')}.db")
    if not template.exists():
        _make_empty_study(template)
    draft = path.with_name(f".{uuid.uuid4().hex}.tmp")
    shutil.copyfile(template, draft)
    draft.replace(path)


def _make_empty_study(template: Path) -> None:
    import optuna
    from sqlalchemy import text

    draft = template.with_name(f".{uuid.uuid4().hex}.tmp")
    with quiet_optuna():
        storage = optuna.storages.RDBStorage(f"sqlite:///{draft.as_posix()}")
        optuna.create_study(study_name=STUDY_NAME, storage=storage, direction="maximize")
    with storage.engine.connect() as connection:
        connection.execute(text("PRAGMA journal_mode=WAL"))
    storage.remove_session()
    storage.engine.dispose()
    os.replace(draft, template)  # noqa: PTH105  the same name for what another process may have put there


def _to_optuna(trial: Trial, distributions: Mapping[str, Any]) -> Any:
    from optuna.trial import TrialState, create_trial

    state = next(name for name, ours in STATES.items() if ours == trial.state)
    return create_trial(
        state=TrialState[state],
        value=None if trial.state == "failed" else trial.value,
        params=trial.params,
        distributions={name: distributions[name] for name in trial.params},
        intermediate_values=dict(trial.steps),
        user_attrs={NOTE: {name: getattr(trial, name) for name in NOTED}},
    )


def _read_note(number: int, state: State, note: dict[str, Any]) -> Trial:
    note["scores"] = tuple(note["scores"])
    note["steps"] = tuple((int(step), float(value)) for step, value in note["steps"])
    return Trial(number=number, state=state, **note)
