"""What a search chose, and what a leak is worth, as plain values."""

import math
from typing import Any

import pandas as pd

from core.automl.run import Outcome
from core.automl.scores import gain_of
from core.automl.worth.tabulate import draw_again


def describe_choice(outcome: Outcome, finals: pd.DataFrame) -> dict[str, Any]:
    """Return the fields of `Climb` about what is proposed, and how it did."""
    metric = outcome.ready.metric
    gains = finals["validation"].map(lambda score: gain_of(metric, score))
    winner, chosen = (
        finals.iloc[int(gains.to_numpy().argmax())],
        finals.iloc[outcome.finals.proposed],
    )
    test_low, test_high = draw_again(outcome)
    return {
        "proposed": outcome.finals.chosen.name,
        "best": outcome.finals.finalists[outcome.finals.best].name,
        "winner": str(winner["name"]),
        "winner_validation": float(winner["validation"]),
        "winner_mean": float(winner["mean"]),
        "baseline": float(finals["mean"].iloc[0]),
        "validation": float(chosen["validation"]),
        "mean": float(chosen["mean"]),
        "behind": float(chosen["behind"]),
        "behind_low": float(chosen["low"]),
        "behind_high": float(chosen["high"]),
        "test": float(outcome.test[metric]),
        "test_low": test_low,
        "test_high": test_high,
        "n_ties": int(finals["is_tie"].sum()),
    }


def describe_price(without: Outcome | None) -> dict[str, Any]:
    """Return the fields of `Climb` about the search without the columns that know the target."""
    if without is None:
        none = math.nan
        return {
            "without_proposed": "", "without_test": none, "without_low": none, "without_high": none,
        }  # fmt: skip
    low, high = draw_again(without)
    return {
        "without_proposed": without.finals.chosen.name,
        "without_test": float(without.test[without.ready.metric]),
        "without_low": low,
        "without_high": high,
    }
