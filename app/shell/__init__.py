"""What surrounds every page: the look that no theme setting reaches, and what the browser watches for."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from app.boot import BOOT

HERE = Path(__file__).parent

_component = st.components.v2.component(
    "glassroom_shell",
    html="<span></span>",
    css=(HERE / "shell.css").read_text(encoding="utf-8"),
    js=(HERE / "shell.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def show_shell(*, presenting: bool, beat: str, on_step: Callable[[int], None]) -> None:
    """Put the shell on the page.

    `beat` is the card that present mode has reached; `on_step` hears its keys (+1 or −1).
    """

    def stepped() -> None:
        by = st.session_state["shell"]["step"]
        if by in {1, -1}:
            on_step(by)

    _component(
        key="shell",
        data={"presenting": presenting, "beat": beat, "boot": BOOT},
        on_step_change=stepped,
    )
