"""Runs on models at work: rows in chunks, streams in small batches, requests shared out, nightly jobs."""

import io
import json
import warnings
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from core.practice.family import Values
from core.practice.proof import Facts


class _CountsCalls:
    """A model that does nothing but count how often it is asked."""

    def __init__(self) -> None:
        self.n_calls = 0

    def predict(self, rows: pd.DataFrame) -> list[float]:
        self.n_calls += 1
        return [0.0] * len(rows)


def predict_in_chunks(n_rows: int, n_chunk: int) -> Facts:
    """Read a CSV in chunks and ask a model about each.

    Facts: ``calls`` of predict, ``full_chunks`` (those with all their rows), ``scored`` (rows that got a
    prediction). Check by eye: 10 rows in chunks of 4 are 3 calls.
    """
    text = "x\n" + "\n".join(map(str, range(n_rows)))
    model = _CountsCalls()
    chunks = pd.read_csv(io.StringIO(text), chunksize=n_chunk)
    sizes = [len(model.predict(chunk)) for chunk in chunks]
    full = sum(size == n_chunk for size in sizes)
    return {"calls": model.n_calls, "full_chunks": full, "scored": sum(sizes)}


def draw_chunks(rng: np.random.Generator) -> Values | None:
    """Draw a table that does not divide into whole chunks."""
    n_chunk = 100 * int(rng.integers(2, 20))
    full = int(rng.integers(3, 25))
    n_rows = full * n_chunk + int(rng.integers(1, n_chunk))
    return {
        "n_chunk": n_chunk, "n_rows": n_rows, "full": full, "calls": full + 1,
        "rest": n_rows - full * n_chunk,
    }  # fmt: skip


def wait_for_challenger(percent: int, per_hour: int, n_wanted: int) -> Facts:
    """Share requests out, the same part of every hundred to the challenger, until it has answered enough.

    Facts, hours until then: ``hours``, ``hours_of_current`` (until the other model has answered as many),
    ``hours_of_all`` (until both together have). Check by eye: 10 % of 100 an hour, 30 wanted: 3.
    """
    at_challenger = np.resize(np.arange(100) < percent, per_hour)
    n_challenger = int(at_challenger.sum())

    def hours(n_an_hour: int) -> float:
        return n_wanted / n_an_hour

    return {
        "hours": hours(n_challenger),
        "hours_of_current": hours(per_hour - n_challenger),
        "hours_of_all": hours(per_hour),
    }


def draw_challenger(rng: np.random.Generator) -> Values | None:
    """Draw a share of the traffic, requests an hour, and how many the challenger is to answer."""
    percent = int(rng.choice([5, 10, 20, 25]))
    per_hour = 100 * int(rng.integers(2, 13))
    hours = int(rng.integers(4, 40))
    a_hour = per_hour * percent // 100
    n_wanted = hours * a_hour
    return {
        "percent": percent, "rest": 100 - percent, "per_hour": per_hour, "a_hour": a_hour,
        "n_wanted": n_wanted, "hours": hours, "hours_of_all": n_wanted / per_hour,
        "hours_of_current": n_wanted / (per_hour - a_hour),
    }  # fmt: skip


def score_in_triggers(every_s: int, takes_s: int) -> Facts:
    """Let readings arrive all the time, score all that wait whenever the stream is triggered.

    A reading that arrives as a run starts waits for the next one. Facts, seconds from arrival to mark:
    ``longest``, ``shortest``. Check by eye: every 10 s, a run of 2 s: 12 and (nearly) 2.
    """
    arrivals = np.arange(0, 5 * every_s, 0.25)
    starts = np.arange(0, 7 * every_s, every_s)
    # The first start strictly after the arrival: what comes at the start itself has missed it.
    marked = starts[np.searchsorted(starts, arrivals, side="right")] + takes_s
    waits = marked - arrivals
    return {"longest": float(waits.max()), "shortest": float(waits.min())}


def draw_triggers(rng: np.random.Generator) -> Values | None:
    """Draw how often a stream is triggered and how long one run takes."""
    every, takes = int(rng.choice([10, 15, 20, 30, 45, 60, 90, 120])), int(rng.integers(2, 9))
    return {"every": every, "takes": takes, "longest": every + takes}


def wait_for_the_night(hour: int, job_minutes: int) -> Facts:
    """Say how long after an event at `hour` o'clock the score of a job at 2 in the night knows of it.

    Facts, minutes: ``until_scored``, ``until_the_job`` (its start), ``job`` (its length). Check by eye: an
    event at 1 o'clock and a job of 30 minutes: 90.
    """
    event = datetime(2026, 3, 10, hour, tzinfo=UTC)
    start = datetime(2026, 3, 9, 2, tzinfo=UTC)
    while start <= event:
        start += timedelta(days=1)
    done = start + timedelta(minutes=job_minutes)
    return {
        "until_scored": (done - event).total_seconds() / 60,
        "until_the_job": (start - event).total_seconds() / 60,
        "job": float(job_minutes),
    }


def draw_night(rng: np.random.Generator) -> Values | None:
    """Draw the hour of an event and the length of the nightly job."""
    hour, minutes = int(rng.integers(8, 23)), 5 * int(rng.integers(2, 12))
    until = 60 * (26 - hour)
    return {
        "hour": hour, "minutes": minutes, "hours": 26 - hour, "until_the_job": until,
        "until_scored": until + minutes,
    }  # fmt: skip


def read_bodies() -> Facts:
    """Hand four bodies of a request to the part of MLflow's scoring server that reads them.

    Facts: ``understands_split`` (columns and data), ``understands_records`` (rows by name),
    ``understands_rows`` and ``understands_flats`` (names of one's own): 1 if a body is taken, 0 if it is
    refused; ``n_split`` and ``n_records``, the rows that were found.
    """
    table = pd.DataFrame({"area": [50, 80], "rooms": [2, 3]})
    records, split = table.to_dict(orient="records"), table.to_dict(orient="split", index=False)
    found = {
        "split": _count_rows({"dataframe_split": split}),
        "records": _count_rows({"dataframe_records": records}),
        "rows": _count_rows({"rows": split["data"], "columns": split["columns"]}),
        "flats": _count_rows({"flats": records}),
    }
    facts: dict[str, float | None] = {
        f"understands_{name}": float(n is not None) for name, n in found.items()
    }
    return facts | {"n_split": found["split"], "n_records": found["records"]}


def _count_rows(body: dict[str, Any]) -> int | None:
    with warnings.catch_warnings():
        # The module has a typing hint of its own that MLflow itself warns of.
        warnings.filterwarnings("ignore", message=".*Any type hint")
        from mlflow.exceptions import MlflowException
        from mlflow.pyfunc.scoring_server import infer_and_parse_data

    try:
        return len(infer_and_parse_data(json.loads(json.dumps(body))))
    except MlflowException:
        return None
