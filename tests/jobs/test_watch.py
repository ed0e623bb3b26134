"""Whatever a training does, it ends in time, says why, and leaves no process behind."""

import logging
import time

import misbehaving
import numpy as np
import pytest
from misbehaving import Spec

from core.jobs.folder import LOG
from core.jobs.watch import explain_end
from core.settings import read_settings

logger = logging.getLogger(__name__)

STOPPED = "The training was stopped after 2 seconds, the limit here. Choose fewer rows"
DEFECT = (
    "The training stopped at a defect of Glassroom (ZeroDivisionError). Its log has the details."
)
TOO_BIG = "The training needed more than 400 MB of memory, the limit here. Choose fewer rows"


@pytest.mark.parametrize(
    "run",
    [
        misbehaving.loop_in_c,
        pytest.param(misbehaving.loop_in_python, marks=pytest.mark.full),
        pytest.param(misbehaving.sleep_for_ever, marks=pytest.mark.full),
        misbehaving.refuse_to_end,
    ],
    ids=lambda run: run.__name__,
)
def test_f43_f44_what_never_ends_is_stopped_at_the_limit(bench, pool, monkeypatch, run):
    monkeypatch.setenv("GLASSROOM_JOB_SECONDS", "2")
    job = pool.submit(run, Spec(), owner="local")
    status = bench.wait_for_end(pool, job)
    assert status.state == "timed out"
    assert status.sentence.startswith(STOPPED)
    logger.info("seconds after the limit: %.2f", status.seconds - 2)
    assert 2 <= status.seconds < 2 + 5
    assert bench.living() == []


@pytest.mark.parametrize(
    "run",
    [
        misbehaving.grow_slowly,
        pytest.param(misbehaving.grow_at_once, marks=pytest.mark.full),
        misbehaving.grow_in_orphan,
        pytest.param(misbehaving.grow_in_child, marks=pytest.mark.full),
    ],
    ids=lambda run: run.__name__,
)
def test_f45_what_takes_too_much_memory_is_stopped(bench, pool, monkeypatch, run):
    monkeypatch.setenv("GLASSROOM_JOB_MEMORY_MB", "400")
    job = pool.submit(run, Spec(), owner="local")
    largest = 0.0
    while pool.status(job.id).state == "running":
        largest = max(largest, bench.measure_memory())
        time.sleep(0.02)
    logger.info("largest size in MB: %.2f", largest)
    status = bench.wait_for_end(pool, job)
    assert status.state == "out of memory"
    assert status.sentence.startswith(TOO_BIG)
    assert bench.living() == []
    if run is not misbehaving.grow_at_once:
        assert 300 < largest < 900


def test_what_asks_for_more_than_there_is_ends_at_once(bench, pool):
    job = pool.submit(misbehaving.grow_beyond_all, Spec(), owner="local")
    status = bench.wait_for_end(pool, job)
    assert status.state == "out of memory"
    assert "more than 1500 MB of memory" in status.sentence


def test_f46_a_file_that_grows_too_large_ends_the_training(bench, pool, tmp_path):
    place = tmp_path / "large.bin"
    job = pool.submit(misbehaving.fill_the_disk, Spec(place=str(place)), owner="local")
    status = bench.wait_for_end(pool, job)
    assert (status.state, status.sentence) == (
        "failed",
        "The training wrote a file larger than 200 MB, the limit here.",
    )
    assert place.stat().st_size <= 200e6


@pytest.mark.parametrize("megabytes", [20, pytest.param(1000, marks=pytest.mark.full)])
def test_f46_a_training_that_prints_a_lot_ends_well_and_its_log_stays_small(bench, pool, megabytes):
    job = pool.submit(misbehaving.print_a_lot, Spec(n_steps=megabytes), owner="local")
    status = bench.wait_for_end(pool, job)
    log = (bench.home / "jobs" / job.id / LOG).read_bytes()
    assert status.state == "done"
    assert log.startswith(b"first words\nxxx")
    assert len(log) == 1_000_000


@pytest.mark.parametrize("seconds", [0.0, 1e6], ids=["ended by itself", "cancelled"])
def test_f47_grandchildren_that_refuse_to_end_are_ended(bench, pool, seconds):
    spec = Spec(seconds=seconds)
    job = pool.submit(misbehaving.leave_grandchildren, spec, owner="local")
    if seconds:
        bench.wait_for_news(pool, job, "ready")
        assert len(bench.living()) == 3
        pool.cancel(job.id)
    status = bench.wait_for_end(pool, job)
    assert status.state == ("cancelled" if seconds else "done")
    assert bench.living() == []


@pytest.mark.parametrize("seconds", [0.0, 1e6], ids=["ended by itself", "cancelled"])
def test_the_workers_of_a_search_end_with_it(bench, pool, seconds):
    job = pool.submit(misbehaving.train_among_workers, Spec(seconds=seconds), owner="local")
    if seconds:
        bench.wait_for_news(pool, job, "ready")
        assert len(bench.living()) >= 3
        pool.cancel(job.id)
    status = bench.wait_for_end(pool, job)
    assert status.state == ("cancelled" if seconds else "done")
    assert bench.living() == []
    if not seconds:
        assert misbehaving.train_among_workers.recall(Spec(seconds=seconds)).total == 0 + 1 + 2 + 3


