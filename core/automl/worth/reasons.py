"""Why it came out so: the worth of the table, the steps up, the luck of the winner, false beliefs."""

from collections.abc import Mapping

import pandas as pd

from core.automl.settings import LOWER_IS_BETTER
from core.automl.worth.lab import WorthResult
from core.automl.worth.words import (
    PERFECT,
    capital,
    name,
    say,
    say_range,
    tell_price,
    tell_ties,
    the,
)
from core.formula import Formula
from core.wording import percent

NEARLY_ALL = 0.985


def tell_worth(result: WorthResult) -> str:
    """Say how far the proposed model comes from knowing nothing to knowing all."""
    share = find_worth(result)
    if result.proposed == "baseline":
        return (
            "The baseline looks at no column: it says the mean, or the share of each class. No model is "
            "better by more than chance, so for this question the table is worth nothing yet."
        )
    return (
        f"The baseline looks at no column: it says the mean, or the share of each class, and scores "
        f"{say(result.baseline)}. Perfect would be {say(PERFECT[result.metric])}. "
        f"{capital(the(result.proposed))} goes {say_worth(share)} of the way."
    )


def worth_formula(result: WorthResult) -> Formula:
    """Return how far the proposed model comes from the baseline to perfection."""
    perfect = PERFECT[result.metric]
    return Formula(
        name="worth",
        top="baseline − model",
        bottom="baseline − perfect",
        top_number=f"{say(result.baseline)} − {say(result.mean)}",
        bottom_number=f"{say(result.baseline)} − {say(perfect)}",
        value=say_worth(find_worth(result)),
    )


def say_worth(share: float) -> str:
    """Return the share in whole percent; near the end with the decimals that tell it from all."""
    return percent(share, None if share > NEARLY_ALL else 0)


def find_worth(result: WorthResult) -> float:
    """Return the share of the way from the baseline to perfection that the proposed model has gone.

    Check by eye: an AUC of 0.75 is half way from 0.5 to 1.
    """
    return (result.baseline - result.mean) / (result.baseline - PERFECT[result.metric])


def tell_curse(result: WorthResult) -> str:
    """Say what became of the score that was best on the rows that validate."""
    sign = -1.0 if result.metric in LOWER_IS_BETTER else 1.0
    lost = sign * (result.winner_validation - result.winner_mean)
    start = (
        f"The best on the rows that validate is {the(result.winner)} with "
        f"{say(result.winner_validation)}. Over the {result.n_splits} splits of the finals its mean is "
        f"{say(result.winner_mean)}"
    )
    if lost > 0:
        return (
            f"{start}: worse by {say(lost)}. Whoever is chosen for a high score was partly lucky."
        )
    return (
        f"{start}, so here the choice was not flattered: the rows that validate happened to be hard. The "
        "curse shows on average, not each time."
    )


def tabulate_steps(result: WorthResult) -> pd.DataFrame:
    """Return what each step up the ladder gained over the best below it."""
    steps = result.steps
    return pd.DataFrame(
        {
            "Step up to": [name(one) for one in steps["name"]],
            "Against": [name(one) for one in steps["against"]],
            "Gain": [say(gain) for gain in steps["gain"]],
            "95\u202f% interval": [
                say_range(low, high) for low, high in zip(steps["low"], steps["high"], strict=True)
            ],
            "A gain beyond chance?": [
                "yes" if is_clear else "no" for is_clear in steps["is_clear"]
            ],
        }
    )


def list_misconceptions(result: WorthResult) -> Mapping[str, str]:
    """Return common beliefs, each with what this view says of it."""
    return {
        "The top of the leaderboard is the best model.": tell_ties(result),
        "A more powerful model is the better model.": (
            f"Only where there is more to find than it has rows to find it. Here {the('lightgbm')} "
            f"{_compare(result, 'lightgbm')}."
        ),
        "A nearly perfect score is good news.": (
            "First ask whether a column is written after the target is known. "
            + (
                tell_price(result)
                or "The audit looked at each column alone and found none that is."
            )
        ),
        "AutoML replaces the data scientist.": (
            "It climbs the ladder for you, and that is a good baseline. Which column leaks, what a mistake "
            "costs and whether the rows are those of tomorrow, it cannot know."
        ),
    }


def _compare(result: WorthResult, one: str) -> str:
    rows = result.finals[result.finals["name"] == one]
    if rows.empty:
        return "did not reach the finals"
    row = rows.iloc[0]
    if one == result.best:
        return "has the best mean"
    how = "which chance could make" if row["is_tie"] else "more than chance makes"
    return f"is behind {the(result.best)} by {say(float(row['behind']))}, {how}"
