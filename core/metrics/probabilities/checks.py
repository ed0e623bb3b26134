"""Runs that prove the practice items on probabilities; scikit-learn does the arithmetic."""

from collections.abc import Sequence
from math import log, log10
from typing import Any

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss, roc_auc_score

from core.practice.family import Values
from core.practice.proof import Facts


def price_mistake(given: float, n_rows: int = 1) -> Facts:
    """Say what scikit-learn's log loss charges for one row, and what it brings to a mean of many.

    The one row is positive and was given the probability `given`; all others were predicted
    perfectly. Facts: ``loss`` of the row, ``added`` to the mean of `n_rows`, ``loss_of_other``
    (the price if the other class had happened), ``distance`` (1 − given), ``decades`` (the
    logarithm to base 10). Check by eye: given 0.5 costs 0.693.
    """
    truth = np.ones(n_rows)
    said = np.concatenate([[given], np.ones(n_rows - 1)])
    return {
        "loss": float(log_loss([1], [given], labels=[0, 1])),
        "added": float(log_loss(truth, said, labels=[0, 1])),
        "loss_of_other": float(log_loss([0], [given], labels=[0, 1])),
        "distance": 1 - given,
        "decades": float(-np.log10(given)),
    }


def rank_scores(
    positives: Sequence[float], negatives: Sequence[float], threshold: float = 0.5
) -> Facts:
    """Say how scores rank positives above negatives, and what labels would leave of it.

    Facts: ``auc``, ``auc_of_labels``, ``auc_reversed``, ``auc_squared``; ``accuracy`` at
    `threshold`; ``brier``, ``brier_squared``; ``pairs`` and ``pairs_right`` counted one by one;
    ``auc_isotonic`` after isotonic regression on these very rows; ``n_distinct`` and
    ``n_distinct_isotonic`` scores.
    Check by eye: positives 0.4 and 0.9, negatives 0.1 and 0.6 give 3 of 4 pairs.
    """
    score = np.array([*positives, *negatives], dtype=np.float64)
    truth = np.repeat([1, 0], [len(positives), len(negatives)])
    stepped = IsotonicRegression(out_of_bounds="clip").fit(score, truth).predict(score)
    right = sum(up > down for up in positives for down in negatives)
    return {
        "auc": float(roc_auc_score(truth, score)),
        "auc_of_labels": float(roc_auc_score(truth, score >= threshold)),
        "auc_reversed": float(roc_auc_score(truth, 1 - score)),
        "auc_squared": float(roc_auc_score(truth, score**2)),
        "auc_isotonic": float(roc_auc_score(truth, stepped)),
        "accuracy": float(accuracy_score(truth, score >= threshold)),
        "brier": float(brier_score_loss(truth, score)),
        "brier_squared": float(brier_score_loss(truth, score**2)),
        "pairs": len(positives) * len(negatives),
        "pairs_right": int(right),
        "n_distinct": len(np.unique(score)),
        "n_distinct_isotonic": len(np.unique(stepped)),
    }


def shuffle_labels(n_positive: int, n_negative: int, n_shuffles: int = 4000) -> Facts:
    """Say how far the area under the ROC curve strays when scores know nothing of the labels.

    Facts: ``mean`` and ``spread`` (standard deviation) over shuffles, ``low_share`` of areas at
    or below 0.3. Check by eye: 4 positives and 4 negatives spread by about 0.22.
    """
    rng = np.random.default_rng(0)
    truth = np.repeat([1, 0], [n_positive, n_negative])
    score = np.arange(len(truth)) / len(truth)
    areas = np.array([roc_auc_score(rng.permutation(truth), score) for _ in range(n_shuffles)])
    return {
        "mean": float(areas.mean()),
        "spread": float(areas.std()),
        "low_share": float((areas <= 0.3).mean()),
    }


def compare_honesty(n_rows: int = 1000, base_rate: float = 0.2) -> Facts:
    """Compare an honest model that knows nothing with one that knows much and exaggerates.

    ``a`` says `base_rate` of every row, and so often it happens. ``b`` parts the rows in two
    halves: 0.02 and 0.5 are said, 0.05 and 0.35 happen (for a base rate of 0.2). Facts:
    ``log_loss`` and ``gap`` (the calibration error, one bin for each score) of both, followed by
    ``_a`` and ``_b``.
    """
    half = n_rows // 2
    low, high = round(half * base_rate / 4), round(half * base_rate * 7 / 4)
    truth = np.concatenate([np.arange(half) < low, np.arange(half) < high]).astype(np.int64)
    said_b = np.repeat([0.02, 0.5], half)
    said_a = np.full(n_rows, base_rate)
    gaps_b = [abs(truth[said_b == said].mean() - said) for said in (0.02, 0.5)]
    return {
        "log_loss_a": float(log_loss(truth, said_a)),
        "log_loss_b": float(log_loss(truth, said_b)),
        "gap_a": float(abs(truth.mean() - base_rate)),
        "gap_b": float(np.mean(gaps_b)),
    }


