"""What the lab of three sets says: scores, what was chosen how, and what it is worth."""

from math import isfinite, log, sqrt
from typing import Any

from core.datasets import load_dataset
from core.formula import Formula
from core.validation.three_sets.lab import ThreeSetsResult
from core.validation.three_sets.laws import LAWS, N_FRESH, N_USEFUL
from core.wording import UNDEFINED, count, percent

METRIC_NAMES = {"accuracy": "accuracy", "auc": "area under ROC"}


def say_score(result: ThreeSetsResult, value: float) -> str:
    """Return a score: "62.9 %", or "0.71" for an area."""
    if not isfinite(value):
        return UNDEFINED
    return percent(value, 1) if result.metric == "accuracy" else f"{value:.3f}"


def say_short(result: ThreeSetsResult, value: float) -> str:
    """Return a score for an axis."""
    return percent(value, 0) if result.metric == "accuracy" else f"{value:.2f}"


def say_gap(result: ThreeSetsResult, value: float) -> str:
    """Return a difference of scores with its sign: "+12.9 points", "−0.2 points"."""
    if result.metric == "accuracy":
        size = f"{abs(100 * value):.1f}"
        unit = "\u00a0points"
    else:
        size, unit = f"{abs(value):.3f}", ""
    sign = "" if float(size) == 0 else "+" if value > 0 else "−"
    return f"{sign}{size}{unit}"


def say_models(m: int) -> str:
    """Return "1 model", "100 models"."""
    return "1 model" if m == 1 else f"{count(m)} models"


def describe_rows(result: ThreeSetsResult) -> str:
    """Say where the rows come from and how the models are made."""
    sets = (
        f"{count(result.n_train)} rows train, {count(result.n_test)} validate, {count(result.n_test)} "
        f"test. Each model draws a straight border between two classes, by 3 of {count(result.n_columns)} "
        "columns that are picked at random."
    )
    if result.spec.data == "noise":
        return f"All labels are coin flips, so in the long run each model is right half the time. {sets}"
    if result.spec.data == "signal":
        return f"{N_USEFUL} columns help a little, the others not at all. {sets}"
    if result.spec.data == "churn":
        return f"Subscribers drawn by the law of the churn table; one in ten leaves. {sets}"
    return f"Rows of {load_dataset(result.spec.data).title}, drawn anew in each run. {sets}"


def tell_step(result: ThreeSetsResult, row: Any) -> tuple[str, str, str]:
    """Return what is said, what is true, and what the honest way says, for one number of models."""
    rows = f"{count(result.n_test)} test rows"
    if row.m == 1:
        return (
            f"One model, looked at once on {rows}: {say_score(result, row.said)}",
            f", and really {say_score(result, row.true)}",
            ". Nothing was chosen, so nothing is flattered.",
        )
    said = (
        f"The best of {count(row.m)} models shows {say_score(result, row.said)} on the {rows} that "
        "chose it"
    )
    true = f", and is really worth {say_score(result, row.true)}"
    honest = (
        f". Chosen by the validation rows instead, the test rows say {say_score(result, row.judged)}; "
        f"true is {say_score(result, row.judged_true)}."
    )
    return said, true, honest


def tell_truth_source(result: ThreeSetsResult) -> str:
    """Say how it is known what a model is really worth."""
    if result.spec.data == "noise":
        return "It is known because the labels were drawn by a coin."
    if result.spec.data == "signal":
        return "It is computed from the law of the two classes, without any sample."
    if result.spec.data == "churn":
        return f"It is measured on {count(N_FRESH)} subscribers that no set holds."
    return "It is measured on the rows of your table that no set holds."


def tell_blame(result: ThreeSetsResult) -> str:
    """Say that the validation score takes the blame, and what the test rows then say."""
    if result.m == 1:
        return "Choose among more models, and the validation score of the best one rises above the truth."
    return (
        f"The model that the validation rows chose shows {say_score(result, result.blamed)} there: just as "
        "flattered. But the test rows had no part in the choice, and say "
        f"{say_score(result, result.judged)} on average over {count(result.n_runs)} runs "
        f"({say_gap(result, result.judged_optimism)} from the truth, give or take "
        f"{say_gap(result, 2 * result.judged_error).lstrip('+')})."
    )


def tell_choice(result: ThreeSetsResult) -> str:
    """Say that peeking does not choose worse; it only leaves no judge."""
    if result.spec.data == "noise":
        return "Both choices are worth the same here: half, as any other model."
    return (
        f"The choice itself is no worse for it: chosen by the test rows the model is worth "
        f"{say_score(result, result.true)}, chosen by the validation rows "
        f"{say_score(result, result.judged_true)}. What is lost is the judge."
    )


def tell_theory(result: ThreeSetsResult) -> str:
    """Compare with independent guessers; empty unless labels are coin flips."""
    if not isfinite(result.expected):
        return ""
    return (
        f"Chance alone says the same. If {say_models(result.m)} guess independently, the best one is "
        f"expected at {say_score(result, result.expected)} on {count(result.n_test)} rows; these models "
        f"reached {say_score(result, result.said)}. They share columns, so they are not quite independent."
    )


def formulas(result: ThreeSetsResult) -> tuple[Formula, ...]:
    """Return how far the best lies above the truth, in standard deviations of one score."""
    if not isfinite(result.score_spread) or result.m == 1:
        return ()
    return (
        Formula(
            name="spread of one score",
            top="0.5",
            bottom="√ test rows",
            top_number="0.5",
            bottom_number=f"√ {count(result.n_test)}",
            value=percent(result.score_spread, 1),
        ),
        Formula(
            name="height of the best",
            top="said − true",
            bottom="spread of one score",
            top_number=f"{100 * result.optimism:.1f}",
            bottom_number=f"{100 * result.score_spread:.1f}",
            value=f"{result.optimism / result.score_spread:.1f}",
        ),
    )


def tell_bound(result: ThreeSetsResult) -> str:
    """Say what the height cannot pass."""
    if result.m == 1 or result.spec.data not in LAWS:
        return ""
    return (
        f"However many rows there are, the best of {count(result.m)} lies about this many spreads too "
        f"high; for guessers it cannot pass √(2 ln {count(result.m)}) = {sqrt(2 * log(result.m)):.1f}. "
        "So four times the test rows halve the flattery, and a thousand times the models only add to it "
        "slowly."
    )
