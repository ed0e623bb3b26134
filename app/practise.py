"""The last beat: four questions about this lesson, each answer explained.

Which four, and what was answered, is in the store: a reload finds the same questions and the same answers.
"""

from urllib.parse import parse_qsl
from uuid import uuid4

import streamlit as st

from app.course import Page, find_pages
from app.learner import recall, recall_all, record
from core import safe_text
from core.practice.bank import choose_items, load_items, load_misconceptions, shuffled_options
from core.practice.grade import grade
from core.practice.schema import Item, Misconception
from core.store import Event

DRAWN = "practice"
ANSWERED = "answer"
N_ITEMS = 4


def show_practice(page: Page) -> None:
    """Ask four questions about the lesson, then say where to go next."""
    if not load_items(page.name):
        return
    drawn = recall(DRAWN, page.name) or _draw(page.name)
    if drawn is None:
        return
    with st.container(key="card_practise", gap="medium"):
        st.caption("Practise")
        st.subheader("Four questions to check yourself", anchor=False)
        items = {item.id: item for item in load_items(page.name)}
        for number, name in enumerate(drawn.body["items"], start=1):
            if name in items:
                _show_item(items[name], number, drawn.id)
        _show_way_on(page)


def answered_items(lesson: str) -> dict[str, str]:
    """Return the items of `lesson` that were answered, each with the state of its last answer."""
    events = [event for event in recall_all(ANSWERED) if event.body["lesson"] == lesson]
    return {event.subject: str(event.body["state"]) for event in events}


def _draw(lesson: str) -> Event | None:
    seen = answered_items(lesson)
    items = choose_items(lesson, N_ITEMS, seed=len(seen), seen=tuple(seen))
    body = {"items": [item.id for item in items]}
    return recall(DRAWN, lesson) if record(DRAWN, lesson, body, event_id=uuid4().hex) else None


@st.fragment
def _show_item(item: Item, number: int, draw: str) -> None:
    event = recall(ANSWERED, item.id)
    answer = str(event.body["answer"]) if event and event.body["draw"] == draw else None
    with st.container(gap="small", key=f"item_{item.id}"):
        st.markdown(f"**{number}.** {item.stem}")
        if item.code:
            st.code(item.code, language="python")
        if answer is None:
            _ask(item, draw)
        else:
            _show_verdict(item, answer)


def _ask(item: Item, draw: str) -> None:
    options = {option.id: option.text for option in shuffled_options(item, seed=_seed(draw))}
    with st.form(f"form_{item.id}", border=False):
        if options:
            answer = st.radio(
                "Your answer",
                list(options),
                index=None,
                format_func=options.__getitem__,
                label_visibility="collapsed",
            )
        else:
            unit = item.answer.unit if item.answer else None
            answer = st.text_input(f"Your answer, {unit}" if unit else "Your answer", width=240)
        sent = st.form_submit_button("Check")
    if not sent:
        return
    verdict = grade(item, answer or "")
    if verdict.state == "unreadable":
        st.warning(verdict.feedback, icon=":material/info:")
        return
    body = {
        "lesson": item.lesson, "version": item.version, "draw": draw, "answer": answer,
        "state": verdict.state, "misconception": verdict.misconception,
    }  # fmt: skip
    # One id for one question of one draw: a double click or a resend stores one answer.
    if record(ANSWERED, item.id, body, event_id=f"{draw}:{item.id}"):
        st.rerun(scope="fragment")


def _show_verdict(item: Item, answer: str) -> None:
    verdict = grade(item, answer)
    said = next(
        (option.text for option in item.options if option.id == answer), safe_text.md(answer)
    )
    if verdict.state == "right":
        st.success(f"**Right.** {said}\n\n{verdict.feedback}", icon=":material/check:")
    else:
        belief = load_misconceptions().get(verdict.misconception or "")
        name = f" This is the belief “{belief.name}”." if belief else ""
        st.error(
            f"**Not this one.** You said: {said}\n\n{verdict.feedback}{name}\n\n"
            f"The answer is **{verdict.key}**.",
            icon=":material/close:",
        )
        if belief:
            _link_to_refutation(belief)
    st.markdown(item.explanation)


def _link_to_refutation(belief: Misconception) -> None:
    lab, _, query = belief.refuted_by.partition("?")
    for page in find_pages():
        if page.lesson.lab == lab:
            st.page_link(
                page.path,
                label="See this belief fail in the lab",
                icon=":material/experiment:",
                query_params=dict(parse_qsl(query)),
            )


def _show_way_on(page: Page) -> None:
    pages = find_pages()
    following = pages[pages.index(page) + 1 :]
    with st.container(horizontal=True, gap="medium"):
        if st.button("Four more questions", type="secondary") and _draw(page.name):
            st.rerun()
        if following:
            st.page_link(following[0].path, label=f"Next: {following[0].lesson.title}")


def _seed(draw: str) -> int:
    return int(draw[:8], 16)
