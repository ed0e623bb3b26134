"""Every metric of every model; scikit-learn does the arithmetic."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.metrics.which_metric.bills import HALF, Bill, chance_on_list, list_length

Numbers = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A metric as people read it."""

    name: str
    is_better_high: bool = True
    needs: str = "scores"
    """What it reads: yes/no answers at 0.5 ("labels"), the order of the scores ("order"),
    probabilities, a list of fixed length, or numbers."""


METRICS: dict[str, Metric] = {
    "accuracy": Metric(name="Accuracy", needs="labels"),
    "precision": Metric(name="Precision", needs="labels"),
    "recall": Metric(name="Recall", needs="labels"),
    "f1": Metric(name="F1", needs="labels"),
    "precision_on_list": Metric(name="Precision on the list", needs="list"),
    "roc_auc": Metric(name="ROC AUC", needs="order"),
    "average_precision": Metric(name="Average precision", needs="order"),
    "log_loss": Metric(name="Log loss", is_better_high=False, needs="probabilities"),
    "brier": Metric(name="Brier score", is_better_high=False, needs="probabilities"),
    "mae": Metric(name="MAE", is_better_high=False, needs="numbers"),
    "rmse": Metric(name="RMSE", is_better_high=False, needs="numbers"),
    "medae": Metric(name="MedAE", is_better_high=False, needs="numbers"),
    "r2": Metric(name="R²", needs="numbers"),
}


def metrics_for(bill: Bill) -> tuple[str, ...]:
    """Return the names of the metrics that compete when this is needed of the model."""
    if bill.need == "number":
        return tuple(name for name, metric in METRICS.items() if metric.needs == "numbers")
    return tuple(
        name
        for name, metric in METRICS.items()
        if metric.needs != "numbers" and (metric.needs != "list" or bill.need == "ranking")
    )


def score_model(bill: Bill, truth: Numbers, said: Numbers) -> dict[str, float]:
    """Return the value of every metric of `metrics_for`; NaN where it is undefined.

    Accuracy, precision, recall and F1 are those of ``predict``: an alarm from 0.5 on.
    """
    if bill.need == "number":
        return _score_numbers(truth, said)
    scores = _score_classes(truth == 1, said)
    if bill.need == "ranking":
        length = list_length(bill, len(said))
        scores["precision_on_list"] = float(chance_on_list(said, length) @ truth / length)
    return {name: scores[name] for name in metrics_for(bill)}


def _score_classes(positive: NDArray[np.bool_], said: Numbers) -> dict[str, float]:
    from sklearn import metrics

    alarm = said >= HALF
    return {
        "accuracy": float(metrics.accuracy_score(positive, alarm)),
        "precision": float(metrics.precision_score(positive, alarm, zero_division=np.nan)),
        "recall": float(metrics.recall_score(positive, alarm)),
        "f1": float(metrics.f1_score(positive, alarm)),
        "roc_auc": float(metrics.roc_auc_score(positive, said)),
        "average_precision": float(metrics.average_precision_score(positive, said)),
        "log_loss": float(metrics.log_loss(positive, said)),
        "brier": float(metrics.brier_score_loss(positive, said)),
    }


def _score_numbers(truth: Numbers, said: Numbers) -> dict[str, float]:
    from sklearn import metrics

    return {
        "mae": float(metrics.mean_absolute_error(truth, said)),
        "rmse": float(metrics.root_mean_squared_error(truth, said)),
        "medae": float(metrics.median_absolute_error(truth, said)),
        "r2": float(metrics.r2_score(truth, said)),
    }


def rank_values(metric: str, values: pd.Series) -> pd.Series:
    """Return the place of each value, 1 for the best; equals share a place, undefined has none (0).

    Rounded to 12 digits first, so that sums in another order do not part equals.
    """
    is_better_high = metric in METRICS and METRICS[metric].is_better_high
    places = values.round(12).rank(ascending=not is_better_high, method="min")
    return places.fillna(0).astype("int64")
