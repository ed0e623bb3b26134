"""Judge one answer: right or wrong, why, and which belief would have led there."""

from dataclasses import dataclass
from typing import Literal

from core.errors import SpecError
from core.practice.numbers import MINUS, parse_number
from core.practice.schema import Item, NumericAnswer


@dataclass(frozen=True)
class Verdict:
    """What is said to the learner about one answer."""

    state: Literal["right", "wrong", "unreadable"]
    """An unreadable answer is asked again and never counts as an attempt."""
    feedback: str
    misconception: str | None
    """Id of the misconception that the answer fits, if one is known."""
    key: str
    """The right answer as text; show it only when the answer counts."""


def grade(item: Item, answer: str) -> Verdict:
    """Judge `answer`: the id of an option, or a number as the learner typed it."""
    if item.answer is None:
        return _grade_choice(item, answer)
    return _grade_number(item, item.answer, answer)


def show_key(item: Item) -> str:
    """Return the right answer as a person would write it."""
    if item.answer is None:
        return next(option.text for option in item.options if option.correct)
    number = f"{item.answer.value:.{item.answer.tolerance.decimals}f}".replace("-", MINUS)
    return f"{number} {item.answer.unit}" if item.answer.unit else number


def _grade_choice(item: Item, answer: str) -> Verdict:
    key = show_key(item)
    for option in item.options:
        if option.id == answer:
            state: Literal["right", "wrong"] = "right" if option.correct else "wrong"
            return Verdict(state, option.feedback, option.misconception, key)
    return Verdict("unreadable", "Choose one of the options.", None, key)


def _grade_number(item: Item, key: NumericAnswer, answer: str) -> Verdict:
    shown = show_key(item)
    try:
        # "5 minutes" answers a question about minutes.
        number = answer.strip().removesuffix(key.unit or "")
        entry = parse_number(number, whole=key.tolerance.decimals == 0)
    except SpecError as error:
        return Verdict("unreadable", str(error), None, shown)
    if key.accepts(entry):
        return Verdict("right", key.feedback, None, shown)
    if (key.lowest is not None and entry < key.lowest) or (
        key.highest is not None and entry > key.highest
    ):
        return Verdict("unreadable", _ask_back(key, entry), None, shown)
    near = min(item.near_misses, key=lambda miss: abs(entry - miss.value), default=None)
    if near is not None and abs(entry - near.value) <= key.margin:
        return Verdict("wrong", near.feedback, near.misconception, shown)
    side = "high" if entry > key.value else "low"
    return Verdict("wrong", f"{entry:g} is too {side}.", None, shown)


def _ask_back(key: NumericAnswer, entry: float) -> str:
    if key.lowest is None:
        bounds = f"is at most {key.highest:g}"
    elif key.highest is None:
        bounds = f"is at least {key.lowest:g}"
    else:
        bounds = f"lies between {key.lowest:g} and {key.highest:g}"
    hint = f" Did you mean {entry:g} %?" if key.highest == 1 and 1 < entry <= 100 else ""
    return f"The answer {bounds}, and {entry:g} does not.{hint} Please write it again."
