"""The ensembles as code to take home: NumPy, pandas and scikit-learn, and the CSV of the real table."""

from typing import TYPE_CHECKING

from core.bias_variance.decomposition.script import TRUTHS
from core.bias_variance.ensembles.resampling import (
    MOST_ROWS,
    N_ROUNDS,
)
from core.bias_variance.ensembles.stacking import K_NEIGHBOURS, N_FOLDS
from core.bias_variance.ensembles.training import (
    LEARNING_RATE,
    MOST_MEMBERS,
    N_PLACES,
    N_SAMPLES,
)
from core.bias_variance.table_models import needs_preparation
from core.datasets import Dataset, load_dataset, write_reading_code
from core.datasets.preparing_code import write_literal
from core.script import Script

if TYPE_CHECKING:
    from core.bias_variance.ensembles.view import EnsemblesSpec

LINE = 88
BUILDING = {
    "tree": "DecisionTreeRegressor(max_depth=DEPTH, random_state=seed)",
    "bagged": "RandomForestRegressor(MEMBERS, max_depth=DEPTH, random_state=seed)",
    "boosted": f"""GradientBoostingRegressor(
        n_estimators=MEMBERS,
        learning_rate={LEARNING_RATE},
        max_depth=DEPTH,
        random_state=seed,
    )""",
    "stacked": f"""StackingRegressor(
        [
            ("tree", DecisionTreeRegressor(max_depth=DEPTH, random_state=seed)),
            ("neighbours", KNeighborsRegressor({K_NEIGHBOURS})),
            ("line", LinearRegression()),
        ],
        final_estimator=LinearRegression(),
        cv=KFold({N_FOLDS}, shuffle=True, random_state=SEED),
    )""",
}
IMPORTS = {
    "bagged": {"sklearn.ensemble": {"RandomForestRegressor"}},
    "boosted": {"sklearn.ensemble": {"GradientBoostingRegressor"}},
    "stacked": {
        "sklearn.ensemble": {"StackingRegressor"},
        "sklearn.linear_model": {"LinearRegression"},
        "sklearn.model_selection": {"KFold"},
        "sklearn.neighbors": {"KNeighborsRegressor"},
    },
}


def write_script(spec: "EnsemblesSpec") -> Script:
    """Return the program that trains this ensemble on the same samples, and a bag on the same table.

    Its last line is one JSON object whose names are those of `EnsemblesResult`.
    """
    dataset = load_dataset(spec.data)
    code = _CODE.format(
        csv=dataset.csv_name,
        imports=_write_imports(spec, dataset),
        members=spec.members,
        depth=spec.depth or None,
        noise=spec.noise,
        n_rows=spec.n_rows,
        n_samples=N_SAMPLES,
        seed=spec.seed,
        truth=TRUTHS[spec.truth],
        building=BUILDING[spec.method],
        n_places=N_PLACES,
        reading=write_reading_code(dataset).rstrip(),
        features=_list("features", dataset.features),
        target=write_literal(str(dataset.target)),
        sample=_SAMPLE.format(most=MOST_ROWS) if dataset.n_rows > MOST_ROWS else "",
        n_rounds=N_ROUNDS,
        preparing=_write_preparation(dataset),
        most_members=MOST_MEMBERS,
        model="make_pipeline(prepare, forest)" if needs_preparation(dataset) else "forest",
    )
    return Script(
        "ensembles",
        code,
        {dataset.csv_name: dataset.csv_bytes()},
        needs="NumPy, pandas and scikit-learn",
    )


def _write_imports(spec: "EnsemblesSpec", dataset: Dataset) -> str:
    found = {
        "sklearn.tree": {"DecisionTreeRegressor"},
        "sklearn.ensemble": {"RandomForestRegressor"},
    }
    for module, names in IMPORTS.get(spec.method, {}).items():
        found[module] = found.get(module, set()) | names
    if spec.method in ("bagged", "boosted"):
        found.pop("sklearn.tree")
    if needs_preparation(dataset):
        found["sklearn.compose"] = {"ColumnTransformer"}
        found["sklearn.impute"] = {"SimpleImputer"}
        found["sklearn.pipeline"] = {"make_pipeline"}
        found["sklearn.preprocessing"] = {"StandardScaler"}
        if dataset.categorical_features:
            found["sklearn.preprocessing"] |= {"OneHotEncoder"}
        if not dataset.numeric_features:
            found["sklearn.preprocessing"] -= {"StandardScaler"}
    lines = [
        f"from {module} import {', '.join(sorted(names))}"
        for module, names in sorted(found.items())
    ]
    return "\n".join(lines)


