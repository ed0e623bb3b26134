"""What the lesson says in words: prices, choices, the metric that fits, F1's price, the quarrels."""

from dataclasses import replace
from math import isfinite

import pandas as pd

from core.formula import Formula
from core.metrics.which_metric.lab import WhichMetricResult, WhichMetricSpec
from core.metrics.which_metric.scenarios import find_scenario
from core.metrics.which_metric.scores import METRICS
from core.wording import THIN, UNDEFINED, count, percent, significant

MODELS = {
    "logistic": "logistic regression",
    "tree": "tree",
    "forest": "forest",
    "boosting": "boosting",
    "bayes": "naive Bayes",
    "squares": "linear",
    "absolute": "linear, absolute errors",
    "huber": "linear, Huber",
    "boosting_absolute": "boosting, absolute errors",
}
SHORT_MODELS = MODELS | {
    "logistic": "logistic",
    "absolute": "linear abs.",
    "huber": "Huber",
    "boosting_absolute": "boost. abs.",
}
"""For the axis of a chart."""
NEEDS = {"decision": "yes or no", "ranking": "whom first", "probability": "how likely"}
GROWTHS = {"linear": "with the error", "squared": "with its square"}
DISPUTES = {
    "f1_auc": "F1 (at 0.5) and ROC AUC",
    "best_f1_auc": "F1 (best threshold) and ROC AUC",
    "log_loss_auc": "log loss and ROC AUC",
    "rmse_mae": "RMSE and MAE",
}
DISPUTE_CHOICES = {name: text for name, text in DISPUTES.items() if name != "rmse_mae"}
SIDES = {
    "f1_auc": ("F1", "ROC AUC"),
    "best_f1_auc": ("F1", "ROC AUC"),
    "log_loss_auc": ("log loss", "ROC AUC"),
    "rmse_mae": ("RMSE", "MAE"),
}


def name_metric(metric: str) -> str:
    """Return a metric as people read it; the bill is the expected cost."""
    return METRICS[metric].name if metric in METRICS else "Expected cost"


def name_prices(spec: WhichMetricSpec) -> tuple[str, str]:
    """Return the labels of the two prices: "A needless offer costs (€)"."""
    scenario = find_scenario(spec.scenario)
    first, second = (
        f"{words[0].upper()}{words[1:]} costs ({scenario.unit})"
        for words in (scenario.over, scenario.under)
    )
    return first, second


def name_tuning(spec: WhichMetricSpec) -> tuple[str, dict[bool, str]]:
    """Return the label and the options of the control that sets threshold or shift."""
    if spec.bill.need == "number":
        return "The answer is used", {False: "as it is", True: "shifted by the prices"}
    return "Alarm from", {False: "0.5, the default", True: "the cheapest threshold"}


def say_money(result: WhichMetricResult, cost: float) -> str:
    """Return a cost with its unit, three digits: "1 900 €"."""
    sign = "−" if cost < 0 else ""
    return f"{sign}{significant(abs(cost))}{THIN}{result.unit}"


def say_range(result: WhichMetricResult, low: float, high: float) -> str:
    """Return a 95 % interval of costs: "764 to 3 094 €"."""
    ends = [f"{'−' if end < 0 else ''}{significant(abs(end))}" for end in (low, high)]
    return f"{ends[0]} to {ends[1]}{THIN}{result.unit}"


def tell_training(result: WhichMetricResult) -> str:
    """Say what was trained, chosen and paid on which rows."""
    rows = result.row_noun[1]
    return (
        f"{_number(result.n_models)} models were trained on {count(result.n_train)} {rows}. Each metric chose "
        f"its favourite on {count(result.n_validation)} others. The bill was paid on "
        f"{count(result.n_test)} more, which nobody had looked at."
    )


def tell_choices(result: WhichMetricResult) -> str:
    """Say how many metrics choose the model that the bill chooses, and what the worst choice costs."""
    n, others = result.n_metrics, result.n_metrics - result.n_same
    rows = f"1{THIN}000 {result.row_noun[1]}"
    start = (
        f"The bill itself chooses {MODELS[result.chosen]}: {say_money(result, result.chosen_cost)} for {rows} "
        f"(95{THIN}% interval {say_range(result, result.chosen_low, result.chosen_high)})."
    )
    if others == 0:
        return (
            f"{start} All {n} metrics choose the same model. Where one model is best at everything, it does "
            "not matter which metric you ask."
        )
    choose = "metric chooses" if others == 1 else "metrics choose"
    middle = f"{_number(others)} of the {n} {choose} another model."
    return f"{start} {middle} {_tell_worst(result)}"