def test_a_worker_that_is_killed_from_outside_is_noticed_and_can_be_started_again(bench, pool):
    spec = Spec(n_steps=3, seconds=0.3)
    job = pool.submit(misbehaving.train, spec, owner="local")
    bench.wait_for_news(pool, job, "step 1 of 3")
    for process in bench.living():
        process.kill()
    began = time.monotonic()
    status = bench.wait_for_end(pool, job)
    logger.info("seconds until it was noticed: %.2f", time.monotonic() - began)
    assert status.state == "interrupted"
    assert time.monotonic() - began < 5
    again = pool.submit(misbehaving.train, spec, owner="local")
    assert bench.wait_for_end(pool, again).state == "done"


def test_many_large_files_end_the_training_before_the_disk_is_full(bench, pool, monkeypatch):
    class Usage:
        free = 10e6

    job = pool.submit(misbehaving.sleep_for_ever, Spec(), owner="local")
    monkeypatch.setattr("core.jobs.watch.disk_usage", lambda _path: Usage)
    status = bench.wait_for_end(pool, job)
    assert (status.state, status.sentence) == (
        "out of disk",
        explain_end("out of disk", read_settings()).sentence,
    )
    assert "less than 100 MB of disk are free. Free some space" in status.sentence
    assert bench.living() == []


def test_a_worker_that_does_not_leave_after_its_end_is_ended(bench, pool):
    job = pool.submit(misbehaving.stay_after_the_end, Spec(), owner="local")
    status = bench.wait_for_end(pool, job)
    assert (status.state, status.sentence) == ("done", "")
    assert bench.living() == []


@pytest.mark.parametrize(
    ("run", "state", "sentence"),
    [
        (misbehaving.refuse, "refused", "A tree needs 2 classes, got 1. Choose another target."),
        (
            misbehaving.divide_by_zero,
            "failed",
            DEFECT,
        ),
        (
            misbehaving.exit_early,
            "failed",
            "The training process broke down (exit code 3). Its log has the details.",
        ),
        (
            misbehaving.be_killed,
            "interrupted",
            "The training was interrupted before its end. Start it again.",
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_each_bad_end_has_its_sentence(bench, pool, run, state, sentence):
    job = pool.submit(run, Spec(), owner="local")
    status = bench.wait_for_end(pool, job)
    assert (status.state, status.sentence) == (state, sentence)
    if run is misbehaving.divide_by_zero:
        log = (bench.home / "jobs" / job.id / LOG).read_text()
        assert log.startswith("before the defect\nTraceback")
        assert "ZeroDivisionError: division by zero" in log


@pytest.mark.full
def test_the_walls_of_the_worker_itself_count_as_the_time_limit(bench, pool):
    job = pool.submit(misbehaving.use_up_cpu_time, Spec(), owner="local")
    assert bench.wait_for_end(pool, job).state == "timed out"


def test_f41_of_thirty_trainings_at_once_one_runs_politely_and_the_others_know_their_place(bench):
    pool = bench.open(slots=1)
    jobs = [
        pool.submit(misbehaving.train, Spec(seed=n, seconds=100.0), owner=f"learner-{n}")
        for n in range(30)
    ]
    bench.wait_for_news(pool, jobs[0], "step 1 of 3")
    states = [pool.status(job.id) for job in jobs]
    assert [status.state for status in states] == ["running"] + 29 * ["queued"]
    assert [status.position for status in states] == list(range(30))
    (worker,) = bench.living()
    assert worker.nice() == 10
    assert worker.environ()["OMP_NUM_THREADS"] == "1"
    for job in reversed(jobs):
        pool.cancel(job.id)
    assert pool.wait_until_idle()
    assert bench.living() == []
    assert {pool.status(job.id).state for job in jobs} == {"cancelled"}


@pytest.mark.parametrize("n_jobs", [4, pytest.param(60, marks=pytest.mark.full)])
def test_f48_cancelled_at_any_moment_nothing_is_left(bench, pool, n_jobs):
    rng = np.random.default_rng(0)
    slowest = 0.0
    for seed in range(n_jobs):
        run = misbehaving.leave_grandchildren if seed % 2 else misbehaving.train
        job = pool.submit(run, Spec(seed=seed, seconds=100.0), owner="local")
        time.sleep(rng.uniform(0, 2.5))
        began = time.perf_counter()
        pool.cancel(job.id)
        status = bench.wait_for_end(pool, job)
        slowest = max(slowest, time.perf_counter() - began)
        assert (status.state, status.sentence) == ("cancelled", "You stopped this training.")
        assert bench.living() == []
    logger.info("seconds of the slowest cancellation: %.2f", slowest)
    assert slowest < 5
