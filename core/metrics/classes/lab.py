"""One score for ten classes? A confusion matrix of many classes, and what each average makes of it.

The whole lies in the matrix of truth and answer. Averages differ in what they count alike: rows
(micro, accuracy), classes (macro), or classes by their rows (weighted).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.metrics.classes.changes import compare_splits
from core.metrics.classes.curves import trace_one_vs_rest
from core.metrics.classes.mistakes import list_mistakes, read_pixels
from core.metrics.classes.scores import (
    average_classes,
    count_matrix,
    explain_gaps,
    fill_gaps,
    find_confusion,
    find_worst,
    judge_majority,
    report_classes,
    score_whole,
)
from core.metrics.classes.script import write_script
from core.metrics.classes.training import (
    ClassesTraining,
    Model,
    find_label,
    is_quick,
    train_classes,
)
from core.metrics.intervals import wilson_interval

Shade = Literal["truth", "answer", "count"]
SHADES: tuple[Shade, ...] = get_args(Shade)


@dataclass(frozen=True, kw_only=True)
class ClassesSpec:
    """One model, one table with several classes, and how rare one of them is made."""

    data: str = "digits"
    """Name of a table with several classes: ``digits``, ``wine``, ``iris`` or ``own-…``."""
    model: Model = "neighbours"
    rare: str = "8"
    """The class that is made rare, as text; another table's last class if it has none of this name."""
    rare_rows: int | None = 20
    """Rows of it that stay in the table, drawn before the split; None keeps them all."""
    shade: Shade = "truth"
    """What the colour of a cell says: its share of the rows with this truth, its share of the rows
    with this answer, or its count."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.training  # refuses unknown data, models, seeds and too few rows
        require(
            self.shade in SHADES,
            f"A cell is shaded by one of {', '.join(SHADES)}, got {self.shade!r}.",
        )

    @property
    def training(self) -> ClassesTraining:
        """What is trained; the same for all names of a class that is not made rare."""
        label = find_label(load_dataset(self.data), self.rare)
        is_rare = self.rare_rows is not None and label is not None
        return ClassesTraining(
            data=self.data,
            model=self.model,
            rare=str(label) if is_rare else None,
            rare_rows=self.rare_rows if is_rare else None,
            seed=self.seed,
        )


@dataclass(frozen=True, eq=False)
class ClassesResult:
    """What a model answers on the validation rows, class by class and on average.

    Shares are from 0 to 1. A score without a value (0/0) is NaN, with its reason in `undefined`.
    """

    spec: ClassesSpec
    row_noun: tuple[str, str]
    """One and many: ("digit", "digits")."""
    n_classes: int
    rare_label: str | None
    """The class that was made rare; None if none was."""
    n_rare_before: int
    """Rows of that class in the whole table, and those that stayed."""
    n_rare_rows: int
    n_train: int
    n_judged: int
    """Rows of the validation part."""
    n_test: int
    accuracy: float
    accuracy_low: float
    """95 % bounds (Wilson)."""
    accuracy_high: float
    balanced_accuracy: float
    kappa: float
    mcc: float
    micro_precision: float
    micro_recall: float
    micro_f1: float
    weighted_precision: float
    weighted_recall: float
    weighted_f1: float
    macro_precision: float
    macro_recall: float
    macro_f1: float
    f1_of_macro_means: float
    """F1 of macro precision and macro recall, which is another number than macro F1."""
    macro_precision_zero: float
    """What scikit-learn says with ``zero_division`` 0 (its default), 1, and NaN (left out)."""
    macro_precision_one: float
    macro_precision_left_out: float
    macro_roc_auc: float
    n_never_predicted: int
    majority_label: str
    """The class with the most training rows, and how always naming it scores."""
    majority_accuracy: float
    majority_macro_recall: float
    majority_macro_f1: float
    worst_label: str
    """The class of which the smallest share is found."""
    worst_recall: float
    n_worst: int
    n_worst_found: int
    confused_truth: str | None
    """The most common confusion: rows of this class that were taken for the next; None if none."""
    confused_as: str | None
    n_confused: int
    n_confused_of: int
    """Rows of `confused_truth`."""
    n_confusions_tied: int
    """Pairs of classes that are confused exactly as often, this one included."""
    n_splits: int
    n_rare_judged: int
    """Validation rows of the rare class over all splits, and how many of them were found."""
    n_rare_found: int
    accuracy_as_is: float
    """Means over the splits, of the table as it is; then how they change with the rare class (NaN
    without one)."""
    macro_f1_as_is: float
    accuracy_change: float
    weighted_f1_change: float
    macro_f1_change: float
    macro_recall_change: float
    matrix: pd.DataFrame
    """One row per cell; see `core.metrics.classes.scores.count_matrix`."""
    report: pd.DataFrame
    """One row per class; see `core.metrics.classes.scores.report_classes`."""
    averages: pd.DataFrame
    """``average`` ("micro", "weighted", "macro"), ``precision``, ``recall``, ``f1``."""
    undefined: pd.DataFrame
    """``score``, ``label``, ``reason``; one row per score without a value."""
    zero_division: pd.DataFrame
    """``choice``, ``macro_precision``, ``weighted_precision``: what scikit-learn fills in."""
    changes: pd.DataFrame
    """One row per split and score: ``split`` (0 is this one), ``score`` (see `core.metrics.classes.changes`),
    ``as_is``, ``rare`` and ``change``; empty without a rare class."""
    curves: pd.DataFrame
    """ROC curves; see `core.metrics.classes.curves.trace_one_vs_rest`."""
    mistakes: pd.DataFrame
    """One row per wrong answer, surest first; see `core.metrics.classes.mistakes.list_mistakes`."""
    pixels: pd.DataFrame
    """``mistake`` (row of `mistakes`), ``x``, ``y``, ``ink`` (0 to 1); empty unless rows are images."""


def judge_classes(spec: ClassesSpec) -> ClassesResult:
    """Answer "is one score enough for many classes, and whom does each average hide?".

    Trains the model if its answers are not remembered; everything else takes milliseconds.
    Check by eye: `micro_f1` is `accuracy`, and `macro_recall` is `balanced_accuracy`.
    """
    measured = _measure(spec.training)
    own: dict[str, Any] = {
        name: value.copy(deep=False) if isinstance(value, pd.DataFrame) else value
        for name, value in measured.items()
    }
    return ClassesResult(spec=spec, **own)


@lru_cache(maxsize=32)
def _measure(training: ClassesTraining) -> dict[str, Any]:
    """Read everything from the answers; kept, because it does not depend on how it is shown."""
    judged, dataset = train_classes(training), load_dataset(training.data)
    labels = tuple(str(label) for label in dataset.labels)
    rows = judged.rows
    truth, predicted = rows["truth"].to_numpy(), rows["predicted"].to_numpy()
    scores = rows[[f"score_{place}" for place in range(len(labels))]].to_numpy()
    report = report_classes(truth, predicted, scores, labels)
    matrix = count_matrix(truth, predicted, labels)
    mistakes = list_mistakes(rows, labels)
    whole = score_whole(truth, predicted)
    n_before = int((dataset.table[dataset.target].astype("str") == training.rare).sum())
    low, high = wilson_interval((truth == predicted).sum(), len(rows))
    return {
        "row_noun": dataset.row_noun,
        "rare_label": training.rare,
        "n_classes": len(labels),
        "n_train": judged.n_train,
        "n_judged": len(rows),
        "n_test": judged.n_test,
        **whole,
        "accuracy_low": float(low),
        "accuracy_high": float(high),
        **_read_averages(truth, predicted, len(labels)),
        "macro_roc_auc": float(report["roc_auc"].mean()),
        "n_never_predicted": int((report["n_predicted"] == 0).sum()),
        **judge_majority(judged.majority, truth, labels),
        **find_worst(report),
        **find_confusion(matrix),
        "n_rare_before": n_before,
        "n_rare_rows": min(n_before, training.rare_rows or n_before),
        **compare_splits(judged),
        "matrix": matrix,
        "report": report,
        "undefined": explain_gaps(report),
        "curves": trace_one_vs_rest(truth, scores, labels),
        "mistakes": mistakes,
        "pixels": read_pixels(dataset, mistakes),
    }


def _read_averages(truth: Any, predicted: Any, n_classes: int) -> dict[str, Any]:
    averages = average_classes(truth, predicted, n_classes)
    filled = fill_gaps(truth, predicted, n_classes)
    scalars = {
        f"{row['average']}_{score}": row[score]
        for row in averages.to_dict("records")
        for score in ("precision", "recall", "f1")
    }
    precision, recall = scalars["macro_precision"], scalars["macro_recall"]
    at = filled.set_index("choice")["macro_precision"].to_dict()
    return {
        **scalars,
        "f1_of_macro_means": 2 * precision * recall / (precision + recall or np.nan),
        "macro_precision_zero": at["0"],
        "macro_precision_one": at["1"],
        "macro_precision_left_out": at["left out"],
        "averages": averages,
        "zero_division": filled,
    }


def name_slow_part(spec: ClassesSpec) -> SlowPart | None:
    """Return the trainings that a view waits for; None if they take no longer than a moment."""
    training = spec.training
    if is_quick(training):
        return None
    title = load_dataset(spec.data).title
    what = f"Models are being trained on {title}, over ten splits, in a process of their own."
    return SlowPart(run=train_classes, spec=training, what=what)


LAB = Lab(
    name="classes",
    question="One score for ten classes?",
    spec=ClassesSpec,
    run=judge_classes,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "all-alike": {"rare_rows": None},
        "never-said": {"model": "tree", "rare_rows": 10},
        "biggest-class": {"data": "wine", "model": "majority", "rare_rows": None},
        "wine-forest": {"data": "wine", "model": "forest", "rare": "class_1"},
        "flowers": {"data": "iris", "model": "logistic", "rare_rows": None},
    },
)
