"""How a metric comes about: one number over another, counted here without scikit-learn's metrics."""

import numpy as np

from core.metrics.metric_map.cases import Case, Group

Part = dict[str, object]


def take_apart(group: Group, case: Case) -> list[Part]:
    """Return one or two metrics of the group as ``metric``, ``top`` and ``bottom``; R² as 1 − R².

    Where `bottom` is not 0, ``top / bottom`` is the metric. Check by eye: precision is found
    positives over alarms.
    """
    parts = {
        "labels": _of_labels,
        "scores": _of_scores,
        "classes": _of_classes,
        "numbers": _of_numbers,
        "clusters": _of_clusters,
    }[group](case)
    return [
        {"metric": metric, "top": float(top), "bottom": float(bottom)}
        for metric, (top, bottom) in parts.items()
    ]


def _of_labels(case: Case) -> dict[str, tuple[float, float]]:
    found = (case.truth & case.said).sum()
    return {"precision": (found, case.said.sum()), "recall": (found, case.truth.sum())}


def _of_scores(case: Case) -> dict[str, tuple[float, float]]:
    from scipy.stats import rankdata

    n_positive = int(case.truth.sum())
    ranks = rankdata(case.said)[case.truth].sum()
    won = ranks - n_positive * (n_positive + 1) / 2
    squares = ((case.said - case.truth) ** 2).sum()
    return {
        "roc_auc": (won, n_positive * (case.n_rows - n_positive)),
        "brier": (squares, case.n_rows),
    }


def _of_classes(case: Case) -> dict[str, tuple[float, float]]:
    f1s = []
    for place in range(case.n_classes):
        is_true, is_said = case.truth == place, case.said == place
        n_both = is_true.sum() + is_said.sum()
        f1s.append(2 * (is_true & is_said).sum() / n_both if n_both else np.nan)
    right = (case.truth == case.said).sum()
    return {"micro_f1": (right, case.n_rows), "macro_f1": (float(sum(f1s)), case.n_classes)}


def _of_numbers(case: Case) -> dict[str, tuple[float, float]]:
    error = case.said - case.truth
    spread = ((case.truth - case.truth.mean()) ** 2).sum()
    return {"mae": (np.abs(error).sum(), case.n_rows), "r2": ((error**2).sum(), spread)}


def _of_clusters(case: Case) -> dict[str, tuple[float, float]]:
    """Calinski–Harabasz: spread between clusters over spread inside, each by its freedom."""
    from core.metrics.metric_map.measures import sum_squared_distances

    within = sum_squared_distances(case)
    one = Case(case.truth, np.zeros(case.n_rows, dtype=np.int64), points=case.points)
    k = len(np.unique(case.said))
    between = sum_squared_distances(one) - within
    return {
        "calinski_harabasz": (
            between / (k - 1) if k > 1 else np.nan,
            within / (case.n_rows - k) if k < case.n_rows else np.nan,
        ),
    }
