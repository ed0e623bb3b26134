"""The journal of a search: each finished trial is on disk as soon as it is there.

A search that was cancelled or killed leaves what it finished. The same search with the same journal then
trains none of it again: every choice follows from the seed and the scores so far, so it goes on as if
nothing had happened and ends with the same tables.

The file is lines of JSON, appended by one process at a time, each synced to the disk. A kill in the middle
of a line leaves a torn end, which the next opening cuts off.
"""

import base64
import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from core.automl.attempt import HeatScores
from core.automl.door import admit_table
from core.automl.rungs import list_rungs
from core.automl.scores import Numbers
from core.automl.settings import Settings
from core.automl.trial import Trial
from core.progress import report
from core.remember import LIBRARIES, ROOT, hash_sources
from core.store.errors import StoreError
from core.store.lock import FileLock

BUDGET = ("max_trials", "stop_early", "max_splits", "cpu_seconds", "timeout_minutes", "n_workers")
"""Settings that say how far a search goes, not which trials it makes on its way."""
MAX_JOURNALS_MB = 100.0
WAIT_SECONDS = 0.2
Members = tuple[tuple[int, float], ...]


class Journal(Protocol):
    """Where finished work is kept."""

    @property
    def trials(self) -> Mapping[int, Trial]:
        """Trials by number that an earlier run has finished."""

    def add(self, trial: Trial) -> None:
        """Keep a trial that has just been finished."""

    def find_split(self, number: int, finalists: Iterable[Members]) -> HeatScores | None:
        """Return what these finalists scored on a split of the finals; None if that is not known."""

    def add_split(self, finalists: Iterable[Members], done: HeatScores) -> None:
        """Keep what the finalists scored on a split of the finals."""


class NoJournal:
    """Keeps nothing."""

    trials: Mapping[int, Trial] = {}

    def add(self, trial: Trial) -> None:
        """Forget it."""

    def find_split(self, number: int, finalists: Iterable[Members]) -> HeatScores | None:  # noqa: ARG002
        """Know nothing."""
        return None

    def add_split(self, finalists: Iterable[Members], done: HeatScores) -> None:
        """Forget it."""


