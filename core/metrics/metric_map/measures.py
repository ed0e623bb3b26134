"""The metrics of the chapter: scikit-learn's function, the range, and when there is no value at all."""

import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.metrics.metric_map.cases import Case, Group

_LOCK = threading.Lock()
N_TRIES = 3


@dataclass(frozen=True)
class Metric:
    """One metric as scikit-learn computes it."""

    name: str
    groups: tuple[Group, ...]
    function: str
    """How it is called in scikit-learn."""
    measure: Callable[[Case], float]
    find_gap: Callable[[Case], str]
    """Why it has no value for these rows; empty if it has one."""
    low: float
    high: float
    """The ends of its range; infinite if there is none."""
    is_higher_better: bool

    @property
    def is_bounded(self) -> bool:
        """Whether the range has two ends."""
        return bool(np.isfinite(self.low) and np.isfinite(self.high))


@dataclass(frozen=True)
class Outcome:
    """What a metric says of a case, and what scikit-learn makes of it."""

    value: float
    """NaN if undefined; infinite if so by definition."""
    reason: str
    """Why it is undefined or infinite; empty otherwise."""
    printed: float
    """What scikit-learn returns; NaN if it raises or returns that."""
    manner: str
    """``returns``, ``warns`` or ``raises``."""
    message: str
    """The first line of the warning or of the exception."""


def judge(metric: Metric, case: Case) -> Outcome:
    """Ask scikit-learn for the metric; where it has no value, note what scikit-learn does instead.

    Check by eye: precision without any alarm is undefined, and scikit-learn warns and returns 0.
    """
    reason = metric.find_gap(case)
    if not reason:
        value = float(metric.measure(case))
        return Outcome(value, "", value, "returns", "")
    value = np.inf if reason.startswith("infinite") else np.nan
    for _ in range(N_TRIES):
        outcome = Outcome(value, reason, *_watch(metric, case))
        if outcome.manner != "returns":
            return outcome
    # Warnings are global in Python: another thread may switch them off for a moment. So a silent
    # answer is believed only when it stays silent.
    return outcome


def _watch(metric: Metric, case: Case) -> tuple[float, str, str]:
    with _LOCK, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            printed = float(metric.measure(case))
        except ValueError as error:
            return np.nan, "raises", f"{type(error).__name__}: {str(error).splitlines()[0]}"
    if caught:
        first = caught[0]
        return printed, "warns", f"{first.category.__name__}: {str(first.message).splitlines()[0]}"
    return printed, "returns", ""


def sum_squared_distances(case: Case) -> float:
    """Return the inertia of any clustering: squared distances of the rows to their cluster's mean.

    For a fitted k-means it is ``KMeans.inertia_``.
    """
    points = _points(case)
    _, cluster = np.unique(case.said, return_inverse=True)
    sizes = np.bincount(cluster)[:, None]
    means = np.zeros((len(sizes), points.shape[1]))
    np.add.at(means, cluster, points)
    return float(((points - (means / sizes)[cluster]) ** 2).sum())


def _points(case: Case) -> Any:
    if case.points is None:
        message = "Clusters are judged by the places of their rows."
        raise TypeError(message)
    return case.points


def _ask(function: str, **options: Any) -> Callable[[Case], float]:
    def measure(case: Case) -> float:
        from sklearn import metrics

        return float(getattr(metrics, function)(case.truth, case.said, **options))

    return measure


def _ask_distances(function: str) -> Callable[[Case], float]:
    def measure(case: Case) -> float:
        from sklearn import metrics

        return float(getattr(metrics, function)(_points(case), case.said))

    return measure


def _never(_case: Case) -> str:
    return ""


def _missing_class(case: Case) -> str:
    n_here = len(np.unique(case.truth))
    return "" if n_here >= case.n_classes else "a class has no rows, so it has no recall (0/0)"


def _no_alarm(case: Case) -> str:
    return "" if case.said.any() else "no alarm was raised (0/0)"


def _no_positive(case: Case) -> str:
    return "" if case.truth.any() else "there is no positive row (0/0)"


def _no_negative(case: Case) -> str:
    return "there is no negative row (0/0)" if case.truth.all() else ""


def _nothing_to_find(case: Case) -> str:
    is_empty = not case.truth.any() and not case.said.any()
    return "no positive row and no alarm (0/0)" if is_empty else ""


def _nothing_varies(case: Case) -> str:
    is_flat = len(np.unique(case.truth)) < 2 or len(np.unique(case.said)) < 2
    return "truth or answer is the same for all rows (0/0)" if is_flat else ""


def _one_class(case: Case) -> str:
    is_one = len(np.unique(case.truth)) < 2
    return "there are no pairs of a positive and a negative row (0/0)" if is_one else ""


def _sure_and_wrong(case: Case) -> str:
    is_sure = (case.said == np.where(case.truth, 0.0, 1.0)).any()
    return "infinite: what happened had been given the probability 0" if is_sure else ""


