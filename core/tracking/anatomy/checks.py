"""Runs that prove the practice items on what a run holds, and draws of their numbers."""

from typing import TYPE_CHECKING

import numpy as np

from core.practice.family import Values
from core.practice.proof import Facts
from core.tracking.anatomy.lab import AnatomySpec, open_run
from core.tracking.anatomy.parts import own_tags
from core.tracking.best_run.checks import log_scratch

if TYPE_CHECKING:
    from mlflow import MlflowClient


def log_steps(n_epochs: int, n_metrics: int) -> Facts:
    """Log each of some metrics after every epoch of one training, and count what the run holds.

    Facts: ``values`` (points over steps), ``metrics`` (names), ``runs``, ``shown`` (values that a search
    for runs returns). Check by eye: 3 epochs of 2 metrics are 6 values.
    """
    client, run, _ = _begin()
    for epoch in range(1, n_epochs + 1):
        for metric in range(n_metrics):
            client.log_metric(run, f"m{metric}", float(epoch), step=epoch)
    kept = client.get_run(run).data.metrics
    return {
        "values": sum(len(client.get_metric_history(run, name)) for name in kept),
        "metrics": len(kept),
        "shown": len(kept),
        "runs": 1,
    }


def draw_steps(rng: np.random.Generator) -> Values | None:
    """Draw epochs and metrics."""
    n_epochs, n_metrics = int(rng.integers(4, 31)), int(rng.integers(2, 5))
    return {"epochs": n_epochs, "metrics": n_metrics, "values": n_epochs * n_metrics}


def log_last_value(values: list[float]) -> Facts:
    """Log a score with steps, and read what the run shows for it.

    Facts: ``shown``, ``highest``, ``first``, ``mean``. Check by eye: of 0.5, 0.9, 0.7 it shows 0.7.
    """
    client, run, _ = _begin()
    for step, value in enumerate(values, start=1):
        client.log_metric(run, "auc", value, step=step)
    history = [point.value for point in client.get_metric_history(run, "auc")]
    return {
        "shown": client.get_run(run).data.metrics["auc"],
        "highest": max(history),
        "first": history[0],
        "n_kept": len(history),
    }


def draw_last_value(rng: np.random.Generator) -> Values | None:
    """Draw five scores, of which neither the first nor the last is the highest."""
    scores = [float(value) / 100 for value in rng.choice(np.arange(60, 95), 5, replace=False)]
    if max(scores) in (scores[0], scores[-1]):
        return None
    return {
        "scores": scores,
        "last": scores[-1],
        "highest": max(scores),
        "first": scores[0],
    }


def count_nested(n_models: int, n_settings: int) -> Facts:
    """Log one parent for each model and a child for each setting, and count the runs.

    Facts: ``runs``, ``children``, ``parents``. Check by eye: 2 models with 3 settings are 8 runs.
    """
    client, first, experiment = _begin()
    client.delete_run(first)
    for _ in range(n_models):
        parent = client.create_run(experiment).info.run_id
        for _ in range(n_settings):
            client.create_run(experiment, tags={"mlflow.parentRunId": parent})
    runs = client.search_runs([experiment], max_results=1000)
    children = [run for run in runs if "mlflow.parentRunId" in run.data.tags]
    parents = {run.data.tags["mlflow.parentRunId"] for run in children}
    return {"runs": len(runs), "children": len(children), "parents": len(parents)}


def draw_nested(rng: np.random.Generator) -> Values | None:
    """Draw models and settings."""
    n_models, n_settings = int(rng.integers(2, 6)), int(rng.integers(3, 13))
    return {
        "models": n_models,
        "settings": n_settings,
        "children": n_models * n_settings,
        "runs": n_models * (n_settings + 1),
    }


def change_after_the_end() -> Facts:
    """End a run, then log a tag, a param's new value, and a tag's new value.

    Facts (1 is yes): ``is_tag_changed``, ``is_param_changed``, ``is_metric_added``.
    """
    from mlflow.exceptions import MlflowException

    client, run, _ = _begin()
    client.log_param(run, "max_depth", 3)
    client.set_tag(run, "verdict", "promising")
    client.set_terminated(run)
    client.set_tag(run, "verdict", "it leaked")
    client.log_metric(run, "late", 1.0)
    try:
        client.log_param(run, "max_depth", 5)
    except MlflowException:
        is_refused = True
    else:
        is_refused = False
    found = client.get_run(run).data
    return {
        "is_tag_changed": int(found.tags["verdict"] == "it leaked"),
        "is_param_changed": int(not is_refused or found.params["max_depth"] != "3"),
        "is_metric_added": int("late" in found.metrics),
    }


def open_every_run() -> Facts:
    """Open the runs of the lesson.

    Facts: ``has_`` part of autolog's run (1 is yes), ``scores_`` of each way, ``held_`` of each way,
    ``children``, ``tried``, ``params_late``, ``own_tags_auto``.
    """
    facts: dict[str, float | None] = {}
    ways = {way: open_run(AnatomySpec(way=way)) for way in ("hand", "auto", "late", "search")}
    for way, found in ways.items():
        facts |= {f"scores_{way}": found.n_scores_held, f"held_{way}": found.n_held}
    auto = ways["auto"]
    parts = auto.parts[auto.parts["way"] == "auto"]
    for part, is_held in zip(parts["part"], parts["is_held"], strict=True):
        facts[f"has_{part}"] = int(is_held)
    return facts | {
        "children": auto.n_children,
        "tried": auto.n_tried,
        "params_late": ways["late"].n_params,
        "own_tags_auto": len(own_tags(auto.entries[auto.entries["way"] == "auto"])),
    }


def _begin() -> "tuple[MlflowClient, str, str]":
    """Return a client, a fresh run and its experiment, in a store that is thrown away."""
    scratch = log_scratch([])
    found = scratch.client.get_experiment_by_name(scratch.experiment)
    if found is None:
        message = "the scratch store lost its experiment"
        raise RuntimeError(message)
    run = scratch.client.create_run(found.experiment_id).info.run_id
    return scratch.client, run, found.experiment_id
