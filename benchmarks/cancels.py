"""How long it takes until a training that was stopped is gone, with every process that it started."""

import os
import random
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.report import Report, machine_load, percentile, rounded
from core.jobs.pool import Pool
from core.search.run import search
from core.search.spec import SearchSpec

LONGEST_WAIT = 4.0


def measure(*, n_cancels: int = 20, workers: int = 2) -> Report:
    """Answer "how long after Stop is a search gone, whenever it is pressed?".

    A search is stopped at a random moment of its first 4 s (imports, first trials, among workers), and
    timed until its pool says that it has ended.

    Table ``cancels``: ``workers``, ``cancels``, ``p50_ms``, ``p95_ms``, ``max_ms``, ``left`` (processes of
    these searches that live on), ``load``.
    """
    rng, rows = random.Random(0), []
    before = dict(os.environ)
    try:
        for count in (1, workers):
            with tempfile.TemporaryDirectory() as folder:
                os.environ |= {"GLASSROOM_HOME": folder, "GLASSROOM_WORKERS": str(count)}
                rows.append(_cancel_often(Path(folder), n_cancels, count, rng))
    finally:
        os.environ.clear()
        os.environ |= before
    return Report(
        name="cancels",
        question="How long after Stop is a search gone, whenever it is pressed?",
        goal="at most 1 s, and no process left",
        tables={"cancels": rows},
    )


def _cancel_often(
    home: Path, n_cancels: int, workers: int, rng: random.Random
) -> dict[str, object]:
    pool, waits = Pool(home), []
    for seed in range(n_cancels):
        spec = SearchSpec(data="churn", model="forest", n_trials=500, seed=seed)
        job = pool.submit(search, spec, owner="local")
        time.sleep(rng.uniform(0, LONGEST_WAIT))
        began = time.perf_counter()
        pool.cancel(job.id)
        while pool.status(job.id).state == "running":
            time.sleep(0.01)
        waits.append(1000 * (time.perf_counter() - began))
    return {
        "workers": workers,
        "cancels": n_cancels,
        "p50_ms": rounded(percentile(waits, 50)),
        "p95_ms": rounded(percentile(waits, 95)),
        "max_ms": rounded(max(waits)),
        "left": sum(_is_of(process, home) for process in psutil.process_iter()),
        "load": machine_load(),
    }


def _is_of(process: psutil.Process, home: Path) -> bool:
    try:
        alive = process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE
        return alive and process.environ().get("GLASSROOM_HOME") == str(home)
    except psutil.Error:
        return False
