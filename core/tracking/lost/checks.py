"""Runs that prove the practice items on lost experiments, and draws of their numbers."""

from dataclasses import replace

import numpy as np
import pandas as pd

from core.practice.family import Values
from core.practice.proof import Facts
from core.tracking.best_run.checks import log_scratch
from core.tracking.lost.lab import LostSpec, read_notes
from core.tracking.lost.notes import keep_notes
from core.tracking.session import Session, train_session


def count_ties(scores: list[float]) -> Facts:
    """Print the scores with two decimals and with all, and count the lines that show the highest.

    Facts: ``tied`` (two decimals), ``exact`` (all decimals), ``n_runs``.
    """
    session = _pretend(scores)
    known = keep_notes(session, "printed").known
    return {
        "tied": int((known["score"] == known["score"].max()).sum()),
        "exact": int((session.runs["roc_auc"] == max(scores)).sum()),
        "n_runs": len(scores),
    }


def draw_ties(rng: np.random.Generator) -> Values | None:
    """Draw six scores with four decimals, of which two to four look alike with two."""
    top = int(rng.integers(80, 96))
    n_tied = int(rng.integers(2, 5))
    high = [top / 100 + float(d) / 10_000 for d in rng.choice(np.arange(-48, 49), n_tied, False)]
    low = [float(value) / 10_000 for value in rng.choice(np.arange(6000, 7800), 6 - n_tied, False)]
    scores = [round(float(value), 4) for value in rng.permutation(high + low)]
    if len({f"{score:.2f}" for score in high}) > 1:
        return None
    return {"scores": scores, "tied": n_tied, "n_runs": 6}


def count_trainings(n_settings: int, n_seeds: int) -> Facts:
    """Write every setting with every seed of the rows down, and count them.

    Facts: ``trainings``, ``settings``, ``added`` (settings and seeds). Check by eye: 3 and 2 make 6.
    """
    tried = {(setting, seed) for setting in range(n_settings) for seed in range(n_seeds)}
    return {
        "trainings": len(tried),
        "settings": len({setting for setting, _ in tried}),
        "added": len({s for s, _ in tried}) + len({s for _, s in tried}),
    }


def draw_trainings(rng: np.random.Generator) -> Values | None:
    """Draw how many settings and seeds a lost model may have had."""
    n_settings, n_seeds = int(rng.integers(4, 25)), int(rng.integers(2, 7))
    return {
        "settings": n_settings,
        "seeds": n_seeds,
        "trainings": n_settings * n_seeds,
        "added": n_settings + n_seeds,
    }


def log_variants(n_models: int, n_seeds: int) -> Facts:
    """Log a run for every model and seed into one experiment of MLflow, and count what it holds.

    Facts: ``runs``, ``experiments``, ``models`` (different values of the param ``model``).
    """
    params = [
        {"model": f"m{model}", "split_seed": str(seed)}
        for model in range(n_models)
        for seed in range(n_seeds)
    ]
    scratch = log_scratch([0.5] * len(params), params)
    found = scratch.find("")
    return {
        "runs": len(found),
        "experiments": sum(
            one.name == scratch.experiment for one in scratch.client.search_experiments()
        ),
        "models": len({run.params["model"] for run in found}),
    }


def log_twice() -> Facts:
    """Log a param again, with the same value and with another, and a metric again.

    Facts (1 is yes): ``is_same_refused``, ``is_other_refused``, ``n_metric_values`` kept of two.
    """
    from mlflow.exceptions import MlflowException

    scratch = log_scratch([0.5], [{"max_depth": "3"}])
    client, run = scratch.client, scratch.find("")[0].id
    experiment = client.get_run(run).info.experiment_id
    fresh = client.create_run(experiment).info.run_id
    refused = {}
    for name, value in (("first", 3), ("same", 3), ("other", 5)):
        try:
            client.log_param(fresh, "max_depth", value)
            refused[name] = 0
        except MlflowException:
            refused[name] = 1
    for step, score in enumerate((0.5, 0.4)):
        client.log_metric(fresh, "rmse", score, step=step)
    kept = client.get_run(fresh).data.params["max_depth"]
    return {
        "is_same_refused": refused["same"],
        "is_other_refused": refused["other"],
        "kept": int(kept),
        "n_metric_values": len(client.get_metric_history(fresh, "rmse")),
    }


def read_every_way() -> Facts:
    """Read the notes of the lesson in every way.

    Facts: ``answered_`` and ``again_`` (trainings to try) followed by the way, ``n_questions``,
    ``n_other_rows``, ``is_reproduced``.
    """
    facts: dict[str, float | None] = {}
    spec = LostSpec()
    for way in ("printed", "named", "tracked"):
        found = read_notes(replace(spec, notes=way))
        facts |= {f"answered_{way}": found.n_answered, f"again_{way}": found.possible_again}
    found = read_notes(spec)
    return facts | {
        "n_questions": found.n_questions,
        "n_other_rows": found.n_runs - found.n_same_rows,
        "is_reproduced": int(found.is_reproduced),
    }


def _pretend(scores: list[float]) -> Session:
    """Return a session with these scores, so that the notes of the lesson can be kept of them."""
    session = train_session(LostSpec().session)
    runs = pd.DataFrame({"roc_auc": scores})
    return replace(session, runs=runs)
