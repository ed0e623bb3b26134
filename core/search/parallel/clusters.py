"""Runs that prove the practice items about trials on a cluster."""

import threading

import numpy as np

from core.practice.family import Values
from core.practice.proof import Facts
from core.search.engine import Engine, open_crew
from core.search.parallel.checks import run_waves

_meeting: dict[int, threading.Barrier] = {}
PATIENCE = 60
"""Seconds that a trial waits for the others of its round; they are there at once or never."""


def place_trials(machines: int, cores: int, threads: int) -> Facts:
    """Place trials, each on `threads` cores of one machine, until none fits any more.

    Facts: ``at_once``, ``one_core_each``, ``pooled`` (as if a trial could use cores of several machines).
    Check by eye: 3 machines with 8 cores take 6 trials of 3 cores; their 24 cores would take 8.
    """
    free = [cores] * machines
    at_once = 0
    while max(free) >= threads:
        free[free.index(max(free))] -= threads
        at_once += 1
    return {
        "at_once": at_once,
        "one_core_each": machines * cores,
        "pooled": machines * cores // threads,
    }


def draw_cluster(rng: np.random.Generator) -> Values | None:
    """Draw a cluster on whose machines some cores stay free."""
    machines, cores = int(rng.integers(2, 9)), int(rng.choice([4, 8, 10, 16, 32]))
    threads = int(rng.choice([3, 5, 6, 7, 12]))
    each = cores // threads
    pooled = machines * cores // threads
    if each < 1 or pooled == machines * each:
        return None
    return {
        "machines": machines, "cores": cores, "threads": threads, "each": each, "left": cores % threads,
        "at_once": machines * each, "all_cores": machines * cores, "pooled": pooled,
    }  # fmt: skip


def grow_too_late(trials: int, slots: int, later: int) -> Facts:
    """Hand trials to `slots` workers, and to as many that grow to `later` when the first round is over.

    Facts: ``rounds`` (the number of workers was fixed at the start), ``if_it_grew``, ``floored``.
    Check by eye: 40 trials on 8 workers take 5 rounds; if there were 16 from the second on, 3.
    """
    free_at = [0] * slots + [1] * (
        later - slots
    )  # those that come later are free from round two on
    for _ in range(trials):
        free_at[free_at.index(min(free_at))] += 1
    fixed = run_waves(trials, slots)
    return {
        "rounds": fixed["rounds"],
        "if_it_grew": max(free_at),
        "floored": trials // slots,
    }


def draw_growth(rng: np.random.Generator) -> Values | None:
    """Draw a search that begins on a small cluster, which grows."""
    slots = int(rng.choice([4, 6, 8, 10, 12, 16]))
    later, trials = slots * int(rng.integers(2, 6)), int(rng.integers(40, 161))
    rounds = -(-trials // slots)
    grown = 1 + -(-(trials - slots) // later)
    if trials % slots in (0, 1) or rounds - grown < 3:
        return None
    return {
        "trials": trials, "slots": slots, "later": later, "rounds": rounds, "grown": grown,
        "floored": trials // slots, "idle": later - slots,
    }  # fmt: skip


def spread_trials(at_once: int) -> Facts:
    """Hand out as many trials as there are workers, and let each wait until all of them have begun.

    If they did not run side by side, the first would wait in vain. Facts: ``at_once``,
    ``workers_of_a_trial`` (most workers that touched one trial), ``models_of_a_trial``.
    """
    _meeting[at_once] = threading.Barrier(at_once)
    with open_crew(Engine(kind="threads", workers=at_once)) as crew:
        seen = list(crew.map(_train_beside, [at_once] * at_once))
    return {
        "at_once": len({worker for worker, *_ in seen}),
        "workers_of_a_trial": max(n_workers for _, n_workers, _ in seen),
        "models_of_a_trial": max(n_models for *_, n_models in seen),
    }


def _train_beside(at_once: int) -> tuple[int, int, int]:
    from sklearn.linear_model import LinearRegression

    before = threading.get_ident()
    _meeting[at_once].wait(PATIENCE)
    model = LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
    after = threading.get_ident()
    return before, len({before, after}), len([model])


def draw_spread(rng: np.random.Generator) -> Values | None:
    """Draw a search with as many trials as fill whole rounds."""
    at_once = int(rng.integers(2, 17))
    return {"at_once": at_once, "trials": at_once * int(rng.integers(3, 12))}
