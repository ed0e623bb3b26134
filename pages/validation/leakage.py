"""Which step leaks? Nine pipelines as found and mended."""

import streamlit as st

from app.controls import choose, enter, pick
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.predict import Question, is_open
from core.safe_text import md_prose
from core.validation.leakage.figures import plot_scores
from core.validation.leakage.lab import LeakageResult, LeakageSpec
from core.validation.leakage.words import (
    gap_formula,
    list_questions,
    list_steps,
    name_leak,
    show_evidence,
    show_suspect,
    tell_beliefs,
    tell_harm,
    tell_scores,
    tell_story,
    tell_truth,
    tell_verdict,
    tell_why,
    title_cases,
)
from core.wording import count

LESSON = Lesson(
    order=5,
    title="Why did my score not hold up?",
    goal="Often the report knew something that life does not tell. Find the step that leaks, mend it, and "
    "watch the score fall to the truth.",
    lab="leakage",
    minutes=20,
)

VERSIONS = {False: "as found", True: "mended"}
SIZES = {"few": "few", "usual": "usual", "many": "many"}


def ask(result: LeakageResult) -> Question:
    if not is_open("leakage", frozenset()):
        st.caption("The pipeline under suspicion")
        show_code(show_suspect(result))
    return Question(
        ask=f"{tell_story(result)} One step leaks: it uses what it must not know. Which?",
        options=list_steps(result),
        answer=name_leak(result.spec.case),
        truth=tell_truth(result),
        beliefs=tell_beliefs(result),
    )


def show_code(code: str) -> None:
    st.code(code, language="python", wrap_lines=True)


def choose_settings(link: Link[LeakageSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "case", "Case", title_cases())
        choose(link, "is_mended", "The pipeline", VERSIONS)
        choose(link, "size", "Rows", SIZES)
    with st.popover("More", type="tertiary"):
        enter(
            link, "n_repeats", "Draws", low=3, high=50, step=1,
            note="The rows are drawn anew from the same law, and both pipelines are run again.",
        )  # fmt: skip
        enter(link, "seed", "Seed of the first draw", low=0, step=1)


def see(_link: Link[LeakageSpec], result: LeakageResult) -> None:
    st.markdown(f"{md_prose(tell_story(result))} There were {count(result.n_rows)} rows.")
    show_code(show_evidence(result))
    st.markdown(f"**{md_prose(tell_scores(result))}**")
    show_figure(plot_scores(result), key="scores", alt=tell_scores(result))
    st.caption(
        "Each mark is one draw of the rows, each bar a mean. Circles: what the report says. Diamonds: "
        "what the same model reaches on rows that nobody had. Next: mend the pipeline, or take another "
        "case; to be asked about it first, press “Ask me again” above."
    )


def explain(_link: Link[LeakageSpec], result: LeakageResult) -> None:
    st.subheader("A test row must know nothing that a row in use would not know", anchor=False)
    st.markdown(md_prose(tell_why(result)))
    show_formula(gap_formula(result))
    st.markdown(f"{md_prose(tell_verdict(result))} {md_prose(tell_harm(result))}")
    st.subheader("Four questions for every pipeline", anchor=False)
    for place, (question, repair, cases) in enumerate(list_questions(result), start=1):
        st.markdown(f"{place}. **{question}** {repair} *{cases}.*")
    st.markdown(
        "The first question has a short form: whatever looks at the target or at other rows belongs "
        "inside the folds. A pipeline that is cross-validated as a whole does that by itself."
    )
    explain_beliefs(result)


def explain_beliefs(result: LeakageResult) -> None:
    st.subheader("Not every leak costs something", anchor=False)
    st.markdown(
        "A step that never sees the target and sums up many rows, such as a scaler, carries little from "
        "the test rows. Open “Measured tumours”: it leaks by the rule, and the report hardly moves. Fewer"
        " rows or an extreme value make it matter more, and nobody knows beforehand how much. The "
        "pipeline costs one line, so use it."
    )
    misconception(
        "The model was never fitted on test rows, so nothing can leak.",
        "In most of these cases it was not. A choice, a mean, a copy or a column carried the knowledge.",
    )
    misconception(
        "More folds cure a leak.",
        "More folds repeat the same step. What it saw before the split, it has seen in every fold.",
    )
    misconception(
        "A good score on the test set proves that there is no leak.",
        f"Here the report says {result.found_reported:.2f} and the truth is {result.found_in_use:.2f}. "
        "A score that surprises you is a reason to search.",
    )
    st.caption(
        "Where the rules break down: even an honest report varies from draw to draw, and with few rows it"
        " may lie further off than a small leak. Later rows come from the same law here; in life the law "
        "may change too. Leaks that nobody sees in code, such as a column written later, need somebody "
        "who knows how the table was made. Kapoor and Narayanan (2023) found leaks in 294 papers of 17 "
        "fields."
    )


if __name__ == "__main__":
    teach("leakage", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
