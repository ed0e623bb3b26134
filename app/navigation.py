"""Turn the course into the menu."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app.course import PAGES, PRACTICE, PRACTICE_PAGES, find_pages
from app.learner import LOCAL, current_learner
from app.present import is_presenting
from core.rooms import TEACHER


def build_menu() -> StreamlitPage:
    """Register the start page and every lesson under its chapter; return the page to run."""
    menu: dict[str, list[StreamlitPage]] = {
        "": [st.Page(PAGES / "start.py", title="Start", default=True)]
    }
    if current_learner() != LOCAL:
        menu[""].append(st.Page(PAGES / "room.py", title="The class", url_path="room"))
    for page in find_pages():
        entry = st.Page(page.path, title=page.lesson.title, url_path=page.name)
        menu.setdefault(page.chapter.title, []).append(entry)
    for name, title in PRACTICE_PAGES.items():
        entry = st.Page(PAGES / f"{name}.py", title=title, url_path=name)
        menu.setdefault(PRACTICE, []).append(entry)
    if current_learner() in {LOCAL, TEACHER}:
        questions = st.Page(PAGES / "questions.py", title="The questions", url_path="questions")
        menu.setdefault(PRACTICE, []).append(questions)
    return st.navigation(menu, position="hidden" if is_presenting() else "sidebar")
