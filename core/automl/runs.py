"""A search as runs of MLflow: the search is the parent, every trial a child, and the finalists have models.

A model is kept for each finalist, trained on all rows. Any other trial is its params: with them it is
trained again in a moment, and gives the same model.
"""

import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.automl.blend import Blend, fit_blend
from core.automl.decision import Decision
from core.automl.finals import Finalist
from core.automl.leaderboard import plot_leaderboard
from core.automl.packing import log_portable, make_portable
from core.automl.pipelines import settings_of
from core.automl.run import Outcome
from core.automl.run_notebooks import PROPOSAL, name_notebooks, write_notebooks
from core.automl.trial import Trial
from core.tracking.load import load_mlflow
from core.tracking.log import (
    HASH,
    Extras,
    find_experiment,
    log_batches,
    metrics_of,
    params_of,
    tags_of,
)
from core.tracking.place import tracking_uri
from core.tracking.reaper import PROCESS, this_process
from core.tracking.store import open_client, writing

if TYPE_CHECKING:
    from mlflow import MlflowClient

LAB = "automl"
PARENT = "mlflow.parentRunId"
NOTEBOOK = "glassroom.notebook"
"""Tag of a trial: where its notebook lies among the files of the search's run."""


@dataclass(frozen=True, eq=False)
class KeptSearch:
    """Where a search was kept."""

    experiment: str
    store: str
    parent: str
    """Id of the search's run."""
    runs: Mapping[int, str]
    """Id of the run of each trial by its number; a blend has the number after the last trial's."""
    models: Mapping[int, str]
    """Address of each finalist's model, such as ``models:/m-…``, by the same numbers."""
    notebooks: Mapping[int, str]
    """Address of each notebook, such as ``runs:/…/notebooks/trial-01-linear.ipynb``, by the same numbers;
    it reads the table beside it."""
    proposed: int
    """Number of the proposed one."""

    @property
    def proposed_run(self) -> str:
        """Id of the run of the proposed model."""
        return self.runs[self.proposed]

    @property
    def proposed_model(self) -> str:
        """Address of the proposed model."""
        return self.models[self.proposed]


def number_of(outcome: Outcome, finalist: Finalist) -> int:
    """Return the number under which a finalist is kept: its trial's, or the next one for a blend."""
    return len(outcome.trials) if len(finalist.members) > 1 else finalist.members[0][0]


def log_outcome(
    outcome: Outcome, *, table: str = "table", experiment: str = LAB, store: str | None = None
) -> KeptSearch:
    """Keep a search with all its trials and the finalists' models; return where.

    `table` names what was learnt from; its rows are kept once, beside the notebooks. A trial has its
    params, its scores on the rows that train and validate (``train_…``, ``val_…``), and for a finalist
    those of the finals (``finals_…``). Only the proposed one has ``test_…``, and its threshold. The
    parent ends last: a search is whole when it says ``FINISHED``.
    Check by eye: 8 trials and a blend give 10 runs.
    """
    uri = store or tracking_uri()
    client = open_client(uri)
    tags = tags_of(outcome.settings, LAB, Extras(tags={"task": outcome.ready.task}))
    described = _describe_table(outcome, table)
    with writing(uri):
        group = find_experiment(client, experiment)
        name = f"{table} {tags[HASH][:6]}"
        parent = client.create_run(group, tags=tags, run_name=name).info.run_id
        log_batches(client, parent, [], params_of(outcome.settings))
        client.log_inputs(parent, [described])
    finals = _read_finals(outcome)
    runs, names = {}, name_notebooks(outcome)
    trials = [_describe_trial(outcome, trial) for trial in outcome.trials]
    for number, row in enumerate([*trials, *_describe_blend(outcome)]):
        metrics = row["metrics"] | finals.get(number, {})
        own = row["tags"] | {PARENT: parent, PROCESS: this_process()}
        own |= {NOTEBOOK: names[number]} if number in names else {}
        with writing(uri):  # taken anew for each, so that others are not kept waiting
            run = client.create_run(group, tags=own, run_name=row["name"]).info.run_id
            log_batches(client, run, metrics_of(metrics), row["params"])
            client.log_inputs(run, [described])
            if number not in finals:
                client.set_terminated(run, status="FAILED" if row["tags"]["problem"] else None)
        runs[number] = str(run)
    models = _log_models(client, outcome, runs, uri)
    with writing(uri), tempfile.TemporaryDirectory() as folder:
        _write_files(Path(folder), outcome)
        client.log_artifacts(parent, folder)
        closing = {"n_trials": len(outcome.trials), "cpu_seconds": outcome.cpu_seconds}
        log_batches(client, parent, metrics_of(closing | outcome.told_test), {})
        client.set_terminated(parent)
    proposed = number_of(outcome, outcome.finals.chosen)
    names[proposed] = PROPOSAL
    notebooks = {number: f"runs:/{parent}/{name}" for number, name in names.items()}
    return KeptSearch(experiment, uri, str(parent), runs, models, notebooks, proposed)


