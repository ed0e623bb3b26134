"""The dial as code to take home: pandas, scikit-learn and one CSV."""

from typing import TYPE_CHECKING

from core.bias_variance.regularisation.brakes import (
    HALF,
    LASSO_FACTOR,
    LEARNING_RATE,
    MOST_ROUNDS,
    N_STEPS,
    RIDGE_FACTOR,
    STEPS_TO_THE_LAST,
    TOLERANCE,
    TREE_DEPTH,
    WEAKEST,
    Brake,
    find_brake,
)
from core.bias_variance.regularisation.held import FEW
from core.datasets import Dataset, load_dataset, split_rows, write_reading_code
from core.datasets.preparing_code import write_literal
from core.datasets.reading_code import write_splitting_code
from core.script import Script

if TYPE_CHECKING:
    from core.bias_variance.regularisation.lab import RegularisationSpec

LINE = 88


def write_script(spec: "RegularisationSpec") -> Script:
    """Return the program that trains every strength and prints the numbers of this one.

    Its last line is one JSON object whose names are those of `RegularisationResult`.
    """
    from core.bias_variance.regularisation.lab import (
        hold_model_back,  # that module imports this one
    )

    dataset, brake = load_dataset(spec.data), find_brake(spec.brake)
    at = hold_model_back(spec).at
    code = "\n".join(
        [
            f'"""How hard to hold a model back. Needs {dataset.csv_name} beside it."""\n',
            _write_imports(dataset, brake, is_scaled=spec.is_scaled),
            f"\nAT = {at}  # place on the dial, from weak to strong\n",
            _write_rows(dataset, spec),
            _write_preparation(dataset, is_scaled=spec.is_scaled),
            _write_target(dataset),
            _write_dial(brake, dataset, spec.seed),
            _write_loop(brake, dataset),
            _PRINT,
        ]
    )
    return Script("regularisation", code, {dataset.csv_name: dataset.csv_bytes()})


def _is_binary(dataset: Dataset) -> bool:
    return dataset.task == "binary"


def _write_imports(dataset: Dataset, brake: Brake, *, is_scaled: bool) -> str:
    module, name = _model_class(brake, dataset)
    scalers = ["OneHotEncoder"] * bool(dataset.categorical_features)
    scalers += ["StandardScaler"] * (is_scaled and bool(dataset.numeric_features))
    lines = [
        "from sklearn.compose import ColumnTransformer",
        "from sklearn.impute import SimpleImputer",
        "from sklearn.model_selection import train_test_split",
        f"from sklearn.{module} import {name}",
    ]
    if scalers:
        lines += [
            "from sklearn.pipeline import make_pipeline",
            f"from sklearn.preprocessing import {', '.join(scalers)}",
        ]
    arrays = ["import numpy as np"] * brake.is_penalty
    return "\n".join(["import json\n", *arrays, "import pandas as pd", *sorted(lines)])


def _model_class(brake: Brake, dataset: Dataset) -> tuple[str, str]:
    kind = "Classifier" if _is_binary(dataset) else "Regressor"
    if brake.name == "stopping":
        return "ensemble", f"GradientBoosting{kind}"
    if not brake.is_penalty:
        return "tree", f"DecisionTree{kind}"
    if _is_binary(dataset):
        return "linear_model", "LogisticRegression"
    return "linear_model", {"lasso": "Lasso", "ridge": "Ridge"}.get(brake.name, "ElasticNet")


def _write_rows(dataset: Dataset, spec: "RegularisationSpec") -> str:
    split = write_splitting_code(split_rows(dataset, seed=spec.seed))
    split = split.replace(repr(dataset.target), write_literal(dataset.target))
    for long in split.split(")\n"):
        short = long.replace("(\n    ", "(").rstrip("\n")
        if len(short) < LINE and long:
            split = split.replace(long, short)
    few = FEW[dataset.task]
    text = write_reading_code(dataset) + split
    if spec.rows == "few":
        text += f"train = train.head({few})  # few rows: the brake has work to do\n"
    return text


def _write_preparation(dataset: Dataset, *, is_scaled: bool) -> str:
    steps = ""
    if dataset.numeric_features:
        steps += _STEP.format(
            name="numbers",
            steps=_SCALED if is_scaled else _UNSCALED,
            columns=_list(dataset.numeric_features),
        )
    if dataset.categorical_features:
        columns = _list(dataset.categorical_features)
        steps += _STEP.format(name="words", steps=_ENCODED, columns=columns)
    return f"prepare = ColumnTransformer(\n    [\n{steps}    ]\n)\n{_PARTS}"


def _list(values: tuple[str, ...]) -> str:
    return (
        "[\n"
        + "".join(f"                {write_literal(value)},\n" for value in values)
        + " " * 12
        + "]"
    )


def _write_target(dataset: Dataset) -> str:
    target = write_literal(dataset.target)
    if _is_binary(dataset):
        positive = dataset.positive
        value = write_literal(positive)
        return (
            f"target, positive = {target}, {value}\n"
            "y = {\n    name: (rows[target] == positive).to_numpy(dtype=float)\n"
            "    for name, rows in parts.items()\n}\n"
            'learnt = y["train"]\n'
        )
    return (
        f"target = {target}\n"
        "y = {name: rows[target].to_numpy(dtype=float) for name, rows in parts.items()}\n"
        "# In standard deviations, so that a penalty means the same in any unit.\n"
        'mean, spread = y["train"].mean(), y["train"].std()\n'
        'learnt = (y["train"] - mean) / spread\n'
    )


