"""What the validation and the test rows say about every threshold, at any cost."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.metrics.classifiers import ClassifierSpec, ScoredRows, score_classifier
from core.metrics.confusion import Confusion, count_confusion
from core.metrics.handle import Handle, place_handle


@dataclass(frozen=True, eq=False)
class ScoredPart:
    """One part of the rows with every cut that changes its counts.

    `cuts` falls from above the highest score (no alarm) through all distinct scores;
    `at_cuts` holds the counts at each.
    """

    positive: NDArray[np.bool_]
    score: NDArray[np.float64]
    cuts: NDArray[np.float64]
    at_cuts: Confusion

    @property
    def n_positive(self) -> int:
        """Rows that really are positive."""
        return int(self.positive.sum())

    @property
    def n_negative(self) -> int:
        """Rows that really are negative."""
        return len(self.positive) - self.n_positive

    def count(self, thresholds: NDArray[np.float64]) -> Confusion:
        """Count the four cells of this part at any thresholds."""
        return count_confusion(self.positive, self.score, thresholds)


@dataclass(frozen=True, eq=False)
class Evidence:
    """Both parts, the places of the handle, and the counts at each place."""

    scored: ScoredRows
    validation: ScoredPart
    test: ScoredPart
    handle: Handle
    validation_at_places: Confusion
    test_at_places: Confusion


@lru_cache(maxsize=16)
def gather_evidence(spec: ClassifierSpec) -> Evidence:
    """Count once what does not depend on threshold, costs and prevalence."""
    scored = score_classifier(spec)
    rows = {str(part): frame for part, frame in scored.scores.groupby("part")}
    score = rows["validation"]["score"].to_numpy()
    handle = place_handle(score, highest=float(scored.scores["score"].max()))
    validation, test = (_take(rows[part], handle) for part in ("validation", "test"))
    return Evidence(
        scored=scored,
        validation=validation,
        test=test,
        handle=handle,
        validation_at_places=validation.count(handle.thresholds),
        test_at_places=test.count(handle.thresholds),
    )


@lru_cache(maxsize=64)
def trace_curves(
    spec: ClassifierSpec, prevalence: float | None
) -> tuple[pd.DataFrame, float, float]:
    """Return the ROC and the precision–recall curve of the validation rows, and their areas.

    scikit-learn computes all of it; points on a straight line between their neighbours (ROC) or
    inside a vertical line (precision–recall) are left out, which changes no curve. Another
    prevalence weighs the rows, which moves precision and leaves the ROC curve where it is. The
    point (recall 0, precision 1) that scikit-learn appends is left out: without an alarm
    precision is undefined.

    Returns
    -------
    tuple
        The frame ``curve`` ("roc" or "precision_recall"), ``x``, ``y``; the area under the ROC
        curve; the average precision.
    """
    from sklearn.metrics import (
        average_precision_score,
        precision_recall_curve,
        roc_auc_score,
        roc_curve,
    )

    part = gather_evidence(spec).validation
    weight = None
    if prevalence is not None:
        weight = np.where(
            part.positive, prevalence / part.n_positive, (1 - prevalence) / part.n_negative
        )
    false_alarm_rate, recall, _ = roc_curve(part.positive, part.score, drop_intermediate=True)
    precision, reach, _ = precision_recall_curve(
        part.positive, part.score, sample_weight=weight, drop_intermediate=True
    )
    curves = pd.concat(
        [
            pd.DataFrame({"curve": "roc", "x": false_alarm_rate, "y": recall}),
            pd.DataFrame({"curve": "precision_recall", "x": reach[:-1], "y": precision[:-1]}),
        ],
        ignore_index=True,
    )
    return (
        curves,
        float(roc_auc_score(part.positive, part.score)),
        float(average_precision_score(part.positive, part.score, sample_weight=weight)),
    )


def _take(rows: pd.DataFrame, handle: Handle) -> ScoredPart:
    positive, score = rows["positive"].to_numpy(), rows["score"].to_numpy()
    cuts = np.concatenate([handle.thresholds[-1:], np.unique(score)[::-1]])
    return ScoredPart(positive, score, cuts, count_confusion(positive, score, cuts))
