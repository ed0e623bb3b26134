"""Which columns the winner leans on, and which of them beat a column of noise."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.automl.explain.shuffle import measure_error, shuffle_each, sum_up
from core.automl.explain.winner import Numbers, Winner, WinnerSpec, train_winner
from core.progress import report
from core.remember import remembered


@dataclass(frozen=True, eq=False)
class Importance:
    """Two lists of importance for one winner, and the controls in both.

    `columns` has one row per column, the most important first: ``column``, ``is_control``, ``rise`` (mean
    rise of the error when it is shuffled), ``low``, ``high`` (95 %), ``is_above`` (its interval lies above
    0 and above those of both controls), ``built_in`` (share of the model's own list, 0 to 1),
    ``built_in_rank`` (1: the most important).
    """

    spec: WinnerSpec
    n_train: int
    n_judged: int
    error: float
    """1 − AUC for two classes, RMSE for a number, on the rows that judge."""
    train_error: float
    columns: pd.DataFrame


@remembered
def measure_importance(spec: WinnerSpec) -> Importance:
    """Train the winner and measure both lists.

    Answers "which columns does this model need for rows that it has not seen?". Check by eye: the columns of
    noise are near 0 in the list by shuffling; in a forest's own list they are not.
    """
    report(0.05, "Training the model")
    winner = train_winner(spec.data, spec.model, spec.seed)
    bench = winner.bench
    report(0.5, "Shuffling each column")
    table = sum_up(shuffle_each(winner, n_repeats=spec.n_repeats, seed=spec.seed))
    table = table.rename(columns={"group": "column"})
    table["is_control"] = table["column"].isin(bench.controls)
    ceiling = max(0.0, float(table.loc[table["is_control"], "high"].max()))
    table["is_above"] = (table["low"] > ceiling) & ~table["is_control"]
    own = share_built_in(winner)
    table["built_in"] = table["column"].map(own).astype("float64")
    ranks = table["built_in"].rank(ascending=False, method="first")
    table["built_in_rank"] = ranks.astype("int64")
    ordered = table.sort_values("rise", ascending=False, kind="stable").reset_index(drop=True)
    trained = bench.rows.iloc[: bench.n_train]
    return Importance(
        spec=spec,
        n_train=bench.n_train,
        n_judged=len(bench.truth),
        error=measure_error(winner, bench.truth, winner.predict(bench.judged)),
        train_error=measure_error(winner, bench.target[: bench.n_train], winner.predict(trained)),
        columns=ordered,
    )


def share_built_in(winner: Winner) -> dict[str, float]:
    """Return the model's own importance of each column as shares of 1, summed over its parts.

    A forest's is the impurity that splits on the part take away, LightGBM's the number of splits, and a
    linear model's the size of the coefficient times the spread of the part. All three look only at the
    rows that trained.
    """
    model = winner.pipeline[-1]
    if hasattr(model, "feature_importances_"):
        own: Numbers = np.asarray(model.feature_importances_, dtype=np.float64)
    else:
        trained = winner.prepare(winner.bench.rows.iloc[: winner.bench.n_train])
        own = np.abs(np.ravel(model.coef_)) * trained.std(axis=0)
    total = float(own.sum())
    return {
        name: float(own[parts].sum()) / total if total else 0.0
        for name, parts in winner.parts.items()
    }
