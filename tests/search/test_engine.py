"""Whatever engine makes the fits, with however many workers, a search tries and finds the same."""

import contextlib
import os
import subprocess
import sys
import time
import warnings
from importlib.util import find_spec

import numpy as np
import psutil
import pytest

from core.errors import SpecError
from core.search.engine import Crew, Engine, open_crew, read_engine
from core.search.fit import expected_warnings
from core.search.objective import TrainingObjective
from core.search.run import run_search, search
from core.search.spec import SearchSpec

QUICK = {"data": "wine", "model": "knn", "k": 3, "n_trials": 8}
SEARCHES = {
    "grid": SearchSpec(**QUICK, strategy="grid"),
    "random": SearchSpec(**QUICK, strategy="random", seed=2),
    "halving": SearchSpec(**{**QUICK, "n_trials": 9, "model": "svm"}, strategy="halving_grid"),
    "tpe": SearchSpec(**{**QUICK, "n_trials": 14}, strategy="tpe", seed=3),
    "batches": SearchSpec(**{**QUICK, "n_trials": 14}, strategy="tpe", at_once=4, seed=3),
    "pruned": SearchSpec(**{**QUICK, "n_trials": 9}, strategy="tpe", pruner="median"),
    "rounds": SearchSpec(data="wine", model="sgd", k=2, n_trials=4, strategy="tpe"),
}


def numbers(result):
    tables = (result.trials.drop(columns="seconds"), result.params, result.folds, result.steps)
    return [table.to_csv() for table in tables]  # every digit, and nan equals nan


def run_on(engine, spec):
    with open_crew(engine) as crew:
        return run_search(spec, TrainingObjective(spec, crew))


@pytest.fixture(scope="module")
def in_turn():
    return {name: run_search(spec, TrainingObjective(spec)) for name, spec in SEARCHES.items()}


@pytest.fixture(scope="module")
def cluster():
    """A Dask cluster of two processes on this machine, reached like one elsewhere: by its address."""
    pytest.importorskip("distributed", reason="needs the extra dask")
    code = (
        "from distributed import LocalCluster\n"
        "import sys\n"
        "if __name__ == '__main__':\n"
        "    cluster = LocalCluster(n_workers=2, threads_per_worker=1, host='127.0.0.1',\n"
        "                           dashboard_address='127.0.0.1:0')\n"
        "    print(cluster.scheduler_address, flush=True)\n"
        "    sys.stdin.read()\n"
        "    cluster.close()\n"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"DASK_DISTRIBUTED__WORKER__DAEMON": "true"},
        text=True,
    )
    address = server.stdout.readline().strip().removeprefix("tcp://")
    yield address
    server.stdin.close()
    server.wait(30)
    server.stdout.close()


@pytest.mark.parametrize("name", SEARCHES)
@pytest.mark.parametrize("workers", [2, 3])
def test_threads_try_and_find_what_is_tried_in_turn(in_turn, name, workers):
    done = run_on(Engine(kind="threads", workers=workers), SEARCHES[name])
    assert numbers(done) == numbers(in_turn[name])


def test_processes_try_and_find_what_is_tried_in_turn_and_leave(in_turn):
    engine = Engine(workers=2)
    for name, spec in SEARCHES.items():
        if name in ("halving", "batches", "rounds"):
            with open_crew(engine) as crew:
                assert numbers(run_search(spec, TrainingObjective(spec, crew))) == numbers(
                    in_turn[name]
                )
                assert _loky_workers()
    began = time.monotonic()
    while left := _loky_workers():
        assert time.monotonic() - began < 30, left
        time.sleep(0.1)


def _loky_workers():
    """The processes of loky under this one; its tracker of shared files may stay."""
    lines = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            lines.append(" ".join(process.cmdline()))
    return [line for line in lines if "popen_loky" in line]


def test_a_dask_cluster_tries_and_finds_what_is_tried_in_turn(in_turn, cluster):
    engine = Engine(kind="dask", address=cluster)
    for name, spec in SEARCHES.items():
        assert numbers(run_on(engine, spec)) == numbers(in_turn[name]), name


def test_the_search_of_a_job_uses_the_engine_of_the_settings(cluster, monkeypatch, in_turn):
    monkeypatch.setenv("GLASSROOM_ENGINE", f"dask://{cluster}")
    assert read_engine() == Engine(kind="dask", address=cluster)
    assert numbers(search(SEARCHES["random"])) == numbers(in_turn["random"])


def test_a_setting_that_a_library_cannot_use_fails_alike_on_each_engine(monkeypatch):
    from core.search.space import Parameter

    space = (Parameter(name="n_neighbors", kind="int", low=1, high=400),)
    spec = SearchSpec(data="wine", model="knn", k=3, n_trials=6, space=space, strategy="tpe")
    alone = run_search(spec, TrainingObjective(spec))
    assert alone.n_failed > 0
    assert alone.trials.loc[alone.trials["state"] == "failed", "problem"].str.len().min() > 0
    for strategy in ("tpe", "random"):
        spec = SearchSpec(**{**vars(spec), "strategy": strategy})
        alone = run_search(spec, TrainingObjective(spec))
        assert numbers(run_on(Engine(kind="threads", workers=2), spec)) == numbers(alone)


