"""What the review reads from the store, and the rounds that it draws."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import uuid4

import streamlit as st

from app.learner import recall, recall_all, record
from app.question import ANSWERED, REVIEWED, met_items
from core.practice.bank import load_entries
from core.practice.draw import choose_variant
from core.practice.exam.sitting import FINISHED, STARTED
from core.practice.schema import Family
from core.practice.spaced.answers import Answer, day_of, read_answers
from core.practice.spaced.cards import Card, Guess, find_due, interleave, schedule
from core.practice.spaced.weak import find_beliefs, items_about
from core.store import Event

EXAM_DAY = "exam day"
N_A_ROUND = 5


@dataclass(frozen=True)
class Record:
    """All that the review knows of a learner today."""

    answers: tuple[Answer, ...]
    cards: tuple[Card, ...]
    guesses: tuple[Guess, ...]
    today: date
    exam_on: date | None

    @property
    def due(self) -> tuple[Card, ...]:
        """Cards due today whose item is in the bank."""
        return tuple(card for card in find_due(self.cards, self.today) if card.item in lessons())


def read_record() -> Record:
    """Return the record of this learner."""
    events = [event for kind in (ANSWERED, STARTED, FINISHED) for event in recall_all(kind)]
    answers = read_answers(events)
    exam = recall(EXAM_DAY, "")
    exam_on = date.fromisoformat(exam.body["day"]) if exam and exam.body["day"] else None
    cards, guesses = schedule(answers, zone=None, exam_on=exam_on)
    return Record(answers, cards, guesses, day_of(datetime.now(UTC), None), exam_on)


def lessons() -> dict[str, str]:
    """Return the lesson of every item of the bank."""
    return {entry.id: entry.lesson for entry in load_entries()}


def current_round() -> Event | None:
    """Return the round that was drawn last, or None."""
    rounds = recall_all(REVIEWED)
    return rounds[-1] if rounds else None


def is_finished(drawn: Event) -> bool:
    """Return whether every question of the round was answered."""
    for name in drawn.body["items"]:
        answer = recall(ANSWERED, name)
        if name in lessons() and (answer is None or answer.body["draw"] != drawn.id):
            return False
    return True


def draw_due(now: Record) -> None:
    """Draw a round of the questions that have waited longest, lessons in turn."""
    known = lessons()
    order = interleave((card.item, known[card.item]) for card in now.due)
    _draw(order[:N_A_ROUND])


def draw_weak(now: Record) -> None:
    """Draw a round about the beliefs behind recent wrong answers."""
    known = lessons()
    names = items_about(belief for belief, _ in find_beliefs(now.answers))
    _draw(interleave((name, known[name]) for name in names)[:N_A_ROUND])


def set_exam_day() -> None:
    """Keep the day of the exam that was just entered."""
    day = st.session_state["review:exam_day"]
    record(EXAM_DAY, "", {"day": day.isoformat() if day else None}, event_id=uuid4().hex)


def _draw(names: tuple[str, ...]) -> None:
    name = uuid4().hex
    met, entries = met_items(), {entry.id: entry for entry in load_entries()}
    seeds = {}
    for item in names:
        entry = entries[item]
        if isinstance(entry, Family):
            variant = choose_variant(entry, seed=int(name[:8], 16), met=met.get(item, ()))
            seeds[item] = variant.seed
    record(REVIEWED, "", {"items": list(names), "seeds": seeds}, event_id=name)
