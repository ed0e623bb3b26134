"""A board with five handles: the learner draws a curve, and Python hears it when a handle is let go."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent

_component = st.components.v2.component(
    "glassroom_board",
    html="<div class='board'></div>",
    css=(HERE / "board.css").read_text(encoding="utf-8"),
    js=(HERE / "board.js").read_text(encoding="utf-8"),
)


def show_board(board_json: str, *, key: str, on_draw: Callable[[tuple[float, ...]], None]) -> None:
    """Draw the board; call `on_draw` with all heights (0 to 1) when a handle was moved.

    While a handle is dragged nothing reaches the server.
    """

    def drawn() -> None:
        value = st.session_state[key]["drawn"]
        if value is not None:
            on_draw(tuple(float(height) for height in value))

    _component(key=key, data={"board": board_json}, on_drawn_change=drawn)
