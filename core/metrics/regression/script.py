"""The regression lab as code to take home: pandas, scikit-learn and one or two CSV files."""

from typing import TYPE_CHECKING

from core.datasets import Dataset, load_dataset, split_rows, write_reading_code
from core.datasets.preparing_code import write_literal, write_preparing_code
from core.datasets.reading_code import write_splitting_code
from core.metrics.regression.lines import drag_points
from core.metrics.regression.models import MOST_TRAINED, judge_rivals
from core.metrics.regression.sample import MOST_UNSEEN, N_POINTS
from core.script import Script

if TYPE_CHECKING:
    from core.metrics.regression.lab import RegressionSpec

LINE_CODE = {
    "squares": ("LinearRegression", "LinearRegression()"),
    "absolute": ("QuantileRegressor", "QuantileRegressor(quantile=0.5, alpha=0)"),
    "huber": ("HuberRegressor", "HuberRegressor(alpha=0, max_iter=1000)"),
}
BOOSTING = """HistGradientBoostingRegressor(
{loss}        learning_rate=0.05,
        max_leaf_nodes=8,
        early_stopping=False,
        random_state={seed},
    )"""
MODEL_CODE = {
    # where the class lives, its name, how it is built
    "squares": ("sklearn.linear_model", "LinearRegression", "LinearRegression()"),
    "absolute": (
        "sklearn.linear_model",
        "QuantileRegressor",
        "QuantileRegressor(quantile=0.5, alpha=0)",
    ),
    "huber": ("sklearn.linear_model", "HuberRegressor", "HuberRegressor(max_iter=1000)"),
    "boosting": ("sklearn.ensemble", "HistGradientBoostingRegressor", BOOSTING),
    "boosting_absolute": ("sklearn.ensemble", "HistGradientBoostingRegressor", BOOSTING),
}


def write_script(spec: "RegressionSpec") -> Script:
    """Return the program that fits this line to the dragged point and lets the two models compete.

    Its last line is one JSON object whose names are those of `RegressionResult`; a score without
    a value is null.
    """
    dataset, rivals = load_dataset(spec.data), load_dataset(spec.rivals)
    blocks = (
        '"""What one wrong value does to a line and its scores; which model a metric prefers."""',
        _write_imports(spec, rivals),
        write_reading_code(dataset).rstrip() + "\n" + _split(dataset, spec.seed).rstrip(),
        _write_line(spec, dataset),
        _SCORES,
        _write_rivals(spec, rivals),
        _PRINT,
    )
    files = {one.csv_name: one.csv_bytes() for one in (dataset, rivals)}
    return Script("regression", "\n\n".join(blocks) + "\n", files)


def _split(dataset: Dataset, seed: int) -> str:
    """Write the two calls as a formatter would: on one line, where no class needs its share."""
    code = write_splitting_code(split_rows(dataset, seed=seed))
    return code.replace("(\n    ", "(").replace("\n)\n", ")\n")


def _write_imports(spec: "RegressionSpec", rivals: Dataset) -> str:
    winners = judge_rivals(spec.competition)
    found = {"sklearn.dummy": {"DummyRegressor"}, "sklearn.linear_model": {LINE_CODE[spec.fit][0]}}
    for name in {winners.by_rmse, winners.by_mae}:
        module, model, _ = MODEL_CODE[name]
        found.setdefault(module, set()).add(model)
    preparers = {"OneHotEncoder"} if rivals.categorical_features else set()
    found["sklearn.preprocessing"] = preparers | {"StandardScaler"}
    found["sklearn.impute"] = {"SimpleImputer"}
    found["sklearn.compose"] = {"ColumnTransformer"}
    found["sklearn.pipeline"] = {"make_pipeline"}
    found["sklearn.model_selection"] = {"train_test_split"}
    lines = [f"from {module} import {', '.join(sorted(names))}" for module, names in found.items()]
    lines.append("from sklearn import metrics")
    return "\n".join(["import json\n", "import numpy as np", "import pandas as pd", *sorted(lines)])


