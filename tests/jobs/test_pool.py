"""Jobs give the numbers of an inline run, wait their turn, and are found again."""

import json
import logging
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import misbehaving
import pandas as pd
import pytest
from misbehaving import Spec, train
from threadpoolctl import threadpool_limits

from core import jobs
from core.errors import SpecError
from core.jobs import pool as pool_module
from core.jobs.folder import End, Start, read_record, write_record
from core.metrics.classifiers import ClassifierSpec, score_classifier
from core.results import result_to_json

logger = logging.getLogger(__name__)


def test_a_job_gives_exactly_the_numbers_of_an_inline_run(bench, pool):
    spec = Spec(n_steps=5, seed=3)
    job = pool.submit(train, spec, owner="local")
    status = bench.wait_for_end(pool, job)
    assert (status.state, status.fraction, status.sentence) == ("done", 1.0, "")
    in_job = train.recall(spec)
    threadpool_limits(limits=2)  # as it is in a process that has not trained yet
    inline = train.run_fresh(spec)
    assert in_job.total == inline.total
    pd.testing.assert_frame_equal(in_job.steps, inline.steps, check_exact=True)
    assert len(in_job.steps) == 5 * 300


def test_an_experiment_of_core_runs_as_a_job_with_the_same_numbers(bench):
    spec = ClassifierSpec(model="logistic")
    job = jobs.submit(score_classifier, spec)
    assert [status.id for status in jobs.active_jobs()] == [job.id]
    bench.wait(lambda: jobs.status(job.id).state not in {"queued", "running"})
    assert jobs.find_job(score_classifier, spec).state == "done"
    in_job = score_classifier.recall(spec)
    shutil.rmtree(bench.home / "results")
    score_classifier.forget()
    assert result_to_json(score_classifier(spec)) == result_to_json(in_job)


