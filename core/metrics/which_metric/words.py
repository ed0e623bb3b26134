"""What the lesson says in words about the models, the choices and what they cost."""

from dataclasses import replace
from functools import lru_cache

import pandas as pd

from core.metrics.which_metric.lab import WhichMetricResult, WhichMetricSpec
from core.metrics.which_metric.scenarios import SCENARIOS, find_scenario
from core.metrics.which_metric.scores import METRICS
from core.safe_text import md_prose
from core.wording import THIN, UNDEFINED, count, percent, significant

MODELS = {
    "logistic": "logistic regression",
    "tree": "the tree",
    "forest": "the forest",
    "boosting": "boosting",
    "bayes": "naive Bayes",
    "squares": "the line of least squares",
    "absolute": "the line of least absolute errors",
    "huber": "Huber’s line",
    "boosting_absolute": "boosting on absolute errors",
}
SHORT_MODELS = {
    "logistic": "logistic",
    "tree": "tree",
    "forest": "forest",
    "boosting": "boosting",
    "bayes": "Bayes",
    "squares": "squares",
    "absolute": "absolute",
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
}
"""What can be chosen for two classes; for numbers it is always RMSE and MAE."""
SCENARIO_TITLES = {name: scenario.title for name, scenario in SCENARIOS.items()}
ANSWERS = {"all": "all of them", "most": "more than half, not all", "few": "half or fewer"}
_LOWER = {"log_loss", "average_precision", "precision_on_list", "accuracy", "precision", "recall"}


def name_metric(metric: str) -> str:
    """Return a metric as people read it; the bill is the expected cost."""
    return METRICS[metric].name if metric in METRICS else "Expected cost"


def name_price(spec: WhichMetricSpec, side: str) -> str:
    """Return the label of a price, of ``over`` or ``under``: "A needless offer costs (€)"."""
    scenario = find_scenario(spec.scenario)
    return f"{begin(scenario.over if side == 'over' else scenario.under)} costs ({scenario.unit})"


def name_tuning(spec: WhichMetricSpec) -> tuple[str, dict[bool, str]]:
    """Return the label and the options of the control that sets threshold or shift."""
    if spec.bill.need == "number":
        return "The answer is used", {False: "as it is", True: "shifted by the prices"}
    return "Alarm from", {False: "0.5, the default", True: "the cheapest threshold"}


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


def say_money(result: WhichMetricResult, cost: float) -> str:
    """Return a cost with its unit, three digits: "1 900 €"."""
    return f"{_signed(cost)}{THIN}{result.unit}"


def say_range(result: WhichMetricResult, low: float, high: float) -> str:
    """Return a 95 % interval of costs: "764 to 3 090 €"."""
    return f"{_signed(low)} to {_signed(high)}{THIN}{result.unit}"


def _signed(number: float) -> str:
    return f"{'−' if number < 0 else ''}{significant(abs(number))}"


def ask_choices(result: WhichMetricResult) -> str:
    """Ask how many metrics choose the model that the bill chooses."""
    return (
        f"{_price_list(result)} {say_number(result.n_models)} models are trained. How many of "
        f"{count(result.n_metrics)} usual metrics choose the one whose mistakes cost least?"
    )


def find_answer(result: WhichMetricResult) -> str:
    """Return the key of the right answer in `ANSWERS`."""
    if result.n_same == result.n_metrics:
        return "all"
    return "most" if 2 * result.n_same > result.n_metrics else "few"


def _price_list(result: WhichMetricResult) -> str:
    scenario = find_scenario(result.spec.scenario)
    return (
        f"{scenario.story} {begin(result.over)} costs {say_money(result, result.cost_over)}, "
        f"{result.under} {say_money(result, result.cost_under)}."
    )


def answer_choices(result: WhichMetricResult) -> str:
    """Say how many do."""
    verb = "chooses" if result.n_same == 1 else "choose"
    n = say_number(result.n_same)
    return f"{n} of {count(result.n_metrics)} {verb} {MODELS[result.chosen]}, whose mistakes cost least."


@lru_cache(maxsize=32)
def tell_training(result: WhichMetricResult) -> str:
    """Say who decides what, and what was trained, chosen and paid on which rows."""
    return (
        f"{find_scenario(result.spec.scenario).story} {say_number(result.n_models)} models were trained on "
        f"{count(result.n_train)} {result.row_noun[1]}. Each metric chose its favourite on "
        f"{count(result.n_validation)} others. The bill is what a model’s mistakes cost; it was paid on "
        f"{count(result.n_test)} more, which nobody had looked at."
    )


@lru_cache(maxsize=32)
def tell_contest(result: WhichMetricResult) -> str:
    """Return two paragraphs in Markdown: the choices, and what setting the threshold is worth."""
    seen = md_prose(f"{tell_choices(result)} {tell_undefined(result)}")
    return f"{seen}\n\n{md_prose(tell_tuning(result))}"


