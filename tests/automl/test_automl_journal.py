"""A search that was stopped goes on, and with any number of workers it is the same search."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.automl import Settings, open_journal, run_automl
from core.automl.journal import read_journal
from core.store.errors import StoreError

APART = ["cpu_seconds"]
ROOT = Path(__file__).parents[2]


def made(n_rows=200):
    rng = np.random.default_rng(5)
    x = rng.normal(size=(n_rows, 3))
    y = np.where(x[:, 0] + rng.normal(scale=0.7, size=n_rows) > 0, "in", "out")
    return pd.DataFrame(x, columns=["a", "b", "c"]).assign(y=y)


N_TRIALS = 6
ORDER = Settings(
    target="y",
    max_trials=N_TRIALS,
    max_splits=4,
    exclude_frameworks=("forest", "extra_trees", "lightgbm"),
    seed=2,
)
PROGRAM = """
import sys
from pathlib import Path
from core.automl import open_journal, run_automl
from tests.automl.test_automl_journal import ORDER, made

with open_journal(Path(sys.argv[1]), made(), ORDER) as journal:
    run_automl(made(), ORDER, journal=journal)
"""


@pytest.fixture(scope="module")
def whole():
    return run_automl(made(), ORDER)


def assert_same(one, other):
    assert one.leaderboard().drop(columns=APART).equals(other.leaderboard().drop(columns=APART))
    assert one.finals.table.equals(other.finals.table)
    assert one.test == other.test


class StopError(Exception):
    pass


def stop_after(n_trials):
    def listen(trial, _ready):
        if trial.number == n_trials - 1:
            raise StopError

    return listen


def test_a_killed_search_leaves_its_finished_trials_and_goes_on_behind_them(tmp_path, whole):
    path = tmp_path / "search.jsonl"
    order = [sys.executable, "-c", PROGRAM, str(path)]
    with subprocess.Popen(order, cwd=ROOT) as process:
        while len(read_journal(path)[0]) < 3 and process.poll() is None:
            time.sleep(0.01)
        process.kill()
    n_kept = len(read_journal(path)[0])
    assert n_kept >= 3
    trained = []
    with open_journal(path, made(), ORDER) as journal:
        assert len(journal.trials) == n_kept
        keep = journal.add
        journal.add = lambda trial: (trained.append(trial.number), keep(trial))
        resumed = run_automl(made(), ORDER, journal=journal)
    assert trained == list(range(n_kept, N_TRIALS))
    assert_same(resumed, whole)


def test_finished_trials_and_splits_are_not_trained_again(tmp_path, whole, monkeypatch):
    path = tmp_path / "search.jsonl"
    with open_journal(path, made(), ORDER) as journal, pytest.raises(StopError):
        run_automl(made(), ORDER, journal=journal, on_trial=stop_after(5))
    with open_journal(path, made(), ORDER) as journal:
        assert sorted(journal.trials) == list(range(5))
        assert_same(run_automl(made(), ORDER, journal=journal), whole)
    assert (len(read_journal(path)[0]), read_journal(path)[1]) == (N_TRIALS, 4)

    def refuse(*_):
        raise AssertionError

    monkeypatch.setattr("core.automl.attempt.fit_model", refuse)
    heard = []
    with open_journal(path, made(), ORDER) as journal:
        again = run_automl(
            made(), ORDER, journal=journal, on_trial=lambda trial, _: heard.append(trial.number)
        )
    assert_same(again, whole)
    assert heard == list(range(N_TRIALS))
    assert again.cpu_seconds > sum(trial.cpu_seconds for trial in again.trials)


def test_a_torn_line_is_cut_off_and_its_trial_made_again(tmp_path, whole):
    path = tmp_path / "search.jsonl"
    with open_journal(path, made(), ORDER) as journal, pytest.raises(StopError):
        run_automl(made(), ORDER, journal=journal, on_trial=stop_after(3))
    path.write_bytes(path.read_bytes()[:-40])
    assert len(read_journal(path)[0]) == 2
    with open_journal(path, made(), ORDER) as journal:
        assert sorted(journal.trials) == [0, 1]
        assert_same(run_automl(made(), ORDER, journal=journal), whole)
    assert [trial.number for trial in read_journal(path)[0]] == list(range(N_TRIALS))


def test_a_larger_budget_goes_on_with_the_same_journal_and_another_search_begins_anew(tmp_path):
    path, small = tmp_path / "search.jsonl", replace(ORDER, max_trials=2, max_splits=2)
    with open_journal(path, made(), small) as journal:
        run_automl(made(), small, journal=journal)
    for settings, table, n_kept in (
        (replace(small, max_trials=3, n_workers=2, cpu_seconds=9.0), made(), 2),
        (small, made().assign(a=0.5), 0),
    ):
        with open_journal(path, table, settings) as journal:
            assert len(journal.trials) == n_kept
    with open_journal(path, made(), small) as journal:
        assert not journal.trials  # the other search took the file


def test_one_process_at_a_time_writes_a_journal(tmp_path):
    path = tmp_path / "search.jsonl"
    with (
        open_journal(path, made(), ORDER),
        pytest.raises(StoreError, match=f"This search is being made already.*{os.getpid()}"),
        open_journal(path, made(), ORDER),
    ):
        pass


def test_two_workers_make_the_very_trials_and_finals_of_one(whole):
    both = run_automl(made(), replace(ORDER, n_workers=2))
    assert_same(both, whole)
    # Processor time of the workers counts: it is more than this process alone can have spent on waiting.
    assert both.cpu_seconds > sum(trial.cpu_seconds for trial in both.trials)


def test_a_cap_with_two_workers_runs_over_by_what_was_begun():
    capped = run_automl(made(), replace(ORDER, n_workers=2, cpu_seconds=1e-6))
    assert capped.capped == "cpu_seconds"
    assert 1 <= len(capped.trials) <= 1 + 2 * 2
    assert [trial.number for trial in capped.trials] == list(range(len(capped.trials)))
