"""From answers about several classes to scores: of each class, averaged in three ways, and of the whole.

A row has exactly one true class and gets exactly one answer. Classes are named by their place among
the labels in ascending order. All scores are scikit-learn's; where its convention fills a gap
(0/0), the gap stays a gap here, with its reason.
"""

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.metrics.classes.training import Codes
from core.metrics.intervals import wilson_interval

AVERAGES = ("micro", "weighted", "macro")
ZERO_DIVISION: dict[str, float] = {"0": 0.0, "1": 1.0, "left out": np.nan}
"""What scikit-learn can be told to put in place of 0/0; 0 is what it does by itself."""


def count_matrix(truth: Codes, predicted: Codes, labels: tuple[str, ...]) -> pd.DataFrame:
    """Count every pair of truth and answer: the confusion matrix in long form.

    Returns
    -------
    DataFrame
        One row per cell, truth by truth: ``truth``, ``predicted`` (labels), ``n`` (rows),
        ``truth_share`` (of the rows of this truth; the diagonal holds the recalls) and
        ``predicted_share`` (of the rows with this answer; the diagonal holds the precisions; NaN
        for an answer that was never given).
    """
    from sklearn.metrics import confusion_matrix

    cells = confusion_matrix(truth, predicted, labels=range(len(labels)))
    n_true, n_predicted = cells.sum(axis=1, keepdims=True), cells.sum(axis=0, keepdims=True)
    pairs = list(product(labels, labels))
    return pd.DataFrame(
        {
            "truth": pd.Series([truth for truth, _ in pairs], dtype="str"),
            "predicted": pd.Series([answer for _, answer in pairs], dtype="str"),
            "n": cells.ravel(),
            "truth_share": (cells / n_true).ravel(),
            "predicted_share": _divide(cells, n_predicted).ravel(),
        }
    )


def report_classes(
    truth: Codes, predicted: Codes, scores: NDArray[np.float64], labels: tuple[str, ...]
) -> pd.DataFrame:
    """Score each class against all others.

    Parameters
    ----------
    truth, predicted
        Shape (n,): places of the labels; each label occurs in `truth`.
    scores
        Shape (n, k): the model's probability of each class.
    labels
        k names.

    Returns
    -------
    DataFrame
        One row per class: ``label``, ``n_true`` (rows that are of it: the support), ``n_predicted``
        (rows that are called so), ``n_right``, ``precision`` (NaN if the class is never predicted),
        ``recall``, ``f1``, the 95 % bounds ``recall_low`` and ``recall_high`` (Wilson), and
        ``roc_auc`` of its probability, this class against the rest. By eye: of 4 eights 1 is found
        and nothing else is called 8, so precision 1, recall 0.25, F1 0.4.
    """
    from sklearn.metrics import precision_recall_fscore_support, roc_auc_score

    places = np.arange(len(labels))
    precision, recall, f1, n_true = precision_recall_fscore_support(
        truth, predicted, labels=places, zero_division=np.nan
    )
    n_right = np.bincount(truth[truth == predicted], minlength=len(labels))
    low, high = wilson_interval(n_right, n_true)
    return pd.DataFrame(
        {
            "label": pd.Series(labels, dtype="str"),
            "n_true": n_true,
            "n_predicted": np.bincount(predicted, minlength=len(labels)),
            "n_right": n_right,
            "precision": precision,
            "recall": recall,
            "f1": f1,
            "recall_low": low,
            "recall_high": high,
            "roc_auc": [roc_auc_score(truth == place, scores[:, place]) for place in places],
        }
    )


def average_classes(truth: Codes, predicted: Codes, n_classes: int) -> pd.DataFrame:
    """Average precision, recall and F1 over the classes, in three ways.

    Returns
    -------
    DataFrame
        One row per ``average``, with ``precision``, ``recall`` and ``f1``: "micro" counts every row
        once, "macro" every class once, "weighted" every class by its rows. A mean over a score that
        has no value has none (NaN); what scikit-learn makes of it is in `fill_gaps`.
    """
    from sklearn.metrics import precision_recall_fscore_support

    never_said = len(np.setdiff1d(np.arange(n_classes), predicted))
    rows = []
    for average in AVERAGES:
        precision, recall, f1, _ = precision_recall_fscore_support(
            truth, predicted, labels=range(n_classes), average=average, zero_division=np.nan
        )
        is_gap = never_said > 0 and average != "micro"
        rows.append((average, np.nan if is_gap else float(precision), float(recall), float(f1)))
    table = pd.DataFrame(rows, columns=["average", "precision", "recall", "f1"])
    return table.astype({"average": "str"})


