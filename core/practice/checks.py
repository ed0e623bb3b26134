"""Runs that prove practice items: each returns named facts that the items' keys are held against.

A check never repeats the formula of an item's explanation: it counts labels, trains a model or
plays a rule through, and scikit-learn does the arithmetic.
"""

import warnings
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from sklearn.datasets import load_breast_cancer
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    balanced_accuracy_score,
    confusion_matrix,
    f1_score,
    matthews_corrcoef,
    precision_recall_curve,
    precision_score,
    recall_score,
    roc_auc_score,
)
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.lab import load_lab
from core.practice.proof import Facts
from core.results import scalars_of, spec_from_text

Labels = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]

THRESHOLDS = np.arange(0.01, 1.0, 0.01)


def measure_counts(tp: int, fp: int, fn: int, tn: int) -> Facts:
    """Say what scikit-learn makes of these four counts, as metrics and as sums of the matrix.

    Facts: ``accuracy``, ``precision``, ``recall``, ``specificity``, ``f1``, ``mcc``,
    ``balanced_accuracy``; ``majority_accuracy`` of always naming the more frequent class;
    ``mean_of_precision_and_recall``; ``actual_positives`` and ``actual_negatives`` (row sums of
    the printed matrix), ``predicted_positives`` and ``predicted_negatives`` (column sums).
    Check by eye: tp 40, fp 30, fn 10, tn 920 gives recall 0.8.
    """
    cells = np.array([tp, fp, fn, tn])
    truth = np.repeat([1, 0, 1, 0], cells)
    predicted = np.repeat([1, 1, 0, 0], cells)
    matrix = confusion_matrix(truth, predicted, labels=[0, 1])
    facts = _measure(truth, predicted)
    precision, recall = facts["precision"], facts["recall"]
    mean = None if precision is None or recall is None else (precision + recall) / 2
    return {
        **facts,
        "mean_of_precision_and_recall": mean,
        "actual_negatives": int(matrix[0].sum()),
        "actual_positives": int(matrix[1].sum()),
        "predicted_negatives": int(matrix[:, 0].sum()),
        "predicted_positives": int(matrix[:, 1].sum()),
    }


def measure_silent_model(n_positive: int, n_rows: int) -> Facts:
    """Say what becomes of the metrics when no alarm is raised, and what scikit-learn prints.

    Facts: as in `measure_counts`; ``scikit_learn_precision``, the number of ``precision_score``
    left to its defaults; ``scikit_learn_warnings``, how often it warned meanwhile.
    """
    truth = (np.arange(n_rows) < n_positive).astype(np.int64)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        shown = precision_score(truth, np.zeros_like(truth))
    return {
        **measure_counts(tp=0, fp=0, fn=n_positive, tn=n_rows - n_positive),
        "scikit_learn_precision": float(shown),
        "scikit_learn_warnings": sum(w.category is UndefinedMetricWarning for w in caught),
    }


def measure_constant_model(positive_share: float, n_rows: int = 1000) -> Facts:
    """Say how a model scores that never raises an alarm, when `positive_share` is positive.

    Facts as the metrics of `measure_counts`. Check by eye: with a share of 0.1 the accuracy
    is 0.9 and the recall 0.
    """
    truth = (np.arange(n_rows) < round(positive_share * n_rows)).astype(np.int64)
    rows = np.zeros((n_rows, 1))
    model = DummyClassifier(strategy="constant", constant=0).fit(rows, truth)
    return _measure(truth, model.predict(rows))


def compare_models(
    models: Mapping[str, Mapping[str, int]], cost_false_alarm: float, cost_miss: float
) -> Facts:
    """Measure several models by their counts (tp, fp, fn, tn) and by what their mistakes cost.

    Facts: each metric of `measure_counts` and ``cost``, followed by ``_`` and the model's name.
    """
    facts: dict[str, float | None] = {}
    for name, counts in models.items():
        measured = measure_counts(**counts)
        facts |= {f"{metric}_{name}": value for metric, value in measured.items()}
        facts[f"cost_{name}"] = counts["fp"] * cost_false_alarm + counts["fn"] * cost_miss
    return facts


