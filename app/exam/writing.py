"""Write an exam: one question at a time, a map of all, a clock. No chart: a whole class writes at once."""

from functools import partial

import streamlit as st

from app.asked import fill_fields, read_fields, show_fields, show_stem
from app.exam.desk import hand_in, keep_answer, keep_flag, open_sitting, read_clock
from core.practice.exam.sitting import Sitting
from core.practice.exam.words import tell_open, tell_progress
from core.practice.grade import grade, tell_missing
from core.practice.schema import Item

SECONDS_BETWEEN_LOOKS = 10
ANSWERED, BEGUN, OPEN, FLAGGED = (
    f":material/{name}:" for name in ("check", "more_horiz", "remove", "flag")
)
AT = "question"
"""In the address: the number of the question in front of the learner."""


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def show_clock() -> None:
    """Say how much time is left; when it is over, the exam is marked."""
    sitting = open_sitting()
    if sitting is None:
        st.rerun()
    left = sitting.seconds_left(read_clock(sitting))
    with st.container(key="exam_clock"):
        st.markdown(f"**{tell_progress(sitting, left)}**")


@st.fragment
def show_desk() -> None:
    """Show the map of the questions, and the one that is asked."""
    sitting = open_sitting()
    if sitting is None:
        st.rerun()
    number = _number(sitting)
    with st.container(key="card_question", gap="medium"):
        _ask(sitting, number)
        _show_steps(sitting, number)
    _show_map(sitting, number)
    with st.popover("Hand in", icon=":material/task_alt:"):
        st.markdown(tell_open(sitting))
        if st.button("Hand in now", type="primary") and hand_in(sitting):
            st.query_params.clear()
            st.query_params["sitting"] = sitting.id
            st.rerun()


def _number(sitting: Sitting) -> int:
    text = st.query_params.get(AT, "1")
    return min(max(int(text) if text.isdecimal() else 1, 1), sitting.n_questions)


def _go(number: int) -> None:
    st.query_params[AT] = str(number)


def _ask(sitting: Sitting, number: int) -> None:
    item = sitting.item(number)
    flag = " \u2691" if number in sitting.flagged else ""
    st.caption(f"Question {number} of {sitting.n_questions}{flag}")
    if item is None:
        st.markdown("This question is no longer in the bank. It will not be marked.")
        return
    show_stem(item, key=f"exam:{sitting.id}:{number}")
    # When it came into sight; kept by the browser's session only, so a reload begins anew.
    st.session_state.setdefault(f"exam:shown:{sitting.id}:{number}", read_clock(sitting))
    _take_answer(sitting, number, item)


def _take_answer(sitting: Sitting, number: int, item: Item) -> None:
    key = f"exam:{sitting.id}:{number}"
    given = sitting.given.get(number)
    problem = st.session_state.get(f"{key}:problem")
    if problem is None:  # what is in the store is what is shown, whichever tab it came from
        fill_fields(item, given.answer if given else "", key=key)
    shown = sitting.options(number)
    show_fields(item, shown, key=key, then=partial(_keep, sitting, number, item))
    if problem:
        st.warning(f"Not kept yet. {problem}", icon=":material/info:")
    elif given and not given.is_complete:
        st.caption(f"Kept, but it is not a whole answer yet. {tell_missing(item, given.answer)}")
    elif given:
        st.caption("Kept. You can change it until the end.")


def _keep(sitting: Sitting, number: int, item: Item) -> None:
    key = f"exam:{sitting.id}:{number}"
    answer = read_fields(item, key=key)
    st.session_state.pop(f"{key}:problem", None)
    # A part of an answer is kept as it is: the learner may come back to it.
    can_be_part = item.type in {"multi", "order", "match"}
    if answer and not can_be_part and (verdict := grade(item, answer)).state == "unreadable":
        st.session_state[f"{key}:problem"] = verdict.feedback
        return
    given, shown = sitting.given.get(number), f"exam:shown:{sitting.id}:{number}"
    reading = read_clock(sitting)
    seconds = (given.seconds if given else 0.0) + reading - st.session_state.get(shown, reading)
    if keep_answer(sitting, number, answer, seconds=seconds):
        st.session_state[shown] = reading
    else:
        st.session_state[f"{key}:problem"] = "It could not be stored. Give it once more."


def _show_steps(sitting: Sitting, number: int) -> None:
    is_flagged = number in sitting.flagged
    with st.container(horizontal=True, gap="small"):
        st.button("Previous", on_click=_go, args=(number - 1,), disabled=number == 1)
        st.button(
            "Next", type="primary", on_click=_go, args=(number + 1,),
            disabled=number == sitting.n_questions,
        )  # fmt: skip
        st.button(
            "Take the flag away" if is_flagged else "Flag it",
            type="tertiary",
            icon=":material/flag:",
            on_click=_flag,
            args=(sitting, number, not is_flagged),
        )


def _flag(sitting: Sitting, number: int, is_flagged: bool) -> None:
    keep_flag(sitting, number, is_flagged=is_flagged)


def _show_map(sitting: Sitting, number: int) -> None:
    # Plain letters and icons by name: for every other text Streamlit looks for an emoji, which for 48
    # questions took longer than all the rest of an answer.
    def name(at: int) -> str:
        given = sitting.given.get(at)
        mark = OPEN if given is None else ANSWERED if given.is_complete else BEGUN
        return f"{at} {mark}" + (FLAGGED if at in sitting.flagged else "")

    key = f"exam:map:{sitting.id}"
    st.session_state[key] = number
    st.pills(
        f"All questions: {ANSWERED} answered, {BEGUN} begun, {OPEN} open, {FLAGGED} flagged",
        range(1, sitting.n_questions + 1),
        format_func=name,
        key=key,
        on_change=lambda: _go(st.session_state[key] or number),
    )
