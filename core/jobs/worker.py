"""The program that trains one job: ``python -m core.jobs.worker FOLDER``.

It limits itself, calls the remembered function named in ``job.json`` (which keeps the result), tells
its progress, and writes how it ended.
"""

import errno
import importlib
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from core.errors import SpecError
from core.jobs.folder import (
    TRUSTED_MODULES,
    End,
    Job,
    Progress,
    read_record,
    write_record,
)
from core.jobs.watch import explain_end
from core.progress import listen
from core.remember import Remembered
from core.settings import Settings, read_settings
from core.specs import spec_from_json

MAX_FILE_MB = 200
MAX_OUTPUT_BYTES = 1_000_000
MIN_ADDRESS_SPACE_MB = 4000
SECONDS_BETWEEN_NEWS = 0.1


def main(folder: Path, trusted: tuple[str, ...] = TRUSTED_MODULES) -> None:
    """Train the job in `folder` with a function of the `trusted` modules."""
    settings = read_settings()
    limit_process(settings)
    with capped_output(MAX_OUTPUT_BYTES):
        end = run_job(folder, settings, trusted)
    write_record(folder, end)


def run_job(folder: Path, settings: Settings, trusted: tuple[str, ...]) -> End:
    """Compute and keep the result of the job in `folder`; return how that ended."""
    job = read_record(folder, Job)
    if job is None:
        return End(state="failed", sentence="The order of this training cannot be read.")
    try:
        run = import_run(job.function, trusted)
        spec = spec_from_json(run.spec_type, job.spec)
        with listen(write_news(folder)):
            run(spec)
    except SpecError as error:
        return End(state="refused", sentence=str(error))
    except MemoryError:
        return explain_end("out of memory", settings)
    except Exception as error:  # noqa: BLE001 - whatever a training raises is told to its learner
        traceback.print_exc()
        return End(state="failed", sentence=explain_failure(error))
    if not (settings.home / "results" / job.entry).is_dir():
        sentence = (
            "The training ended well but its result could not be kept: the disk is full, or "
            "Glassroom was changed meanwhile. Free some space or restart it, then train again."
        )
        return End(state="failed", sentence=sentence)
    return End(state="done")


def import_run(function: str, trusted: tuple[str, ...]) -> Remembered[Any, Any]:
    """Return the remembered function called ``module:name``, from `trusted` modules alone.

    Raises `PermissionError` for any other name: a job can call nothing but an experiment of ours.
    """
    module, _, name = function.partition(":")
    if module.startswith(trusted):
        run = getattr(importlib.import_module(module), name, None)
        if isinstance(run, Remembered) and run.name == function:
            return run
    message = f"A job may not call {function!r}."
    raise PermissionError(message)


def explain_failure(error: Exception) -> str:
    """Return a sentence for the learner; the details are in the log."""
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return f"The training wrote a file larger than {MAX_FILE_MB} MB, the limit here."
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "The disk is full. Free some space, then train again."
    kind = type(error).__name__
    return f"The training stopped at a defect of Glassroom ({kind}). Its log has the details."


def write_news(folder: Path) -> Callable[[float, str], None]:
    """Return a listener that writes the progress of a training at most ten times a second."""
    last = 0.0

    def write(fraction: float, message: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < SECONDS_BETWEEN_NEWS:
            return
        last = now
        with suppress(OSError):  # news that cannot be written must not end a training
            write_record(folder, Progress(fraction=fraction, message=message, at=time.time()))

    return write


def limit_process(settings: Settings) -> None:
    """Be polite (nice 10), and let the system itself stop what the watching server may miss.

    The server holds time and memory to the limits of `settings`; these walls stand further out.
    Windows has none of them.
    """
    if sys.platform == "win32":
        return
    import resource
    import signal

    os.nice(10)
    cpu_seconds = 2 * settings.job_seconds
    address_space = max(MIN_ADDRESS_SPACE_MB, 2 * settings.job_memory_mb) * 10**6
    walls = {
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_CPU: (cpu_seconds, cpu_seconds + 5),
        resource.RLIMIT_FSIZE: (MAX_FILE_MB * 10**6,) * 2,
        resource.RLIMIT_AS: (address_space, address_space),
    }
    for kind, wall in walls.items():
        with suppress(ValueError, OSError):  # the system refuses it, or is stricter already
            resource.setrlimit(kind, wall)
    # Should the server be gone, the training still ends.
    signal.setitimer(signal.ITIMER_REAL, settings.job_seconds + 5)


@contextmanager
def capped_output(max_bytes: int) -> Iterator[None]:
    """Keep the first `max_bytes` that this process and its children print, and drop the rest.

    Works on the file descriptors 1 and 2, so it holds for printing in C and in children too.
    """
    reading, writing = os.pipe()
    log, errors = os.dup(1), os.dup(2)
    os.dup2(writing, 1)
    os.dup2(writing, 2)
    os.close(writing)
    drain = threading.Thread(target=_drain, args=(reading, log, max_bytes), daemon=True)
    drain.start()
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.dup2(log, 1)
        os.dup2(errors, 2)
        drain.join(timeout=1.0)  # a child that still prints would keep it for ever


def _drain(reading: int, log: int, max_bytes: int) -> None:
    left = max_bytes
    while chunk := os.read(reading, 65536):
        if left > 0:
            os.write(log, chunk[:left])
            left -= len(chunk)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
