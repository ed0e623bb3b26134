"""What the imbalance lab says in words: names, tables, the finding, the shift of the odds."""

from functools import lru_cache
from math import isfinite

import pandas as pd

from core.automl.imbalance.lab import ImbalanceResult
from core.automl.imbalance.pumps import PUMPS
from core.formula import Formula
from core.wording import THIN, UNDEFINED, count, percent, significant

NAMES = {
    "plain": "Nothing",
    "weights": "Class weights",
    "fewer": "Down-sampling",
    "fewer_weighted": "Down-sampling, re-weighted",
    "moved": "Only the threshold",
}
BILL_NAMES = {
    "half": "Nothing, alarm from 50\u202f%",
    "rule": "Threshold by the rule",
    **{method: name for method, name in NAMES.items() if method != "plain"},
}
TWIN_APART = 0.03
"""Of F1: what lies farther apart is more than the same model at two thresholds."""
DEARER = 1.03
"""Times the cost of the chosen threshold: above, the rule is called dearer."""


def say_threshold(threshold: float) -> str:
    """Return where the alarm begins, in percent: "18 %"; "never" for no alarm at all."""
    if not isfinite(threshold) or threshold > 1:
        return "never"
    return percent(threshold, 0 if 0.1 <= threshold <= 0.9 else 1)


def say_score(score: float) -> str:
    """Return a score with three decimals, or that it is undefined."""
    return f"{score:.3f}" if isfinite(score) else UNDEFINED


def say_share(share: float) -> str:
    """Return a share in percent with three digits at most: "10 %", "1.04 %"."""
    return f"{significant(100 * share)}{THIN}%"


def say_gain(gain: float) -> str:
    """Return a difference with its sign: "+0.225", "−0.006"."""
    return f"{gain:+.3f}".replace("-", "−")


def tell_rows(result: ImbalanceResult) -> str:
    """Say what learnt and what judged; words of a person may be in it."""
    rows, positives = result.row_noun[1], result.positive_noun[1]
    return (
        f"{say_share(result.base_rate)} of the {rows} are {positives}. {result.n_splits} times the rows were "
        f"dealt anew: {count(result.n_train)} to learn from, {count(result.n_validation)} to choose a "
        f"threshold by, {count(result.n_test)} to judge. The same model learnt in four ways on each deal. "
        f"Down-sampling kept {count(result.n_kept)} of the other "
        f"{count(result.n_train - result.n_positive_train)} training rows. The rows that judge were never "
        "touched."
    )


def tell_gain(result: ImbalanceResult) -> str:
    """Say how F1 changed by the usual thresholds, and what of it is left in a fair comparison."""
    usual, fair = _pick(result, "weights", "usual"), _pick(result, "weights", "fair")
    seemed = f"to {'gain' if usual['gain'] > 0 else 'lose'} {abs(usual['gain']):.3f}"
    return (
        f"Class weights bring F1 from {say_score(result.plain_f1)} to {say_score(result.weights_f1)}. Moving "
        f"nothing but the threshold brings it to {say_score(result.moved_f1)}. So compare fairly: give each "
        f"model the threshold that suits it best on the validation rows. Then class weights change F1 by "
        f"{say_gain(fair['gain'])} (95\u202f% interval {say_gain(fair['low'])} to {say_gain(fair['high'])}), "
        f"where they seemed {seemed}. {tell_fair(result)}"
    )


def tell_fair(result: ImbalanceResult) -> str:
    """Say how many ways beat a moved threshold beyond chance, and how many fall behind it."""
    clear = result.gains[(result.gains["compared"] == "fair") & result.gains["is_clear"]]
    ahead = [NAMES[method] for method in clear["method"][clear["gain"] > 0]]
    behind = [NAMES[method] for method in clear["method"][clear["gain"] < 0]]
    verb = "does" if len(ahead) == 1 else "do"
    parts = [
        f"Beyond chance, {_list(ahead)} {verb} better than a moved threshold."
        if ahead
        else "None of the three beats a moved threshold beyond chance."
    ]
    if behind:
        verb = "does" if len(behind) == 1 else "do"
        parts.append(f"Beyond chance, {_list(behind)} {verb} worse.")
    return " ".join(parts)


