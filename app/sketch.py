"""The first beat where the answer is a curve: the learner draws it before it is shown.

A drawing is kept like a prediction. It belongs to one view: on another table or model the board is
empty again, and nothing of that view is shown before it is drawn or passed over.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import uuid4

import streamlit as st

from app.board import show_board
from app.learner import recall, record
from app.predict import KIND, REOPENED, SKIPPED
from app.present import is_presenting

DRAWN = "drawn"
Heights = tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """What is asked on the board."""

    ask: str
    board: str
    """The board as JSON; nothing in it tells the answer."""
    view: str
    """Names what the drawing is about."""
    answer: str
    """What really happens, in a word; kept with the drawing."""
    compare: Callable[[Heights], str]
    """From the drawn heights to what is said about them; from none to what is said without."""


def find_drawing(page: str, view: str) -> Heights | None:
    """Return the heights drawn for `view`: none yet is None, passed over is empty."""
    event = recall(KIND, page)
    if event is None or event.body.get("view") != view or event.body["choice"] == REOPENED:
        return None
    return tuple(float(height) for height in str(event.body["heights"]).split(",") if height)


def is_covered(page: str, asked: object) -> bool:
    """Return whether this view is still to be drawn, so that nothing measured may be shown of it."""
    return isinstance(asked, Sketch) and find_drawing(page, asked.view) is None


def show_sketch(page: str, sketch: Sketch) -> None:
    """Ask for a drawing; once there is one, compare kindly."""
    drawing = find_drawing(page, sketch.view)
    with st.container(key="predict_card", gap="small"):
        st.caption("Predict")
        st.subheader(sketch.ask, anchor=False)
        if is_presenting():
            st.caption("Draw it on paper, or in the air. Then press → to see.")
        elif drawing is None:
            _draw(page, sketch)
        else:
            st.markdown(sketch.compare(drawing))
            if st.button("Draw it again", type="tertiary", key=f"{page}:again"):
                _commit(page, {"choice": REOPENED, "view": sketch.view, "heights": ""})


def _draw(page: str, sketch: Sketch) -> None:
    place = f"{page}:sketch:{sketch.view}"

    def keep(heights: Heights) -> None:
        st.session_state[place] = heights

    st.markdown(
        "Move the five points up and down: with the mouse, a finger, or Tab and the arrow keys."
    )
    show_board(sketch.board, key=f"{page}:board", on_draw=keep)
    heights: Heights = st.session_state.get(place, ())
    asked = {"ask": sketch.ask, "answer": sketch.answer, "view": sketch.view}
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if st.button("This is my curve", type="primary", disabled=not heights):
            said = ",".join(f"{height:.2f}" for height in heights)
            _commit(page, asked | {"choice": DRAWN, "heights": said})
        if st.button("Just show me", type="tertiary"):
            _commit(page, asked | {"choice": SKIPPED, "heights": ""})


def _commit(page: str, body: Mapping[str, str]) -> None:
    if record(KIND, page, body, event_id=uuid4().hex):
        st.rerun()
