"""The fit counter as code to take home: scikit-learn, a model that counts its fits, and one CSV."""

import json
from typing import TYPE_CHECKING, Any

from core.datasets import Dataset, load_dataset, write_reading_code
from core.datasets.preparing_code import write_literal
from core.script import Script
from core.validation.fits.plan import MOST_ROWS
from core.validation.fits.rule import plan_of
from core.validation.fits.searches import TUNED, distributions_of, is_whole, lists_of, values_of

if TYPE_CHECKING:
    from core.validation.fits.lab import FitCountSpec

LINE = 88
"""Longest line of a script: what formatters allow when nothing else is said."""
CLASSES = {
    "tree": ("sklearn.tree", "DecisionTreeClassifier", "CountedTree", "A decision tree"),
    "forest": ("sklearn.ensemble", "RandomForestClassifier", "CountedForest", "A random forest"),
}
SEARCH_CLASSES = {
    "grid": "GridSearchCV",
    "nested": "GridSearchCV",
    "spark_cv": "GridSearchCV",
    "spark_split": "GridSearchCV",
    "random": "RandomizedSearchCV",
    "halving": "HalvingGridSearchCV",
    "halving_random": "HalvingRandomSearchCV",
}
DISTRIBUTIONS = {
    "tree": {"max_depth": "randint(1, 9)", "min_samples_leaf": "randint(1, 9)",
             "ccp_alpha": "uniform(0, 0.05)"},
    "forest": {"n_estimators": "randint(5, 30)", "max_depth": "randint(1, 9)",
               "max_samples": "uniform(0.5, 0.5)"},
}  # fmt: skip


def write_script(spec: "FitCountSpec") -> Script:
    """Return the program that runs this view and counts every fit.

    Its last line is one JSON object whose names are those of `FitCountResult`.
    """
    dataset = load_dataset(spec.data)
    blocks = (
        f'"""How many models does it train? Needs {dataset.csv_name} beside it."""',
        _write_imports(spec, dataset),
        _write_rows(dataset, spec),
        _write_classes(spec),
        _write_model(spec),
        _write_run(spec),
        _PRINT.format(prep=_COUNT_SCALER if spec.prep != "none" else ""),
    )
    code = "\n\n".join(blocks) + "\n"
    return Script("fit_count", code, {dataset.csv_name: dataset.csv_bytes()})


def _is_drawn_freely(spec: "FitCountSpec") -> bool:
    return spec.what in ("random", "halving_random") and not spec.is_listed


def _write_imports(spec: "FitCountSpec", dataset: Dataset) -> str:
    names = {"ShuffleSplit" if _is_one_split(spec) else "KFold"}
    if spec.what in SEARCH_CLASSES:
        names.add(SEARCH_CLASSES[spec.what])
    if spec.what == "nested":
        names |= {"KFold", "ParameterGrid", "cross_validate"}
    if spec.what not in SEARCH_CLASSES:
        names.add("cross_validate" if spec.what == "study" else spec.what)
    module, parent = CLASSES[spec.model][:2]
    lines = [f"from {module} import {parent}"]
    if spec.what in ("halving", "halving_random"):
        lines.append("from sklearn.experimental import enable_halving_search_cv  # noqa: F401")
    if spec.prep != "none":
        lines += [
            "from sklearn.impute import SimpleImputer",
            "from sklearn.pipeline import Pipeline",
            "from sklearn.preprocessing import StandardScaler",
        ]
    if _is_drawn_freely(spec):
        lines.append("from scipy.stats import randint, uniform")
    # As ruff and isort sort names: classes before functions.
    ordered = sorted(names, key=lambda name: (name[0].islower(), name))
    lines.append(_import("sklearn.model_selection", ordered))
    needs_numpy = spec.what == "learning_curve" or dataset.n_rows > MOST_ROWS
    plain = ["import json"] + ["import tempfile"] * (spec.prep == "cached")
    libraries = ["import numpy as np"] * needs_numpy + ["import optuna"] * (spec.what == "study")
    libraries.append("import pandas as pd")
    # Alphabetical by module, and the experimental line before what it unlocks.
    lines.sort(key=lambda line: line.split()[1])
    return "\n".join([*plain, "", *libraries, *lines])


