"""The first beat: the learner commits to an answer before anything is revealed.

Watching a demonstration without a prediction teaches almost nothing (Crouch et al. 2004); an error made
with confidence is the one that is corrected best (Butterfield & Metcalfe 2001). So the question comes first,
with "how sure", and can be left out with one click.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

import streamlit as st

from app.learner import recall, record
from app.link import PREDICT
from app.present import is_presenting

KIND = "prediction"
SKIPPED, REOPENED = "skipped", "reopened"
SURE = {"guess": "a guess", "fairly": "fairly sure", "certain": "certain"}


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked before the picture; the answer is computed from the result, never typed in."""

    ask: str
    options: Mapping[str, str]
    """Key and wording of each answer."""
    answer: str
    """Key of the right one."""
    truth: str
    """What really happened, with its numbers, as one or two sentences."""
    beliefs: Mapping[str, str]
    """For each wrong key: what one would have to believe to say it."""
    code: str = ""
    """A program that the question is about, shown below it with its lines numbered."""


def is_open(page: str, link_hidden: frozenset[str]) -> bool:
    """Return whether the rest of the lesson may be seen."""
    if is_presenting() or PREDICT in link_hidden:
        return True
    event = recall(KIND, page)
    return event is not None and event.body["choice"] != REOPENED


def show_question(page: str, question: Question) -> None:
    """Ask; once answered, compare kindly.

    What was asked, said and true is kept as it was: a learner who predicted for one table and then
    moves on to another must not find words in their mouth that they never said.
    """
    event = recall(KIND, page)
    with st.container(key="predict_card", gap="small"):
        st.caption("Predict")
        if is_presenting():
            _show_question(question)
            _show_options_to_the_room(question)
        elif event is None or event.body["choice"] == REOPENED:
            _show_question(question)
            _ask(page, question)
        else:
            st.subheader(str(event.body["ask"]), anchor=False)
            st.markdown(f"{event.body['truth']} {_compare(event.body)}")
            if st.button("Ask me again", type="tertiary", key=f"{page}:again"):
                _commit(page, {"choice": REOPENED})


def _show_question(question: Question) -> None:
    st.subheader(question.ask, anchor=False)
    if question.code:
        st.code(question.code, language="python", line_numbers=True)


def _ask(page: str, question: Question) -> None:
    choice = st.pills(
        "Your answer",
        list(question.options),
        format_func=question.options.__getitem__,
        key=f"{page}:choice",
        label_visibility="collapsed",
    )
    sure = st.segmented_control(
        "How sure are you?", list(SURE), format_func=SURE.__getitem__, key=f"{page}:sure"
    )
    asked = {"ask": question.ask, "truth": question.truth, "answer": question.answer}
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if st.button("This is my answer", type="primary", disabled=choice is None or sure is None):
            said = {
                "said": question.options[str(choice)],
                "belief": question.beliefs.get(str(choice)),
            }
            _commit(page, asked | said | {"choice": choice, "sure": sure})
        if st.button("Just show me", type="tertiary"):
            _commit(page, asked | {"choice": SKIPPED})


def _commit(page: str, body: Mapping[str, str | None]) -> None:
    if record(KIND, page, body, event_id=uuid4().hex):
        st.rerun()


def _compare(body: Mapping[str, str]) -> str:
    """Return what to say about a prediction that was made."""
    if body["choice"] == SKIPPED:
        return "You looked without predicting. Next time, commit first: it makes the picture stick."
    said = f"You said **{body['said']}**, {SURE[body['sure']]}"
    if body["choice"] == body["answer"]:
        return f"{said}, and so it is."
    start = "Confident and wrong is where one learns most. " if body["sure"] == "certain" else ""
    return f"{said}. {start}{body['belief']}"


def _show_options_to_the_room(question: Question) -> None:
    st.markdown("\n".join(f"- {text}" for text in question.options.values()))
    st.caption("Hands up for each answer. Then press → to see.")