def fill_gaps(truth: Codes, predicted: Codes, n_classes: int) -> pd.DataFrame:
    """Say what scikit-learn's averages of precision become under each choice of ``zero_division``.

    Returns
    -------
    DataFrame
        One row per ``choice`` (`ZERO_DIVISION`): ``macro_precision`` and ``weighted_precision``.
        All rows agree unless some class is never predicted.
    """
    from sklearn.metrics import precision_score

    rows = []
    for choice, filled in ZERO_DIVISION.items():
        macro, weighted = (
            precision_score(
                truth, predicted, labels=range(n_classes), average=average, zero_division=filled
            )
            for average in ("macro", "weighted")
        )
        rows.append((choice, float(macro), float(weighted)))
    table = pd.DataFrame(rows, columns=["choice", "macro_precision", "weighted_precision"])
    return table.astype({"choice": "str"})


def score_whole(truth: Codes, predicted: Codes) -> dict[str, float]:
    """Return the scores that look at the whole matrix at once.

    ``accuracy``; ``balanced_accuracy``, the mean of the recalls; ``kappa`` (Cohen 1960), the
    agreement beyond what the sizes of the classes and of the answers give by chance; ``mcc``,
    the correlation of truth and answer for k classes (Gorodkin 2004), NaN where one of them never
    varies (scikit-learn says 0).
    """
    from sklearn import metrics

    varies = len(np.unique(truth)) > 1 and len(np.unique(predicted)) > 1
    return {
        "accuracy": float(metrics.accuracy_score(truth, predicted)),
        "balanced_accuracy": float(metrics.balanced_accuracy_score(truth, predicted)),
        "kappa": float(metrics.cohen_kappa_score(truth, predicted)),
        "mcc": float(metrics.matthews_corrcoef(truth, predicted)) if varies else np.nan,
    }


def judge_majority(majority: int, truth: Codes, labels: tuple[str, ...]) -> dict[str, Any]:
    """Score the model that always names one class: accurate in that class, and lost in all others.

    Its macro recall is 1/k, because it finds all of one class and none of the k - 1 others.
    """
    answer = np.full_like(truth, majority)
    by_average = average_classes(truth, answer, len(labels)).set_index("average")
    return {
        "majority_label": labels[majority],
        "majority_accuracy": float((truth == answer).mean()),
        "majority_macro_recall": float(by_average["recall"]["macro"]),
        "majority_macro_f1": float(by_average["f1"]["macro"]),
    }


def find_worst(report: pd.DataFrame) -> dict[str, Any]:
    """Name the class of which the smallest share is found (the first of equals)."""
    worst = report.iloc[int(report["recall"].argmin())]
    return {
        "worst_label": str(worst["label"]),
        "worst_recall": float(worst["recall"]),
        "n_worst": int(worst["n_true"]),
        "n_worst_found": int(worst["n_right"]),
    }


def find_confusion(matrix: pd.DataFrame) -> dict[str, Any]:
    """Name the most common confusion; of equal counts the one that takes most of its class."""
    wrong = matrix[(matrix["truth"] != matrix["predicted"]) & (matrix["n"] > 0)]
    most = int(wrong["n"].max()) if len(wrong) else 0
    tied = wrong[wrong["n"] == most]
    found: dict[str, Any] = {"confused_truth": None, "confused_as": None, "n_confused_of": 0}
    if most:
        first = tied.iloc[int(tied["truth_share"].argmax())]
        found = {
            "confused_truth": str(first["truth"]),
            "confused_as": str(first["predicted"]),
            "n_confused_of": int(matrix.loc[matrix["truth"] == first["truth"], "n"].sum()),
        }
    return {**found, "n_confused": most, "n_confusions_tied": len(tied)}


def explain_gaps(report: pd.DataFrame) -> pd.DataFrame:
    """Say why a score has no value: ``score``, ``label`` (empty for an average) and ``reason``."""
    silent = report.loc[report["n_predicted"] == 0, "label"].tolist()
    gaps = [("precision", label, _SILENT.format(label=label)) for label in silent]
    for average in ("macro", "weighted") if silent else ():
        reason = _AVERAGE.format(average=average.capitalize(), labels=_list(silent))
        gaps.append((f"{average}_precision", "", reason))
    if (report["n_predicted"] > 0).sum() == 1:
        gaps.append(("mcc", "", _CONSTANT))
    return pd.DataFrame(gaps, columns=["score", "label", "reason"]).astype("str")


_SILENT = (
    "The precision of {label} is undefined: the model never says {label}, so there is nothing to "
    "be right about."
)
_AVERAGE = (
    "{average} precision is undefined: it averages over all classes, and the precision of {labels} "
    "has no value."
)
_CONSTANT = "MCC is undefined: the model always gives the same answer, and a correlation needs two."


def _list(labels: list[str], most: int = 3) -> str:
    if len(labels) > most:
        return f"{len(labels)} classes"
    return " and ".join(labels)


def _divide(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    quotient = np.full(part.shape, np.nan)
    np.divide(part, whole, out=quotient, where=whole != 0)
    return quotient
