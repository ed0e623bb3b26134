"""Runs that prove the practice items on finding runs, and draws of their numbers."""

import atexit
import os
import shutil
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.practice.family import Values
from core.practice.proof import Facts
from core.tracking.find import FoundRun, RefusedQueryError, find_runs
from core.tracking.log import log_batches, metrics_of
from core.tracking.place import uri_of
from core.tracking.store import make_store, open_client

if TYPE_CHECKING:
    from mlflow import MlflowClient

MINUTE = 60_000


@dataclass(frozen=True)
class Scratch:
    """Runs of one experiment in a store that is thrown away with this process."""

    client: "MlflowClient"
    experiment: str

    def numbers(self, where: str = "", order: str = "", limit: int = 100) -> list[int]:
        """Return which runs come back, in their order."""
        return [int(run.tags["number"]) for run in self.find(where, order, limit)]

    def find(self, where: str, order: str = "", limit: int = 100) -> list[FoundRun]:
        """Put a query to these runs alone."""
        return find_runs(
            where,
            [order] if order else [],
            experiments=[self.experiment],
            limit=limit,
            client=self.client,
        )

    def is_refused(self, where: str) -> int:
        """Return 1 if MLflow cannot read this filter, else 0."""
        try:
            self.find(where)
        except RefusedQueryError:
            return 1
        return 0


@lru_cache(maxsize=1)
def _open_scratch(_process: int) -> "MlflowClient":
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    make_store(folder / "runs.db")
    return open_client(uri_of(folder / "runs.db"))


def log_scratch(
    scores: Sequence[float], params: Sequence[dict[str, str]] | None = None, metric: str = "rmse"
) -> Scratch:
    """Log a run for each score, a minute apart."""
    client, name = _open_scratch(os.getpid()), uuid.uuid4().hex
    experiment = client.create_experiment(name, artifact_location=tempfile.gettempdir())
    for number, score in enumerate(scores, start=1):
        run = client.create_run(
            experiment, start_time=number * MINUTE, tags={"number": str(number)}
        ).info.run_id
        log_batches(client, run, metrics_of({metric: score}), params[number - 1] if params else {})
        client.set_terminated(run)
    return Scratch(client, name)


def order_errors(scores: list[float]) -> Facts:
    """Log one run for each error and ask for them in every order.

    Facts: the number of the first run with ``ascending``, ``descending``, ``unordered`` and with the
    ``default`` direction. Check by eye: of the errors 3, 1, 2 the ascending first is run 2.
    """
    runs = log_scratch(scores)
    return {
        "ascending": runs.numbers(order="metrics.rmse ASC")[0],
        "descending": runs.numbers(order="metrics.rmse DESC")[0],
        "unordered": runs.numbers()[0],
        "default": runs.numbers(order="metrics.rmse")[0],
    }


def draw_errors(rng: np.random.Generator) -> Values | None:
    """Draw the errors of four to seven runs, the best and the worst of which are neither first nor last."""
    n_runs = int(rng.integers(4, 8))
    drawn = rng.choice(np.arange(20, 90), n_runs, replace=False)
    scores = [float(value) / 10 for value in drawn]
    best, worst = int(np.argmin(scores)) + 1, int(np.argmax(scores)) + 1
    if {best, worst} & {1, n_runs}:
        return None
    return {"scores": scores, "best": best, "worst": worst, "newest": n_runs, "first": 1}


def filter_scores(scores: list[float], bound: float, limit: int) -> Facts:
    """Log one run for each score, filter by a bound and cut the answer.

    Facts: ``returned``, ``passing`` (without the limit), ``misspelt`` (runs for a name nobody logged).
    """
    runs = log_scratch(scores, metric="auc")
    return {
        "returned": len(runs.numbers(f"metrics.auc > {bound}", limit=limit)),
        "passing": len(runs.numbers(f"metrics.auc > {bound}")),
        "misspelt": len(runs.numbers(f"metrics.AUC > {bound}")),
        "all": len(scores),
    }


