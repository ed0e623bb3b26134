"""A study survives: what is finished is kept, what was interrupted goes on as if nothing had happened."""

import multiprocessing
import os
import threading
from typing import ClassVar

import optuna
import pytest
from sqlalchemy import create_engine, text

from core.search.objective import TrainingObjective
from core.search.run import read_study, run_search, search, study_path
from core.search.spec import STRATEGIES, SearchSpec
from core.search.study_file import (
    StudyFile,
    prune_studies,
    read_trials,
    reap,
    write_study,
)
from core.search.trial import Trial
from core.store.errors import StoreError
from core.store.lock import FileLock

RUNNABLE = tuple(name for name in STRATEGIES if name != "gp")
QUICK = {"data": "wine", "model": "knn", "k": 3, "n_trials": 9}


class Interruption(BaseException):
    """What no `except Exception` catches, like a kill."""


class Counted(TrainingObjective):
    """Counts the fits that are really made, and ends the process's work before fit number `last`."""

    def __init__(self, spec, last=10**9):
        super().__init__(spec)
        self.n_made, self.last = 0, last

    def _train_and_judge(self, params, part):
        if self.n_made == self.last:
            raise Interruption
        self.n_made += 1
        return super()._train_and_judge(params, part)


def numbers(result):
    return result.trials.drop(columns="seconds")


@pytest.mark.parametrize("strategy", RUNNABLE)
def test_an_interrupted_study_ends_with_the_trials_of_an_uninterrupted_one(strategy):
    spec = SearchSpec(**QUICK, strategy=strategy, seed=2)
    whole = run_search(spec, TrainingObjective(spec))
    path, n_made = study_path(spec), 0
    for last in (4, 11, 10**9):
        objective = Counted(spec, last)
        with write_study(path, spec.searched) as journal:
            n_kept = len(journal.trials)
            try:
                result = run_search(spec, objective, journal)
            except Interruption:
                result = None
        n_made += objective.n_made
        assert len(read_trials(path)) >= n_kept + objective.n_made // 3 - 1
    assert numbers(result).equals(numbers(whole))
    # At most the folds of the trial in which it was interrupted are trained twice.
    assert n_made <= whole.n_fits + 2 * 2


@pytest.mark.parametrize("pruner", ["median", "halving", "hyperband"])
def test_a_pruned_study_resumes_with_the_same_pruning(pruner):
    spec = SearchSpec(data="wine", model="sgd", k=2, n_trials=9, pruner=pruner)
    whole = run_search(spec, TrainingObjective(spec))
    assert whole.n_pruned > 0
    path = study_path(spec)
    with write_study(path, spec.searched) as journal:
        for trial in trials_of(whole, spec)[:5]:
            journal.add(trial)
    resumed = search(spec)
    assert numbers(resumed).equals(numbers(whole))
    assert resumed.steps.equals(whole.steps)


def trials_of(result, spec):
    """Return the trials of a result by running it again into a list."""
    kept = []

    class Listing:
        trials: ClassVar = {}

        def add(self, trial):
            kept.append(trial)

    run_search(spec, TrainingObjective(spec), Listing())
    return kept


def test_asking_again_trains_nothing_that_is_kept(monkeypatch):
    spec = SearchSpec(**QUICK)
    first = search(spec)
    monkeypatch.setattr(TrainingObjective, "_train_and_judge", None)
    again = search.run_fresh(spec)
    assert again.trials.equals(first.trials)


def write(spec):
    search(spec)


def test_a_study_can_be_read_while_another_process_writes_it():
    spec = SearchSpec(**QUICK | {"n_trials": 80}, seed=3)
    writer = multiprocessing.get_context("spawn").Process(target=write, args=(spec,))
    writer.start()
    seen = {}
    while writer.is_alive():
        found = read_study(spec)
        seen[found.n_trials] = found.best_value
        writer.join(0.005)
    result = search(spec)
    assert writer.exitcode == 0
    assert len(seen) > 1
    best = dict(enumerate(result.trials["best_so_far"], start=1))
    assert all(value == best[n_trials] for n_trials, value in seen.items() if n_trials)


def test_a_study_that_was_never_begun_has_no_trials():
    found = read_study(SearchSpec(**QUICK))
    assert (found.n_trials, found.best_number, len(found.trials)) == (0, None, 0)


def test_the_file_is_a_study_of_optuna_with_the_same_numbers():
    result = search(SearchSpec(**QUICK, strategy="random"))
    url = f"sqlite:///{study_path(result.spec)}"
    study = optuna.load_study(study_name="search", storage=url)
    assert [trial.value for trial in study.trials] == result.trials["value"].tolist()
    assert study.best_value == result.best_value
    assert study.best_trial.number == result.best_number


def test_no_trial_is_left_running_and_one_that_somebody_left_is_reaped(home):
    spec = SearchSpec(**QUICK)
    path = study_path(spec)
    with write_study(path, spec.searched) as journal:
        run_search(spec, TrainingObjective(spec), journal)
        journal._study.ask()
    assert states_in(path) == {"COMPLETE", "RUNNING"}
    with write_study(path, spec.searched) as journal:
        assert len(journal.trials) == 9
    assert states_in(path) == {"COMPLETE"}


