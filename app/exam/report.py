"""The result of an exam: what it says, what to do next, and every question again with its answer."""

import streamlit as st

from app.answered import link_to_refutation, show_answered, show_kept
from app.asked import show_stem
from app.course import find_pages
from app.exam.desk import find_blueprints, find_sittings, load_sitting
from app.prose import show_rows
from app.prove import ask_for_run, show_run
from core.practice.bank import load_misconceptions
from core.practice.exam.result import Result, read_result
from core.practice.exam.sitting import Sitting
from core.practice.exam.tables import tabulate_domains
from core.practice.exam.words import tell_result, tell_time

N_LESSONS = 3
FILTERS = {"missed": "Missed", "flagged": "Flagged", "all": "All"}


def show_report(sitting_id: str) -> bool:
    """Show the result of one of this learner's exams; return False if there is no such result."""
    start = next((start for start in find_sittings() if start.subject == sitting_id), None)
    sitting = load_sitting(start) if start else None
    blueprint = find_blueprints().get(sitting.paper.blueprint) if sitting else None
    if sitting is None or sitting.result is None or blueprint is None:
        st.warning("There is no such exam of yours. Choose one below.", icon=":material/info:")
        return False
    result = read_result(sitting, blueprint)
    st.title(f"{result.total.n_right} of {result.total.n_asked} right", anchor=False)
    st.caption(
        f"{blueprint.title} · {sitting.begun_at[:10]} · {tell_time(result.seconds_used)} of "
        f"{tell_time(sitting.seconds_allowed)} used"
    )
    st.markdown(tell_result(blueprint, result))
    with st.container(key="card_domains", gap="small"):
        st.subheader("By domain", anchor=False)
        show_rows(tabulate_domains(blueprint, result))
        st.caption(
            "In brackets: the share of all such questions that you would probably answer rightly."
        )
    _show_plan(result)
    _show_questions(sitting, result)
    if st.button("Another exam", icon=":material/arrow_back:"):
        st.query_params.clear()
        st.rerun()
    return True


def _show_plan(result: Result) -> None:
    if not result.lessons:
        return
    with st.container(key="card_plan", gap="small"):
        st.subheader("What to do next", anchor=False)
        if result.beliefs:
            st.markdown("Beliefs behind your wrong answers, and where each can be seen to fail:")
        known = load_misconceptions()
        for name, n in result.beliefs:
            if (belief := known.get(name)) is not None:
                st.markdown(
                    f"- **{belief.name}**{f' ({n} times)' if n > 1 else ''}: {belief.sentence}"
                )
                link_to_refutation(belief)
        pages = {page.name: page for page in find_pages()}
        st.markdown("Lessons in which you missed most:")
        for name in [name for name in result.lessons if name in pages][:N_LESSONS]:
            st.page_link(pages[name].path, label=pages[name].lesson.title)


@st.fragment
def _show_questions(sitting: Sitting, result: Result) -> None:
    st.subheader("The questions again", anchor=False)
    chosen = st.segmented_control(
        "Which?", list(FILTERS), default="missed", format_func=FILTERS.__getitem__,
        key=f"exam:filter:{sitting.id}", required=True,
    )  # fmt: skip
    numbers = [
        at
        for at, state in enumerate(result.states, start=1)
        if chosen == "all"
        or (chosen == "missed" and state in {"wrong", "open"})
        or (chosen == "flagged" and at in sitting.flagged)
    ]
    if not numbers:
        st.markdown("None.")
    for number in numbers:
        _show_question(sitting, number)


def _show_question(sitting: Sitting, number: int) -> None:
    item, given = sitting.item(number), sitting.given.get(number)
    with st.container(key=f"card_answered_{number}", gap="small"):
        if given is not None:
            st.caption(f"Question {number} · {tell_time(given.seconds)}")
        else:
            st.caption(f"Question {number} · no answer")
        question = sitting.question(number)
        is_changed = item is None or (item.version, item.seed) != (question.version, question.seed)
        if given is not None and is_changed and sitting.result is not None:
            marked = sitting.result["marks"][number - 1]
            show_kept(
                given.asked,
                given.answer,
                is_right=marked["state"] == "right",
                key=marked.get("key", ""),
            )
        elif item is not None:
            show_stem(item, key=f"again:{sitting.id}:{number}")
            show_answered(item, given.answer if given else None)
            if ask_for_run(item):
                show_run(item)
