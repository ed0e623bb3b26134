"""Real servers of MLflow under the learner's hand: started, watched, asked and stopped from a page.

Only where the learner sits at the machine: see `core.tracking.serving`.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from app.learner import current_learner
from core import safe_text
from core.errors import SpecError
from core.tracking.serving import Kind, Server, is_serving_allowed, look_at, stop

SECONDS_BETWEEN_LOOKS = 1.0
NOT_HERE = (
    "With a real server you can try this on a machine of your own: in a class it is off, because a server "
    "of MLflow asks nobody who they are."
)


def can_serve() -> bool:
    """Return whether servers may be started here; say why not otherwise."""
    if not is_serving_allowed():
        st.caption(NOT_HERE)
        return False
    return True


def is_unfolded(label: str, *, key: str) -> bool:
    """Show a button in place of what costs something to show; return whether it was pressed."""
    if st.session_state.get(key):
        return True
    st.button(label, key=f"{key}:unfold", on_click=lambda: st.session_state.update({key: True}))
    return False


def start_and_stop(
    kind: Kind, start: Callable[[str], Server], *, label: str, key: str
) -> Server | None:
    """Show the buttons that start and stop a server, and how it is; return it once it answers."""
    learner = current_learner()
    server = look_at(kind, learner)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if st.button("Start anew" if server is not None else label, key=f"{key}:start"):
            _start(start, learner)
        if server is not None and st.button("Stop the server", key=f"{key}:stop", type="tertiary"):
            stop(kind, learner)
            st.rerun()
    if server is None:
        return None
    if server.state == "starting":
        _watch(kind, learner)
        return None
    if server.state == "ended":
        st.warning(safe_text.md(server.sentence), icon=":material/info:")
        return None
    st.caption(
        f"It runs on {safe_text.md(server.address)} and answered after {server.seconds:.0f} s."
    )
    return server


def offer_runs_page(start: Callable[[str], Server], *, key: str) -> None:
    """Offer MLflow's own page on a store of runs."""
    if not can_serve():
        return
    server = start_and_stop("runs", start, label="Open these runs in MLflow's own page", key=key)
    if server is not None:
        st.link_button("Open the page of MLflow", server.address, icon=":material/open_in_new:")


def _start(start: Callable[[str], Server], learner: str) -> None:
    try:
        start(learner)
    except SpecError as error:
        st.warning(safe_text.md(error), icon=":material/info:")
        return
    st.rerun()


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def _watch(kind: Kind, learner: str) -> None:
    server: Any = look_at(kind, learner)
    if server is None or server.state != "starting":
        st.rerun()
    st.caption(
        f"The server starts: {server.seconds:.0f} s so far. MLflow needs ten seconds or more."
    )