def _list(names: list[str]) -> str:
    said = [name[0].lower() + name[1:] for name in names]
    return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def _pick(result: ImbalanceResult, method: str, compared: str) -> dict[str, float]:
    gains = result.gains
    row = gains[(gains["method"] == method) & (gains["compared"] == compared)]
    return {name: float(row[name].iloc[0]) for name in ("gain", "low", "high")}


@lru_cache(maxsize=64)
def tabulate_ways(result: ImbalanceResult) -> pd.DataFrame:
    """Return what each way gains at its usual threshold, and at its best one."""
    ways = result.ways
    return pd.DataFrame(
        {
            "What is done": [NAMES[method] for method in ways["method"]],
            "Alarm from": [say_threshold(value) for value in ways["threshold"]],
            "Precision": [say_score(value) for value in ways["precision"]],
            "Recall": [say_score(value) for value in ways["recall"]],
            "F1": [say_score(value) for value in ways["f1"]],
            "F1 at its best threshold": [say_score(value) for value in ways["best_f1"]],
        }
    )


@lru_cache(maxsize=64)
def tabulate_probabilities(result: ImbalanceResult) -> pd.DataFrame:
    """Return what does not depend on a threshold: the order of the rows, and honesty."""
    ways = result.ways[result.ways["method"] != "moved"]
    return pd.DataFrame(
        {
            "What is done": [NAMES[method] for method in ways["method"]],
            "ROC AUC": [say_score(value) for value in ways["roc_auc"]],
            "Average precision": [say_score(value) for value in ways["average_precision"]],
            "Log loss": [say_score(value) for value in ways["log_loss"]],
            "Brier score": [say_score(value) for value in ways["brier"]],
            "Says on average": [say_share(value) for value in ways["mean_said"]],
        }
    )


def tell_honesty(result: ImbalanceResult) -> str:
    """Hold what is said on average against what happens."""
    return (
        f"{say_share(result.base_rate)} of the {result.row_noun[1]} are {result.positive_noun[1]}. The "
        f"untouched model says {say_share(result.plain_mean_said)} on average, with class weights "
        f"{say_share(result.weights_mean_said)}, down-sampled {say_share(result.fewer_mean_said)}, "
        f"re-weighted after that {say_share(result.fewer_weighted_mean_said)}."
    )


def tell_repair(result: ImbalanceResult) -> str:
    """Say whether re-weighting mended the probabilities, and what the thrown-away rows cost."""
    off, mended = (
        abs(said - result.base_rate)
        for said in (result.fewer_mean_said, result.fewer_weighted_mean_said)
    )
    start = (
        "Re-weighting lets each kept row count for those that were left out, "
        f"{significant(1 / result.kept_share)} times. "
    )
    if mended <= 0.1 * off:
        verdict = "The mean is honest again"
    elif mended <= 0.5 * off:
        verdict = "The mean comes nearer to the truth and does not reach it"
    else:
        verdict = (
            "Here it does not mend the mean: a model that bends fits the few kept rows too well"
        )
    lost = result.plain_average_precision - result.fewer_weighted_average_precision
    price = (
        f", and the rows that were thrown away cost {lost:.3f} of average precision."
        if lost > 0
        else "."
    )
    return f"{start}{verdict}{price}"


def tell_twin(result: ImbalanceResult) -> str:
    """Hold class weights at 0.5 against the untouched model at the base rate; say if more has changed."""
    is_twin = abs(result.twin_f1 - result.weights_f1) <= TWIN_APART
    verdict = (
        ""
        if is_twin
        else " That is more than a moved threshold: the weights changed the order of the rows, too."
    )
    return (
        "Class weights make both classes weigh the same, so what was the base rate becomes 50\u202f%. The "
        f"untouched model with an alarm from {say_share(result.base_rate)} has an F1 of "
        f"{say_score(result.twin_f1)}; class weights with an alarm from 50\u202f% have "
        f"{say_score(result.weights_f1)}.{verdict}"
    )


