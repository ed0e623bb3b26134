"""Servers to measure: started on a free port of this machine, ended with everything they started."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

import psutil

ROOT = Path(__file__).parents[1]
LESSON = "thresholds?hide=predict"
"""The threshold lab past its prediction: what a learner has in front of them while exploring."""
SERVED = ("app", "core", "pages", "datasets")
SECONDS_TO_START = 120
KEPT = frozenset({"server.headless", "server.address", "browser.gatherUsageStats"})
"""Options that stay as they are beside Streamlit's defaults: nothing opens, nothing leaves the machine."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    setting: str
    """``tuned`` (our launcher) or ``default`` (plain ``streamlit run`` with Streamlit's own settings)."""
    port: int
    process: psutil.Process
    started: float
    """When its process was started, on the clock of `time.perf_counter`."""
    healthy: float
    """When it first said that it is well, on the same clock."""

    @property
    def root(self) -> str:
        """Where a browser finds the course."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        """Where a browser finds the lesson that most benchmarks look at."""
        return f"{self.root}/{LESSON}"

    def cpu_ms(self) -> float:
        """Return the processor time used so far by the server process, in milliseconds."""
        times = self.process.cpu_times()
        return 1000 * (times.user + times.system)

    def rss_mb(self) -> float:
        """Return the memory of the server process, in megabytes (10⁶ bytes)."""
        return self.process.memory_info().rss / 1e6


@contextmanager
def snapshot() -> Iterator[Path]:
    """Copy what is served, so that no edit during a measurement makes a server reload its modules.

    The compiled modules come along, because a first start must not be charged for compiling.
    """
    with tempfile.TemporaryDirectory() as folder:
        for part in SERVED:
            # Another process may be writing a compiled module under a passing name.
            shutil.copytree(
                ROOT / part, Path(folder) / part, ignore=shutil.ignore_patterns("*.pyc.*")
            )
        yield Path(folder)


@contextmanager
def tuned(home: Path, *, warm_up: str = "none") -> Iterator[Server]:
    """Start Glassroom's launcher with `home` as its folder.

    Nothing is trained ahead unless `warm_up` is ``all``: the first minute of a new home is another question.
    """
    port = free_port()
    command = [sys.executable, "-m", "app.cli", "serve"]
    environment = {"GLASSROOM_HOME": str(home), "GLASSROOM_PORT": str(port)}
    environment["GLASSROOM_WARM_UP"] = warm_up
    with running("tuned", command, environment, port) as server:
        yield server


@contextmanager
def default(home: Path) -> Iterator[Server]:
    """Start ``streamlit run app/main.py`` with Streamlit's defaults in place of our settings."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app/main.py", f"--server.port={port}"]
    with running(
        "default", [*command, *default_flags()], {"GLASSROOM_HOME": str(home)}, port
    ) as server:
        yield server


def default_flags() -> list[str]:
    """Return the flags that undo our committed configuration, read from Streamlit itself.

    The look (`theme`) stays, and so do the options in `KEPT`. A list or a missing value cannot be
    written as a flag; such options (allowed hosts, level of the log) cost nothing.
    """
    from streamlit import config

    committed = tomllib.loads((ROOT / "app/.streamlit/config.toml").read_text(encoding="utf-8"))
    options = config.get_config_options()
    flags = []
    for section, settings in committed.items():
        for name in settings if section != "theme" else ():
            option = f"{section}.{name}"
            value = options[option].default_val
            if option not in KEPT and value is not None and not isinstance(value, list):
                flags.append(
                    f"--{option}={str(value).lower() if value in (True, False) else value}"
                )
    return flags


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    setting: str, command: Sequence[str], environment: Mapping[str, str], port: int
) -> Iterator[Server]:
    """Run `command` on a copy of what is served until it is healthy; at the end, end all it started."""
    with snapshot() as root, tempfile.TemporaryFile() as complaints:
        # A file, not a pipe: nobody empties a pipe, and a full one would stop the server.
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=root,
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            start_new_session=True,
        )
        try:
            healthy = _wait_until_healthy(process, port, complaints)
            yield Server(setting, port, psutil.Process(process.pid), started, healthy)
        finally:
            _end(process)


def _wait_until_healthy(
    process: "subprocess.Popen[bytes]", port: int, complaints: IO[bytes]
) -> float:
    deadline = time.perf_counter() + SECONDS_TO_START
    while time.perf_counter() < deadline:
        # A server that lost its port ends; without this look, a stranger on that port would answer.
        if process.poll() is not None:
            complaints.seek(0)
            said = complaints.read().decode(errors="replace")
            message = f"The server ended before it was ready: {said[-2000:]}"
            raise RuntimeError(message)
        try:
            with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1) as answer:
                if answer.status == 200:
                    return time.perf_counter()
        except (URLError, OSError):
            time.sleep(0.02)
    message = f"The server was not ready after {SECONDS_TO_START} s."
    raise RuntimeError(message)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the server and its workers: they share a process group, and nobody else is in it."""
    for sign, seconds in ((signal.SIGTERM, 8), (signal.SIGKILL, 8)):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            break
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
