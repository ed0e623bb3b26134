"""What the pages of an exam read from the store and write into it."""

from collections.abc import Mapping
from uuid import uuid4

import streamlit as st

from app.course import CHAPTERS
from app.learner import LOCAL, current_learner, recall, recall_about, recall_all, record
from core.practice.exam.blueprint import Blueprint, load_blueprints
from core.practice.exam.clock import open_clock
from core.practice.exam.course import COURSE, course_blueprint
from core.practice.exam.more_time import GIVEN
from core.practice.exam.paper import Paper, write_paper
from core.practice.exam.result import mark
from core.practice.exam.sitting import (
    ANSWERED,
    FINISHED,
    FLAGGED,
    STARTED,
    Sitting,
    name_answer,
    read_sitting,
    write_answer,
    write_start,
)
from core.rooms import CLASS
from core.settings import read_settings
from core.store import Event, StoreError, open_store


def find_blueprints() -> Mapping[str, Blueprint]:
    """Return every exam on offer by its id, that over the course first."""
    course = course_blueprint({chapter.folder: chapter.title for chapter in CHAPTERS})
    return {COURSE: course, **load_blueprints()}


def read_clock(sitting: Sitting | None = None) -> float:
    """Return the reading of the exam clock, never before what was stored with `sitting`."""
    return open_clock(read_settings().home).read(sitting.latest if sitting else 0.0)


def find_sittings() -> tuple[Event, ...]:
    """Return the event that began each exam of this learner, oldest first."""
    return recall_all(STARTED)


def open_sitting() -> Sitting | None:
    """Return the exam that is being written, or None; one whose time is over is marked first."""
    starts = find_sittings()
    if not starts or recall(FINISHED, starts[-1].subject):
        return None
    sitting = load_sitting(starts[-1])
    if sitting.takes_answers(read_clock(sitting)):
        return sitting
    hand_in(sitting)
    return None


def load_sitting(start: Event) -> Sitting:
    """Return the sitting that `start` began."""
    events = recall_about(start.subject, (ANSWERED, FLAGGED, FINISHED))
    return read_sitting(start, events, find_gifts())


def find_gifts() -> tuple[Event, ...]:
    """Return the events by which the teacher gave more time; who works alone gets none."""
    if current_learner() == LOCAL:
        return ()
    try:
        return open_store().events(CLASS, GIVEN)
    except StoreError:
        return ()


def begin(paper: Paper, blueprint: Blueprint) -> bool:
    """Begin an exam; return whether it is kept."""
    allowed = blueprint.seconds(len(paper.questions))
    body = write_start(write_paper(paper), seconds_allowed=allowed, reading=read_clock())
    name = uuid4().hex
    return record(STARTED, name, body, event_id=f"{name}:start")


def keep_answer(sitting: Sitting, number: int, answer: str, *, seconds: float) -> bool:
    """Store an answer at once; return whether it is kept, and counts."""
    reading = read_clock(sitting)
    if not sitting.takes_answers(reading):
        st.error("The time was over before this answer arrived, so it does not count.")
        return False
    body = write_answer(sitting, number, answer=answer, seconds=seconds, reading=reading)
    return record(ANSWERED, sitting.id, body, event_id=name_answer(sitting, number, answer))


def keep_flag(sitting: Sitting, number: int, *, is_flagged: bool) -> None:
    """Mark a question to come back to, or take the mark away."""
    body = {"number": number, "is_flagged": is_flagged, "clock": read_clock(sitting)}
    record(FLAGGED, sitting.id, body, event_id=uuid4().hex)


def hand_in(sitting: Sitting) -> bool:
    """Mark the exam, exactly once; return whether the marks are kept."""
    body = mark(sitting, reading=read_clock(sitting))
    return record(FINISHED, sitting.id, body, event_id=f"{sitting.id}:result")
