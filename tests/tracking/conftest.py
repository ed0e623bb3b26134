"""A store of runs with one of everything in it, and a real MLflow server on it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from types import SimpleNamespace

import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier

from core.datasets import load_dataset
from core.lab import load_lab
from core.search.hyperparameters.figures import plot_errors
from core.tracking.log import Extras, log_result
from core.tracking.models import log_model
from core.tracking.place import tracking_uri
from core.tracking.registry import point, register
from core.tracking.store import forget_clients, open_client
from core.tracking.study import log_study

TRIALS = pd.DataFrame(
    {
        "number": [0, 1, 2, 3],
        "state": ["complete", "pruned", "failed", "complete"],
        "value": [0.7, 0.6, float("nan"), 0.9],
        "seconds": [0.1, 0.2, 0.3, 0.4],
        "problem": ["", "", "no rows", ""],
        "params": ['{"depth": 2}', '{"depth": 3}', '{"depth": 4}', '{"depth": 5, "kind": "deep"}'],
    }
)
STEPS = pd.DataFrame({"number": [0, 0, 3, 3], "step": [1, 2, 1, 2], "value": [0.5, 0.7, 0.8, 0.9]})


@pytest.fixture(scope="session")
def kept(own_home):
    """Log a view, a study and a registered model into the store of this test session."""
    forget_clients()
    lab = load_lab("hyperparameters")
    spec = lab.spec(knob="neighbours")
    result = lab.run(spec)
    script = lab.script(spec)
    extras = Extras(
        prediction="rigid", confidence="certain", learner="ada", dataset=load_dataset("diabetes"),
        script=script, figures={"errors": plot_errors(result)},
    )  # fmt: skip
    run = log_result(spec, result, lab="hyperparameters", extras=extras)
    study = log_study(spec, TRIALS, lab="hyperparameters", experiment="studies", steps=STEPS)
    table = load_dataset("breast_cancer").table
    rows, target = table.iloc[:, :4], table.iloc[:, -1]
    model = RandomForestClassifier(5, random_state=0).fit(rows, target)
    address = log_model(run, model, rows.head(20))
    version = register(address, "tumours", tags={"data": "breast_cancer"}, description="Five trees")
    point("tumours", "champion", version)
    return SimpleNamespace(
        client=open_client(), uri=tracking_uri(), spec=spec, result=result, script=script, run=run,
        study=study, model=model, rows=rows, address=address, version=version,
    )  # fmt: skip


@pytest.fixture(scope="session")
def server(kept, tmp_path_factory):
    """Start ``mlflow server`` on the same store and return its address; it is ended by its number."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    log = (tmp_path_factory.mktemp("server") / "log.txt").open("w")
    command = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", kept.uri]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port), "--workers", "1"],
        stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        env=os.environ | {"MLFLOW_DISABLE_TELEMETRY": "true"},
    )  # fmt: skip
    try:
        _wait_for(address, process)
        yield address
    finally:
        os.killpg(process.pid, 15)
        process.wait(30)
        log.close()


def _wait_for(address, process):
    began = time.monotonic()
    while time.monotonic() - began < 400:
        assert process.poll() is None, "the server of MLflow ended by itself"
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    message = "the server of MLflow did not answer"
    raise AssertionError(message)
