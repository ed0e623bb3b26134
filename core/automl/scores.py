"""What a model is worth on rows that it did not see: all metrics of a task at once."""

import math
import warnings
from collections.abc import Callable, Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.automl.settings import CLASS_METRICS, LOWER_IS_BETTER, METRICS, NUMBER_METRICS, Task

Numbers = NDArray[np.float64]
HALF = 0.5
"""The chance from which on a class of two is said, unless something better was found."""
DECIDED = ("f1", "precision", "recall", "accuracy")
"""Metrics that depend on the threshold."""


def predict(model: Any, rows: Any, task: Task) -> Numbers:
    """Return what is judged: one probability a class (columns as in ``classes_``), or one number a row."""
    found = model.predict(rows) if task == "regression" else model.predict_proba(rows)
    return np.asarray(found, dtype=np.float64)


def score_all(
    truth: NDArray[Any],
    predicted: Numbers,
    *,
    task: Task,
    classes: tuple[Any, ...] = (),
    positive: Any = None,
    weights: Numbers | None = None,
    names: Collection[str] = METRICS,
    threshold: float = HALF,
) -> dict[str, float]:
    """Return every metric of the task that is among `names`; NaN where it is undefined on these rows.

    Two classes: accuracy, and precision, recall and F1 of `positive`, which is said from a chance of
    `threshold` on; more: the mean over classes (macro), AUC one against the rest. All are scikit-learn's.
    """
    from sklearn import metrics

    if task == "regression":
        ways: dict[str, Callable[[], float]] = {
            "rmse": lambda: math.sqrt(
                metrics.mean_squared_error(truth, predicted, sample_weight=weights)
            ),
            "mae": lambda: metrics.mean_absolute_error(truth, predicted, sample_weight=weights),
            "r2": lambda: metrics.r2_score(truth, predicted, sample_weight=weights),
        }
        return {name: float(way()) for name, way in ways.items() if name in names}
    labels = np.asarray(classes, dtype=object)
    chosen = labels[predicted.argmax(axis=1)]
    how: dict[str, Any] = {"average": "macro", "labels": list(classes)}
    at: int | None = None
    if task == "binary":
        at = classes.index(positive)
        chosen = np.where(predicted[:, at] >= threshold, positive, labels[1 - at])
        how = {"average": "binary", "pos_label": positive}
    how |= {"sample_weight": weights, "zero_division": 0.0}
    codes = {label: place for place, label in enumerate(classes)}
    numbered, told = np.array([codes[label] for label in truth]), (list(truth), list(chosen))
    every = list(range(len(classes)))
    ways = {
        "log_loss": lambda: _log_loss(numbered, predicted, every, weights),
        "roc_auc": lambda: _auc(numbered, predicted, at, weights),
        "accuracy": lambda: metrics.accuracy_score(*told, sample_weight=weights),
        "f1": lambda: metrics.f1_score(*told, **how),
        "precision": lambda: metrics.precision_score(*told, **how),
        "recall": lambda: metrics.recall_score(*told, **how),
    }
    return {name: float(way()) for name, way in ways.items() if name in names}


def _log_loss(
    numbered: NDArray[Any], predicted: Numbers, every: list[int], weights: Numbers | None
) -> float:
    from sklearn.metrics import log_loss

    with warnings.catch_warnings():
        # XGBoost has short floats: what it says adds up to 1 only to the seventh digit.
        warnings.filterwarnings("ignore", "The y_prob values do not sum to one", UserWarning)
        return float(log_loss(numbered, predicted, labels=every, sample_weight=weights))


def _auc(
    numbered: NDArray[Any], predicted: Numbers, at: int | None, weights: Numbers | None
) -> float:
    """Return the AUC of class `at`; None: the mean over all classes, each against the rest."""
    from sklearn.metrics import roc_auc_score

    one_by_one = [
        roc_auc_score(numbered == label, predicted[:, label], sample_weight=weights)
        for label in (range(predicted.shape[1]) if at is None else [at])
        if 0 < (numbered == label).sum() < len(numbered)
    ]
    return float(np.mean(one_by_one)) if one_by_one else math.nan


def gain_of(metric: str, score: float) -> float:
    """Return the score so that more is better."""
    return -score if metric in LOWER_IS_BETTER else score


def metrics_of(task: Task) -> tuple[str, ...]:
    """Return the names that `score_all` gives."""
    return NUMBER_METRICS if task == "regression" else CLASS_METRICS
