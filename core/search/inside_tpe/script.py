"""The study as code to take home: Optuna and scikit-learn, and the sampler asked what it saw."""

import json
from typing import TYPE_CHECKING

from core.datasets import load_dataset, split_rows, write_reading_code
from core.datasets.preparing_code import (
    join_column_lists,
    tools_of_preparing,
    write_column_lists,
    write_imports,
    write_preparing_code,
)
from core.datasets.reading_code import write_splitting_code
from core.script import Script
from core.search.inside_tpe.objective import KNOBS, MOST_ROWS

if TYPE_CHECKING:
    from core.search.inside_tpe.lab import InsideTPESpec

MODEL_CODE = {
    # what is imported, how it is suggested, how it is built
    "svm": (
        {"sklearn.compose": "TransformedTargetRegressor", "sklearn.svm": "SVR"},
        'gamma = 10 ** trial.suggest_float("log10_gamma", -4.0, 1.0, step=0.05)',
        "TransformedTargetRegressor(SVR(gamma=gamma), transformer=StandardScaler())",
    ),
    "boosting": (
        {"sklearn.ensemble": "GradientBoostingRegressor"},
        'rate = 10 ** trial.suggest_float("log10_rate", -3.0, 0.0, step=0.03)',
        """GradientBoostingRegressor(
        n_estimators=40, learning_rate=rate, random_state=SEED
    )""",
    ),
    "neighbours": (
        {"sklearn.neighbors": "KNeighborsRegressor"},
        'n_neighbors = trial.suggest_int("n_neighbors", 1, 101)',
        "KNeighborsRegressor(n_neighbors)",
    ),
}


def write_script(spec: "InsideTPESpec") -> Script:
    """Return the program that runs the same study up to the trial under the handle.

    Its last line is one JSON object whose names are those of `InsideTPEResult`.
    """
    dataset, knob = load_dataset(spec.data), KNOBS[spec.model]
    imports, suggest, build = MODEL_CODE[spec.model]
    parameter = f"study.trials[-1].params[{json.dumps(knob.parameter)}]"
    splitting = write_splitting_code(split_rows(dataset, seed=spec.seed))
    columns = (dataset.numeric_features, dataset.categorical_features)
    names = tools_of_preparing(dataset.categorical_features) | _JUDGING
    for module, name in imports.items():
        names[module] = names.get(module, set()) | {name}
    code = _CODE.format(
        imports=write_imports(names),
        seed=spec.seed,
        n_startup=spec.n_startup,
        trial=spec.trial,
        value=f"10 ** {parameter}" if knob.is_log else parameter,
        reading=write_reading_code(dataset),
        splitting=splitting.replace("(\n    ", "(").replace("\n)\n", ")\n"),
        target=json.dumps(dataset.target, ensure_ascii=False),
        n_rows=MOST_ROWS,
        columns=write_column_lists(*columns),
        preparing=write_preparing_code(*columns, by_lists=True),
        all_columns=join_column_lists(*columns),
        suggest=suggest,
        build=build,
    )
    needs = "pandas, scikit-learn and Optuna 5"
    return Script("inside_tpe", code, {dataset.csv_name: dataset.csv_bytes()}, needs=needs)


_JUDGING = {
    "sklearn.metrics": {"root_mean_squared_error"},
    "sklearn.model_selection": {"train_test_split"},
}
_CODE = '''"""One study with TPE, and what the sampler saw when it chose the last trial."""

import json

import numpy as np
import optuna
import pandas as pd
{imports}

SEED = {seed}
N_RANDOM = {n_startup}  # trials before TPE begins
TRIAL = {trial}  # look at how this one was chosen

{reading}{splitting}train, validation = train.head({n_rows}), validation.head({n_rows})
TARGET = {target}
{columns}{preparing}
x_train = prepare.fit_transform(train[{all_columns}])
x_validation = prepare.transform(validation[{all_columns}])


def objective(trial):
    # In steps, so that the classroom could train every value beforehand. Usually one
    # writes suggest_float("gamma", 1e-4, 10, log=True).
    {suggest}
    model = {build}
    model.fit(x_train, train[TARGET])
    return root_mean_squared_error(validation[TARGET], model.predict(x_validation))


class Listener(optuna.samplers.TPESampler):
    """Optuna's sampler; it keeps the densities that it compared."""

    seen = None

    # The method is private to Optuna, so a new version may rename it.
    def _compute_acquisition_func(self, samples, good, bad):
        log_ratios = super()._compute_acquisition_func(samples, good, bad)
        best = {{name: values[[log_ratios.argmax()]] for name, values in samples.items()}}
        self.seen = [float(np.exp(part.log_pdf(best)[0])) for part in (good, bad)]
        return log_ratios


optuna.logging.set_verbosity(optuna.logging.WARNING)
sampler = Listener(seed=SEED, n_startup_trials=N_RANDOM)
study = optuna.create_study(sampler=sampler, direction="minimize")
study.optimize(objective, n_trials=TRIAL)

good, bad = sampler.seen or (None, None)
print(
    json.dumps(
        {{
            "setting": {value},
            "error": study.trials[-1].value,
            "best": study.best_value,
            "good": good,
            "bad": bad,
            "ratio": good / bad if sampler.seen else None,
        }}
    )
)
'''