def _tell_worst(result: WhichMetricResult) -> str:
    if result.worst_extra <= 0:
        return "On the test rows none of these choices was dearer: validation rows can be wrong about a close race."
    interval = say_range(result, result.worst_low, result.worst_high)
    sure = (
        "so it is really dearer"
        if result.worst_low > 0
        else "so it may be luck: the interval holds 0"
    )
    worst = result.choices.set_index("metric").loc[result.worst_metric]
    return (
        f"The dearest choice is that of {_inside(result.worst_metric)}: {MODELS[str(worst['model'])]} costs "
        f"{say_money(result, result.worst_extra)} more (95{THIN}% interval {interval}), {sure}."
    )


def tell_tuning(result: WhichMetricResult) -> str:
    """Say what setting the threshold (or the shift) by the prices is worth."""
    if result.need not in ("decision", "number"):
        return ""
    what = "threshold" if result.need == "decision" else "shift"
    if result.spec.is_tuned:
        setting = (
            _say_threshold(result.chosen_setting)
            if result.need == "decision"
            else f"{significant(abs(result.chosen_setting))} {'added' if result.chosen_setting >= 0 else 'taken off'}"
        )
        return (
            f"Each model works with the {what} that was cheapest for it on the validation rows (for "
            f"{MODELS[result.chosen]}: {setting}). {_count_dearer(result)}"
        )
    saved = result.chosen_cost - result.least_tuned_cost
    more = "saves" if saved > 0 else "would have cost"
    return (
        f"{_count_dearer(result)} Now let the prices set the {what} of every model: the bill becomes "
        f"{say_money(result, result.least_tuned_cost)}, which {more} {say_money(result, abs(saved))}"
        f"{' more' if saved <= 0 else ''}."
    )


def _say_threshold(threshold: float) -> str:
    return "no alarm at all" if threshold >= 1 else f"alarm from {percent(threshold)}"


def _count_dearer(result: WhichMetricResult) -> str:
    if result.n_dearer == 0:
        return "No choice is dearer beyond doubt: every interval of the extra cost holds 0."
    is_one = result.n_dearer == 1
    return f"{_number(result.n_dearer)} {'choice is' if is_one else 'choices are'} dearer beyond doubt."


def tell_fitting(result: WhichMetricResult) -> str:
    """Say which metric the decision and its prices ask for, and why."""
    over, under, unit = result.over, result.under, result.unit
    prices = f"{over} costs {significant(result.cost_over)}{THIN}{unit}, {under} {significant(result.cost_under)}{THIN}{unit}"
    even = result.cost_over == result.cost_under
    if result.need == "decision":
        if even:
            return (
                f"Yes or no is needed, and both mistakes cost the same. Then the bill is the price times "
                "the number of mistakes, and accuracy counts exactly that: **accuracy is the metric**."
            )
        return (
            f"Yes or no is needed: {prices}. **The metric is the expected cost itself**: price times false "
            "alarms plus price times misses. No metric with a name knows your two prices."
        )
    if result.need == "ranking":
        return (
            f"{count(result.spec.capacity)} of 1{THIN}000 can be acted upon, whatever the model says. Then each "
            "hit that a better order gains turns one needless action and one miss into a hit, so the bill falls "
            "by the sum of both prices. **Precision on the list is the metric, and the prices do not matter.**"
        )
    if result.need == "probability":
        return (
            "The prices are known only later, by whoever decides. Say nothing about them, let every division "
            "of the same total be equally likely, and average the bill: what comes out is the **Brier score**, "
            "times half the total. Log loss averages too, with more weight on very unequal prices."
        )
    size = "its square" if result.growth == "squared" else "its size"
    if even:
        metric = "RMSE" if result.growth == "squared" else "MAE"
        return f"A number is needed, and an error costs as much as {size}, up or down. **{metric} is the metric.**"
    return (
        f"A number is needed: {prices}, and an error costs as {size}. **The metric is that cost itself** "
        "(with linear prices it is called pinball loss). MAE and RMSE take both sides for equally bad."
    )


def threshold_formula(result: WhichMetricResult) -> Formula:
    """Return the share at which both mistakes weigh the same, with the prices in force."""
    is_number = result.need == "number"
    own, other = (
        (result.cost_under, result.cost_over)
        if is_number
        else (result.cost_over, result.cost_under)
    )
    return Formula(
        name="not too low in" if is_number else "alarm from",
        top="price of too low" if is_number else "price of a false alarm",
        bottom="price of too low + price of too high"
        if is_number
        else "price of a false alarm + price of a miss",
        top_number=significant(own),
        bottom_number=f"{significant(own)} + {significant(other)}",
        value=percent(own / (own + other)),
    )


def f1_formula(result: WhichMetricResult) -> Formula:
    """Return the price of a miss in false alarms that the best F1 implies."""
    return Formula(
        name="price of a miss, by F1",
        top="2 − F1",
        bottom="F1",
        top_number=f"2 − {significant(result.top_f1)}",
        bottom_number=significant(result.top_f1),
        value=f"{significant(result.f1_price)} false alarms",
    )


