"""The start of a take-home program about curves: read a table, draw rows, build a pipeline, deal folds."""

from core.bias_variance.curve_rows import open_rows
from core.bias_variance.table_models import find_table_model
from core.datasets import Dataset, load_dataset, write_reading_code
from core.datasets.preparing_code import write_literal

LINE = 88
# Task of the table ("numbers" or "classes") and model: where its class lives, how it is built.
MODEL_CODE = {
    ("classes", "ridge"): ("sklearn.linear_model", "LogisticRegression(max_iter=5000)"),
    ("numbers", "ridge"): ("sklearn.linear_model", "Ridge()"),
    ("classes", "lasso"): (
        "sklearn.linear_model",
        'LogisticRegression(l1_ratio=1.0, solver="liblinear", max_iter=5000, random_state=SEED)',
    ),
    ("numbers", "lasso"): ("sklearn.linear_model", "Lasso(max_iter=100_000, tol=1e-3)"),
    ("classes", "polynomial"): ("sklearn.linear_model", "LogisticRegression(C=100.0, max_iter=5000)"),
    ("numbers", "polynomial"): ("sklearn.linear_model", "LinearRegression()"),
    ("classes", "neighbours"): ("sklearn.neighbors", "KNeighborsClassifier()"),
    ("numbers", "neighbours"): ("sklearn.neighbors", "KNeighborsRegressor()"),
    ("classes", "tree"): ("sklearn.tree", "DecisionTreeClassifier(random_state=SEED)"),
    ("numbers", "tree"): ("sklearn.tree", "DecisionTreeRegressor(random_state=SEED)"),
    ("classes", "forest"): ("sklearn.ensemble", "RandomForestClassifier(25, random_state=SEED)"),
    ("numbers", "forest"): ("sklearn.ensemble", "RandomForestRegressor(25, random_state=SEED)"),
    ("classes", "boosting"): (
        "sklearn.ensemble",
        "GradientBoostingClassifier(learning_rate=0.2, max_depth=2, random_state=SEED)",
    ),
    ("numbers", "boosting"): (
        "sklearn.ensemble",
        "GradientBoostingRegressor(learning_rate=0.2, max_depth=2, random_state=SEED)",
    ),
    ("classes", "svm"): ("sklearn.svm", "SVC()"),
    ("numbers", "svm"): (
        "sklearn.svm",
        "TransformedTargetRegressor(SVR(), transformer=StandardScaler())",
    ),
}  # fmt: skip


def write_start(
    spec: object, *, title: str, setting: float, constants: str, imports: tuple[str, ...] = ()
) -> str:
    """Return the program up to ``model`` (a pipeline), ``X``, ``y`` and ``splits``.

    `spec` is a `core.bias_variance.learning.CurveSpec`; `constants` are added to ``SEED``; `imports` are
    further lines. The rows are those of `core.bias_variance.curve_rows.open_rows`.
    """
    data, model = str(spec.data), str(spec.model)  # type: ignore[attr-defined]
    dataset = load_dataset(data)
    n_rows, seed = int(spec.n_rows), int(spec.seed)  # type: ignore[attr-defined]
    folds, repeats = int(spec.folds), int(spec.repeats)  # type: ignore[attr-defined]
    is_drawn = len(open_rows(data, n_rows, seed).table) < dataset.n_rows
    lines = _imports(dataset, model, imports, is_drawn=is_drawn)
    splitter = "RepeatedKFold" if dataset.task == "regression" else "RepeatedStratifiedKFold"
    blocks = (
        f'"""{title}\n\nNeeds {dataset.csv_name} beside it.\n"""',
        lines,
        f"SEED = {seed}\n{constants}".rstrip(),
        write_reading_code(dataset).rstrip() + _write_target(dataset),
        _write_draw(dataset, n_rows) if is_drawn else "known = np.arange(len(table))",
        _list_columns(dataset),
        _write_pipeline(dataset, model, setting),
        _DEAL.format(splitter=splitter, folds=folds, repeats=repeats),
    )
    return "\n\n".join(blocks)