def count_group(n_rows: int, n_happened: int, said: float) -> Facts:
    """Compare what was said of a group of rows with what happened, with its 95 % Wilson interval.

    Facts: ``happened`` (share), ``low``, ``high``, ``gap`` (said − happened).
    """
    from scipy.stats import binomtest

    interval = binomtest(n_happened, n_rows).proportion_ci(method="wilson")
    return {
        "happened": n_happened / n_rows,
        "low": float(interval.low),
        "high": float(interval.high),
        "gap": said - n_happened / n_rows,
        "said": said,
    }


def draw_mistake(rng: np.random.Generator) -> Values:
    """Draw the small probability that was given to what then happened; its price is −ln of it."""
    given = int(rng.choice([*range(1, 31), 32, 34, 35, 36, 38, 40, 42, 44, 45])) / 100
    return {
        "given": given, "loss": -log(given), "loss_of_other": -log(1 - given), "other": 1 - given,
        "decades": -log10(given), "times": log(given) / log(0.9),
    }  # fmt: skip


def draw_scans(rng: np.random.Generator) -> Values:
    """Draw one confident mistake among many certain and right answers; the key is −ln(given) / n."""
    n = int(rng.choice([20, 25, 40, 50, 80, 100, 200]))
    given = float(rng.choice([0.01, 0.02, 0.03, 0.04, 0.05, 0.1]))
    return {
        "n": n, "n_right": n - 1, "given": given, "loss": -log(given), "added": -log(given) / n,
        "share": 1 / n, "times": -log(given),
    }  # fmt: skip


def draw_pumps(rng: np.random.Generator) -> Values | None:
    """Draw the scores of some failed pumps and of some others; the key is the share of right pairs."""
    n_failed, n_fine = int(rng.integers(3, 5)), int(rng.choice([4, 5]))
    values = _draw_scores(rng, n_failed, n_fine)
    if not 0.6 <= values["auc"] <= 0.95:
        return None
    failed, wins = values["positives"], values["wins"]
    beats = [f"{score} beats {n}" for score, n in zip(failed, wins, strict=True)]
    return {
        **values,
        "failed": f"{', '.join(str(score) for score in failed[:-1])} and {failed[-1]}",
        "fine": f"{', '.join(str(score) for score in values['negatives'][:-1])} and "
        f"{values['negatives'][-1]}",
        "n_failed": ["three", "four"][n_failed - 3], "n_fine": ["four", "five"][n_fine - 4],
        "n_first": n_failed, "n_second": n_fine,
        "beats": f"{', '.join(beats[:-1])} and {beats[-1]}",
    }  # fmt: skip


def draw_handed_in_labels(rng: np.random.Generator) -> Values | None:
    """Draw four positives and four negatives whose labels rank otherwise than their scores."""
    values = _draw_scores(rng, 4, 4)
    if min(values["auc"], values["auc_of_labels"]) <= 0.5 or values["auc"] == 1:
        return None
    if values["auc"] == values["auc_of_labels"]:
        return None
    up, down = (sorted(values[name]) for name in ("positives", "negatives"))
    return {
        **values,
        "up": f"{', '.join(str(score) for score in up[:-1])} and {up[-1]}",
        "down": f"{', '.join(str(score) for score in down[:-1])} and {down[-1]}",
    }


def _draw_scores(rng: np.random.Generator, n_positive: int, n_negative: int) -> dict[str, Any]:
    """Draw distinct scores in steps of 0.05, none of them 0.5, and count their pairs."""
    steps = np.array([step for step in range(1, 20) if step != 10])
    lean = np.concatenate([steps[:9], np.repeat(steps[9:], 2)])  # positives tend to be high
    positives = np.unique(rng.choice(lean, 3 * n_positive))[::-1]
    positives = rng.permutation(positives)[:n_positive]
    negatives = rng.choice(np.setdiff1d(steps, positives), n_negative, replace=False)
    first, second = np.sort(positives)[::-1], np.sort(negatives)[::-1]
    wins = [int((score > second).sum()) for score in first]
    caught, alarmed = int((first > 10).sum()), int((second > 10).sum())
    labels_right = caught * (n_negative - alarmed)
    ties = caught * alarmed + (n_positive - caught) * (n_negative - alarmed)
    pairs = n_positive * n_negative
    return {
        "positives": [int(step) / 20 for step in first],
        "negatives": [int(step) / 20 for step in second],
        "wins": wins, "pairs_right": sum(wins), "pairs": pairs, "auc": sum(wins) / pairs,
        "auc_reversed": 1 - sum(wins) / pairs, "labels_right": labels_right, "ties": ties,
        "auc_of_labels": (labels_right + ties / 2) / pairs,
    }  # fmt: skip
