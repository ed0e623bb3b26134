"""What is kept of one person: given to them, and erased on their wish."""

import shutil
from dataclasses import asdict
from datetime import UTC, datetime

from core.datasets import forget_own_dataset, list_own_datasets
from core.jobs import Job, active_jobs, cancel
from core.jobs.folder import read_record
from core.remember import prune
from core.rooms import Rooms
from core.settings import read_settings
from core.store import open_store
from core.tracking.personal import erase_runs, gather_runs


def gather_record(learner: str, *, read_only: bool = False) -> dict[str, object]:
    """Return everything that is kept of `learner`: each event as it was written, their tables and runs.

    Plain JSON. ``events`` holds kind, subject, body and time (UTC); ``tables`` holds name, title and rows;
    ``runs`` holds what MLflow keeps of each run, and its files.
    """
    settings = read_settings()
    store = open_store(settings.home, read_only=read_only)
    return {
        "learner": learner,
        "gathered_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "events": [asdict(event) for event in store.events(learner)],
        "tables": [
            {
                "name": dataset.name,
                "title": dataset.title,
                "csv": dataset.read()[1].decode("utf-8", "replace"),
            }
            for dataset in list_own_datasets(owner=learner)
        ],
        "runs": gather_runs(learner),
    }


def forget_person(learner: str, rooms: Rooms | None = None) -> int:
    """Erase what `gather_record` gives, the learner's trainings, and what was computed from their tables.

    Returns the number of events that were erased. In a class, `rooms` sends them out first.
    """
    settings = read_settings()
    store = open_store(settings.home)
    for status in active_jobs(learner):
        cancel(status.id)
    n_events = len(store.events(learner))
    if rooms is not None:
        rooms.forget(learner)
    else:
        store.forget(learner)
    erase_runs(learner)
    tables = list_own_datasets(owner=learner)
    for dataset in tables:
        forget_own_dataset(dataset.name, owner=learner)
    if tables:
        prune(0)  # results computed from a table hold parts of it
    for folder in (settings.home / "jobs").glob("*"):
        job = read_record(folder, Job)
        if job is not None and job.owner == learner:
            shutil.rmtree(folder, ignore_errors=True)
    return n_events