def _imports(dataset: Dataset, model: str, more: tuple[str, ...], *, is_drawn: bool) -> str:
    task = "numbers" if dataset.task == "regression" else "classes"
    module, building = MODEL_CODE[task, model]
    kind = building.split("(")[0]
    preparers = {"StandardScaler"} if dataset.numeric_features or model == "polynomial" else set()
    preparers |= {"OneHotEncoder"} if dataset.categorical_features else set()
    preparers |= {"PolynomialFeatures"} if model == "polynomial" else set()
    splitter = "RepeatedKFold" if dataset.task == "regression" else "RepeatedStratifiedKFold"
    selection = {
        splitter,
        *(name for line in more for name in _names(line, "sklearn.model_selection")),
    }
    selection |= {"train_test_split"} if is_drawn else set()
    lines = {
        "from sklearn.compose import ColumnTransformer",
        "from sklearn.impute import SimpleImputer",
        f"from sklearn.model_selection import {', '.join(sorted(selection))}",
        "from sklearn.pipeline import Pipeline, make_pipeline",
        f"from sklearn.preprocessing import {', '.join(sorted(preparers))}",
        f"from {module} import {kind}",
        *(line for line in more if not line.startswith("from sklearn.model_selection ")),
    }
    if kind == "TransformedTargetRegressor":
        lines -= {"from sklearn.compose import ColumnTransformer", f"from {module} import {kind}"}
        lines |= {
            "from sklearn.compose import ColumnTransformer, TransformedTargetRegressor",
            "from sklearn.svm import SVR",
        }
        lines = {
            line
            if "preprocessing" not in line or "StandardScaler" in line
            else line + ", StandardScaler"
            for line in lines
        }
    third = sorted(line if len(line) <= LINE else _wrap(line) for line in lines)
    return "\n".join(["import json\n", "import numpy as np", "import pandas as pd", *third])


def _names(line: str, module: str) -> list[str]:
    start = f"from {module} import "
    return line.removeprefix(start).split(", ") if line.startswith(start) else []


def _wrap(line: str) -> str:
    start, names = line.split(" import ")
    return f"{start} import (\n" + "".join(f"    {name},\n" for name in names.split(", ")) + ")"


def _write_target(dataset: Dataset) -> str:
    column = f"table[{write_literal(str(dataset.target))}]"
    if dataset.task == "binary":
        return f"\ntarget = ({column} == {write_literal(dataset.positive)}).to_numpy()"
    if dataset.task == "regression":
        return f"\ntarget = {column}.to_numpy(dtype=float)"
    return f"\ntarget = {column}.to_numpy()"


def _write_draw(dataset: Dataset, n_rows: int) -> str:
    classes = "None" if dataset.task == "regression" else "target"
    return (
        "known, _ = train_test_split(\n"
        f"    np.arange(len(table)), train_size={n_rows}, stratify={classes}, random_state=SEED\n"
        ")\nknown = np.sort(known)"
    )


def _list_columns(dataset: Dataset) -> str:
    lists = "".join(
        _list(name, values)
        for name, values in (
            ("numbers", dataset.numeric_features),
            ("words", dataset.categorical_features),
        )
        if values
    )
    every = _list("everything", dataset.features)
    return f"{lists}{every}features = table[everything]"


def _write_pipeline(dataset: Dataset, model: str, setting: float) -> str:
    steps = ""
    if dataset.numeric_features:
        steps += _STEP.format(name="numbers", steps=_SCALE)
    if dataset.categorical_features:
        steps += _STEP.format(name="words", steps=_ENCODE)
    task = "numbers" if dataset.task == "regression" else "classes"
    knob = find_table_model(model).knob(dataset.task)
    between = ""
    if model == "polynomial":
        between = (
            '        ("powers", PolynomialFeatures(include_bias=False)),\n'
            '        ("scale", StandardScaler()),\n'
        )
    building = _call(MODEL_CODE[task, model][1])
    return (
        f"prepare = ColumnTransformer(\n    [\n{steps}    ]\n)\n"
        f'model = Pipeline(\n    [\n        ("prepare", prepare),\n{between}{building}    ]\n)\n'
        f"model.set_params({knob.step}__{knob.parameter}={knob.to_setting(setting)!r})"
    )


def _call(building: str) -> str:
    one_line = f'        ("model", {building}),\n'
    if len(one_line) <= LINE + 1:
        return one_line
    inner = f"            {building},\n"
    if len(inner) > LINE + 1:
        name, arguments = building[:-1].split("(", 1)
        spread = "".join(f"                {each},\n" for each in arguments.split(", "))
        short = f"                {arguments}\n"
        inner = (
            f"            {name}(\n{short if len(short) <= LINE + 1 else spread}            ),\n"
        )
    return f'        (\n            "model",\n{inner}        ),\n'


def _list(name: str, values: tuple[str, ...]) -> str:
    items = [write_literal(value) for value in values]
    one_line = f"{name} = [{', '.join(items)}]\n"
    if len(one_line) <= LINE + 1:
        return one_line
    return f"{name} = [\n" + "".join(f"    {item},\n" for item in items) + "]\n"


_DEAL = """X, y = features.iloc[known].reset_index(drop=True), target[known]
cv = {splitter}(n_splits={folds}, n_repeats={repeats}, random_state=SEED)
splits = list(cv.split(X, y))"""
_STEP = """        (
            "{name}",
{steps}            {name},
        ),
"""
_SCALE = '            make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),\n'
_ENCODE = """            make_pipeline(
                SimpleImputer(strategy="most_frequent"),
                OneHotEncoder(
                    handle_unknown="ignore", max_categories=20, sparse_output=False
                ),
            ),
"""
