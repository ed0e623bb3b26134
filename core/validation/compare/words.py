"""What the comparison lab says in words: who is better, by how much, and whether one can tell."""

from math import isfinite

import pandas as pd

from core.formula import Formula
from core.validation.compare.equals import MOST_MODELS, N_DRAWS, N_ROWS
from core.validation.compare.lab import CompareResult
from core.wording import THIN, UNDEFINED, count, percent

MODEL_NAMES = {
    "logistic": "logistic regression",
    "neighbours": "15 nearest neighbours",
    "bayes": "naive Bayes",
    "tree": "a decision tree",
    "forest": "a random forest",
}
JUDGE_NAMES = {
    "naive": "t-test over the folds",
    "corrected": "corrected t-test",
    "mcnemar": "McNemar, over the rows",
    "bootstrap": "bootstrap of the rows",
}
SOME, MANY = 0.08, 0.25
"""Shares of false alarms up to which a judge keeps its word, and from which it raises many."""


def points(share: float, *, is_signed: bool = False, has_unit: bool = True) -> str:
    """Return a difference of accuracies in percentage points: "1.7 points"."""
    if not isfinite(share):
        return UNDEFINED
    number = f"{100 * share:{'+' if is_signed else ''}.1f}"
    number = "0.0" if float(number) == 0 else number.replace("-", "−")
    return f"{number}{THIN}points" if has_unit else number


def bounds(low: float, high: float) -> str:
    """Return an interval in points: "−0.1 to 3.5"."""
    return f"{points(low, has_unit=False)} to {points(high, has_unit=False)}"


def say_verdict(difference: float, low: float, high: float) -> str:
    """Say who is better, by how much, and whether the interval lets one say so.

    Check by eye: an interval on both sides of 0 ends in "you cannot tell".
    """
    better, amount = ("A", difference) if difference >= 0 else ("B", -difference)
    interval = bounds(low, high) if difference >= 0 else bounds(-high, -low)
    if low == high == 0:
        return "A and B give the same answers: there is nothing to compare."
    if low > 0 or high < 0:
        return f"{better} is better by {points(amount)} ({interval})."
    if difference == 0:
        return f"A and B are level ({interval}): with these rows you cannot tell them apart."
    return f"{better} came out better by {points(amount)} ({interval}): with these rows you cannot tell."


def tell_models(result: CompareResult) -> str:
    """Say what was trained on what."""
    a, b = (MODEL_NAMES[name] for name in (result.spec.a, result.spec.b))
    twin = " with another seed" if result.spec.a == result.spec.b else ""
    return (
        f"A is {a}, B is {b}{twin}. Both learn from the same parts of {count(result.n_rows)} "
        f"{result.row_noun[1]} and are asked about the rest. (Always saying the more frequent class is "
        f"right for {percent(result.majority)}.) A dot is one repeat: all rows are dealt into "
        f"{result.spec.k} new folds, and the dot says how many more answers of A were right. The lines say "
        f"where the true difference may lie, as 95{THIN}% intervals. Grey is the usual t-test, which takes "
        "every fold for new evidence. Blue is a corrected one, which knows that the folds share their rows. "
        "Drag the number of repeats."
    )


def tell_verdicts(result: CompareResult) -> str:
    """Say what the ordinary and the corrected interval make of the same numbers."""
    naive = say_verdict(result.difference, result.naive_low, result.naive_high)
    corrected = say_verdict(result.difference, result.corrected_low, result.corrected_high)
    if naive == corrected:
        return naive
    return f"The t-test over the folds says: {naive} The corrected one says: {corrected}"


def tell_alarms(result: CompareResult) -> str:
    """Say how often a winner is announced between equals."""
    return (
        f"Two models that are truly equal, compared {count(N_DRAWS)} times with {_times(result)}: the t-test "
        f"over the folds announces a winner in {100 * result.naive_alarms:.0f} of 100 comparisons, the "
        f"corrected one in {100 * result.corrected_alarms:.0f}. The promise is 5."
    )


