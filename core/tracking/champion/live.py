"""The registry of the lesson under the learner's own hand: move the alias, serve, ask."""

from dataclasses import dataclass

import pandas as pd

from core.datasets import load_dataset
from core.tracking.candidates import deal_rows
from core.tracking.champion.play import ALIAS, NAME, SAME, PlaySpec, open_registry, play_promotion
from core.tracking.registry import point, read_aliases
from core.tracking.serving import Reply, Server, ask_model, serve_model, serve_runs


@dataclass(frozen=True)
class Asked:
    """A request that was sent, and what came back."""

    reply: Reply
    version: int | None
    """The version that gives this answer; None if the request was refused."""
    answer: float | None


def read_champion(spec: PlaySpec) -> int:
    """Return the version that the alias points at now."""
    return read_aliases(NAME, store=open_registry(spec).uri)["champion"]


def move_champion(spec: PlaySpec, version: int) -> None:
    """Let the alias point at `version`."""
    point(NAME, "champion", version, store=open_registry(spec).uri)


def serve_champion(spec: PlaySpec, owner: str) -> Server:
    """Start ``mlflow models serve`` on whoever is the champion now."""
    return serve_model(ALIAS, store=open_registry(spec).uri, owner=owner)


def show_registry(spec: PlaySpec, owner: str) -> Server:
    """Start MLflow's own page on the registry of the lesson."""
    return serve_runs(open_registry(spec).uri, owner=owner)


def ask_champion(server: Server, spec: PlaySpec, *, is_whole: bool = True) -> Asked:
    """Send the row of the lesson to the server, or the same row with its first column missing."""
    play = play_promotion(spec)
    row = find_row(spec)
    reply = ask_model(server, row if is_whole else row.drop(columns=row.columns[0]))
    if reply.status != 200:
        return Asked(reply, None, None)
    answer = float(reply.body["predictions"][0][1])
    own = play.versions.set_index("version")["answer"]
    versions = [int(str(version)) for version, each in own.items() if abs(each - answer) < SAME]
    return Asked(reply, versions[0] if versions else None, answer)


def find_row(spec: PlaySpec) -> pd.DataFrame:
    """Return the row that the lesson asks about, as a table of one row."""
    rows = deal_rows(load_dataset(spec.table.data), spec.table.seed)
    return rows.test.iloc[[play_promotion(spec).row]]
