"""What threads and processes bring on this very machine: measured, with what was measured beside it.

A timing is a fact about one machine at one moment. So it carries the machine, the load at the time and
the repeats, and says the least and the middle time of them.
"""

import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.errors import require
from core.jobs.pool import count_cores
from core.progress import report
from core.remember import remembered
from core.search.engine import Crew, Engine, Kind, open_crew, tell_missing

N_TASKS = 4
PATIENCE = 30.0
"""On a busy machine no further round begins after so many seconds, and no further engine after twice that."""
N_TINY = 24
"""Tasks that do nothing, by which the price of handing a task out is measured."""


@dataclass(frozen=True, kw_only=True)
class MeasureSpec:
    """Which measurement; the work is the same in each."""

    take: int = 1
    """Each number is another measurement of this machine."""
    repeats: int = 3
    loops: int = 600_000
    """Rounds of the loop in Python; about 50 ms."""
    trees: int = 20
    """Trees of the forest."""

    def __post_init__(self) -> None:
        require(self.take >= 1, f"Measurements are counted from 1, got {self.take}.")
        require(1 <= self.repeats <= 9, f"Repeat 1 to 9 times, got {self.repeats}.")
        require(
            self.loops >= 1 and self.trees >= 1,
            f"There must be work to measure, got {self.loops} loops and {self.trees} trees.",
        )


@dataclass(frozen=True, eq=False)
class Measured:
    """What was measured, and where.

    `times` has one row for each work and way: ``work``, ``way``, ``workers``, ``least`` and ``middle``
    (seconds for all tasks, of the repeats), ``faster`` (least time in turn divided by this least time).
    `engines` has one row for each engine: ``engine``, ``why_not`` (empty if it was measured), ``ready``
    (seconds until its first answer) and ``per_task`` (milliseconds for a task that does nothing).
    """

    spec: MeasureSpec
    repeats: int
    """Rounds that were made: fewer than were asked for, if the machine was very busy."""
    cores: int
    """Cores that this process may use."""
    workers: int
    machine: str
    load_before: float
    """Waiting and running processes of the last minute; nan where the system does not tell."""
    load_after: float
    measured_at: str
    times: pd.DataFrame
    engines: pd.DataFrame


@remembered
def measure_machine(spec: MeasureSpec) -> Measured:
    """Answer "what do threads and processes bring here?" by the clock.

    Check by eye: on one core nothing is faster than in turn; the loop in Python never is with threads.
    """
    before, began = _load(), time.monotonic()
    workers = max(2, min(count_cores(), N_TASKS))
    seconds = _time_ways(spec, workers, began)
    engines = [_time_engine(kind, workers, began) for kind in ("loky", "threads", "dask", "spark")]
    return Measured(
        spec=spec,
        repeats=len(seconds["python", "in turn"]),
        cores=count_cores(),
        workers=workers,
        machine=f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        load_before=before,
        load_after=_load(),
        measured_at=time.strftime("%Y-%m-%d %H:%M", time.gmtime()) + " UTC",
        times=_tabulate(seconds, workers),
        engines=pd.DataFrame([_time_in_turn(), *engines]),
    )


def loop_in_python(n_rounds: int) -> int:
    """Add squares in Python itself: it holds the interpreter's lock all the time."""
    total = 0
    for number in range(n_rounds):
        total += number * number
    return total


def fit_forest(n_trees: int) -> int:
    """Train a forest in compiled code that lets go of the interpreter's lock; return its nodes."""
    from sklearn.ensemble import RandomForestRegressor

    rng = np.random.default_rng(0)
    x = rng.normal(size=(1500, 12))
    forest = RandomForestRegressor(n_trees, random_state=0, n_jobs=1)
    forest.fit(x, x[:, 0] + rng.normal(size=len(x)))
    return int(sum(tree.tree_.node_count for tree in forest.estimators_))


def do_nothing(task: int) -> int:
    """Return `task`: what is left is the price of handing it out."""
    return task


def _time_ways(spec: MeasureSpec, workers: int, began: float) -> dict[tuple[str, str], list[float]]:
    works: dict[str, tuple[Callable[[int], int], int]] = {
        "python": (loop_in_python, spec.loops),
        "forest": (fit_forest, spec.trees),
    }
    seconds: dict[tuple[str, str], list[float]] = {}
    with open_crew(Engine(workers=workers)) as processes:
        crews = {
            "in turn": Crew(Engine()),
            "threads": Crew(Engine(kind="threads", workers=workers)),
            "processes": processes,
        }
        for work, size in works.values():  # what the first call loads is another question
            list(processes.map(work, [max(1, size // 50)] * 2 * workers))
        for repeat in range(spec.repeats):  # taking turns, so that a busy moment meets all of them
            if repeat and time.monotonic() - began > PATIENCE:
                break
            report(repeat / (spec.repeats + 2), f"Round {repeat + 1} of {spec.repeats}")
            for work_name, (work, size) in works.items():
                for way, crew in crews.items():
                    start = time.perf_counter()
                    list(crew.map(work, [size] * N_TASKS))
                    seconds.setdefault((work_name, way), []).append(time.perf_counter() - start)
    return seconds


def _tabulate(seconds: dict[tuple[str, str], list[float]], workers: int) -> pd.DataFrame:
    rows = [
        {
            "work": work,
            "way": way,
            "workers": 1 if way == "in turn" else workers,
            "least": min(taken),
            "middle": statistics.median(taken),
            "faster": min(seconds[work, "in turn"]) / min(taken),
        }
        for (work, way), taken in seconds.items()
    ]
    return pd.DataFrame(rows)


def _time_in_turn() -> dict[str, Any]:
    return _time_crew("in turn", Crew(Engine()), time.perf_counter())


def _time_engine(kind: Kind, workers: int, began: float) -> dict[str, Any]:
    report(0.8, f"Starting {kind}")
    is_here = not tell_missing(kind)
    is_late = time.monotonic() - began > 2 * PATIENCE
    if not is_here or is_late:
        why_not = "too busy to start it" if is_here else "not installed here"
        return {"engine": kind, "why_not": why_not, "ready": np.nan, "per_task": np.nan}
    start = time.perf_counter()
    if kind == "dask":
        with (
            _local_cluster(workers) as address,
            open_crew(Engine(kind=kind, address=address)) as crew,
        ):
            return _time_crew(kind, crew, start)
    with open_crew(Engine(kind=kind, workers=workers)) as crew:
        return _time_crew(kind, crew, start)


def _time_crew(name: str, crew: Crew, began: float) -> dict[str, Any]:
    list(crew.map(do_nothing, [0]))
    ready = time.perf_counter() - began
    began = time.perf_counter()
    list(crew.map(do_nothing, range(N_TINY)))
    taken = time.perf_counter() - began
    return {"engine": name, "why_not": "", "ready": ready, "per_task": 1000 * taken / N_TINY}


@contextmanager
def _local_cluster(workers: int) -> Iterator[str]:
    from distributed import LocalCluster

    with (
        LocalCluster(  # type: ignore[no-untyped-call]  # untyped library
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # without one it takes port 8787 and complains if another has it
            memory_limit=0,
        ) as cluster
    ):
        yield cluster.scheduler_address.removeprefix("tcp://")


def _load() -> float:
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else np.nan
