"""A whole class at once: everybody connects, and everybody presses within one second."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.room import READY
from benchmarks.pupils import N_FIRST, SECONDS_TO_CONNECT, Pupil, join, rush, serve_class
from benchmarks.report import Report
from core.store import open_store


def measure(*, sessions: Sequence[int] = (100, 300), connect_within: float = 20.0) -> Report:
    """Answer "how long does the last one wait when a class connects, and when all press at once?".

    Each person has an identity of their own and opens the page of the class, which has no chart. They
    connect evenly over `connect_within` seconds, and then press "I am ready" evenly over one second. A press
    is answered when the page says what was stored, and it says so after the record is on the disk.

    Table: ``class`` (``people``, ``connected``, ``connect_p95_ms`` and ``connect_max_ms`` from the handshake
    to the drawn page, ``connecting_s`` from the first to the last, ``answered``, ``stored`` on the disk once
    the server has been killed, ``p50_ms``, ``p95_ms`` and ``max_ms`` from the press to its answer, ``cpu_ms``
    of the server and ``kb`` sent per press, ``rss_mb`` and ``mb_per_session`` with all sessions open,
    ``load``).
    """
    rows = []
    for n_people in sessions:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(_measure(Path(folder) / "home", n_people, connect_within))
    return Report(
        name="class_load",
        question="How long does the last one wait when a class connects, and when all press at once?",
        goal=(
            f"300 people connected within {SECONDS_TO_CONNECT:g} s; 300 presses within 1 s, all stored, "
            "p95 at most 2 s, the last at most 3 s"
        ),
        tables={"class": rows},
        notes=(
            "All sessions live in one process beside the server and share the processor with it.",
            "What is stored is counted after the server was killed.",
            "A browser also looks every 10 s for a question of the teacher; these sessions do not.",
        ),
    )


def _measure(home: Path, n_people: int, connect_within: float) -> dict[str, Any]:
    store = open_store(home)
    cookies = join(store, home, n_people + N_FIRST).values()
    store.close()
    with serve_class(home) as server:
        people = [Pupil(server.port, cookie) for cookie in cookies]
        row = asyncio.run(rush(server, people, connect_within))
    # The server was killed while all were there, so nothing could be tidied up: what counts is on the disk.
    store = open_store(home)
    stored = {event.learner for event in store.everyone(READY) if event.body["is_ready"]}
    store.close()
    row["stored"] = len(stored) - N_FIRST
    return row
