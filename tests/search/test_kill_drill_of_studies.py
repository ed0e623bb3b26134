"""Killed at any moment, worker or server or both: no finished trial is lost, and the study goes on."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from core.jobs.folder import End, Start, read_record
from core.search.objective import TrainingObjective
from core.search.run import run_search, search, study_path
from core.search.spec import SearchSpec
from core.search.study_file import read_trials
from core.specs import spec_to_json

SERVER = Path(__file__).with_name("study_server.py")
SPEC = SearchSpec(data="wine", model="extra_trees", k=3, n_trials=30, seed=4)
VICTIMS = ("worker", "server", "both")


class Drill:
    def __init__(self, home, spec):
        self.home, self.spec, self.path = home, spec, study_path(spec)
        self.server = None

    def serve(self):
        if self.server is None or self.server.poll() is not None:
            self.server = subprocess.Popen(
                [sys.executable, str(SERVER), spec_to_json(self.spec)],
                env=os.environ | {"GLASSROOM_HOME": str(self.home)},
                start_new_session=True,
            )

    def worker(self):
        """Return the process id of the living worker, or None."""
        for folder in (self.home / "jobs").glob("*"):
            start = read_record(folder, Start)
            if start and read_record(folder, End) is None and psutil.pid_exists(start.pid):
                return start.pid
        return None

    def kill(self, victim):
        pids = []
        if victim in ("server", "both"):
            pids.append(self.server.pid)
        if victim in ("worker", "both") and self.worker() is not None:
            pids.append(self.worker())
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if self.server.pid in pids:
            self.server.wait(10)
        return len(pids)

    def wait_for_more(self, n_more, seconds=90):
        """Wait until the study has `n_more` trials more, or the search is done."""
        wanted = len(read_trials(self.path)) + n_more
        began = time.monotonic()
        while len(read_trials(self.path)) < wanted and self.server.poll() is None:
            assert time.monotonic() - began < seconds, "waited in vain"
            time.sleep(0.02)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
@pytest.mark.parametrize(
    "n_kills", [3, pytest.param(20, marks=pytest.mark.full)], ids=["3 kills", "20 kills"]
)
def test_f1_killed_at_random_moments_a_study_loses_nothing_and_ends_as_if_uninterrupted(
    home, n_kills, monkeypatch, record_property
):
    monkeypatch.setenv("GLASSROOM_JOB_SECONDS", "600")
    spec = SPEC if n_kills == 3 else SearchSpec(**{**vars(SPEC), "n_trials": 80})
    drill, rng, seen = Drill(home, spec), random.Random(n_kills), {}
    for number in range(n_kills):
        drill.serve()
        drill.wait_for_more(rng.randint(1, 2))
        time.sleep(rng.uniform(0, 0.3))
        drill.kill(VICTIMS[number % 3])
        kept = {trial.number: trial for trial in read_trials(drill.path)}
        assert all(kept[number] == trial for number, trial in seen.items())
        seen = kept
    drill.serve()
    drill.server.wait(300)
    result = search.recall(spec)
    assert result is not None
    kept = {trial.number: trial for trial in read_trials(drill.path)}
    assert len(kept) == result.n_trials == spec.n_trials  # read_trials ends at one left running
    # The same seconds say that what was finished before a kill was not trained again.
    assert all(kept[number] == trial for number, trial in seen.items())
    assert 0 < len(seen) < spec.n_trials
    record_property("kills", n_kills)
    whole = run_search(spec, TrainingObjective(spec))
    assert result.trials.drop(columns="seconds").equals(whole.trials.drop(columns="seconds"))