def test_the_reaper_marks_what_runs_as_failed():
    study = optuna.create_study()
    study.ask()
    assert reap(study) == 1
    assert study.trials[0].state is optuna.trial.TrialState.FAIL
    assert reap(study) == 0


def states_in(path):
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        found = {row[0] for row in connection.execute(text("SELECT state FROM trials"))}
    engine.dispose()
    return found


def test_the_study_is_in_wal_mode(home):
    spec = SearchSpec(**QUICK)
    search(spec)
    engine = create_engine(f"sqlite:///{study_path(spec)}")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    engine.dispose()


def test_trials_of_another_search_under_the_same_name_are_replaced():
    spec = SearchSpec(**QUICK, strategy="random")
    other = SearchSpec(**QUICK, strategy="random", seed=1)
    with write_study(study_path(spec), spec.searched) as journal:
        run_search(other, TrainingObjective(other), journal)
    result = search(spec)
    assert numbers(result).equals(numbers(run_search(spec, TrainingObjective(spec))))
    assert len(read_trials(study_path(spec))) == 9


def hold(path, is_held, is_free):
    lock = FileLock(path, "")
    is_held.set()
    is_free.wait(30)
    lock.release()


def test_a_second_process_waits_for_the_first_and_then_finds_all_its_trials(home, monkeypatch):
    spec = SearchSpec(**QUICK)
    path = study_path(spec)
    path.parent.mkdir()
    news = []
    lock = FileLock(path.with_suffix(".lock"), "")
    thread = threading.Thread(target=lambda: news.append(search(spec).n_trials))
    thread.start()
    thread.join(1.0)
    assert thread.is_alive()
    lock.release()
    thread.join(60)
    assert news == [9]


def test_a_lock_is_refused_with_the_number_of_its_holder(home):
    context = multiprocessing.get_context("spawn")
    is_held, is_free = context.Event(), context.Event()
    child = context.Process(target=hold, args=(home / "a.lock", is_held, is_free))
    child.start()
    assert is_held.wait(60)
    with pytest.raises(StoreError, match=f"Held by process {child.pid}"):
        FileLock(home / "a.lock", "Held by {process}.")
    is_free.set()
    child.join()


def test_the_least_recently_written_studies_go_first_when_there_is_no_room(home):
    folder = home / "studies"
    folder.mkdir()
    for number in range(3):
        (folder / f"s{number}.db").write_bytes(bytes(1_000_000))
        os.utime(folder / f"s{number}.db", (number, number))
    prune_studies(folder, keep=folder / "s0.db", max_mb=2.0)
    assert sorted(path.name for path in folder.glob("*.db")) == ["s0.db", "s2.db"]


def test_a_trial_that_the_disk_has_no_room_for_costs_the_file_and_not_the_search(home, caplog):
    from optuna.exceptions import StorageInternalError

    spec = SearchSpec(**QUICK)
    with write_study(study_path(spec), spec.searched) as journal:
        assert isinstance(journal, StudyFile)

        def refuse(trial):
            raise StorageInternalError("disk full")

        journal._study.add_trial = refuse
        assert run_search(spec, TrainingObjective(spec), journal).n_trials == 9
    assert "could not be kept" in caplog.text


def test_a_trial_comes_back_as_it_was():
    trial = Trial(
        number=0,
        state="pruned",
        params={"n_neighbors": 3, "weights": "uniform", "p": 2},
        scores=(0.1, 1 / 3),
        steps=((1, 0.1), (2, 0.21666)),
        n_fits=2,
        cost=1.5,
        seconds=0.25,
        n_rows=178,
    )
    spec = SearchSpec(**QUICK)
    with write_study(study_path(spec), spec.searched) as journal:
        journal.add(trial)
    assert read_trials(study_path(spec)) == [trial]


@pytest.mark.parametrize("more", [{}, {"pruner": "median"}, {"at_once": 4}, {"strategy": "qmc"}])
def test_a_larger_budget_goes_on_with_the_same_study(more):
    quick = {"data": "wine", "model": "knn", "k": 3, "strategy": "tpe", "seed": 5, **more}
    small, large = (SearchSpec(**quick, n_trials=n) for n in (11, 15))
    first, second = search(small), search(large)
    # The same seconds say that what stood already was not trained again.
    assert second.trials[:11].equals(first.trials)
    whole = run_search(large, TrainingObjective(large))
    assert second.trials.drop(columns="seconds").equals(whole.trials.drop(columns="seconds"))
    assert read_study(small).n_trials == read_study(small).n_expected == 11


def test_a_smaller_budget_is_the_beginning_of_the_same_study():
    quick = {"data": "wine", "model": "knn", "k": 3, "strategy": "tpe", "seed": 6}
    large, small = (SearchSpec(**quick, n_trials=n) for n in (14, 5))
    assert search(large).trials[:5].equals(search(small).trials)
    assert read_study(large).n_trials == 14


def test_a_grid_of_another_budget_is_another_study():
    specs = [SearchSpec(data="wine", model="knn", strategy="grid", n_trials=n) for n in (8, 27)]
    assert study_path(specs[0]) != study_path(specs[1])
