"""The study as code to take home: Optuna and scikit-learn, and the sampler asked what it saw."""

import json
from typing import TYPE_CHECKING

from core.datasets import load_dataset, split_rows, write_reading_code
from core.datasets.reading_code import write_splitting_code
from core.script import Script
from core.search.inside_tpe.objective import KNOBS, MOST_ROWS

if TYPE_CHECKING:
    from core.search.inside_tpe.lab import InsideTPESpec

MODEL_CODE = {
    # what is imported, how it is suggested, how it is built
    "svm": (
        ("sklearn.compose import TransformedTargetRegressor", "sklearn.svm import SVR"),
        'gamma = 10 ** trial.suggest_float("log10_gamma", -4.0, 1.0, step=0.05)',
        "TransformedTargetRegressor(SVR(gamma=gamma), transformer=StandardScaler())",
    ),
    "boosting": (
        ("sklearn.ensemble import GradientBoostingRegressor",),
        'rate = 10 ** trial.suggest_float("log10_rate", -3.0, 0.0, step=0.03)',
        "GradientBoostingRegressor(n_estimators=40, learning_rate=rate, random_state=SEED)",
    ),
    "neighbours": (
        ("sklearn.neighbors import KNeighborsRegressor",),
        'n_neighbors = trial.suggest_int("n_neighbors", 1, 101)',
        "KNeighborsRegressor(n_neighbors)",
    ),
}


def write_script(spec: "InsideTPESpec") -> Script:
    """Return the program that runs the same study up to the trial under the handle.

    Its last line is one JSON object whose names are those of `InsideTPEResult`.
    """
    dataset = load_dataset(spec.data)
    imports, suggest, build = MODEL_CODE[spec.model]
    steps = "".join(
        f"        ({json.dumps(name)}, {code}, {_list(columns)}),\n"
        for name, code, columns in (
            (
                "numbers",
                'make_pipeline(SimpleImputer(strategy="median"), StandardScaler())',
                dataset.numeric_features,
            ),
            ("words", _WORDS, dataset.categorical_features),
        )
        if columns
    )
    lines = {
        "sklearn.compose import ColumnTransformer",
        "sklearn.impute import SimpleImputer",
        "sklearn.metrics import root_mean_squared_error",
        "sklearn.model_selection import train_test_split",
        "sklearn.pipeline import make_pipeline",
        "sklearn.preprocessing import OneHotEncoder, StandardScaler"
        if dataset.categorical_features
        else "sklearn.preprocessing import StandardScaler",
        *imports,
    }
    code = _CODE.format(
        imports="\n".join(f"from {line}" for line in sorted(lines)),
        seed=spec.seed,
        n_startup=spec.n_startup,
        trial=spec.trial,
        value=f"10 ** study.trials[-1].params[{json.dumps(KNOBS[spec.model].parameter)}]"
        if KNOBS[spec.model].is_log
        else f"study.trials[-1].params[{json.dumps(KNOBS[spec.model].parameter)}]",
        reading=write_reading_code(dataset),
        splitting=write_splitting_code(split_rows(dataset, seed=spec.seed)),
        target=json.dumps(dataset.target),
        n_rows=MOST_ROWS,
        steps=steps,
        suggest=suggest,
        build=build,
    )
    needs = "pandas, scikit-learn and Optuna 5"
    return Script("inside_tpe", code, {dataset.csv_name: dataset.csv_bytes()}, needs=needs)


def _list(columns: tuple[str, ...]) -> str:
    return json.dumps(list(columns), ensure_ascii=False)


_WORDS = (
    'make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder('
    'handle_unknown="ignore", max_categories=20, sparse_output=False))'
)
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
features = train.columns.drop({target})
prepare = ColumnTransformer(
    [
{steps}    ]
)
x_train = prepare.fit_transform(train[features])
x_validation = prepare.transform(validation[features])


def objective(trial):
    # In steps, so that the classroom could train every value beforehand. Usually one
    # writes suggest_float("gamma", 1e-4, 10, log=True).
    {suggest}
    model = {build}
    model.fit(x_train, train[{target}])
    return root_mean_squared_error(validation[{target}], model.predict(x_validation))


class Listener(optuna.samplers.TPESampler):
    """Optuna's sampler; it keeps the densities that it compared (private, so they may move)."""

    seen = None

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
