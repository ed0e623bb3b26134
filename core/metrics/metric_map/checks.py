"""Runs that prove the practice items of the map: rows are really copied, units really changed."""

import warnings
from collections.abc import Sequence

import numpy as np
from sklearn import metrics
from sklearn.dummy import DummyClassifier

from core.metrics.metric_map.lab import MetricMapSpec, explore_metrics
from core.practice.family import Values
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


def draw_busier_week(rng: np.random.Generator) -> Values | None:
    """Draw a model's counts and how many times as many negatives there will be."""
    positives, times = 10 * int(rng.integers(3, 12)), int(rng.choice([2, 3, 4, 5, 10, 20]))
    tp = int(positives * rng.choice([0.5, 0.6, 0.7, 0.8, 0.9]))
    fp, negatives = 5 * int(rng.integers(2, 13)), 50 * int(rng.integers(12, 60))
    precision, recall, after = tp / (tp + fp), tp / positives, tp / (tp + times * fp)
    if min(abs(precision - recall), abs(recall - after), precision - after) < 0.03:
        return None
    return {
        "tp": tp, "fp": fp, "fn": positives - tp, "tn": negatives - fp, "times": times,
        "positives": positives, "negatives": negatives, "alarms": tp + fp,
        "fp_after": times * fp, "alarms_after": tp + times * fp,
        "precision": precision, "recall": recall, "precision_after": after,
    }  # fmt: skip


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


UNITS = (
    ("metres", "decimetres", "metre", 10), ("metres", "centimetres", "metre", 100),
    ("kilometres", "metres", "kilometre", 1000), ("hours", "minutes", "hour", 60),
    ("centimetres", "millimetres", "centimetre", 10), ("feet", "inches", "foot", 12),
    ("minutes", "seconds", "minute", 60), ("euros", "cents", "euro", 100),
    ("days", "hours", "day", 24), ("weeks", "days", "week", 7),
)  # fmt: skip


def draw_units(rng: np.random.Generator) -> Values | None:
    """Draw an error and two units; the key is the square of their ratio times the old MSE."""
    old, new, one, times = UNITS[int(rng.integers(len(UNITS)))]
    error, low = int(rng.integers(2, 10)), int(rng.integers(10, 30))
    return {
        "old": old, "new": new, "one": one, "times": times, "times_twice": times**2,
        "truth": [low, low + 10], "said": [low + error, low + 10 - error],
        "error": error, "error_after": error * times, "mse": error**2,
        "mse_times": times * error**2, "mse_after": times**2 * error**2,
    }  # fmt: skip


def draw_temperature(rng: np.random.Generator) -> Values | None:
    """Draw a temperature and what a model says, off by a round share of it."""
    truth, error = int(rng.choice([8, 10, 16, 20, 25, 32, 40])), int(rng.integers(1, 9))
    sign, kelvin = int(rng.choice([-1, 1])), truth + 273
    if error >= truth:
        return None
    return {
        "truth": truth, "said": truth + sign * error, "error": error, "kelvin": kelvin,
        "mape": error / truth, "mape_after": error / kelvin,
    }  # fmt: skip


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


def draw_patients(rng: np.random.Generator) -> Values | None:
    """Draw how many patients there are, and how many of them are ill."""
    n_rows, share = int(rng.choice([100, 200, 400, 500, 1000])), int(rng.integers(3, 40)) / 100
    return {
        "n_rows": n_rows,
        "n_positive": round(n_rows * share),
        "share": share,
        "rest": 1 - share,
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
