"""Choose an exam: after which blueprint, how long, and with whose paper."""

from zlib import crc32

import streamlit as st

from app.exam.desk import begin, find_blueprints, find_sittings, load_sitting
from app.question import met_items
from core.practice.exam.blueprint import Blueprint, find_gaps
from core.practice.exam.paper import draw_paper
from core.practice.exam.words import tell_form, tell_gaps

MAX_WORD_CHARS = 40


def show_choice() -> None:
    """Offer the exams, and the results of earlier ones."""
    st.title("Mock exam", anchor=False)
    st.markdown(
        "Questions against the clock, and no word about right or wrong until the end. Each answer is "
        "kept the moment you give it: close the browser, come back, and go on where you were."
    )
    blueprints = find_blueprints()
    with st.container(key="card_exam", gap="medium"):
        name = st.radio(
            "Which exam?",
            list(blueprints),
            format_func=lambda name: blueprints[name].title,
            key="exam:blueprint",
        )
        blueprint = blueprints[name]
        st.markdown(blueprint.about)
        st.caption(
            f"{blueprint.version}. Source: {blueprint.source}. Checked on {blueprint.checked_on:%d %B %Y}."
        )
        _show_gaps(blueprint)
        n = st.radio(
            "How long?",
            blueprint.forms,
            format_func=lambda n: tell_form(blueprint, n),
            key=f"exam:form:{name}",
        )
        word = st.text_input(
            "A word for the paper (leave it empty for a paper of your own)",
            max_chars=MAX_WORD_CHARS,
            help="Everybody who types the same word gets the same paper, so a class can compare.",
            key="exam:word",
        )
        if st.button("Begin", type="primary", icon=":material/timer:"):
            _begin(blueprint, n, word.strip())
    _show_earlier()


def _begin(blueprint: Blueprint, n: int, word: str) -> None:
    if word:
        paper = draw_paper(blueprint, n, seed=crc32(word.casefold().encode()))
    else:
        paper = draw_paper(blueprint, n, seed=len(find_sittings()), met=met_items())
    if begin(paper, blueprint):
        st.query_params.clear()
        st.rerun()


def _show_gaps(blueprint: Blueprint) -> None:
    gaps = find_gaps(blueprint)
    said = tell_gaps(blueprint, gaps)
    if said is None:
        return
    st.markdown(said)
    with st.expander("What is left out"):
        st.markdown("\n".join(f"- {gap.text}" for gap in gaps))


def _show_earlier() -> None:
    starts = find_sittings()
    if not starts:
        return
    st.subheader("Your earlier exams", anchor=False)
    blueprints = find_blueprints()
    for start in reversed(starts):
        sitting = load_sitting(start)
        blueprint = blueprints.get(sitting.paper.blueprint)
        if blueprint is None or sitting.result is None:
            continue
        n_right = sum(mark["state"] == "right" for mark in sitting.result["marks"])
        label = (
            f"{sitting.begun_at[:10]}: {blueprint.title}, {n_right} of {sitting.n_questions} right"
        )
        if st.button(label, type="tertiary", key=f"open_{sitting.id}"):
            st.query_params["sitting"] = sitting.id
            st.rerun()
