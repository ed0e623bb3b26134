"""Runs that prove the practice items about searches as runs of MLflow: parents and their children."""

import atexit
import os
import shutil
import tempfile
import uuid
from functools import lru_cache
from pathlib import Path

import numpy as np

from core.practice.family import Values
from core.practice.proof import Facts
from core.tracking.load import load_mlflow
from core.tracking.place import uri_of
from core.tracking.store import in_force, make_store, open_client


def log_searches(searches: int, trials: int, *, is_shared: bool = False) -> Facts:
    """Log searches as one does around ``fmin``, and count the runs that MLflow then has.

    Each search opens a parent of its own, or all share the one that was opened before them (`is_shared`);
    each trial opens a nested run. Facts: ``runs``, ``parents``, ``largest`` (most children of one
    parent), ``children``, ``with_one_parent``. Check by eye: 2 searches of 3 trials are 8 runs.
    """
    mlflow, uri = load_mlflow(), _open_scratch(os.getpid())
    client = open_client(uri)
    experiment = client.create_experiment(uuid.uuid4().hex)
    with in_force(uri):
        if is_shared:
            with mlflow.start_run(experiment_id=experiment):
                for _ in range(searches):
                    _log_trials(experiment, trials)
        else:
            for _ in range(searches):
                with mlflow.start_run(experiment_id=experiment):
                    _log_trials(experiment, trials)
    runs = client.search_runs([experiment], max_results=1000)
    above = [run.data.tags.get("mlflow.parentRunId") for run in runs]
    parents = [run.info.run_id for run, parent in zip(runs, above, strict=True) if parent is None]
    return {
        "runs": len(runs),
        "parents": len(parents),
        "largest": max(above.count(parent) for parent in parents),
        "children": len(runs) - len(parents),
        "with_one_parent": len(runs) - len(parents) + 1,
    }


def draw_searches(rng: np.random.Generator) -> Values | None:
    """Draw a few searches of a few trials."""
    searches, trials = int(rng.integers(2, 6)), int(rng.integers(2, 10))
    children = searches * trials
    return {
        "searches": searches, "trials": trials, "children": children,
        "runs": searches + children, "shared": children + 1,
    }  # fmt: skip


def _log_trials(experiment: str, trials: int) -> None:
    mlflow = load_mlflow()
    for _ in range(trials):  # what fmin does: it calls the objective once for each trial
        with mlflow.start_run(experiment_id=experiment, nested=True):
            pass


@lru_cache(maxsize=1)
def _open_scratch(_process: int) -> str:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    make_store(folder / "runs.db")
    return uri_of(folder / "runs.db")
