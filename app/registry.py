"""A lesson's registry of models under the learner's own hand: move the champion, serve it, ask it."""

import streamlit as st

from app.serving import can_serve, offer_runs_page, start_and_stop
from core.safe_text import md_prose
from core.tracking.champion.live import (
    ask_champion,
    move_champion,
    read_champion,
    serve_champion,
    show_registry,
)
from core.tracking.champion.play import PlaySpec
from core.tracking.champion.words import tell_asked
from core.tracking.serving import Server


def play_live(play: PlaySpec, *, key: str) -> None:
    """Let the learner move the alias and ask a server of MLflow that really runs."""
    if not can_serve():
        return
    champion = read_champion(play)
    st.markdown(
        f"The registry behind this page is real, and its champion is **version {champion}** now. Start a "
        "server and ask it. Then move the champion, and ask again."
    )
    with st.container(horizontal=True, gap="small"):
        for version in (1, 2):
            label, is_here = f"Make version {version} the champion", version == champion
            if st.button(label, key=f"{key}:crown{version}", disabled=is_here):
                move_champion(play, version)
                st.rerun()
    server = start_and_stop(
        "model",
        lambda learner: serve_champion(play, learner),
        label="Start a server on the champion",
        key=f"{key}:model",
    )
    if server is not None:
        _ask(server, play, key)
    offer_runs_page(lambda learner: show_registry(play, learner), key=f"{key}:runs")


def _ask(server: Server, play: PlaySpec, key: str) -> None:
    with st.container(horizontal=True, gap="small"):
        is_whole = st.button("Send the request", key=f"{key}:whole", type="primary")
        is_broken = st.button("Send it with a column missing", key=f"{key}:broken")
    if not (is_whole or is_broken):
        return
    asked = ask_champion(server, play, is_whole=is_whole)
    st.markdown(f"**{md_prose(tell_asked(asked))}**")
    if asked.reply.words:
        st.code(asked.reply.words, language=None, wrap_lines=True)
