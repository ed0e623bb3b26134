"""The processes of one job: started, measured, and ended with all their descendants.

A worker leads its own session, and its environment names the job. So its descendants are found
even when their parent is dead (same session) or when they left the session (same environment).
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from core.jobs.folder import LOG
from core.remember import ONE_THREAD

ROOT = Path(__file__).parent.parent.parent
JOB_VARIABLE = "GLASSROOM_JOB"
"""Names the job in the environment of its processes."""


def start_worker(
    command: Sequence[str], folder: Path, job_id: str, home: Path
) -> subprocess.Popen[bytes]:
    """Start `command` on the job in `folder`, in a session of its own."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {
        JOB_VARIABLE: job_id,
        "GLASSROOM_HOME": str(home),
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        **ONE_THREAD,
    }
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS
    with (folder / LOG).open("wb") as log:
        return subprocess.Popen(
            [*command, str(folder)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            creationflags=flags,
        )


def is_worker(pid: int, job_id: str) -> bool:
    """Return whether process `pid` lives and works on this job, not on something newer.

    A process id may be given again after a restart; the environment of the job may not.
    """
    return any(_names_job(process, job_id) for process in _processes([pid]))


def measure_memory(pid: int) -> float:
    """Return the resident memory of a living worker and its descendants in megabytes (10⁶ bytes)."""
    family = {process.pid: process for process in [*_processes([pid]), *_session_of(pid)]}
    for leader in _processes([pid]):
        with suppress(psutil.Error):
            family |= {child.pid: child for child in leader.children(recursive=True)}
    total = 0
    for process in family.values():
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total / 1e6


def find_survivors(job_id: str, session: int | None = None) -> list[psutil.Process]:
    """Return every living process that names the job, or belongs to the `session` of its worker.

    Give the session only while its worker lives or has just died: later the id may be another's.
    """
    found = {process.pid: process for process in _session_of(session)}
    found |= {p.pid: p for p in psutil.process_iter() if _names_job(p, job_id)}
    return [process for process in found.values() if _is_alive(process)]


def kill_survivors(job_id: str, session: int | None = None) -> bool:
    """End what `find_survivors` finds, one by one; return whether there was anything."""
    survivors = find_survivors(job_id, session)
    for process in survivors:
        with suppress(psutil.Error):
            process.kill()
    return bool(survivors)


def ask_to_end(pid: int, job_id: str) -> None:
    """Ask the whole process group of a living worker to end."""
    if sys.platform == "win32":
        kill_survivors(job_id)
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGTERM)


def kill_all(pid: int, job_id: str) -> None:
    """End every process of a living worker now; none of them can refuse."""
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    kill_survivors(job_id, session=pid)


def _session_of(leader: int | None) -> list[psutil.Process]:
    if leader is None or sys.platform == "win32":
        return []
    return list(_processes(pid for pid in psutil.pids() if _session(pid) == leader))


def _session(pid: int) -> int:
    try:
        return os.getsid(pid) if sys.platform != "win32" else -1
    except OSError:
        return -1


def _processes(pids: Iterable[int]) -> Iterator[psutil.Process]:
    for pid in pids:
        with suppress(psutil.Error):
            yield psutil.Process(pid)


def _names_job(process: psutil.Process, job_id: str) -> bool:
    try:
        return process.environ().get(JOB_VARIABLE) == job_id and _is_alive(process)
    except (psutil.Error, OSError):
        return False


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