def tell_f1(result: WhichMetricResult) -> str:
    """Say what F1 takes a miss to cost for these models, and what the learner said."""
    known = result.prices.dropna(subset="price").sort_values("price")
    if known.empty:
        return "Here every F1 is 0: no model catches anything from 0.5 on, so F1 names no price."
    low, high = known.iloc[0], known.iloc[-1]
    said = (
        f"Your own prices say {significant(result.cost_under / result.cost_over)}."
        if result.cost_over > 0
        else "You said that a false alarm costs nothing."
    )
    return (
        f"On these {result.row_noun[1]} a miss is worth {significant(low['price'])} false alarms for "
        f"{MODELS[str(low['model'])]} (F1 {significant(low['f1'])}) and {significant(high['price'])} for "
        f"{MODELS[str(high['model'])]} (F1 {significant(high['f1'])}). {said}"
    )


def tabulate_bills(result: WhichMetricResult) -> pd.DataFrame:
    """Return one row per model: its setting, and what it costs on validation and test rows."""
    bills = result.bills
    table = {"Model": [_begin(MODELS[str(model)]) for model in bills["model"]]}
    if result.need in ("decision", "number"):
        name = "Alarm from" if result.need == "decision" else "Shift"
        table[name] = [_say_setting(result, setting) for setting in bills["setting"]]
    table["Validation"] = [say_money(result, cost) for cost in bills["validation_cost"]]
    table["Test"] = [say_money(result, cost) for cost in bills["test_cost"]]
    table[f"95{THIN}% interval"] = [
        say_range(result, low, high) for low, high in zip(bills["low"], bills["high"], strict=True)
    ]
    return pd.DataFrame(table)


def _say_setting(result: WhichMetricResult, setting: float) -> str:
    if result.need == "decision":
        return "never" if setting >= 1 else percent(setting)
    return significant(setting).replace("-", "−")


def _number(n: int) -> str:
    names = ("None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
    return names[n] if n < len(names) else count(n)


def _begin(words: str) -> str:
    return words[0].upper() + words[1:]


def _inside(metric: str) -> str:
    """Return the name of a metric inside a sentence: "log loss", but "ROC AUC"."""
    name = name_metric(metric)
    return (
        name
        if name[:2].isupper() or metric in ("f1", "medae", "brier")
        else name[0].lower() + name[1:]
    )


def say_undefined(result: WhichMetricResult) -> str:
    """Say which metric has no value for which model, and why; empty if all have one."""
    gaps = result.scores[result.scores["rank"] == 0]
    models = [MODELS[str(model)] for model in gaps["model"]]
    if not models:
        return ""
    return f"Precision is {UNDEFINED} for {' and '.join(models)}: from 0.5 on there is no alarm that could be right."


def is_known(number: float) -> bool:
    """Say whether there is such a number here."""
    return isfinite(number)


def fill_in(spec: WhichMetricSpec) -> WhichMetricSpec:
    """Return `spec` with everything said that it leaves to its scenario."""
    bill = spec.bill
    return replace(
        spec,
        need=bill.need,
        cost_over=float(bill.cost_over),
        cost_under=float(bill.cost_under),
        growth=bill.growth,
    )


def ask_choices(result: WhichMetricResult) -> str:
    """Ask how many metrics choose the model that the bill chooses."""
    scenario = find_scenario(result.spec.scenario)
    return (
        f"{scenario.story} {_begin(result.over)} costs {say_money(result, result.cost_over)}, {result.under} "
        f"{say_money(result, result.cost_under)}. {_number(result.n_models)} models are trained. How many of the "
        f"{count(result.n_metrics)} usual metrics choose the one that costs least?"
    )


def answer_choices(result: WhichMetricResult) -> str:
    """Say how many do."""
    verb = "chooses" if result.n_same == 1 else "choose"
    return f"{_number(result.n_same)} of {count(result.n_metrics)} {verb} {MODELS[result.chosen]}, the cheapest on the validation rows."


def tell_threshold(result: WhichMetricResult) -> str:
    """Say what the share of the prices means."""
    if result.need == "decision":
        return (
            "An alarm pays off as soon as a row is positive with at least this probability. If scores were true "
            "probabilities, the threshold would stand here; most scores are not, so the cheapest threshold is "
            "looked for on the validation rows."
        )
    if result.growth == "squared":
        return "With equal prices the best answer is the mean; with unequal ones it moves to the side that is cheaper."
    return (
        "The cheapest answer is the one that turns out not too low in this share of cases. With equal prices that "
        "is the median; a number that must seldom be too low has to be higher."
    )
