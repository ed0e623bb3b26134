"""From chances to an answer: the threshold that the proposed model decides by, and what it gains.

A threshold that is chosen by rows looks better on them than it is. So each split of the finals is judged at
a threshold that its sister splits chose, beside 1/2; only if that gain is clear of chance is 1/2 left. All
chances come from models that had not seen the rows, and none of the rows is of the test.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.automl.rare import why_no_threshold
from core.automl.scores import HALF, Numbers
from core.automl.settings import FEWEST_SPLITS, Settings
from core.automl.table import ReadyTable
from core.automl.trial import Places, score_places
from core.validation.compare.judges import judge_folds

SPLITS_OF_A_ROUND = 5
"""Splits that have each row once: those with numbers 0 to 4, then 5 to 9, and so on."""


@dataclass(frozen=True, eq=False)
class Heard:
    """What the proposed model said in one split of the finals."""

    number: int
    places: Places
    """The rows that judge there."""
    chances: Numbers
    """Of the class that is looked for, by a model that had not seen these rows."""


@dataclass(frozen=True, eq=False)
class Decision:
    """How a model of two classes decides, and how that was found."""

    threshold: float
    """The class that is looked for is said from this chance on; 1/2 unless another is clearly better."""
    candidate: float
    """The threshold with the best F1 over all out-of-fold chances; nan if none was sought."""
    why_not: str
    """Why none was sought; empty if one was."""
    f1_at_half: float
    """Mean over the splits."""
    f1_at_candidate: float
    """Mean over the splits, each at the threshold that the others chose."""
    gain: float
    low: float
    """95 % interval of the gain by Nadeau and Bengio."""
    high: float
    splits: pd.DataFrame
    """One row a split: ``split``, ``threshold`` (chosen by the others), ``at_half``, ``at_threshold``."""

    @property
    def is_moved(self) -> bool:
        """Whether the model decides by another threshold than 1/2."""
        return self.threshold != HALF


def keeps_chances(ready: ReadyTable, settings: Settings) -> bool:
    """Return whether the finals have to keep what was said, because a threshold is sought by it."""
    return ready.task == "binary" and not why_no_threshold(ready, settings)


def choose_threshold(
    ready: ReadyTable, settings: Settings, heard: Sequence[Heard], test_share: float
) -> Decision | None:
    """Answer "from which chance on should the class be said?"; None unless there are two classes.

    `heard` are the splits of the finals, `test_share` their judging rows over their training rows.
    Check by eye: where chances are true, the best threshold for F1 is half of the F1 that it reaches (Lipton,
    Elkan and Naryanaswamy 2014, Optimal thresholding of classifiers to maximize F1 measure, ECML).
    """
    if ready.task != "binary":
        return None
    why_not = why_no_threshold(ready, settings)
    rows = [] if why_not else list(_judge_splits(ready, settings, heard))
    splits = pd.DataFrame(rows, columns=["split", "threshold", "at_half", "at_threshold"])
    nan = float("nan")
    if len(rows) < FEWEST_SPLITS:
        why_not = why_not or "because there are too few splits to tell its gain from chance"
        return Decision(HALF, nan, why_not, nan, nan, nan, nan, nan, splits)
    verdict = judge_folds((splits["at_threshold"] - splits["at_half"]).to_numpy(), test_share)
    candidate = _choose(ready, heard)
    return Decision(
        threshold=candidate if verdict.low > 0 else HALF,
        candidate=candidate,
        why_not="",
        f1_at_half=float(splits["at_half"].mean()),
        f1_at_candidate=float(splits["at_threshold"].mean()),
        gain=float(verdict.difference),
        low=float(verdict.low),
        high=float(verdict.high),
        splits=splits,
    )


def best_for_f1(truth: NDArray[np.bool_], chances: Numbers, weights: Numbers | None) -> float:
    """Return the threshold with the best F1, half-way to the next lower chance; the highest of equals.

    Check by eye: chances 0.1, 0.2, 0.4 of rows no, yes, yes give 0.15.
    """
    from sklearn.metrics import precision_recall_curve

    if not truth.any():
        return HALF
    precision, recall, cuts = precision_recall_curve(truth, chances, sample_weight=weights)
    both = precision[:-1] + recall[:-1]
    f1 = np.divide(2 * precision[:-1] * recall[:-1], both, out=np.zeros_like(both), where=both > 0)
    # Rounding makes equal scores equal, in whatever order they were computed.
    best = len(f1) - 1 - int(np.argmax(np.round(f1, 12)[::-1]))
    return float((cuts[best] + (cuts[best - 1] if best else 0.0)) / 2)


def _judge_splits(
    ready: ReadyTable, settings: Settings, heard: Sequence[Heard]
) -> Iterator[tuple[int, float, float, float]]:
    """Judge each split at 1/2 and at the threshold that the splits beside it choose."""
    for one in heard:
        beside = [
            other
            for other in heard
            if other.number // SPLITS_OF_A_ROUND == one.number // SPLITS_OF_A_ROUND
            # Where rows are dealt by time, what comes later is not known yet.
            and (other.number < one.number if settings.time_col else other is not one)
        ]
        if not beside:
            continue
        threshold = _choose(ready, beside)
        at = ready.classes.index(ready.positive)
        said = np.column_stack([1 - one.chances, one.chances][:: 1 if at else -1])
        f1 = [
            score_places(ready, one.places, said, ("f1",), cut)["f1"] for cut in (HALF, threshold)
        ]
        yield one.number, threshold, f1[0], f1[1]


def _choose(ready: ReadyTable, heard: Sequence[Heard]) -> float:
    places = np.concatenate([one.places for one in heard])
    return best_for_f1(
        ready.target.to_numpy()[places] == ready.positive,
        np.concatenate([one.chances for one in heard]),
        None if ready.weights is None else ready.weights[places],
    )
