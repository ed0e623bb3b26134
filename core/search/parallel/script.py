"""Parallel search as code to take home: TPE in batches, and the same fits by threads and processes."""

from typing import TYPE_CHECKING

import pandas as pd

from core.script import Script
from core.search.surface import load_surface

if TYPE_CHECKING:
    from core.search.parallel.lab import ParallelSpec


def write_script(spec: "ParallelSpec") -> Script:
    """Return the program that runs the races of `spec` and times threads and processes.

    Its last line is one JSON object whose names are those of `ParallelResult`; times are printed before.
    """
    from core.search.parallel.races import N_SEEDS

    surface = load_surface(spec.surface)
    first, second = surface.card.space
    code = _CODE.format(
        n_trials=spec.n_trials,
        workers=spec.workers,
        serial=spec.serial / 100,
        n_seeds=N_SEEDS,
        first=first.name,
        second=second.name,
        low_1=first.low,
        high_1=first.high,
        low_2=second.low,
        high_2=second.high,
    )
    rows = [
        {**surface.params_of(place, other), "score": float(score)}
        for place, line in enumerate(surface.seen)
        for other, score in enumerate(line)
    ]
    table = pd.DataFrame(rows).to_csv(index=False, lineterminator="\n").encode()
    needs = "pandas, scikit-learn, joblib and Optuna 5"
    return Script("parallel", code, {"surface.csv": table}, needs=needs)


_CODE = '''"""What several workers bring to a search, and what they cost."""

import json
import time

import numpy as np
import optuna
import pandas as pd
from joblib import Parallel, delayed
from sklearn.ensemble import RandomForestRegressor

N_TRIALS = {n_trials}
WORKERS = {workers}
N_SEEDS = {n_seeds}
SERIAL = {serial}

# Every pair of values was trained once, so a trial looks up the nearest one.
surface = pd.read_csv("surface.csv", float_precision="round_trip")
scores = surface["score"].to_numpy()
places = np.log(surface[["{first}", "{second}"]].to_numpy())


def judge(trial):
    """Return the score of the nearest pair that was trained."""
    first = trial.suggest_float("{first}", {low_1!r}, {high_1!r}, log=True)
    second = trial.suggest_float("{second}", {low_2!r}, {high_2!r}, log=True)
    away = np.abs(places - np.log([first, second]))
    return float(scores[away.sum(axis=1).argmin()])


def race(at_once, seed):
    """Return what TPE still misses after each trial, with so many trials at once."""
    study = optuna.create_study(
        direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed)
    )
    values = []
    while len(values) < N_TRIALS:
        wave = [study.ask() for _ in range(min(at_once, N_TRIALS - len(values)))]
        found = [judge(trial) for trial in wave]  # workers train side by side
        for trial, value in zip(wave, found):
            study.tell(trial, value)
        values += found
    return scores.max() - np.maximum.accumulate(values)


def loop_in_python(n_rounds):
    """Hold the interpreter's lock all the time."""
    return sum(number * number for number in range(n_rounds))


def fit_forest(n_trees):
    """Train in compiled code that lets go of the lock."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1500, 12))
    forest = RandomForestRegressor(n_trees, random_state=0, n_jobs=1)
    return forest.fit(x, x[:, 0]).n_features_in_


def main():
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    for work, size in ((loop_in_python, 600_000), (fit_forest, 20)):
        for backend, n_jobs in (("sequential", 1), ("threading", 2), ("loky", 2)):
            crew = Parallel(n_jobs=n_jobs, backend=backend)
            crew(delayed(work)(1) for _ in range(4))  # start the workers
            start = time.perf_counter()
            crew(delayed(work)(size) for _ in range(4))
            print(work.__name__, backend, round(time.perf_counter() - start, 3), "s")

    alone = np.array([race(1, seed) for seed in range(N_SEEDS)])
    together = np.array([race(WORKERS, seed) for seed in range(N_SEEDS)])
    more = together[:, -1] - alone[:, -1]
    waves = -(-N_TRIALS // WORKERS)
    print(
        json.dumps(
            {{
                "waves": waves,
                "wave_speed": N_TRIALS / waves,
                "alone_missed": alone[:, -1].mean(),
                "missed": together[:, -1].mean(),
                "more": more.mean(),
                "n_farther": int((more > 0).sum()),
                "n_closer": int((more < 0).sum()),
                "amdahl": 1 / (SERIAL + (1 - SERIAL) / WORKERS),
            }}
        )
    )


if __name__ == "__main__":
    main()
'''