def _write_line(spec: "RegressionSpec", dataset: Dataset) -> str:
    dragged = drag_points(spec.lines)
    target = write_literal(str(dataset.target))
    where = (
        'sample["x"].argmax()'
        if spec.point == "edge"
        else '(sample["x"] - sample["x"].mean()).abs().argmin()'
    )
    sweep = dragged.sweep[dragged.sweep["rule"] == spec.fit]
    positions = (sweep["value"] - dragged.low) / (dragged.high - dragged.low)
    value = float(sweep["value"].iloc[(positions - spec.place).abs().argmin()])
    return (
        f"# {N_POINTS} rows to fit a line to, and rows that nobody touches.\n"
        f'names = {{{write_literal(dragged.feature)}: "x", {target}: "y"}}\n'
        f"sample = train.rename(columns=names)[list(names.values())].dropna().head({N_POINTS})\n"
        "unseen = validation.rename(columns=names)[list(names.values())].dropna()\n"
        f"unseen = unseen.head({MOST_UNSEEN})\n"
        f"point = {where}\n"
        'y = sample["y"].to_numpy(dtype=float, copy=True)\n'
        'mean = DummyRegressor().fit(sample[["x"]], y)\n'
        f"y[point] = {value!r}  # dragged from its place\n"
        f"line = make_pipeline(StandardScaler(), {LINE_CODE[spec.fit][1]})\n"
        'line.fit(sample[["x"]], y)'
    )


def _write_rivals(spec: "RegressionSpec", rivals: Dataset) -> str:
    winners = judge_rivals(spec.competition)
    target = write_literal(str(rivals.target))
    reading = ""
    if spec.rivals != spec.data:
        reading = write_reading_code(rivals) + _split(rivals, spec.seed)
    entries = "".join(
        f"    {write_literal(choice)}: {_build(name, spec.seed)},\n"
        for choice, name in (("by_rmse", winners.by_rmse), ("by_mae", winners.by_mae))
    )
    preparing = write_preparing_code(rivals.numeric_features, rivals.categorical_features)
    return (
        f"# Two of the five models that competed: chosen by RMSE, chosen by MAE.\n{reading}"
        f"train = train.head({MOST_TRAINED})\n"
        f"features = train.columns.drop({target})\n"
        f"{preparing}\n"
        f"chosen = {{\n{entries}}}\n"
        "for choice, model in chosen.items():\n"
        "    model = make_pipeline(prepare, model)\n"
        f"    model.fit(train[features], train[{target}])\n"
        "    said = model.predict(test[features])\n"
        "    for name, metric in {\n"
        '        "rmse": metrics.root_mean_squared_error,\n'
        '        "mae": metrics.mean_absolute_error,\n'
        "    }.items():\n"
        f'        result[f"{{choice}}_test_{{name}}"] = metric(test[{target}], said)'
    )


def _build(name: str, seed: int) -> str:
    loss = '        loss="absolute_error",\n' if name == "boosting_absolute" else ""
    return MODEL_CODE[name][2].format(seed=seed, loss=loss)


_SCORES = """said, said_unseen = line.predict(sample[["x"]]), line.predict(unseen[["x"]])
error = np.abs(y - said)
result = {
    "value": y[point],
    "mae": metrics.mean_absolute_error(y, said),
    "mse": metrics.mean_squared_error(y, said),
    "rmse": metrics.root_mean_squared_error(y, said),
    "medae": metrics.median_absolute_error(y, said),
    "mape": metrics.mean_absolute_percentage_error(y, said),
    "r2": metrics.r2_score(y, said),
    "r2_unseen": metrics.r2_score(unseen["y"], said_unseen),
    "mean_r2_unseen": metrics.r2_score(unseen["y"], mean.predict(unseen[["x"]])),
    "squared_share": error[point] ** 2 / (error**2).sum(),
    "absolute_share": error[point] / error.sum(),
}
if (y == 0).any():
    result["mape"] = np.nan  # nothing can be divided by a true value of 0"""
_PRINT = """for name, value in result.items():
    print(f"{name:>20}: {value:.6g}")
result = {
    name: None if np.isnan(value) else float(value) for name, value in result.items()
}
print(json.dumps(result))"""