def find_cheapest_threshold(cost_false_alarm: float, cost_miss: float) -> Facts:
    """Play every threshold through on calibrated cases and say which one costs least.

    Of 1,000 cases at each probability 0.001, 0.002, … 0.999 exactly that share is positive, so
    the probabilities are calibrated and no chance is left. A case at or above the threshold
    raises an alarm. Facts: ``threshold`` (the lowest of the cheapest, in steps of 0.001),
    ``threshold_if_costs_swapped`` and ``extra_cost_at_half``, the cost at 0.5 over the least
    cost. Check by eye: costs 1 and 9 give 0.1.
    """
    grid, costs = _play_thresholds(cost_false_alarm, cost_miss)
    swapped_grid, swapped = _play_thresholds(cost_miss, cost_false_alarm)
    return {
        "threshold": float(grid[costs.argmin()]),
        "threshold_if_costs_swapped": float(swapped_grid[swapped.argmin()]),
        "extra_cost_at_half": float(costs[499] / costs.min()),
    }


def sweep_threshold() -> Facts:
    """Raise the threshold of a really trained model step by step and watch both metrics.

    A logistic regression learns malignant tumours from the texture of their cells and is judged
    on rows that it has not seen. Facts: how often ``recall_rises``, ``recall_falls``,
    ``precision_rises`` and ``precision_falls`` over 98 steps of 0.01.
    """
    truth, scores = _score_unseen_tumours(seed=0)
    recalls, precisions = [], []
    for threshold in THRESHOLDS:
        alarms = scores >= threshold
        recalls.append(recall_score(truth, alarms))
        if alarms.any():
            precisions.append(precision_score(truth, alarms))
    return {
        "recall_rises": sum(b > a for a, b in pairwise(recalls)),
        "recall_falls": sum(b < a for a, b in pairwise(recalls)),
        "precision_rises": sum(b > a for a, b in pairwise(precisions)),
        "precision_falls": sum(b < a for a, b in pairwise(precisions)),
    }


def multiply_negatives(times: int) -> Facts:
    """Judge one trained model twice, the second time with each negative case `times` over.

    The model of `sweep_threshold`. Facts: ``roc_auc`` and ``average_precision`` before,
    ``roc_auc_rare`` and ``average_precision_rare`` after, and ``lost_average_precision``.
    """
    truth, scores = _score_unseen_tumours(seed=0)
    copies = np.where(truth == 1, 1, times)
    rare_truth, rare_scores = np.repeat(truth, copies), np.repeat(scores, copies)
    before = average_precision_score(truth, scores)
    after = average_precision_score(rare_truth, rare_scores)
    return {
        "roc_auc": roc_auc_score(truth, scores),
        "roc_auc_rare": roc_auc_score(rare_truth, rare_scores),
        "average_precision": before,
        "average_precision_rare": after,
        "lost_average_precision": before - after,
    }


def tune_threshold(n_splits: int) -> Facts:
    """Choose the threshold with the best F1 on validation rows, then judge it on test rows.

    Repeated over `n_splits` random halvings of the rows that the model of `sweep_threshold` has
    not seen. Facts, as means over the splits: ``validation_f1`` and ``test_f1`` of the chosen
    threshold, ``peeked_f1`` of the threshold that is best on the test rows, and
    ``share_flattered``, the share of splits whose validation F1 exceeds the test F1.
    """
    rows = []
    for seed in range(n_splits):
        truth, scores = _score_unseen_tumours(seed)
        half = len(truth) // 2
        validation_f1, threshold = _find_best_f1(truth[:half], scores[:half])
        test_f1 = f1_score(truth[half:], scores[half:] >= threshold)
        peeked_f1, _ = _find_best_f1(truth[half:], scores[half:])
        rows.append((validation_f1, test_f1, peeked_f1))
    table = np.array(rows)
    means = table.mean(axis=0)
    return {
        "validation_f1": float(means[0]),
        "test_f1": float(means[1]),
        "peeked_f1": float(means[2]),
        "share_flattered": float((table[:, 0] > table[:, 1]).mean()),
    }


