"""The map's experiments as code to take home: pandas, scikit-learn and one CSV."""

from typing import TYPE_CHECKING

from core.datasets import Dataset, load_dataset, split_rows, write_reading_code
from core.datasets.preparing_code import write_literal, write_preparing_code
from core.datasets.reading_code import write_splitting_code
from core.metrics.clusters.fits import N_STARTS
from core.metrics.clusters.rows import MAX_ROWS, name_truth
from core.metrics.metric_map.cases import MOST_JUDGED, MOST_TRAINED, N_CLUSTERS, THRESHOLD
from core.metrics.metric_map.experiments import find_experiment
from core.metrics.metric_map.script_changes import CHANGES, JUDGES
from core.script import Script

if TYPE_CHECKING:
    from core.metrics.metric_map.lab import MetricMapSpec

LINE = 88
"""Longest line of a script: what formatters allow when nothing else is said."""


def write_script(spec: "MetricMapSpec") -> Script:
    """Return the program that trains the model and asks every metric before and after the change.

    Its last line is one JSON object whose names are those of `MetricMapResult`; what has no value,
    or is infinite, is null.
    """
    dataset = load_dataset(spec.data)
    experiment = find_experiment(spec.group, spec.experiment).name
    is_clusters = spec.group == "clusters"
    change = CHANGES[spec.group, experiment]
    answers = _write_clusters(dataset) if is_clusters else _write_answers(dataset, spec)
    blocks = (
        f'"""What each metric notices. Needs {dataset.csv_name} beside it."""',
        _write_imports(dataset, spec),
        f"SEED = {spec.seed}",
        write_reading_code(dataset).rstrip(),
        answers + "\n",
        JUDGES[spec.group] + "\n",
        change.rstrip(),
        _RESULT,
    )
    code = "\n\n".join(blocks) + "\n"
    return Script("metric_map", code, {dataset.csv_name: dataset.csv_bytes()})


def _write_imports(dataset: Dataset, spec: "MetricMapSpec") -> str:
    if spec.group == "clusters":
        lines = [
            "from sklearn.cluster import KMeans",
            "from sklearn.preprocessing import StandardScaler",
        ]
    else:
        model = "LinearRegression" if spec.group == "numbers" else "LogisticRegression"
        kinds = ["OneHotEncoder"] * bool(dataset.categorical_features)
        kinds += ["StandardScaler"] * bool(dataset.numeric_features)
        lines = [
            "from sklearn.compose import ColumnTransformer",
            "from sklearn.impute import SimpleImputer",
            f"from sklearn.linear_model import {model}",
            "from sklearn.model_selection import train_test_split",
            "from sklearn.pipeline import make_pipeline",
            f"from sklearn.preprocessing import {', '.join(kinds)}",
        ]
    start = ["import json\n", "import numpy as np", "import pandas as pd"]
    return "\n".join([*start, "from sklearn import metrics", *lines])


def _write_answers(dataset: Dataset, spec: "MetricMapSpec") -> str:
    split = split_rows(dataset, seed=spec.seed)
    code = write_splitting_code(split).replace(f"[{dataset.target!r}]", "[target]")
    code = code.replace(f"random_state={spec.seed}", "random_state=SEED")
    if spec.group == "numbers":  # without strata each call fits on one line
        code = code.replace("(\n    ", "(").replace("\n)\n", ")\n")
    lines = [f"target = {write_literal(dataset.target)}", code.rstrip()]
    is_two = spec.group in ("labels", "scores")
    if len(split.test) > MOST_JUDGED:
        lines.append(f"test = test.head({MOST_JUDGED})")
    if len(split.train) > MOST_TRAINED and not is_two:
        lines.append(f"train = train.head({MOST_TRAINED})")
    lines.append(write_preparing_code(dataset.numeric_features, dataset.categorical_features))
    if is_two:
        lines.append(_TWO.replace("POSITIVE", write_literal(dataset.positive)))
        asked = f"score >= {THRESHOLD}" if spec.group == "labels" else "score"
        lines.append(f"answer = {asked}\nbase = (train[target] == positive).mean()")
    else:
        lines.append(_MANY if spec.group == "classes" else _NUMBERS)
    return "\n".join(lines)


def _write_clusters(dataset: Dataset) -> str:
    names = [write_literal(name) for name in dataset.numeric_features]
    columns = f"columns = [{', '.join(names)}]"
    if len(columns) > LINE:
        columns = "columns = [\n" + "".join(f"    {name},\n" for name in names) + "]"
    lines = [columns, "table = table.dropna(subset=columns)"]
    if dataset.n_rows > MAX_ROWS:
        lines += [
            f"if len(table) > {MAX_ROWS}:",
            "    rng = np.random.default_rng(SEED)",
            f"    sample = rng.choice(len(table), {MAX_ROWS}, replace=False)",
            "    table = table.iloc[np.sort(sample)]",
        ]
    truth = name_truth(dataset)
    if truth is None:
        lines.append(f"truth = None  # nobody knows the true groups\nk = {N_CLUSTERS}")
    else:
        lines.append(f"truth = table[{write_literal(truth)}].astype(str).to_numpy()")
        lines.append(f"k = len(set(truth)) if len(set(truth)) > 1 else {N_CLUSTERS}")
    lines.append(_KMEANS.format(n_starts=N_STARTS))
    return "\n".join(lines)


_TWO = """positive = POSITIVE
model = make_pipeline(prepare, LogisticRegression(max_iter=1000))
model.fit(train, train[target] == positive)
truth = (test[target] == positive).to_numpy()
score = model.predict_proba(test)[:, 1]"""
_MANY = """labels = np.unique(table[target])
model = make_pipeline(prepare, LogisticRegression(max_iter=1000))
model.fit(train, np.searchsorted(labels, train[target]))
truth = np.searchsorted(labels, test[target])
order = np.argsort(model.predict_proba(test), axis=1)
answer, second = order[:, -1], order[:, -2]"""
_NUMBERS = """model = make_pipeline(prepare, LinearRegression()).fit(train, train[target])
truth = test[target].to_numpy(dtype=float)
answer = model.predict(test)
base = train[target].mean()"""
_KMEANS = """points = StandardScaler().fit_transform(table[columns].to_numpy(dtype=float))
answer = KMeans(k, n_init={n_starts}, random_state=SEED).fit(points).labels_"""
_RESULT = """result = {f"{name}_before": value for name, value in before.items()}
result |= {f"{name}_after": value for name, value in after.items()}
for name, value in result.items():
    print(f"{name:>25}: {value:.6g}")
result = {n: float(v) if np.isfinite(v) else None for n, v in result.items()}
print(json.dumps(result))"""
