"""A question that was answered: right or not, why, which belief is behind it, and the run that proves it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st

from app.course import find_pages
from core import safe_text
from core.practice.bank import load_misconceptions
from core.practice.entry import parts_of, tell_entry, write_asked
from core.practice.grade import grade, show_key
from core.practice.parts import Misconception, Reviewed
from core.practice.schema import Item


def show_answered(item: Item, answer: str | None) -> None:
    """Show what was said (None: nothing), the verdict on it, and the explanation."""
    if answer is None:
        st.info(f"You gave no answer. {_tell_answer(show_key(item))}", icon=":material/info:")
        show_why(item)
        return
    verdict = grade(item, answer)
    asked = write_asked(item, [part.id for part in parts_of(item)])
    said = tell_entry(asked, answer) or safe_text.md(answer)
    if verdict.state == "right":
        why = verdict.feedback.removeprefix("Right.").strip()  # the verdict stands above already
        st.success(f"**Right.** {said}\n\n{why}", icon=":material/check:")
    else:
        belief = load_misconceptions().get(verdict.misconception or "")
        # Of several wrong lines the first one says which belief is named.
        which = "\n\nThe first of these is" if "\n\n" in verdict.feedback else " This is"
        name = f"{which} the belief “{belief.name}”." if belief else ""
        st.error(
            f"**{_tell_verdict(verdict.credit)}** You said: {said}\n\n"
            f"{verdict.feedback}{name}\n\n{_tell_answer(verdict.key)}",
            icon=":material/close:",
        )
        if belief:
            link_to_refutation(belief)
    show_why(item)


def show_kept(
    asked: Mapping[str, Any], answer: str, *, is_right: bool, key: str, feedback: str = ""
) -> None:
    """Show an answer as it was given, to a question that has been changed since."""
    st.markdown(asked["stem"])
    if asked.get("picture"):
        st.caption(f"The chart: {asked['picture']}")
    if asked["code"]:
        st.code(asked["code"], language="python", wrap_lines=True)
    said = tell_entry(asked, answer) or safe_text.md(answer)
    verdict = "Right." if is_right else "Not this one."
    parts = [f"**{verdict}** You said: {said}", feedback]
    if not is_right:
        parts.append(_tell_answer(key))
    (st.success if is_right else st.error)(
        "\n\n".join(part for part in parts if part),
        icon=":material/check:" if is_right else ":material/close:",
    )
    st.caption("This question has been changed since you answered it. Here it is as it was.")


def _tell_verdict(credit: float) -> str:
    if not credit:
        return "Not this one."
    return f"Partly right: worth {credit:.2f} here, and nothing in an exam."


def _tell_answer(key: str) -> str:
    """Return the key in a sentence; one of several lines is a list of its own."""
    return f"The answer is: {key}" if "\n" in key else f"The answer is **{key}**."


def show_why(item: Item) -> None:
    """Show the explanation, and for what no run here can prove, who read it where."""
    st.markdown(item.explanation)
    if item.reviewed:
        _show_sources(item.reviewed)


def _show_sources(reviewed: Reviewed) -> None:
    """Say who read what is asked where, as no run here can prove it."""
    said = ", ".join(f"[{source.title}]({source.address})" for source in reviewed.sources)
    st.caption(
        f"Not proved by a run: {reviewed.reason} Read by {reviewed.by} on {reviewed.on:%d %B %Y}: {said}."
    )


def link_to_refutation(belief: Misconception) -> None:
    """Link to the lab in which the belief can be seen to fail, if a page shows it."""
    if belief.refuted_by is None:
        return
    lab, _, query = belief.refuted_by.partition("?")
    for page in find_pages():
        if page.lesson.lab == lab:
            st.page_link(
                page.path,
                label="See this belief fail in the lab",
                icon=":material/experiment:",
                query_params=dict(parse_qsl(query)),
            )