def shift_formula(result: ImbalanceResult) -> Formula:
    """Return what the base rate looks like to a model that saw a share of the common class."""
    p, r = result.base_rate, result.kept_share
    return Formula(
        name="looks like",
        top="p",
        bottom="p + kept share × (1 − p)",
        top_number=significant(p),
        bottom_number=f"{significant(p)} + {significant(r)} × {significant(1 - p)}",
        value=say_share(result.base_rate_looks),
    )


def rule_formula(result: ImbalanceResult) -> Formula:
    """Return the cheapest threshold of honest probabilities."""
    price = significant(result.price_used)
    return Formula(
        name="alarm from",
        top="cost of a false alarm",
        bottom="cost of a false alarm + cost of a miss",
        top_number="1",
        bottom_number=f"1 + {price}",
        value=say_threshold(result.rule_threshold),
    )


def tell_rule(result: ImbalanceResult) -> str:
    """Hold the rule, which needs no validation rows, against what choosing found."""
    start = (
        f"With the rule the untouched model costs {say_cost(result.rule_cost)} false alarms per 1\u202f000 "
        f"{result.row_noun[1]}, with the threshold that was cheapest on validation "
        f"{say_cost(result.moved_cost)}. "
    )
    if result.rule_cost > DEARER * result.moved_cost:
        return (
            f"{start}That is dearer, so this model's probabilities are not honest where the alarm begins. "
            "Then choose on the validation rows, or calibrate first."
        )
    return (
        f"{start}The rule is no worse here, and it needs no rows to choose by. With inflated probabilities "
        "it would name the wrong place."
    )


def say_cost(cost: float) -> str:
    """Return a cost with one decimal below 100, none above."""
    return f"{cost:.1f}" if cost < 99.95 else count(round(cost))


def tell_bill(result: ImbalanceResult) -> str:
    """Say what 0.5 costs at this price, against having no model."""
    return (
        f"At this price an alarm from 50\u202f% costs {percent(result.half_bill, 0)} of what one pays "
        f"without any model, a moved threshold {percent(result.moved_bill, 0)}."
    )


def tell_most_f1(result: ImbalanceResult) -> str:
    """Say which method has the highest F1 at its usual threshold, and that of the others."""
    scores = {method: float(getattr(result, f"{method}_f1")) for method in NAMES}
    others = ", ".join(
        f"{NAMES[method][0].lower()}{NAMES[method][1:]} {say_score(scores[method])}"
        for method in sorted(scores, key=scores.__getitem__, reverse=True)
        if method != result.most_f1
    )
    return f"{NAMES[result.most_f1]}: F1 {say_score(scores[result.most_f1])}. The others: {others}."


def tell_shape(result: ImbalanceResult) -> str:
    """Say where weights do more than move a threshold: where the model has the wrong shape."""
    start = (
        "They change more than a threshold when the model has the wrong shape. A straight model makes "
        "mistakes somewhere whatever it does, and weights decide whose mistakes it minds. "
    )
    if result.spec.data != PUMPS.name:
        return (
            f"{start}Choose the table of pumps: a few sound ones stand on a test bench, far from all "
            "others, and no straight line gets round them. Look at it with logistic regression, and then "
            "with LightGBM."
        )
    return (
        f"{start}Here a few sound pumps stand on a test bench, far from all others, and no straight line "
        "gets round them. Each at its best threshold, the untouched model has an F1 of "
        f"{say_score(result.moved_f1)} and class weights have {say_score(result.weights_best_f1)}; areas "
        f"under the ROC curve are {say_score(result.plain_roc_auc)} and "
        f"{say_score(result.weights_roc_auc)}. Try the other models: one that can bend needs the weights "
        "less."
    )