def test_trials_at_once_depend_on_the_spec_and_not_on_the_workers(in_turn):
    one, four = in_turn["tpe"], in_turn["batches"]
    assert list(one.trials["params"][:10]) == list(four.trials["params"][:10])
    assert list(one.trials["params"]) != list(four.trials["params"])


def test_asking_for_one_at_a_time_in_batches_is_optunas_own_loop(in_turn):
    import optuna

    from core.search.optuna_tools import _ask_in_batches, build_pruner, build_sampler, quiet_optuna
    from core.search.recorder import NoJournal, Recorder

    spec = SEARCHES["tpe"]
    recorder = Recorder(TrainingObjective(spec), NoJournal(), spec.n_trials)
    with quiet_optuna():
        sampler = build_sampler("tpe", spec.searched, spec.seed, spec.n_trials)
        study = optuna.create_study(
            direction="maximize", sampler=sampler, pruner=build_pruner("none", 3)
        )
        _ask_in_batches(study, spec, recorder)
    assert [t.params for t in recorder.trials] == [
        t.params for t in run_search(spec, TrainingObjective(spec)).trials.pipe(_trials)
    ]


def _trials(table):
    import json
    from types import SimpleNamespace

    return [SimpleNamespace(params=json.loads(text)) for text in table["params"]]


@pytest.mark.parametrize("at_once", [1, 4])
def test_an_interrupted_search_with_workers_ends_with_the_same_trials(at_once, tmp_path):
    from core.search.study_file import read_trials, write_study

    class Interruption(BaseException):
        pass

    spec = SearchSpec(**{**QUICK, "n_trials": 12}, strategy="tpe", at_once=at_once, seed=1)
    whole, path = run_search(spec, TrainingObjective(spec)), tmp_path / "study.db"
    for last in (3, 6, None):
        with (
            open_crew(Engine(kind="threads", workers=2)) as crew,
            write_study(path, spec.searched) as journal,
        ):
            add = journal.add

            def stop_after(trial, add=add, last=last):
                add(trial)
                if trial.number + 1 == last:
                    raise Interruption

            journal.add = stop_after
            try:
                done = run_search(spec, TrainingObjective(spec, crew), journal)
            except Interruption:
                assert len(read_trials(path)) == last
    assert numbers(done) == numbers(whole)


def _sleep_then_say(task):
    place, seconds = task
    time.sleep(seconds)
    return place


def test_answers_come_in_the_order_of_the_tasks_whoever_is_done_first():
    with open_crew(Engine(kind="threads", workers=3)) as crew:
        tasks = [(0, 0.2), (1, 0.0), (2, 0.1), (3, 0.0)]
        assert list(crew.map(_sleep_then_say, tasks)) == [0, 1, 2, 3]


def test_one_worker_of_this_machine_is_the_process_itself():
    assert Crew(Engine()).is_in_turn
    assert Crew(Engine(kind="threads")).is_in_turn
    assert not Crew(Engine(workers=2)).is_in_turn


@pytest.mark.parametrize("name", ["ray", "dask://", "dask://host", "dask://a b:80", "http://a:80"])
def test_an_engine_that_there_is_not_is_refused_by_name(name, monkeypatch):
    monkeypatch.setenv("GLASSROOM_ENGINE", name)
    with pytest.raises(SpecError, match="GLASSROOM_ENGINE must be loky, threads, spark or dask"):
        read_engine()


def test_a_cluster_that_does_not_answer_is_said(monkeypatch):
    monkeypatch.setattr("core.search.engine.WAIT_SECONDS", 0.3)
    pytest.importorskip("distributed", reason="needs the extra dask")
    with (
        pytest.raises(SpecError, match=r"No Dask scheduler answers at 127.0.0.1:9\. Start"),
        open_crew(Engine(kind="dask", address="127.0.0.1:9")),
    ):
        pass


@pytest.mark.skipif(find_spec("joblibspark") is not None, reason="joblibspark is here")
def test_a_missing_package_is_said_with_its_repair():
    with (
        pytest.raises(SpecError, match=r"needs the package .*pip install \"glassroom\[spark\]\""),
        open_crew(Engine(kind="spark")),
    ):
        pass


def test_trials_at_once_are_refused_where_they_mean_nothing():
    with pytest.raises(SpecError, match="learn nothing from single trials"):
        SearchSpec(**QUICK, strategy="random", at_once=4)
    with pytest.raises(SpecError, match="A pruner compares a trial with those before it"):
        SearchSpec(**QUICK, strategy="tpe", at_once=4, pruner="median")
    with pytest.raises(SpecError, match="Trials at once: a whole number from 1 to 500, got 0"):
        SearchSpec(**QUICK, at_once=0)


def test_warnings_are_hushed_for_all_threads_until_the_last_one_is_done():
    from concurrent.futures import ThreadPoolExecutor

    def divide(seconds):
        with expected_warnings():
            time.sleep(seconds)
            warnings.warn("bad setting", RuntimeWarning, stacklevel=1)
            return float(np.float64(1) / np.float64(0))

    before = list(warnings.filters)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(divide, [0.05, 0.0, 0.1, 0.02])) == [np.inf] * 4
    assert warnings.filters == before
