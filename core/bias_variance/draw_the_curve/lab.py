"""Can you draw it first? Five points of a validation curve, then the measured one.

The learner says how the error on new rows moves while a model may bend further. Then scikit-learn's
`validation_curve` says it, with its band, and the two are compared.
"""

from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached

from core.bias_variance.curve_rows import open_rows
from core.bias_variance.draw_the_curve.judge import (
    N_PLACES,
    judge_drawing,
    name_shape,
)
from core.bias_variance.draw_the_curve.places import UNDRAWN, find_best, take_five
from core.bias_variance.draw_the_curve.script import write_script
from core.bias_variance.learning import ValidationCurveSpec, measure_validation_curve
from core.bias_variance.table_models import find_table_model
from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.metrics.regression.lab import unit_of

DrawnModel = Literal["tree", "neighbours", "ridge", "boosting", "forest", "svm"]
MODELS: tuple[DrawnModel, ...] = get_args(DrawnModel)
Direction = Literal["error", "score"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
N_ROWS = 400
TOP = {"regression": 1.5, "classes": 2.0}
"""Height of the board, in errors of somebody who knows nothing."""
LOWEST_R2 = -1.0


@dataclass(frozen=True, kw_only=True)
class DrawSpec:
    """A model, a table, what is measured, and the curve that was drawn."""

    data: str = "diabetes"
    """A table with a target: ``diabetes``, ``breast_cancer``, ``wine``, ``churn``, ``own-…``."""
    model: DrawnModel = "tree"
    direction: Direction = "error"
    """Whether low or high is good: RMSE and errors per row, or R² and accuracy."""
    drawn: tuple[float, ...] = ()
    """Five heights from 0 (bottom of the board) to 1 (top), from rigid to nervous; none before drawing."""
    seed: int = 0

    def __post_init__(self) -> None:
        require(self.model in MODELS, f"A model is one of {', '.join(MODELS)}, got {self.model!r}.")
        require(
            self.direction in DIRECTIONS,
            f"What is measured is an error or a score, got {self.direction!r}.",
        )
        _ = self.curve  # refuses unknown tables and seeds
        require(
            len(self.drawn) in (0, N_PLACES) and all(0 <= height <= 1 for height in self.drawn),
            f"A drawing has {N_PLACES} heights from 0 to 1, such as 0.9,0.6,0.5,0.5,0.6; got "
            f"{', '.join(f'{height:g}' for height in self.drawn)}.",
        )

    @property
    def metric(self) -> str:
        """What scikit-learn measures; errors of classes are its accuracy, turned over."""
        if load_dataset(self.data).task != "regression":
            return "accuracy"
        return "rmse" if self.direction == "error" else "r2"

    @property
    def curve(self) -> ValidationCurveSpec:
        """What is trained; the same for every drawing."""
        return ValidationCurveSpec(
            data=self.data, model=self.model, metric=self.metric, n_rows=N_ROWS, seed=self.seed
        )


@dataclass(frozen=True, eq=False)
class DrawResult:
    """The drawn and the measured curve. Scores are in the unit of ``metric_title``; NaN is not drawn."""

    spec: DrawSpec
    model_title: str
    metric_title: str
    unit: str
    is_higher_better: bool
    knob: str
    """What changes along the curve: "depth"."""
    row_noun: tuple[str, str]
    target: str
    n_rows: int
    n_fits: int
    folds: int
    repeats: int
    baseline: float
    """What the mean, or the most frequent class, would score for everybody."""
    bottom: float
    """The ends of the board, in the score's unit."""
    top: float
    places: tuple[float, ...]
    """The five settings, from rigid to nervous."""
    real: tuple[float, ...]
    """The measured validation scores there."""
    real_shape: str
    best: float
    """The setting with the best validation score, of all that were tried."""
    best_score: float
    n_tied: int
    """Settings whose bands hold the best score, the best one included."""
    train_best: float
    """The setting with the best score on the rows learnt from."""
    distance: float
    """Mean distance of the drawing beyond the band, as a share of the curve's range."""
    shape_distance: float
    level: float
    drawn_shape: str
    """Empty before drawing, and so is ``nearest``."""
    nearest: str
    curve: pd.DataFrame
    """All settings: ``place`` (from 0), ``value``, ``part``, ``mean``, ``low``, ``high`` (95 %)."""
    five: pd.DataFrame
    """The five places: ``place``, ``value``, ``drawn``, ``real``, ``low``, ``high``, ``train``."""


def draw_and_compare(spec: DrawSpec) -> DrawResult:
    """Answer "is the curve what I thought it was?".

    Check by eye: a drawing of the measured heights has the distance 0.
    """
    everywhere = _measure(replace(spec, drawn=()))
    scalars, curve = dict(everywhere.scalars), everywhere.curve.copy(deep=False)
    five = everywhere.five.copy()
    judged: dict[str, Any] = {
        "distance": UNDRAWN,
        "shape_distance": UNDRAWN,
        "level": UNDRAWN,
        "drawn_shape": "",
        "nearest": "",
    }
    if spec.drawn:
        height = scalars["top"] - scalars["bottom"]
        five["drawn"] = scalars["bottom"] + height * np.array(spec.drawn)
        # Nobody can draw beyond the board, so what is measured there counts from its edge.
        real, train = (
            five[name].clip(scalars["bottom"], scalars["top"]).to_numpy()
            for name in ("real", "train")
        )
        found = judge_drawing(
            five["drawn"].to_numpy(),
            real,
            ((five["high"] - five["low"]) / 2).to_numpy(),
            train,
            height=height,
            is_higher_better=scalars["is_higher_better"],
        )
        judged = {
            "distance": found.distance,
            "shape_distance": found.shape_distance,
            "level": found.level,
            "drawn_shape": found.shape,
            "nearest": found.nearest,
        }
    return DrawResult(spec=spec, **scalars, **judged, curve=curve, five=five)


def compare_drawing(result: DrawResult, heights: tuple[float, ...]) -> DrawResult:
    """Return `result` with the drawing of these heights in it."""
    return draw_and_compare(replace(result.spec, drawn=heights))


@dataclass(frozen=True, eq=False)
class _Everywhere:
    """All of a `DrawResult` that is the same for every drawing."""

    scalars: dict[str, Any]
    curve: pd.DataFrame
    five: pd.DataFrame


@cached(LRUCache(maxsize=32), lock=Lock())
def _measure(spec: DrawSpec) -> _Everywhere:
    found, dataset = measure_validation_curve(spec.curve), load_dataset(spec.data)
    is_number = dataset.task == "regression"
    curve = found.summary[["value", "part", "mean", "low", "high"]].copy()
    if not is_number and spec.direction == "error":
        curve["mean"] = 1 - curve["mean"]
        curve["low"], curve["high"] = 1 - curve["high"], 1 - curve["low"]
    curve.insert(0, "place", np.repeat(np.arange(len(curve) // 2), 2))
    five = take_five(curve)
    baseline, bottom, top = _size_board(spec, is_number=is_number)
    is_higher_better = spec.direction == "score"
    titles = {"rmse": "RMSE", "r2": "R²"}
    scalars = {
        "model_title": find_table_model(spec.model).title,
        "metric_title": titles.get(
            spec.metric, "accuracy" if is_higher_better else "share of errors"
        ),
        "unit": unit_of(dataset, str(dataset.target)) if spec.metric == "rmse" else "",
        "is_higher_better": is_higher_better,
        "knob": found.label,
        "row_noun": dataset.row_noun,
        "target": str(dataset.target),
        "n_rows": found.n_rows,
        "n_fits": found.n_fits,
        "folds": spec.curve.folds,
        "repeats": spec.curve.repeats,
        "baseline": baseline,
        "bottom": bottom,
        "top": top,
        "places": tuple(five["value"].tolist()),
        "real": tuple(five["real"].tolist()),
        "real_shape": name_shape(
            five["real"].to_numpy(), height=top - bottom, is_higher_better=is_higher_better
        ),
        **find_best(curve, is_higher_better=is_higher_better),
    }
    return _Everywhere(scalars=scalars, curve=curve.reset_index(drop=True), five=five)


def _size_board(spec: DrawSpec, *, is_number: bool) -> tuple[float, float, float]:
    """Return what knowing nothing scores, and the ends of the board."""
    rows = open_rows(spec.data, N_ROWS, spec.seed)
    if is_number:
        if spec.direction == "score":
            return 0.0, LOWEST_R2, 1.0
        ignorant = float(np.std(rows.target))
        return ignorant, 0.0, TOP["regression"] * ignorant
    _, counts = np.unique(rows.target, return_counts=True)
    error = 1 - float(counts.max() / counts.sum())
    most = min(1.0, TOP["classes"] * error)
    return (1 - error, 1 - most, 1.0) if spec.direction == "score" else (error, 0.0, most)


def name_slow_part(spec: DrawSpec) -> SlowPart | None:
    """Return the training that a view waits for.

    None for the view that the lesson opens with: the server makes it ready when it starts.
    """
    if spec.curve == DrawSpec().curve:
        return None
    title = load_dataset(spec.data).title
    what = f"{find_table_model(spec.model).title} is being trained on {title} at every setting."
    return SlowPart(run=measure_validation_curve, spec=spec.curve, what=what)


LAB = Lab(
    name="draw-the-curve",
    question="Can you draw it first?",
    spec=DrawSpec,
    run=draw_and_compare,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: load_dataset(spec.data),
    presets={
        "default": {},
        "ever-better": {"drawn": (0.9, 0.7, 0.5, 0.3, 0.1)},
        "upside-down": {"direction": "score", "drawn": (0.5, 0.65, 0.7, 0.65, 0.55)},
        "neighbours": {"model": "neighbours"},
        "wine": {"data": "wine", "model": "neighbours", "direction": "score"},
        "churn": {"data": "churn"},
        "cancer": {"data": "breast_cancer", "model": "ridge", "direction": "score"},
    },
)
