"""A class at work for a long time, and the memory of its server."""

import asyncio
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.pupils import Pupil, join, serve_class, spread, wait_until_idle
from benchmarks.report import Report, machine_load, rounded
from benchmarks.server import Server
from core.store import open_store

SECONDS_BETWEEN_PRESSES = 20.0
SHARE_OF_RELOADS = 0.1
"""Of the presses, so many are a reload of the page instead: a new session beside the lost one."""
SETTLED = 0.25
"""The first quarter does not count: sessions and caches fill up, and lost sessions are kept for 5 minutes."""
MAX_GROWTH_PERCENT = 20.0


def measure(
    *, minutes: float = 20.0, sessions: int = 300, connect_within: float = 20.0, rows: int = 20
) -> Report:
    """Answer "does a server that serves a class for a long time need more and more memory?".

    Each person presses the button of the page of the class about every 20 s; one press in ten is a reload
    of the page instead. The memory of the server is read in even steps.

    Tables: ``memory`` (``minute``, ``rss_mb``, and so far ``presses``, ``reloads``, ``failed``; ``load``);
    ``growth`` (``people``, ``minutes``, ``from_mb`` after a quarter of the time, ``to_mb`` at the end,
    ``growth_percent``, ``stored`` presses on the disk once the server was killed, ``presses``, ``failed``,
    ``load``).
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        store = open_store(home)
        cookies = list(join(store, home, sessions).values())
        store.close()
        with serve_class(home) as server:
            soak = asyncio.run(_act(server, cookies, 60 * minutes, connect_within, rows))
        store = open_store(home)
        stored = len(store.everyone("ready"))
        store.close()
    first, last = soak.rows[int(SETTLED * len(soak.rows))], soak.rows[-1]
    growth = 100 * (last["rss_mb"] / first["rss_mb"] - 1)
    return Report(
        name="class_soak",
        question="Does a server that serves a class for a long time need more and more memory?",
        goal=f"memory grows by at most {MAX_GROWTH_PERCENT:g} % after the first quarter; no press fails",
        tables={
            "memory": soak.rows,
            "growth": [
                {
                    "people": sessions,
                    "minutes": minutes,
                    "from_mb": first["rss_mb"],
                    "to_mb": last["rss_mb"],
                    "growth_percent": rounded(growth),
                    "presses": soak.n_presses,
                    "stored": stored,
                    "failed": soak.n_failed,
                    "load": machine_load(),
                }
            ],
        },
        notes=(
            "A session whose page was reloaded is kept for 5 minutes, in case its learner comes back.",
        ),
    )


@dataclass
class Soak:
    """What happened so far."""

    n_presses: int = 0
    n_reloads: int = 0
    n_failed: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)


async def _act(
    server: Server, cookies: Sequence[str], seconds: float, connect_within: float, n_rows: int
) -> Soak:
    await wait_until_idle(server)
    people = [Pupil(server.port, cookie) for cookie in cookies]
    await spread(connect_within, [person.open for person in people])
    soak, end = Soak(), time.perf_counter() + seconds
    workers = [
        asyncio.create_task(_work(person, end, random.Random(place), soak))
        for place, person in enumerate(people)
    ]
    for number in range(n_rows):
        await asyncio.sleep(
            max(0.0, end - seconds * (1 - (number + 1) / n_rows) - time.perf_counter())
        )
        soak.rows.append(
            {
                "minute": rounded(seconds * (number + 1) / n_rows / 60, 2),
                "rss_mb": rounded(server.rss_mb()),
                "presses": soak.n_presses,
                "reloads": soak.n_reloads,
                "failed": soak.n_failed,
                "load": machine_load(),
            }
        )
    await asyncio.gather(*workers)
    server.process.kill()
    await asyncio.gather(*(person.close() for person in people), return_exceptions=True)
    return soak


async def _work(person: Pupil, end: float, rng: random.Random, soak: Soak) -> None:
    """Press now and then until the end; who got no answer loads the page again."""
    while True:
        wait = rng.uniform(0, 2 * SECONDS_BETWEEN_PRESSES)
        if time.perf_counter() + wait > end:
            return
        await asyncio.sleep(wait)
        try:
            if rng.random() < SHARE_OF_RELOADS:
                await person.close()
                await person.open()
                soak.n_reloads += 1
            else:
                await person.press_again()
                soak.n_presses += 1
        except Exception:  # noqa: BLE001  # whatever it was, this press had no answer
            soak.n_failed += 1
            await asyncio.gather(person.close(), return_exceptions=True)
            await asyncio.gather(person.open(), return_exceptions=True)
