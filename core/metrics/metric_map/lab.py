"""What does each metric answer? A map of the chapter, in which every property was tried out.

A really trained model answers for rows that it has not seen. Then one thing is changed: rows are
copied, answers replaced, units exchanged. Which metrics notice, which cannot, and which have no
value any more?
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from core.datasets import Dataset, load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.metrics.metric_map.cases import GROUPS, TASKS, AnswersSpec, Group, check_table, is_quick
from core.metrics.metric_map.experiments import NAMES, find_experiment
from core.metrics.metric_map.measures import METRICS
from core.metrics.metric_map.script import write_script
from core.metrics.metric_map.trials import try_metrics


@dataclass(frozen=True, kw_only=True)
class MetricMapSpec:
    """One kind of metric, one table that suits it, and what is done to the answers."""

    group: Group = "labels"
    """``labels`` (yes or no), ``scores`` (of two classes), ``classes`` (many), ``numbers``, ``clusters``."""
    experiment: str = "more_negatives"
    """What is changed; one that the group does not have gives way to the group's first."""
    binary: str = "churn"
    """The table for labels and scores, and those for the other kinds."""
    multiclass: str = "digits"
    regression: str = "diabetes"
    clustering: str = "segments"
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.answers  # refuses unknown groups and seeds
        for task in TASKS.values():
            check_table(task, getattr(self, task))
        require(
            self.experiment in NAMES,
            f"An experiment is one of {', '.join(NAMES)}, got {self.experiment!r}.",
        )

    @property
    def data(self) -> str:
        """The table that the group uses."""
        require(self.group in GROUPS, f"A kind is one of {', '.join(GROUPS)}, got {self.group!r}.")
        return str(getattr(self, TASKS[self.group]))

    @property
    def answers(self) -> AnswersSpec:
        """What is trained and tried; the same for all experiments of a group."""
        return AnswersSpec(group=self.group, data=self.data, seed=self.seed)


@dataclass(frozen=True, eq=False)
class MetricMapResult:
    """What the experiment does to each metric of the group.

    ``…_before`` and ``…_after`` are NaN where the metric has no value, or belongs to another group.
    """

    spec: MetricMapSpec
    experiment: str
    """The experiment that was done: the group's first, if it has none of the wanted name."""
    row_noun: tuple[str, str]
    n_train: int
    n_judged: int
    n_rows_after: int
    """Rows that are judged after the experiment."""
    n_positive: int
    n_clusters: int
    n_metrics: int
    n_moved: int
    """Metrics of the group that have another value afterwards; they, those that stay, and those
    that have no value any more are all."""
    n_unmoved: int
    n_undefined: int
    n_infinite: int
    """Metrics that moved to infinity; they count as moved."""
    n_silent: int
    """Metrics without a finite value for which scikit-learn returns one without a word, and those
    for which it raises an exception."""
    n_raising: int
    accuracy_before: float
    accuracy_after: float
    balanced_accuracy_before: float
    balanced_accuracy_after: float
    precision_before: float
    precision_after: float
    recall_before: float
    recall_after: float
    specificity_before: float
    specificity_after: float
    f1_before: float
    f1_after: float
    mcc_before: float
    mcc_after: float
    roc_auc_before: float
    roc_auc_after: float
    average_precision_before: float
    average_precision_after: float
    log_loss_before: float
    log_loss_after: float
    brier_before: float
    brier_after: float
    micro_f1_before: float
    micro_f1_after: float
    macro_f1_before: float
    macro_f1_after: float
    weighted_f1_before: float
    weighted_f1_after: float
    mae_before: float
    mae_after: float
    mse_before: float
    mse_after: float
    rmse_before: float
    rmse_after: float
    medae_before: float
    medae_after: float
    mape_before: float
    mape_after: float
    r2_before: float
    r2_after: float
    inertia_before: float
    inertia_after: float
    silhouette_before: float
    silhouette_after: float
    davies_bouldin_before: float
    davies_bouldin_after: float
    calinski_harabasz_before: float
    calinski_harabasz_after: float
    ari_before: float
    ari_after: float
    changes: pd.DataFrame
    """One row per metric of the group; columns as `core.metrics.metric_map.trials.Trials.outcomes`
    without ``experiment``."""
    grid: pd.DataFrame
    """All experiments of the group: ``experiment``, ``metric``, ``before``, ``after``, ``state``
    ("stays", "moves", "infinite", "undefined")."""
    gaps: pd.DataFrame
    """Each way in which a metric of the group lost its value: ``metric``, ``experiment``,
    ``reason``, ``manner`` of scikit-learn, what it ``printed``, ``message``."""
    reach: pd.DataFrame
    """See `core.metrics.metric_map.trials.Trials.reach`."""
    fractions: pd.DataFrame
    """How two metrics come about, ``moment`` "before" and "after": ``metric``, ``top``, ``bottom``."""


def explore_metrics(spec: MetricMapSpec) -> MetricMapResult:
    """Answer "what does each metric notice?" for one experiment.

    Trains and tries what is not remembered; the rest takes milliseconds. Check by eye: ten times
    as many negatives leave `recall_after` at `recall_before`.
    """
    experiment = find_experiment(spec.group, spec.experiment).name
    measured = _measure(spec.answers, experiment)
    own: dict[str, Any] = {
        name: value.copy(deep=False) if isinstance(value, pd.DataFrame) else value
        for name, value in measured.items()
    }
    return MetricMapResult(spec=spec, **own)


