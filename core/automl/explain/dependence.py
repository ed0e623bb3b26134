"""How the prediction moves with one column: partial dependence, single rows, and where there are any rows.

Friedman (2001) for the mean curve, Goldstein and others (2015) for the curves of single rows.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.automl.explain.winner import (
    Bench,
    ModelSpec,
    Numbers,
    set_up,
    train_winner,
)
from core.datasets import load_dataset
from core.errors import require
from core.progress import report
from core.remember import remembered

N_GRID = 25
N_CURVES = 30
"""Single rows that are drawn."""
MOST_ASKED = 200
"""Rows over which the mean is taken."""
MOST_WORDS = 12
FEWEST_NEAR = 0.01
"""Share of the rows that train which must lie around a place for the curve to be called supported."""


@dataclass(frozen=True, kw_only=True)
class DependenceSpec(ModelSpec):
    """Which column of which model is moved."""

    column: str = "tenure_months"

    def __post_init__(self) -> None:
        super().__post_init__()
        features = load_dataset(self.data).features
        require(
            self.column in features,
            f"{load_dataset(self.data).title} has no column {self.column!r}. It has: {', '.join(features)}.",
        )


@dataclass(frozen=True, eq=False)
class Dependence:
    """The curve of one column.

    `curve` has one row per place on the grid: ``place`` (0, 1, …), ``value`` (NaN for words), ``text``,
    ``mean`` (predicted number or probability), ``n_near`` (rows that train around it), ``is_supported``.
    `curves` has one row per single row and place: ``row``, ``place``, ``value``, ``text``, ``said``.
    """

    spec: DependenceSpec
    is_number: bool
    n_train: int
    n_asked: int
    lowest: float
    """Lowest and highest mean over supported places; NaN if no place has rows."""
    highest: float
    unsupported: float
    """Share of the axis without rows."""
    against: float
    """Share of single rows whose curve ends on the other side of its start than the mean does."""
    curve: pd.DataFrame
    curves: pd.DataFrame


@remembered
def trace_dependence(spec: DependenceSpec) -> Dependence:
    """Set the column of every row to each value in turn, and ask the model.

    Answers "what does the model make of this column, all else as it is?". Check by eye: a column that the
    model does not use has a level line.
    """
    from sklearn.inspection import partial_dependence

    from core.search.fit import expected_warnings

    bench = set_up(spec.data, spec.seed)
    trained = bench.rows.iloc[: bench.n_train]
    is_number = spec.column in bench.dataset.numeric_features
    grid, texts, n_near = choose_grid(trained[spec.column], is_number=is_number)
    report(0.1, "Training the model")
    winner = train_winner(spec.data, spec.model, spec.seed)
    asked = bench.judged.head(MOST_ASKED)
    if is_number:
        asked = asked.astype({spec.column: "float64"})
    report(0.5, "Moving the column")
    with expected_warnings():
        found = partial_dependence(
            winner.pipeline,
            asked,
            [spec.column],
            custom_values={spec.column: grid},
            kind="both",
            method="brute",
        )
    curve = pd.DataFrame(
        {
            "place": np.arange(len(grid)),
            "value": np.asarray(grid, dtype=np.float64) if is_number else np.nan,
            "text": texts,
            "mean": np.ravel(found["average"][0]),
            "n_near": n_near,
            "is_supported": n_near >= np.maximum(1, FEWEST_NEAR * bench.n_train),
        }
    ).astype({"text": "str"})
    single: Numbers = np.asarray(found["individual"][0], dtype=np.float64)
    return _sum_up(spec, bench, curve, single, is_number=is_number)


def _sum_up(
    spec: DependenceSpec, bench: Bench, curve: pd.DataFrame, single: Numbers, *, is_number: bool
) -> Dependence:
    held = curve[curve["is_supported"]]
    known = held["place"].to_numpy()
    way = float(held["mean"].iloc[-1] - held["mean"].iloc[0]) if len(held) else 0.0
    ways = single[:, known[-1]] - single[:, known[0]] if len(held) else np.zeros(len(single))
    n_drawn = min(N_CURVES, len(single))
    drawn = pd.concat(
        [
            curve[["place", "value", "text"]].assign(row=row, said=single[row])
            for row in range(n_drawn)
        ],
        ignore_index=True,
    )
    return Dependence(
        spec=spec,
        is_number=is_number,
        n_train=bench.n_train,
        n_asked=len(single),
        lowest=float(held["mean"].min()),
        highest=float(held["mean"].max()),
        unsupported=float(1 - curve["is_supported"].mean()),
        against=float(np.mean(ways * way < 0)),
        curve=curve,
        curves=drawn[["row", "place", "value", "text", "said"]],
    )


def choose_grid(
    column: pd.Series, *, is_number: bool
) -> tuple[NDArray[Any], list[str], NDArray[np.int64]]:
    """Return the places at which the model is asked, their texts, and how many rows lie around each.

    Numbers: 25 places from the smallest to the largest, evenly, or the values themselves if they are fewer.
    Words: the most frequent.
    """
    present = column.dropna()
    require(
        present.nunique() > 1,
        f"{column.name} has one value in the rows that train, so it cannot be moved. Choose another.",
    )
    if not is_number:
        counts = present.value_counts().head(MOST_WORDS)
        words = counts.index.to_numpy(dtype=object)
        near = np.asarray(counts, dtype=np.int64)
        return words, [str(word) for word in words], near
    values = present.to_numpy(dtype=np.float64)
    distinct = np.unique(values)
    grid = distinct if len(distinct) <= N_GRID else np.linspace(distinct[0], distinct[-1], N_GRID)
    middles = (grid[1:] + grid[:-1]) / 2
    near = np.bincount(np.searchsorted(middles, values), minlength=len(grid)).astype(np.int64)
    return grid, [f"{value:.4g}" for value in grid], near
