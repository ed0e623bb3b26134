"""The last beat: four questions about this lesson, each answer explained.

Which four, with which numbers, and what was answered, is in the store: a reload finds the same questions
and the same answers.
"""

from uuid import uuid4

import streamlit as st

from app.course import Page, find_pages
from app.learner import recall, recall_all, record
from app.question import ANSWERED, DRAWN, met_variants, show_question
from core.practice.bank import load_entries
from core.practice.draw import choose_items
from core.store import Event

N_ITEMS = 4


def show_practice(page: Page) -> None:
    """Ask four questions about the lesson, then say where to go next."""
    if not any(entry.lesson == page.name for entry in load_entries()):
        return
    drawn = recall(DRAWN, page.name) or _draw(page.name)
    if drawn is None:
        return
    with st.container(key="card_practise", gap="medium"):
        st.caption("Practise")
        st.subheader("Four questions to check yourself", anchor=False)
        seeds = drawn.body.get("seeds", {})
        for number, name in enumerate(drawn.body["items"], start=1):
            show_question(name, number, drawn.id, seeds.get(name))
        _show_way_on(page)


def answered_items(lesson: str) -> dict[str, str]:
    """Return the items of `lesson` that were answered, each with the state of its last answer."""
    events = [event for event in recall_all(ANSWERED) if event.body["lesson"] == lesson]
    return {event.subject: str(event.body["state"]) for event in events}


def _draw(lesson: str) -> Event | None:
    n_before = sum(event.subject == lesson for event in recall_all(DRAWN))
    items = choose_items(
        lesson, N_ITEMS, seed=n_before, seen=tuple(answered_items(lesson)), met=met_variants(lesson)
    )
    body = {
        "items": [item.id for item in items],
        "seeds": {item.id: item.seed for item in items if item.seed is not None},
    }
    return recall(DRAWN, lesson) if record(DRAWN, lesson, body, event_id=uuid4().hex) else None


def _show_way_on(page: Page) -> None:
    pages = find_pages()
    following = pages[pages.index(page) + 1 :]
    with st.container(horizontal=True, gap="medium"):
        if st.button("Four more questions", type="secondary") and _draw(page.name):
            st.rerun()
        if following:
            st.page_link(following[0].path, label=f"Next: {following[0].lesson.title}")
