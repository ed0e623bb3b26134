"""Take the questions and your answers with you: files for other programs, and a sheet to print."""

import streamlit as st

from app.course import find_pages
from app.learner import LOCAL, current_learner
from core import safe_text
from core.errors import SpecError
from core.practice.bank import load_entries
from core.practice.export.attempts import gather_attempts, write_attempts
from core.practice.export.choose import choose_items
from core.practice.export.formats import FORMATS, tell_export
from core.store import open_store

ALL = ""
MOST = 5


def show_taking() -> None:
    """Offer questions and answers as files; in a class only one's own answers, for the keys are there."""
    learner = current_learner()
    with st.container(horizontal=True, gap="medium", key="taking"):
        st.download_button(
            "Your answers as CSV",
            data=lambda: write_attempts(gather_attempts(open_store(), learner)),
            file_name="glassroom-answers.csv",
            mime="text/csv",
            type="tertiary",
            icon=":material/download:",
            on_click="ignore",
        )
        if learner == LOCAL and st.button(
            "Questions for other programs", type="tertiary", icon=":material/ios_share:"
        ):
            _show_formats()


@st.dialog("Questions for other programs", width="large")
def _show_formats() -> None:
    titles = {page.name: page.lesson.title for page in find_pages()}
    lessons = [name for name in dict.fromkeys(e.lesson for e in load_entries()) if name in titles]
    lesson = st.selectbox(
        "Questions of which lesson?",
        [ALL, *lessons],
        key="take:lesson",
        format_func=lambda name: titles.get(name, "All lessons"),
    )
    name = st.radio(
        "As what?", list(FORMATS), format_func=lambda name: FORMATS[name].title, key="take:format"
    )
    n_variants = st.number_input(
        "How many variants of each question whose numbers vary?", 1, MOST, key="take:variants"
    )
    chosen = FORMATS[name]
    items = choose_items([lesson] if lesson else (), n_variants=int(n_variants))
    try:
        written = chosen.write(items)
    except SpecError as error:
        st.info(str(error), icon=":material/info:")
        return
    st.caption(
        f"{tell_export(written)}. The names of beliefs, the runs behind the keys and new numbers do not "
        "travel: no other format can hold them."
    )
    st.download_button(
        "Download",
        data=written.text if written.data is None else written.data,
        mime=chosen.mime,
        file_name=safe_text.filename(f"glassroom-{lesson or 'all'}", ending=chosen.ending),
        icon=":material/download:",
        type="primary",
        on_click="ignore",
    )