def draw_scores(rng: np.random.Generator) -> Values | None:
    """Draw eight scores, a bound that some pass, and a limit below their number."""
    scores = [float(value) for value in rng.integers(60, 95, 8) / 100]
    bound = float(rng.integers(68, 85)) / 100
    passing, limit = sum(score > bound for score in scores), int(rng.integers(2, 6))
    if bound in scores or not limit < passing < len(scores):
        return None
    return {
        "scores": scores,
        "bound": bound,
        "limit": limit,
        "passing": passing,
        "all": len(scores),
    }


def join_filters(scores: list[float], models: list[str], model: str, bound: float) -> Facts:
    """Log a run for each score and model, and put two clauses with AND and with OR.

    Facts: ``both`` (runs for AND), ``either`` (a count by hand, since MLflow has no OR),
    ``is_or_refused``, ``of_model``, ``above``.
    """
    params = [{"model": name} for name in models]
    first, second = f"params.model = '{model}'", f"metrics.auc > {bound}"
    runs = log_scratch(scores, params, metric="auc")
    of_model, above = set(runs.numbers(first)), set(runs.numbers(second))
    return {
        "both": len(runs.numbers(f"{first} AND {second}")),
        "either": len(of_model | above),
        "of_model": len(of_model),
        "above": len(above),
        "is_or_refused": runs.is_refused(f"{first} OR {second}"),
    }


def draw_joined(rng: np.random.Generator) -> Values | None:
    """Draw six runs with models and scores, so that every count differs."""
    scores = [float(value) for value in rng.integers(60, 95, 6) / 100]
    models = [str(name) for name in rng.choice(["tree", "forest"], 6)]
    bound, model = float(rng.integers(66, 85)) / 100, str(rng.choice(["tree", "forest"]))
    of_model = {place for place, name in enumerate(models) if name == model}
    above = {place for place, score in enumerate(scores) if score > bound}
    counts = {len(of_model & above), len(of_model | above), len(of_model)}
    if (
        bound in scores
        or len(counts) < 3
        or not of_model & above
        or len(above) in counts - {len(of_model)}
    ):
        return None
    rows = [
        f"| {place} | {name} | {score:.2f} |"
        for place, (name, score) in enumerate(zip(models, scores, strict=True), start=1)
    ]
    return {
        "scores": scores, "models": models, "model": model, "bound": bound,
        "both": len(of_model & above), "either": len(of_model | above), "of_model": len(of_model),
        "rows": "\n".join(rows),
    }  # fmt: skip


def compare_params() -> Facts:
    """Log depths as params and try to compare them as numbers and as text.

    Facts (1 is yes): ``is_greater_refused``, ``is_bare_number_refused``, ``n_quoted`` runs for
    ``= '10'``, ``is_text`` (the value comes back as text).
    """
    runs = log_scratch([1.0, 2.0, 3.0], [{"max_depth": depth} for depth in ("2", "10", "10")])
    found = runs.find("params.max_depth = '10'")
    return {
        "is_greater_refused": runs.is_refused("params.max_depth > '5'"),
        "is_bare_number_refused": runs.is_refused("params.max_depth = 10"),
        "n_quoted": len(found),
        "is_text": int(all(isinstance(run.params["max_depth"], str) for run in found)),
    }


def ask_without_prefix() -> Facts:
    """Ask with and without ``metrics.`` in front, and with a name that nobody logged.

    Facts: ``is_bare_refused``, ``is_singular_read`` (``metric.``), ``n_unknown`` runs, ``n_all``.
    """
    runs = log_scratch([1.0, 2.0, 3.0])
    return {
        "is_bare_refused": runs.is_refused("rmse < 5"),
        "is_singular_read": int(len(runs.numbers("metric.rmse < 5")) == 3),
        "n_unknown": len(runs.numbers("metrics.RMSE < 5")),
        "is_unknown_refused": runs.is_refused("metrics.RMSE < 5"),
        "n_all": len(runs.numbers()),
    }


def order_with_failure(is_rising: bool) -> Facts:
    """Log three errors and one run without any, and order by the error.

    Facts: ``place`` of the run without one, ``first``.
    """
    runs = log_scratch([3.0, float("nan"), 1.0, 2.0])
    found = runs.numbers(order=f"metrics.rmse {'ASC' if is_rising else 'DESC'}")
    return {"place": found.index(2) + 1, "first": found[0], "n_runs": len(found)}
