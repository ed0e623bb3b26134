"""The training as a small project: a program, its table, and the MLproject file that says how to run it."""

from typing import Literal, get_args

import pandas as pd

from core.datasets import load_dataset
from core.tracking.session import take_rows

Model = Literal["forest", "logistic", "network"]
MODELS: tuple[Model, ...] = get_args(Model)
CLASSES: dict[str, tuple[str, str, str, str]] = {
    "forest": (
        "sklearn.ensemble", "RandomForestClassifier",
        "n_estimators=50, min_samples_leaf=1, random_state=args.seed",
        "n_estimators=50, min_samples_leaf=3, random_state=args.seed",
    ),
    "logistic": (
        "sklearn.linear_model", "LogisticRegression",
        "C=1.0, max_iter=1000, random_state=args.seed",
        "C=0.5, max_iter=1000, random_state=args.seed",
    ),
    "network": (
        "sklearn.neural_network", "MLPClassifier",
        "hidden_layer_sizes=(16,), max_iter=40, random_state=args.seed",
        "hidden_layer_sizes=(20,), max_iter=40, random_state=args.seed",
    ),
}  # fmt: skip
"""Module, class, its settings then, and its settings after somebody has changed one of them."""
IMPORTS = (
    "from sklearn.impute import SimpleImputer",
    "from sklearn.metrics import roc_auc_score",
    "from sklearn.pipeline import make_pipeline",
    "from sklearn.preprocessing import StandardScaler",
)
N_NEW = 20
"""Rows that came since, where the data are not kept."""
PROGRAM, CHANGED = "train.py", "train_changed.py"
THEN, NOW = "then.csv", "now.csv"
MLPROJECT = """\
name: reproduce-it

python_env: python_env.yaml

entry_points:
  main:
    parameters:
      data: {type: path, default: then.csv}
      seed: {type: float, default: 0}
      out: {type: string, default: project.json}
    command: "python PROGRAM --data {data} --seed {seed} --out {out}"
"""


def write_program(model: str, *, is_changed: bool) -> str:
    """Return the training program, as it was or with one changed setting."""
    module, kind, then, now = CLASSES[model]
    imports = "\n".join(sorted([*IMPORTS, f"from {module} import {kind}"]))
    return _TRAIN.format(imports=imports, kind=kind, settings=now if is_changed else then)


def write_project(program: str) -> dict[str, str]:
    """Return the files that make a folder a project of MLflow: name and text."""
    from importlib.metadata import version
    from platform import python_version

    needs = "".join(
        f"  - {name}=={version(name)}\n" for name in ("pandas", "scikit-learn", "mlflow")
    )
    return {
        "MLproject": MLPROJECT.replace("PROGRAM", program),
        "python_env.yaml": f'python: "{python_version()}"\ndependencies:\n{needs}',
    }


def write_tables(data: str) -> dict[str, bytes]:
    """Return the table of then and the longer one of now, as the program reads them."""
    dataset = load_dataset(data)
    rows = take_rows(dataset, 0)
    table = rows[list(dataset.features)].reset_index(drop=True)
    answer = (rows[dataset.target] == dataset.positive).astype(int).to_numpy()
    table = table.rename(columns={"answer": "answer_"}).assign(answer=answer)
    return {THEN: _as_csv(table.iloc[:-N_NEW]), NOW: _as_csv(table)}


def _as_csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode()


_TRAIN = '''"""Train a model on a table and write down what it says of the rows held back."""

import argparse
import json
import os
from pathlib import Path

import pandas as pd
{imports}

parser = argparse.ArgumentParser()
parser.add_argument("--data", default="then.csv")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--out", default="out.json")
args = parser.parse_args()

table = pd.read_csv(args.data)
columns = set(table.columns) - {{"answer"}}
rows = pd.get_dummies(table[list(columns)], dtype=float)
is_test = table.index % 3 == 0
model = make_pipeline(
    SimpleImputer(keep_empty_features=True),
    StandardScaler(),
    {kind}({settings}),
)
model.fit(rows[~is_test], table["answer"][~is_test])
said = model.predict_proba(rows[is_test])[:, 1]
score = roc_auc_score(table["answer"][is_test], said)
Path(args.out).write_text(json.dumps({{"score": score, "said": said.tolist()}}))

if "MLFLOW_RUN_ID" in os.environ:  # started as a project of MLflow
    import mlflow

    with mlflow.start_run():
        mlflow.log_metric("roc_auc", score)
'''
