"""Trainings in processes of their own: started, watched, stopped, and found again.

A page asks `find_job` for the job of its settings, or submits one, and looks at its status while it
runs. The result is the remembered one: ``run.recall(spec)`` finds it once the state is ``done``.

>>> job = submit(search_trees, spec, owner="local")  # doctest: +SKIP
>>> status(job.id).state  # doctest: +SKIP
'running'

A job survives a reload of the page and a restart of the server. It ends with one of the states in
`State`; each end without a result has a sentence for the learner.
"""

import threading
from pathlib import Path
from typing import Any

from core.jobs.folder import Job, State
from core.jobs.pool import JobStatus, Pool
from core.remember import Remembered
from core.settings import read_settings
from core.store.lock import HomeLock

__all__ = [
    "Job",
    "JobStatus",
    "State",
    "abandon",
    "active_jobs",
    "cancel",
    "find_job",
    "open_jobs",
    "status",
    "submit",
]

JOBS_LOCK = "jobs.lock"

_pools: dict[Path, Pool] = {}
_rights: dict[Path, HomeLock] = {}
_lock = threading.Lock()


def submit(run: Remembered[Any, Any], spec: object, *, owner: str = "local") -> Job:
    """Start ``run(spec)`` in a process of its own, or queue it; return at once.

    `run` is a ``@remembered`` function at the top of a module of `core`. An owner has one job at a
    time: the same spec again gives the same job. The numbers are those of ``run(spec)`` inline.

    Raises
    ------
    SpecError
        If another job of this owner waits or runs, or the disk is nearly full.
    TypeError
        If `run` does not belong to `core`.
    """
    return open_jobs().submit(run, spec, owner=owner)


def status(job_id: str) -> JobStatus:
    """Return how far a job is, or how it ended; an unknown id raises `SpecError`."""
    return open_jobs().status(job_id)


def cancel(job_id: str) -> None:
    """Stop a job that waits or runs, within a second; one that has ended stays as it is."""
    open_jobs().cancel(job_id)


def abandon(job_id: str) -> None:
    """Stop a job like `cancel`, because its owner now wants another one."""
    open_jobs().cancel(job_id, reason="abandoned")


def find_job(run: Remembered[Any, Any], spec: object, owner: str = "local") -> JobStatus | None:
    """Return the newest job of `owner` for ``run(spec)``, waiting, running or ended.

    None if there is none, or if it is done and its result has been removed since.
    """
    return open_jobs().find(run, spec, owner)


def active_jobs(owner: str = "local") -> tuple[JobStatus, ...]:
    """Return the jobs of `owner` that wait or run."""
    return open_jobs().active(owner)


def open_jobs() -> Pool:
    """Return the jobs of this home folder; the first call takes up what an earlier server left.

    Raises
    ------
    StoreError
        If another process runs the jobs of this home: it would take this one's for its own.
    """
    home = read_settings().home
    with _lock:
        if home not in _pools:
            home.mkdir(parents=True, exist_ok=True)
            _rights[home] = HomeLock(home, JOBS_LOCK)
            _pools[home] = Pool(home)
        return _pools[home]
