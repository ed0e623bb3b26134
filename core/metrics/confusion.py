"""The four counts behind every score of a yes/no model, at every threshold at once.

A row is an *alarm* when its score is at or above the threshold. Then

====================  ==============  ===================
                      alarm           no alarm
====================  ==============  ===================
really positive       tp (caught)     fn (missed)
really negative       fp (false       tn (rightly left
                      alarm)          alone)
====================  ==============  ===================

scikit-learn prints this table with the labels in ascending order, so [[tn, fp], [fn, tp]].
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from core.errors import require

METRICS = (
    "accuracy",
    "balanced_accuracy",
    "precision",
    "recall",
    "specificity",
    "f1",
    "mcc",
)
"""The scores of `measure_rates`, in the order in which they are shown."""


@dataclass(frozen=True, eq=False)
class Confusion:
    """Caught, false alarms, missed, rightly left alone: one entry per threshold.

    Whole numbers where every row counts once; sums of weights where rows are weighted.
    """

    tp: NDArray[Any]
    fp: NDArray[Any]
    fn: NDArray[Any]
    tn: NDArray[Any]


def count_confusion(
    positive: ArrayLike, score: ArrayLike, thresholds: ArrayLike, weight: ArrayLike | None = None
) -> Confusion:
    """Count the four cells at every threshold, with one look at each row.

    Each row is filed under the number of thresholds that it reaches; running sums over these
    files are the counts. That is O(n log m) for n rows and m thresholds, where asking
    scikit-learn once per threshold is O(n m).

    Parameters
    ----------
    positive : array of bool, shape (n,)
        Whether the row really is positive.
    score : array of float, shape (n,)
        The higher, the more the model believes in "positive". Ties are welcome.
    thresholds : array of float, shape (m,)
        In any order; a row is an alarm when ``score >= threshold``.
    weight : array of float, shape (n,), optional
        How many rows each row stands for; 1 when left out.

    Returns
    -------
    Confusion
        Four arrays of shape (m,): int64 without weights, float64 with weights.

    Raises
    ------
    SpecError
        For no rows, unequal lengths, missing scores or thresholds, or a weight below 0.

    Examples
    --------
    Scores 0.2 (negative), 0.4 (positive), 0.4 (negative), 0.9 (positive) at the threshold 0.4:
    three alarms, two of them right.

    >>> counts = count_confusion([0, 1, 0, 1], [0.2, 0.4, 0.4, 0.9], [0.4])
    >>> int(counts.tp[0]), int(counts.fp[0]), int(counts.fn[0]), int(counts.tn[0])
    (2, 1, 0, 1)
    """
    positive = np.asarray(positive, dtype=bool)
    score = np.asarray(score, dtype=np.float64)
    thresholds = np.atleast_1d(np.asarray(thresholds, dtype=np.float64))
    _check_rows(positive, score, thresholds)
    order = np.argsort(thresholds)
    reached = np.searchsorted(thresholds[order], score, side="right")
    n_files = len(thresholds) + 1
    file_of_row = reached + n_files * positive
    if weight is None:
        files = np.bincount(file_of_row, minlength=2 * n_files)
    else:
        weight = np.asarray(weight, dtype=np.float64)
        require(weight.shape == score.shape, _lengths("weight", len(weight), len(score)))
        require(
            bool((weight >= 0).all()), "A weight says how many rows a row stands for: 0 or more."
        )
        files = np.bincount(file_of_row, weights=weight, minlength=2 * n_files)
    negatives, positives = files.reshape(2, n_files)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    # Rows that reach more than j thresholds are alarms at threshold j. The misses are summed on
    # their own, because "all minus alarms" would leave rounding dust where the truth is 0.
    alarms_p, alarms_n = (np.cumsum(side[::-1])[::-1][1:] for side in (positives, negatives))
    silent_p, silent_n = (np.cumsum(side)[:-1] for side in (positives, negatives))
    return Confusion(alarms_p[place], alarms_n[place], silent_p[place], silent_n[place])


def measure_rates(counts: Confusion) -> dict[str, NDArray[np.float64]]:
    """Turn counts into the scores of `METRICS`; where a score is 0/0 it is NaN, never 0.

    ``accuracy`` (tp + tn) / all; ``precision`` tp / (tp + fp); ``recall`` tp / (tp + fn);
    ``specificity`` tn / (tn + fp); ``balanced_accuracy`` the mean of recall and specificity;
    ``f1`` 2 tp / (2 tp + fp + fn), the harmonic mean of precision and recall;
    ``mcc`` (tp·tn − fp·fn) / √((tp+fp)(tp+fn)(tn+fp)(tn+fn)), Matthews' correlation.

    scikit-learn fills some gaps by convention. Precision, recall and F1 become 0 with a warning
    unless ``zero_division=nan`` is passed; balanced accuracy leaves an empty class out; MCC is
    0.0 where a row or a column of the table is empty. Here undefined stays undefined, and
    `undefined_reason` says why. F1 follows its formula in counts: it is 0, not undefined,
    when nothing is caught while something was missed or falsely alarmed (as in scikit-learn).

    Check by eye: tp 40, fp 30, fn 10, tn 920 gives accuracy 0.96, precision 0.571, recall 0.8
    and F1 0.667.
    """
    tp, fp, fn, tn = (
        np.asarray(cell, dtype=np.float64) for cell in (counts.tp, counts.fp, counts.fn, counts.tn)
    )
    recall, specificity = _divide(tp, tp + fn), _divide(tn, tn + fp)
    # Roots before products: four margins of a million rows multiply to 10²⁴.
    spread = np.sqrt(tp + fp) * np.sqrt(tp + fn) * np.sqrt(tn + fp) * np.sqrt(tn + fn)
    return {
        "accuracy": _divide(tp + tn, tp + fp + fn + tn),
        "balanced_accuracy": (recall + specificity) / 2,
        "precision": _divide(tp, tp + fp),
        "recall": recall,
        "specificity": specificity,
        "f1": _divide(2 * tp, 2 * tp + fp + fn),
        "mcc": _divide(tp * tn - fp * fn, spread),
    }


def sweep_confusion(
    positive: ArrayLike, score: ArrayLike, thresholds: ArrayLike, weight: ArrayLike | None = None
) -> pd.DataFrame:
    """Answer "what does each threshold do?" with one row per threshold, in the order given.

    Takes the arguments of `count_confusion`. Columns: ``threshold``, the counts ``tp``, ``fp``,
    ``fn``, ``tn``, and the scores of `METRICS` (NaN where undefined).
    """
    counts = count_confusion(positive, score, thresholds, weight)
    cells = {"tp": counts.tp, "fp": counts.fp, "fn": counts.fn, "tn": counts.tn}
    return pd.DataFrame({"threshold": thresholds, **cells, **measure_rates(counts)})


def undefined_reason(metric: str, tp: float, fp: float, fn: float, tn: float) -> str | None:
    """Say in plain words why `metric` has no value for these counts, or None if it has one."""
    no_positives, no_negatives = tp + fn == 0, fp + tn == 0
    gaps = {
        "accuracy": [(no_positives and no_negatives, "there are no rows to be right about")],
        "precision": [
            (tp + fp == 0, "no alarm was raised, so there is nothing to be right about"),
        ],
        "recall": [(no_positives, "no row is really positive, so there is nothing to catch")],
        "specificity": [
            (no_negatives, "no row is really negative, so there is nothing to leave alone"),
        ],
        "f1": [(tp + fp + fn == 0, "no row is really positive and no alarm was raised")],
        "balanced_accuracy": [
            (no_positives, "no row is really positive, so one of its two halves is missing"),
            (no_negatives, "no row is really negative, so one of its two halves is missing"),
        ],
        "mcc": [
            (no_positives, "no row is really positive, and a correlation needs both kinds"),
            (no_negatives, "no row is really negative, and a correlation needs both kinds"),
            (tp + fp == 0, "no alarm was raised, and a correlation needs both answers"),
            (fn + tn == 0, "every row is an alarm, and a correlation needs both answers"),
        ],
    }
    for is_gap, reason in gaps[metric]:
        if is_gap:
            return f"{_TITLES[metric]} is undefined: {reason}."
    return None


_TITLES = {
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "precision": "Precision",
    "recall": "Recall",
    "specificity": "Specificity",
    "f1": "F1",
    "mcc": "MCC",
}


def _divide(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    quotient = np.full(np.shape(part), np.nan)
    np.divide(part, whole, out=quotient, where=whole != 0)
    return quotient


def _check_rows(
    positive: NDArray[np.bool_], score: NDArray[np.float64], thresholds: NDArray[np.float64]
) -> None:
    require(score.size > 0, "Counting needs at least one row, got none.")
    require(score.ndim == 1, f"Scores come in one column, got {score.ndim} dimensions.")
    require(positive.shape == score.shape, _lengths("label", len(positive), len(score)))
    n_missing = int(np.isnan(score).sum())
    require(n_missing == 0, f"Every row needs a score, but {n_missing} have none.")
    require(not np.isnan(thresholds).any(), "A threshold is a number, got NaN. Leave it out.")


def _lengths(what: str, n_given: int, n_rows: int) -> str:
    return f"Each score needs one {what}: got {n_given} for {n_rows} scores."