@lru_cache(maxsize=32)
def tell_choices(result: WhichMetricResult) -> str:
    """Say how many metrics choose the model that the bill chooses, and what the worst choice costs."""
    n, others = result.n_metrics, result.n_metrics - result.n_same
    start = (
        f"The bill itself chooses {MODELS[result.chosen]}: {say_money(result, result.chosen_cost)} for "
        f"1{THIN}000 {result.row_noun[1]} (95{THIN}% interval "
        f"{say_range(result, result.chosen_low, result.chosen_high)})."
    )
    if others == 0:
        return (
            f"{start} All {n} metrics choose the same model. Where one model is best at everything, it does "
            "not matter which metric you ask."
        )
    choose = "metric chooses" if others == 1 else "metrics choose"
    some = f"All {n}" if others == n else f"{say_number(others)} of the {n}"
    return f"{start} {some} {choose} another model. {_tell_worst(result)}"


def _tell_worst(result: WhichMetricResult) -> str:
    if result.worst_extra <= 0:
        return "On the test rows none of these choices costs more: it was a close race."
    sure = (
        "so it really costs more"
        if result.worst_low > 0
        else "and as the interval holds 0, it may be luck"
    )
    return (
        f"The worst choice is that of {_inside(result.worst_metric)}: {MODELS[result.worst_model]} costs "
        f"{say_money(result, result.worst_extra)} more (95{THIN}% interval "
        f"{say_range(result, result.worst_low, result.worst_high)}), {sure}."
    )


@lru_cache(maxsize=32)
def tell_tuning(result: WhichMetricResult) -> str:
    """Say what setting the threshold (or the shift) by the prices is worth."""
    if result.need not in ("decision", "number"):
        return _count_dearer(result)
    what = "threshold" if result.need == "decision" else "shift"
    if result.spec.is_tuned:
        return (
            f"Each model works with the {what} that was cheapest for it on the validation rows. "
            f"{_count_dearer(result)}"
        )
    if result.worst_extra <= 0:
        return (
            f"{_count_dearer(result)} Let the prices set the {what} of every model, and the bill becomes "
            f"{say_money(result, result.tuned_cost)}."
        )
    now = result.chosen_cost + result.worst_extra
    return (
        f"{_count_dearer(result)} Now let the prices set the {what} of every model. On the same test rows "
        f"{MODELS[result.worst_model]} then costs {say_money(result, result.worst_tuned_cost)} instead of "
        f"{say_money(result, now)}, and the model that the bill chooses "
        f"{say_money(result, result.tuned_cost)}."
    )


def _count_dearer(result: WhichMetricResult) -> str:
    if result.n_same == result.n_metrics:
        return ""
    if result.n_dearer == 0:
        return "No choice costs more beyond doubt: every interval of the extra cost holds 0 or lies below."
    verb = "choice costs" if result.n_dearer == 1 else "choices cost"
    n = say_number(result.n_dearer)
    return f"{n} {verb} more beyond doubt: the whole interval lies above 0."


@lru_cache(maxsize=32)
def tell_undefined(result: WhichMetricResult) -> str:
    """Say which metric has no value for which model, and why; empty if all have one."""
    gaps = result.scores[result.scores["rank"] == 0]
    models = [MODELS[str(model)] for model in gaps["model"]]
    if not models:
        return ""
    return (
        f"Precision is {UNDEFINED} for {' and '.join(models)}: from 0.5 on there is no alarm that could be "
        "right."
    )


@lru_cache(maxsize=32)
def tabulate_bills(result: WhichMetricResult) -> pd.DataFrame:
    """Return what each model costs on the test rows, before and after the prices set its threshold."""
    bills = result.bills
    models = [begin(MODELS[str(model)]) for model in bills["model"]]
    if result.need not in ("decision", "number"):
        return pd.DataFrame(
            {
                "Model": models,
                "Validation": [say_money(result, cost) for cost in bills["validation_cost"]],
                "Test": [say_money(result, cost) for cost in bills["test_cost"]],
                f"95{THIN}% interval": _say_ranges(result, ""),
            }
        )
    is_number = result.need == "number"
    before, setting = (
        ("As it is", "Shift") if is_number else ("Alarm from 0.5", "Cheapest threshold")
    )
    return pd.DataFrame(
        {
            "Model": models,
            before: [say_money(result, cost) for cost in bills["untuned_cost"]],
            setting: [
                _signed(value) if is_number else _say_threshold(value)
                for value in bills["tuned_setting"]
            ],
            "With it": [say_money(result, cost) for cost in bills["tuned_cost"]],
            f"95{THIN}% interval": _say_ranges(result, "tuned_"),
        }
    )


def _say_ranges(result: WhichMetricResult, way: str) -> list[str]:
    ends = zip(result.bills[f"{way}low"], result.bills[f"{way}high"], strict=True)
    return [say_range(result, low, high) for low, high in ends]


def _say_threshold(threshold: float) -> str:
    return "never" if threshold >= 1 else percent(threshold)


def say_number(n: int) -> str:
    """Return a small number as a word that begins a sentence: "Five"."""
    names = ("None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
    return names[n] if n < len(names) else count(n)


def begin(words: str) -> str:
    """Return words as they begin a sentence."""
    return words[0].upper() + words[1:]


def _inside(metric: str) -> str:
    """Return the name of a metric inside a sentence: "log loss", but "ROC AUC"."""
    name = name_metric(metric)
    return name[0].lower() + name[1:] if metric in _LOWER else name
