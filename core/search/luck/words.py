"""What the lab of luck says in words: what a search says of itself, what is true, what it costs to know."""

from typing import Any

import pandas as pd

from core.formula import Formula
from core.search.luck.lab import LuckResult, count_fits
from core.search.luck.pools import K
from core.wording import count, percent

MUCH, LITTLE = 0.75, 0.25
"""The untouched score has risen as much, in part, or hardly, if it gained this share of what was reported."""


SMALL_GAIN = 0.01
"""A search that gains less on untouched rows has gained next to nothing."""


def find_answer(result: LuckResult) -> str:
    """Return what happens on untouched rows: rises ``as-much``, in ``part``, ``stays``, or ``falls``."""
    share = result.rise_true / result.rise_said
    if share >= MUCH:
        return "as-much"
    if share >= LITTLE:
        return "part"
    return "stays" if share > -LITTLE else "falls"


def say_gap(value: float) -> str:
    """Return a difference of accuracies with its sign: "+5.2 points", "−0.3 points"."""
    size = f"{abs(100 * value):.1f}"
    sign = "" if float(size) == 0 else "+" if value > 0 else "−"
    return f"{sign}{size}\u00a0points"


def say_size(value: float) -> str:
    """Return the size of a difference: "5.2 points"."""
    return say_gap(abs(value)).lstrip("+")


def say_settings(n: int) -> str:
    """Return "1 setting", "30 settings"."""
    return "1 setting" if n == 1 else f"{count(n)} settings"


def describe_rows(result: LuckResult) -> str:
    """Say where the rows come from and what is searched."""
    labels = (
        "The rows are those of the tumours, but a coin gave the labels. No model can be right more than "
        "half the time. "
        if result.is_noise
        else ""
    )
    return (
        f"{labels}A random search tries settings of a decision tree on {count(result.n_rows)} rows by "
        f"{K}-fold cross-validation and keeps the best. Then {count(result.n_untouched)} rows that it never "
        f"saw judge its choice. The whole was done {result.n_searches} times, each time with rows dealt anew."
    )


def tell_bet(result: LuckResult) -> str:
    """Say how both scores rose from one setting to a hundred."""
    ends = (
        f"From one setting to {result.n_settings} the reported score rose by {say_size(result.rise_said)}, "
        f"from {percent(result.first_said, 1)} to {percent(result.last_said, 1)}. On the untouched rows it "
        f"went from {percent(result.first_true, 1)} to {percent(result.last_true, 1)}."
    )
    verdicts = {
        "as-much": "Nearly all of the rise was real.",
        "part": "A part of the rise was real; the rest was luck.",
        "stays": "Nearly all of the rise was luck.",
        "falls": "The search chose worse the longer it looked.",
    }
    return f"{ends} {verdicts[find_answer(result)]}"


def tell_step(row: Any) -> tuple[str, str, str]:
    """Return what is said, what is true and what nested cross-validation says, for one step."""
    n = int(row.n)
    said = (
        f"One setting, nothing to choose: cross-validation says {percent(row.said, 1)}"
        if n == 1
        else f"The best of {n} settings says {percent(row.said, 1)}"
    )
    true = f", the untouched rows say {percent(row.true, 1)}"
    return said, true, f". Nested cross-validation says {percent(row.nested, 1)}."


def tell_curse(result: LuckResult) -> str:
    """Say how large the gap is, how sure one is of it, and how it varies between searches."""
    return (
        f"After {say_settings(result.n_trials)} the reported score lies {say_gap(result.gap)} from the truth "
        f"on average, give or take {say_size(2 * result.gap_error)}. In eight of ten searches it lies "
        f"between {say_gap(result.gap_low)} and {say_gap(result.gap_high)}; "
        f"{result.flattered} of {result.n_searches} searches say too much."
    )


def tell_run(result: LuckResult) -> str:
    """Say what one person sees, who has one search only."""
    off = result.run_said - result.run_true
    return (
        f"A person has only one search. Search {result.spec.search} says {percent(result.run_said, 1)}, and "
        f"its choice is worth {percent(result.run_true, 1)} ({say_gap(off)}). Its own scores do not show it."
    )


