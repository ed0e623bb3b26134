"""Spark makes the same fits, listens to this machine alone, and is gone when its search is."""

import time
from contextlib import suppress
from importlib.util import find_spec

import psutil
import pytest

from core.errors import SpecError
from core.jobs.pool import Pool
from core.search import engine
from core.search.engine import Engine, open_crew
from core.search.objective import TrainingObjective
from core.search.run import run_search, search
from core.search.spark import LEAST_JAVA, find_java, open_spark
from core.search.spec import SearchSpec

QUICK = {"data": "wine", "model": "knn", "k": 3, "n_trials": 8}
SEARCHES = {
    "grid": SearchSpec(**QUICK, strategy="grid"),
    "random": SearchSpec(**QUICK, strategy="random", seed=2),
    "halving": SearchSpec(**{**QUICK, "n_trials": 9, "model": "svm"}, strategy="halving_grid"),
    "batches": SearchSpec(**{**QUICK, "n_trials": 14}, strategy="tpe", at_once=4, seed=3),
    "rounds": SearchSpec(data="wine", model="sgd", k=2, n_trials=3, strategy="tpe"),
}
HAS_SPARK = (
    all(find_spec(package) is not None for package in ("pyspark", "joblibspark"))
    and find_java() >= LEAST_JAVA
)
needs_spark = pytest.mark.skipif(
    not HAS_SPARK, reason="needs the extra spark (pyspark, joblibspark) and Java 17 or newer"
)


def numbers(result):
    tables = (result.trials.drop(columns="seconds"), result.params, result.folds, result.steps)
    return [table.to_csv() for table in tables]


@pytest.fixture(scope="module")
def spark():
    """Share one session among the tests, because each takes some ten seconds to start."""
    with open_spark():
        yield


@needs_spark
@pytest.mark.parametrize("name", SEARCHES)
def test_spark_tries_and_finds_what_is_tried_in_turn(spark, name):
    spec = SEARCHES[name]
    with open_crew(Engine(kind="spark")) as crew:
        done = run_search(spec, TrainingObjective(spec, crew))
    assert numbers(done) == numbers(run_search(spec, TrainingObjective(spec)))


@needs_spark
def test_what_a_task_raises_on_spark_is_raised_as_it_is(spark):
    with open_crew(Engine(kind="spark")) as crew:
        with pytest.raises(ValueError, match=r"invalid literal for int\(\) with base 10: 'two'"):
            list(crew.map(int, ["1", "two"]))
        assert list(crew.map(int, ["1", "2"])) == [1, 2]


@needs_spark
def test_spark_opens_no_port_to_the_network(spark):
    processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
    open_ports = [c for p in processes for c in p.net_connections() if c.status == "LISTEN"]
    assert any("java" in p.name() for p in processes)
    assert open_ports
    assert {port.laddr.ip for port in open_ports} <= {"127.0.0.1", "::1", "::ffff:127.0.0.1"}


def living(home):
    """Return the names of the processes that work for `home`, this one apart."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            is_ours = process.environ().get("GLASSROOM_HOME") == str(home)
            if is_ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.name())
    return found


def wait_until(is_so, seconds=400):
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds, "waited in vain"
        time.sleep(0.05)


@needs_spark
def test_a_search_on_spark_ends_or_is_stopped_and_leaves_no_process(home, monkeypatch):
    monkeypatch.setenv("GLASSROOM_ENGINE", "spark")
    monkeypatch.setenv(
        "GLASSROOM_JOB_SECONDS", "600"
    )  # trainings are polite, and this machine may be busy
    pool, spec = Pool(home), SEARCHES["random"]
    job = pool.submit(search, spec, owner="local")
    wait_until(lambda: pool.status(job.id).state not in {"queued", "running"})
    assert pool.status(job.id).state == "done", pool.status(job.id).sentence
    assert numbers(search.recall(spec)) == numbers(run_search(spec, TrainingObjective(spec)))
    assert living(home) == []
    endless = SearchSpec(data="wine", model="extra_trees", k=3, n_trials=400, strategy="random")
    job = pool.submit(search, endless, owner="local")
    wait_until(lambda: any("java" in name for name in living(home)))
    wait_until(lambda: pool.status(job.id).fraction > 0)  # in the middle of its fits
    pool.cancel(job.id)
    wait_until(lambda: pool.status(job.id).state == "cancelled", 5)
    assert living(home) == []


@pytest.mark.parametrize(
    ("said", "version"), [('openjdk version "11.0.2" 2018', 11), ('java version "1.8.0_392"', 8)]
)
def test_a_java_that_is_missing_or_too_old_is_said_with_its_repair(
    tmp_path, monkeypatch, said, version
):
    monkeypatch.setattr(engine, "find_spec", lambda _: True)  # as if the packages were here
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with (
        pytest.raises(SpecError, match=r"needs Java 17 or newer, and there is none here\. Install"),
        open_crew(Engine(kind="spark")),
    ):
        pass
    program = tmp_path / "bin" / "java"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho '{said}' >&2\n")
    program.chmod(0o755)
    assert find_java() == version
    assert f"the Java here is version {version}" in engine.tell_missing("spark")
