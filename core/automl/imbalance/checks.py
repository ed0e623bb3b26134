"""Numbers and runs for practice items on rare classes; each check counts rows, none repeats a formula."""

from itertools import pairwise

import numpy as np
from sklearn.metrics import precision_score, recall_score
from sklearn.utils.class_weight import compute_class_weight

from core.automl.imbalance.ways import balance_rows
from core.practice.family import Values
from core.practice.proof import Facts

FEWEST_APART = 0.04


def draw_thinning(rng: np.random.Generator) -> Values:
    """Draw how many rows of the common class there are and are kept; the key is their ratio."""
    n_positive = int(rng.choice([40, 50, 60, 80, 100, 120]))
    per_positive = int(rng.choice([2, 3, 4, 5, 6, 8]))
    n_kept = n_positive * per_positive
    stand_for = float(rng.choice([1.25, 1.5, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0]))
    n_common = round(n_kept * stand_for)
    return {
        "n_positive": n_positive, "n_common": n_common, "n_kept": n_kept, "weight": n_common / n_kept,
        "share": n_kept / n_common, "per_positive": n_common / n_positive,
    }  # fmt: skip


def thin_out(n_positive: int, n_common: int, n_kept: int) -> Facts:
    """Thin the common class out and weigh what is left.

    Facts: ``weight`` of a kept row, the ``share`` that was kept, ``rare_weight`` of a positive row, and by
    how much the share of positives is off (``off``) with and without the weights (``off_without``).
    """
    positive = np.repeat([True, False], [n_positive, n_common])
    lesson = balance_rows(positive, "fewer_weighted", n_kept / n_positive, np.random.default_rng(0))
    kept = positive[lesson.places]
    return {
        "weight": float(lesson.weights[~kept].mean()),
        "share": float((~kept).sum() / n_common),
        "rare_weight": float(lesson.weights[kept].mean()),
        "off": round(float(np.average(kept, weights=lesson.weights) - positive.mean()), 12),
        "off_without": float(kept.mean() - positive.mean()),
    }


def draw_inflated(rng: np.random.Generator) -> Values | None:
    """Draw what a model says after down-sampling; the key counts the rows that were left out."""
    said, left = int(rng.integers(3, 20)) * 5, int(rng.choice([4, 5, 8, 10, 20, 25, 50]))
    real = 100 * said / (said + left * (100 - said))
    if min(abs(real - said), abs(real - said / left)) < 1:
        return None
    return {"said": said, "rest": 100 - said, "left": left, "others": left * (100 - said), "real": real,
            "divided": said / left}  # fmt: skip


def bring_back(said: int, left: int) -> Facts:
    """Count 100 rows that look alike after thinning, and put back those that were left out.

    Facts in percent: ``real`` (positives among all of them), ``said`` (before they came back).
    """
    before = np.repeat([True, False], [said, 100 - said])
    after = np.concatenate([before[before], np.repeat(before[~before], left)])
    return {"real": 100 * float(after.mean()), "said": 100 * float(before.mean())}


def draw_balanced_test(rng: np.random.Generator) -> Values | None:
    """Draw a test that was balanced, and how many of the common class there really are."""
    caught, alarmed = int(rng.integers(10, 20)) * 5, int(rng.choice([5, 10, 15, 20, 25, 30]))
    times = int(rng.choice([4, 9, 19, 24, 49, 99]))
    real, pretended = caught / (caught + times * alarmed), caught / (caught + alarmed)
    values = sorted([real, pretended, caught / 100])
    if min(b - a for a, b in pairwise(values)) < FEWEST_APART or real < 0.01:
        return None
    return {
        "caught": caught, "alarmed": alarmed, "times": times, "common": 100 * times, "real": real,
        "pretended": pretended, "recall": caught / 100, "real_alarmed": times * alarmed,
    }  # fmt: skip


def judge_balanced_test(caught: int, alarmed: int, times: int) -> Facts:
    """Let scikit-learn judge the same alarms on a balanced test and on one that was left alone.

    Facts: ``real`` and ``pretended`` precision; ``recall`` (of the real one), ``recall_moved`` (1 if it
    differs between the two).
    """
    truth = np.repeat([1, 1, 0, 0], [caught, 100 - caught, alarmed, 100 - alarmed])
    alarm = np.repeat([1, 0, 1, 0], [caught, 100 - caught, alarmed, 100 - alarmed])
    weight = np.where(truth == 1, 1, times)
    recall = recall_score(truth, alarm, sample_weight=weight)
    return {
        "real": float(precision_score(truth, alarm, sample_weight=weight)),
        "pretended": float(precision_score(truth, alarm)),
        "recall": float(recall),
        "recall_moved": float(abs(recall - recall_score(truth, alarm)) > 1e-12),
    }


def draw_class_weight(rng: np.random.Generator) -> Values:
    """Draw the sizes of two classes; the key is n / (2 · rows of the rare one)."""
    n_positive = int(rng.choice([20, 25, 40, 50, 80, 100]))
    n = n_positive * int(rng.choice([5, 8, 10, 20, 25, 40, 50]))
    return {
        "n": n, "n_positive": n_positive, "n_common": n - n_positive, "weight": n / (2 * n_positive),
        "ratio": (n - n_positive) / n_positive, "undivided": n / n_positive,
        "other": n / (2 * (n - n_positive)),
    }  # fmt: skip


def weigh_classes(n: int, n_positive: int) -> Facts:
    """Ask scikit-learn for balanced class weights.

    Facts: ``weight`` (of the rare class), ``other`` (of the common one), ``gap`` (how far the two classes
    are from weighing the same in sum).
    """
    labels = np.repeat([1, 0], [n_positive, n - n_positive])
    other, weight = compute_class_weight("balanced", classes=np.array([0, 1]), y=labels)
    return {
        "weight": float(weight),
        "other": float(other),
        "gap": round(float(weight * n_positive - other * (n - n_positive)), 9),
    }