@lru_cache(maxsize=64)
def _measure(answers: AnswersSpec, experiment: str) -> dict[str, Any]:
    trials = try_metrics(answers)
    outcomes = trials.outcomes.assign(state=trials.outcomes.apply(_name_state, axis=1))
    here = outcomes[outcomes["experiment"] == experiment]
    cases = trials.cases.set_index("experiment")
    fractions = trials.fractions[trials.fractions["experiment"] == experiment]
    n_state = here["state"].value_counts()
    return {
        "experiment": experiment,
        "row_noun": load_dataset(answers.data).row_noun,
        "n_train": trials.n_train,
        "n_judged": trials.n_judged,
        "n_rows_after": int(np.asarray(cases.loc[experiment, "n_rows"])),
        "n_positive": trials.n_positive,
        "n_clusters": trials.n_clusters,
        "n_metrics": len(here),
        "n_moved": int(n_state.get("moves", 0) + n_state.get("infinite", 0)),
        "n_unmoved": int(n_state.get("stays", 0)),
        "n_undefined": int(n_state.get("undefined", 0)),
        "n_infinite": int(n_state.get("infinite", 0)),
        "n_silent": int(((here["after_reason"] != "") & (here["after_manner"] == "returns")).sum()),
        "n_raising": int((here["after_manner"] == "raises").sum()),
        **_read_values(here),
        "changes": here.drop(columns="experiment").reset_index(drop=True),
        "grid": outcomes[["experiment", "metric", "before", "after", "state"]],
        "gaps": _list_gaps(outcomes),
        "reach": trials.reach,
        "fractions": fractions.drop(columns="experiment").reset_index(drop=True),
    }


def _name_state(row: "pd.Series[Any]") -> str:
    if np.isnan(row["after"]):
        return "undefined"
    if not row["is_moved"]:
        return "stays"
    return "infinite" if np.isinf(row["after"]) else "moves"


def _read_values(here: pd.DataFrame) -> dict[str, float]:
    """Return the values of this group's metrics, and NaN for all others."""
    found = here.set_index("metric")
    return {
        f"{name}_{moment}": float(np.asarray(found.loc[name, moment]))
        if name in found.index
        else np.nan
        for name in METRICS
        for moment in ("before", "after")
    }


def _list_gaps(outcomes: pd.DataFrame) -> pd.DataFrame:
    gaps = outcomes[outcomes["after_reason"] != ""]
    columns = [
        "metric",
        "experiment",
        "after_reason",
        "after_manner",
        "after_printed",
        "after_message",
    ]
    renamed = gaps[columns].rename(columns=lambda name: name.removeprefix("after_"))
    return renamed.reset_index(drop=True)


def name_slow_part(spec: MetricMapSpec) -> SlowPart | None:
    """Return the training that a view waits for; None if it takes no longer than a moment."""
    if is_quick(spec.answers):
        return None
    title = load_dataset(spec.data).title
    what = f"A model is being trained on {title} and tried out, in a process of its own."
    return SlowPart(run=try_metrics, spec=spec.answers, what=what)


def find_whole_table(spec: MetricMapSpec) -> Dataset | None:
    """Return the table of a clustering, which uses all rows; None where the rows are split."""
    return load_dataset(spec.data) if spec.group == "clusters" else None


LAB = Lab(
    name="metric-map",
    question="What does each metric answer?",
    spec=MetricMapSpec,
    run=explore_metrics,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=find_whole_table,
    presets={
        "default": {},
        "easy-negatives": {"experiment": "easy_negatives"},
        "other-class": {"experiment": "swap_classes"},
        "always-no": {"experiment": "always_no"},
        "dealt-out": {"experiment": "deal_out", "binary": "breast_cancer"},
        "no-positives": {"experiment": "no_positives"},
        "squared-scores": {"group": "scores", "experiment": "square"},
        "rare-positives": {"group": "scores", "experiment": "more_negatives", "binary": "fraud"},
        "reversed": {"group": "scores", "experiment": "reverse", "binary": "breast_cancer"},
        "hard-labels": {"group": "scores", "experiment": "yes_no"},
        "same-score": {"group": "scores", "experiment": "one_score"},
        "sure-mistake": {"group": "scores", "experiment": "sure_mistake"},
        "scores-of-one-class": {"group": "scores", "experiment": "no_positives"},
        "bigger-class": {"group": "classes", "experiment": "more_of_biggest", "multiclass": "wine"},
        "forgotten-class": {"group": "classes", "experiment": "forget_smallest"},
        "biggest-class": {"group": "classes", "experiment": "always_biggest"},
        "renamed": {"group": "classes", "experiment": "rename", "multiclass": "iris"},
        "missing-class": {"group": "classes", "experiment": "missing_class"},
        "huge-error": {"group": "numbers", "experiment": "one_error"},
        "other-unit": {
            "group": "numbers",
            "experiment": "other_unit",
            "regression": "house_prices",
        },
        "other-zero": {"group": "numbers", "experiment": "other_zero"},
        "true-zero": {
            "group": "numbers",
            "experiment": "true_zero",
            "regression": "delivery_times",
        },
        "mean-for-all": {"group": "numbers", "experiment": "mean_for_all"},
        "one-row": {"group": "numbers", "experiment": "one_row"},
        "same-truth": {"group": "numbers", "experiment": "same_truth"},
        "stretched": {"group": "clusters", "experiment": "stretch"},
        "all-units": {"group": "clusters", "experiment": "all_units", "clustering": "wine"},
        "renumbered": {"group": "clusters", "experiment": "renumber"},
        "every-row-twice": {"group": "clusters", "experiment": "every_twice", "clustering": "iris"},
        "one-cluster": {"group": "clusters", "experiment": "one_cluster"},
        "every-row-a-cluster": {"group": "clusters", "experiment": "one_each"},
        "dealt-out-clusters": {"group": "clusters", "experiment": "deal_out"},
    },
)
