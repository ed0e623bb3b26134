"""A million scores at 512 thresholds: one look at each row, or scikit-learn once per threshold."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics

from benchmarks.report import Report, machine_load, percentile, rounded
from core.metrics.confusion import count_confusion, sweep_confusion

SHARE_POSITIVE = 0.01
N_DIGITS = 4
"""Scores are rounded, so that many are equal to each other and to a threshold."""

Scores = tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]
RATES: dict[str, Callable[..., float]] = {
    "accuracy": metrics.accuracy_score,
    "balanced_accuracy": metrics.balanced_accuracy_score,
    "precision": metrics.precision_score,
    "recall": metrics.recall_score,
    "f1": metrics.f1_score,
    "mcc": metrics.matthews_corrcoef,
}
"""scikit-learn's functions for our columns (it has none for specificity)."""


def measure(*, n_rows: int = 10**6, n_thresholds: int = 512, n_calls: int = 8) -> Report:
    """Answer "what does it save to count all thresholds at once?".

    scikit-learn's ``confusion_matrix`` is timed at `n_calls` thresholds spread evenly over the sweep,
    and its median is multiplied by the number of thresholds. Between its calls ours runs in full:
    counts and all scores. All counts are then compared with scikit-learn's
    ``confusion_matrix_at_thresholds``, and at the timed thresholds the scores too.

    Table ``sweep``: ``rows``, ``thresholds``, ``ours_s`` (median of whole sweeps with all scores),
    ``counts_s`` (the same, counts only), ``calls`` (timed calls), ``call_s`` (median of one),
    ``sklearn_s`` (extrapolated), ``ratio`` of ``sklearn_s`` to ``ours_s``, ``one_call_s`` (scikit-learn's
    function for all thresholds at once), ``counts_differing`` (of 4 × thresholds),
    ``scores_differing`` (by more than 10⁻¹²), ``load``.
    """
    positive, score, thresholds = _draw(n_rows, n_thresholds)
    chosen = np.linspace(0, n_thresholds - 1, n_calls).round().astype(int)
    ours, counts, calls, cells = [], [], [], []
    for place in chosen:
        seconds, cell = _timed(_ask_sklearn, positive, score, thresholds[place])
        calls.append(seconds)
        cells.append(cell)
        ours.append(_timed(sweep_confusion, positive, score, thresholds)[0])
        counts.append(_timed(count_confusion, positive, score, thresholds)[0])
    one_call, at_once = _timed(_ask_sklearn_at_once, positive, score, thresholds)
    row = {
        "rows": n_rows,
        "thresholds": n_thresholds,
        "ours_s": rounded(percentile(ours, 50), 4),
        "counts_s": rounded(percentile(counts, 50), 4),
        "calls": n_calls,
        "call_s": rounded(percentile(calls, 50), 4),
        "sklearn_s": rounded((percentile(calls, 50) or 0) * n_thresholds, 2),
        "ratio": rounded((percentile(calls, 50) or 0) * n_thresholds / (percentile(ours, 50) or 1)),
        "one_call_s": rounded(one_call, 4),
        **_differences((positive, score, thresholds), chosen, np.array(cells), at_once),
        "load": machine_load(),
    }
    return Report(
        name="sweep",
        question="What does it save to count all thresholds at once?",
        goal="at least 100 times faster than scikit-learn once per threshold, with identical counts",
        tables={"sweep": [row]},
        notes=(
            f"scikit-learn was called {n_calls} times; its time for all thresholds is extrapolated.",
            "Ours counts and computes seven scores; scikit-learn's timed call only counts.",
        ),
    )


def _draw(n_rows: int, n_thresholds: int) -> Scores:
    rng = np.random.default_rng(0)
    positive = rng.random(n_rows) < SHARE_POSITIVE
    score = np.where(positive, rng.beta(3, 2, n_rows), rng.beta(1, 6, n_rows)).round(N_DIGITS)
    return positive, score, np.linspace(0, 1, n_thresholds).round(N_DIGITS)


def _timed(run: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    result = run(*arguments)
    return time.perf_counter() - start, result


def _ask_sklearn(
    positive: NDArray[np.bool_], score: NDArray[np.float64], threshold: float
) -> NDArray[np.int64]:
    """Return tn, fp, fn, tp at one threshold."""
    table = metrics.confusion_matrix(positive, score >= threshold, labels=[False, True])
    return np.asarray(table, dtype=np.int64).ravel()


def _ask_sklearn_at_once(
    positive: NDArray[np.bool_], score: NDArray[np.float64], thresholds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return tn, fp, fn, tp (rows) at all thresholds (columns).

    scikit-learn answers for each distinct score, from high to low; the lowest score that reaches a
    threshold raises the same alarms as the threshold itself.
    """
    tn, fp, fn, tp, levels = metrics.confusion_matrix_at_thresholds(positive, score)
    reached = np.searchsorted(-levels, -thresholds, side="right") - 1
    table = np.array([tn, fp, fn, tp])[:, np.maximum(reached, 0)]
    nobody = np.array([(~positive).sum(), 0, positive.sum(), 0])[:, None]
    return np.where(reached >= 0, table, nobody)


def _differences(
    scores: Scores,
    chosen: NDArray[np.int64],
    cells: NDArray[np.int64],
    at_once: NDArray[np.float64],
) -> dict[str, int]:
    positive, score, thresholds = scores
    table = sweep_confusion(positive, score, thresholds)
    ours = table[["tn", "fp", "fn", "tp"]].to_numpy().T
    n_differing = int((ours != at_once).sum() + (ours[:, chosen] != cells.T).sum())
    n_scores = 0
    for place in chosen:
        alarm = score >= thresholds[place]
        for name, rate in RATES.items():
            mine = float(table[name].iloc[place])
            # Where ours is undefined (0/0), scikit-learn fills in a value by convention.
            n_scores += not (np.isnan(mine) or abs(mine - float(rate(positive, alarm))) <= 1e-12)
    return {"counts_differing": n_differing, "scores_differing": n_scores}
