"""The clock of exams: it counts the seconds for which the server has run, and nothing else.

A wall clock can be set, and an exam must go on after a crash. So the time that an exam has used is the
difference of two readings of one counter. The counter rises with the time since the machine was started
(which nobody can set), it is written to a file every few seconds, and a new server goes on where the
file stopped: the time for which no server ran is given back by itself.
"""

import threading
import time
from collections.abc import Callable
from math import isfinite
from pathlib import Path

from core.store.disk import make_private_folder, sync_file

FILE = "exam-clock"
SECONDS_BETWEEN_BEATS = 2.0
"""A kill gives back at most so much."""


def _boot_seconds() -> float:
    """Return the seconds since the machine was started, sleep included where the system counts it."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class ServiceClock:
    """Seconds for which servers of this home have run with their clock open."""

    def __init__(self, path: Path, *, now: Callable[[], float] = _boot_seconds) -> None:
        self._path, self._now = path, now
        self._guard = threading.Lock()
        self._end = threading.Event()
        self._base, self._since = _read(path), now()

    def read(self, at_least: float = 0.0) -> float:
        """Return the counter, moved on to `at_least` if the file had fallen behind.

        An answer is stored with the counter. If the file was lost, the latest answer tells how far
        the clock had come, so no time is given twice.
        """
        with self._guard:
            reading = self._base + self._now() - self._since
            if reading < at_least:
                self._base += at_least - reading
                reading = at_least
            return reading

    def beat(self) -> None:
        """Write the counter to the disk."""
        reading = self.read()
        draft = self._path.with_suffix(".draft")
        draft.write_text(f"{reading:.3f}\n", encoding="ascii")
        sync_file(draft)
        draft.replace(self._path)

    def start(self) -> None:
        """Beat in a thread of its own that ends with the process."""
        threading.Thread(target=self._keep, name="exam clock", daemon=True).start()

    def stop(self) -> None:
        """Beat no more."""
        self._end.set()

    def _keep(self) -> None:
        while not self._end.wait(SECONDS_BETWEEN_BEATS):
            try:
                self.beat()
            except OSError:  # a full disk must not end an exam; the answers carry the counter too
                continue


def _read(path: Path) -> float:
    """Return the last reading on the disk; 0 where there is none or it cannot be read."""
    try:
        reading = float(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0.0
    return reading if isfinite(reading) and reading >= 0 else 0.0


_clocks: dict[Path, ServiceClock] = {}
_opening = threading.Lock()


def open_clock(home: Path) -> ServiceClock:
    """Return the one running clock of `home` in this process."""
    with _opening:
        clock = _clocks.get(home)
        if clock is None:
            make_private_folder(home)
            clock = _clocks[home] = ServiceClock(home / FILE)
            clock.start()
        return clock
