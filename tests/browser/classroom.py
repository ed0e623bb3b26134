"""A classroom that is really running: the launcher in a process of its own, and who looks at it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from urllib.error import URLError
from urllib.parse import parse_qsl, urlencode, urlsplit

from core.store import open_store

SECONDS_TO_START = 60
LEARNER = "local"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Classroom:
    """The server as a person starts it, from a folder that has nothing to do with the project."""

    def __init__(self, folder):
        self.home, self.elsewhere = folder / "home", folder / "elsewhere"
        self.elsewhere.mkdir(parents=True)
        self.log = folder / "server.log"
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        environment = os.environ | {
            "GLASSROOM_HOME": str(self.home),
            "GLASSROOM_PORT": str(self.port),
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "serve"],
                cwd=self.elsewhere,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait_until_healthy()

    def stop(self):
        if self.process is None:
            return
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        """Let it die as in a power cut: nothing can be tidied up."""
        self._signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(10)

    def url(self, path="", **settings):
        query = f"?{urlencode(settings)}" if settings else ""
        return f"{self.address}/{path}{query}"

    def events(self, kind, subject=None):
        """What is on the disk, read without the server."""
        store = open_store(self.home, read_only=True)
        try:
            return store.events(LEARNER, kind, subject)
        finally:
            store.close()

    def said(self):
        """What the server wrote to its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def _signal(self, number):
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, number)

    def _wait_until_healthy(self):
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            # A taken port ends the process, and a stale server would answer in its place.
            assert self.process.poll() is None, f"The server ended while starting:\n{self.said()}"
            try:
                with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                time.sleep(0.1)
        message = f"The server did not get ready in {SECONDS_TO_START} s:\n{self.said()}"
        raise AssertionError(message)


def settings_in(url):
    return dict(parse_qsl(urlsplit(url).query))