def tell_start(result: LuckResult) -> str:
    """Say what the gap is before anything was chosen."""
    start = (
        f"With one setting there is no choice, and the gap is {say_gap(result.first_gap)}, give or take "
        f"{say_size(2 * result.first_gap_error)}."
    )
    if abs(result.first_gap) <= 2 * result.first_gap_error:
        return f"{start} That is chance: cross-validation of a single setting is fair."
    if result.first_gap < 0:
        return (
            f"{start} Cross-validation of a single setting is a little too modest: each of its models has "
            f"learnt from {K - 1} fifths of the rows only."
        )
    return f"{start} These searches were lucky with their first setting already."


def tell_choice(result: LuckResult) -> str:
    """Say what the search has really gained."""
    worth = (
        f"Its choice is worth {percent(result.true, 1)}, one random setting "
        f"{percent(result.first_true, 1)}."
    )
    if result.is_noise:
        return (
            "Here it is: there was nothing to find. A search reports a winner all the same, and never says "
            "that all its candidates are worth the same."
        )
    if result.true - result.first_true < SMALL_GAIN:
        return (
            f"Here it has gained next to nothing. {worth} On the digits, where settings differ more, it "
            "gains a lot. Its own report cannot tell the two cases apart."
        )
    return f"It is not. {worth} Only its own report is flattered."


def tell_nested(result: LuckResult) -> str:
    """Say what nested cross-validation says, and how far it is from the truth."""
    verdict = (
        "That is fair within chance."
        if abs(result.nested_gap) <= 2 * result.nested_error
        else "It is a little too modest: each of its searches had a fifth fewer rows."
        if result.nested_gap < 0
        else "A little too high, but the choice itself no longer flatters it."
    )
    return (
        f"It says {percent(result.nested, 1)} where the untouched rows say {percent(result.true, 1)}: "
        f"{say_gap(result.nested_gap)}, give or take {say_size(2 * result.nested_error)}. {verdict} A single "
        f"nested run still varies, between {say_gap(result.nested_low)} and {say_gap(result.nested_high)} "
        "in eight of ten."
    )


def tell_price(result: LuckResult) -> str:
    """Say what the honest answer costs."""
    return (
        f"The search trains {count(result.fits)} models. Nested cross-validation repeats it in each of {K} "
        f"outer folds and trains {count(result.nested_fits)}. It judges the *search*; the model to use "
        f"still comes from one more search on all rows, {count(result.fits + result.nested_fits)} fits in "
        "all. With rows to spare, a test set that is looked at once does the same for one fit."
    )


def tell_fewer(result: LuckResult) -> str:
    """Say what ten times the trials bought."""
    few, many = (result.sweep[result.sweep["n"] == n].iloc[0] for n in (10, 100))
    return (
        f"From 10 settings to 100 the reported score rose by {say_size(many.said - few.said)}, and the score "
        f"on untouched rows changed by {say_gap(many.true - few.true)}. The gap grew from "
        f"{say_gap(few.gap)} to {say_gap(many.gap)}."
    )


def curse_formula(result: LuckResult) -> Formula:
    """Return the winner's curse with its numbers."""
    return Formula(
        name="winner's curse",
        top="said − true",
        top_number=f"{percent(result.said, 1)} − {percent(result.true, 1)}",
        value=say_gap(result.gap),
    )


def price_formula(result: LuckResult) -> Formula:
    """Return the fits of nested cross-validation."""
    return Formula(
        name="nested fits",
        top="outer folds × (settings × folds + 1)",
        top_number=f"{K} × ({result.n_trials} × {K} + 1)",
        value=count(count_fits(result.n_trials)["nested_fits"]),
    )


def tabulate_judges(result: LuckResult) -> pd.DataFrame:
    """Return one row for each judge of the search, in words."""
    return pd.DataFrame(
        {
            "who says it": ["the search itself", "nested cross-validation", "untouched rows"],
            "accuracy": [percent(v, 1) for v in (result.said, result.nested, result.true)],
            "off by": [say_gap(result.gap), say_gap(result.nested_gap), "judge of the others"],
            "fits": [
                count(result.fits),
                count(result.nested_fits),
                "none more",
            ],
        }
    )
