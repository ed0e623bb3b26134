"""Thirty trainings asked for at once: whether the pages of everybody else still answer."""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.beside_searches import row_of_waits, warm_acts
from benchmarks.report import Report, percentile
from benchmarks.server import Server, tuned
from benchmarks.websocket_load import Tally, act_for, open_class, rerun_page, warm
from core.jobs.pool import Pool
from core.search.run import search
from core.search.spec import SearchSpec

N_JOBS = 30
OWNERS = tuple(f"learner-{number}" for number in range(N_JOBS))
GOAL_MS = 1000


def measure(*, seconds: float = 15.0, n_sessions: int = 30, rounds: int = 2) -> Report:
    """Answer "how long does a whole page take while thirty trainings are queued?".

    Sessions run the page anew every 2 s on the tuned server, in turns with nobody training and with
    thirty searches of as many learners in one queue, as `core.jobs` starts them (nice 10, one thread
    each). Each phase gets `seconds`, shared among `rounds`.

    Table ``waits``: ``phase`` (idle, queued), ``sessions``, ``runs``, ``failed``, ``p50_ms``, ``p95_ms``,
    ``above_idle_ms`` (of the 95th percentile), ``trials`` that the running searches finished meanwhile,
    ``running`` and ``waiting`` trainings when the phase began, ``load``.
    """
    with tempfile.TemporaryDirectory() as folder, tuned(Path(folder) / "tuned") as server:
        rows = asyncio.run(_measure(server, Path(folder), n_sessions, rounds, seconds / rounds))
    return Report(
        name="queued_jobs",
        question="How long does a whole page take while thirty trainings are queued?",
        goal=f"p95 below {GOAL_MS} ms",
        tables={"waits": rows},
        notes=(
            "The sessions share the processor with the server and the trainings.",
            "A queue runs as many trainings at a time as there are cores but one.",
        ),
    )


async def _measure(
    server: Server, folder: Path, n_sessions: int, rounds: int, seconds: float
) -> list[dict[str, Any]]:
    await warm(server)
    group = await open_class(server, n_sessions)
    await warm_acts(server, group.learners, rerun_page)
    idle, busy = Tally(), Tally()
    n_trials, counts = 0, {"running": 0, "waiting": 0}
    for number in range(rounds):
        await act_for(seconds, rerun_page, server, group.learners, idle)
        with full_queue(folder / f"round-{number}") as pool:
            await asyncio.sleep(2)  # the first second of a training goes into imports
            states = [pool.active(owner)[0].state for owner in OWNERS]
            counts = {"running": states.count("running"), "waiting": states.count("queued")}
            await act_for(seconds, rerun_page, server, group.learners, busy)
            n_trials += _count_trials(pool)
    await group.close()
    quiet = percentile([1000 * run.seconds for run in idle.runs], 95)
    return [
        row_of_waits("idle", idle, n_sessions, quiet, 0) | {"running": 0, "waiting": 0},
        row_of_waits("queued", busy, n_sessions, quiet, n_trials) | counts,
    ]


@contextmanager
def full_queue(home: Path) -> Iterator[Pool]:
    """Ask for a long search for each of thirty learners at once, and stop them all at the end."""
    before = {name: os.environ.get(name) for name in ("GLASSROOM_HOME", "GLASSROOM_JOB_SECONDS")}
    home.mkdir(parents=True)
    os.environ |= {"GLASSROOM_HOME": str(home), "GLASSROOM_JOB_SECONDS": "3600"}
    pool, jobs = Pool(home), []
    try:
        for seed, owner in enumerate(OWNERS):
            spec = SearchSpec(data="churn", model="forest", n_trials=500, seed=seed)
            jobs.append(pool.submit(search, spec, owner=owner))
        yield pool
    finally:
        for job in reversed(jobs):  # those that wait first, so that none of them begins
            pool.cancel(job.id)
        pool.wait_until_idle()
        for name, text in before.items():
            if text is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = text


def _count_trials(pool: Pool) -> int:
    told = [status.message for owner in OWNERS for status in pool.active(owner)]
    return sum(int(message.split()[1]) for message in told if message.startswith("Trial "))