def _write_dial(brake: Brake, dataset: Dataset, seed: int) -> str:
    module_class = _model_class(brake, dataset)[1]
    if not brake.is_penalty:
        return f"strengths = {list(brake.settings)}\n\n\n" + _build(
            f"{module_class}(\n        {_tree_arguments(brake)}, random_state={seed}\n    )"
        )
    steps = f"np.arange({N_STEPS})"
    if brake.name == "ridge":
        dial = f"strengths = {WEAKEST} * len(learnt) * {RIDGE_FACTOR!r} ** {steps}\n"
    else:
        share = "" if brake.l1_ratio == 1 else f" / {HALF}"
        dial = (
            "# From this penalty on no coefficient leaves 0.\n"
            'pull = np.abs(x["train"].T @ (learnt - learnt.mean()))\n'
            f"last_alpha = pull.max() / len(learnt){share}\n"
            f"strengths = last_alpha * {LASSO_FACTOR!r} ** ({steps} - {STEPS_TO_THE_LAST})\n"
        )
    return f"{dial}\n\n" + _build(_penalty(brake, module_class))


def _tree_arguments(brake: Brake) -> str:
    if brake.name == "stopping":
        return f"n_estimators=strength, learning_rate={LEARNING_RATE}, max_depth={TREE_DEPTH}"
    return "max_depth=strength" if brake.name == "depth" else "min_samples_leaf=strength"


def _penalty(brake: Brake, name: str) -> str:
    mix = f"l1_ratio={brake.l1_ratio}, "
    if name == "LogisticRegression":
        if brake.name == "ridge":
            return f"{name}(C=1 / strength, tol=1e-8, max_iter=1000)"
        return (
            f"{name}(\n        C=1 / (strength * len(learnt)),\n        l1_ratio={brake.l1_ratio},\n"
            '        solver="saga",\n        tol=1e-3,\n        max_iter=5000,\n'
            "        random_state=0,\n    )"
        )
    if brake.name == "ridge":
        return f"{name}(alpha=strength)"
    mix = "" if brake.name == "lasso" else mix
    return f"{name}(alpha=strength, {mix}tol={TOLERANCE!r}, max_iter={MOST_ROUNDS:_})"


def _build(model: str) -> str:
    flat = " ".join(line.strip() for line in model.splitlines())
    flat = flat.replace("( ", "(").replace(" )", ")")
    if len(flat) + 11 <= LINE and not model.endswith(",\n    )"):
        model = flat
    return f"def build(strength):\n    return {model}\n"


def _write_loop(brake: Brake, dataset: Dataset) -> str:
    back = "said[:, 1]" if _is_binary(dataset) else "mean + spread * said"
    error = "squares.mean()" if _is_binary(dataset) else "squares.mean() ** 0.5"
    predict = "predict_proba" if _is_binary(dataset) else "predict"
    size = {
        "depth": "model.get_n_leaves()", "leaf": "model.get_n_leaves()", "stopping": "strength",
    }.get(brake.name, "(model.coef_ != 0).sum()")  # fmt: skip
    measure = _MEASURE.format(back=back, error=error)
    if brake.name == "stopping":
        return measure + _STAGED.format(predict=predict)
    return measure + _FITS.format(predict=predict, size=size)


_STEP = """        (
            "{name}",
{steps}            {columns},
        ),
"""
_SCALED = '            make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),\n'
_UNSCALED = '            SimpleImputer(strategy="median"),\n'
_ENCODED = """            make_pipeline(
                SimpleImputer(strategy="most_frequent"),
                OneHotEncoder(
                    handle_unknown="ignore", max_categories=20, sparse_output=False
                ),
            ),
"""
_PARTS = """parts = {"train": train, "validation": validation, "test": test}
prepare.fit(train)
x = {name: prepare.transform(rows) for name, rows in parts.items()}
"""
_MEASURE = """
def measure(said, part):
    squares = ({back} - y[part]) ** 2
    return {error}


table = []
"""
_FITS = """for strength in strengths:
    model = build(strength).fit(x["train"], learnt)
    errors = {{part: measure(model.{predict}(x[part]), part) for part in parts}}
    table.append({{"strength": strength, "size": {size}, **errors}})
"""
_STAGED = """model = build(max(strengths)).fit(x["train"], learnt)
stages = {{part: list(model.staged_{predict}(x[part])) for part in parts}}
for strength in strengths:  # stopping early is keeping the first trees only
    errors = {{part: measure(stages[part][strength - 1], part) for part in parts}}
    table.append({{"strength": strength, "size": strength, **errors}})
"""
_PRINT = """table = pd.DataFrame(table)
best = table[table["validation"] == table["validation"].min()].index[-1]
print(table.round(4).to_string())

result = {
    "strength": table["strength"][AT],
    "size": table["size"][AT],
    "train_error": table["train"][AT],
    "validation_error": table["validation"][AT],
    "best_strength": table["strength"][best],
    "best_validation_error": table["validation"][best],
    "best_test_error": table["test"][best],
    "weakest_validation_error": table["validation"].iloc[0],
    "weakest_test_error": table["test"].iloc[0],
    "strongest_validation_error": table["validation"].iloc[-1],
}
print(json.dumps({name: float(value) for name, value in result.items()}))
"""
