"""Runs that prove practice items on several classes: labels are counted out, scikit-learn does the sums."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from sklearn import metrics

from core.practice.family import Values
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


def draw_fruit(rng: np.random.Generator) -> Values | None:
    """Draw three kinds of fruit, one common and one rare, and how many of each are named rightly.

    The key is the plain mean of three fractions; None where accuracy lies too near.
    """
    sizes = [
        int(rng.choice([60, 80, 120, 160])),
        int(rng.choice([15, 20, 25])),
        int(rng.choice([4, 5, 8])),
    ]
    found = [
        round(sizes[0] * rng.choice([0.9, 0.95])),
        round(sizes[1] * rng.choice([0.6, 0.8])),
        int(rng.integers(1, sizes[2] // 2 + 1)),
    ]
    recalls = [Fraction(right, size) for right, size in zip(found, sizes, strict=True)]
    lost = [size - right for right, size in zip(found, sizes, strict=True)]
    if any(round(100 * recall) != 100 * recall for recall in recalls):
        return None
    return {
        "sizes": sizes,
        "found": found,
        "recalls": [float(recall) for recall in recalls],
        "macro": str(sum(recalls) / 3),
        "mean": float(sum(recalls) / 3),
        "n_found": sum(found),
        "n": sum(sizes),
        "accuracy": sum(found) / sum(sizes),
        "matrix": [[found[0], lost[0], 0], [lost[1], found[1], 0], [lost[2], 0, found[2]]],
    }


def draw_trays(rng: np.random.Generator) -> Values | None:
    """Draw 100 letters over three trays, most of them in the right one; a tray gets 60, 30 and 10.

    The key is right letters over all letters. Macro F1 is worked out tray by tray from the margins.
    """
    sizes = rng.permutation([int(rng.choice([50, 55, 60])), 0, int(rng.choice([10, 15]))])
    sizes[sizes == 0] = 100 - sizes.sum()
    matrix = []
    for place, size in enumerate(sizes):
        right = round(size * rng.choice([0.4, 0.6, 0.7, 0.8, 0.9]))
        first = int(rng.integers(0, size - right + 1))
        row = [first, size - right - first]
        row.insert(place, right)
        matrix.append([int(cell) for cell in row])
    columns = [sum(row[place] for row in matrix) for place in range(3)]
    scores = [
        Fraction(2 * matrix[place][place], int(sizes[place]) + columns[place]) for place in range(3)
    ]
    n_right = sum(matrix[place][place] for place in range(3))
    return {
        "matrix": matrix,
        "rows": [", ".join(f"{cell:2d}" for cell in row) for row in matrix],
        "right": [matrix[place][place] for place in range(3)],
        "n_right": n_right,
        "micro": n_right / 100,
        "macro": str(sum(scores) / 3),
        "majority": int(sizes.max()) / 100,
    }


def draw_topics(rng: np.random.Generator) -> Values:
    """Draw how many tickets each of three to six topics has; the biggest gets every answer.

    The key is 1/k, whatever the sizes are.
    """
    k = int(rng.integers(3, 7))
    n = int(rng.choice([500, 1000, 2000]))
    biggest = round(n * rng.choice([0.55, 0.6, 0.65, 0.7, 0.75, 0.8]))
    cuts = np.sort(rng.choice(np.arange(1, (n - biggest) // 10), k - 2, replace=False)) * 10
    others = np.diff([0, *cuts, n - biggest])
    sizes = [biggest, *sorted((int(size) for size in others), reverse=True)]
    words = [str(size) for size in sizes[1:]]
    return {
        "sizes": sizes,
        "n": n,
        "k": k,
        "biggest": biggest,
        "others": f"{', '.join(words[:-1])} and {words[-1]}",
        "n_others": ["two", "three", "four", "five"][k - 3],
        "zeros": " + 0" * (k - 1),
        "share": biggest / n,
        "key": f"1/{k}",
    }
