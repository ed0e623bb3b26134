"""Is 95 % accuracy good? One trained model, every threshold, and what each one costs.

A classifier gives scores; a threshold turns them into alarms. Moving it changes every score of
`core.metrics.confusion` except the model: the curves stay where they are.
"""

from dataclasses import dataclass
from math import isfinite
from typing import Any

import pandas as pd

from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.metrics.classifiers import ClassifierSpec, Model, is_quick, score_classifier
from core.metrics.confusion import METRICS
from core.metrics.costs import Stakes
from core.metrics.rules import judge_rules
from core.metrics.scored_parts import gather_evidence, trace_curves
from core.metrics.thresholds.script import write_script
from core.metrics.thresholds.sweep import CELLS, look_over

HIGHEST_THRESHOLD = 1.001
"""Stands for "no alarm at all" where a score is exactly 1."""


@dataclass(frozen=True, kw_only=True)
class ThresholdSpec:
    """One model, one place of the threshold, one price for each kind of error."""

    data: str = "fraud"
    """Name of a binary table: ``fraud``, ``churn``, ``breast_cancer`` or ``own-…``."""
    model: Model = "logistic"
    threshold: float = 0.5
    """A row is an alarm when its score is at or above it; moved to the nearest handle place."""
    prevalence: float | None = None
    """Share of positives where the model works; None for the share in the data."""
    cost_false_alarm: float = 1.0
    cost_miss: float = 10.0
    """Both in one unit of the learner's choice."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.classifier  # refuses unknown data, models and seeds
        require(
            0 <= self.threshold <= HIGHEST_THRESHOLD,
            f"A threshold is compared with scores from 0 to 1, got {self.threshold:g}. "
            "Choose a number from 0 (everything is an alarm) to 1.",
        )
        require(
            self.prevalence is None or 0 < self.prevalence < 1,
            "The prevalence is the share of positives and both classes must exist, so it lies "
            f"between 0 and 1; got {self.prevalence}. Try 0.01 for 1 in 100.",
        )
        costs = {"a false alarm": self.cost_false_alarm, "a miss": self.cost_miss}
        for error, cost in costs.items():
            require(
                isfinite(cost) and cost >= 0,
                f"An error costs 0 or more, and {error} was given the cost {cost:g}. "
                "Choose 0 or a positive number.",
            )
        require(
            any(costs.values()),
            "If both errors cost 0, all thresholds are equally cheap. Give one of them a cost.",
        )

    @property
    def classifier(self) -> ClassifierSpec:
        """The model behind the scores; the same for all thresholds, costs and prevalences."""
        return ClassifierSpec(data=self.data, model=self.model, seed=self.seed)

    @property
    def stakes(self) -> Stakes:
        """The costs and the prevalence."""
        return Stakes(
            cost_false_alarm=self.cost_false_alarm,
            cost_miss=self.cost_miss,
            prevalence=self.prevalence,
        )


@dataclass(frozen=True, eq=False)
class ThresholdResult:
    """What every threshold does to the validation rows, and what choosing one costs later.

    Counts are rows of the validation part as it is. Rates, F1, MCC, costs and the
    precision–recall curve hold at `prevalence`. Costs are in the learner's unit per 1,000 rows.
    A score without a value (0/0) is NaN, with its reason in `undefined`.
    """

    spec: ThresholdSpec
    row_noun: tuple[str, str]
    """One and many: ("payment", "payments"); so are the next two."""
    positive_noun: tuple[str, str]
    negative_noun: tuple[str, str]
    n_train: int
    n_judged: int
    """Rows of the validation part; the next two split it by what they really are."""
    n_positive: int
    n_negative: int
    n_test: int
    n_positive_test: int
    base_rate: float
    """Share of positives among the validation rows."""
    prevalence: float
    """The share in force: the one that was set, else `base_rate`."""
    at: int
    """Place of the handle: a row number of `sweep`."""
    threshold_used: float
    tp: int
    fp: int
    fn: int
    tn: int
    accuracy: float
    majority_accuracy: float
    """Accuracy of always naming the more common class."""
    balanced_accuracy: float
    precision: float
    recall: float
    specificity: float
    f1: float
    mcc: float
    cost: float
    roc_auc: float
    average_precision: float
    cheapest_threshold: float
    """The threshold that costs least on the validation rows, and its costs."""
    cheapest_validation_cost: float
    cheapest_test_cost: float
    optimism: float
    """Test cost minus validation cost of that threshold: above 0, validation looked too good."""
    theory_threshold: float
    """The cheapest threshold if the scores were true probabilities."""
    sweep: pd.DataFrame
    """One row per handle place: ``position`` (0 to 1 along the handle), ``threshold``, ``tp``,
    ``fp``, ``fn``, ``tn`` (rows), ``tp_per_10000`` … ``tn_per_10000`` (rows out of 10,000 at
    `prevalence`), the scores of `METRICS`, ``cost``, ``test_cost``, and the 95 % bounds
    ``recall_low``, ``recall_high``, ``specificity_low``, …, ``precision_high``."""
    undefined: pd.DataFrame
    """Where a score has no value: ``place`` (row number of `sweep`), ``metric``, ``reason``."""
    ticks: pd.DataFrame
    """Marks of the handle's axis: ``position``, ``threshold``, ``label``."""
    histogram: pd.DataFrame
    """One row per bin of scores: ``left``, ``right`` (positions), ``n_positive``,
    ``n_negative`` (rows), ``positive_share``, ``negative_share`` (of their own class)."""
    curves: pd.DataFrame
    """``curve`` ("roc": x false-alarm rate, y recall; "precision_recall": x recall, y
    precision), ``x``, ``y``; in drawing order."""
    rules: pd.DataFrame
    """One row per way to choose; see `core.metrics.rules.judge_rules`."""


