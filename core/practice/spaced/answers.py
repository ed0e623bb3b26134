"""The answers of a learner as the scheduler reads them: one a question and day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Literal

from core.store import Event

ANSWER, EXAM, EXAM_RESULT = "answer", "exam", "exam result"
DAY_BEGINS = timedelta(hours=4)
"""Whoever studies after midnight is still in the same evening."""

Sure = Literal["sure", "fairly", "guess"]
SURE: Mapping[Sure, str] = MappingProxyType(
    {"sure": "Sure", "fairly": "Fairly sure", "guess": "A guess"}
)
"""What a learner may say of an answer before it is judged."""


@dataclass(frozen=True)
class Answer:
    """One answer to an item, wherever it was given."""

    item: str
    at: datetime
    is_right: bool
    misconception: str | None
    sure: Sure | None
    """What the learner said of it before it was judged; None where nobody asked."""


def read_answers(events: Iterable[Event]) -> tuple[Answer, ...]:
    """Return every judged answer in `events`, in lessons, reviews and exams, oldest first.

    A question left open in an exam counts as not known, one that has left the bank does not count.
    """
    found: list[Answer] = []
    papers: dict[str, list[str]] = {}
    for event in events:
        body = event.body
        if event.kind == ANSWER:
            found.append(
                Answer(
                    item=event.subject,
                    at=read_time(event.created_at),
                    is_right=body["state"] == "right",
                    misconception=body.get("misconception"),
                    sure=body.get("sure"),
                )
            )
        elif event.kind == EXAM:
            papers[event.subject] = [row[2] for row in body["paper"]["questions"]]
        elif event.kind == EXAM_RESULT:
            names = papers.get(event.subject, [])
            found += _read_marks(names, body["marks"], read_time(event.created_at))
    return tuple(sorted(found, key=lambda answer: answer.at))


def _read_marks(
    names: list[str], marks: list[Mapping[str, str | None]], at: datetime
) -> list[Answer]:
    return [
        Answer(name, at, mark["state"] == "right", mark.get("misconception"), None)
        for name, mark in zip(names, marks, strict=True)
        if mark["state"] != "gone"
    ]


def first_of_each_day(answers: Iterable[Answer], zone: tzinfo | None) -> tuple[Answer, ...]:
    """Return the first answer to each item on each day; the rest is free practice.

    Eight right answers in a quarter of an hour show one memory, not eight.
    """
    first: dict[tuple[str, date], Answer] = {}
    for answer in answers:
        first.setdefault((answer.item, day_of(answer.at, zone)), answer)
    return tuple(first.values())


def day_of(at: datetime, zone: tzinfo | None) -> date:
    """Return the learner's day, which begins at four in the morning; `zone` None is this machine's."""
    return (at.astimezone(zone) - DAY_BEGINS).date()


def read_time(text: str) -> datetime:
    """Return the time that an event carries: ``2026-11-21T07:20:13.123Z``, in UTC."""
    return datetime.fromisoformat(text)
