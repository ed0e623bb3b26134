"""How steady the order of the columns is when other rows train and other chance rules."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.automl.explain.shuffle import shuffle_groups
from core.automl.explain.winner import ModelSpec, fit_winner, set_up
from core.progress import report
from core.remember import remembered

N_FOLDS = 5
N_SEEDS = 2
MOST_ROWS = 1_500
"""Rows that are dealt into folds, at most."""
N_SHUFFLES = 5


@dataclass(frozen=True, kw_only=True)
class StabilitySpec(ModelSpec):
    """Which model on which table is explained again and again."""


@dataclass(frozen=True, eq=False)
class Stability:
    """What each of the runs says of each column.

    `runs` has one row per run and column: ``deal`` and ``fold`` (0, 1, …), ``column``, ``is_control``,
    ``rise`` (of the error when shuffled, mean of 5 shuffles), ``rank`` (1: the most important of that run).
    `ranks` has one row per column, the best mean rank first: ``column``, ``is_control``, ``mean``, ``best``,
    ``worst`` (rank), ``share_above`` (of the runs in which it rises above both controls).
    """

    spec: StabilitySpec
    n_runs: int
    n_train: int
    """Rows that train in a run, on average."""
    runs: pd.DataFrame
    ranks: pd.DataFrame


@remembered
def repeat_importance(spec: StabilitySpec) -> Stability:
    """Train on other rows with other chance, and rank the columns each time.

    Answers "would another sample have named the same columns?". Check by eye: each run ranks from 1 to the
    number of columns.
    """
    from sklearn.model_selection import KFold, StratifiedKFold

    bench = set_up(spec.data, spec.seed)
    n_rows = min(MOST_ROWS, bench.n_train)
    rows, target = bench.rows.iloc[:n_rows], bench.target[:n_rows]
    kind = KFold if bench.dataset.task == "regression" else StratifiedKFold
    tables = []
    for deal in range(N_SEEDS):
        folds = kind(N_FOLDS, shuffle=True, random_state=spec.seed + deal)
        for fold, (train, judge) in enumerate(folds.split(rows, target)):
            done = deal * N_FOLDS + fold
            report(done / (N_FOLDS * N_SEEDS), f"Run {done + 1} of {N_FOLDS * N_SEEDS}")
            winner = fit_winner(bench, rows, spec.model, train, seed=spec.seed + deal)
            shuffles = shuffle_groups(
                winner,
                rows.iloc[judge],
                target[judge],
                {name: (name,) for name in winner.names},
                n_repeats=N_SHUFFLES,
                seed=spec.seed + deal,
            )
            rises = shuffles.groupby("group", sort=False)["rise"].mean()
            ranks = rises.rank(ascending=False, method="first").astype("int64")
            tables.append(
                pd.DataFrame(
                    {
                        "deal": deal,
                        "fold": fold,
                        "column": rises.index,
                        "rise": rises,
                        "rank": ranks,
                    }
                )
            )
    runs = pd.concat(tables, ignore_index=True).astype({"column": "str"})
    runs["is_control"] = runs["column"].isin(bench.controls)
    return Stability(
        spec=spec,
        n_runs=len(tables),
        n_train=round(n_rows * (N_FOLDS - 1) / N_FOLDS),
        runs=runs,
        ranks=rank_columns(runs),
    )


def rank_columns(runs: pd.DataFrame) -> pd.DataFrame:
    """Return mean, best and worst rank of each column, and how often it beats both controls."""
    of_noise = runs["rise"].where(runs["is_control"])
    ceiling = of_noise.groupby([runs["deal"], runs["fold"]]).transform("max")
    above = runs.assign(above=runs["rise"] > np.maximum(ceiling, 0.0))
    grouped = above.groupby("column", sort=False)
    table = pd.DataFrame(
        {
            "is_control": grouped["is_control"].first(),
            "mean": grouped["rank"].mean(),
            "best": grouped["rank"].min(),
            "worst": grouped["rank"].max(),
            "share_above": grouped["above"].mean(),
        }
    ).reset_index()
    return table.sort_values("mean", kind="stable").reset_index(drop=True)
