"""The registered proposal under the learner's own hand: serve it, change a cell, send the request."""

import json
import statistics
from dataclasses import dataclass
from threading import Lock

import pandas as pd
from cachetools import LRUCache, cached

from core.automl.notebook import Notebook
from core.automl.proposal import give_notebook
from core.automl.service.play import (
    ABOUT,
    ALIAS,
    NAME,
    ROWS,
    open_registry,
    order_of,
    serve_proposal,
)
from core.errors import SpecError
from core.tracking.candidates import TableSpec
from core.tracking.registry import read_aliases
from core.tracking.serving import Reply, Server, ask_model, serve_model

N_TIMED = 10


@dataclass(frozen=True)
class Asked:
    """A request that was sent, and what came back."""

    reply: Reply
    answer: float | None
    """The probability of the last class; None if the request was refused."""
    before: float | None
    """The same for the row as it is in the table."""
    n_timed: int
    ms_half: float
    ms_most: float
    """Milliseconds of `n_timed` further requests: the median and the longest."""


def find_row(spec: TableSpec) -> pd.DataFrame:
    """Return the row that the lesson asks about, with the columns that the model reads."""
    folder = open_registry(spec).folder
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    rows: pd.DataFrame = pd.read_csv(
        folder / ROWS, dtype=dict.fromkeys(about["words"], "object"), keep_default_na=False,
        na_values=[""],
    )  # fmt: skip
    place = serve_proposal(spec).row
    row: pd.DataFrame = rows[about["columns"]].iloc[[place]].reset_index(drop=True)
    return row


def is_registered(spec: TableSpec) -> bool:
    """Return whether the proposal passed the gate, so that it can be served."""
    return bool((serve_proposal(spec).refusals["version"] > 0).any())


def read_version(spec: TableSpec) -> int:
    """Return the version behind the alias champion."""
    return read_aliases(NAME, store=open_registry(spec).uri)["champion"]


@cached(LRUCache(maxsize=8), lock=Lock())
def write_champion(spec: TableSpec) -> Notebook:
    """Return the notebook of the model that was registered."""
    play = serve_proposal(spec)
    return give_notebook(play.family, (play.cells, play.logged, play.made_of), *order_of(spec))


def serve_champion(spec: TableSpec, owner: str) -> Server:
    """Start ``mlflow models serve`` on the champion."""
    return serve_model(ALIAS, store=open_registry(spec).uri, owner=owner)


def change_cell(row: pd.DataFrame, column: str, text: str) -> pd.DataFrame:
    """Return the row with what was typed in one cell: a number if it is one, nothing if it is empty.

    Raises
    ------
    SpecError
        If the row has no such column.
    """
    if column not in row.columns:
        message = f"The row has no column {column!r}. Choose one that it has."
        raise SpecError(message)
    changed = row.copy()
    changed[column] = pd.Series([_read(text)], index=row.index, dtype="object")
    return changed


def ask_champion(server: Server, row: pd.DataFrame, changed: pd.DataFrame) -> Asked:
    """Send the changed row, then the row as it is, and time a few more requests."""
    reply, before = ask_model(server, changed), ask_model(server, row)
    times = [ask_model(server, row).ms for _ in range(N_TIMED)]
    return Asked(
        reply, _answer(reply), _answer(before), N_TIMED, statistics.median(times), max(times)
    )


def _answer(reply: Reply) -> float | None:
    return float(reply.body["predictions"][0][-1]) if reply.status == 200 else None


def _read(text: str) -> object:
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError:
        return text
