"""Whether the price of a wrong splitter is luck: the same on twenty tables of one law."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import require
from core.remember import remembered
from core.validation.folds.days import DAYS, draw_days
from core.validation.folds.days import SEED as DAYS_SEED
from core.validation.folds.recordings import N_EACH, N_PEOPLE, RECORDINGS, draw_recordings
from core.validation.folds.recordings import SEED as RECORDINGS_SEED
from core.validation.folds.splitters import Knobs, Splitter, cut
from core.validation.folds.tables import (
    MOST_FRESH,
    MOST_ROWS,
    N_FUTURES,
    FoldTable,
    encode,
    find_dataset,
    read_target,
)
from core.validation.folds.trial import MODELS, Model, choose_right, score_fold

N_WORLDS = 20
N_FOLDS = {"recordings": 5, "days": 5, "churn": 10}
"""Tables that can be drawn anew, and how many folds are made of each."""
NAIVE: Splitter = "shuffled"


@dataclass(frozen=True, kw_only=True)
class WorldsSpec:
    """A law to draw tables from, and the model."""

    data: str = "recordings"
    model: Model = "neighbours"

    def __post_init__(self) -> None:
        require(
            self.data in N_FOLDS,
            f"New tables can be drawn for {', '.join(N_FOLDS)}, not for {self.data!r}.",
        )
        require(
            self.model in MODELS, f"The model is one of {', '.join(MODELS)}, got {self.model!r}."
        )


@dataclass(frozen=True, eq=False)
class Worlds:
    """What the naive and the right splitter say on each table, and what is true there."""

    spec: WorldsSpec
    k: int
    right: str
    scores: pd.DataFrame
    """One row per table: ``world`` (from 1), ``naive``, ``right`` (means over the folds that have a
    score), ``fresh``, ``naive_undefined``, ``right_undefined`` (folds without a score)."""


@remembered
def compare_worlds(spec: WorldsSpec) -> Worlds:
    """Answer "does the wrong splitter mislead every time, or was it bad luck?".

    Check by eye: with ``recordings`` the naive score lies above the fresh one in every row.
    """
    k = N_FOLDS[spec.data]
    rows, right = [], NAIVE
    for world in range(1, N_WORLDS + 1):
        found, fresh = draw_world(spec.data, world)
        right = choose_right(found)
        features, fresh_features = encode(found.dataset, found.rows, fresh)
        if fresh_features is None:
            continue
        row: dict[str, float] = {"world": world}
        for name, splitter in (("naive", NAIVE), ("right", right)):
            scores = [
                score_fold(
                    found,
                    spec.model,
                    features,
                    train,
                    test_features=features[test],
                    truth=found.target[test],
                )
                for train, test in cut(found, splitter, k, Knobs(seed=world))
            ]
            row[name] = float(np.nanmean(scores))
            row[f"{name}_undefined"] = int(np.isnan(scores).sum())
        truth = read_target(found.dataset, fresh)
        every = np.arange(len(features))
        row["fresh"] = score_fold(
            found, spec.model, features, every, test_features=fresh_features, truth=truth
        )
        rows.append(row)
    scores = pd.DataFrame(rows)
    kinds = dict.fromkeys(("world", "naive_undefined", "right_undefined"), "int64")
    return Worlds(spec=spec, k=k, right=right, scores=scores.astype(kinds))


def draw_world(data: str, world: int) -> tuple[FoldTable, pd.DataFrame]:
    """Return table number `world` of the law behind `data`, and fresh rows of the same law.

    ``churn`` has 7,000 rows: 240 of them are drawn, and 2,000 others are fresh.
    """
    if data == "recordings":
        rng = np.random.default_rng(RECORDINGS_SEED + world)
        table = draw_recordings(N_PEOPLE, N_EACH, rng)
        return FoldTable(RECORDINGS, table, "person", None), draw_recordings(MOST_FRESH, 1, rng)
    if data == "days":
        past, futures = draw_days(N_FUTURES, np.random.default_rng(DAYS_SEED + world))
        return FoldTable(DAYS, past, None, "day"), futures
    dataset = find_dataset(data)
    drawn = np.random.default_rng(world).permutation(dataset.n_rows)
    table = dataset.table
    rows = table.iloc[np.sort(drawn[:MOST_ROWS])].reset_index(drop=True)
    fresh = table.iloc[drawn[MOST_ROWS : MOST_ROWS + MOST_FRESH]].reset_index(drop=True)
    return FoldTable(dataset, rows, None, None), fresh
