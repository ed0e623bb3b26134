"""What practice at the learner's level reads from the store, and the questions that it draws."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

import streamlit as st

from app.learner import current_learner, recall_all, record
from app.question import ANSWERED, RUN, met_items
from core.practice.draw import choose_variant
from core.practice.exam.sitting import FINISHED, STARTED
from core.practice.level.choose import Scope, choose_next, find_pool
from core.practice.level.rating import Answered, Level, Ratings, rate, read_traits
from core.practice.schema import Family
from core.practice.spaced.answers import Answer, day_of, first_of_each_day, read_answers
from core.store import Event, StoreError, open_store

KEPT_S = 60
"""So long the levels of a whole class are kept: a difficulty that is a minute old is as good."""


@dataclass(frozen=True)
class Standing:
    """Where a learner stands: own answers, and the ratings of everybody."""

    learner: str
    answers: tuple[Answer, ...]
    ratings: Ratings

    @property
    def level(self) -> Level:
        """The learner's own level."""
        return self.ratings.level_of(self.learner)


def read_standing() -> Standing:
    """Return where this learner stands now; the difficulties follow from the answers of all."""
    events = [event for kind in (ANSWERED, STARTED, FINISHED) for event in recall_all(kind)]
    answers = read_answers(events)
    learner = current_learner()
    hard = _rate_everybody()
    own = [Answered(learner, answer.item, answer.is_right) for answer in _counting(answers)]
    traits = {
        name: replace(known, difficulty=hard.get(name, known.difficulty))
        for name, known in read_traits().items()
    }
    levels = rate(own, traits, moves_difficulties=False).levels
    return Standing(learner, answers, Ratings(levels, hard))


@st.cache_data(ttl=KEPT_S, show_spinner=False)
def _rate_everybody() -> dict[str, float]:
    """Return how hard each question is by the answers of all learners here."""
    by_learner: dict[str, list[Event]] = {}
    try:
        store = open_store()
        events = [e for kind in (ANSWERED, STARTED, FINISHED) for e in store.everyone(kind)]
    except StoreError:
        return {}
    for event in events:
        by_learner.setdefault(event.learner, []).append(event)
    answered = [
        (answer.at, Answered(learner, answer.item, answer.is_right))
        for learner, told in by_learner.items()
        for answer in _counting(read_answers(told))
    ]
    answered.sort(key=lambda pair: pair[0])
    return dict(rate((answer for _, answer in answered), read_traits()).difficulties)


def _counting(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    return first_of_each_day(answers, None)


def current_step() -> Event | None:
    """Return the question that was drawn last, or None."""
    steps = recall_all(RUN)
    return steps[-1] if steps else None


def count_today() -> int:
    """Return how many questions were drawn today."""
    today = day_of(datetime.now(UTC), None)
    steps = recall_all(RUN)
    return sum(day_of(datetime.fromisoformat(step.created_at), None) == today for step in steps)


def draw_step(scope: Scope, standing: Standing) -> None:
    """Draw the next question of `scope`, with numbers that are new to this learner."""
    name = uuid4().hex
    today = day_of(datetime.now(UTC), None)
    entry = choose_next(
        find_pool(scope, standing.answers, standing.level).entries,
        standing.ratings,
        standing.learner,
        read_traits(),
        asked=[step.body["items"][0] for step in recall_all(RUN)],
        today=[answer.item for answer in standing.answers if day_of(answer.at, None) == today],
        seed=int(name[:8], 16),
    )
    seeds = {}
    if isinstance(entry, Family):
        met = met_items().get(entry.id, ())
        seeds[entry.id] = choose_variant(entry, seed=int(name[:8], 16), met=met).seed
    body = {"items": [entry.id], "seeds": seeds, "what": scope.what, "name": scope.name}
    record(RUN, "", body, event_id=name)
