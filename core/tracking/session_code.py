"""The session as code to take home: the same trainings, logged with plain MLflow."""

from core.datasets import Dataset, load_dataset, write_reading_code
from core.datasets.preparing_code import write_literal, write_preparing_code
from core.tracking.session import (
    CLASSES,
    MOST_ROWS,
    TEST_SHARE,
    SessionSpec,
    draw_settings,
    train_session,
)

FIXED = {
    "logistic": "max_iter=1000",
    "tree": "random_state={seed}",
    "forest": "random_state={seed}",
    "neighbours": "",
}
QUIET = 'os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"  # before MLflow is imported'
IMPORTS = """import json
import os
from contextlib import suppress

import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import {preparers}
from sklearn.tree import DecisionTreeClassifier
"""


def write_imports(spec: SessionSpec) -> str:
    """Return the imports that `write_rows` and `write_training` need, and MLflow's switch."""
    dataset = load_dataset(spec.data)
    preparers = ["OneHotEncoder"] * bool(dataset.categorical_features)
    preparers += ["StandardScaler"] * bool(dataset.numeric_features)
    return IMPORTS.format(preparers=", ".join(preparers))


def write_rows(spec: SessionSpec) -> str:
    """Return the lines that read the table and split it into `train` and `test`."""
    dataset = load_dataset(spec.data)
    target = write_literal(str(dataset.target))
    sample = ""
    if dataset.n_rows > MOST_ROWS:
        sample = f"table = table.sample({MOST_ROWS}, random_state={spec.seed})\n"
    return (
        f"{write_reading_code(dataset)}{sample}"
        f"y = (table[{target}] == {write_literal(dataset.positive)}).to_numpy()\n"
        "train, test, y_train, y_test = train_test_split(\n"
        f"    table, y, test_size={TEST_SHARE}, random_state={spec.seed}, stratify=y\n"
        ")\n"
        f"{write_preparing_code(dataset.numeric_features, dataset.categorical_features)}"
    )


def write_settings(spec: SessionSpec) -> str:
    """Return the settings of each run as one list, and the models that they belong to."""
    lines = [
        f"    {_write_dict(settings)},"
        for settings in draw_settings(spec, train_session(spec).n_train)
    ]
    models = [
        f'    "{name}": lambda **chosen: {kind}(**chosen{_with(FIXED[name].format(seed=spec.seed))}),'
        for name, (_, kind) in CLASSES.items()
    ]
    return "\n".join(["MODELS = {", *models, "}", "SETTINGS = [", *lines, "]"])


def csv_of(spec: SessionSpec) -> dict[str, bytes]:
    """Return the file that the program reads."""
    dataset: Dataset = load_dataset(spec.data)
    return {dataset.csv_name: dataset.csv_bytes()}


def _with(fixed: str) -> str:
    return f", {fixed}" if fixed else ""


def _write_dict(settings: dict[str, object]) -> str:
    parts = [
        f'"{name}": {write_literal(value)}'  # type: ignore[arg-type]  # plain values
        for name, value in settings.items()
    ]
    return "{" + ", ".join(parts) + "}"


TRAINING = """for number, chosen in enumerate(SETTINGS, start=1):
    settings = dict(chosen)
    model = make_pipeline(prepare, MODELS[settings.pop("model")](**settings))
    # A training that raises ends its run as FAILED, and the next one begins.
    with suppress(ValueError), mlflow.start_run(run_name=f"run-{number:02d}"):
        mlflow.log_params(chosen)
        score = model.fit(train, y_train).predict_proba(test)[:, 1]
        mlflow.log_metrics(
            {
                "roc_auc": roc_auc_score(y_test, score),
                "log_loss": log_loss(y_test, score),
                "accuracy": accuracy_score(y_test, score >= 0.5),
            }
        )"""
