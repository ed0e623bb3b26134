"""What is asked before the folds are shown; the answer is computed from the run."""

from math import isfinite
from typing import Any

from core.safe_text import md
from core.validation.folds.lab import FoldsResult
from core.validation.folds.words import SPLITTER_NAMES, group_noun, name_k, say_score
from core.wording import count

CLEARLY_APART = 0.05
"""Shares of accuracy, or of the error, below which two answers could not be told apart."""


def choose_question(result: FoldsResult) -> dict[str, Any]:
    """Return the parts of the question: on the price where there is one, else on the counting."""
    return _ask_price(result) if _has_price(result) else _ask_times(result)


def _has_price(result: FoldsResult) -> bool:
    naive, fresh = result.worlds_naive, result.worlds_fresh
    if not (isfinite(naive) and isfinite(fresh)):
        return False
    return abs(naive - fresh) > CLEARLY_APART * (1.0 if result.metric != "mae" else naive)


def _ask_price(result: FoldsResult) -> dict[str, Any]:
    naive, fresh = result.worlds_naive, result.worlds_fresh
    middle = (naive + fresh) / 2
    if result.n_groups is not None:
        noun = group_noun(result)
        setting = (
            f"{count(result.n_rows)} {result.row_noun[1]} of {count(result.n_groups)} {noun[1]} are shuffled "
            "and cut into 5 parts. Each part is tested once by a model that learned from the other four. "
            f"On average over {count(result.n_worlds)} such tables it is right in {say_score(result, naive)} "
            f"of cases. How often will it be right "
            f"about {noun[1]} whom it has never met?"
        )
    else:
        setting = (
            f"{count(result.n_rows)} {result.row_noun[1]} are shuffled and cut into 5 parts. Each part is "
            "tested once by a model that learned from the other four. On average over "
            f"{count(result.n_worlds)} such tables it is wrong by {say_score(result, naive)}. By how much "
            "will it be wrong about the next 40?"
        )
    return {
        "ask": setting,
        "options": {
            "same": f"about {say_score(result, naive)}",
            "middle": f"about {say_score(result, middle)}",
            "fresh": f"about {say_score(result, fresh)}",
        },
        "answer": "fresh",
        "truth": (
            f"On {count(result.n_worlds)} tables of this kind, shuffled folds say {say_score(result, naive)} "
            f"on average. Fresh {result.row_noun[1]} say {say_score(result, fresh)}."
        ),
        "beliefs": {
            "same": "That would be so if the tested rows were as new as the real ones will be. A shuffle "
            "leaves their closest relatives among the training rows.",
            "middle": "The direction is right. But almost all that the shuffled folds promised was "
            "recognition, not knowledge.",
        },
    }


def _ask_times(result: FoldsResult) -> dict[str, Any]:
    few, most = result.fewest_tested, result.most_tested
    answer = "never" if few == 0 else "once" if few == most == 1 else "several"
    name = SPLITTER_NAMES[result.spec.splitter]
    times = f"{few} to {most} times" if few != most else "once" if few == 1 else f"{few} times"
    return {
        "ask": (
            f"{md(name)} is asked to split {count(result.n_rows)} {md(result.row_noun[1])}: "
            f"{name_k(result, result.k)}. How often is each of them tested?"
        ),
        "options": {
            "once": "exactly once",
            "several": "every one several times",
            "never": "some of them never",
        },
        "answer": answer,
        "truth": f"Each of the {count(result.n_rows)} is tested {times}.",
        "beliefs": {
            "once": "That holds for a plain cut into folds. This splitter does something else.",
            "several": "That takes several rounds of folds. In one round each row has one fold of its own.",
            "never": "That can happen with random splits, or with the oldest rows in time order. Folds cut "
            "the table into parts that cover it.",
        },
    }
