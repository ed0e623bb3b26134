"""What it costs to keep a study in MLflow, by ours, by plain MLflow, and by its storage for Optuna."""

import os
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.report import OUT, Report, machine_load, rounded
from core.tracking.find import find_runs
from core.tracking.place import tracking_uri
from core.tracking.session import SessionSpec
from core.tracking.store import count_rows, engine_of, forget_clients, in_force, open_client
from core.tracking.study import log_study

STUDY_SECONDS = 60.0
TRIALS_OF_STUDY = 100
BEST = ["metrics.value DESC"]
COPIES = {
    "runs": "run_uuid",
    "metrics": "run_uuid",
    "latest_metrics": "run_uuid",
    "params": "run_uuid",
    "tags": "run_uuid",
}
"""Tables of MLflow that hold a run, and the column that names it."""


def measure(
    *, n_runs: int = 40, n_storage: int = 20, rounds: int = 3, n_many: int = 10_000
) -> Report:
    """Answer "how much does keeping every trial add to a search, and is the best one found at once?".

    The ways take turns on one store, `rounds` times. Table ``logging``: ``way``, ``round``, ``ms_a_run``,
    ``share_of_study`` (of 100 trials in 60 s, in percent), ``load``. Table ``finding``: ``runs``, ``best_ms``
    (the best of all, median of five), ``load``.
    """
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUT) as folder:
        os.environ["GLASSROOM_HOME"] = folder
        forget_clients()
        client = open_client()
        ways: dict[str, tuple[Callable[[int], None], int]] = {
            "ours": (_log_ours, n_runs),
            "plain MLflow": (_log_plain, n_runs),
            "MlflowStorage": (_log_storage, n_storage),
        }
        logging = [
            _time(name, number, *way)
            for number in range(1, rounds + 1)
            for name, way in ways.items()
        ]
        _copy_runs(client, n_many)
        forget_clients()
        finding = [_find_best(n_many)]
    return Report(
        name="tracking",
        question="How much does keeping every trial as a run add to a search?",
        goal="at most 25 ms a run, 5 % of a study of 60 s; the best of 10 000 runs within 100 ms",
        tables={"logging": sorted(logging, key=lambda row: str(row["way"])), "finding": finding},
        notes=(
            "A study is 100 trials in 60 seconds.",
            "Most of the runs that are searched were copied inside the database.",
            "MlflowStorage grows slower with each trial; it is given fewer.",
        ),
    )


def _time(name: str, number: int, log: Callable[[int], None], n_runs: int) -> dict[str, Any]:
    start = time.perf_counter()
    log(n_runs)
    each = (time.perf_counter() - start) / n_runs
    return {
        "way": name,
        "round": number,
        "ms_a_run": rounded(1000 * each),
        "share_of_study": rounded(100 * each * TRIALS_OF_STUDY / STUDY_SECONDS),
        "load": machine_load(),
    }


def _log_ours(n_runs: int) -> None:
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "number": range(n_runs),
            "state": "complete",
            "value": rng.uniform(size=n_runs),
            "seconds": rng.uniform(size=n_runs),
            "params": '{"depth": 3, "rate": 0.1}',
        }
    )
    log_study(SessionSpec(n_runs=n_runs), table, experiment="ours")


def _log_plain(n_runs: int) -> None:
    import mlflow

    with in_force(tracking_uri()):
        mlflow.set_experiment("plain")
        with mlflow.start_run():
            for number in range(n_runs):
                with mlflow.start_run(nested=True):
                    mlflow.log_params({"depth": 3, "rate": 0.1})
                    mlflow.log_metric("value", number / n_runs)
                    mlflow.log_metric("seconds", 0.1)


def _log_storage(n_trials: int) -> None:
    import mlflow
    import optuna
    from mlflow.optuna.storage import MlflowStorage

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with in_force(tracking_uri()):
        experiment = mlflow.create_experiment(f"storage-{uuid.uuid4().hex}")
        study = optuna.create_study(
            study_name=uuid.uuid4().hex,
            storage=MlflowStorage(experiment_id=experiment),
            sampler=optuna.samplers.RandomSampler(seed=0),
        )
        study.optimize(
            lambda trial: trial.suggest_float("rate", 0, 1) + trial.suggest_int("depth", 1, 9),
            n_trials=n_trials,
        )


def _copy_runs(client: Any, n_runs: int) -> None:
    """Multiply the runs of ours inside the database until there are `n_runs`."""
    from sqlalchemy import text

    experiment = client.get_experiment_by_name("ours").experiment_id
    with engine_of(client).begin() as connection:

        def columns(table: str) -> str:
            rows = connection.execute(text(f"PRAGMA table_info({table})"))
            return ", ".join(row[1] for row in rows if row[1] != COPIES[table])

        def count() -> int:
            asked = text("SELECT COUNT(*) FROM runs WHERE experiment_id = :e")
            return int(connection.execute(asked, {"e": experiment}).scalar_one())

        kinds = {table: columns(table) for table in COPIES}
        while (left := n_runs - count()) > 0:
            connection.execute(text("DROP TABLE IF EXISTS twins"))
            connection.execute(
                text(
                    "CREATE TEMP TABLE twins AS SELECT run_uuid AS old, lower(hex(randomblob(16))) AS new "
                    "FROM runs WHERE experiment_id = :e LIMIT :n"
                ),
                {"e": experiment, "n": left},
            )
            for table, names in kinds.items():
                connection.execute(
                    text(
                        f"INSERT INTO {table} (run_uuid, {names}) SELECT twins.new, {names} "
                        f"FROM {table} JOIN twins ON {table}.run_uuid = twins.old"
                    )
                )


def _find_best(n_runs: int) -> dict[str, Any]:
    path = Path(tracking_uri().removeprefix("sqlite:///"))
    count_rows(path)  # as at every start of Glassroom
    client = open_client()
    times = []
    for _ in range(5):
        start = time.perf_counter()
        found = find_runs(order=BEST, experiments=["ours"], limit=10, client=client)
        times.append(1000 * (time.perf_counter() - start))
    if len(found) != 10:
        message = "the search found too few runs"
        raise RuntimeError(message)
    return {"runs": n_runs, "best_ms": rounded(sorted(times)[2]), "load": machine_load()}
