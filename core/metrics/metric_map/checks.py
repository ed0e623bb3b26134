"""Runs that prove the practice items of the map: rows are really copied, units really changed."""

import warnings
from collections.abc import Sequence

import numpy as np
from sklearn import metrics
from sklearn.dummy import DummyClassifier

from core.metrics.metric_map.lab import MetricMapSpec, explore_metrics
from core.practice.proof import Facts


def copy_negatives(tp: int, fp: int, fn: int, tn: int, times: int) -> Facts:
    """Say what becomes of the metrics when each negative row is there `times` times.

    Facts: ``precision``, ``recall``, ``accuracy``, ``f1`` before, and each with ``_after``.
    Check by eye: 40, 30, 10, 920 ten times over give precision_after 40/340.
    """
    truth = np.repeat([True, False, True, False], [tp, fp, fn, tn])
    answer = np.repeat([True, True, False, False], [tp, fp, fn, tn])
    rows = np.repeat(np.arange(len(truth)), np.where(truth, 1, times))
    scores = {
        "precision": metrics.precision_score,
        "recall": metrics.recall_score,
        "accuracy": metrics.accuracy_score,
        "f1": metrics.f1_score,
    }
    facts: dict[str, float | None] = {
        name: float(score(truth, answer)) for name, score in scores.items()
    }
    return facts | {
        f"{name}_after": float(score(truth[rows], answer[rows])) for name, score in scores.items()
    }


def change_scale(truth: Sequence[float], said: Sequence[float], times: float, plus: float) -> Facts:
    """Say what becomes of the metrics when truth and prediction are multiplied, then shifted.

    Facts: ``mae``, ``mse``, ``rmse``, ``mape`` before, and each with ``_after``; ``mse_times``,
    `times` × the old MSE. Check by eye: an error of 2 m is 200 cm, its square 4 m² or 40,000 cm².
    """
    scores = {
        "mae": metrics.mean_absolute_error,
        "mse": metrics.mean_squared_error,
        "rmse": metrics.root_mean_squared_error,
        "mape": metrics.mean_absolute_percentage_error,
    }
    first = np.array(truth, dtype=float), np.array(said, dtype=float)
    after = tuple(values * times + plus for values in first)
    facts: dict[str, float | None] = {name: float(score(*first)) for name, score in scores.items()}
    facts |= {f"{name}_after": float(score(*after)) for name, score in scores.items()}
    return facts | {"mse_times": times * float(scores["mse"](*first))}


def score_alike(n_positive: int, n_rows: int) -> Facts:
    """Say what a model scores that gives the same probability to every row.

    Facts: ``roc_auc``, ``average_precision``, ``brier``, ``negative_share``. Check by eye: with
    half of the rows positive all but the Brier score are 0.5.
    """
    truth = np.arange(n_rows) < n_positive
    rows = np.zeros((n_rows, 1))
    model = DummyClassifier(strategy="prior").fit(rows, truth)
    score = model.predict_proba(rows)[:, 1]
    return {
        "roc_auc": float(metrics.roc_auc_score(truth, score)),
        "average_precision": float(metrics.average_precision_score(truth, score)),
        "brier": float(metrics.brier_score_loss(truth, score)),
        "negative_share": 1 - n_positive / n_rows,
    }


def ask_scikit_learn() -> Facts:
    """Say how scikit-learn behaves where a metric of the model that always says no has no value.

    Facts: ``mcc`` and ``precision`` as printed, and how often each call warned: ``mcc_warnings``,
    ``precision_warnings``.
    """
    truth, answer = np.arange(10) < 3, np.zeros(10, dtype=bool)
    facts: dict[str, float | None] = {}
    for name, score in (
        ("mcc", metrics.matthews_corrcoef),
        ("precision", metrics.precision_score),
    ):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            facts[name] = float(score(truth, answer))
        facts[f"{name}_warnings"] = len(caught)
    return facts


def leave_one_out() -> Facts:
    """Say which metrics have a value on a single row. Facts: 1 if it has one, 0 if not, by name."""
    result = explore_metrics(MetricMapSpec(group="numbers", experiment="one_row"))
    rows = result.changes.to_dict("records")
    return {f"has_{row['metric']}": int(row["state"] != "undefined") for row in rows}
