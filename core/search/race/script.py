"""The race as code to take home: the grid is trained, the other races look up the measured cells."""

from typing import TYPE_CHECKING

import pandas as pd

from core.datasets import load_dataset, write_reading_code
from core.script import Script
from core.search.surface import K, load_surface

if TYPE_CHECKING:
    from core.search.race.lab import RaceSpec


def write_script(spec: "RaceSpec") -> Script:
    """Return the program that runs the races of `spec`.

    Its last line is one JSON object whose names are those of `RaceResult`.
    """
    from core.search.race.runs import N_SEEDS

    surface = load_surface(spec.surface)
    dataset, space = load_dataset(surface.card.data), surface.card.space
    side = round(spec.n_trials**0.5)
    is_regression = dataset.task == "regression"
    splitter = "KFold" if is_regression else "StratifiedKFold"
    code = _CODE.format(
        reading=write_reading_code(dataset).rstrip(),
        model="SVR" if is_regression else "SVC",
        model_key="svr" if is_regression else "svc",
        splitter=splitter,
        splitters=", ".join(sorted(["ParameterSampler", splitter])),
        scoring=surface.card.metric,
        k=K,
        n_trials=spec.n_trials,
        n_seeds=N_SEEDS,
        side=side,
        first=space[0].name,
        second=space[1].name,
        low_1=space[0].low,
        high_1=space[0].high,
        low_2=space[1].low,
        high_2=space[1].high,
        target=dataset.target,
    )
    files = {dataset.csv_name: dataset.csv_bytes(), "surface.csv": _write_surface(spec.surface)}
    return Script("race", code, files, needs="pandas, scikit-learn and Optuna")


def _write_surface(name: str) -> bytes:
    surface = load_surface(name)
    rows = [
        {**surface.params_of(first, second), "score": float(score)}
        for first, line in enumerate(surface.seen)
        for second, score in enumerate(line)
    ]
    return pd.DataFrame(rows).to_csv(index=False, lineterminator="\n").encode()


_CODE = '''"""Grid, random and Bayesian search at equally many fits."""

import json

import numpy as np
import optuna
import pandas as pd
from scipy.stats import loguniform
from sklearn.model_selection import GridSearchCV, {splitters}
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import {model}

N_TRIALS = {n_trials}
N_SEEDS = {n_seeds}

{reading}
X, y = table.drop(columns="{target}"), table["{target}"]

# The grid, trained.
grid = GridSearchCV(
    make_pipeline(StandardScaler(), {model}()),
    {{
        "{model_key}__{first}": np.geomspace({low_1!r}, {high_1!r}, {side}),
        "{model_key}__{second}": np.geomspace({low_2!r}, {high_2!r}, {side}),
    }},
    scoring="{scoring}",
    cv={splitter}({k}, shuffle=True, random_state=0),
).fit(X, y)

# The other races would train thousands of models. Every cell of the surface was trained
# once, in the same way, so they look up the nearest one.
surface = pd.read_csv("surface.csv", float_precision="round_trip")
best = surface["score"].max()
places = np.log(surface[["{first}", "{second}"]].to_numpy())


def judge(params):
    """Return the mean score over the folds of the nearest measured cell."""
    away = np.abs(places - np.log([params["{first}"], params["{second}"]]))
    return float(surface["score"].iloc[away.sum(axis=1).argmin()])


def objective(trial):
    return judge(
        {{
            "{first}": trial.suggest_float("{first}", {low_1!r}, {high_1!r}, log=True),
            "{second}": trial.suggest_float("{second}", {low_2!r}, {high_2!r}, log=True),
        }}
    )


space = {{
    "{first}": loguniform({low_1!r}, {high_1!r}),
    "{second}": loguniform({low_2!r}, {high_2!r}),
}}


random_missed, tpe_missed = [], []
optuna.logging.set_verbosity(optuna.logging.WARNING)
for seed in range(N_SEEDS):
    drawn = ParameterSampler(space, N_TRIALS, random_state=seed)
    random_missed.append(best - max(judge(params) for params in drawn))
    study = optuna.create_study(
        direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed)
    )
    study.optimize(objective, n_trials=N_TRIALS)
    tpe_missed.append(best - study.best_value)

random_missed, tpe_missed = np.array(random_missed), np.array(tpe_missed)
grid_missed = best - grid.best_score_
print(
    json.dumps(
        {{
            "best": best,
            "grid_best": float(grid.best_score_),
            "grid_missed": float(grid_missed),
            "random_missed": float(np.median(random_missed)),
            "tpe_missed": float(np.median(tpe_missed)),
            "random_beats_grid": int((random_missed < grid_missed).sum()),
            "tpe_beats_grid": int((tpe_missed < grid_missed).sum()),
            "tpe_beats_random": int((tpe_missed < random_missed).sum()),
        }}
    )
)
'''
