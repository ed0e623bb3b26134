"""The queue of trainings: who waits, who runs, who may begin.

As many trainings run as there are cores but one (at least one), the others wait in the order of
their submission. One thread watches; it lives as long as there is something to watch.
"""

import logging
import os
import shutil
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import SpecError, require
from core.jobs import processes
from core.jobs.folder import (
    TRUSTED_MODULES,
    End,
    Job,
    Progress,
    Start,
    State,
    read_record,
    write_record,
)
from core.jobs.watch import RunningJob, explain_end
from core.remember import Remembered
from core.settings import read_settings
from core.specs import spec_to_json

WORKER = (sys.executable, "-m", "core.jobs.worker")
TICK_SECONDS = 0.1
KEEP_SECONDS = 7 * 24 * 3600.0
"""Folders of jobs older than this are removed when the server starts."""
MIN_FREE_MB = 500

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class JobStatus:
    """What a page shows of a job."""

    id: str
    state: State
    fraction: float
    """Part of the work that is done, from 0 to 1."""
    message: str
    """The last news of the training."""
    position: int
    """How many trainings must end before this one begins; 0 once it runs."""
    seconds: float
    """How long it has been running, or ran."""
    sentence: str
    """What to tell the learner if there will be no result; else empty."""


class Pool:
    """All jobs of one home folder; safe to use from any thread."""

    def __init__(
        self,
        home: Path,
        *,
        worker: Sequence[str] = WORKER,
        trusted: tuple[str, ...] = TRUSTED_MODULES,
    ) -> None:
        self._home = home
        self._worker = worker
        self._trusted = trusted
        self._slots = max(1, count_cores() - 1)
        self._lock = threading.RLock()
        self._jobs: dict[str, Job] = {}
        self._ends: dict[str, End] = {}
        self._queue: list[str] = []
        self._running: dict[str, RunningJob] = {}
        self._watcher: threading.Thread | None = None
        for folder in sorted((home / "jobs").glob("*")):
            self._take_up(folder)
        if self._running:
            self._watch()

    def submit(self, run: Remembered[Any, Any], spec: object, *, owner: str) -> Job:
        """Ask for ``run(spec)`` in a process of its own; see `core.jobs.submit`."""
        if not run.name.startswith(self._trusted):
            message = f"A job runs functions of {', '.join(self._trusted)} only, got {run.name}."
            raise TypeError(message)
        free_mb = shutil.disk_usage(_existing(self._home)).free / 1e6
        require(
            free_mb >= MIN_FREE_MB,
            f"A training needs {MIN_FREE_MB} MB of free disk, there are {free_mb:.0f}. "
            "Free some space first.",
        )
        entry = run.entry(spec).name
        with self._lock:
            for job in self._live_jobs(owner):
                if job.entry == entry:
                    return job
                raise SpecError(self._say_busy(job))
            job = Job(
                id=uuid.uuid4().hex,
                function=run.name,
                spec=spec_to_json(spec),
                owner=owner,
                entry=entry,
                created=time.time(),
            )
            self._folder(job.id).mkdir(parents=True)
            write_record(self._folder(job.id), job)
            news = Progress(fraction=0.0, message="starting", at=job.created)
            write_record(self._folder(job.id), news)
            self._jobs[job.id] = job
            self._queue.append(job.id)
            self._begin_next()
            self._watch()
        return job

    def status(self, job_id: str) -> JobStatus:
        """Return how far a job is, or how it ended."""
        with self._lock:
            require(job_id in self._jobs, f"There is no training with the number {job_id!r}.")
            end = self._ends.get(job_id)
            running = self._running.get(job_id)
            position = self._queue.index(job_id) + 1 if job_id in self._queue else 0
        news = read_record(self._folder(job_id), Progress)
        fraction, message = (news.fraction, news.message) if news else (0.0, "starting")
        if end is not None:
            state, seconds, sentence = end.state, end.seconds, end.sentence
            fraction = 1.0 if state == "done" else fraction
        else:
            state = "queued" if position else "running"
            seconds, sentence = (running.seconds if running else 0.0), ""
            message = "waiting" if position else message
        return JobStatus(
            id=job_id,
            state=state,
            fraction=fraction,
            message=message,
            position=position,
            seconds=seconds,
            sentence=sentence,
        )

    def cancel(self, job_id: str, *, reason: State = "cancelled") -> None:
        """End a job that waits or runs; one that has ended stays as it is."""
        with self._lock:
            if job_id in self._queue:
                self._queue.remove(job_id)
                self._finish(job_id, explain_end(reason, read_settings()))
            elif job_id in self._running:
                self._running[job_id].end(reason)

    def find(self, run: Remembered[Any, Any], spec: object, owner: str) -> JobStatus | None:
        """Return the newest job of `owner` for ``run(spec)``; None if its result is gone again."""
        entry = run.entry(spec)
        with self._lock:
            jobs = [j for j in self._jobs.values() if (j.entry, j.owner) == (entry.name, owner)]
        if not jobs:
            return None
        status = self.status(max(jobs, key=lambda job: job.created).id)
        return None if status.state == "done" and not entry.is_dir() else status

    def active(self, owner: str) -> tuple[JobStatus, ...]:
        """Return the jobs of `owner` that wait or run."""
        with self._lock:
            return tuple(self.status(job.id) for job in self._live_jobs(owner))

    def wait_until_idle(self, seconds: float = 30.0) -> bool:
        """Wait until nothing runs or waits any more, at most so long; return whether it is so."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with self._lock:
                if not self._running and not self._queue:
                    return True
            time.sleep(TICK_SECONDS)
        return False

    def _folder(self, job_id: str) -> Path:
        return self._home / "jobs" / job_id

    def _live_jobs(self, owner: str) -> list[Job]:
        live = [self._jobs[job_id] for job_id in [*self._running, *self._queue]]
        return [job for job in live if job.owner == owner]

    def _say_busy(self, job: Job) -> str:
        if job.id in self._running:
            return (
                "A training of yours is still running, and one at a time is the rule. "
                "Wait for its end or stop it, then start this one."
            )
        return (
            f"A training of yours still waits, at place {self._queue.index(job.id) + 1} of the "
            "queue, and one at a time is the rule. Wait for it or stop it, then start this one."
        )

    def _take_up(self, folder: Path) -> None:
        """Take up a job that an earlier server left: keep, adopt, or call it interrupted."""
        job = read_record(folder, Job)
        if job is None or job.created < time.time() - KEEP_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
            return
        self._jobs[job.id] = job
        end, start = read_record(folder, End), read_record(folder, Start)
        if start is not None and processes.is_worker(start.pid, job.id):
            age = max(0.0, time.time() - start.at)
            self._running[job.id] = RunningJob(
                job, folder, read_settings(), worker=start.pid, age=age
            )
        elif end is not None:
            self._ends[job.id] = end
        else:
            processes.kill_survivors(job.id)
            self._finish(job.id, explain_end("interrupted", read_settings()))

    def _begin_next(self) -> None:
        while self._queue and len(self._running) < self._slots:
            job = self._jobs[self._queue.pop(0)]
            if (self._home / "results" / job.entry).is_dir():  # a classmate's job has made it
                self._finish(job.id, End(state="done"))
                continue
            folder = self._folder(job.id)
            try:
                process = processes.start_worker(self._worker, folder, job.id, self._home)
                write_record(folder, Start(pid=process.pid, at=time.time()))
            except OSError as error:
                logger.exception("A worker could not be started")
                sentence = f"The training could not be started: {error.strerror}."
                self._finish(job.id, End(state="failed", sentence=sentence))
                continue
            self._running[job.id] = RunningJob(job, folder, read_settings(), worker=process)

    def _finish(self, job_id: str, end: End) -> None:
        self._ends[job_id] = end
        try:
            write_record(self._folder(job_id), end)
        except OSError:  # a full disk: the end is known until the next restart
            logger.exception("The end of a job could not be written")

    def _watch(self) -> None:
        if self._watcher is None or not self._watcher.is_alive():
            self._watcher = threading.Thread(target=self._keep_watch, name="jobs", daemon=True)
            self._watcher.start()

    def _keep_watch(self) -> None:
        while True:
            with self._lock:
                for job_id, running in list(self._running.items()):
                    end = running.watch()
                    if end is not None:
                        del self._running[job_id]
                        self._finish(job_id, end)
                self._begin_next()
                if not self._running and not self._queue:
                    self._watcher = None
                    return
            time.sleep(TICK_SECONDS)


def count_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder
