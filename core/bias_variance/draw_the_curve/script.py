"""The validation curve as code to take home: pandas, scikit-learn and one CSV."""

from typing import TYPE_CHECKING

from core.bias_variance.curve_rows import choose_values, open_rows
from core.bias_variance.table_models import find_table_model
from core.datasets import Dataset, load_dataset, write_reading_code
from core.datasets.preparing_code import write_literal
from core.script import Script

if TYPE_CHECKING:
    from core.bias_variance.draw_the_curve.lab import DrawSpec

LINE = 88
MODEL_CODE = {
    # for numbers, for classes: import, and how it is built
    "tree": (
        ("tree", "DecisionTreeRegressor", "random_state={seed}"),
        ("tree", "DecisionTreeClassifier", "random_state={seed}"),
    ),
    "neighbours": (
        ("neighbors", "KNeighborsRegressor", ""),
        ("neighbors", "KNeighborsClassifier", ""),
    ),
    "ridge": (
        ("linear_model", "Ridge", ""),
        ("linear_model", "LogisticRegression", "max_iter=5000"),
    ),
    "boosting": (
        (
            "ensemble",
            "GradientBoostingRegressor",
            "learning_rate=0.2, max_depth=2, random_state={seed}",
        ),
        (
            "ensemble",
            "GradientBoostingClassifier",
            "learning_rate=0.2, max_depth=2, random_state={seed}",
        ),
    ),
    "forest": (
        ("ensemble", "RandomForestRegressor", "n_estimators=25, random_state={seed}"),
        ("ensemble", "RandomForestClassifier", "n_estimators=25, random_state={seed}"),
    ),
    "svm": (("svm", "SVR", ""), ("svm", "SVC", "")),
}
"""As in `core.bias_variance.table_models`; a test compares the numbers."""


def write_script(spec: "DrawSpec") -> Script:
    """Return the program that measures the curve and compares the drawing with it.

    Its last line is one JSON object whose names are those of `DrawResult`.
    """
    dataset = load_dataset(spec.data)
    blocks = [
        f'"""A validation curve, measured. Needs {dataset.csv_name} beside it."""\n',
        _write_imports(dataset, spec),
        "",
        _write_rows(dataset, spec),
        _write_model(dataset, spec),
        _write_curve(dataset, spec),
    ]
    code = "\n".join(blocks)
    return Script("draw_the_curve", code, {dataset.csv_name: dataset.csv_bytes()})


def _is_number(dataset: Dataset) -> bool:
    return dataset.task == "regression"


def _write_imports(dataset: Dataset, spec: "DrawSpec") -> str:
    module, name, _ = MODEL_CODE[spec.model][0 if _is_number(dataset) else 1]
    folds = "RepeatedKFold" if _is_number(dataset) else "RepeatedStratifiedKFold"
    selected = sorted([folds, "validation_curve"] + ["train_test_split"] * _is_drawn_from(dataset))
    scalers = ["OneHotEncoder"] * bool(dataset.categorical_features)
    scalers += ["StandardScaler"] * (bool(dataset.numeric_features) or _turns_back(dataset, spec))
    turns = ", TransformedTargetRegressor" * _turns_back(dataset, spec)
    pipelines = ", make_pipeline" * bool(dataset.features)
    lines = [
        f"from sklearn.compose import ColumnTransformer{turns}",
        "from sklearn.impute import SimpleImputer",
        _import("model_selection", selected),
        f"from sklearn.pipeline import Pipeline{pipelines}",
        f"from sklearn.preprocessing import {', '.join(scalers)}",
        f"from sklearn.{module} import {name}",
    ]
    return "\n".join(["import json\n", "import numpy as np", "import pandas as pd", *sorted(lines)])


def _import(module: str, names: list[str]) -> str:
    line = f"from sklearn.{module} import {', '.join(names)}"
    if len(line) <= LINE:
        return line
    return f"from sklearn.{module} import (\n" + "".join(f"    {name},\n" for name in names) + ")"


def _turns_back(dataset: Dataset, spec: "DrawSpec") -> bool:
    return spec.model == "svm" and _is_number(dataset)


def _is_drawn_from(dataset: Dataset) -> bool:
    from core.bias_variance.draw_the_curve.lab import N_ROWS  # that module imports this one

    return dataset.n_rows > N_ROWS


def _write_rows(dataset: Dataset, spec: "DrawSpec") -> str:
    from core.bias_variance.draw_the_curve.lab import N_ROWS  # that module imports this one

    target = write_literal(dataset.target)
    text = f"{write_reading_code(dataset)}target = {target}\n"
    if _is_drawn_from(dataset):
        stratify = "" if _is_number(dataset) else ", stratify=table[target]"
        call = f"table, train_size={N_ROWS}{stratify}, random_state={spec.seed}"
        line = f"table, _ = train_test_split({call})\n"
        if len(line) > LINE:
            line = f"table, _ = train_test_split(\n    {call}\n)\n"
        text += f"{line}table = table.sort_index()\n"
    if dataset.task == "binary":
        positive = dataset.positive
        value = write_literal(positive)
        return f"{text}y = (table[target] == {value}).to_numpy()\n"
    return f"{text}y = table[target].to_numpy({'dtype=float' if _is_number(dataset) else ''})\n"


def _write_model(dataset: Dataset, spec: "DrawSpec") -> str:
    steps = ""
    if dataset.numeric_features:
        steps += _STEP.format(
            name="numbers", steps=_SCALED, columns=_list(dataset.numeric_features)
        )
    if dataset.categorical_features:
        steps += _STEP.format(
            name="words", steps=_ENCODED, columns=_list(dataset.categorical_features)
        )
    _, name, arguments = MODEL_CODE[spec.model][0 if _is_number(dataset) else 1]
    built = f"{name}({arguments.format(seed=spec.seed)})"
    if _turns_back(dataset, spec):
        built = f"TransformedTargetRegressor({built}, transformer=StandardScaler())"
    prepare = f"prepare = ColumnTransformer(\n    [\n{steps}    ]\n)\n"
    return (
        f'{prepare}model = {built}\npipeline = Pipeline([("prepare", prepare), ("model", model)])\n'
    )


def _list(values: tuple[str, ...]) -> str:
    lines = "".join(f"                {write_literal(value)},\n" for value in values)
    return f"[\n{lines}            ]"


def _write_curve(dataset: Dataset, spec: "DrawSpec") -> str:
    curve = spec.curve
    rows = open_rows(spec.data, curve.n_rows, spec.seed)
    splits = rows.deal(curve.folds, curve.repeats, spec.seed)
    tuned = choose_values(rows, splits, spec.model, "", ())
    folds = "RepeatedKFold" if _is_number(dataset) else "RepeatedStratifiedKFold"
    scorer = {"rmse": "neg_root_mean_squared_error"}.get(spec.metric, spec.metric)
    turn = ""
    if spec.direction == "error":
        turn = "train, validation = -train, -validation  # scikit-learn maximises\n"
        if not _is_number(dataset):
            turn = "train, validation = 1 - train, 1 - validation  # errors, not hits\n"
    best = "argmax" if spec.direction == "score" else "argmin"
    knob = find_table_model(spec.model).knob(dataset.task)
    return _CURVE.format(
        values="".join(f"    {value!r},\n" for value in tuned.values),
        knob=knob.label,
        folds=folds,
        n_folds=curve.folds,
        repeats=curve.repeats,
        seed=spec.seed,
        parameter=tuned.parameter,
        scorer=scorer,
        turn=turn,
        best=best,
    )


_STEP = """        (
            "{name}",
{steps}            {columns},
        ),
"""
_SCALED = '            make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),\n'
_ENCODED = """            make_pipeline(
                SimpleImputer(strategy="most_frequent"),
                OneHotEncoder(
                    handle_unknown="ignore", max_categories=20, sparse_output=False
                ),
            ),
"""
_CURVE = """values = [  # {knob}, from rigid to nervous
{values}]
train, validation = validation_curve(
    pipeline,
    table,
    y,
    param_name="{parameter}",
    param_range=values,
    cv={folds}(n_splits={n_folds}, n_repeats={repeats}, random_state={seed}),
    scoring="{scorer}",
    error_score="raise",
)
{turn}train, validation = train.mean(axis=1), validation.mean(axis=1)
for value, own, new in zip(values, train, validation):
    print(f"{{value:>10g}}: {{own:.4g}} on its own rows, {{new:.4g}} on new ones")

five = np.linspace(0, len(values) - 1, 5).round().astype(int)
result = {{
    "best": values[validation.{best}()],
    "best_score": validation[validation.{best}()],
    "train_best": values[train.{best}()],
}}
result = {{name: float(value) for name, value in result.items()}}
result["places"] = [float(values[at]) for at in five]
result["real"] = [float(validation[at]) for at in five]
print(json.dumps(result))
"""
