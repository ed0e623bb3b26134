"""More time for everybody who is writing an exam, given by the teacher while it runs.

Where an exam ends follows from the readings of the exam clock alone. So a gift that arrives while
somebody hands in, or after a restart of the server, has one outcome, whoever asks and how often.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from core.errors import require
from core.store import Event

GIVEN = "exam time"
"""Kind of the events, which belong to the class."""
MINUTES = (5, 10, 15)
SAME_PRESS_S = 2.0
"""A second press so soon after the first is a double click."""


def write_gift(minutes: int, *, reading: float) -> dict[str, Any]:
    """Return the body of the event by which `minutes` more are given when the clock shows `reading`."""
    require(minutes in MINUTES, f"More time is given as 5, 10 or 15 minutes, got {minutes}.")
    return {"seconds": 60 * minutes, "clock": reading}


def is_double_click(gifts: Iterable[Event], reading: float) -> bool:
    """Return whether the last of `gifts` is so fresh that a press at `reading` is the same press."""
    last = max((float(gift.body["clock"]) for gift in gifts), default=-SAME_PRESS_S)
    return reading - last < SAME_PRESS_S


def add_up(start: Mapping[str, Any], gifts: Iterable[Event], *, ended: float | None) -> int:
    """Return the seconds that `gifts` add to the exam that began with the body `start`.

    A gift counts for an exam that is running when it is given: begun, its time not over, and not
    handed in (`ended` is the reading at which it was, or None). Two gifts of 10 minutes to one
    exam are 1200 seconds.
    """
    began, allowed, extra = float(start["clock"]), int(start["seconds_allowed"]), 0
    for gift in gifts:
        at = float(gift.body["clock"])
        is_running = began <= at <= began + allowed + extra and (ended is None or at < ended)
        extra += int(gift.body["seconds"]) if is_running else 0
    return extra


def count_writing(
    starts: Iterable[Event], ended: Mapping[str, float], gifts: Iterable[Event], reading: float
) -> int:
    """Return how many of the exams that `starts` began are running when the clock shows `reading`.

    `ended` holds the reading at which an exam was handed in, by its subject.
    """
    gifts = tuple(gifts)

    def end(start: Event) -> float:
        allowed = int(start.body["seconds_allowed"]) + add_up(start.body, gifts, ended=None)
        return float(start.body["clock"]) + allowed

    return sum(start.subject not in ended and reading <= end(start) for start in starts)