def _import(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= LINE:
        return line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")"


def _is_one_split(spec: "FitCountSpec") -> bool:
    return spec.what == "spark_split" or spec.k == 1


def _write_rows(dataset: Dataset, spec: "FitCountSpec") -> str:
    lines = [write_reading_code(dataset).rstrip()]
    if dataset.n_rows > MOST_ROWS:
        lines += [
            f"rng = np.random.default_rng({spec.seed})",
            f"sample = rng.choice(len(table), {MOST_ROWS}, replace=False)",
            "table = table.iloc[np.sort(sample)].reset_index(drop=True)",
        ]
    names = [write_literal(name) for name in dataset.numeric_features]
    lines.append(_wrap("columns = [", names, "]"))
    lines.append(
        f"x, y = table[columns].astype(float), table[{write_literal(str(dataset.target))}]"
    )
    return "\n".join([*lines, "y = y.astype(str)"])


def _write_classes(spec: "FitCountSpec") -> str:
    _, parent, name, words = CLASSES[spec.model]
    code = "\n" + _CLASS.format(name=name, parent=parent, words=words, y="y")
    if spec.prep != "none":
        code += "\n\n\n" + _CLASS.format(
            name="CountedScaler", parent="StandardScaler", words="A scaler", y="y=None"
        )
    return code + "\n"


def _write_model(spec: "FitCountSpec") -> str:
    trees = "n_estimators=10, " if spec.model == "forest" else ""
    lines = [f"model = {CLASSES[spec.model][2]}({trees}random_state={spec.seed})"]
    if spec.prep != "none":
        lines.append(_wrap("prepare = [", [_FILL, '("scale", CountedScaler())'], "]"))
    if spec.prep == "inside":
        lines.append('estimator = Pipeline([*prepare, ("model", model)])')
    elif spec.prep == "cached":
        lines += [
            "cache = tempfile.TemporaryDirectory()",
            'estimator = Pipeline([*prepare, ("model", model)], memory=cache.name)',
        ]
    else:
        lines.append("estimator = model")
    if spec.prep == "once" and spec.what not in SEARCH_CLASSES:
        lines.append("x = Pipeline(prepare).fit_transform(x)  # sees the rows that will judge")
    splitter = (
        f"ShuffleSplit(n_splits=1, test_size=0.25, random_state={spec.seed})"
        if _is_one_split(spec)
        else f"KFold({spec.k}, shuffle=True, random_state={spec.seed})"
    )
    return "\n".join([*lines, f"cv = {splitter}"])


def _write_run(spec: "FitCountSpec") -> str:
    if spec.what in SEARCH_CLASSES:
        return _write_search(spec)
    judging = ["estimator", "x", "y", "cv=cv", 'scoring="accuracy"']
    if spec.what == "cross_validate":
        call = _wrap("scores = cross_validate(", judging, ")")
        return f'{call}\nn_candidates = 1\nscore = scores["test_score"].mean()'
    if spec.what == "learning_curve":
        sizes = f"train_sizes=np.linspace({1 / spec.n_points!r}, 1, {spec.n_points})"
        more = [sizes, "shuffle=True", f"random_state={spec.seed}"]
        call = _wrap("sizes, _, scores = learning_curve(", judging + more, ")")
        return f"{call}\nn_candidates = len(sizes)\nscore = scores.mean(axis=1)[-1]"
    if spec.what == "validation_curve":
        name = write_literal(_prefix(spec) + TUNED[spec.model][0])
        values = values_of(spec.model, 0, spec.first)
        more = [f"param_name={name}", f"param_range={values}"]
        call = _wrap("_, scores = validation_curve(", judging + more, ")")
        return f"{call}\nn_candidates = len(scores)\nscore = scores.mean(axis=1).max()"
    drawn = distributions_of(spec.model)
    names = {name: write_literal(_prefix(spec) + name) for name in drawn}
    lines = [f"        {names[name]}: {_suggest(names[name], drawn[name])}," for name in drawn]
    return _STUDY.format(settings="\n".join(lines), seed=spec.seed, n_trials=spec.n_iter)


def _suggest(name: str, drawn: Any) -> str:
    low, high = drawn.support()
    kind = "int" if is_whole(drawn) else "float"
    return f"trial.suggest_{kind}({name}, {low:g}, {high:g})"


def _write_search(spec: "FitCountSpec") -> str:
    arguments = [
        "estimator",
        "space",
        "cv=cv",
        'scoring="accuracy"',
        f"refit={plan_of(spec).refits}",
    ]
    if spec.what == "random":
        arguments.append(f"n_iter={spec.n_iter}")
    if spec.what == "halving_random":
        arguments += [f"n_candidates={spec.n_iter}", 'min_resources="exhaust"']
    if spec.what in ("halving", "halving_random"):
        arguments.append(f"factor={spec.factor}")
    if spec.what not in ("grid", "nested", "spark_cv", "spark_split"):
        arguments.append(f"random_state={spec.seed}")
    lines = [
        _write_space(spec),
        _wrap(f"search = {SEARCH_CLASSES[spec.what]}(", arguments, ")"),
    ]
    run = "search"
    if spec.prep == "once":
        lines.append('run = Pipeline([*prepare, ("search", search)])')
        run = "run"
    if spec.what == "nested":
        lines += [
            f"outer = KFold({spec.outer}, shuffle=True, random_state={spec.seed})",
            _wrap(
                "scores = cross_validate(", [run, "x", "y", "cv=outer", 'scoring="accuracy"'], ")"
            ),
            "n_candidates = len(ParameterGrid(space))",
            'score = scores["test_score"].mean()',
        ]
        return "\n".join(lines)
    counted = (
        "search.n_candidates_[0]"
        if spec.what in ("halving", "halving_random")
        else 'len(search.cv_results_["params"])'
    )
    best = (
        "search.best_score_"
        if plan_of(spec).refits
        else 'search.cv_results_["mean_test_score"].max()'
    )
    return "\n".join([*lines, f"{run}.fit(x, y)", f"n_candidates = {counted}", f"score = {best}"])


def _write_space(spec: "FitCountSpec") -> str:
    if _is_drawn_freely(spec):
        return _wrap("space = {", _entries(spec, DISTRIBUTIONS[spec.model]), "}")
    grids = lists_of(spec)
    if isinstance(grids, dict):
        return _wrap("space = {", _entries(spec, grids), "}")
    inner = [_wrap("{", _entries(spec, grid), "}", indent="    ") for grid in grids]
    return "space = [\n" + "".join(f"    {one},\n" for one in inner) + "]"


def _entries(spec: "FitCountSpec", space: Any) -> list[str]:
    return [
        f"{write_literal(_prefix(spec) + name)}: {_values(values)}"
        for name, values in space.items()
    ]


def _values(values: Any) -> str:
    return values if isinstance(values, str) else json.dumps(values)


def _prefix(spec: "FitCountSpec") -> str:
    return "model__" if spec.prep in ("inside", "cached") else ""


def _wrap(start: str, items: list[str], end: str, indent: str = "") -> str:
    """Return one line if it fits, else one item a line."""
    line = f"{start}{', '.join(items)}{end}"
    if len(indent + line) + len(indent) // 4 <= LINE:
        return line
    return f"{start}\n" + "".join(f"{indent}    {item},\n" for item in items) + f"{indent}{end}"


_FILL = '("fill", SimpleImputer(strategy="median", keep_empty_features=True))'
_CLASS = '''class {name}({parent}):
    """{words} that counts how often it is fitted."""

    fits = 0

    def fit(self, X, {y}):
        type(self).fits += 1
        return super().fit(X, y)'''
_STUDY = """
def objective(trial):
    settings = {{
{settings}
    }}
    estimator.set_params(**settings)
    scores = cross_validate(estimator, x, y, cv=cv, scoring="accuracy")
    return scores["test_score"].mean()


optuna.logging.set_verbosity(optuna.logging.WARNING)
sampler = optuna.samplers.TPESampler(seed={seed})
study = optuna.create_study(direction="maximize", sampler=sampler)
study.optimize(objective, n_trials={n_trials})
n_candidates = len(study.trials)
score = study.best_value"""
_COUNT_SCALER = '    "n_prep_fits": CountedScaler.fits,\n'
_PRINT = """result = {{
    "n_fits": model.fits,
{prep}    "n_candidates": n_candidates,
    "score": float(score),
}}
for name, value in result.items():
    print(f"{{name:>14}}: {{value:.6g}}")
print(json.dumps(result))"""
