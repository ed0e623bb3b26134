"""Run the program: twice by Python itself, and once more as a project by MLflow."""

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from core.remember import ONE_THREAD
from core.settings import read_settings
from core.tracking.load import QUIET
from core.tracking.place import uri_of
from core.tracking.store import make_store

if TYPE_CHECKING:
    from core.tracking.reproduce.lab import ReproduceSpec

HIDDEN_TAGS = ("mlflow.user", "mlflow.source.name", "mlflow.runName", "mlflow.project.env")
"""Names of the machine, of the person and by chance; they say nothing of the training."""
START = """\
import json
import sys

import mlflow
import mlflow.projects

parameters = json.loads(sys.argv[1])
submitted = mlflow.projects.run(".", parameters=parameters, env_manager="local")
data = mlflow.get_run(submitted.run_id).data
kept = {"param": data.params, "metric": data.metrics, "tag": data.tags}
print(json.dumps({"status": submitted.get_status(), "kept": kept}))
"""


@dataclass(frozen=True)
class Trained:
    """What one training gave."""

    score: float
    said: list[float]
    """The probability of each row held back."""


@dataclass(frozen=True)
class ProjectRun:
    """What MLflow kept of a project's run; of none, nothing."""

    status: str = ""
    kept: dict[str, dict[str, object]] = field(default_factory=dict)

    @property
    def score(self) -> float | None:
        """The metric that the run logged."""
        found = self.kept.get("metric", {}).get("roc_auc")
        return float(str(found)) if found is not None else None

    def table(self) -> pd.DataFrame:
        """Return what was kept: ``kind``, ``name``, ``value`` as text."""
        rows = [
            (kind, name, str(value))
            for kind, values in self.kept.items()
            for name, value in sorted(values.items())
            if name not in HIDDEN_TAGS
        ]
        return pd.DataFrame(rows, columns=["kind", "name", "value"]).astype("str")


def train_twice(files: dict[str, bytes], spec: "ReproduceSpec") -> tuple[Trained, Trained]:
    """Run the program then and now, each in a new process; equal ones are run twice, too."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = _unpack(files, scratch)
        with ThreadPoolExecutor(2) as both:
            then, now = both.map(lambda place: _train(folder, spec, place), (0, 1))
    return then, now


def run_project(files: dict[str, bytes], spec: "ReproduceSpec") -> ProjectRun:
    """Let MLflow run the folder as a project in the environment that is there, with the settings of now."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = _unpack(files, scratch)
        make_store(folder / "mlflow.db")  # in one step, not by 40 migrations
        store = {"MLFLOW_TRACKING_URI": uri_of(folder / "mlflow.db")}
        given = {"seed": spec.seeds[1], "data": spec.tables[1]}
        said = _run(
            [sys.executable, "-c", START, json.dumps(given)], folder, _variables(spec, 1) | store
        )
    found = json.loads(said.splitlines()[-1])
    return ProjectRun(status=found["status"], kept=found["kept"])


def _train(folder: Path, spec: "ReproduceSpec", place: int) -> Trained:
    out = f"{place}.json"
    command = [sys.executable, spec.programs[place], "--data", spec.tables[place]]
    _run(
        [*command, "--seed", str(spec.seeds[place]), "--out", out], folder, _variables(spec, place)
    )
    found = json.loads((folder / out).read_text(encoding="utf-8"))
    return Trained(score=found["score"], said=found["said"])


def _variables(spec: "ReproduceSpec", place: int) -> dict[str, str]:
    here = str(Path(sys.executable).parent)
    path = os.pathsep.join(
        [here, os.environ.get("PATH", "")]
    )  # the project's command says `python`
    own = {"PYTHONHASHSEED": str(spec.hash_seeds[place]), "PATH": path, "PYTHONWARNINGS": "ignore"}
    foreign = {"MLFLOW_RUN_ID", "MLFLOW_EXPERIMENT_ID", "MLFLOW_TRACKING_URI"}
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    return kept | QUIET | ONE_THREAD | own


def _run(command: list[str], folder: Path, variables: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, encoding="utf-8",
        timeout=read_settings().job_seconds, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        message = f"the program of the lesson ended with {done.returncode}: {done.stderr[-2000:]}"
        raise RuntimeError(message)
    return done.stdout


def _unpack(files: dict[str, bytes], scratch: str) -> Path:
    folder = Path(scratch).resolve()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
