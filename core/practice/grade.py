"""Judge one answer: right or wrong, why, and which belief would have led there."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from core.errors import SpecError
from core.practice.entry import (
    NUMBERS,
    is_complete,
    read_choices,
    read_pairs,
    read_places,
    tell_key,
)
from core.practice.numbers import MINUS, parse_number
from core.practice.parts import NumericAnswer
from core.practice.schema import Item


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
    credit: float = 0.0
    """From 0 to 1: what the answer is worth in practice, where a part of it may be right. In an exam only
    a right answer counts."""


def grade(item: Item, answer: str) -> Verdict:
    """Judge `answer` as `core.practice.entry` writes it: an id, a number as it was typed, and so on."""
    if item.answer is not None:
        return _grade_number(item, item.answer, answer)
    if item.type == "single":
        return _grade_choice(item, answer)
    if not is_complete(item, answer):
        return Verdict("unreadable", tell_missing(item, answer), None, show_key(item))
    if item.type == "multi":
        return _grade_choices(item, answer)
    return _grade_order(item, answer) if item.type == "order" else _grade_match(item, answer)


def show_key(item: Item) -> str:
    """Return the right answer as a person would write it, as Markdown."""
    if item.answer is None:
        return tell_key(item)
    number = f"{item.answer.value:.{item.answer.tolerance.decimals}f}".replace("-", MINUS)
    return f"{number} {item.answer.unit}" if item.answer.unit else number


def tell_missing(item: Item, answer: str) -> str:
    """Return what an incomplete answer lacks: "Choose two of them, you have chosen one."."""
    if item.type == "multi":
        n = len(read_choices(answer))
        return f"Choose {NUMBERS[item.n_keys]} of them{f', you have chosen {NUMBERS[n]}' if n else ''}."
    if item.type == "order":
        places = list(read_places(answer).values())
        twice = sorted({place for place in places if places.count(place) > 1})
        if twice:
            return f"Two steps have the place {twice[0]}. Give each step a place of its own."
        return f"Give every step a place, from 1 to {len(item.steps)}."
    n_open = len(item.pairs) - len(read_pairs(answer))
    return f"Match every line: {NUMBERS[n_open]} {'is' if n_open == 1 else 'are'} still open."


def _grade_choice(item: Item, answer: str) -> Verdict:
    key = show_key(item)
    for option in item.options:
        if option.id == answer:
            if option.correct:
                return Verdict("right", option.feedback, None, key, 1.0)
            return Verdict("wrong", option.feedback, option.misconception, key)
    return Verdict("unreadable", "Choose one of the options.", None, key)


def _grade_choices(item: Item, answer: str) -> Verdict:
    """Judge as many options as are right: worth max(0, right/R - wrong/W) of R right and W wrong ones."""
    chosen = [option for option in item.options if option.id in read_choices(answer)]
    wrong = [option for option in chosen if not option.correct]
    if not wrong:
        said = " ".join(option.feedback for option in chosen)
        return Verdict("right", said, None, show_key(item), 1.0)
    n_wrong_ones = len(item.options) - item.n_keys
    credit = max(0.0, (len(chosen) - len(wrong)) / item.n_keys - len(wrong) / n_wrong_ones)
    said = "\n\n".join(f"“{option.text}”: {option.feedback}" for option in wrong)
    return Verdict("wrong", said, wrong[0].misconception, show_key(item), credit)


def _grade_order(item: Item, answer: str) -> Verdict:
    """Judge an order; each wrong one puts some step before the step that comes right before it."""
    places = read_places(answer)
    for before, step in pairwise(item.steps):
        if places[step.id] < places[before.id]:
            said = f"You put “{step.text}” before “{before.text}”. {step.feedback}"
            return Verdict("wrong", said, step.misconception, show_key(item))
    return Verdict("right", "This is the order.", None, show_key(item), 1.0)


def _grade_match(item: Item, answer: str) -> Verdict:
    chosen = read_pairs(answer)
    wrong = [pair for pair in item.pairs if chosen[pair.id] != pair.choice]
    if not wrong:
        return Verdict("right", "All of them belong together.", None, show_key(item), 1.0)
    said = "\n\n".join(f"“{pair.left}”: {pair.feedback}" for pair in wrong)
    return Verdict("wrong", said, wrong[0].misconception, show_key(item))


def _grade_number(item: Item, key: NumericAnswer, answer: str) -> Verdict:
    shown = show_key(item)
    try:
        # "5 minutes" answers a question about minutes.
        number = answer.strip().removesuffix(key.unit or "")
        entry = parse_number(number, whole=key.tolerance.decimals == 0)
    except SpecError as error:
        return Verdict("unreadable", str(error), None, shown)
    if key.accepts(entry):
        return Verdict("right", key.feedback, None, shown, 1.0)
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
