"""Runs that prove the practice items on logging a search, and draws of their numbers."""

import numpy as np

from core.practice.family import Values
from core.practice.proof import Facts
from core.tracking.best_run.checks import log_scratch
from core.tracking.trials.lab import TrialsSpec, look_at_trials
from core.tracking.trials.record import WAYS


def log_flat(n_searches: int, n_trials: int) -> Facts:
    """Log every trial of some searches flat into one experiment, and count what it holds.

    Facts: ``runs``, ``with_parents`` (had each search a run, too), ``of_one`` (trials of one search),
    ``children`` (runs that name a parent). Check by eye: 2 searches of 3 trials are 6 runs.
    """
    scratch = log_scratch([0.5] * (n_searches * n_trials))
    found = scratch.find("", limit=1000)
    return {
        "runs": len(found),
        "with_parents": len(found) + n_searches,
        "of_one": len(found) // n_searches,
        "children": sum(run.parent is not None for run in found),
    }


def draw_flat(rng: np.random.Generator) -> Values | None:
    """Draw searches and trials, few enough to be really logged."""
    n_searches, n_trials = int(rng.integers(2, 5)), int(rng.integers(5, 16))
    return {
        "searches": n_searches,
        "trials": n_trials,
        "runs": n_searches * n_trials,
        "with_parents": n_searches * (n_trials + 1),
    }


def share_of_logging(training_ms: int, logging_ms: int, n_trials: int) -> Facts:
    """Add up a search trial by trial, and say which share of its time was logging.

    Facts: ``share`` of the whole, ``share_of_training``, ``seconds`` of logging. Check by eye: 90 ms and
    10 ms are 0.1.
    """
    whole = training = 0
    for _ in range(n_trials):
        training += training_ms
        whole += training_ms + logging_ms
    logging = whole - training
    return {
        "share": logging / whole,
        "share_of_training": logging / training,
        "seconds": logging / 1000,
    }


def draw_share(rng: np.random.Generator) -> Values | None:
    """Draw times of which logging takes a whole percentage that is easy to tell from its near miss."""
    logging_ms = int(rng.choice([20, 25, 30, 40, 50, 60]))
    percent = int(rng.choice([10, 20, 25, 40, 50]))
    whole = logging_ms * 100 / percent
    training_ms = whole - logging_ms
    if training_ms != int(training_ms):
        return None
    return {
        "training": int(training_ms),
        "logging": logging_ms,
        "trials": int(rng.integers(2, 20)) * 10,
        "share": percent / 100,
        "wrong": logging_ms / training_ms,
    }


def count_reads(n_trials: int) -> Facts:
    """Count the reads of a storage that reads all earlier trials anew before each trial.

    Facts: ``reads``, ``once`` (had each been read once), ``all_each_time``. Check by eye: 4 trials are
    0 + 1 + 2 + 3 = 6 reads.
    """
    kept: list[int] = []
    reads = 0
    for trial in range(n_trials):
        reads += len(kept)
        kept.append(trial)
    return {"reads": reads, "once": len(kept), "all_each_time": n_trials * len(kept)}


def draw_reads(rng: np.random.Generator) -> Values | None:
    """Draw a number of trials."""
    n_trials = int(rng.integers(5, 61))
    return {
        "trials": n_trials,
        "reads": n_trials * (n_trials - 1) // 2,
        "square": n_trials * n_trials,
    }


def look_at_every_way() -> Facts:
    """Open the experiments of the lesson.

    Facts: ``runs_`` and ``children_`` of each way, ``n_trials``, ``is_storage_running`` (the status of its
    parent, 1 is yes), ``is_storage_dearest``, ``is_capital_stopped`` (whether MLflow
    stops a callback with ``Nested`` inside an open run), ``n_silent`` (flat runs that it leaves elsewhere).
    """
    found = look_at_trials(TrialsSpec())
    facts: dict[str, float | None] = {}
    for way in WAYS:
        facts[f"runs_{way}"] = getattr(found, f"n_runs_{way}")
        facts[f"children_{way}"] = getattr(found, f"n_children_{way}")
    return facts | {
        "n_trials": found.n_trials,
        "is_storage_running": int(found.storage_status == "RUNNING"),
        "is_storage_dearest": int(found.is_storage_dearest),
        "is_capital_stopped": int("already active" in found.callback_error),
        "n_silent": found.n_silent,
    }