def run_lab(
    lab: str, settings: Mapping[str, str], against: Mapping[str, str] | None = None
) -> Facts:
    """Run a lab of the course and return its numbers, as the page shows them.

    `settings` are texts as in a link. Facts: every numeric scalar of the result, by field name;
    with `against`, the same of a second run, each name ending in ``_against``.
    """
    facts = _run_lab(lab, settings)
    if against is not None:
        facts |= {f"{name}_against": value for name, value in _run_lab(lab, against).items()}
    return facts


def _run_lab(name: str, settings: Mapping[str, str]) -> dict[str, float | None]:
    lab = load_lab(name)
    result = lab.run(spec_from_text(lab.spec, settings))
    return {
        scalar: None if value is None or np.isnan(value) else float(value)
        for scalar, value in scalars_of(result).items()
        if value is None or isinstance(value, (bool, int, float))
    }


def _measure(truth: Labels, predicted: Labels) -> dict[str, float | None]:
    has_both = 0 < truth.sum() < len(truth)
    varies = 0 < predicted.sum() < len(predicted)
    undefined = {"zero_division": np.nan}
    measured = {
        "accuracy": accuracy_score(truth, predicted),
        "majority_accuracy": max(truth.mean(), 1 - truth.mean()),
        "precision": precision_score(truth, predicted, **undefined),
        "recall": recall_score(truth, predicted, **undefined),
        "specificity": recall_score(truth, predicted, pos_label=0, **undefined),
        "f1": f1_score(truth, predicted, **undefined),
        "balanced_accuracy": balanced_accuracy_score(truth, predicted) if has_both else np.nan,
        # scikit-learn answers 0 where the correlation of a constant is asked for.
        "mcc": matthews_corrcoef(truth, predicted) if has_both and varies else np.nan,
    }
    return {name: None if np.isnan(value) else float(value) for name, value in measured.items()}


def _play_thresholds(cost_false_alarm: float, cost_miss: float) -> tuple[Scores, Scores]:
    """Return the thresholds and the total cost of each."""
    positives = np.arange(1, 1000)
    negatives = 1000 - positives
    missed = np.concatenate([[0], np.cumsum(positives)[:-1]])
    false_alarms = np.cumsum(negatives[::-1])[::-1]
    return positives / 1000, cost_miss * missed + cost_false_alarm * false_alarms


def _find_best_f1(truth: Labels, scores: Scores) -> tuple[float, float]:
    """Return the highest F1 that any threshold reaches on these rows, and that threshold."""
    precision, recall, thresholds = precision_recall_curve(truth, scores)
    f1 = 2 * precision * recall / np.maximum(precision + recall, np.finfo(float).tiny)
    best = int(f1[:-1].argmax())
    return float(f1[best]), float(thresholds[best])


def _score_unseen_tumours(seed: int) -> tuple[Labels, Scores]:
    """Train on half of the tumours; return malignancy and probability of the other half."""
    texture, is_malignant = _read_tumours()
    train, rest, y_train, y_rest = train_test_split(
        texture, is_malignant, test_size=0.5, random_state=seed, stratify=is_malignant
    )
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(train, y_train)
    return y_rest, model.predict_proba(rest)[:, 1]


@lru_cache(maxsize=1)
def _read_tumours() -> tuple[Scores, Labels]:
    measures, is_benign = load_breast_cancer(return_X_y=True)
    return measures[:, [1]], 1 - is_benign
