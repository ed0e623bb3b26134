"""The page of a class. No chart and no table stands here: 300 people press its button at once."""

from uuid import uuid4

import streamlit as st

from app.exam.more_time import show_exams_of_teacher
from app.identity import JOIN
from app.learner import current_learner, recall, record
from app.poll import show_poll_of_learner, show_poll_of_teacher
from core import safe_text
from core.rooms import TEACHER, Room, Rooms, group, open_rooms
from core.store import StoreError, open_store

READY = "ready"
READING_WIDTH = 1040
SECONDS_BETWEEN_LOOKS = 3


def show_room() -> None:
    """Show the teacher the room, and a learner their place in it."""
    rooms, learner = open_rooms(), current_learner()
    with (
        st.container(horizontal_alignment="center"),
        st.container(width=READING_WIDTH, gap="medium", key="room"),
    ):
        st.title("The class", anchor=False)
        if learner == TEACHER:
            _show_code(rooms)
            show_exams_of_teacher()
            show_poll_of_teacher()
            _show_people()
        else:
            _show_place(rooms, learner)


def _show_place(rooms: Rooms, learner: str) -> None:
    name = safe_text.md(rooms.nickname(learner))
    st.markdown(
        f"You are here as **{name}**. Your answers are kept under this name on the computer of the "
        f"class. [Your personal code, your record, and the way out]({JOIN})"
    )
    show_poll_of_learner()
    _ask_ready(rooms.room)


@st.fragment
def _ask_ready(room: Room) -> None:
    event = recall(READY, room.code)
    is_ready = event is not None and bool(event.body["is_ready"])
    with st.container(key="card_ready", gap="small"):
        st.subheader("You are ready" if is_ready else "Are you ready?", anchor=False)
        st.markdown(
            "Your teacher sees it. Press again if you need more time."
            if is_ready
            else "Press when you have finished what the class is doing."
        )
        # A callback, so that a press costs one run: 300 people press at once.
        st.button(
            "I need more time" if is_ready else "I am ready",
            type="secondary" if is_ready else "primary",
            key="ready",
            on_click=_say_ready,
            args=(room.code, not is_ready),
        )


def _say_ready(code: str, is_ready: bool) -> None:
    record(READY, code, {"is_ready": is_ready}, event_id=uuid4().hex)


def _show_code(rooms: Rooms) -> None:
    url = str(st.context.url or "").split("?")[0].rsplit("/", 1)[0]
    with st.container(key="card_code", gap="small"):
        st.caption("Room code")
        st.title(group(rooms.room.code), anchor=False)
        st.markdown("People open this address and type the code and a nickname:")
        st.code(f"{url}{JOIN}?room={rooms.room.code}", language=None, wrap_lines=True)
        with st.popover("Open a new room", type="tertiary"):
            st.markdown(
                "The code above stops working for newcomers. Those who are in keep their place."
            )
            if st.button("Open it"):
                rooms.open_room()
                st.rerun()


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def _show_people() -> None:
    rooms = open_rooms()
    members = rooms.members()
    ready = _count_ready(rooms, {member.id for member in members})
    with st.container(key="card_people", gap="small"):
        st.subheader(f"{len(members)} here, {ready} ready", anchor=False)
        wrong = rooms.count_wrong_guesses()
        if wrong:
            st.warning(
                f"Somebody typed a wrong teacher's phrase {wrong} times in the last 15 minutes. "
                "You can always sign in with the long word that `glassroom teacher` says."
                if wrong > 1
                else "Somebody typed a wrong teacher's phrase in the last 15 minutes."
            )
        if not members:
            st.markdown("Nobody has joined this room yet.")
            return
        st.markdown(", ".join(safe_text.md(member.nickname) for member in members))
        with st.popover("Send somebody out", type="tertiary"):
            names = {member.id: member.nickname for member in members}
            chosen = st.selectbox(
                "Who?", list(names), index=None, format_func=lambda m: safe_text.plain(names[m])
            )
            st.markdown("Their cookie and their personal code end. What they did is kept.")
            if st.button("Send out", disabled=chosen is None) and chosen is not None:
                rooms.remove(chosen)
                st.rerun(scope="fragment")


def _count_ready(rooms: Rooms, members: set[str]) -> int:
    store, code = open_store(), rooms.room.code
    try:
        events = [store.latest(member, READY, code) for member in members]
    except StoreError:
        return 0
    return sum(event is not None and bool(event.body["is_ready"]) for event in events)
