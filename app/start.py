"""The map of the course with the learner's progress; what is yet to come is shown as such."""

from dataclasses import dataclass

import streamlit as st

from app.course import CHAPTERS, PAGES, PRACTICE, PRACTICE_PAGES, Chapter, Page, find_pages
from app.learner import recall
from app.practise import answered_items
from app.predict import KIND as PREDICTION
from core.practice.bank import load_entries

READING_WIDTH = 1040
TITLE_WIDTH = 440
"""What is said of each lesson stands in one column; on a phone it stands below."""


@dataclass(frozen=True)
class Progress:
    """How far a lesson is."""

    has_predicted: bool
    n_right: int
    n_items: int

    @property
    def is_done(self) -> bool:
        """Whether the lesson was begun and each of its questions answered rightly."""
        return self.has_predicted and self.n_right == self.n_items

    @property
    def words(self) -> str:
        """The progress as a person would say it."""
        if not self.has_predicted:
            return "not begun"
        if self.is_done:
            return "done"
        return f"begun, {self.n_right} of {self.n_items} questions answered rightly"


def show_map() -> None:
    """Show the promise of the place, where to begin, every chapter, and what is to come."""
    with (
        st.container(horizontal_alignment="center"),
        st.container(width=READING_WIDTH, gap="medium", key="map"),
    ):
        st.title("A classroom with glass walls", anchor=False)
        st.markdown(
            "Every number you will see here was computed by a model that was really trained, on this "
            "machine. You can read the code that made it, download it, and run it yourself."
        )
        pages = find_pages()
        _show_where_to_go(pages)
        begun = [page.chapter for page in pages]
        for chapter in CHAPTERS:
            if chapter in begun:
                _show_chapter(chapter, [page for page in pages if page.chapter == chapter])
        _show_practice()
        _show_what_is_to_come([chapter for chapter in CHAPTERS if chapter not in begun])


def _show_where_to_go(pages: tuple[Page, ...]) -> None:
    open_pages = [page for page in pages if not _progress(page).is_done]
    if not open_pages:
        st.markdown("You have been through every lesson that stands so far.")
        return
    page = open_pages[0]
    is_begun = _progress(page).has_predicted
    if st.button(
        f"{'Go on' if is_begun else 'Begin'}: {page.lesson.title}",
        type="primary",
        icon=":material/arrow_forward:",
    ):
        st.switch_page(page.path)


def _show_chapter(chapter: Chapter, pages: list[Page]) -> None:
    with st.container(key=f"card_chapter_{chapter.folder}", gap="xsmall"):
        st.subheader(chapter.title, anchor=False)
        st.markdown(chapter.question)
        for page in pages:
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                st.page_link(page.path, label=page.lesson.title, width=TITLE_WIDTH)
                st.caption(f"{_progress(page).words} · about {page.lesson.minutes} minutes")


def _show_practice() -> None:
    with st.container(key="card_practice", gap="xsmall"):
        st.subheader(PRACTICE, anchor=False)
        st.markdown("Do I know it well enough for the exam?")
        for name, title in PRACTICE_PAGES.items():
            st.page_link(PAGES / f"{name}.py", label=title, width=TITLE_WIDTH)


def _show_what_is_to_come(chapters: list[Chapter]) -> None:
    if not chapters:
        return
    with st.container(key="to_come", gap="xsmall"):
        st.caption("Yet to come")
        for chapter in chapters:
            st.markdown(f"**{chapter.title}** · {chapter.question}")


def _progress(page: Page) -> Progress:
    states = answered_items(page.name)
    return Progress(
        has_predicted=recall(PREDICTION, page.name) is not None,
        n_right=sum(state == "right" for state in states.values()),
        n_items=sum(entry.lesson == page.name for entry in load_entries()),
    )