def sweep_thresholds(spec: ThresholdSpec) -> ThresholdResult:
    """Answer "what does moving the threshold change, and which one is cheapest?".

    Trains the model if its scores are not remembered; everything else takes milliseconds.
    Check by eye: on fraud, the last row of `sweep` raises no alarm and is 99 % accurate.
    """
    evidence = gather_evidence(spec.classifier)
    dataset, part = load_dataset(spec.data), evidence.validation
    outlook = look_over(spec.classifier, spec.stakes)
    at = evidence.handle.nearest(spec.threshold)
    here = outlook.places[at]
    counts: dict[str, Any] = {cell: int(here[cell]) for cell in CELLS}
    rates: dict[str, Any] = {metric: here[metric] for metric in METRICS}
    curves, roc_auc, average_precision = trace_curves(spec.classifier, spec.prevalence)
    rules = judge_rules(evidence, spec.stakes, yours=here["threshold"])
    by_rule = rules.set_index("rule").to_dict("index")
    cheapest = by_rule["cheapest"]
    return ThresholdResult(
        spec=spec,
        row_noun=dataset.row_noun,
        positive_noun=dataset.positive_noun or ("positive row", "positive rows"),
        negative_noun=dataset.negative_noun or ("negative row", "negative rows"),
        n_train=evidence.scored.n_train,
        n_judged=len(part.positive),
        n_positive=part.n_positive,
        n_negative=part.n_negative,
        n_test=evidence.scored.n_test,
        n_positive_test=evidence.scored.n_positive_test,
        base_rate=outlook.base_rate,
        prevalence=outlook.prevalence,
        at=at,
        threshold_used=here["threshold"],
        **counts,
        **rates,
        majority_accuracy=max(outlook.prevalence, 1 - outlook.prevalence),
        cost=here["cost"],
        roc_auc=roc_auc,
        average_precision=average_precision,
        cheapest_threshold=float(cheapest["threshold"]),
        cheapest_validation_cost=float(cheapest["validation_cost"]),
        cheapest_test_cost=float(cheapest["test_cost"]),
        optimism=float(cheapest["test_cost"] - cheapest["validation_cost"]),
        theory_threshold=float(by_rule["theory"]["threshold"]),
        sweep=outlook.sweep.copy(deep=False),
        undefined=outlook.undefined.copy(deep=False),
        ticks=evidence.handle.ticks,
        histogram=outlook.histogram.copy(deep=False),
        curves=curves,
        rules=rules,
    )


def name_slow_part(spec: ThresholdSpec) -> SlowPart | None:
    """Return the training that a view waits for; None if it takes no longer than a moment."""
    classifier = spec.classifier
    if is_quick(classifier):
        return None
    what = f"A model is being trained on {load_dataset(spec.data).title}, in a process of its own."
    return SlowPart(run=score_classifier, spec=classifier, what=what)


LAB = Lab(
    name="thresholds",
    question="Is 95 % accuracy good?",
    spec=ThresholdSpec,
    run=sweep_thresholds,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "lazy-99": {"threshold": 1.0},
        "forest": {"model": "forest", "threshold": 0.1},
        "boosting": {"model": "boosting", "threshold": 0.1},
        "rare-in-the-wild": {"prevalence": 0.001, "threshold": 0.05},
        "balanced": {"prevalence": 0.5, "threshold": 0.01},
        "screening": {"data": "breast_cancer", "threshold": 0.02, "cost_miss": 50.0},
        "churn-offer": {"data": "churn", "threshold": 0.2, "cost_miss": 5.0},
    },
)