def test_the_first_sign_comes_at_once_and_progress_follows(bench, pool):
    began = time.perf_counter()
    job = pool.submit(train, Spec(n_steps=10, seconds=0.15), owner="local")
    first = pool.status(job.id)
    seconds = time.perf_counter() - began
    logger.info("seconds to the first sign: %.2f", seconds)
    assert seconds < 5
    assert (first.state, first.message, first.fraction) == ("running", "starting", 0.0)
    seen = [first]
    while seen[-1].state == "running":
        seen.append(pool.status(job.id))
        time.sleep(0.02)
    fractions = [status.fraction for status in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert {"step 2 of 10", "step 9 of 10"} <= {status.message for status in seen}
    assert all(one.seconds <= two.seconds for one, two in pairwise(seen))
    assert seen[-1].seconds >= 1.5


def test_a_worker_is_polite_and_single_threaded_and_leads_its_own_session(bench, pool):
    job = pool.submit(train, Spec(seconds=100), owner="local")
    bench.wait_for_news(pool, job, "step 1 of 3")
    (worker,) = bench.living()
    environment = worker.environ()
    assert worker.nice() == 10
    assert environment["OMP_NUM_THREADS"] == environment["OPENBLAS_NUM_THREADS"] == "1"
    assert os.getsid(worker.pid) == os.getpgid(worker.pid) == worker.pid
    assert Path(worker.cwd()) == Path(jobs.__file__).parent.parent.parent


def test_the_same_spec_again_is_the_same_job_and_another_spec_is_refused(bench, pool):
    job = pool.submit(train, Spec(seconds=100), owner="anna")
    assert pool.submit(train, Spec(seconds=100), owner="anna") == job
    assert [status.id for status in pool.active("anna")] == [job.id]
    with pytest.raises(SpecError, match=r"A training of yours is still running.* stop it, then"):
        pool.submit(train, Spec(seconds=99), owner="anna")
    waiting = pool.submit(train, Spec(seconds=99), owner="ben")
    pool._slots = 1
    assert waiting.id in [status.id for status in pool.active("ben")]
    pool.cancel(job.id)
    bench.wait_for_end(pool, job)
    again = pool.submit(train, Spec(seconds=100), owner="anna")
    assert again.id != job.id
    assert pool.status(job.id).state == "cancelled"


def test_a_job_that_gave_way_says_so_and_not_that_somebody_stopped_it(bench, pool):
    job = pool.submit(train, Spec(seconds=100), owner="anna")
    pool.cancel(job.id, reason="abandoned")
    bench.wait_for_end(pool, job)
    status = pool.find(train, Spec(seconds=100), "anna")
    assert status.state == "abandoned"
    assert status.sentence == "This training gave way to another one of yours."


def test_jobs_wait_in_the_order_of_their_submission(bench):
    pool = bench.open(slots=1)
    specs = [Spec(seed=seed) for seed in range(4)]
    queue = [pool.submit(train, spec, owner=f"learner {spec.seed}") for spec in specs]
    assert [pool.status(job.id).position for job in queue] == [0, 1, 2, 3]
    assert [pool.status(job.id).state for job in queue] == ["running"] + ["queued"] * 3
    assert pool.status(queue[1].id).message == "waiting"
    with pytest.raises(SpecError, match="A training of yours still waits, at place 2 of the queue"):
        pool.submit(train, Spec(seed=9), owner="learner 2")
    pool.cancel(queue[1].id)
    assert pool.status(queue[1].id).state == "cancelled"
    assert [pool.status(job.id).position for job in queue] == [0, 0, 1, 2]
    ended = []
    most_at_once = 0
    while len(ended) < 3:
        states = {job.id: pool.status(job.id).state for job in queue}
        most_at_once = max(most_at_once, Counter(states.values())["running"])
        ended += [j for j in queue if states[j.id] == "done" and j not in ended]
        time.sleep(0.01)
    assert ended == [queue[0], queue[2], queue[3]]
    assert most_at_once == 1


def test_as_many_jobs_run_as_there_are_cores_but_one(bench, monkeypatch):
    for cores, slots in ((1, 1), (2, 1), (8, 7)):
        monkeypatch.setattr(pool_module, "count_cores", lambda cores=cores: cores)
        assert bench.open()._slots == slots


def test_a_class_that_asks_for_the_same_training_causes_one(bench, tmp_path):
    pool = bench.open(slots=1)
    spec = Spec(place=str(tmp_path / "count"), seconds=0.1)
    queue = [pool.submit(train, spec, owner=f"learner {n}") for n in range(30)]
    assert len({job.id for job in queue}) == 30
    for job in queue:
        assert bench.wait_for_end(pool, job).state == "done"
    assert (tmp_path / "count").read_text() == "trained\n"
    assert len(list(bench.home.glob("jobs/*/start.json"))) == 1  # the others needed no process


def test_a_job_is_found_by_its_spec_alone(bench, pool):
    spec = Spec(seconds=0.05)
    assert pool.find(train, spec, "local") is None
    job = pool.submit(train, spec, owner="local")
    assert pool.find(train, spec, "local").id == job.id
    assert pool.find(train, spec, "somebody else") is None
    assert pool.find(train, replace(spec, seed=1), "local") is None
    assert pool.find(misbehaving.refuse, spec, "local") is None
    bench.wait_for_end(pool, job)
    assert pool.find(train, spec, "local").state == "done"
    assert pool.active("local") == ()
    shutil.rmtree(train.entry(spec))
    assert pool.find(train, spec, "local") is None
    again = pool.submit(train, spec, owner="local")
    assert pool.find(train, spec, "local").id == again.id


def test_an_unknown_job_is_explained(pool):
    with pytest.raises(SpecError, match=r"There is no training with the number '../secret'"):
        pool.status("../secret")
    pool.cancel("../secret")


def test_a_function_outside_core_is_no_job(bench):
    with pytest.raises(TypeError, match=r"functions of core\. only, got misbehaving:train"):
        jobs.submit(train, Spec())
    assert jobs.active_jobs() == ()
    assert jobs.find_job(train, Spec()) is None
    with pytest.raises(SpecError, match="There is no training with the number 'x'"):
        jobs.status("x")
    jobs.cancel("x")


def test_f13_a_full_disk_is_said_before_the_work(pool, monkeypatch):
    class Usage:
        free = 100e6

    monkeypatch.setattr(pool_module.shutil, "disk_usage", lambda _path: Usage)
    with pytest.raises(SpecError, match=r"needs 500 MB of free disk, there are 100\. Free"):
        pool.submit(train, Spec(), owner="local")


def test_a_worker_that_cannot_be_started_is_a_failed_job(bench):
    pool = pool_module.Pool(bench.home, worker=("/no/such/program",), trusted=("misbehaving",))
    job = pool.submit(train, Spec(), owner="local")
    status = pool.status(job.id)
    assert (status.state, status.sentence) == (
        "failed",
        "The training could not be started: No such file or directory.",
    )


def test_a_result_that_was_not_kept_is_not_called_done(bench, pool):
    (bench.home / "results").write_text("in the way")
    job = pool.submit(train, Spec(), owner="local")
    status = bench.wait_for_end(pool, job)
    assert status.state == "failed"
    assert "its result could not be kept" in status.sentence


SERVER = """
import sys
sys.path.insert(0, {tests!r})
import conftest, misbehaving, pathlib, time
pool = conftest.Bench(pathlib.Path({home!r})).open()
job = pool.submit(misbehaving.train, misbehaving.Spec(n_steps={n_steps}, seconds=0.1), owner="local")
while not pool.status(job.id).message.startswith("step"):
    time.sleep(0.02)
print(job.id, flush=True)
time.sleep(1e6)
"""


def start_server_and_kill_it(bench, n_steps):
    code = SERVER.format(tests=str(Path(__file__).parent), home=str(bench.home), n_steps=n_steps)
    server = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    with server:
        job_id = server.stdout.readline().strip()
        server.kill()
    return job_id


def test_f2_a_job_outlives_its_server_and_the_next_one_adopts_it(bench):
    spec = Spec(n_steps=20, seconds=0.1)
    job_id = start_server_and_kill_it(bench, spec.n_steps)
    pool = bench.open()
    status = pool.find(train, spec, "local")
    assert (status.id, status.state) == (job_id, "running")
    assert status.seconds > 0
    with pytest.raises(SpecError, match="A training of yours is still running"):
        pool.submit(train, Spec(seed=5), owner="local")
    bench.wait(lambda: pool.status(job_id).state != "running")
    assert pool.status(job_id).state == "done"
    assert len(train.recall(spec).steps) == 20 * 300


@pytest.mark.full
def test_an_adopted_job_can_be_cancelled(bench):
    job_id = start_server_and_kill_it(bench, 10_000)
    pool = bench.open()
    pool.cancel(job_id)
    bench.wait(lambda: pool.status(job_id).state != "running")
    assert pool.status(job_id).state == "cancelled"
    assert bench.living() == []


def test_f3_a_job_that_died_with_its_server_is_called_interrupted(bench):
    job_id = start_server_and_kill_it(bench, 10_000)
    for process in bench.living():
        process.kill()
    bench.wait(lambda: bench.living() == [])
    status = bench.open().find(train, Spec(n_steps=10_000, seconds=0.1), "local")
    assert (status.id, status.state) == (job_id, "interrupted")
    assert status.sentence == "The training was interrupted before its end. Start it again."
    assert bench.open().status(job_id).state == "interrupted"


def test_a_stranger_with_the_process_id_of_a_dead_worker_is_left_alone(bench, pool):
    job = pool.submit(train, Spec(), owner="local")
    bench.wait_for_end(pool, job)
    folder = bench.home / "jobs" / job.id
    (folder / "end.json").unlink()
    code = "import time; time.sleep(1e6)"
    environment = {name: text for name, text in os.environ.items() if name != "GLASSROOM_HOME"}
    with subprocess.Popen(
        [sys.executable, "-c", code], start_new_session=True, env=environment
    ) as stranger:
        write_record(folder, Start(pid=stranger.pid, at=time.time()))
        assert bench.open().status(job.id).state == "interrupted"
        time.sleep(0.5)
        assert stranger.poll() is None
        stranger.kill()


def test_old_and_unreadable_folders_are_removed_at_start(bench, pool):
    old = pool.submit(train, Spec(seed=1), owner="local")
    bench.wait_for_end(pool, old)
    young = pool.submit(train, Spec(seed=2), owner="local")
    bench.wait_for_end(pool, young)
    place = bench.home / "jobs" / old.id / "job.json"
    for job, days in ((old, 7.1), (young, 6.9)):
        place = bench.home / "jobs" / job.id / "job.json"
        order = json.loads(place.read_text()) | {"created": time.time() - days * 86400}
        place.write_text(json.dumps(order))
    (bench.home / "jobs" / "torn").mkdir()
    (bench.home / "jobs" / "torn" / "job.json").write_text('{"id": "to')
    bench.open()
    assert [path.name for path in (bench.home / "jobs").iterdir()] == [young.id]


def test_the_end_is_on_disk_with_its_duration(bench, pool):
    job = pool.submit(train, Spec(seconds=0.2), owner="local")
    bench.wait_for_end(pool, job)
    end = read_record(bench.home / "jobs" / job.id, End)
    assert end.state == "done"
    assert 0.6 <= end.seconds == pool.status(job.id).seconds
    assert bench.open().status(job.id) == pool.status(job.id)
