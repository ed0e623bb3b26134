"""The log-target lab as code to take home: pandas, scikit-learn and one CSV."""

from typing import TYPE_CHECKING

from core.datasets import load_dataset, split_rows, write_reading_code
from core.datasets.preparing_code import write_literal, write_preparing_code
from core.datasets.reading_code import write_splitting_code
from core.metrics.log_target.models import train_twins
from core.script import Script

if TYPE_CHECKING:
    from core.metrics.log_target.lab import LogTargetSpec

BOOSTING = """HistGradientBoostingRegressor(
    learning_rate=0.05, max_leaf_nodes=8, early_stopping=False, random_state={seed}
)"""


def write_script(spec: "LogTargetSpec") -> Script:
    """Return the program that trains both models and prints the numbers of this factor.

    Its last line is one JSON object whose names are those of `LogTargetResult`; a score without
    a value is null.
    """
    dataset = load_dataset(spec.data)
    split = write_splitting_code(split_rows(dataset, seed=spec.seed))
    blocks = (
        f'"""A model of the logarithm, turned back. Needs {dataset.csv_name} beside it."""',
        _write_imports(spec),
        f"FACTOR = {_factor(spec)!r}  # what the predictions are multiplied with",
        write_reading_code(dataset).rstrip()
        + "\n"
        + split.replace("(\n    ", "(").replace("\n)\n", ")\n").rstrip(),
        _write_models(spec) + "\n",
        _JUDGE,
    )
    code = "\n\n".join(blocks) + "\n"
    return Script("log_target", code, {dataset.csv_name: dataset.csv_bytes()})


def _factor(spec: "LogTargetSpec") -> float:
    from core.metrics.log_target.lab import correct_log_target  # that module imports this one

    return correct_log_target(spec).factor_used


def _kinds(spec: "LogTargetSpec") -> tuple[list[str], list[str]]:
    """Return the columns of numbers and of words that the model sees."""
    dataset, columns = load_dataset(spec.data), train_twins(spec.twins).columns
    numbers = [name for name in dataset.numeric_features if name in columns]
    return numbers, [name for name in dataset.categorical_features if name in columns]


def _write_imports(spec: "LogTargetSpec") -> str:
    numbers, words = _kinds(spec)
    preparers = ["OneHotEncoder"] * bool(words) + ["StandardScaler"] * bool(numbers)
    lines = [
        "from sklearn import metrics",
        "from sklearn.base import clone",
        "from sklearn.compose import ColumnTransformer",
        "from sklearn.impute import SimpleImputer",
        "from sklearn.linear_model import LinearRegression"
        if spec.model == "linear"
        else "from sklearn.ensemble import HistGradientBoostingRegressor",
        "from sklearn.model_selection import train_test_split",
        "from sklearn.pipeline import make_pipeline",
        f"from sklearn.preprocessing import {', '.join(preparers)}",
    ]
    return "\n".join(["import json\n", "import numpy as np", "import pandas as pd", *sorted(lines)])


def _write_models(spec: "LogTargetSpec") -> str:
    numbers, words = _kinds(spec)
    target = write_literal(str(load_dataset(spec.data).target))
    model = "LinearRegression()" if spec.model == "linear" else BOOSTING.format(seed=spec.seed)
    return (
        f"target = {target}\n"
        f"{write_preparing_code(numbers, words)}\n"
        f"model = {model}\n"
        "direct = make_pipeline(clone(prepare), clone(model)).fit(train, train[target])\n"
        "logged = make_pipeline(prepare, model).fit(train, np.log(train[target]))\n"
        "residual = np.log(train[target]) - logged.predict(train)\n"
        "smearing = np.exp(residual).mean()  # Duan 1983"
    )


_JUDGE = '''def judge(truth, said):
    """Return mean error, MAE, RMSE, RMSE of the logarithms, share above."""
    return {
        "bias": (said - truth).mean(),
        "mae": metrics.mean_absolute_error(truth, said),
        "rmse": metrics.root_mean_squared_error(truth, said),
        # A prediction of 0 or less has no logarithm.
        "log_rmse": metrics.root_mean_squared_error(np.log(truth), np.log(said))
        if (said > 0).all()
        else np.nan,
        "share_above": (truth > said).mean(),
    }


unseen = pd.concat([validation, test])
truth, plain = unseen[target], np.exp(logged.predict(unseen))
result = judge(truth, plain * FACTOR)
for name, value in judge(truth, direct.predict(unseen)).items():
    if name != "share_above":
        result[f"direct_{name}"] = value
result["plain_bias"] = judge(truth, plain)["bias"]
result["smeared_bias"] = judge(truth, plain * smearing)["bias"]
result["smearing"] = smearing
result["log_spread"] = residual.std(ddof=0)
result["normal_factor"] = np.exp(residual.var(ddof=0) / 2)

for name, value in result.items():
    print(f"{name:>20}: {value:.6g}")
result = {
    name: None if np.isnan(value) else float(value) for name, value in result.items()
}
print(json.dumps(result))'''
