"""What is asked before the picture: how high the best of a hundred climbs, or what it is worth."""

from typing import Any

from core.validation.three_sets.lab import ThreeSetsResult
from core.validation.three_sets.words import say_score
from core.wording import count

ASKED = 100


def choose_question(result: ThreeSetsResult) -> dict[str, Any]:
    """Return the parts of the question; its numbers are those of one hundred models in this view."""
    row = result.sweep[result.sweep["m"] == ASKED].iloc[0]
    said, true, single = (float(row[name]) for name in ("said", "true", "judged_true"))
    return (
        _ask_height(result, said)
        if result.spec.data == "noise"
        else _ask_worth(result, said, true, single)
    )


def _ask_height(result: ThreeSetsResult, said: float) -> dict[str, Any]:
    middle = (said + 0.5) / 2
    return {
        "ask": (
            f"{ASKED} useless models guess {count(result.n_test)} coin flips. You keep the one that was "
            "right most often. How often was it right?"
        ),
        "options": {
            "half": f"about {say_score(result, 0.5)}",
            "middle": f"about {say_score(result, middle)}",
            "said": f"about {say_score(result, said)}",
        },
        "answer": "said",
        "truth": (
            f"On average over {count(result.n_runs)} runs the best of {ASKED} is right in "
            f"{say_score(result, said)} of cases. On the next rows it will be right in half."
        ),
        "beliefs": {
            "half": "That holds for each of them on average. The best of a hundred is not the average one.",
            "middle": "The direction is right. A hundred tries find a luckier one than most people think.",
        },
    }


def _ask_worth(result: ThreeSetsResult, said: float, true: float, single: float) -> dict[str, Any]:
    low = true - (said - true)
    return {
        "ask": (
            f"{ASKED} models are tried on {count(result.n_test)} test rows, and the best one shows "
            f"{say_score(result, said)}. What will it show on fresh rows?"
        ),
        "options": {
            "low": f"about {say_score(result, low)}",
            "true": f"about {say_score(result, true)}",
            "said": f"about {say_score(result, said)}",
        },
        "answer": "true",
        "truth": (
            f"On average over {count(result.n_runs)} runs it is worth {say_score(result, true)}; chosen "
            f"by other rows, the model would be worth {say_score(result, single)}."
        ),
        "beliefs": {
            "said": "That would be so if the test rows had not chosen it. The best of many is also "
            "the luckiest.",
            "low": "It loses what luck had given it, and no more: it was not a bad choice.",
        },
    }
