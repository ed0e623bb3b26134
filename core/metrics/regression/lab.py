"""How wrong is a regression? One point dragged through a real fit, and what each metric makes of it.

The line is fitted anew at each place of the point; the metrics on the rows that it was fitted to
are compared with R² on rows that nobody touched. Then really trained models compete, and the
metric decides who wins.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.datasets import Dataset, load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.metrics.regression.lines import (
    FITS,
    METRICS,
    Fit,
    LinesSpec,
    drag_points,
)
from core.metrics.regression.models import Rivals, RivalsSpec, is_quick, judge_rivals
from core.metrics.regression.sample import Point
from core.metrics.regression.script import write_script


@dataclass(frozen=True, kw_only=True)
class RegressionSpec:
    """One small sample, one line, and how far one of its points was dragged."""

    data: str = "diabetes"
    """A table whose target is a number: ``diabetes``, ``house_prices``, ``delivery_times``, ``own-…``."""
    fit: Fit = "squares"
    """What the line makes as small as it can: the squared errors, the absolute ones, or Huber's mix."""
    point: Point = "edge"
    """Which point is dragged: the one farthest right, or the one nearest the mean of x."""
    place: float = 0.9
    """Where it is dragged to, from 0 (bottom of the axis) to 1 (top); moved to the nearest place."""
    rivals: str = "delivery_times"
    """The table on which five models compete."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.lines, self.competition  # refuse unknown tables and seeds
        require(self.fit in FITS, f"The fit is one of {', '.join(FITS)}, got {self.fit!r}.")
        require(
            0 <= self.place <= 1,
            f"A place on the axis lies between 0 (bottom) and 1 (top), got {self.place:g}. "
            "Choose one between.",
        )

    @property
    def lines(self) -> LinesSpec:
        """The rows that the lines learn from, and which point is dragged."""
        return LinesSpec(data=self.data, point=self.point, seed=self.seed)

    @property
    def competition(self) -> RivalsSpec:
        """The table on which the models compete."""
        return RivalsSpec(data=self.rivals, seed=self.seed)


@dataclass(frozen=True, eq=False)
class RegressionResult:
    """What every place of the point does to the line and to its scores.

    Errors are in the unit of the target, MSE in its square, shares and MAPE from 0 up.
    ``…_before`` is the value with the point where it was observed. NaN is undefined.
    """

    spec: RegressionSpec
    row_noun: tuple[str, str]
    target: str
    unit: str
    """Unit of the target; empty if nobody said it."""
    feature: str
    feature_unit: str
    low: float
    """Ends of the axis along which the point is dragged."""
    high: float
    n_points: int
    n_unseen: int
    point_x: float
    observed: float
    """Value of the point before it was dragged, and after."""
    value: float
    at: int
    """Place of the handle: a row number of `sweep`."""
    at_observed: int
    intercept: float
    slope: float
    mae: float
    mse: float
    rmse: float
    medae: float
    mape: float
    r2: float
    r2_unseen: float
    mae_before: float
    rmse_before: float
    medae_before: float
    r2_before: float
    r2_unseen_before: float
    squared_share: float
    """Share of the point in the sum of all squared, and of all absolute, errors."""
    absolute_share: float
    mean_r2_unseen: float
    """R² on the unseen rows of always saying the mean of the untouched sample."""
    n_train_rivals: int
    n_test_rivals: int
    rivals_target: str
    rivals_unit: str
    by_rmse: str
    """The model that RMSE chose on validation rows, the one that MAE chose, and their test scores."""
    by_mae: str
    by_rmse_test_rmse: float
    by_rmse_test_mae: float
    by_mae_test_rmse: float
    by_mae_test_mae: float
    sweep: pd.DataFrame
    """The chosen line at each place: ``place``, ``value``, ``position`` (0 to 1 along the axis),
    ``intercept``, ``slope``, ``mae``, ``mse``, ``rmse``, ``medae``, ``mape``, ``r2``,
    ``r2_unseen``, ``squared_share``, ``absolute_share``."""
    others: pd.DataFrame
    """R² on the unseen rows of each line at each place: ``rule``, ``place``, ``r2_unseen``."""
    rules: pd.DataFrame
    """All lines and the two constants at this place: ``rule``, ``rmse``, ``mae``, ``medae``, ``r2``."""
    sample: pd.DataFrame
    """One row per point as observed: ``x``, ``y``, ``is_dragged``."""
    scores: pd.DataFrame
    """One row per competing model and part: ``model``, ``part``, ``rmse``, ``mae``, ``medae``, ``r2``."""
    gaps: pd.DataFrame
    """How the two chosen models differ on the test rows: ``metric``, ``difference``, ``low``,
    ``high`` (95 %, paired bootstrap); no rows if RMSE and MAE chose the same one."""


def measure_regression(spec: RegressionSpec) -> RegressionResult:
    """Answer "what does one wrong value do to each metric, and which metric chooses which model?".

    Fits and trains what is not remembered; the rest takes milliseconds.
    Check by eye: `rmse` is never below `mae`, and `mse` is its square.
    """
    dragged, rivals = drag_points(spec.lines), judge_rivals(spec.competition)
    rows, sample = dragged.sweep, dragged.sample
    sweep = rows[rows["rule"] == spec.fit].drop(columns="rule").reset_index(drop=True)
    sweep["position"] = (sweep["value"] - dragged.low) / (dragged.high - dragged.low)
    point = sample[sample["is_dragged"]].iloc[0]
    at = _nearest(sweep["position"], spec.place)
    before = _nearest(sweep["value"], float(point["y"]))
    mean = rows[(rows["rule"] == "mean") & (rows["place"] == before)]
    others = rows[rows["rule"].isin(FITS)][["rule", "place", "r2_unseen"]]
    rules = rows[rows["place"] == at][["rule", "rmse", "mae", "medae", "r2"]]
    return RegressionResult(
        spec=spec,
        **_name(load_dataset(spec.data), dragged.feature),
        low=dragged.low,
        high=dragged.high,
        n_points=len(sample),
        n_unseen=dragged.n_unseen,
        point_x=float(point["x"]),
        observed=float(point["y"]),
        at=at,
        at_observed=before,
        **_read_places(sweep.iloc[at].to_dict(), sweep.iloc[before].to_dict()),
        mean_r2_unseen=float(mean["r2_unseen"].iloc[0]),
        **_tell_rivals(rivals),
        sweep=sweep,
        others=others.reset_index(drop=True),
        rules=rules.reset_index(drop=True),
        sample=sample[["x", "y", "is_dragged"]],
        scores=rivals.scores,
        gaps=rivals.gaps,
    )


def _nearest(column: pd.Series, number: float) -> int:
    return int((column - number).abs().to_numpy().argmin())


def _read_places(here: dict[Any, Any], before: dict[Any, Any]) -> dict[str, Any]:
    """Return the scores at the handle, and those with the point where it was observed."""
    now = ("value", "intercept", "slope", *METRICS, "r2_unseen", "squared_share", "absolute_share")
    compared = ("mae", "rmse", "medae", "r2", "r2_unseen")
    return {
        **{name: float(here[name]) for name in now},
        **{f"{name}_before": float(before[name]) for name in compared},
    }


def unit_of(dataset: Dataset, column: str) -> str:
    """Return the unit of a column without what stands in brackets; empty if nobody said it."""
    return (dataset.column(column).unit or "").split(" (")[0]


def _name(dataset: Dataset, feature: str) -> dict[str, Any]:
    target = str(dataset.target)
    return {
        "row_noun": dataset.row_noun,
        "target": target,
        "unit": unit_of(dataset, target),
        "feature": feature,
        "feature_unit": unit_of(dataset, feature),
    }


def _tell_rivals(rivals: Rivals) -> dict[str, Any]:
    dataset = load_dataset(rivals.spec.data)
    test = rivals.scores[rivals.scores["part"] == "test"].set_index("model")
    chosen = {"by_rmse": rivals.by_rmse, "by_mae": rivals.by_mae}
    return {
        "n_train_rivals": rivals.n_train,
        "n_test_rivals": rivals.n_test,
        "rivals_target": str(dataset.target),
        "rivals_unit": unit_of(dataset, str(dataset.target)),
        **chosen,
        **{
            f"{choice}_test_{metric}": float(np.asarray(test.loc[model, metric]))
            for choice, model in chosen.items()
            for metric in ("rmse", "mae")
        },
    }


def name_slow_part(spec: RegressionSpec) -> SlowPart | None:
    """Return the training that a view waits for; None if it takes no longer than a moment."""
    if is_quick(spec.competition):
        return None
    title = load_dataset(spec.rivals).title
    what = f"Five models are being trained on {title}, in a process of their own."
    return SlowPart(run=judge_rivals, spec=spec.competition, what=what)


LAB = Lab(
    name="regression",
    question="How wrong is a regression?",
    spec=RegressionSpec,
    run=measure_regression,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "as-observed": {"place": 0.295},
        "true-value-zero": {"place": 0.0},
        "absolute": {"fit": "absolute"},
        "huber-in-the-middle": {"fit": "huber", "point": "middle"},
        "worse-than-the-mean": {"data": "house_prices", "rivals": "house_prices", "place": 1.0},
        "forgotten-taps": {"data": "delivery_times", "place": 0.5},
    },
)
