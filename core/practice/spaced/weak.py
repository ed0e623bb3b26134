"""Where a learner is weak: the beliefs behind recent wrong answers, and how sure one was of them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from core.practice.bank import load_entries, load_items
from core.practice.spaced.answers import SURE, Answer, Sure

RECENT = 60
"""Latest answers that say something about today."""


@dataclass(frozen=True)
class Calibration:
    """Right answers at one level of confidence."""

    sure: Sure
    n_right: int
    n: int


def find_beliefs(answers: Iterable[Answer]) -> tuple[tuple[str, int], ...]:
    """Return the misconceptions that recent wrong answers fit, with how often, most frequent first.

    An item that was answered rightly since then no longer counts.
    """
    latest: dict[str, Answer] = {}
    for answer in list(answers)[-RECENT:]:
        latest[answer.item] = answer
    found = Counter(
        answer.misconception
        for answer in latest.values()
        if answer.misconception and not answer.is_right
    )
    return tuple(found.most_common())


def items_about(beliefs: Iterable[str]) -> tuple[str, ...]:
    """Return the items that can reveal one of `beliefs`, those of the first belief first."""
    names = {entry.id for entry in load_entries()}
    order: dict[str, None] = {}
    for belief in beliefs:
        for item in load_items():
            if belief in item.misconceptions and item.id in names:
                order.setdefault(item.id)
    return tuple(order)


def calibrate(answers: Iterable[Answer]) -> tuple[Calibration, ...]:
    """Return for each level of confidence how many answers were given at it and how many were right."""
    asked = [answer for answer in answers if answer.sure is not None]
    return tuple(
        Calibration(
            level,
            sum(answer.is_right for answer in asked if answer.sure == level),
            sum(answer.sure == level for answer in asked),
        )
        for level in SURE
    )
