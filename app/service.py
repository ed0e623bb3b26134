"""A lesson's registered model under the learner's hand: start it, change a cell of a real row, send it."""

import streamlit as st

from app.prose import show_table
from app.serving import can_serve, start_and_stop
from core.automl.service.live import (
    ask_champion,
    change_cell,
    find_row,
    is_registered,
    read_version,
    serve_champion,
)
from core.automl.service.words import tell_asked, tell_latency
from core.errors import SpecError
from core.safe_text import md, md_prose
from core.tracking.candidates import TableSpec
from core.tracking.serving import Server


def play_service(table: TableSpec, *, key: str) -> None:
    """Let the learner serve the proposal with MLflow and ask it about a row of their making."""
    if not can_serve():
        return
    if not is_registered(table):
        st.caption(
            "The proposal did not pass the gate on this table, so there is nothing to serve."
        )
        return
    st.markdown(
        f"Version **{read_version(table)}** is in the registry with the alias `champion`. By itself it "
        "answers nobody: that takes a server."
    )
    server = start_and_stop(
        "model",
        lambda learner: serve_champion(table, learner),
        label="Start a server on the champion",
        key=f"{key}:model",
    )
    if server is not None:
        _ask(server, table, key)


def _ask(server: Server, table: TableSpec, key: str) -> None:
    row = find_row(table)
    with st.form(key=f"{key}:form", border=False):
        with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
            column = st.selectbox("Change the cell of", list(row.columns), key=f"{key}:column")
            text = st.text_input("to", key=f"{key}:text", placeholder="empty: a gap")
        is_sent = st.form_submit_button("Send the request", type="primary")
    show_table(row)
    if not is_sent:
        return
    try:
        asked = ask_champion(server, row, change_cell(row, column, text))
    except SpecError as error:  # it was ended elsewhere
        st.warning(md(error), icon=":material/info:")
        return
    st.markdown(f"**{md_prose(tell_asked(asked))}** {tell_latency(asked)}")
    if asked.reply.words:
        st.code(asked.reply.words, language=None, wrap_lines=True)
