"""What becomes of a column's importance when the table holds it twice, and of groups that go together."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.automl.explain.importance import measure_importance
from core.automl.explain.shuffle import shuffle_groups, sum_up
from core.automl.explain.winner import (
    Bench,
    Winner,
    WinnerSpec,
    fit_winner,
    free_name,
    set_up,
    train_winner,
)
from core.progress import report
from core.remember import remembered

TWIN = "twin"
CLOSE = 0.7
"""Rank correlation from which two columns of numbers are called close."""


@dataclass(frozen=True, eq=False)
class Twins:
    """The most important column alone and with a copy, and the groups that the table holds itself.

    `doubled` has one row per bar: ``bar`` ("alone", "original", "twin", "both"), ``rise``, ``low``, ``high``.
    `groups` has one row per group of close columns: ``group`` (names), ``n_columns``, ``rise`` (all shuffled
    together), ``low``, ``high``, ``highest`` (rise of its best column shuffled alone), ``total`` (sum of the
    rises of its columns shuffled alone).
    """

    spec: WinnerSpec
    column: str
    """The most important real column, which is copied."""
    error: float
    """On the rows that judge: of the winner, and of the same model with the copy in the table."""
    doubled_error: float
    doubled: pd.DataFrame
    groups: pd.DataFrame


@remembered
def double_column(spec: WinnerSpec) -> Twins:
    """Copy the most important column, train again, and shuffle original, copy, and both together.

    Answers "does a column matter less because another says the same?". Check by eye: a copy brings no
    knowledge, so the error hardly changes.
    """
    bench, first = set_up(spec.data, spec.seed), measure_importance(spec)
    real = first.columns[~first.columns["is_control"]]
    column = str(real["column"].iloc[0])
    report(0.3, "Training with the column twice")
    twin = free_name(TWIN, set(bench.rows.columns) | {str(bench.dataset.target)})
    # Away from the original, so that no model prefers one of them for its place.
    rows = bench.rows.assign(**{twin: bench.rows[column]})
    doubled = fit_winner(bench, rows, spec.model, np.arange(bench.n_train), seed=spec.seed)
    report(0.7, "Shuffling")
    judged = rows.iloc[bench.n_train :]
    bars = {"original": (column,), "twin": (twin,), "both": (column, twin)}
    shuffles = shuffle_groups(
        doubled, judged, bench.truth, bars, n_repeats=spec.n_repeats, seed=spec.seed
    )
    alone = real[real["column"] == column].assign(bar="alone")
    table = pd.concat([alone, sum_up(shuffles).rename(columns={"group": "bar"})])
    return Twins(
        spec=spec,
        column=column,
        error=first.error,
        doubled_error=_error(doubled, judged),
        doubled=table[["bar", "rise", "low", "high"]].reset_index(drop=True),
        groups=_judge_groups(spec, bench, real),
    )


def _error(winner: Winner, rows: pd.DataFrame) -> float:
    from core.automl.explain.shuffle import measure_error

    return measure_error(winner, winner.bench.truth, winner.predict(rows))


def find_groups(bench: Bench) -> list[tuple[str, ...]]:
    """Return the groups of real columns of numbers that are linked by a rank correlation of at least 0.7."""
    from scipy.sparse.csgraph import connected_components

    names = [name for name in bench.dataset.numeric_features if name in bench.rows]
    if len(names) < 2:
        return []
    table = bench.rows.iloc[: bench.n_train][names].astype("float64")
    close = table.corr(method="spearman").abs().fillna(0.0).to_numpy() >= CLOSE
    _, labels = connected_components(close, directed=False)
    groups = [tuple(np.array(names)[labels == label]) for label in range(labels.max() + 1)]
    return [tuple(map(str, group)) for group in groups if len(group) > 1]


def _judge_groups(spec: WinnerSpec, bench: Bench, real: pd.DataFrame) -> pd.DataFrame:
    groups = {" + ".join(group): group for group in find_groups(bench)}
    winner = train_winner(spec.data, spec.model, spec.seed)
    shuffles = shuffle_groups(
        winner, bench.judged, bench.truth, groups, n_repeats=spec.n_repeats, seed=spec.seed
    )
    table = sum_up(shuffles) if groups else pd.DataFrame(columns=["group", "rise", "low", "high"])
    single = real.set_index("column")["rise"]
    found = [single[list(groups[str(name)])] for name in table["group"]]
    return table.assign(
        n_columns=[len(rises) for rises in found],
        highest=[float(rises.max()) for rises in found],
        total=[float(rises.sum()) for rises in found],
    ).astype(
        {"group": "str", "n_columns": "int64"}
        | dict.fromkeys(("rise", "low", "high", "highest", "total"), "float64")
    )
