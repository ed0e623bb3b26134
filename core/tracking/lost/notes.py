"""Three ways of keeping notes about the same trainings, and what each of them still knows."""

import re
from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from core.tracking.find import find_runs
from core.tracking.session import Session
from core.tracking.session_store import EXPERIMENT, open_session

Way = Literal["printed", "named", "tracked"]
WAYS: tuple[Way, ...] = get_args(Way)
DIGITS = 2
"""Decimals of a score that is printed."""
_FILE = re.compile(r"model_(?P<number>\d+)_(?P<model>[a-z]+)\.skops  auc (?P<score>[\d.]+)")
_PRINTED = re.compile(r"auc (?P<score>[\d.]+)")


@dataclass(frozen=True, eq=False)
class Notes:
    """What was written down, and what can be read from it.

    `known` has one row per training in the order of the notes: ``score`` and, where the notes have it,
    ``model``, ``split_seed`` and ``settings`` (all of them, as one text).
    """

    way: Way
    text: str
    """The notes themselves, as they were found again; for tracked runs the query that reads them."""
    known: pd.DataFrame


def keep_notes(session: Session, way: Way) -> Notes:
    """Write the notes of a session in one way, and read them back as somebody would next month."""
    if way == "tracked":
        return Notes(way, QUERY, _read_runs(session))
    runs = session.runs
    if way == "printed":
        lines = [f"auc {score:.{DIGITS}f}" for score in runs["roc_auc"]]
        rows = [{"score": float(_match(_PRINTED, line)["score"])} for line in lines]
        return Notes(way, "\n".join(lines), pd.DataFrame(rows))
    lines = [
        f"model_{number}_{model}.skops  auc {score:.{DIGITS}f}"
        for number, model, score in zip(runs["number"], runs["model"], runs["roc_auc"], strict=True)
    ]
    found = [_match(_FILE, line) for line in lines]
    return Notes(
        way,
        "\n".join(lines),
        pd.DataFrame([{"score": float(one["score"]), "model": one["model"]} for one in found]),
    )


def _read_runs(session: Session) -> pd.DataFrame:
    """Ask MLflow for every run of the session."""
    found = find_runs(
        "", ["attributes.start_time ASC"], experiments=[EXPERIMENT], limit=1000,
        client=open_session(session.spec),
    )  # fmt: skip
    rows = [
        {
            "score": run.metrics["roc_auc"],
            "model": run.params["model"],
            "split_seed": run.params["split_seed"],
            "settings": describe(run.params),
        }
        for run in found
    ]
    return pd.DataFrame(rows)


def describe(params: dict[str, str]) -> str:
    """Return the settings of a training as one line: its model, then each setting by name."""
    rest = sorted((name, text) for name, text in params.items() if name != "model")
    return ", ".join([params["model"], *(f"{name}={text}" for name, text in rest)])


def _match(pattern: re.Pattern[str], line: str) -> re.Match[str]:
    found = pattern.fullmatch(line)
    if found is None:
        message = f"the notes hold a line that nobody wrote: {line!r}"
        raise ValueError(message)
    return found


QUERY = 'mlflow.search_runs(order_by=["attributes.start_time ASC"])'
