"""Runs that prove the practice items on probabilities; scikit-learn does the arithmetic."""

from collections.abc import Sequence

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss, roc_auc_score

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
