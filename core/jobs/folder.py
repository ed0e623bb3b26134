"""The folder of a job: small JSON files, each written whole or not at all.

``job.json`` says what to train, ``start.json`` which process does, ``progress.json`` how far it is
and ``end.json`` how it ended; ``output.log`` is what the training printed. The result itself is
kept by the remembered function, under the name in ``Job.entry``.
"""

import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from core.errors import SpecError
from core.specs import spec_from_json, spec_to_json

State = Literal[
    "queued",
    "running",
    "done",
    "refused",
    "failed",
    "cancelled",
    "abandoned",
    "timed out",
    "out of memory",
    "out of disk",
    "interrupted",
]

RecordT = TypeVar("RecordT")

LOG = "output.log"
TRUSTED_MODULES = ("core.",)
"""How the module of a function begins that a worker may import and call."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One training that somebody asked for."""

    id: str
    function: str
    """The remembered function, as ``module:name``."""
    spec: str
    """Its settings as JSON."""
    owner: str
    entry: str
    """The name of the kept result that this job will make."""
    created: float
    """When it was asked for, in seconds since 1970."""


@dataclass(frozen=True, kw_only=True)
class Start:
    """The process that works on a job."""

    pid: int
    at: float
    """In seconds since 1970."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The last news of a training."""

    fraction: float
    """Part of the work that is done, from 0 to 1."""
    message: str
    at: float
    """In seconds since 1970."""


@dataclass(frozen=True, kw_only=True)
class End:
    """How a job ended."""

    state: State
    sentence: str = ""
    """What to tell the learner; empty if there is a result."""
    seconds: float = 0.0
    """How long the training took."""


_FILES = {Job: "job.json", Start: "start.json", Progress: "progress.json", End: "end.json"}


def write_record(folder: Path, record: Job | Start | Progress | End) -> None:
    """Write one of the records into the folder of its job."""
    path = folder / _FILES[type(record)]
    draft = folder / f".{uuid.uuid4().hex}.tmp"
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.write(spec_to_json(record))
            file.flush()
            # News is soon replaced by newer news, so it need not survive a power cut.
            if not isinstance(record, Progress):
                os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def read_record(folder: Path, kind: type[RecordT]) -> RecordT | None:
    """Return a record of the job, or None if it is absent or unreadable."""
    try:
        return spec_from_json(kind, (folder / _FILES[kind]).read_text(encoding="utf-8"))
    except (OSError, SpecError, UnicodeDecodeError):
        return None
