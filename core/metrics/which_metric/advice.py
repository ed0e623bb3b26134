"""Which metric fits the decision and its prices, and why; and the price that F1 has of its own."""

from functools import lru_cache
from math import isfinite

import pandas as pd

from core.formula import Formula
from core.metrics.which_metric.lab import WhichMetricResult
from core.metrics.which_metric.words import MODELS, begin, say_money
from core.safe_text import md
from core.wording import THIN, count, percent, significant

_ADVICE = (
    # what is needed, when, which metric
    ("decision", True, "yes or no", "both mistakes the same", "accuracy"),
    (
        "decision",
        False,
        "yes or no",
        "two prices",
        "expected cost, at a threshold set by the prices",
    ),
    ("ranking", None, "whom first, a list of fixed length", "any prices", "precision on the list"),
    ("probability", None, "how likely", "prices come later", "Brier score or log loss"),
    ("linear", True, "how much", "as the error grows", "MAE"),
    ("squared", True, "how much", "as its square grows", "RMSE"),
    ("number", False, "how much", "too high and too low differ", "expected cost"),
)


def tell_fitting(result: WhichMetricResult) -> str:
    """Say which metric the decision and its prices ask for, and why."""
    tell = {
        "decision": _tell_decision,
        "ranking": _tell_ranking,
        "probability": _tell_probability,
        "number": _tell_number,
    }
    return tell[result.need](result)


def _is_even(result: WhichMetricResult) -> bool:
    return result.cost_over == result.cost_under


def _prices(result: WhichMetricResult) -> str:
    return (
        f"{result.over} costs {say_money(result, result.cost_over)}, {result.under} "
        f"{say_money(result, result.cost_under)}"
    )


def _tell_decision(result: WhichMetricResult) -> str:
    if _is_even(result):
        return (
            "Yes or no is needed, and both mistakes cost the same. Then the bill is this price times the "
            "number of mistakes. Accuracy counts exactly these: **at the same threshold, accuracy is the "
            "metric.**"
        )
    return (
        f"Yes or no is needed; {_prices(result)}. **The metric is the expected cost itself**: price times "
        "false alarms plus price times misses. No metric with a name knows your two prices."
    )


def _tell_ranking(result: WhichMetricResult) -> str:
    return (
        f"{count(result.spec.capacity)} of 1{THIN}000 can be acted upon, whatever the model says. A hit more "
        "on the list is one mistake less of each kind, so it saves "
        f"{say_money(result, result.cost_over + result.cost_under)}. **The metric is precision on the list, "
        "at any prices.** Average precision and ROC AUC also judge places where the list has long ended."
    )


def _tell_probability(result: WhichMetricResult) -> str:
    total = say_money(result, result.cost_over + result.cost_under)
    return (
        "Whoever decides later has prices of their own. Suppose that both prices always add up to "
        f"{total} and that every way to divide this sum is equally likely. The average bill is then a "
        "multiple of the **Brier score**. Log loss is such an average too; it gives very unequal prices more "
        "weight."
    )


def _tell_number(result: WhichMetricResult) -> str:
    size = "its square" if result.growth == "squared" else "its size"
    if _is_even(result):
        metric = "RMSE" if result.growth == "squared" else "MAE"
        return (
            f"A number is needed, and the price of an error grows with {size}, up or down. "
            f"**{metric} is the metric.**"
        )
    return (
        f"A number is needed; {_prices(result)}, growing with {size}. **The metric is the expected cost "
        "itself.** MAE and RMSE take too high and too low for equally bad."
    )


@lru_cache(maxsize=32)
def write_advice(result: WhichMetricResult) -> str:
    """Return which metric fits which decision, as a table in Markdown; the row in force is bold."""
    lines = [
        "Whatever can be priced should be priced. All other metrics stand in for the price list:",
        "",
    ]
    lines += ["| What is needed | What a mistake costs | The metric |", "| :--- | :--- | :--- |"]
    kinds = {result.need, result.growth if result.need == "number" else ""}
    for kind, is_even, *cells in _ADVICE:
        mark = "**" if kind in kinds and is_even in (None, _is_even(result)) else ""
        lines.append("| " + " | ".join(f"{mark}{cell}{mark}" for cell in cells) + " |")
    return "\n".join(lines)


