"""What is done to the answers of a trained model, to see which metrics notice.

Each experiment turns one case into another: the model stays the same, rows, answers or units change.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.metrics.metric_map.cases import Case, Group

COPIES = 10
UNIT = 100.0
"""How many of the new unit make one of the old: centimetres and metres."""
STRETCH = 10.0
HUGE = 10.0
"""One huge error, in times the whole range of the true values."""

Change = Callable[[Case, np.random.Generator], Case]


@dataclass(frozen=True)
class Experiment:
    """One change of a case; `asked` are the metrics among which the learner predicts."""

    name: str
    group: Group
    change: Change
    asked: tuple[str, str, str]


def take(case: Case, rows: NDArray[Any]) -> Case:
    """Return the case with these rows only, in this order; a row may come several times."""
    return replace(
        case,
        truth=case.truth[rows],
        said=case.said[rows],
        second=None if case.second is None else case.second[rows],
        points=None if case.points is None else case.points[rows],
    )


def _copy_rows(case: Case, is_copied: NDArray[np.bool_]) -> Case:
    return take(case, np.repeat(np.arange(case.n_rows), np.where(is_copied, COPIES, 1)))


def _more_negatives(case: Case, _rng: np.random.Generator) -> Case:
    return _copy_rows(case, ~case.truth)


def _easy_negatives(case: Case, _rng: np.random.Generator) -> Case:
    nothing = np.zeros(case.n_rows, dtype=bool)
    return replace(
        case,
        truth=np.concatenate([case.truth, nothing]),
        said=np.concatenate([case.said, nothing]),
    )


def _swap_classes(case: Case, _rng: np.random.Generator) -> Case:
    return replace(case, truth=~case.truth, said=~case.said)


def _always_no(case: Case, _rng: np.random.Generator) -> Case:
    return replace(case, said=np.zeros(case.n_rows, dtype=bool))


def _deal_out(case: Case, rng: np.random.Generator) -> Case:
    return replace(case, said=rng.permutation(case.said))


def _no_positives(case: Case, _rng: np.random.Generator) -> Case:
    return take(case, np.flatnonzero(~case.truth))


def _square(case: Case, _rng: np.random.Generator) -> Case:
    return replace(case, said=case.said**2)


def _reverse(case: Case, _rng: np.random.Generator) -> Case:
    return replace(case, said=1 - case.said)


def _yes_no(case: Case, _rng: np.random.Generator) -> Case:
    return replace(case, said=(case.said >= 0.5).astype(np.float64))


def _base_for_all(case: Case, _rng: np.random.Generator) -> Case:
    return replace(case, said=np.full(case.n_rows, case.base))


def _sure_mistake(case: Case, _rng: np.random.Generator) -> Case:
    said = case.said.copy()
    said[np.flatnonzero(case.truth)[:1]] = 0.0
    return replace(case, said=said)


def find_class(case: Case, *, biggest: bool) -> int:
    """Return the class with most, or fewest, judged rows; the first of equals."""
    sizes = np.bincount(case.truth, minlength=case.n_classes)
    return int(sizes.argmax() if biggest else sizes.argmin())


def _more_of_biggest(case: Case, _rng: np.random.Generator) -> Case:
    return _copy_rows(case, case.truth == find_class(case, biggest=True))


def _forget_smallest(case: Case, _rng: np.random.Generator) -> Case:
    if case.second is None:
        message = "Only a model of many classes has a second choice."
        raise TypeError(message)
    smallest = find_class(case, biggest=False)
    said = np.where(case.said == smallest, case.second, case.said)
    return _copy_rows(replace(case, said=said), case.truth != smallest)


def _always_biggest(case: Case, _rng: np.random.Generator) -> Case:
    return replace(case, said=np.full(case.n_rows, find_class(case, biggest=True)))


def _rename(case: Case, _rng: np.random.Generator) -> Case:
    k = case.n_classes
    return replace(case, truth=(case.truth + 1) % k, said=(case.said + 1) % k)


def _missing_class(case: Case, _rng: np.random.Generator) -> Case:
    return take(case, np.flatnonzero(case.truth != find_class(case, biggest=False)))


def _one_error(case: Case, _rng: np.random.Generator) -> Case:
    said = case.said.copy()
    said[0] = case.truth[0] + HUGE * np.ptp(case.truth)
    return replace(case, said=said)


def _other_unit(case: Case, _rng: np.random.Generator) -> Case:
    return replace(case, truth=case.truth * UNIT, said=case.said * UNIT, base=case.base * UNIT)


def find_shift(case: Case) -> float:
    """Return what "other zero point" adds: the first power of ten above every true value."""
    return float(10.0 ** (np.floor(np.log10(max(np.abs(case.truth).max(), 1e-9))) + 1))


def _other_zero(case: Case, _rng: np.random.Generator) -> Case:
    shift = find_shift(case)
    return replace(case, truth=case.truth + shift, said=case.said + shift)


def _true_zero(case: Case, _rng: np.random.Generator) -> Case:
    truth = case.truth.copy()
    truth[np.abs(truth).argmin()] = 0.0
    return replace(case, truth=truth)


def _same_truth(case: Case, _rng: np.random.Generator) -> Case:
    return replace(case, truth=np.full(case.n_rows, np.median(case.truth)))


def _one_row(case: Case, _rng: np.random.Generator) -> Case:
    return take(case, np.array([0]))


def _stretch(case: Case, _rng: np.random.Generator) -> Case:
    points = np.array(case.points, dtype=np.float64)
    points[:, 0] *= STRETCH
    return replace(case, points=points)


def _all_units(case: Case, _rng: np.random.Generator) -> Case:
    return replace(case, points=np.asarray(case.points) * UNIT)


def _renumber(case: Case, _rng: np.random.Generator) -> Case:
    return replace(case, said=int(case.said.max()) - case.said)


def _every_twice(case: Case, _rng: np.random.Generator) -> Case:
    return take(case, np.repeat(np.arange(case.n_rows), 2))


def _one_cluster(case: Case, _rng: np.random.Generator) -> Case:
    return replace(case, said=np.zeros(case.n_rows, dtype=np.int64))


def _one_each(case: Case, _rng: np.random.Generator) -> Case:
    return replace(case, said=np.arange(case.n_rows))


_ALL = (
    Experiment("more_negatives", "labels", _more_negatives, ("accuracy", "precision", "recall")),
    Experiment("easy_negatives", "labels", _easy_negatives, ("accuracy", "specificity", "f1")),
    Experiment("swap_classes", "labels", _swap_classes, ("recall", "f1", "mcc")),
    Experiment("always_no", "labels", _always_no, ("accuracy", "balanced_accuracy", "precision")),
    Experiment("deal_out", "labels", _deal_out, ("accuracy", "balanced_accuracy", "mcc")),
    Experiment("no_positives", "labels", _no_positives, ("balanced_accuracy", "precision", "specificity")),
    Experiment("square", "scores", _square, ("roc_auc", "log_loss", "brier")),
    Experiment("more_negatives", "scores", _more_negatives, ("roc_auc", "average_precision", "brier")),
    Experiment("reverse", "scores", _reverse, ("roc_auc", "average_precision", "log_loss")),
    Experiment("yes_no", "scores", _yes_no, ("roc_auc", "log_loss", "brier")),
    Experiment("one_score", "scores", _base_for_all, ("roc_auc", "average_precision", "brier")),
    Experiment("sure_mistake", "scores", _sure_mistake, ("roc_auc", "log_loss", "brier")),
    Experiment("no_positives", "scores", _no_positives, ("roc_auc", "average_precision", "brier")),
    Experiment("more_of_biggest", "classes", _more_of_biggest, ("accuracy", "balanced_accuracy", "macro_f1")),
    Experiment("forget_smallest", "classes", _forget_smallest, ("accuracy", "macro_f1", "weighted_f1")),
    Experiment("always_biggest", "classes", _always_biggest, ("accuracy", "balanced_accuracy", "macro_f1")),
    Experiment("rename", "classes", _rename, ("accuracy", "macro_f1", "weighted_f1")),
    Experiment("missing_class", "classes", _missing_class, ("accuracy", "balanced_accuracy", "macro_f1")),
    Experiment("one_error", "numbers", _one_error, ("mae", "rmse", "medae")),
    Experiment("other_unit", "numbers", _other_unit, ("mae", "rmse", "r2")),
    Experiment("other_zero", "numbers", _other_zero, ("mape", "mae", "r2")),
    Experiment("true_zero", "numbers", _true_zero, ("mae", "mape", "r2")),
    Experiment("mean_for_all", "numbers", _base_for_all, ("mae", "medae", "r2")),
    Experiment("one_row", "numbers", _one_row, ("mae", "rmse", "r2")),
    Experiment("same_truth", "numbers", _same_truth, ("mae", "medae", "r2")),
    Experiment("stretch", "clusters", _stretch, ("inertia", "silhouette", "ari")),
    Experiment("all_units", "clusters", _all_units, ("inertia", "silhouette", "davies_bouldin")),
    Experiment("renumber", "clusters", _renumber, ("inertia", "silhouette", "ari")),
    Experiment("every_twice", "clusters", _every_twice, ("inertia", "davies_bouldin", "calinski_harabasz")),
    Experiment("one_cluster", "clusters", _one_cluster, ("inertia", "silhouette", "ari")),
    Experiment("one_each", "clusters", _one_each, ("inertia", "silhouette", "calinski_harabasz")),
    Experiment("deal_out", "clusters", _deal_out, ("inertia", "silhouette", "ari")),
)  # fmt: skip
NAMES = tuple(dict.fromkeys(experiment.name for experiment in _ALL))


def experiments_of(group: Group) -> tuple[Experiment, ...]:
    """Return what can be tried with one kind of metric; the first is the default."""
    return tuple(experiment for experiment in _ALL if experiment.group == group)


def find_experiment(group: Group, name: str) -> Experiment:
    """Return the experiment of this name; one that the group does not have gives way to its first.

    So a link that names one stays useful when another kind of metric is chosen.
    """
    mine = {experiment.name: experiment for experiment in experiments_of(group)}
    return mine.get(name, next(iter(mine.values())))
