"""Runs that prove practice items on several classes: labels are counted out, scikit-learn does the sums."""

from collections.abc import Mapping, Sequence

import numpy as np
from sklearn import metrics

from core.practice.proof import Facts

Matrix = Sequence[Sequence[int]]
"""Rows are the truth, columns the answers."""


def measure_matrix(matrix: Matrix) -> Facts:
    """Say what scikit-learn makes of a confusion matrix with any number of classes.

    Facts: ``accuracy``, ``kappa``; ``micro_f1``, ``macro_f1``, ``weighted_f1``, ``macro_recall``,
    ``macro_precision``; ``recall_0``, ``precision_0``, … of each class; ``worst_recall``;
    ``majority_accuracy`` of always naming the biggest class. None where scikit-learn would fill
    a gap. Check by eye: [[8, 2], [0, 10]] gives accuracy 0.9 and recall_0 0.8.
    """
    cells = np.array(matrix)
    places = np.arange(len(cells))
    truth = np.repeat(places.repeat(len(cells)), cells.ravel())
    answer = np.repeat(np.tile(places, len(cells)), cells.ravel())
    options = {"labels": places, "zero_division": np.nan}
    recalls = metrics.recall_score(truth, answer, average=None, **options)
    precisions = metrics.precision_score(truth, answer, average=None, **options)
    facts = {
        "accuracy": metrics.accuracy_score(truth, answer),
        "kappa": metrics.cohen_kappa_score(truth, answer),
        **{
            f"{average}_f1": metrics.f1_score(truth, answer, average=average, **options)
            for average in ("micro", "macro", "weighted")
        },
        "macro_recall": metrics.balanced_accuracy_score(truth, answer),
        "macro_precision": precisions.mean(),
        "worst_recall": recalls.min(),
        **{f"recall_{place}": recalls[place] for place in places},
        **{f"precision_{place}": precisions[place] for place in places},
        "majority_accuracy": np.bincount(truth).max() / len(truth),
    }
    return {name: None if np.isnan(value) else float(value) for name, value in facts.items()}


def compare_matrices(matrices: Mapping[str, Matrix]) -> Facts:
    """Measure several models; facts as in `measure_matrix`, followed by ``_`` and the model's name."""
    return {
        f"{name}_{model}": value
        for model, matrix in matrices.items()
        for name, value in measure_matrix(matrix).items()
    }


def measure_constant_answer(class_sizes: Sequence[int]) -> Facts:
    """Say how the model scores that always names the biggest class; facts of `measure_matrix`."""
    biggest = int(np.argmax(class_sizes))
    return measure_matrix(
        [
            [size if place == biggest else 0 for place in range(len(class_sizes))]
            for size in class_sizes
        ]
    )
