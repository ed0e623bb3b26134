"""Runs that prove the practice items about parallel search."""

import math
import subprocess
import sys
from typing import Any

import numpy as np

from core.practice.family import Values
from core.practice.proof import Facts
from core.search.parallel.lab import count_learnt
from core.search.parallel.speed import amdahl_ceiling, amdahl_speed

_THREADS = """
import sys, threading, time
def loop():
    total = 0
    for number in range(1_000_000):
        total += number * number
threads = [threading.Thread(target=loop) for _ in range(int(sys.argv[1]))]
wall, busy = time.perf_counter(), time.process_time()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print((time.process_time() - busy) / (time.perf_counter() - wall))
"""


def run_waves(trials: int, workers: int) -> Facts:
    """Hand equally long trials to workers, each to whoever is free first, and count the rounds.

    Facts: ``rounds``, ``idle`` (places in the last round that stay empty), ``floored`` (whole rounds
    alone), ``trials``. Check by eye: 50 trials on 4 workers take 13 rounds.
    """
    free_at = [0] * workers
    for _ in range(trials):
        first = free_at.index(min(free_at))
        free_at[first] += 1
    rounds = max(free_at)
    return {
        "rounds": rounds,
        "idle": sum(rounds - end for end in free_at),
        "floored": trials // workers,
        "trials": trials,
    }