def train_again(outcome: Outcome, number: int) -> Any:
    """Train the trial of this `number` on all rows by its params, and return it as one estimator."""
    every = np.arange(len(outcome.ready.rows))
    found = {number_of(outcome, one): one for one in outcome.finals.finalists}
    family = outcome.trials[number].family if number < len(outcome.trials) else "blend"
    finalist = found.get(number, Finalist(family, ((number, 1.0),)))
    model = fit_blend(outcome.ready, outcome.trials, finalist, every)
    return make_portable(model, outcome.ready, _decision_of(outcome, finalist))


def _log_models(
    client: "MlflowClient", outcome: Outcome, runs: Mapping[int, str], uri: str
) -> dict[int, str]:
    ready, addresses = outcome.ready, {}
    for finalist in outcome.finals.finalists:
        number = number_of(outcome, finalist)
        trained: Blend | None = outcome.model if finalist is outcome.finals.chosen else None
        model = (
            make_portable(trained, ready, outcome.decision)
            if trained
            else train_again(outcome, number)
        )
        with tempfile.TemporaryDirectory() as folder:
            addresses[number] = log_portable(runs[number], ready, model, Path(folder), store=uri)
        with writing(uri):
            client.set_terminated(runs[number])
    return addresses


def _describe_trial(outcome: Outcome, trial: Trial) -> dict[str, Any]:
    fixed = settings_of(trial.family, outcome.ready.task, outcome.settings.seed)
    scores = {f"val_{name}": score for name, score in trial.scores.items()}
    scores |= {f"train_{name}": score for name, score in trial.train_scores.items()}
    costs = {"cpu_seconds": trial.cpu_seconds, "wall_seconds": trial.wall_seconds}
    how = "tuned" if trial.is_tuned else "class weights" if trial.is_weighted else "defaults"
    return {
        "name": f"trial {trial.number}",
        "params": {
            name: str(value)
            for name, value in {"family": trial.family, **fixed, **trial.params}.items()
        },
        "metrics": scores | costs,
        "tags": {"family": trial.family, "settings": how, "problem": trial.problem},
    }


def _describe_blend(outcome: Outcome) -> list[dict[str, Any]]:
    """Return the blend as one more row; nothing if no blend stood in the finals."""
    found = [one for one in outcome.finals.finalists if len(one.members) > 1]
    return [
        {
            "name": "blend",
            "params": {"family": "blend"}
            | {f"weight of trial {number}": f"{weight:g}" for number, weight in one.members},
            "metrics": {},
            "tags": {"family": "blend", "settings": "greedy weights", "problem": ""},
        }
        for one in found
    ]


def _read_finals(outcome: Outcome) -> dict[int, dict[str, float]]:
    """Return what the finals say of each finalist, and the test's word on the proposed one."""
    table = outcome.finals.table
    found = {}
    for place, finalist in enumerate(outcome.finals.finalists):
        row = table.iloc[place]
        metrics = {f"finals_{name}": float(row[name]) for name in ("mean", "behind", "low", "high")}
        metrics["is_tie"], metrics["is_proposed"] = float(row["is_tie"]), float(row["is_proposed"])
        if finalist is outcome.finals.chosen:
            metrics |= outcome.told_test | _describe_decision(outcome)
        found[number_of(outcome, finalist)] = metrics
    return found


def _decision_of(outcome: Outcome, finalist: Finalist) -> Decision | None:
    """Return the decision for the finalist that it was made for, and for no other."""
    return outcome.decision if finalist is outcome.finals.chosen else None


def _describe_decision(outcome: Outcome) -> dict[str, float]:
    decision = outcome.decision
    if decision is None:
        return {}
    found = {"threshold": decision.threshold}
    if not decision.why_not:
        found |= {f"threshold_{name}": getattr(decision, name) for name in ("gain", "low", "high")}
    return found


def _describe_table(outcome: Outcome, name: str) -> Any:
    load_mlflow()
    from mlflow.entities import Dataset, DatasetInput, InputTag

    rows = outcome.ready.rows
    codes = pd.util.hash_pandas_object(rows.astype("str"), index=False).to_numpy()
    schema = {"columns": {str(one): str(kind) for one, kind in rows.dtypes.items()}}
    tracked = Dataset(
        name=name[:500],
        digest=hashlib.sha256(codes.tobytes()).hexdigest()[:32],
        source_type="local",
        source=json.dumps({"tags": {"glassroom": name}}),
        schema=json.dumps(schema)[:65535],
        profile=json.dumps({"num_rows": len(rows), "num_elements": int(rows.size)}),
    )
    return DatasetInput(tracked, [InputTag("mlflow.data.context", "training")])


def _write_files(folder: Path, outcome: Outcome) -> None:
    alerts = [asdict(alert) for alert in outcome.alerts]
    meanings = [asdict(one) for one in outcome.ready.meanings]
    for name, content in (("alerts", alerts), ("columns", meanings)):
        text = json.dumps(content, indent=2, ensure_ascii=False, default=str)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    write_notebooks(outcome, folder)
    outcome.leaderboard().to_csv(folder / "leaderboard.csv", index=False)
    outcome.finals.table.to_csv(folder / "finals.csv", index=False)
    figure = plot_leaderboard(outcome)
    (folder / "leaderboard.json").write_text(str(figure.to_json()), encoding="utf-8")
