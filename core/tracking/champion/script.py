"""The lesson on the registry as code to take home: register, point, load by alias, promote, roll back."""

from typing import TYPE_CHECKING

from core.datasets import load_dataset
from core.script import Script
from core.tracking.candidates_code import write_training, write_trusted
from core.tracking.session_code import QUIET

if TYPE_CHECKING:
    from core.tracking.champion.lab import ChampionSpec


def write_script(spec: "ChampionSpec") -> Script:
    """Return the program that plays the story up to the moment of `spec`.

    Its last line is one JSON object whose names are those of `ChampionResult`.
    """
    dataset = load_dataset(spec.data)
    imports, training = write_training(
        spec.data, spec.seed, {"first": "logistic", "second": spec.challenger}
    )
    code = _CODE.format(
        imports=imports, quiet=QUIET, training=training,
        moment=spec.moment, trusted=write_trusted(),
    )  # fmt: skip
    files = {dataset.csv_name: dataset.csv_bytes()}
    return Script("champion", code, files, needs="pandas, scikit-learn, skops and MLflow")


_CODE = '''"""Register two models with MLflow, move the champion, and watch who answers."""

import json
import os

import numpy as np
import pandas as pd
{imports}

{quiet}
import mlflow
from mlflow.models import infer_signature

MOMENT = {moment}
{trusted}

{training}

mlflow.set_tracking_uri("sqlite:///mlflow.db")
client = mlflow.MlflowClient()
ALIAS = "models:/keeper@champion"


def register(model):
    """Log the model in a run of its own and make it the next version of "keeper"."""
    rows = train.head(20)
    with mlflow.start_run():
        kept = mlflow.sklearn.log_model(
            model,
            name="model",
            signature=infer_signature(rows, model.predict_proba(rows)),
            pyfunc_predict_fn="predict_proba",
            serialization_format="skops",
            skops_trusted_types=TRUSTED,
            pip_requirements=["scikit-learn", "skops"],
        )
    mlflow.register_model(kept.model_uri, "keeper")


def point(alias, version):
    client.set_registered_model_alias("keeper", alias, str(version))


# A server loads its model once, when it starts, and keeps it:
# `mlflow models serve -m models:/keeper@champion` does what this function does.
running = []


def start_server():
    running[:] = [mlflow.pyfunc.load_model(ALIAS)]


def challenge():
    register(second)
    point("challenger", 2)


def promote():
    point("champion", 2)
    client.delete_registered_model_alias("keeper", "challenger")


steps = [
    lambda: None,  # trained, and nothing else
    lambda: register(first),
    lambda: point("champion", 1),
    start_server,
    challenge,
    promote,
    start_server,
    lambda: point("champion", 1),
    start_server,
]
for step in steps[:MOMENT]:
    step()

# The row on which the two models differ most tells who answers.
chances = [model.predict_proba(test)[:, 1] for model in (first, second)]
row = int(np.abs(chances[0] - chances[1]).argmax())
asked = test.iloc[[row]]


def version_of(answer):
    if answer is None:
        return None
    return 1 + int(np.argmin([abs(own[row] - answer) for own in chances]))


found = client.search_registered_models()
aliases = client.get_registered_model("keeper").aliases if found else {{}}
loaded = served = None
if "champion" in aliases:
    loaded = float(mlflow.pyfunc.load_model(ALIAS).predict(asked)[0][1])
if running:
    served = float(running[0].predict(asked)[0][1])
areas = [float(roc_auc_score(y_test, own)) for own in chances]
result = {{
    "champion": int(aliases["champion"]) if "champion" in aliases else None,
    "challenger": int(aliases["challenger"]) if "challenger" in aliases else None,
    "loaded": version_of(loaded),
    "served": version_of(served),
    "loaded_answer": loaded,
    "served_answer": served,
    "n_versions": len(client.search_model_versions("name = 'keeper'")),
    "n_test": len(test),
    "auc_first": areas[0],
    "auc_second": areas[1],
    "gain": areas[1] - areas[0],
    "n_disagree": int(((chances[0] >= 0.5) != (chances[1] >= 0.5)).sum()),
}}
for name, value in result.items():
    print(f"{{name:>14}}: {{value}}")
print(json.dumps(result))
'''