def draw_waves(rng: np.random.Generator) -> Values | None:
    """Draw trials that do not fill the last round."""
    workers, trials = int(rng.integers(3, 13)), int(rng.integers(20, 81))
    if trials % workers in (0, 1) or trials // workers < 3:
        return None
    return {
        "trials": trials,
        "workers": workers,
        "rounds": -(-trials // workers),
        "floored": trials // workers,
        "idle": -(-trials // workers) * workers - trials,
    }


def run_amdahl(minutes: int, percent: int, workers: int) -> Facts:
    """Add up the serial and the shared minutes of a job on so many workers.

    Facts: ``minutes_left``, ``divided`` (all of it divided), ``speed``,
    ``off_law`` (how far that is from Amdahl's formula), ``ceiling``.
    Check by eye: 100 minutes, 10 % serial, 9 workers: 10 + 90 / 9 = 20 minutes, 5 times faster.
    """
    serial = minutes * percent / 100
    left = serial + (minutes - serial) / workers
    return {
        "minutes_left": left,
        "divided": minutes / workers,
        "speed": minutes / left,
        "off_law": round(abs(minutes / left - amdahl_speed(percent / 100, workers)), 9),
        "ceiling": amdahl_ceiling(percent / 100),
    }


def draw_amdahl(rng: np.random.Generator) -> Values | None:
    """Draw a job whose minutes come out whole."""
    percent, workers = int(rng.choice([5, 10, 20, 25, 40])), int(rng.choice([2, 3, 4, 5, 8, 10]))
    minutes = int(rng.choice([60, 80, 100, 120, 200, 240, 300]))
    serial, shared = minutes * percent / 100, minutes * (100 - percent) / 100
    left, divided = serial + shared / workers, minutes / workers
    whole = all(math.isclose(v, round(v)) for v in (serial, shared, left))
    if not whole or round(left) == round(divided):
        return None
    return {
        "minutes": minutes,
        "percent": percent,
        "workers": workers,
        "serial": round(serial),
        "shared": round(shared),
        "part": round(shared / workers),
        "left": round(left),
        "divided": round(divided, 6),
    }


def draw_ceiling(rng: np.random.Generator) -> Values | None:
    """Draw a serial part and a number of workers."""
    percent = int(rng.choice([1, 2, 4, 5, 10, 20, 25, 50]))
    workers = int(rng.choice([6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256]))
    most = 100 // percent
    if workers == most:
        return None
    return {"percent": percent, "workers": workers, "most": most, "minutes": 100}


def run_ceiling(percent: int, workers: int) -> Facts:
    """Let the number of workers grow until the speed no longer moves.

    Facts: ``ceiling`` (rounded), ``speed`` (with `workers`), ``workers``. Check by eye: 10 % serial: 10.
    """
    share, count = percent / 100, 1.0
    while amdahl_speed(share, 2 * count) - amdahl_speed(share, count) > 1e-9:
        count *= 2
    return {
        "ceiling": round(amdahl_speed(share, count), 3),
        "speed": amdahl_speed(share, workers),
        "workers": workers,
        "percent": percent,
    }


def ask_tpe(trials: int, at_once: int) -> Facts:
    """Ask Optuna's TPE for trials in rounds and count those that are not its plain draws.

    The draws are those of Optuna's random sampler with the same seed, told of nothing.
    Facts: ``learnt``, ``law`` (those asked for when 10 are finished), ``after_ten`` (trials behind the
    tenth, which learn one at a time), ``trials``.
    """
    return {
        "learnt": _count_learnt(trials, at_once),
        "law": count_learnt(trials, at_once),
        "after_ten": trials - 10,
        "trials": trials,
    }


def draw_learnt(rng: np.random.Generator) -> Values | None:
    """Draw a budget and a number of trials at once that wastes some of it."""
    at_once = int(rng.choice([3, 4, 6, 7, 8, 9, 11, 12, 13, 14, 16]))
    trials = at_once * int(rng.integers(2, 14))
    learnt, after_ten = count_learnt(trials, at_once), trials - 10
    if not 18 <= trials <= 48 or learnt in (after_ten, trials, 0):
        return None
    return {
        "trials": trials,
        "at_once": at_once,
        "rounds": trials // at_once,
        "drawn": trials - learnt,
        "drawn_rounds": (trials - learnt) // at_once,
        "learnt": learnt,
        "after_ten": after_ten,
    }


def count_cores_of_threads(threads: int) -> Facts:
    """Let threads loop in Python in a process of their own, and count how many cores they keep busy.

    Facts: ``cores_used`` (processor time of the process divided by the time on the clock; a busy machine
    makes it smaller, never larger), ``threads``. Source of the law: CPython runs one thread at a time.
    """
    done = subprocess.run(
        [sys.executable, "-c", _THREADS, str(threads)], capture_output=True, text=True, check=True
    )
    return {"cores_used": round(float(done.stdout), 2), "threads": threads}


def compare_orders() -> Facts:
    """Tell a study its running trials in two orders, as two workers may end, and compare what follows.

    Facts: ``same_when_told_in_order`` and ``same_when_told_by_the_clock`` (1 or 0).
    """
    in_order, again = _study_told(reverse=False), _study_told(reverse=False)
    by_clock = _study_told(reverse=True)
    return {
        "same_when_told_in_order": int(in_order == again),
        "same_when_told_by_the_clock": int(in_order == by_clock),
    }


def _study_told(*, reverse: bool) -> list[float]:
    import optuna

    from core.search.optuna_tools import quiet_optuna

    with quiet_optuna():
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0))
        for _ in range(6):
            wave: list[Any] = [study.ask() for _ in range(4)]
            for trial in wave:
                trial.suggest_float("x", -1, 1)
            # Who is done first is heard first, and the next one is asked for before the others end.
            for trial in reversed(wave) if reverse else wave:
                study.tell(trial, trial.params["x"] ** 2)
                study.ask().suggest_float("x", -1, 1)
        return [float(trial.params["x"]) for trial in study.get_trials()]


def _count_learnt(trials: int, at_once: int) -> int:
    import optuna

    from core.search.optuna_tools import quiet_optuna

    class Watched(optuna.samplers.TPESampler):
        n_learnt = 0

        def _sample(self, *given: Any) -> Any:
            Watched.n_learnt += 1
            return super()._sample(*given)

    with quiet_optuna():
        study = optuna.create_study(sampler=Watched(seed=0))
        n_asked = 0
        while n_asked < trials:
            wave = [study.ask() for _ in range(min(at_once, trials - n_asked))]
            for trial in wave:
                trial.suggest_float("x", -1, 1)
                trial.suggest_float("y", -1, 1)
            for trial in wave:
                study.tell(trial, trial.params["x"] ** 2)
            n_asked += len(wave)
    return Watched.n_learnt
