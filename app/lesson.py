"""The frame of every lesson: five beats on one page, in one order.

A page names what it teaches with, and reads like a storyboard::

    teach("thresholds", Storyboard(predict=ask, controls=choose, see=see, explain=explain))

Predict, run, see, explain, practise; and always the code and the link. Everything that depends on a control
lies in a fragment, so that moving a control never runs the whole page; and what depends on the picture's own
handle lies in a fragment inside it, so that a release does not even draw the controls again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import streamlit as st

from app.course import Page, find_page, find_pages
from app.link import PREDICT, Link, open_link
from app.practise import show_practice
from app.predict import Question, is_open, show_question
from app.present import is_presenting, shows
from app.sketch import Sketch, is_covered, show_sketch
from app.tools import show_tools
from app.training import obtain, watch_training
from core import safe_text
from core.errors import SpecError
from core.lab import Lab, load_lab

READING_WIDTH = 1040


@dataclass(frozen=True, kw_only=True)
class Storyboard:
    """What a page adds to the frame: one function for each beat."""

    predict: Callable[[Any], Question | Sketch]
    """From the result of this view to what is asked, or to be drawn, before it is shown."""
    controls: Callable[[Link[Any]], None]
    """Draws the controls (see `app.controls`)."""
    see: Callable[[Link[Any], Any], None]
    """Shows the picture of a result and says in words what is seen."""
    explain: Callable[[Link[Any], Any], None]
    """Says why: formulas with the learner's own numbers, the misconception, the limits."""


def teach(name: str, story: Storyboard) -> None:
    """Show the lesson `name` (the page's file name without its ending)."""
    page = find_page(name)
    lab = load_lab(page.lesson.lab)
    with (
        st.container(horizontal_alignment="center"),
        st.container(width=READING_WIDTH, gap="medium", key="lesson"),
    ):
        _show_header(page)
        _show_beats(page, lab, story)
        if shows("practise") and is_open(name, open_link(name, lab.spec).hidden):
            show_practice(page)


def card(key: str) -> Any:
    """Return a container drawn as a card; one for each beat."""
    return st.container(key=f"card_{key}", gap="small")


def show_parts(parts: Mapping[str, Callable[..., None]], *given: Any) -> None:
    """Show the parts of a long beat behind tabs; each is a function of what is `given`."""
    for place, part in zip(st.tabs(list(parts)), parts.values(), strict=True):
        with place:
            part(*given)


def misconception(belief: str, answer: str) -> None:
    """Name a common belief, and what is wrong with it."""
    with st.container(key=f"misconception_{crc32(belief.encode())}"):
        st.markdown(f"**“{belief}”** {answer}")


@st.fragment
def _show_beats(page: Page, lab: Lab[Any, Any], story: Storyboard) -> None:
    link = open_link(page.name, lab.spec)
    for problem in link.problems:
        st.warning(safe_text.md(problem), icon=":material/link_off:")
    try:
        result = obtain(lab, link.spec)
    except SpecError as error:
        _show_obstacle(story, link, error)
        return
    if result is None:
        with card("run"):
            st.caption("Run")
            story.controls(link)
            watch_training(lab, link.spec, is_open=is_open(page.name, link.hidden))
        return
    is_asked = PREDICT not in link.hidden or is_presenting()
    asked = story.predict(result) if is_asked else None
    if is_open(page.name, link.hidden) and not is_presenting():
        show_tools(lab, link, result, is_covered=is_covered(page.name, asked))
    if asked is not None:
        if isinstance(asked, Sketch):
            show_sketch(page.name, asked)
        else:
            show_question(page.name, asked)
    if not is_open(page.name, link.hidden):
        st.caption("Then: the picture, what it means, and four questions to check yourself.")
        return
    if shows("see"):
        with card("run"):
            st.caption("Run")
            story.controls(link)
        _show_picture(page, lab, story)


@st.fragment
def _show_picture(page: Page, lab: Lab[Any, Any], story: Storyboard) -> None:
    # Read anew: the handle may have written into the link since the controls were drawn.
    link = open_link(page.name, lab.spec)
    result = obtain(lab, link.spec)
    if result is None:
        st.rerun()
    with card("see"):
        st.caption("See")
        story.see(link, result)
    if shows("explain"):
        with card("explain"):
            st.caption("Explain")
            story.explain(link, result)


def _show_obstacle(story: Storyboard, link: Link[Any], error: SpecError) -> None:
    with card("run"):
        st.caption("Run")
        story.controls(link)
        st.warning(safe_text.md(error), icon=":material/info:")


def _show_header(page: Page) -> None:
    lessons = [other for other in find_pages() if other.chapter == page.chapter]
    if not is_presenting():
        place = lessons.index(page) + 1
        st.caption(f"{page.chapter.title}, lesson {place} of {len(lessons)}")
    st.title(page.lesson.title, anchor=False)
    st.markdown(page.lesson.goal)
