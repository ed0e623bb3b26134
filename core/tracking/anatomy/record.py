"""The lesson's program is really run, and its store is read back."""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.errors import require
from core.progress import report
from core.remember import remembered
from core.tracking.anatomy.script import EXPERIMENT, MOST_DEPTH, NAMES, write_script
from core.tracking.program import run_program
from core.tracking.session import SessionSpec

if TYPE_CHECKING:
    from mlflow import MlflowClient

DEPTH_PARAM = "decisiontreeclassifier__max_depth"
LONGEST_VALUE = 120
"""Characters; autolog writes a whole table of steps into one param."""
_RUN_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, kw_only=True)
class RecordSpec:
    """A tree on one table, trained and logged in four ways."""

    data: str = "churn"
    """A table with two classes: ``churn``, ``breast_cancer``, ``fraud`` or ``own-…``."""
    depth: int = 4
    """Levels of the tree."""
    seed: int = 0

    def __post_init__(self) -> None:
        require(
            1 <= self.depth <= MOST_DEPTH,
            f"The tree has 1 to {MOST_DEPTH} levels, got {self.depth}. Choose a number between.",
        )
        # Refuses unknown and unfit tables and seeds.
        _ = SessionSpec(data=self.data, seed=self.seed)


@dataclass(frozen=True, eq=False)
class Record:
    """What the store held when the program had ended.

    `entries` has one row per thing that a run holds: ``way`` (hand, auto, late, search), ``kind`` (param,
    metric, tag, file, dataset, model), ``name``, ``value`` as text, ``n_points`` (values over steps, of a
    metric; else 1). `curve` has the metric with steps of the run by hand: ``step``, ``value``. `trials`
    has one row per setting of the search: ``depth``, ``score`` (mean ROC AUC of 3 folds), ``is_run``
    (whether it has a run of its own).
    """

    spec: RecordSpec
    refusal: str
    """MLflow's words when a param was logged again with another value."""
    entries: pd.DataFrame
    curve: pd.DataFrame
    trials: pd.DataFrame


@remembered
def log_four_ways(spec: RecordSpec) -> Record:
    """Run the program of the lesson and read from its store what each run holds."""
    report(0.05, "The program is running")
    with run_program(write_script(spec)) as ended:
        report(0.9, "Its runs are being read")
        # The run's name of letters and digits is chance.
        refusal = _RUN_ID.sub("…", ended.lines[-2])
        return _read_back(spec, ended.client, refusal)


def _read_back(spec: RecordSpec, client: "MlflowClient", refusal: str) -> Record:
    experiment = client.get_experiment_by_name(EXPERIMENT)
    if experiment is None:
        message = "the program of the lesson left no experiment"
        raise RuntimeError(message)
    runs = list(client.search_runs([experiment.experiment_id], max_results=100))
    by_name = {run.info.run_name: run for run in runs}
    entries = [
        (way, *entry)
        for way, name in NAMES.items()
        for entry in _list_entries(client, by_name[name])
    ]
    curve = client.get_metric_history(by_name[NAMES["hand"]].info.run_id, "roc_auc")
    parent = by_name[NAMES["search"]].info.run_id
    children = {
        int(run.data.params[DEPTH_PARAM])
        for run in runs
        if run.data.tags.get("mlflow.parentRunId") == parent
    }
    return Record(
        spec=spec,
        refusal=refusal,
        entries=pd.DataFrame(entries, columns=["way", "kind", "name", "value", "n_points"]).astype(
            {"way": "str", "kind": "str", "name": "str", "value": "str", "n_points": "int64"}
        ),
        curve=pd.DataFrame(
            [(point.step, point.value) for point in curve], columns=["step", "value"]
        ).astype({"step": "int64", "value": "float64"}),
        trials=_read_trials(client, parent, children),
    )


def _list_entries(client: "MlflowClient", run: Any) -> list[tuple[str, str, str, int]]:
    found: list[tuple[str, str, str, int]] = []
    found += [
        ("param", name, value[:LONGEST_VALUE], 1) for name, value in sorted(run.data.params.items())
    ]
    for name, value in sorted(run.data.metrics.items()):
        n_points = len(client.get_metric_history(run.info.run_id, name))
        found.append(("metric", name, repr(float(value)), n_points))
    found += [("tag", name, value, 1) for name, value in sorted(run.data.tags.items())]
    found += [("file", file.path, "", 1) for file in client.list_artifacts(run.info.run_id)]
    datasets = [one.dataset for one in run.inputs.dataset_inputs] if run.inputs else []
    found += [("dataset", one.name, one.digest, 1) for one in datasets]
    outputs = run.outputs.model_outputs if run.outputs else []
    found += [("model", client.get_logged_model(one.model_id).name, "", 1) for one in outputs]
    return found


def _read_trials(client: "MlflowClient", parent: str, children: set[int]) -> pd.DataFrame:
    """Return every setting of the search from the file that autolog keeps with the parent."""
    text = Path(client.download_artifacts(parent, "cv_results.csv")).read_text(encoding="utf-8")
    rows = [
        (int(row[f"param_{DEPTH_PARAM}"]), float(row["mean_test_score"]))
        for row in csv.DictReader(io.StringIO(text))
    ]
    table = pd.DataFrame(sorted(rows), columns=["depth", "score"])
    return table.assign(is_run=table["depth"].isin(children)).astype(
        {"depth": "int64", "score": "float64", "is_run": "bool"}
    )
