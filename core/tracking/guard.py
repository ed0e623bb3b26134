"""Keep a command alive exactly as long as whoever started it.

``python -m core.tracking.guard SECONDS COMMAND…``
The starter holds the other end of our standard input and never writes. When it ends, however it ends,
the system closes that end; then the command and all its descendants are ended, too. A limit of SECONDS
ends what was forgotten.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress

import psutil

GRACE_SECONDS = 3.0
"""Between the request to end and the end by force."""


def main(seconds: float, command: Sequence[str]) -> int:
    """Run `command` until it ends, the starter is gone, or `seconds` are over; return its exit code."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_with_starter, daemon=True).start()
    try:
        code = child.wait(seconds)
    except subprocess.TimeoutExpired:
        code = 0
    end_descendants()
    return code


def end_descendants(grace: float = GRACE_SECONDS) -> None:
    """End every descendant of this process: ask first, then end by force."""
    family = psutil.Process().children(recursive=True)
    for process in family:
        with suppress(psutil.Error):
            process.terminate()
    for process in psutil.wait_procs(family, timeout=grace)[1]:
        with suppress(psutil.Error):
            process.kill()


def _end_with_starter() -> None:
    while os.read(0, 1024):  # not by `sys.stdin`, whose lock would be missed at the end
        pass
    end_descendants()  # the wait in `main` then returns


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
