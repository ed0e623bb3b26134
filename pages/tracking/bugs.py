"""Find the bug: small programs that fail, really run, then mended and run again."""

import streamlit as st

from app.controls import pick
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import PREDICT, Link
from app.predict import Question
from app.prose import show_rows
from core.tracking.bugs.figures import plot_groups
from core.tracking.bugs.lab import BugsResult, BugsSpec
from core.tracking.bugs.words import (
    OFFERED,
    ask_for,
    beliefs_of,
    code_of,
    find_answer,
    is_every,
    mended_of,
    options_of,
    quote,
    share_formula,
    tabulate_programs,
    tell_elsewhere,
    tell_mending,
    tell_outcome,
    why_of,
)

LESSON = Lesson(
    order=8,
    title="Find the bug",
    goal="Programs found in notes and courses often do not run, or run and are wrong. Point at the line, "
    "then see what really happens, and how it is mended.",
    lab="bugs",
    minutes=15,
)


def ask(result: BugsResult) -> Question:
    return Question(
        ask=ask_for(result),
        code=code_of(result),
        options=options_of(result),
        answer=find_answer(result),
        truth=tell_outcome(result),
        beliefs=beliefs_of(result),
    )


def choose_settings(link: Link[BugsSpec]) -> None:
    pick(link, "bug", "Program", OFFERED)
    if not {"bug", PREDICT} & link.hidden:
        st.caption("For each new program, press “Ask me again” above and point at its line first.")


def see(link: Link[BugsSpec], result: BugsResult) -> None:
    st.markdown(f"**{tell_outcome(result)}**")
    if is_every(result):
        show_figure(plot_groups(result), key=link.key("groups"), alt=tell_outcome(result))
        show_rows(tabulate_programs(result))
        return
    st.code(code_of(result), language="python", line_numbers=True)
    st.markdown("It was run just as it stands. This is what it said:")
    st.code(quote(result, "broken"), language=None, wrap_lines=True)
    st.markdown(tell_mending(result))
    st.code(mended_of(result), language="python", line_numbers=True)
    st.code(quote(result, "mended"), language=None, wrap_lines=True)


def explain(_link: Link[BugsSpec], result: BugsResult) -> None:
    if not is_every(result):
        st.subheader("What was wrong", anchor=False)
        st.markdown(why_of(result))
    st.subheader("Loud and silent mistakes", anchor=False)
    st.markdown(
        "A **loud** mistake asks for something that Python or MLflow cannot do. It ends with an error: a "
        "class, a sentence, and the line where it could not go on. A **silent** mistake asks for something "
        "that can be done, but was not meant. Nothing stops it, so its wrong number goes into the report."
    )
    if is_every(result):
        show_formula(share_formula(result))
        st.markdown(tell_elsewhere(result))
    st.markdown(
        "Read an error from its end: the last line says what, the line number above says where. If that line "
        "is right, walk back to where its values came from. A silent mistake is found only by somebody who "
        "knows what should come out: print it, count it, test it."
    )
    misconception(
        "It ran, so it is right.",
        "A program that ran has asked for nothing impossible. Whether that was what you meant is another "
        "question. Pick “Keep notes with a run” and see what was kept.",
    )
    misconception(
        "The line in the error is the line that is wrong.",
        "It is the line where Python could not go on. The mistake may stand earlier. Pick “Try two depths”.",
    )
    misconception(
        "It worked in my notebook.",
        "A notebook remembers what other cells did: imports, files, variables. Each program here was run in "
        "a fresh place. Restart the notebook and run all before you believe it.",
    )
    st.caption(
        "Where the rule breaks down: which mistakes are loud depends on the version. `squared=False` was "
        "right once and is an error now, and what is refused today may be read in silence tomorrow. So write "
        "down the versions, too."
    )


if __name__ == "__main__":
    teach("bugs", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
