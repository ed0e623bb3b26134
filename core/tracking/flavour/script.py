"""The lesson on packed models as code to take home: log with a signature, load, ask, and be refused."""

from typing import TYPE_CHECKING

from core.datasets import load_dataset
from core.datasets.preparing_code import write_literal
from core.script import Script
from core.tracking.candidates_code import write_training, write_trusted
from core.tracking.flavour.payloads import EXTRA, N_ROWS, find_columns, find_pair
from core.tracking.flavour.risk import CODE, DEFAULT, FILE
from core.tracking.session_code import QUIET

if TYPE_CHECKING:
    from core.tracking.flavour.lab import FlavourSpec


def write_script(spec: "FlavourSpec") -> Script:
    """Return the program that packs the model and sends it the rows of this view.

    Its last line is one JSON object whose names are those of `FlavourResult`.
    """
    dataset = load_dataset(spec.data)
    imports, training = write_training(spec.data, spec.seed, {"model": "logistic"})
    code = _CODE.format(
        imports=imports.replace("from sklearn.metrics import roc_auc_score\n", ""),
        more="import skops.io\n" + ("import uvicorn\n" if spec.way == "served" else ""),
        quiet=QUIET, trusted=write_trusted(), training=training, n_rows=N_ROWS,
        wrong=_write_payload(spec), asking=_ASKING[spec.way], threshold=spec.threshold,
        default=DEFAULT, file=FILE, judging=_JUDGING if spec.judged else "",
        server=_SERVER_IMPORTS if spec.way == "served" else "",
        uvicorn=_SERVER if spec.way == "served" else "",
    )  # fmt: skip
    files = {dataset.csv_name: dataset.csv_bytes(), FILE: CODE.encode()}
    return Script("flavour", code, files, needs="pandas, scikit-learn, skops and MLflow")


def _write_payload(spec: "FlavourSpec") -> str:
    dataset = load_dataset(spec.data)
    decimals, wholes = find_columns(dataset)
    first = write_literal(dataset.features[0])
    if spec.payload == "order":
        return "sent = meant[meant.columns[::-1]]"
    if spec.payload == "extra":
        return f"sent = meant.assign({EXTRA}=1)"
    if spec.payload == "missing":
        return f"sent = meant.drop(columns=[{first}])"
    lines = {
        "text": ("name", (*wholes, *decimals)[:1], "sent[name] = meant[name].astype(str)"),
        "whole": ("name", decimals[:1], _WHOLE),
        "gap": ("name", wholes[:1], _GAP),
        "swapped": ("one, other", find_pair(dataset), _SWAP),
    }
    if spec.payload not in lines:
        return "sent = meant"
    names, columns, change = lines[spec.payload]
    return f"{names} = {', '.join(write_literal(each) for each in columns)}\nsent = meant.copy()\n{change}"


_WHOLE = 'meant[name] = meant[name].fillna(1).round()\nsent[name] = meant[name].astype("int64")'
_GAP = (
    'meant[name] = meant[name].astype("float64")\n'
    'meant.loc[meant.index[0], name] = float("nan")\n'
    "sent = meant"
)
_SWAP = "sent[one], sent[other] = meant[other], meant[one]"
_ASKING = {
    "native": "return mlflow.sklearn.load_model(signed).predict_proba(rows)[:, 1]",
    "unsigned": "return mlflow.pyfunc.load_model(unsigned).predict(rows)[:, 1]",
    "signed": "return mlflow.pyfunc.load_model(signed).predict(rows)[:, 1]",
    "served": """# What `mlflow models serve` starts, inside this program.
    app = scoring_server.init(mlflow.pyfunc.load_model(signed))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    body = '{"dataframe_split": ' + rows.to_json(orient="split", index=False) + "}"
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/invocations",
        body.encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as reply:
        return np.array(json.load(reply)["predictions"])[:, 1]""",
}
_SERVER_IMPORTS = "import threading\nimport time\nimport urllib.request\n"
_SERVER = "from mlflow.pyfunc import scoring_server\n"
_JUDGING = """
# Let MLflow judge it: the metrics and pictures that suit a classifier.
with mlflow.start_run():
    judged = mlflow.models.evaluate(
        log("plain", "predict"),
        test.assign(is_sought=y_test),
        targets="is_sought",
        model_type="classifier",
        evaluator_config={"log_model_explainability": False},
    )
result |= {
    "judged_accuracy": float(judged.metrics["accuracy_score"]),
    "judged_roc_auc": float(judged.metrics["roc_auc"]),
    "n_judged": len(judged.metrics),
    "n_plots": len(judged.artifacts),
}"""
_CODE = '''"""Pack a model with MLflow, with and without a signature, and send it these rows."""

import json
import os
{server}
import numpy as np
import pandas as pd
{more}{imports}

{quiet}
import mlflow
from mlflow.models import infer_signature
{uvicorn}
{trusted}

{training}

mlflow.set_tracking_uri("sqlite:///mlflow.db")


def log(name, method, signed=True):
    """Log the model in a run and return its address, models:/m-…"""
    more = {{}}
    if signed:
        more["signature"] = infer_signature(train, getattr(model, method)(train))
    return mlflow.sklearn.log_model(
        model,
        name=name,
        pyfunc_predict_fn=method,
        serialization_format="skops",
        skops_trusted_types=TRUSTED,
        pip_requirements=["scikit-learn", "skops"],
        **more,
    ).model_uri


with mlflow.start_run():
    signed = log("signed", "predict_proba")
    unsigned = log("unsigned", "predict_proba", signed=False)

# The rows as they are meant, and as they are sent.
meant = test.head({n_rows}).copy()
{wrong}


def ask(rows):
    {asking}


expected = model.predict_proba(meant)[:, 1]
answer, outcome = None, "refused"
try:
    said = ask(sent)
    answer, outcome = float(said[0]), "same"
    if not np.allclose(said, expected, rtol=0, atol=1e-9):
        outcome = "other"
except Exception as error:
    print(f"{{type(error).__name__}}: {{error}}")

# A model of your own around it: {file} lies beside this program.
skops.io.dump(model, "model.skops")
with mlflow.start_run():
    caller = mlflow.pyfunc.log_model(
        name="caller",
        python_model="{file}",
        artifacts={{"model": "model.skops"}},
        model_config={{"trusted": TRUSTED}},
        signature=infer_signature(train, ["call"], params={{"threshold": {default}}}),
        pip_requirements=["scikit-learn", "skops"],
    )
caller = mlflow.pyfunc.load_model(caller.model_uri)
called = np.array(caller.predict(test, params={{"threshold": {threshold}}})) == "call"
inputs = mlflow.pyfunc.load_model(signed).metadata.signature.inputs.inputs

result = {{
    "outcome": outcome,
    "is_refused": outcome == "refused",
    "answer": answer,
    "meant_answer": float(expected[0]),
    "n_columns": len(inputs),
    "n_required": sum(column.required for column in inputs),
    "n_test": len(test),
    "n_called": int(called.sum()),
    "n_hits": int((called & y_test).sum()),
    "default_called": sum(each == "call" for each in caller.predict(test)),
}}{judging}
for name, value in result.items():
    print(f"{{name:>16}}: {{value}}")
print(json.dumps(result))
'''