def _unheard_class(case: Case) -> str:
    n_heard = len(np.union1d(case.truth, case.said))
    return "" if n_heard >= case.n_classes else "a class is neither there nor named (0/0)"


def _true_zero(case: Case) -> str:
    return "a true value is 0, and it is divided by it" if (case.truth == 0).any() else ""


def _no_spread(case: Case) -> str:
    if case.n_rows < 2:
        return "one row has no spread to explain (0/0)"
    return "all true values are the same, no spread to explain" if np.ptp(case.truth) == 0 else ""


def _no_neighbours(case: Case) -> str:
    k = len(np.unique(case.said))
    if k < 2:
        return "there is no other cluster to compare with"
    return "every cluster is a single row" if k >= case.n_rows else ""


def _no_truth(case: Case) -> str:
    return "" if (case.truth != "").any() else "nobody knows the true groups of these rows"


_TWO: tuple[Group, ...] = ("labels",)
_BOTH: tuple[Group, ...] = ("labels", "classes")
_INF = float("inf")

_ALL = (
    Metric("accuracy", _BOTH, "accuracy_score", _ask("accuracy_score"), _never, 0, 1, True),
    Metric("balanced_accuracy", _BOTH, "balanced_accuracy_score", _ask("balanced_accuracy_score"),
           _missing_class, 0, 1, True),
    Metric("precision", _TWO, "precision_score", _ask("precision_score"), _no_alarm, 0, 1, True),
    Metric("recall", _TWO, "recall_score", _ask("recall_score"), _no_positive, 0, 1, True),
    Metric("specificity", _TWO, "recall_score(…, pos_label=0)", _ask("recall_score", pos_label=0),
           _no_negative, 0, 1, True),
    Metric("f1", _TWO, "f1_score", _ask("f1_score"), _nothing_to_find, 0, 1, True),
    Metric("mcc", _TWO, "matthews_corrcoef", _ask("matthews_corrcoef"), _nothing_varies, -1, 1, True),
    Metric("roc_auc", ("scores",), "roc_auc_score", _ask("roc_auc_score"), _one_class, 0, 1, True),
    Metric("average_precision", ("scores",), "average_precision_score",
           _ask("average_precision_score"), _no_positive, 0, 1, True),
    Metric("log_loss", ("scores",), "log_loss(…, labels=[0, 1])",
           _ask("log_loss", labels=[False, True]), _sure_and_wrong, 0, _INF, False),
    Metric("brier", ("scores",), "brier_score_loss", _ask("brier_score_loss"), _never, 0, 1, False),
    Metric("micro_f1", ("classes",), 'f1_score(…, average="micro")',
           _ask("f1_score", average="micro"), _never, 0, 1, True),
    Metric("macro_f1", ("classes",), 'f1_score(…, average="macro")',
           _ask("f1_score", average="macro"), _unheard_class, 0, 1, True),
    Metric("weighted_f1", ("classes",), 'f1_score(…, average="weighted")',
           _ask("f1_score", average="weighted"), _never, 0, 1, True),
    Metric("mae", ("numbers",), "mean_absolute_error", _ask("mean_absolute_error"), _never,
           0, _INF, False),
    Metric("mse", ("numbers",), "mean_squared_error", _ask("mean_squared_error"), _never,
           0, _INF, False),
    Metric("rmse", ("numbers",), "root_mean_squared_error", _ask("root_mean_squared_error"),
           _never, 0, _INF, False),
    Metric("medae", ("numbers",), "median_absolute_error", _ask("median_absolute_error"), _never,
           0, _INF, False),
    Metric("mape", ("numbers",), "mean_absolute_percentage_error",
           _ask("mean_absolute_percentage_error"), _true_zero, 0, _INF, False),
    Metric("r2", ("numbers",), "r2_score", _ask("r2_score"), _no_spread, -_INF, 1, True),
    Metric("inertia", ("clusters",), "KMeans.inertia_", sum_squared_distances, _never,
           0, _INF, False),
    Metric("silhouette", ("clusters",), "silhouette_score", _ask_distances("silhouette_score"),
           _no_neighbours, -1, 1, True),
    Metric("davies_bouldin", ("clusters",), "davies_bouldin_score",
           _ask_distances("davies_bouldin_score"), _no_neighbours, 0, _INF, False),
    Metric("calinski_harabasz", ("clusters",), "calinski_harabasz_score",
           _ask_distances("calinski_harabasz_score"), _no_neighbours, 0, _INF, True),
    Metric("ari", ("clusters",), "adjusted_rand_score", _ask("adjusted_rand_score"), _no_truth,
           -0.5, 1, True),
)  # fmt: skip
METRICS = {metric.name: metric for metric in _ALL}


def metrics_of(group: Group) -> tuple[Metric, ...]:
    """Return the metrics of one kind, in the order of the course."""
    return tuple(metric for metric in _ALL if group in metric.groups)
