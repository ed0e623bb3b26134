"""Will more data help? A learning curve, a power law through it, and rows that are really added."""

from dataclasses import dataclass
from math import nan
from threading import Lock

import pandas as pd
from cachetools import LRUCache, cached

from core.bias_variance.bands import describe_splits
from core.bias_variance.doubling import FEWEST_JUDGED, AddedRows, measure_added_rows
from core.bias_variance.forecast import Forecast, extrapolate_learning_curve
from core.bias_variance.learning import (
    FEWEST_ROWS,
    CurveSpec,
    LearningCurve,
    measure_learning_curve,
)
from core.bias_variance.losses import Loss, find_loss, find_loss_on
from core.bias_variance.more_data.script import write_script
from core.bias_variance.more_data.trial import FACTORS, TrialSpec, run_trial
from core.bias_variance.table_models import TableModelName, find_table_model
from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart

N_ASKED = 41
"""Places at which the law is drawn."""


@dataclass(frozen=True, kw_only=True)
class MoreDataSpec(CurveSpec):
    """A table, a model, the rows that are known, and where the handle stands."""

    data: str = "digits"
    model: TableModelName = "neighbours"
    n_rows: int = 300
    bend: int = -1
    """Place of the model's knob, from 0 (rigid); −1 leaves it at its default."""
    growth: float = 2.0
    """Rows over rows known, at the handle: 1 to 2."""

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            1 <= self.growth <= FACTORS[-1],
            f"Rows are added up to twice the known ones here, got a factor of {self.growth:g}. Try 2.",
        )
        knob = find_table_model(self.model).knob(load_dataset(self.data).task)
        require(
            -1 <= self.bend < 12,
            f"The knob has places 0 (rigid) to {len(knob.values) - 1}, got {self.bend}. −1 is its default.",
        )
        dataset = load_dataset(self.data)
        needed = 2 * FEWEST_ROWS + FEWEST_JUDGED
        require(
            dataset.n_rows >= needed,
            f"{dataset.title} has {dataset.n_rows} rows. To double {FEWEST_ROWS} known rows, with "
            f"{FEWEST_JUDGED} to judge, the lesson needs {needed}. Choose a larger table.",
        )
        _ = self.trial.added

    @property
    def setting(self) -> float | None:
        """The setting of the model's knob."""
        if self.bend < 0:
            return None
        values = find_table_model(self.model).knob(load_dataset(self.data).task).values
        return values[min(self.bend, len(values) - 1)]

    @property
    def trial(self) -> TrialSpec:
        """What is trained: the same wherever the handle stands."""
        # So many that the table can double them: another table must not be refused for its size.
        most = (load_dataset(self.data).n_rows - FEWEST_JUDGED) // 2
        return TrialSpec(
            data=self.data, model=self.model, n_rows=min(self.n_rows, most), metric=self.metric,
            folds=self.folds, repeats=self.repeats, seed=self.seed, setting=self.setting,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class MoreDataResult:
    """What was forecast, and what came. All errors are losses: 0 is perfect."""

    spec: MoreDataSpec
    metric: str
    row_noun: tuple[str, str]
    model_title: str
    n_rows: int
    """Rows known at the start."""
    n_fits: int
    n_judged: int
    """Rows that judge the models with added rows."""
    at: int
    """Place of the handle: a row number of `steps`."""
    n_measured: int
    """The largest part that the learning curve was measured at."""
    measured: float
    """Mean error on new rows at that part, and its 95 % interval."""
    measured_low: float
    measured_high: float
    train: float
    """Mean error on the rows learnt from at that part."""
    is_possible: bool
    reason: str
    """Why there is no forecast; empty if there is one."""
    a: float
    b: float
    c: float
    n_doubled: int
    forecast: float
    """Error at twice the known rows, by the law, and its 95 % interval."""
    forecast_low: float
    forecast_high: float
    truth: float
    """Mean error at twice the known rows, really added, over all draws."""
    truth_low: float
    """The least and the largest of the draws."""
    truth_high: float
    truth_now: float
    """The same with no row added."""
    left: float
    """What twice the rows leave of that error; NaN where there was none."""
    is_inside: bool
    """Whether the forecast's interval holds the truth."""
    curve: pd.DataFrame
    """One row per size: ``n_train``, ``train``, ``train_low``, ``train_high``, ``validation``,
    ``validation_low``, ``validation_high``."""
    law: pd.DataFrame
    """One row per number of rows: ``n_train``, ``error``, ``low``, ``high``; empty without a forecast."""
    added: pd.DataFrame
    """One row per factor and draw: ``factor``, ``n_train``, ``draw``, ``error``."""
    steps: pd.DataFrame
    """One row per place of the handle: ``factor``, ``n_train``, ``truth``, ``truth_low``, ``truth_high``,
    ``forecast``, ``forecast_low``, ``forecast_high``."""


def forecast_more_rows(spec: MoreDataSpec) -> MoreDataResult:
    """Answer "will more data help?" by a forecast, and by the rows themselves.

    Check by eye: at a factor of 1 nothing is added, so the truth there is the error of now.
    """
    parts = _prepare(spec.trial)
    loss, curve, steps = parts.loss, parts.curve, parts.steps
    last, doubled = curve.iloc[-1], steps.iloc[-1]
    forecast = parts.forecast
    low, high = float(doubled["forecast_low"]), float(doubled["forecast_high"])
    return MoreDataResult(
        spec=spec,
        metric=loss.metric,
        row_noun=load_dataset(spec.data).row_noun,
        model_title=find_table_model(spec.model).title,
        n_rows=parts.measured.n_rows,
        n_fits=parts.measured.n_fits + len(parts.rows.scores),
        n_judged=parts.rows.n_judged,
        at=int((steps["factor"] - spec.growth).abs().argmin()),
        n_measured=int(last["n_train"]),
        measured=float(last["validation"]),
        measured_low=float(last["validation_low"]),
        measured_high=float(last["validation_high"]),
        train=float(last["train"]),
        is_possible=forecast.is_possible,
        reason=forecast.reason,
        a=forecast.a,
        b=forecast.b,
        c=forecast.c,
        n_doubled=int(doubled["n_train"]),
        forecast=float(doubled["forecast"]),
        forecast_low=low,
        forecast_high=high,
        truth=float(doubled["truth"]),
        truth_low=float(doubled["truth_low"]),
        truth_high=float(doubled["truth_high"]),
        truth_now=float(steps["truth"].iloc[0]),
        left=float(doubled["truth"] / steps["truth"].iloc[0]) if steps["truth"].iloc[0] else nan,
        is_inside=bool(low <= doubled["truth"] <= high),
        # Lazy copies: what one reader writes into a table never reaches another.
        curve=curve.copy(deep=False),
        law=parts.law.copy(deep=False),
        added=parts.added.copy(deep=False),
        steps=steps.copy(deep=False),
    )


def loss_of(result: MoreDataResult) -> Loss:
    """Return how the errors of `result` are said."""
    return find_loss_on(result.spec.data, result.metric)


@dataclass(frozen=True, eq=False)
class _Parts:
    loss: Loss
    measured: LearningCurve
    rows: AddedRows
    forecast: Forecast
    curve: pd.DataFrame
    law: pd.DataFrame
    added: pd.DataFrame
    steps: pd.DataFrame


@cached(LRUCache(maxsize=64), lock=Lock())
def _prepare(spec: TrialSpec) -> _Parts:
    run_trial(spec)
    measured, rows = measure_learning_curve(spec.curve), measure_added_rows(spec.added)
    loss = find_loss(measured.metric)
    sizes = sorted(measured.scores["n_train"].unique())
    ends = sorted(rows.scores["n_train"].unique())
    n_drawn = [
        round(sizes[0] + (ends[-1] - sizes[0]) * at / (N_ASKED - 1)) for at in range(N_ASKED)
    ]
    asked = tuple(sorted({*n_drawn, *map(int, ends)}))
    forecast = extrapolate_learning_curve(measured, asked, seed=spec.seed)
    law = _as_losses(forecast, loss)
    added = rows.scores.assign(error=loss.of(rows.scores["score"].to_numpy()))
    by_size = (
        added.groupby(["factor", "n_train"])["error"].agg(["mean", "min", "max"]).reset_index()
    )
    steps = by_size.rename(columns={"mean": "truth", "min": "truth_low", "max": "truth_high"})
    said = law.set_index("n_train").loc[steps["n_train"]].reset_index()
    for name, column in (("forecast", "error"), ("forecast_low", "low"), ("forecast_high", "high")):
        steps[name] = said[column].to_numpy()
    return _Parts(
        loss, measured, rows, forecast, _describe(measured, loss), law,
        added.drop(columns="score"), steps,
    )  # fmt: skip


def _as_losses(forecast: Forecast, loss: Loss) -> pd.DataFrame:
    line = forecast.line
    ends = ("high", "low") if loss.is_higher_better else ("low", "high")
    return pd.DataFrame(
        {
            "n_train": line["n_train"],
            "error": loss.of(line["score"].to_numpy()),
            "low": loss.of(line[ends[0]].to_numpy()),
            "high": loss.of(line[ends[1]].to_numpy()),
        }
    )


def _describe(curve: LearningCurve, loss: Loss) -> pd.DataFrame:
    lines = []
    for _, some in curve.scores.groupby("n_train"):
        line: dict[str, float] = {"n_train": int(some["n_train"].iloc[0])}
        for part in ("train", "validation"):
            mean, _, low, high, _ = describe_splits(
                loss.of(some[part].to_numpy()), curve.test_share
            )
            line |= {part: mean, f"{part}_low": max(low, 0.0), f"{part}_high": high}
        lines.append(line)
    return pd.DataFrame(lines)


def name_slow_part(spec: MoreDataSpec) -> SlowPart | None:
    """Return the training that a view waits for; None for the view that the lesson opens with."""
    if spec.trial == MoreDataSpec().trial:
        return None
    title = load_dataset(spec.data).title
    what = f"The model is being trained on parts of {title}, and on rows that were held back."
    return SlowPart(run=run_trial, spec=spec.trial, what=what)


LAB = Lab(
    name="more-data",
    question="Will more data help?",
    spec=MoreDataSpec,
    run=forecast_more_rows,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: load_dataset(spec.data),
    presets={
        "default": {},
        "little-more": {"growth": 1.25},
        "noise-is-left": {"data": "diabetes", "model": "ridge", "n_rows": 180},
        "worse-on-the-way": {"data": "diabetes", "model": "polynomial", "n_rows": 120},
        "hungry-tree": {"model": "tree"},
        "too-rigid": {"model": "tree", "bend": 1},
        "prices": {"data": "house_prices", "model": "ridge", "n_rows": 200},
    },
)
