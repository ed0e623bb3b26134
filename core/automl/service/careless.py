"""Models that many a notebook ends with, saved as they would be: the table is prepared outside the model."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.automl.packing import answers_with, describe_packing
from core.automl.table import ReadyTable
from core.tracking.load import load_mlflow_models
from core.tracking.models import requirements

BARE = '''"""A model that was trained on the columns of get_dummies."""

import mlflow
import pandas as pd
import skops.io


class Dummies(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        self.model = skops.io.load(context.artifacts["model"], trusted=["numpy.dtype"])

    def predict(self, context, model_input: pd.DataFrame):
        rows = pd.get_dummies(model_input)
        return self.model.predict_proba(rows)


mlflow.models.set_model(Dummies())
'''
PATCHED = BARE.replace(
    "        return self",
    "        rows = rows.reindex(columns=self.model.feature_names_in_, fill_value=0)\n        return self",
)
"""The same with the line that makes its errors go away."""


def train_on_dummies(ready: ReadyTable) -> Any:
    """Return a logistic regression on ``pd.get_dummies`` of the whole table, as a notebook trains it."""
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(
        SimpleImputer(strategy="median"), StandardScaler(), LogisticRegression(max_iter=1000)
    )
    return model.fit(take_dummies(ready), np.array(ready.target.tolist()))


def take_dummies(ready: ReadyTable) -> pd.DataFrame:
    """Return the columns that AutoML's models read, as ``pd.get_dummies`` leaves them."""
    return pd.get_dummies(ready.rows[list(ready.plan.columns)])


def find_telling_row(ready: ReadyTable, model: Any) -> int:
    """Return the row whose answer changes most if the first column is lost and filled with 0."""
    columns = take_dummies(ready)
    without = columns.copy()
    without[columns.columns[0]] = 0
    change = np.abs(model.predict_proba(columns) - model.predict_proba(without))[:, -1]
    return int(change.argmax())


def save_careless(code: str, model: Any, folder: Path) -> str:
    """Save a model behind `code` with MLflow, without a signature; return its folder."""
    import skops.io  # type: ignore[import-untyped]

    mlflow = load_mlflow_models()
    folder.mkdir(parents=True)
    program, file = folder / "careless.py", folder / "model.skops"
    program.write_text(code, encoding="utf-8")
    skops.io.dump(model, file)
    place = folder / "saved"
    mlflow.pyfunc.save_model(
        str(place), python_model=str(program), artifacts={"model": str(file)},
        pip_requirements=requirements(),
    )  # fmt: skip
    return str(place)


def save_strict(ready: ReadyTable, model: Any, folder: Path) -> str:
    """Save AutoML's own model with the signature that MLflow infers from rows; return its folder."""
    mlflow = load_mlflow_models()
    from mlflow.models import infer_signature

    folder.mkdir(parents=True)
    rows = ready.rows[list(ready.plan.columns)]
    how = describe_packing(ready, model, folder)
    said = getattr(model, answers_with(ready))(rows.head(3))
    how["signature"] = infer_signature(rows, said)
    place = folder / "saved"
    mlflow.sklearn.save_model(model, str(place), **how)
    return str(place)
