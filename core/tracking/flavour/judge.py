"""What ``mlflow.models.evaluate`` finds out about a model by itself."""

import warnings
from dataclasses import dataclass

import pandas as pd

from core.datasets import load_dataset
from core.remember import remembered
from core.tracking.candidates import Kind, TableSpec, deal_rows, train
from core.tracking.load import load_mlflow_models
from core.tracking.models import log_model
from core.tracking.store import in_force, writing
from core.tracking.workshop import build_workshop

KIND: Kind = "logistic"
TRUTH = "is_sought"


@dataclass(frozen=True, eq=False)
class Judged:
    """What MLflow measured on the rows held back, without being told how."""

    spec: TableSpec
    metrics: pd.DataFrame
    """One row per metric: ``name``, ``value``."""
    plots: str
    """Names of the pictures that it kept in the run."""


@remembered
def judge_model(spec: TableSpec) -> Judged:
    """Log a model, let MLflow judge it on the rows held back, and read what it kept.

    Check by eye: true and false positives and negatives add up to the rows held back.
    """
    rows = deal_rows(load_dataset(spec.data), spec.seed)
    model = train(spec, KIND)
    mlflow = load_mlflow_models()
    with build_workshop(judge_model.entry(spec).name) as shop:
        run = shop.start_run()
        address = log_model(run, model, rows.train, store=shop.uri)
        with (
            warnings.catch_warnings(),
            writing(shop.uri),
            in_force(shop.uri),
            mlflow.start_run(run_id=run),
        ):
            warnings.simplefilter("ignore")  # MLflow's own, of its libraries
            found = mlflow.models.evaluate(
                address,
                rows.test.assign(**{TRUTH: rows.y_test}),
                targets=TRUTH,
                model_type="classifier",
                # Explanations with SHAP take longer than all the rest.
                evaluator_config={"log_model_explainability": False},
            )
        metrics = pd.DataFrame(
            [(name, float(value)) for name, value in sorted(found.metrics.items())],
            columns=["name", "value"],
        ).astype({"name": "str"})
        return Judged(spec=spec, metrics=metrics, plots=", ".join(sorted(found.artifacts)))