class JournalFile:
    """Keeps everything in a file; see `open_journal`."""

    def __init__(self, path: Path, identity: str) -> None:
        self._path = path
        self.trials: dict[int, Trial] = {}
        self._splits: dict[str, HeatScores] = {}
        lines, n_bytes = _read_lines(path)
        is_ours = bool(lines) and lines[0].get("identity") == identity
        for line in lines[1:] if is_ours else []:
            if "trial" in line:
                trial = _unpack(line["trial"])
                self.trials[trial.number] = trial
            else:
                self._splits[line["split"]] = _unpack_split(line)
        self._file = path.open("ab")
        self._file.truncate(n_bytes if is_ours else 0)
        if not is_ours:
            self._write({"identity": identity})

    def add(self, trial: Trial) -> None:
        """Keep a trial that has just been finished."""
        self._write({"trial": _pack(trial)})

    def find_split(self, number: int, finalists: Iterable[Members]) -> HeatScores | None:
        """Return what these finalists scored on a split; None if it was not finished."""
        return self._splits.get(_name_split(number, finalists))

    def add_split(self, finalists: Iterable[Members], done: HeatScores) -> None:
        """Keep what the finalists scored on a split."""
        line = {"split": _name_split(done.number, finalists), "scores": done.scores}
        if done.chances:
            line["chances"] = [_pack_numbers(one) for one in done.chances]
        self._write(line)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _write(self, line: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(line).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


@contextmanager
def open_journal(
    path: Path, table: pd.DataFrame, settings: Settings, *, is_patient: bool = False
) -> Iterator[JournalFile]:
    """Open the journal at `path` for its only writer; one of another search begins anew.

    Another search is: another table, other settings (but for the budget and the workers), other
    versions of the libraries or of Glassroom.

    Raises
    ------
    StoreError
        If another process writes there, unless the caller `is_patient` and waits for it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = _take_lock(path.with_suffix(".lock"), is_patient=is_patient)
    try:
        journal = JournalFile(path, identify(table, settings))
        try:
            yield journal
        finally:
            journal.close()
    finally:
        lock.release()


def read_journal(path: Path) -> tuple[list[Trial], int]:
    """Return the finished trials and the number of finished splits, also of a search that still runs."""
    lines, _ = _read_lines(path)
    trials = [_unpack(line["trial"]) for line in lines if "trial" in line]
    return trials, sum("split" in line for line in lines)


def identify(table: pd.DataFrame, settings: Settings) -> str:
    """Return a SHA-256 over all that the trials of a search depend on."""
    rows = admit_table(table)
    chosen = {name: value for name, value in asdict(settings).items() if name not in BUDGET}
    digest = hashlib.sha256(repr((list(rows.columns), list(map(str, rows.dtypes)))).encode())
    digest.update(pd.util.hash_pandas_object(rows, index=False).to_numpy().tobytes())
    digest.update(repr(sorted(chosen.items())).encode())
    digest.update(repr([version(name) for name in LIBRARIES]).encode())
    digest.update(repr(list_rungs(settings)).encode())
    digest.update(hash_sources(ROOT).encode())
    return digest.hexdigest()


def _take_lock(path: Path, *, is_patient: bool) -> FileLock:
    while True:
        try:
            return FileLock(path, "This search is being made already ({process}).")
        except StoreError:
            if not is_patient:
                raise
            report(0.0, "The same search runs for somebody else already; waiting for it")
            time.sleep(WAIT_SECONDS)


def prune_journals(folder: Path, max_mb: float = MAX_JOURNALS_MB) -> None:
    """Remove the least recently written journals until the others fit into `max_mb`."""
    found = [(path.stat().st_mtime, path.stat().st_size, path) for path in folder.glob("*.jsonl")]
    total = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if total <= max_mb * 1e6:
            return
        with suppress(StoreError, OSError):  # somebody writes there
            lock = FileLock(path.with_suffix(".lock"), "")
            path.unlink()
            lock.release()
            total -= size


def _read_lines(path: Path) -> tuple[list[dict[str, Any]], int]:
    """Return the whole lines of the file, and how many bytes they take."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return [], 0
    lines: list[dict[str, Any]] = []
    n_bytes = 0
    for line in content.splitlines(keepends=True):
        if not line.endswith(b"\n"):
            break
        try:
            lines.append(json.loads(line))
        except ValueError:
            break
        n_bytes += len(line)
    return lines, n_bytes


def _name_split(number: int, finalists: Iterable[Members]) -> str:
    return json.dumps([number, list(finalists)])


def _pack(trial: Trial) -> dict[str, Any]:
    packed = {**vars(trial), "params": dict(trial.params)}
    packed["scores"], packed["train_scores"] = dict(trial.scores), dict(trial.train_scores)
    if trial.predicted is not None:
        packed["predicted"] = _pack_numbers(trial.predicted)
    return packed


def _unpack(packed: Mapping[str, Any]) -> Trial:
    predicted: Numbers | None = None
    if packed["predicted"] is not None:
        predicted = _unpack_numbers(packed["predicted"])
    return Trial(**{**packed, "predicted": predicted})


def _unpack_split(line: Mapping[str, Any]) -> HeatScores:
    """Return a split as it was; what it cost belongs to the earlier run."""
    number = json.loads(line["split"])[0]
    chances = tuple(map(_unpack_numbers, line.get("chances", ())))
    return HeatScores(number, tuple(line["scores"]), 0.0, chances)


def _pack_numbers(numbers: Numbers) -> list[Any]:
    content = np.ascontiguousarray(numbers, dtype=np.float64).tobytes()
    return [list(numbers.shape), base64.b64encode(content).decode("ascii")]


def _unpack_numbers(packed: Sequence[Any]) -> Numbers:
    shape, content = packed
    return np.frombuffer(base64.b64decode(content), dtype=np.float64).reshape(shape).copy()


__all__ = [
    "Journal",
    "JournalFile",
    "Members",
    "NoJournal",
    "identify",
    "open_journal",
    "prune_journals",
    "read_journal",
]
