"""A class at work: many sessions on one server, tuned and with Streamlit's defaults."""

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.learner import Learner, PageError, Run
from benchmarks.report import Report, machine_load, percentile, rounded
from benchmarks.server import Server, default, tuned

SECONDS_BETWEEN_ACTS = 2.0
PRICES = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
N_ELEMENTS = 6
"""Kinds of element that the table of bytes names; the others are summed."""

Act = Callable[[Learner, random.Random], Awaitable[Run]]


async def release(learner: Learner, rng: random.Random) -> Run:
    """Let the handle go at some place."""
    return await learner.release(rng.choice(learner.thresholds))


async def set_price(learner: Learner, _rng: random.Random) -> Run:
    """Say that a miss costs something else."""
    return await learner.set_price(PRICES)


async def rerun_page(learner: Learner, _rng: random.Random) -> Run:
    """Run the whole page."""
    return await learner.rerun_page()


ACTS: dict[str, Act] = {
    "handle released": release,
    "price changed": set_price,
    "whole page": rerun_page,
}


@dataclass
class Tally:
    """What one act cost on one server with one number of sessions, over all its rounds."""

    cpu_ms: float = 0.0
    client_ms: float = 0.0
    n_failed: int = 0
    runs: list[Run] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)


def measure(
    *,
    seconds: float = 15.0,
    sessions: Sequence[int] = (1, 30, 100),
    acts: Sequence[str] = tuple(ACTS),
    rounds: int = 2,
) -> Report:
    """Answer "how long does a learner wait, and what does it cost, when a class works at once?".

    Each session acts every 2 s, or as soon as it has its answer if that takes longer (a learner who
    waits does not act again). For each number of sessions the servers take turns, `rounds` times,
    and share `seconds` for each act.

    Tables: ``runs`` (``server``, ``sessions``, ``act``, ``runs``, ``failed``, ``cpu_ms`` per run of
    the server and ``client_ms`` of the sessions,
    ``p50_ms`` and ``p95_ms`` from the request to "script finished", ``kb`` sent per run, ``load``);
    ``memory`` (``server``, ``sessions``, ``rss_mb`` before them, ``opening_s``, ``mb_per_session``
    once they are open, ``mb_per_session_after`` their acts, ``load``); ``bytes`` (``act``, ``element``,
    ``bytes`` per run on the tuned server, ``share``, ``load``).
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        tuned(Path(folder) / "tuned") as ours,
        default(Path(folder) / "default") as plain,
    ):
        tables = asyncio.run(_measure_all((ours, plain), sessions, acts, rounds, seconds / rounds))
    return Report(
        name="websocket_load",
        question="What does a learner wait, and what does it cost, when a class works at once?",
        goal="tuned, handle released: at most 15 ms of server CPU, p95 at most 250 ms with 100 sessions",
        tables=tables,
        notes=(
            "Who still waits does not act again, so a server that cannot keep up answers fewer runs.",
            "cpu_ms is all processor time of the server process divided by the runs it finished.",
            "client_ms is the same for the process that holds all sessions.",
            "The sessions draw nothing, but they share the processor with the server.",
            "Beside Streamlit's defaults only the look, 127.0.0.1 and silence about usage are kept.",
        ),
    )


async def _measure_all(
    servers: tuple[Server, ...],
    sessions: Sequence[int],
    acts: Sequence[str],
    rounds: int,
    seconds: float,
) -> dict[str, list[dict[str, Any]]]:
    for server in servers:  # the first learner of a server trains the model and fills the caches
        await warm(server)
    runs, memory = [], []
    of_act: dict[str, list[Run]] = {}
    for n_sessions in sessions:
        classes = [await open_class(server, n_sessions) for server in servers]
        tallies = {(act, at): Tally() for act in acts for at in range(len(servers))}
        for act in acts:
            for _ in range(rounds):
                for at, (server, group) in enumerate(zip(servers, classes, strict=True)):
                    await act_for(seconds, ACTS[act], server, group.learners, tallies[act, at])
        for (act, at), tally in tallies.items():
            runs.append(_row_of_runs(servers[at], n_sessions, act, tally))
            if at == 0:
                of_act.setdefault(act, []).extend(tally.runs)
        for server, group in zip(servers, classes, strict=True):
            memory.append(_row_of_memory(server, group))
            await group.close()
    return {
        "runs": sorted(runs, key=lambda row: (list(acts).index(row["act"]), row["sessions"])),
        "memory": memory,
        "bytes": _rows_of_bytes(of_act),
    }


@dataclass
class Group:
    """The sessions that are open on one server, and the memory around their opening."""

    learners: list[Learner]
    rss_before: float
    rss_open: float
    opening_s: float

    async def close(self) -> None:
        """Let all of them leave."""
        await asyncio.gather(*(learner.close() for learner in self.learners))


async def warm(server: Server) -> None:
    """Be the first learner, who trains the model and fills the caches."""
    rng, learner = random.Random(0), Learner(server.port)
    await learner.open()
    for _ in PRICES:
        await learner.set_price(PRICES)
    await release(learner, rng)
    await learner.rerun_page()
    await learner.close()


async def open_class(server: Server, n_sessions: int) -> Group:
    """Let so many learners open the lesson at once."""
    before, start = server.rss_mb(), time.perf_counter()
    learners = [Learner(server.port) for _ in range(n_sessions)]
    await asyncio.gather(*(learner.open() for learner in learners))
    return Group(learners, before, server.rss_mb(), time.perf_counter() - start)


async def act_for(
    seconds: float, act: Act, server: Server, learners: Sequence[Learner], tally: Tally
) -> None:
    """Let all learners act for `seconds`, evenly out of step, and wait for their last answers."""
    before, own, start = server.cpu_ms(), time.process_time(), time.perf_counter()

    async def work(place: int, learner: Learner) -> None:
        rng = random.Random(place)
        wake = start + SECONDS_BETWEEN_ACTS * place / len(learners)
        while wake < start + seconds and not learner.is_lost:
            await asyncio.sleep(max(0.0, wake - time.perf_counter()))
            wake = max(wake + SECONDS_BETWEEN_ACTS, time.perf_counter())
            try:
                tally.runs.append(await act(learner, rng))
            except (PageError, TimeoutError):
                tally.n_failed += 1
            wake = max(wake, time.perf_counter())

    await asyncio.gather(*(work(place, learner) for place, learner in enumerate(learners)))
    tally.cpu_ms += server.cpu_ms() - before
    tally.client_ms += 1000 * (time.process_time() - own)
    tally.loads.append(machine_load())


def _row_of_runs(server: Server, n_sessions: int, act: str, tally: Tally) -> dict[str, Any]:
    waits = [1000 * run.seconds for run in tally.runs]
    n_runs = len(waits)
    n_bytes = sum(run.n_bytes for run in tally.runs)
    return {
        "server": server.setting,
        "act": act,
        "sessions": n_sessions,
        "runs": n_runs,
        "failed": tally.n_failed,
        "cpu_ms": rounded(tally.cpu_ms / n_runs if n_runs else None),
        "client_ms": rounded(tally.client_ms / n_runs if n_runs else None),
        "p50_ms": rounded(percentile(waits, 50)),
        "p95_ms": rounded(percentile(waits, 95)),
        "kb": rounded(n_bytes / n_runs / 1000 if n_runs else None),
        "load": max(tally.loads),
    }


def _row_of_memory(server: Server, group: Group) -> dict[str, Any]:
    n_sessions = len(group.learners)
    return {
        "server": server.setting,
        "sessions": n_sessions,
        "rss_mb": rounded(group.rss_before),
        "opening_s": rounded(group.opening_s, 2),
        "mb_per_session": rounded((group.rss_open - group.rss_before) / n_sessions, 2),
        "mb_per_session_after": rounded((server.rss_mb() - group.rss_before) / n_sessions, 2),
        "load": machine_load(),
    }


def _rows_of_bytes(runs_of: dict[str, list[Run]]) -> list[dict[str, Any]]:
    rows = []
    for act, runs in runs_of.items():
        total: Counter[str] = Counter()
        for run in runs:
            total.update(run.bytes_of)
        named = total.most_common(N_ELEMENTS)
        named.append(("everything else", total.total() - sum(size for _, size in named)))
        rows += [
            {
                "act": act,
                "element": element,
                "bytes": round(size / len(runs)),
                "share": f"{size / total.total():.1%}",
                "load": machine_load(),
            }
            for element, size in named
        ]
    return rows