def price_formulas(result: WhichMetricResult) -> tuple[Formula, ...]:
    """Return the formula that the prices lead to, with the prices in force."""
    over, under = result.cost_over, result.cost_under
    total = f"{significant(over)} + {significant(under)}"
    if result.need == "decision":
        formula = Formula(
            name="alarm from",
            top="price of a false alarm",
            bottom="price of a false alarm + price of a miss",
            top_number=significant(over),
            bottom_number=total,
            value=percent(result.fair_share),
        )
    elif result.need == "probability":
        cost = float(result.bills.set_index("model")["test_cost"][result.chosen]) / 1000
        brier = 2 * cost / (over + under)
        formula = Formula(
            name="average cost of a row",
            top="sum of both prices × Brier score",
            bottom="2",
            top_number=f"({total}) × {significant(brier)}",
            bottom_number="2",
            value=say_money(result, cost),
        )
    elif result.need == "number" and result.growth == "linear":
        formula = Formula(
            name="not too low in",
            top="price of too low",
            bottom="price of too high + price of too low",
            top_number=significant(under),
            bottom_number=total,
            value=percent(1 - result.fair_share),
        )
    else:
        return ()
    return (formula,)


def introduce_bills(result: WhichMetricResult) -> str:
    """Return the meaning of the formula, and a line above the table of bills, in Markdown."""
    rows = md(result.row_noun[1])
    return (
        f"{tell_threshold(result)}\n\nWhat each model costs for 1{THIN}000 {rows} of the test rows:"
    )


def tell_threshold(result: WhichMetricResult) -> str:
    """Say what the formula means, and what the prices change in practice."""
    if result.need == "decision":
        return (
            "An alarm pays off as soon as a row is positive with at least this probability. Most scores are "
            "no true probabilities, so the cheapest threshold is looked for on the validation rows."
        )
    if result.need == "number" and result.growth == "linear":
        return (
            "The cheapest answer turns out not too low in this share of cases. At equal prices that is the "
            "median; what must seldom be too low has to be higher."
        )
    if result.need == "number":
        return (
            "At equal prices the best answer is the mean; at others it moves to the cheaper side."
        )
    return ""


def f1_formulas(result: WhichMetricResult) -> tuple[Formula, ...]:
    """Return the price of a miss that the highest F1 implies; none where every F1 is 0."""
    if not isfinite(result.top_f1):
        return ()
    f1 = significant(result.top_f1)
    formula = Formula(
        name="price of a miss, by F1",
        top="2 − F1",
        bottom="F1",
        top_number=f"2 − {f1}",
        bottom_number=f1,
        value=f"{significant(result.f1_price)} false alarms",
    )
    return (formula,)


@lru_cache(maxsize=32)
def tell_f1(result: WhichMetricResult) -> str:
    """Say what F1 takes a miss to cost for these models, and what the learner said."""
    known = result.prices.dropna(subset="price").sort_values("price")
    if known.empty:
        return "Here every F1 is 0: no model catches anything from 0.5 on, so F1 names no price."
    low, high = known.iloc[0], known.iloc[-1]
    said = (
        f"Your prices say {significant(result.cost_under / result.cost_over)}, whatever the model."
        if result.cost_over > 0
        else "You said that a false alarm costs nothing."
    )
    return (
        f"So F1 takes a miss to cost {significant(low['price'])} false alarms for "
        f"{MODELS[str(low['model'])]}, whose F1 is {significant(low['f1'])}, and "
        f"{significant(high['price'])} for {MODELS[str(high['model'])]} with {significant(high['f1'])}. "
        f"{said} The last two columns of the table should be the same, up to chance, for a model whose "
        "scores are true probabilities."
    )


@lru_cache(maxsize=32)
def tabulate_f1(result: WhichMetricResult) -> pd.DataFrame:
    """Return F1 of every model at 0.5 with its price, and where it is highest."""
    prices = result.prices
    return pd.DataFrame(
        {
            "Model": [begin(MODELS[str(model)]) for model in prices["model"]],
            "F1 at 0.5": [significant(f1) for f1 in prices["f1"]],
            "Price of a miss": [significant(price) for price in prices["price"]],
            "Highest F1": [significant(f1) for f1 in prices["best_f1"]],
            "At threshold": [percent(threshold) for threshold in prices["best_threshold"]],
            "Half that F1": [percent(f1 / 2) for f1 in prices["best_f1"]],
        }
    )