def tell_promise() -> str:
    """Say what the column of false alarms counts."""
    return (
        "False alarms: of 100 comparisons of two models that are equal by construction, in how many this "
        f"judge announces a winner. The promise is 5. Measured on {count(N_DRAWS)} generated datasets of "
        f"{N_ROWS} rows."
    )


def judge_alarms(result: CompareResult) -> str:
    """Return how many false alarms the ordinary t-test raises: "few", "some" or "many"."""
    share = result.naive_alarms
    return "few" if share <= SOME else "some" if share < MANY else "many"


def _times(result: CompareResult) -> str:
    n = result.spec.repeats
    return f"{result.spec.k} folds" + (f", {n} times over" if n > 1 else ", once")


def tell_rows(result: CompareResult) -> str:
    """Say what the judges of single rows count."""
    n = result.only_a + result.only_b
    if n == 0:
        return "In the first repeat A and B are right on the same rows, so a judge of rows counts nothing."
    apart = "1 row tells" if n == 1 else f"{count(n)} rows tell"
    p = result.mcnemar_p
    return (
        f"In the first repeat {apart} A and B apart: {count(result.only_a)} answered rightly by A alone, "
        f"{count(result.only_b)} by B alone. All other rows say nothing about who is better. If both were "
        f"equal, chance would divide them at least as unevenly with p {'' if p < 0.001 else '= '}{say_p(p)}."
    )


def say_p(p: float) -> str:
    """Return a p-value as one reads it: "0.041", "below 0.001"."""
    if not isfinite(p):
        return UNDEFINED
    return "below 0.001" if p < 0.001 else f"{p:.3f}"


def tell_winner(result: CompareResult) -> str:
    """Say how much better than it is the best of many equals looks."""
    last = result.winners.iloc[-1]
    return (
        f"{MOST_MODELS} models that are equal by construction, each with an error of "
        f"{percent(last['true'])} on new rows. The best of them shows {percent(last['seen'])}: it looks "
        f"better than it is by {points(last['flattery'])} "
        f"({bounds(last['flattery_low'], last['flattery_high'])})."
    )


def ratio_formula(result: CompareResult) -> Formula:
    """Return what the correction puts beside 1/m: test rows over training rows."""
    fold = result.folds.iloc[0]
    return Formula(
        name="added",
        top="rows tested",
        bottom="rows learnt from",
        top_number=count(int(fold["n_test"])),
        bottom_number=count(int(fold["n_train"])),
        value=f"{fold['n_test'] / fold['n_train']:.2f}",
    )


def tell_ratio(result: CompareResult) -> str:
    """Say what the variance is multiplied with, in both tests."""
    m = result.spec.k * result.spec.repeats
    fold = result.folds.iloc[0]
    ratio = fold["n_test"] / fold["n_train"]
    return (
        f"The t-test over the folds divides the variance of the {m} differences by {m}, a factor of "
        f"{1 / m:.3f}. The corrected one uses {1 / m:.3f} + {ratio:.2f} = {1 / m + ratio:.3f}. More repeats "
        "shrink the first part only."
    )


def tabulate_judges(result: CompareResult) -> pd.DataFrame:
    """Return the four judges, what each says here, and what it does with equals."""
    rows = result.judges.to_dict("records")
    return pd.DataFrame(
        {
            "Judge": [JUDGE_NAMES[row["judge"]] for row in rows],
            "A − B (points)": [bounds(row["low"], row["high"]) for row in rows],
            "p": [say_p(row["p"]) for row in rows],
            "False alarms": [f"{100 * row['alarms']:.0f} of 100" for row in rows],
        }
    )


def tell_corrected(result: CompareResult) -> str:
    """Say what may be said of A and B: the verdict of the corrected interval."""
    return say_verdict(result.difference, result.corrected_low, result.corrected_high)
