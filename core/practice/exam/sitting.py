"""One person's exam while it is written: what was asked, what was answered, how much time is left.

Everything is read from the events of the store, so a closed browser, a second tab and a killed server
find the same exam again. Times are readings of the `ServiceClock`, never of a wall clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from core.practice.draw import reopen_item
from core.practice.entry import is_complete, parts_of, write_asked
from core.practice.exam.more_time import add_up
from core.practice.exam.paper import Paper, Question, read_paper
from core.practice.parts import Shown
from core.practice.schema import Item
from core.store import Event

STARTED, ANSWERED, FLAGGED, FINISHED = "exam", "exam answer", "exam flag", "exam result"
"""Kinds of events; the subject of each is the id of the sitting."""
GRACE_S = 10.0
"""An answer that was sent in time may be so late on its way."""


@dataclass(frozen=True)
class Given:
    """The latest answer to one question."""

    answer: str
    seconds: float
    """For which the question was in front of the person before this answer."""
    asked: Mapping[str, Any]
    """Stem, code and options as they were shown."""
    is_complete: bool = True
    """Whether it answers the whole question; one of two options is only a beginning."""


@dataclass(frozen=True)
class Sitting:
    """An exam that was begun."""

    id: str
    paper: Paper
    seconds_allowed: int
    """In all, with what was given later."""
    seconds_more: int
    """Of these, what the teacher gave while it was written."""
    began: float
    """Reading of the clock at the start."""
    begun_at: str
    """Wall clock, to be shown only."""
    given: Mapping[int, Given]
    """By number of the question, from 1."""
    flagged: frozenset[int]
    latest: float
    """Highest reading that was stored with anything of this sitting."""
    result: Mapping[str, Any] | None
    """What was marked, once it was handed in or its time was over."""

    @property
    def n_questions(self) -> int:
        """How many questions it has."""
        return len(self.paper.questions)

    @property
    def n_answered(self) -> int:
        """How many of them have a whole answer."""
        return sum(given.is_complete for given in self.given.values())

    @property
    def is_over(self) -> bool:
        """Whether it was marked."""
        return self.result is not None

    def seconds_left(self, reading: float) -> float:
        """Return the time left when the clock shows `reading`; below 0 it is over."""
        return self.seconds_allowed - (reading - self.began)

    def takes_answers(self, reading: float) -> bool:
        """Return whether an answer that arrives now counts: in time, or on its way when time ran out."""
        return not self.is_over and self.seconds_left(reading) >= -GRACE_S

    def question(self, number: int) -> Question:
        """Return the question with this number, from 1."""
        return self.paper.questions[number - 1]

    def item(self, number: int) -> Item | None:
        """Return the item behind the question, or None if it is no longer in the bank."""
        question = self.question(number)
        return reopen_item(question.item, question.seed, otherwise=self.paper.seed)

    def options(self, number: int) -> tuple[Shown, ...]:
        """Return the options, steps or choices of the question in the order of this paper."""
        item = self.item(number)
        by_id = {part.id: part for part in parts_of(item)} if item else {}
        in_order = [by_id[name] for name in self.question(number).order if name in by_id]
        return tuple(in_order) if len(in_order) == len(by_id) else tuple(by_id.values())


def write_start(
    paper: Mapping[str, Any], *, seconds_allowed: int, reading: float
) -> dict[str, Any]:
    """Return the body of the event that begins a sitting."""
    return {"paper": dict(paper), "seconds_allowed": seconds_allowed, "clock": reading}


def write_answer(
    sitting: Sitting, number: int, *, answer: str, seconds: float, reading: float
) -> dict[str, Any]:
    """Return the body of an answer, with the question as it was asked."""
    item = sitting.item(number)
    asked: dict[str, Any] = {}
    if item is not None:
        asked = write_asked(item, [part.id for part in sitting.options(number)])
    return {
        "number": number,
        "answer": answer,
        "seconds": round(seconds, 1),
        "clock": reading,
        "asked": asked,
        "complete": item is None or is_complete(item, answer),
    }


def name_answer(sitting: Sitting, number: int, answer: str) -> str:
    """Return the id of an answer; the same press sent twice has the same id.

    What stands before it is part of the name, so that going back to an earlier answer is a new one.
    """
    before = sitting.given.get(number)
    said = f"{before.answer if before else None!r}>{answer!r}@{len(sitting.given)}"
    said += f":{before.seconds if before else 0}"
    return f"{sitting.id}:{number}:{sha256(said.encode()).hexdigest()[:16]}"


def read_sitting(start: Event, events: Iterable[Event], gifts: Iterable[Event] = ()) -> Sitting:
    """Return the sitting that `start` began; `events` are all others of it, oldest first.

    `gifts` are the events by which the teacher gave more time to everybody.
    """
    given: dict[int, Given] = {}
    flagged: set[int] = set()
    result: Mapping[str, Any] | None = None
    latest = float(start.body["clock"])
    for event in events:
        body = event.body
        latest = max(latest, float(body.get("clock", 0.0)))
        if event.kind == ANSWERED and body["answer"]:
            given[body["number"]] = Given(
                body["answer"], body["seconds"], body["asked"], body.get("complete", True)
            )
        elif event.kind == ANSWERED:  # an emptied field takes the answer back
            given.pop(body["number"], None)
        elif event.kind == FLAGGED:
            (flagged.add if body["is_flagged"] else flagged.discard)(body["number"])
        elif event.kind == FINISHED and result is None:
            result = body
    more = add_up(start.body, gifts, ended=float(result["clock"]) if result else None)
    return Sitting(
        id=start.subject,
        paper=read_paper(start.body["paper"]),
        seconds_allowed=start.body["seconds_allowed"] + more,
        seconds_more=more,
        began=float(start.body["clock"]),
        begun_at=start.created_at,
        given=MappingProxyType(given),
        flagged=frozenset(flagged),
        latest=latest,
        result=result,
    )
