"""One model of a search: how it is trained, how it predicts, what it was worth."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.automl.pipelines import build_pipeline
from core.automl.rare import weigh_classes
from core.automl.scores import HALF, Numbers, predict, score_all
from core.automl.settings import METRICS, Family
from core.automl.table import ReadyTable
from core.search.fit import expected_warnings

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Model:
    """A trained pipeline that knows the classes of the whole table."""

    pipeline: Any
    ready: ReadyTable

    def predict(self, rows: pd.DataFrame) -> Numbers:
        """Return one probability a class of the table, or one number a row."""
        ready = self.ready
        with expected_warnings():
            found = predict(self.pipeline, rows, ready.task)
        if ready.task == "regression" or len(self.pipeline.classes_) == len(ready.classes):
            return found
        whole = np.zeros((len(found), len(ready.classes)))
        for column, label in enumerate(self.pipeline.classes_):
            whole[:, ready.classes.index(label)] = found[:, column]
        return whole


def score_metric(ready: ReadyTable, places: Places, predicted: Numbers) -> float:
    """Return the metric by which models are ranked, of what was predicted for the rows at `places`."""
    return score_places(ready, places, predicted, (ready.metric,))[ready.metric]


def score_places(
    ready: ReadyTable,
    places: Places,
    predicted: Numbers,
    names: Collection[str] = METRICS,
    threshold: float = HALF,
) -> dict[str, float]:
    """Return all metrics (or those among `names`) of what was predicted for the rows at `places`."""
    return score_all(
        ready.target.to_numpy()[places],
        predicted,
        task=ready.task,
        classes=ready.classes,
        positive=ready.positive,
        weights=None if ready.weights is None else ready.weights[places],
        names=names,
        threshold=threshold,
    )


def fit_model(
    ready: ReadyTable, family: Family, params: Mapping[str, Any], places: Places
) -> Model:
    """Train a pipeline on the rows at `places`."""
    pipeline = build_pipeline(ready.plan, family, params)
    weights = {} if ready.weights is None else {"model__sample_weight": ready.weights[places]}
    target = ready.target.to_numpy()[places]
    if ready.task != "regression":
        # A column of objects hides its kind from scikit-learn.
        target = np.array(target.tolist())
    with expected_warnings():
        pipeline.fit(ready.rows.iloc[places], target, **weights)
    return Model(pipeline, ready)


@dataclass(frozen=True, eq=False)
class Trial:
    """What came of one model."""

    number: int
    family: Family
    params: Mapping[str, Any]
    """What differs from the library's defaults; empty on the ladder."""
    scores: Mapping[str, float]
    """By the rows that validate."""
    train_scores: Mapping[str, float]
    metric: str
    cpu_seconds: float
    wall_seconds: float
    problem: str
    predicted: Numbers | None
    """What it said of the rows that validate."""
    n_rows: int = 0
    """Rows that it learnt from."""
    is_sample: bool = False
    """Whether those were only some of the rows that train: something to use soon, on a large table."""

    @property
    def score(self) -> float:
        """The score by which trials are ranked; NaN if it failed."""
        return self.scores.get(self.metric, float("nan"))

    @property
    def is_tuned(self) -> bool:
        """Whether TPE chose its settings."""
        return bool(self.params) and not self.is_weighted

    @property
    def is_weighted(self) -> bool:
        """Whether it is the trial of class weights: a rare row counts for many, all else as it was."""
        return dict(self.params) == weigh_classes(self.family)

    @property
    def told_params(self) -> str:
        """Its settings in words, and whether it learnt from a sample."""
        told = repr(dict(self.params)) if self.is_tuned else "defaults"
        told += " with class weights" if self.is_weighted else ""
        return f"{told}, on a sample of {self.n_rows:,} rows" if self.is_sample else told

    def as_row(self) -> dict[str, Any]:
        """Return number, family, params, scores and costs in one flat row."""
        return {
            "trial": self.number,
            "family": self.family,
            "params": self.told_params,
            **self.scores,
            f"train_{self.metric}": self.train_scores.get(self.metric, float("nan")),
            "n_rows": self.n_rows,
            "cpu_seconds": self.cpu_seconds,
            "problem": self.problem,
        }
