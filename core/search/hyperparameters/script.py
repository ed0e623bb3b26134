"""The lesson as code to take home: ask the models what was chosen and what was found; turn the knob."""

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
from core.search.hyperparameters.sweep import MOST_ROWS, SETTINGS

if TYPE_CHECKING:
    from core.search.hyperparameters.lab import HyperparametersSpec

MODEL_CODE = {
    # what is imported, how it is built, and the class whose parameters are asked for
    "depth": (
        {"sklearn.tree": {"DecisionTreeRegressor"}},
        "DecisionTreeRegressor(max_depth=setting, random_state=SEED)",
        "max_depth",
    ),
    "neighbours": (
        {"sklearn.neighbors": {"KNeighborsRegressor"}},
        "KNeighborsRegressor(setting)",
        "n_neighbors",
    ),
    "penalty": (
        {
            "sklearn.linear_model": {"Ridge"},
            "sklearn.preprocessing": {"PolynomialFeatures", "StandardScaler"},
        },
        "make_pipeline(PolynomialFeatures(2), StandardScaler(), Ridge(alpha=setting))",
        "ridge__alpha",
    ),
    "rounds": (
        {"sklearn.ensemble": {"GradientBoostingRegressor"}},
        "GradientBoostingRegressor(n_estimators=setting, random_state=SEED)",
        "n_estimators",
    ),
}


def write_script(spec: "HyperparametersSpec") -> Script:
    """Return the program that turns the same knob and lets both kinds of rows choose.

    Its last line is one JSON object whose names are those of `HyperparametersResult`.
    """
    dataset = load_dataset(spec.data)
    imports, build, parameter = MODEL_CODE[spec.knob]
    splitting = write_splitting_code(split_rows(dataset, seed=spec.seed))
    columns = (dataset.numeric_features, dataset.categorical_features)
    names = tools_of_preparing(dataset.categorical_features) | _JUDGING
    for module, some in imports.items():
        names[module] = names.get(module, set()) | some
    code = _CODE.format(
        imports=write_imports(names),
        seed=spec.seed,
        settings=_write_settings(spec),
        reading=write_reading_code(dataset),
        splitting=splitting.replace("(\n    ", "(").replace("\n)\n", ")\n"),
        target=json.dumps(dataset.target, ensure_ascii=False),
        n_rows=MOST_ROWS,
        columns=write_column_lists(*columns),
        preparing=write_preparing_code(*columns, by_lists=True),
        all_columns=join_column_lists(*columns),
        build=build,
        parameter=json.dumps(parameter),
    )
    return Script("hyperparameters", code, {dataset.csv_name: dataset.csv_bytes()})


def _write_settings(spec: "HyperparametersSpec") -> str:
    settings = SETTINGS[spec.knob]
    if spec.knob == "depth":
        return "SETTINGS = list(range(1, 21))"
    return f"SETTINGS = [{', '.join(f'{setting:g}' for setting in settings)}]"


_JUDGING = {
    "sklearn.metrics": {"root_mean_squared_error"},
    "sklearn.model_selection": {"train_test_split"},
}
_CODE = '''"""One hyperparameter: what the train rows would choose, and what other rows choose."""

import json

import pandas as pd
{imports}

SEED = {seed}
# From the most rigid model to the most flexible one.
{settings}

{reading}{splitting}train, validation = train.head({n_rows}), validation.head({n_rows})
TARGET = {target}
{columns}{preparing}
x_train = prepare.fit_transform(train[{all_columns}])
x_validation = prepare.transform(validation[{all_columns}])


def build(setting):
    return {build}


# What get_params() knows before any fit was chosen; what ends in _ comes with the fit.
print("chosen before the fit:", build(SETTINGS[0]).get_params()[{parameter}])
print("found by the fit:", [name for name in vars(prepare) if name.endswith("_")])

errors = []
for setting in SETTINGS:
    model = build(setting).fit(x_train, train[TARGET])
    errors.append(
        {{
            "setting": float(setting),
            "train": root_mean_squared_error(train[TARGET], model.predict(x_train)),
            "validation": root_mean_squared_error(
                validation[TARGET], model.predict(x_validation)
            ),
        }}
    )
errors = pd.DataFrame(errors)
# Of equals, the most flexible one: it stands last.
is_least = errors["train"] <= errors["train"].min() + 1e-9 * errors["train"].max()
by_train = errors[is_least].iloc[-1]
by_validation = errors.loc[errors["validation"].idxmin()]

print(
    json.dumps(
        {{
            "by_train": by_train["setting"],
            "by_validation": by_validation["setting"],
            "train_at_train": by_train["train"],
            "validation_at_train": by_train["validation"],
            "validation_at_validation": by_validation["validation"],
        }}
    )
)
'''
