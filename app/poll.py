"""A question of the teacher to the room. No chart stands here: 300 people answer at once."""

import streamlit as st

from app.learner import current_learner
from core import safe_text
from core.errors import SpecError
from core.rooms import Poll, open_polls, open_rooms
from core.store import StoreError

SECONDS_BETWEEN_COUNTS = 3
SECONDS_BETWEEN_QUESTIONS = 10
"""How often a learner's page looks for a new question: 300 pages that look cost a fifth of a processor."""
N_LINES = 4
"""Answers that the form has room for; those left empty are left out."""


def show_poll_of_teacher() -> None:
    """Let the teacher ask the room, and show the answers as they come."""
    poll = open_polls().current(open_rooms().room.code)
    with st.container(key="card_poll", gap="small"):
        if poll is not None:
            _show_count(poll)
        label = "Ask the room" if poll is None else "Ask another question"
        if st.button(label, type="tertiary", key="ask_room"):
            _ask()


@st.dialog("Ask the room")
def _ask() -> None:
    with st.form("ask", border=False, clear_on_submit=True):
        question = st.text_input("Your question", key="question", max_chars=200)
        options = [
            st.text_input(f"Answer {place + 1}", key=f"option{place}", max_chars=80)
            for place in range(N_LINES)
        ]
        if st.form_submit_button("Ask", type="primary"):
            try:
                open_polls().ask(open_rooms().room.code, question, options)
            except (SpecError, StoreError) as error:
                st.error(safe_text.md_prose(str(error)))
            else:
                st.rerun()


@st.fragment(run_every=SECONDS_BETWEEN_COUNTS)
def _show_count(poll: Poll) -> None:
    polls, rooms = open_polls(), open_rooms()
    counts, n_members = polls.count(poll, rooms.knows), len(rooms.members())
    st.subheader(safe_text.md(poll.question), anchor=False)
    st.markdown(_lines(poll, counts))
    if not polls.is_open(poll):
        st.caption("Closed. Everybody sees the result.")
        return
    st.caption(f"{sum(counts)} of {n_members} have answered. Only you see this until you close it.")
    if st.button("Close it and show the result", key="close_poll"):
        polls.close(poll)
        st.rerun(scope="fragment")


@st.fragment(run_every=SECONDS_BETWEEN_QUESTIONS)
def show_poll_of_learner() -> None:
    """Show the learner the question of the moment, or its result once it is closed."""
    polls, rooms, learner = open_polls(), open_rooms(), current_learner()
    poll = polls.current(rooms.room.code)
    if poll is None:
        return
    with st.container(key="card_poll", gap="small"):
        if not polls.is_open(poll):
            st.subheader(safe_text.md(poll.question), anchor=False)
            st.markdown(
                _lines(poll, polls.count(poll, rooms.knows), polls.choice_of(learner, poll))
            )
            return
        chosen = polls.choice_of(learner, poll)
        st.subheader(safe_text.md(poll.question), anchor=False)
        st.radio(
            safe_text.md(poll.question),
            range(len(poll.options)),
            index=chosen,
            format_func=lambda place: safe_text.md(poll.options[place]),
            key=f"vote_{poll.id}",
            label_visibility="collapsed",
            on_change=_vote,
            args=(poll,),
        )
        st.caption(
            "Your answer counts once you choose one."
            if chosen is None
            else "Your answer is stored. You may change it until your teacher closes the question."
        )


def _vote(poll: Poll) -> None:
    choice = st.session_state[f"vote_{poll.id}"]
    try:
        open_polls().vote(current_learner(), poll, int(choice))
    except (SpecError, StoreError) as error:
        st.error(f"This was not counted. {safe_text.md_prose(str(error))}")


def _lines(poll: Poll, counts: tuple[int, ...], chosen: int | None = None) -> str:
    """Return each answer with its votes, as a list."""
    return "\n".join(
        f"- **{n}**  {safe_text.md(option)}{' (your answer)' if place == chosen else ''}"
        for place, (option, n) in enumerate(zip(poll.options, counts, strict=True))
    )
