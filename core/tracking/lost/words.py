"""What the lesson says in words: what the notes answer, what they leave open, and why."""

from typing import Any

import pandas as pd

from core.formula import Formula
from core.tracking.lost.answers import QUESTIONS
from core.tracking.lost.lab import LostResult
from core.tracking.session_store import name_run
from core.wording import count, significant

WAYS = {
    "printed": "Scores on the screen",
    "named": "Named files",
    "tracked": "Tracked runs",
}
OPTIONS = {
    "none": "None of them",
    "some": "One or two",
    "most": "Three or four",
    "all": "All five",
}
KEPT = {
    "printed": "Each training printed its score, rounded to two decimals. That is all there is.",
    "named": "Each model was saved under a name with its number and its kind, and its score was printed.",
    "tracked": "Each training was a run of MLflow, which kept settings, scores and the seed of its rows.",
}


def find_answer(result: LostResult) -> str:
    """Return how many questions are answered, as one of `OPTIONS`."""
    n_answered = result.n_answered
    if n_answered == 0:
        return "none"
    if n_answered == result.n_questions:
        return "all"
    return "some" if n_answered <= 2 else "most"


def say_ways(n_possible: int) -> str:
    """Return how open a question is."""
    return "answered" if n_possible == 1 else f"{count(n_possible)} possible"


def tell_notes(result: LostResult) -> str:
    """Say what these notes hold."""
    return KEPT[result.spec.notes]


def tell_answered(result: LostResult) -> str:
    """Say how many of the questions these notes answer."""
    return (
        f"These notes answer {result.n_answered} of {result.n_questions} questions about "
        f"{result.n_runs} trainings."
    )


def tell_ways(result: LostResult) -> str:
    """Say how many questions each way answers."""
    return (
        f"Printed scores answer {result.n_answered_printed} of {result.n_questions}, named files "
        f"{result.n_answered_named}, and tracked runs {result.n_answered_tracked}."
    )


def tell_best(result: LostResult) -> str:
    """Say what is known of the best training."""
    if result.spec.notes == "tracked":
        return f"The best was {name_run(result.best)} with {result.best_score:.4f}: {result.best_settings}."
    lines = (
        "One line shows the highest score"
        if result.possible_best == 1
        else f"{result.possible_best} lines show the same highest score"
    )
    return f"{lines}, but {result.possible_settings} settings may be behind it."


def tell_rows(result: LostResult) -> str:
    """Say what happened to the rows halfway, which only some notes know."""
    other = result.n_runs - result.n_same_rows
    first = "the same rows" if result.is_first_on_same_rows else "other rows"
    return (
        f"Halfway the notebook was started again with another seed, so {other} of {result.n_runs} trainings "
        f"were judged on other rows than the best one. The first saw {first}. Scores on different rows "
        "differ by luck, too, so the list cannot simply be sorted."
    )


def tell_again(result: LostResult) -> str:
    """Say whether training with the kept settings gave the same score."""
    if result.is_reproduced:
        outcome = "the same number, to the last digit"
    else:
        outcome = f"not {significant(result.best_score, 6)}"
    return (
        f"We trained once more with nothing but the params that MLflow kept. The score was "
        f"{significant(result.again_score, 6)}: {outcome}."
    )


def tabulate_answers(result: LostResult) -> pd.DataFrame:
    """Return the questions, and how open each way of keeping notes leaves them."""
    table: dict[Any, Any] = result.possible.set_index(["way", "question"])["n_possible"].to_dict()
    return pd.DataFrame(
        [
            {"Question": text, **{WAYS[way]: say_ways(table[way, name]) for way in WAYS}}
            for name, text in QUESTIONS.items()
        ]
    )


def tabulate_runs(result: LostResult) -> pd.DataFrame:
    """Return what MLflow kept of each training."""
    return pd.DataFrame(
        {
            "Run": [name_run(number) for number in result.runs["number"]],
            "Settings": result.runs["settings"],
            "ROC AUC": [f"{score:.4f}" for score in result.runs["score"]],
        }
    )


def again_formula(result: LostResult) -> Formula:
    """Show how many trainings one would have to make to find the lost one."""
    n_rows = result.possible_again // max(result.possible_settings, 1)
    return Formula(
        name="trainings to try",
        top="settings that it may have been × rows that it may have seen",
        top_number=f"{result.possible_settings} × {n_rows}",
        value=count(result.possible_again),
    )
