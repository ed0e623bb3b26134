"""A pool of real worker processes in a home folder of its own."""

import sys
import time
from contextlib import suppress
from pathlib import Path

import misbehaving
import psutil
import pytest

from core.jobs.pool import Pool
from core.remember import Remembered, hash_sources

WORKER = (sys.executable, str(Path(__file__).with_name("misbehaving_worker.py")))


class Bench:
    """Opens pools on one home folder, waits for their jobs, and counts processes."""

    def __init__(self, home):
        self.home = home

    def open(self, slots=None):
        pool = Pool(self.home, worker=WORKER, trusted=("misbehaving",))
        if slots is not None:
            pool._slots = slots
        return pool

    def wait(self, condition, seconds=40.0):
        """Return how long it took until `condition` held."""
        began = time.perf_counter()
        while not condition():
            assert time.perf_counter() - began < seconds, "waited in vain"
            time.sleep(0.02)
        return time.perf_counter() - began

    def wait_for_end(self, pool, job, seconds=40.0):
        self.wait(lambda: pool.status(job.id).state not in {"queued", "running"}, seconds)
        return pool.status(job.id)

    def wait_for_news(self, pool, job, message):
        self.wait(lambda: pool.status(job.id).message == message)

    def living(self):
        """Return the living processes that descend from jobs of this home, found by its path."""
        found = []
        for process in psutil.process_iter():
            try:
                is_ours = process.environ().get("GLASSROOM_HOME") == str(self.home)
                if is_ours and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def measure_memory(self):
        """Return the resident memory of all of them together in MB."""
        total = 0
        for process in self.living():
            with suppress(psutil.Error):
                total += process.memory_info().rss
        return total / 1e6


@pytest.fixture
def bench(tmp_path, monkeypatch):
    monkeypatch.setenv("GLASSROOM_HOME", str(tmp_path))
    monkeypatch.setenv("GLASSROOM_JOB_SECONDS", "60")
    monkeypatch.setenv("GLASSROOM_JOB_MEMORY_MB", "1500")
    hash_sources.cache_clear()  # somebody may have edited the code since this process began
    for run in vars(misbehaving).values():
        if isinstance(run, Remembered):
            run.forget()
    bench = Bench(tmp_path)
    yield bench
    for process in bench.living():
        process.kill()


@pytest.fixture
def pool(bench):
    pool = bench.open()
    yield pool
    for job_id in [*pool._queue, *pool._running]:
        pool.cancel(job_id)
    bench.wait(lambda: not pool._running and not pool._queue)