def _write_preparation(dataset: Dataset) -> str:
    if not needs_preparation(dataset):
        return ""
    kinds = (
        ("numbers", _SCALE, dataset.numeric_features),
        ("words", _ENCODE, dataset.categorical_features),
    )
    lists = "".join(_list(name, columns) for name, _, columns in kinds if columns)
    steps = "".join(
        f'        (\n            "{name}",\n{code}            {name},\n        ),\n'
        for name, code, columns in kinds
        if columns
    )
    return f"{lists}prepare = ColumnTransformer(\n    [\n{steps}    ]\n)\n"


def _list(name: str, values: tuple[str, ...]) -> str:
    items = [write_literal(value) for value in values]
    one_line = f"{name} = [{', '.join(items)}]\n"
    if len(one_line) <= LINE + 1:
        return one_line
    return f"{name} = [\n" + "".join(f"    {item},\n" for item in items) + "]\n"


_SCALE = '            make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),\n'
_ENCODE = """            make_pipeline(
                SimpleImputer(strategy="most_frequent"),
                OneHotEncoder(
                    handle_unknown="ignore", max_categories=20, sparse_output=False
                ),
            ),
"""
_SAMPLE = """rng = np.random.default_rng([SEED, 0])
table = table.iloc[np.sort(rng.choice(len(table), {most}, replace=False))]
"""
_CODE = '''"""Bias and variance of an ensemble. Needs {csv} beside it."""

import json

import numpy as np
import pandas as pd
{imports}

MEMBERS = {members}
DEPTH = {depth}  # None is no limit
NOISE = {noise!r}  # standard deviation
N_ROWS = {n_rows}
N_SAMPLES = {n_samples}
SEED = {seed}


def truth(x):
    return {truth}


def build(seed):
    return {building}


# --- A known truth: many samples of it, each with fresh noise.
x = np.linspace(0, 1, N_ROWS)
places = (np.arange({n_places}) + 0.5) / {n_places}
rng = np.random.default_rng([SEED, 0])
samples = truth(x) + NOISE * rng.standard_normal((N_SAMPLES, N_ROWS))
said = np.array(
    [
        build(SEED + number).fit(x[:, None], y).predict(places[:, None])
        for number, y in enumerate(samples)
    ]
)
variance = said.var(axis=0, ddof=1).mean()
# The mean of finitely many fits still carries a little of their spread: take it out.
bias2 = ((said.mean(axis=0) - truth(places)) ** 2).mean() - variance / N_SAMPLES

# --- Bootstrap samples: how many rows does each one lack?
lacking = []
for number, y in enumerate(samples):
    forest = RandomForestRegressor({most_members}, random_state=SEED + number)
    forest.fit(x[:, None], y)
    for rows in forest.estimators_samples_:
        lacking.append(1 - len(np.unique(rows)) / N_ROWS)

# --- A table whose truth nobody knows: bags judged by rows that a resample lacks.
{reading}
{sample}{features}{preparing}target = table[{target}].to_numpy(dtype=float)
rows = np.random.default_rng([SEED, 1]).integers(0, len(table), size=({n_rounds}, len(table)))
answers = np.full(rows.shape, np.nan)
for number, drawn in enumerate(rows):
    forest = RandomForestRegressor({most_members}, random_state=SEED + number)
    model = {model}
    model.fit(table[features].iloc[drawn], target[drawn])
    lacks = np.setdiff1d(np.arange(len(table)), drawn)
    answers[number, lacks] = model.predict(table[features].iloc[lacks])
kept = (~np.isnan(answers)).sum(axis=0) >= 2  # rows that two or more fits lacked
answers, miss = answers[:, kept], (answers[:, kept] - target[kept]) ** 2
print(
    json.dumps(
        {{
            "bias2": float(bias2),
            "variance": float(variance),
            "noise": NOISE**2,
            "total": float(bias2 + variance + NOISE**2),
            "unseen_share": float(np.mean(lacking)),
            "table_bag_error": float(np.nanmean(miss, axis=0).mean() / target.var()),
            "table_bag_variance": float(
                np.nanvar(answers, axis=0, ddof=1).mean() / target.var()
            ),
        }}
    )
)
'''
