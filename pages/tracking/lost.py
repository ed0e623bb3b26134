"""Lost experiments: ten trainings and three ways of keeping notes, and what they still answer."""

import streamlit as st

from app.controls import choose, enter
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import invite_own_table, pick_data
from app.predict import Question
from app.prose import show_rows
from core.safe_text import md_prose
from core.tracking.lost.answers import QUESTIONS
from core.tracking.lost.figures import plot_possible, plot_scores
from core.tracking.lost.lab import FEWEST_RUNS, MOST_RUNS, LostResult, LostSpec
from core.tracking.lost.words import (
    KEPT,
    OPTIONS,
    WAYS,
    again_formula,
    find_answer,
    tabulate_answers,
    tabulate_runs,
    tell_again,
    tell_answered,
    tell_best,
    tell_notes,
    tell_rows,
    tell_ways,
)
from core.tracking.session import TABLES

LESSON = Lesson(
    order=1,
    title="Which model was that again?",
    goal="An afternoon of trying leaves ten models behind. Learn which notes still answer a question a "
    "month later, and what tracking keeps for you.",
    lab="lost",
    minutes=12,
)


def ask(result: LostResult) -> Question:
    questions = " ".join(f"({n}) {text}" for n, text in enumerate(QUESTIONS.values(), start=1))
    return Question(
        ask=(
            f"You trained {result.n_runs} models in one afternoon. {KEPT[result.spec.notes]} A month later "
            f"your boss asks: {questions} How many of these five can you answer?"
        ),
        options=OPTIONS,
        answer=find_answer(result),
        truth=md_prose(f"{tell_answered(result)} {tell_best(result)}"),
        beliefs={
            "none": "That would be so if the notes did not hold a single thing that was asked for.",
            "some": "That would be so if the notes held the score, and little of how it was made.",
            "most": "That would be so if only one thing had been left out of the notes.",
            "all": "That would be so if the notes held the settings, the rows and the order.",
        },
    )


def choose_settings(link: Link[LostSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        choose(link, "notes", "How notes were kept", WAYS)
        pick_data(link, TABLES, ("binary",))
    with st.popover("More", type="tertiary"):
        enter(link, "n_runs", "Trainings", low=FEWEST_RUNS, high=MOST_RUNS, step=1)
        enter(link, "seed", "Seed: another afternoon", low=0, step=1)
        invite_own_table(link, ("binary",))


def see(link: Link[LostSpec], result: LostResult) -> None:
    st.markdown(f"**{tell_answered(result)}** {md_prose(tell_best(result))}")
    st.markdown(tell_notes(result))
    if result.spec.notes == "tracked":
        st.code(result.text, language="python", wrap_lines=True)
        show_rows(tabulate_runs(result))
    else:
        st.code(result.text, language=None)
    show_figure(plot_scores(result), key=link.key("scores"), alt=tell_best(result))
    st.subheader("Five questions, three ways of keeping notes", anchor=False)
    st.markdown(tell_ways(result))
    show_figure(plot_possible(result), key=link.key("possible"), alt=tell_ways(result))
    show_rows(tabulate_answers(result))


def explain(_link: Link[LostSpec], result: LostResult) -> None:
    st.subheader("A score without its settings is a rumour", anchor=False)
    st.markdown(
        "**Tracking** means that each training writes down by itself what went in and what came out. One "
        "training is a **run**. What went in are its *params* (settings, seeds); what came out are its "
        "*metrics* (scores) and files. Runs that belong together form an **experiment**. A run belongs to "
        "one experiment."
    )
    st.subheader("What it costs to find a lost model", anchor=False)
    st.markdown(
        "Whatever the notes leave open must be tried. With these notes, that is as many trainings as:"
    )
    show_formula(again_formula(result))
    st.markdown(md_prose(tell_again(result)))
    st.subheader("What nobody noticed", anchor=False)
    st.markdown(md_prose(tell_rows(result)))
    misconception(
        "I will remember the good one.",
        "What one remembers is that there was a good one. Its settings and its rows are gone by Monday.",
    )
    misconception(
        "A careful file name is enough.",
        f"Here it answers {result.n_answered_named} of {result.n_questions} questions. A name holds what "
        "seemed to matter that day; the seed of the rows never does.",
    )
    misconception(
        "The highest number in the list is the best model.",
        "Only if all were judged on the same rows. Write down which rows they were.",
    )
    st.caption(
        "Where the rule breaks down: a run repeats a score only if data, code and library versions are the "
        "same, too. Params alone do not hold them. And tracking what was never logged is impossible: decide "
        "before the training what you will want to ask."
    )


if __name__ == "__main__":
    teach("lost", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
