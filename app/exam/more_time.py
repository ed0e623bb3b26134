"""What the teacher sees of the exams that are being written, and the way to give more time."""

from uuid import uuid4

import streamlit as st

from app.exam.desk import find_gifts, read_clock
from core.practice.exam.more_time import (
    GIVEN,
    MINUTES,
    count_writing,
    is_double_click,
    write_gift,
)
from core.practice.exam.sitting import FINISHED, STARTED
from core.practice.family import write_plural
from core.rooms import CLASS
from core.store import StoreError, open_store

SECONDS_BETWEEN_LOOKS = 10
SAID = "more time said"


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def show_exams_of_teacher() -> None:
    """Say how many are writing an exam, and let the teacher give all of them more time."""
    n_writing = _count_writing()
    if not n_writing:
        return
    with st.container(key="card_exams", gap="small"):
        verb = "is" if n_writing == 1 else "are"
        people = "1 person" if n_writing == 1 else f"{n_writing} people"
        st.subheader(f"{people} {verb} writing a mock exam", anchor=False)
        with st.popover("Give more time", type="tertiary", icon=":material/more_time:"):
            minutes = st.radio(
                "How much more?",
                MINUTES,
                format_func=lambda minutes: write_plural(minutes, "minute"),
                horizontal=True,
                key="exam:more",
            )
            st.markdown("Everybody who is writing now gets it. It cannot be taken back.")
            st.button("Give it to all", type="primary", on_click=_give, args=(minutes,))
        if said := st.session_state.get(SAID):
            st.caption(said)


def _give(minutes: int) -> None:
    gifts, reading = find_gifts(), read_clock()
    if is_double_click(gifts, reading):
        return
    body = write_gift(minutes, reading=reading)
    try:
        open_store().append(learner=CLASS, kind=GIVEN, subject="", body=body, id=uuid4().hex)
    except StoreError as error:
        st.session_state[SAID] = f"This was not saved. {error}"
    else:
        st.session_state[SAID] = (
            f"You gave {minutes} minutes more. Everybody sees it within {SECONDS_BETWEEN_LOOKS} seconds."
        )


def _count_writing() -> int:
    try:
        store = open_store()
        starts = store.everyone(STARTED)
        if not starts:
            return 0
        ended = {event.subject: float(event.body["clock"]) for event in store.everyone(FINISHED)}
    except StoreError:
        return 0
    return count_writing(starts, ended, find_gifts(), read_clock())
