"""The tools of every lesson: its code, its numbers as tables, a run of it, its data, its link."""

from typing import Any

import streamlit as st

from app.about_data import show_about_data
from app.keep import show_keep
from app.link import PREDICT, Link
from app.prose import show_table
from core import safe_text
from core.datasets import load_dataset
from core.lab import Lab
from core.results import scalars_of, tables_of
from core.script import zip_script


def show_tools(
    lab: Lab[Any, Any], link: Link[Any], result: Any, *, is_covered: bool = False
) -> None:
    """Draw the quiet row of tools; each opens a dialog about this very view.

    Of a view that is covered until it has been drawn, those that hold its numbers are left out.
    """
    with st.container(horizontal=True, gap="medium", key="tools"):
        if not is_covered:
            if st.button("Code", type="tertiary", icon=":material/code:"):
                _show_code(lab, link, result)
            if st.button("Numbers as tables", type="tertiary", icon=":material/table:"):
                _show_tables(result)
            if st.button("Keep as a run", type="tertiary", icon=":material/bookmark_add:"):
                show_keep(lab, link, result)
        if hasattr(link.spec, "data") and st.button(
            "About the data", type="tertiary", icon=":material/dataset:"
        ):
            whole = lab.rows_of(link.spec) if lab.rows_of is not None else None
            dataset = whole or load_dataset(link.spec.data)
            show_about_data(link, dataset, link.spec.seed if whole is None else None)
        if st.button("Link to this view", type="tertiary", icon=":material/link:"):
            _show_link(link)


@st.dialog("The code of this view", width="large")
def _show_code(lab: Lab[Any, Any], link: Link[Any], result: Any) -> None:
    script = lab.script(link.spec)
    st.markdown(
        "This program trains the same model on the same rows and prints the numbers on the page. "
        f"It needs only {script.needs}. The download holds it together with its data and "
        "the numbers to compare with."
    )
    st.download_button(
        "Download code and data",
        data=lambda: zip_script(script, scalars_of(result)),
        file_name=safe_text.filename(script.name, ending=".zip"),
        mime="application/zip",
        icon=":material/download:",
        type="primary",
        on_click="ignore",
    )
    st.code(script.code, language="python")


@st.dialog("The numbers behind the picture", width="large")
def _show_tables(result: Any) -> None:
    tables = tables_of(result)
    for tab, table in zip(st.tabs([_title(name) for name in tables]), tables.values(), strict=True):
        with tab:
            show_table(table)


@st.dialog("A link to exactly this view")
def _show_link(link: Link[Any]) -> None:
    st.markdown("Whoever opens it sees this data, this model and this setting of every control.")
    presenting = st.toggle("For the projector: one beat at a time, large type")
    ask_first = st.toggle("Ask for a prediction first", value=True, disabled=presenting)
    names = [name for name in vars(link.spec) if name not in {"seed"}]
    hidden = st.multiselect(
        "Controls to leave out", names, format_func=_title, placeholder="none: all are shown"
    )
    extra = {"present": "1"} if presenting else {}
    hide = hidden + ([] if ask_first else [PREDICT])
    if hide:
        extra["hide"] = ",".join(hide)
    query = link.query(**extra)
    base = str(st.context.url or "").split("?")[0]
    st.code(f"{base}?{query}" if query else base, language=None, wrap_lines=True)


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
