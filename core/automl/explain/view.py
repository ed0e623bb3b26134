"""What is asked of the winner, and what was found."""

from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from core.automl.explain.winner import Model, WinnerSpec
from core.datasets import load_dataset
from core.errors import require

Look = Literal["columns", "row", "samples", "twins", "curve", "cause"]
LOOKS: tuple[Look, ...] = get_args(Look)
Row = Literal["highest", "middle", "lowest", "missed"]
ROWS: tuple[Row, ...] = get_args(Row)


@dataclass(frozen=True, kw_only=True)
class ExplainSpec:
    """Which winner on which table is explained, and in which way one looks."""

    data: str = "churn"
    """A table with two classes or a number: ``churn``, ``house_prices``, ``breast_cancer``, ``own-…``."""
    model: Model = "forest"
    look: Look = "columns"
    """Columns shuffled, one row, other samples, a column twice, a column moved, fires with known causes."""
    row: Row = "highest"
    """The row that is taken apart: by its prediction, or the one that is missed by most."""
    column: str = ""
    """The column that is moved; empty: the most important."""
    n_repeats: int = 10
    """Shuffles of each column."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.winner  # refuses unknown tables, models and seeds
        require(self.look in LOOKS, f"One looks at one of {', '.join(LOOKS)}, got {self.look!r}.")
        require(self.row in ROWS, f"The row is one of {', '.join(ROWS)}, got {self.row!r}.")
        features = load_dataset(self.data).features
        require(
            self.column in ("", *features),
            f"{load_dataset(self.data).title} has no column {self.column!r}. It has: {', '.join(features)}.",
        )

    @property
    def winner(self) -> WinnerSpec:
        """What is trained and shuffled, whichever way one looks."""
        return WinnerSpec(
            data=self.data, model=self.model, n_repeats=self.n_repeats, seed=self.seed
        )


@dataclass(frozen=True, eq=False)
class ExplainResult:
    """What was found; numbers of a way in which one does not look are undefined (NaN, or empty text).

    An error is 1 − AUC for two classes and RMSE for a number; a rise is what shuffling adds to it.
    """

    spec: ExplainSpec
    n_train: int
    n_judged: int
    n_columns: int
    """Real columns; the two controls are not counted."""
    error: float
    train_error: float
    top: str
    """The real column whose shuffling costs most."""
    top_rise: float
    top_built_in_rank: int
    n_above: int
    """Real columns that beat both controls."""
    ceiling: float
    """The higher end of the controls' intervals, and at least 0."""
    random_rise: float
    random_built_in_rank: int
    controls_built_in: float
    """Share of the model's own list that goes to the two columns of noise."""
    n_below_random: int
    """Real columns that the model's own list puts below the random number."""
    scale: str
    """In what a prediction is taken apart: ``probability``, ``log odds`` or ``number``."""
    row_truth: float
    row_prediction: float
    row_base: float
    row_output: float
    row_off: float
    n_runs: int
    """Runs on other samples; 0 unless looked at."""
    n_steady: int
    """Real columns that beat the controls in every run."""
    top_best: int
    top_worst: int
    """Best and worst rank of the column that is first on average, over the runs."""
    twin_of: str
    alone_rise: float
    original_rise: float
    copy_rise: float
    both_rise: float
    doubled_error: float
    group_size: int
    """Columns in the largest group that goes together in the table itself; 0 if there is none."""
    group_rise: float
    """All of it shuffled together, and the sum of its columns shuffled one by one."""
    group_total: float
    moved: str
    """The column that is moved."""
    curve_low: float
    curve_high: float
    unsupported: float
    """Share of the axis with hardly any rows."""
    against: float
    """Share of single rows that go against the mean curve."""
    early_error: float
    late_error: float
    in_use_error: float
    calls_said: float
    calls_true: float
    engines_said: float
    engines_true: float
    columns: pd.DataFrame
    """One row per column, as in `Importance`."""
    part: pd.DataFrame
    """What is looked at. Row: ``column``, ``text``, ``value`` of the row. Samples: `Stability.ranks`. Twins:
    `Twins.doubled`. Curve: `Dependence.curve`. Cause: `Fires.moves`."""
    marks: pd.DataFrame
    """The marks behind it. Row: `Shapley.values`. Samples: `Stability.runs`. Twins: `Twins.groups`. Curve:
    `Dependence.curves`. Cause: `Fires.columns`."""
