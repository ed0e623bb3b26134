"""Anatomy of a run: one training logged in four ways, and what MLflow really holds of each."""

import streamlit as st

from app.controls import choose, enter
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, show_parts, teach
from app.link import Link
from app.own_table import invite_own_table, pick_data
from app.predict import Question
from app.prose import show_rows
from core.safe_text import md_prose
from core.tracking.anatomy.figures import plot_curve, plot_parts, plot_trials
from core.tracking.anatomy.lab import AnatomyResult, AnatomySpec
from core.tracking.anatomy.script import MOST_DEPTH
from core.tracking.anatomy.words import (
    OPTIONS,
    WAY_NAMES,
    draw_tree,
    find_answer,
    held_formula,
    quote_refusal,
    tabulate_entries,
    tabulate_kinds,
    tell_average,
    tell_counts,
    tell_diff,
    tell_held,
    tell_params,
    tell_question,
    tell_refusal,
    tell_tree,
    tell_ways,
)
from core.tracking.session import TABLES

LESSON = Lesson(
    order=2,
    title="What is in a run?",
    goal="One line of MLflow logs a training by itself. Learn what a run holds, what you must log by hand, "
    "and what is left out without a word.",
    lab="anatomy",
    minutes=15,
)


def ask(result: AnatomyResult) -> Question:
    return Question(
        ask=tell_question(result),
        options=OPTIONS,
        answer=find_answer(result),
        truth=md_prose(tell_held(result)),
        beliefs={
            "none": "That would be so if nothing but your own lines could log a number.",
            "some": "That would be so if only a part of what happened came to MLflow's notice.",
            "all": "That would be so if MLflow saw everything that the program computes.",
        },
    )


def choose_settings(link: Link[AnatomySpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        choose(link, "way", "How the training was logged", WAY_NAMES)
        pick_data(link, TABLES, ("binary",))
    with st.popover("More", type="tertiary"):
        enter(link, "depth", "Levels of the tree", low=1, high=MOST_DEPTH, step=1)
        enter(link, "seed", "Seed: other rows held back", low=0, step=1)
        invite_own_table(link, ("binary",))


def see(link: Link[AnatomySpec], result: AnatomyResult) -> None:
    st.markdown(f"**{md_prose(tell_held(result))}** {md_prose(tell_counts(result))}")
    if link.spec.way == "search":
        st.code(draw_tree(result), language=None)
        show_figure(plot_trials(result), key=link.key("trials"), alt=tell_tree(result))
    if link.spec.way == "hand":
        show_figure(plot_curve(result), key=link.key("curve"), alt="The metric with steps.")
    show_figure(plot_parts(result), key=link.key("parts"), alt=tell_ways(result))
    st.markdown(md_prose(f"{tell_ways(result)} {tell_diff(result)}"))
    st.subheader("The run itself, as MLflow gives it back", anchor=False)
    show_rows(tabulate_entries(result))


def explain(_link: Link[AnatomySpec], result: AnatomyResult) -> None:
    st.subheader("A run is a folder of six kinds of things", anchor=False)
    st.markdown(
        "Beside these, MLflow writes by itself who ran which program, and when. That is all that a run "
        "holds: nobody can ask it later for a thing that was not logged."
    )
    show_rows(tabulate_kinds())
    show_formula(held_formula(result))
    parts = {
        "Autolog": _explain_autolog,
        "Logged twice": _explain_refusal,
        "Nested runs": _explain_nested,
    }
    show_parts(parts, result)
    misconception(
        "With autolog on, everything is logged.",
        "It hears libraries that it knows, after it was switched on. Your own scores, reasons and files it "
        "does not hear.",
    )
    misconception(
        "If something was not logged, MLflow would say so.",
        "It says nothing. Read a run back once before you rely on it.",
    )
    st.caption(
        "Where the rule breaks down: what autolog hears differs from library to library and from version to "
        "version. What you see here is this version of MLflow with scikit-learn."
    )


def _explain_autolog(result: AnatomyResult) -> None:
    st.markdown(
        "**Autolog** puts its own code around the `fit` of scikit-learn's models, and around the functions "
        "in `sklearn.metrics`. So it hears only what is called through these, later on."
    )
    st.markdown(
        "- **Accuracy** was lost. `from sklearn.metrics import accuracy_score` at the top of the program "
        "took the function before autolog changed it.\n"
        "- **F1** was heard. `metrics.f1_score(…)` is looked up when it is called.\n"
        "- **ROC AUC** was lost. Autolog follows what `predict` returns, and not `predict_proba`."
    )
    st.markdown(md_prose(f"{tell_params(result)} {tell_average(result)}"))


def _explain_refusal(result: AnatomyResult) -> None:
    st.markdown(md_prose(tell_refusal(result)))
    st.code(f"MlflowException: {quote_refusal(result)}", language=None, wrap_lines=True)
    st.markdown(
        "A param says what went in, so it stays. Logging the same value again is no error. What changes "
        "while a run goes on is a metric; what may change later is a tag."
    )


def _explain_nested(result: AnatomyResult) -> None:
    st.markdown(md_prose(tell_tree(result)))
    st.code(draw_tree(result), language=None)
    st.markdown(
        "By hand, a child is a run that is started inside another: `mlflow.start_run(nested=True)`. Without "
        "`nested=True` MLflow raises an error. The child holds its parent's id in the tag "
        "`mlflow.parentRunId`."
    )


if __name__ == "__main__":
    teach("anatomy", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
