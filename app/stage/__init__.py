"""Show a stage: the client-side component of the live tier, and the value that was released."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent

_component = st.components.v2.component(
    "glassroom_stage",
    html="<div class='stage'></div>",
    css=(HERE / "stage.css").read_text(encoding="utf-8"),
    js=(HERE / "stage.js").read_text(encoding="utf-8"),
)
_place = st.components.v2.component(
    "glassroom_place",
    html="<span></span>",
    js=(HERE / "place.js").read_text(encoding="utf-8"),
)


def show_stage(stage_json: str, *, at: int, key: str, on_release: Callable[[float], None]) -> None:
    """Draw the stage with the handle at step `at`; call `on_release` with the released value.

    While the handle is dragged nothing reaches the server. `at` comes from the link on every run, so
    that Back and Forward move the handle too.
    """

    def released() -> None:
        # A trigger, not a state: releasing twice at the same place must count twice.
        value = st.session_state[key]["released"]
        if value is not None:
            on_release(float(value))

    with st.container(gap=None):
        _place(key=f"{key}:place", data={"key": key, "at": at})
        _component(key=key, data={"key": key, "stage": stage_json}, on_released_change=released)
