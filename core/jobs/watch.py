"""One training while it runs: its limits, and its end."""

import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from shutil import disk_usage

from core.jobs import processes
from core.jobs.folder import End, Job, State, read_record
from core.settings import Settings

GRACE_SECONDS = 0.5
"""Between the request to end and the end by force."""
LAST_WORD_SECONDS = 1.0
"""A worker that has told its end may tidy up for this long."""
LEAST_FREE_MB = 100
"""What is left on the disk for the record of the learners, whatever a training writes."""
GIVE_UP_SECONDS = 5.0
"""A process that the system itself cannot end (a dead network disk) is no longer waited for."""


class RunningJob:
    """A worker process under watch; call `watch` ten times a second until it returns the end."""

    def __init__(
        self,
        job: Job,
        folder: Path,
        settings: Settings,
        *,
        worker: subprocess.Popen[bytes] | int,
        age: float = 0.0,
    ) -> None:
        """Watch a `worker` that this process started, or the id of one adopted at `age` seconds."""
        self.job = job
        self._folder = folder
        self._settings = settings
        self._worker = None if isinstance(worker, int) else worker
        self._pid = worker if isinstance(worker, int) else worker.pid
        self._began = time.monotonic() - age
        self._reason: State | None = None
        self._asked_at = 0.0
        self._told_at: float | None = None
        self._gone_at: float | None = None

    @property
    def seconds(self) -> float:
        """How long the training has been running."""
        return time.monotonic() - self._began

    def end(self, reason: State) -> None:
        """Begin to end the training; `watch` sees to it that it ends."""
        if self._reason is None:
            self._reason = reason
            self._asked_at = time.monotonic()
            if reason == "out of memory":  # it would go on growing while it tidies up
                processes.kill_all(self._pid, self.job.id)
            else:
                processes.ask_to_end(self._pid, self.job.id)

    def watch(self) -> End | None:
        """Hold the training to its limits; return its end once no process of it is left."""
        if self._is_gone():
            return self._clear_away()
        now = time.monotonic()
        if self._reason is not None:
            if now - self._asked_at > GRACE_SECONDS:
                processes.kill_all(self._pid, self.job.id)
        elif self._has_told_its_end():
            self._told_at = now if self._told_at is None else self._told_at
            if now - self._told_at > LAST_WORD_SECONDS:
                self.end("interrupted")  # a word only: the end it has told counts
        elif self.seconds > self._settings.job_seconds:
            self.end("timed out")
        elif processes.measure_memory(self._pid) > self._settings.job_memory_mb:
            self.end("out of memory")
        elif disk_usage(self._folder).free < LEAST_FREE_MB * 1e6:
            self.end("out of disk")
        return None

    def _is_gone(self) -> bool:
        if self._worker is not None:
            return self._worker.poll() is not None
        return not processes.is_worker(self._pid, self.job.id)

    def _has_told_its_end(self) -> bool:
        return read_record(self._folder, End) is not None

    def _clear_away(self) -> End | None:
        now = time.monotonic()
        self._gone_at = now if self._gone_at is None else self._gone_at
        left = processes.kill_survivors(self.job.id, session=self._pid)
        if left and now - self._gone_at < GIVE_UP_SECONDS:
            return None
        told = read_record(self._folder, End)
        return replace(told or self._explain(), seconds=self.seconds)

    def _explain(self) -> End:
        """Say why a worker ended that could not say it itself."""
        code = None if self._worker is None else self._worker.returncode
        if self._reason is not None:
            return explain_end(self._reason, self._settings)
        if code in _codes("SIGXCPU", "SIGALRM"):  # the worker's own last walls
            return explain_end("timed out", self._settings)
        # Adopted, so that no code is known; or ended by a person, the system or a shutdown.
        if code is None or code in _codes("SIGKILL", "SIGTERM", "SIGHUP", "SIGINT"):
            return explain_end("interrupted", self._settings)
        sentence = f"The training process broke down (exit code {code}). Its log has the details."
        return End(state="failed", sentence=sentence)


def explain_end(state: State, settings: Settings) -> End:
    """Return the end `state` with its sentence."""
    sentences: dict[str, str] = {
        "cancelled": "You stopped this training.",
        "abandoned": "This training gave way to another one of yours.",
        "timed out": (
            f"The training was stopped after {settings.job_seconds} seconds, the limit here. "
            "Choose fewer rows, fewer repeats or a smaller model."
        ),
        "out of memory": (
            f"The training needed more than {settings.job_memory_mb} MB of memory, the limit here. "
            "Choose fewer rows or a smaller model."
        ),
        "out of disk": (
            f"The training was stopped because less than {LEAST_FREE_MB} MB of disk are free. "
            "Free some space, then train again."
        ),
        "interrupted": "The training was interrupted before its end. Start it again.",
    }
    return End(state=state, sentence=sentences.get(state, ""))


def _codes(*names: str) -> set[int]:
    """Return the exit codes of processes ended by these signals, as far as the system has them."""
    return {-int(getattr(signal, name)) for name in names if hasattr(signal, name)}
