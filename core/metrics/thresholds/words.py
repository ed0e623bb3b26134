"""What the threshold lab says in words: thresholds, formulas with numbers, ways to choose, the verdict."""

from functools import lru_cache
from math import isfinite

import pandas as pd

from core.formula import Formula
from core.metrics.thresholds.lab import ThresholdResult
from core.wording import THIN, count, percent, significant


def say_threshold(threshold: float) -> str:
    """Return where the alarm begins: "alarm from 51 %"."""
    if threshold <= 0:
        return "everything is an alarm"
    if threshold >= 1:
        return "no alarm at all"
    return f"alarm from {say_score(threshold)}"


def say_score(score: float) -> str:
    """Return a score as a percentage that tells neighbouring places of the handle apart."""
    from_end = 100 * min(score, 1 - score)
    decimals = 0 if from_end >= 10 else 1 if from_end >= 1 else 2
    return f"{100 * score:.{decimals}f}{THIN}%"


def say_cost(cost: float) -> str:
    """Return a cost with one decimal below 100, none above: "58.0", "990"."""
    return f"{cost:.1f}" if cost < 99.95 else count(round(cost))


@lru_cache(maxsize=256)
def formulas(result: ThresholdResult) -> tuple[Formula, ...]:
    """Return precision and recall with the counts at the handle."""
    is_reweighed = result.spec.prevalence is not None
    tp, fp, fn = (
        float(result.sweep[f"{cell}_per_10000" if is_reweighed else cell].to_numpy()[result.at])
        for cell in ("tp", "fp", "fn")
    )
    return (
        Formula(
            name="precision",
            top="caught",
            bottom="all alarms",
            top_number=count(tp),
            bottom_number=count(tp + fp),
            value=percent(result.precision),
        ),
        Formula(
            name="recall",
            top="caught",
            bottom=f"all {result.positive_noun[1]}",
            top_number=count(tp),
            bottom_number=count(tp + fn),
            value=percent(result.recall),
        ),
    )


def tell_curves(result: ThresholdResult) -> str:
    """Say what each curve compares, and what guessing would reach; text of a person may be in it."""
    positives, negatives = result.positive_noun[1], result.negative_noun[1]
    return (
        f"The ROC curve compares the share of {positives} that is caught with the share of {negatives} "
        f"that is alarmed. Each is a share of its own class, so the curve stays when {positives} become "
        "rarer. The precision–recall curve asks how many alarms are right, and that depends on how common "
        f"they are. Guessing reaches an area of 0.5 under the first curve, this model "
        f"{result.roc_auc:.3f}. Average precision is the mean of the second over all recalls: guessing "
        f"reaches {significant(result.prevalence)}, this model {result.average_precision:.3f}."
    )


def tell_false_alarms(result: ThresholdResult) -> str:
    """Hold the share of false alarms at the handle against the area under the ROC curve."""
    area = f"The area is {result.roc_auc:.3f} wherever the handle stands"
    if not isfinite(result.precision):
        return f"{area}, and here there is not even an alarm."
    return f"{area}. Here {percent(1 - result.precision)} of the alarms are false."


def theory_formula(result: ThresholdResult) -> Formula:
    """Return the cheapest threshold of a model whose scores are true probabilities."""
    false_alarm, miss = result.spec.cost_false_alarm, result.spec.cost_miss
    share = false_alarm / (false_alarm + miss)
    return Formula(
        name="alarm from",
        top="cost of a false alarm",
        bottom="cost of a false alarm + cost of a miss",
        top_number=significant(false_alarm),
        bottom_number=f"{significant(false_alarm)} + {significant(miss)}",
        value=say_score(share) if 0 < share < 1 else percent(share),
    )


@lru_cache(maxsize=256)
def tabulate_rules(result: ThresholdResult) -> pd.DataFrame:
    """Return ``result.rules`` as people read it; costs per 1,000 rows, ranges 95 % intervals."""
    rules = result.rules
    return pd.DataFrame(
        {
            "Way to choose": rules["name"],
            "Alarm from": [_say_place(threshold) for threshold in rules["threshold"]],
            "Cost on validation": [say_cost(cost) for cost in rules["validation_cost"]],
            "Cost on test": [
                f"{say_cost(cost)} ({say_cost(low)}–{say_cost(high)})"
                for cost, low, high in zip(
                    rules["test_cost"], rules["test_cost_low"], rules["test_cost_high"], strict=True
                )
            ],
            "False alarms": [count(number) for number in rules["test_false_alarms"]],
            "Misses": [count(number) for number in rules["test_misses"]],
        }
    )


def tell_optimism(result: ThresholdResult) -> str:
    """Say how the threshold that was cheapest on validation did on test."""
    before, after = result.cheapest_validation_cost, result.cheapest_test_cost
    start = (
        f"The cheapest threshold on validation promised {say_cost(before)} and cost {say_cost(after)} on "
        "test"
    )
    if after > before:
        return f"{start}: a choice looks a little too good on the rows that it was made with."
    return (
        f"{start}: this time luck was on its side. Over many splits a choice looks a little too good on the "
        "rows that it was made with; try other seeds under More."
    )


@lru_cache(maxsize=256)
def tell_hindsight(result: ThresholdResult) -> str:
    """Say what knowing the answers of the test rows would have been worth."""
    hindsight = dict(zip(result.rules["rule"], result.rules["test_cost"], strict=True))[
        "cheapest_on_test"
    ]
    saved = result.cheapest_test_cost - hindsight
    return (
        f"With hindsight {say_cost(saved)} more could have been saved; but hindsight needs the answers of "
        "the test rows, and then they are a test no more."
    )


def _say_place(threshold: float) -> str:
    return "never" if threshold >= 1 else "always" if threshold <= 0 else say_score(threshold)
