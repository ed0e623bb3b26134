"""Other learners while two searches train: whether anybody waits longer because somebody searches."""

import asyncio
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.learner import Learner
from benchmarks.report import Report, percentile, rounded
from benchmarks.server import Server, tuned
from benchmarks.websocket_load import Act, Tally, act_for, open_class, release, warm
from core.jobs.pool import Pool
from core.search.run import search
from core.search.spec import SearchSpec

N_SEARCHES = 2
GOAL_MS = 100
WARM_SECONDS = 5.0
"""Each session acts two or three times before anything is measured."""


def measure(*, seconds: float = 15.0, n_sessions: int = 30, rounds: int = 2) -> Report:
    """Answer "how much longer do others wait while two searches run as jobs?".

    Sessions let the handle go every 2 s on the tuned server, in turns with nobody searching and with two
    searches in worker processes, as `core.jobs` starts them (nice 10, one thread each). Each phase gets
    `seconds`, shared among `rounds`.

    Table ``waits``: ``phase`` (idle, two searches), ``sessions``, ``runs``, ``failed``, ``p50_ms``,
    ``p95_ms``, ``above_idle_ms`` (of the 95th percentile), ``trials`` that the searches finished meanwhile,
    ``load``.
    """
    with tempfile.TemporaryDirectory() as folder, tuned(Path(folder) / "tuned") as server:
        rows = asyncio.run(_measure(server, Path(folder), n_sessions, rounds, seconds / rounds))
    return Report(
        name="beside_searches",
        question="How much longer do others wait while two searches run as jobs?",
        goal=f"p95 at most {GOAL_MS} ms above idle",
        tables={"waits": rows},
        notes=(
            "Each search has a pool of its own, because a pool leaves one core to the server.",
            "The sessions share the processor with the server and the searches.",
        ),
    )


async def _measure(
    server: Server, folder: Path, n_sessions: int, rounds: int, seconds: float
) -> list[dict[str, Any]]:
    await warm(server)
    group = await open_class(server, n_sessions)
    await warm_acts(server, group.learners, release)
    idle, busy, n_trials = Tally(), Tally(), 0
    for number in range(rounds):
        await act_for(seconds, release, server, group.learners, idle)
        with two_searches(folder / f"round-{number}") as pools:
            await asyncio.sleep(2)  # their first second goes into imports
            await act_for(seconds, release, server, group.learners, busy)
            n_trials += count_trials(pools)
    await group.close()
    quiet = percentile([1000 * run.seconds for run in idle.runs], 95)
    return [
        row_of_waits("idle", idle, n_sessions, quiet, 0),
        row_of_waits("two searches", busy, n_sessions, quiet, n_trials),
    ]


@contextmanager
def two_searches(folder: Path) -> Iterator[Sequence[Pool]]:
    """Run two long searches in worker processes of their own, and stop them at the end."""
    pools, jobs = [], []
    before = {name: os.environ.get(name) for name in ("GLASSROOM_HOME", "GLASSROOM_JOB_SECONDS")}
    try:
        for number in range(N_SEARCHES):
            home = folder / str(number)
            home.mkdir(parents=True)
            os.environ |= {"GLASSROOM_HOME": str(home), "GLASSROOM_JOB_SECONDS": "3600"}
            spec = SearchSpec(data="churn", model="forest", n_trials=500, seed=number)
            pools.append(Pool(home))
            jobs.append(pools[-1].submit(search, spec, owner="local"))
        yield pools
    finally:
        for pool, job in zip(pools, jobs, strict=False):
            pool.cancel(job.id)
        for pool in pools:
            pool.wait_until_idle()
        for name, text in before.items():
            if text is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = text


def count_trials(pools: Sequence[Pool]) -> int:
    """Return how many trials the searches have finished, by what they tell of their progress."""
    told = [status.message for pool in pools for status in pool.active("local")]
    return sum(int(message.split()[1]) for message in told if message.startswith("Trial "))


async def warm_acts(server: Server, learners: Sequence[Learner], act: Act) -> None:
    """Let each session act a few times: what the first acts load is not what everybody waits for."""
    await act_for(WARM_SECONDS, act, server, learners, Tally())


def row_of_waits(
    phase: str, tally: Tally, n_sessions: int, quiet: float | None, n_trials: int
) -> dict[str, Any]:
    """Return how long the sessions of one phase waited, and how much longer than when all was `quiet`."""
    waits = [1000 * run.seconds for run in tally.runs]
    high = percentile(waits, 95)
    above = None if high is None or quiet is None else high - quiet
    return {
        "phase": phase,
        "sessions": n_sessions,
        "runs": len(waits),
        "failed": tally.n_failed,
        "p50_ms": rounded(percentile(waits, 50)),
        "p95_ms": rounded(high),
        "above_idle_ms": rounded(above),
        "trials": n_trials,
        "load": max(tally.loads),
    }
