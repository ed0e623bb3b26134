"""The page of the questions: find one, read it with its key, prove it, and see how people did."""

from typing import Any

import streamlit as st

from app.answered import show_why
from app.asked import show_stem
from app.course import CHAPTERS, find_pages
from app.exam.desk import find_blueprints
from app.learner import LOCAL, current_learner
from app.prose import show_rows
from app.prove import ask_for_run, show_run
from core.practice.bank import load_deployed, load_entries, load_items, load_misconceptions
from core.practice.draw import find_family
from core.practice.entry import parts_of
from core.practice.export.attempts import gather_attempts, read_attempts
from core.practice.grade import show_key
from core.practice.schema import Item
from core.practice.statistics.firsts import Firsts, take_firsts
from core.practice.statistics.measures import measure_item
from core.practice.statistics.papers import gather_sittings, measure_papers, tell_paper
from core.practice.statistics.words import (
    FORMS,
    tabulate_chapters,
    tabulate_items,
    tabulate_options,
    tell_bank,
    tell_figures,
)
from core.practice.variants import render
from core.rooms import TEACHER
from core.store import open_store

READING_WIDTH = 860
ALL = ""
BEYOND = {
    "databricks": "The platform of the exam guide",
    "drift": "Drift",
    "features": "Feature tables",
    "kinds": "Kinds of learning",
    "practices": "Ways of working on a platform",
    "serving": "Models at work",
}
"""What is asked about without a lesson of its own."""


def may_see_bank() -> bool:
    """Return whether keys may be shown: to the teacher of a class, and to whoever works alone."""
    return current_learner() in {LOCAL, TEACHER}


def show_bank() -> None:
    """Show the questions of one lesson, and one of them with all that is known of it."""
    with (
        st.container(horizontal_alignment="center"),
        st.container(width=READING_WIDTH, gap="medium", key="bank"),
    ):
        st.title("The questions", anchor=False)
        if not may_see_bank():
            st.markdown("The keys stand on this page, so only the teacher can open it.")
            return
        st.markdown(tell_bank(load_items()))
        with st.expander("How many keys are proved, by chapter"):
            titles = {chapter.folder: chapter.title for chapter in CHAPTERS}
            show_rows(tabulate_chapters(load_items(), titles))
        items = _choose_items()
        if not items:
            st.markdown("No question is of this kind. Choose another kind or lesson.")
            return
        firsts = _read_firsts()
        with st.container(key="card_items", gap="small"):
            show_rows(tabulate_items(items, firsts))
            st.caption(
                "Only the first answer of each person counts. In brackets: the 95 % interval of the share."
            )
        _show_item(items, firsts)
        _show_papers()


def _choose_items() -> list[Item]:
    titles = {page.name: page.lesson.title for page in find_pages()}
    lessons = list(dict.fromkeys(entry.lesson for entry in load_entries()))
    with st.container(horizontal=True, gap="medium"):
        lesson = st.selectbox(
            "Lesson", lessons, index=lessons.index("thresholds"), key="bank:lesson", width=360,
            format_func=lambda name: titles.get(name) or BEYOND.get(name, name),
        )  # fmt: skip
        form = st.selectbox(
            "Kind", [ALL, *FORMS], key="bank:form", width=240,
            format_func=lambda name: FORMS.get(name, "All kinds"),
        )  # fmt: skip
    return [item for item in load_items(lesson) if form in (ALL, item.form)]


def _read_firsts() -> Firsts:
    versions = {entry.id: entry.version for entry in load_entries()}
    return take_firsts(read_attempts(gather_attempts(open_store())), versions)


def _show_item(items: list[Item], firsts: Firsts) -> None:
    names = {item.id: item for item in items}
    name = st.selectbox(
        "Look at one", list(names), format_func=lambda name: name.replace("-", " "), key="bank:item"
    )
    item = _choose_variant(names[name])
    with st.container(key="card_item", gap="small"):
        show_stem(item, key=f"bank:{item.id}:{item.seed}")
        lines = [f"- {part.text}" for part in parts_of(item)]
        if lines:
            st.markdown("\n".join(lines))
        st.markdown(f"**Key.** {show_key(item)}")
        show_why(item)
        _show_beliefs(item)
        if ask_for_run(item, label="Prove it", is_plain=False):
            show_run(item)
    with st.container(key="card_figures", gap="small"):
        st.subheader("What the answers say", anchor=False)
        figures = measure_item(item, firsts)
        st.markdown("\n".join(f"- {said}" for said in tell_figures(figures)))
        if figures.n and len(figures.options):
            show_rows(tabulate_options(figures))


def _show_papers() -> None:
    """Say how reliable the marks of whole papers are, where a class sat the same one."""
    sittings = gather_sittings(open_store())
    if not sittings:
        return
    titles = {name: blueprint.title for name, blueprint in find_blueprints().items()}
    with st.container(key="card_papers", gap="small"):
        st.subheader("Whole papers", anchor=False)
        papers = measure_papers(sittings)
        if papers:
            lines = [tell_paper(paper, titles.get(paper.blueprint, "An exam")) for paper in papers]
            st.markdown("\n".join(f"- {line}" for line in lines))
        st.caption(
            "Alpha says how far the questions of one paper agree about people. It is defined only where all "
            "had the same questions: give your class one word for the paper in the mock exam."
        )


def _choose_variant(item: Item) -> Item:
    family = find_family(item.id)
    deployed = load_deployed(family) if family else None
    if family is None or deployed is None:
        return item
    n = len(deployed.variants)
    number: Any = st.number_input(
        f"Variant, from 1 to {n}", 1, n, key=f"bank:variant:{item.id}", width=240
    )
    return render(family, deployed.variants[int(number) - 1])


def _show_beliefs(item: Item) -> None:
    known = load_misconceptions()
    lines = [
        f"- **{known[name].name}**: {known[name].sentence}"
        for name in item.misconceptions
        if name in known
    ]
    if lines:
        st.markdown("Beliefs that it can reveal:\n\n" + "\n".join(lines))
