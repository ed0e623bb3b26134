"""Reproduce it: a training twice, with seed, data, code and environment kept or not."""

import streamlit as st

from app.controls import choose, enter, pick
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import offer_own_table, own_tables
from app.predict import Question
from app.prose import show_rows
from core.tracking.reproduce.figures import plot_answers
from core.tracking.reproduce.lab import ReproduceResult, ReproduceSpec
from core.tracking.reproduce.words import (
    DATA,
    MODELS,
    OPTIONS,
    YES_NO,
    ask_for,
    changed_formula,
    command_of,
    find_answer,
    program_of,
    project_of,
    tabulate_ingredients,
    tabulate_kept,
    tell_outcome,
    tell_project,
    tell_why,
)

LESSON = Lesson(
    order=7,
    title="Can I get that result again?",
    goal="A training is repeated, with seed, data, code and environment kept or not. Learn what each of them "
    "decides, and how a project of MLflow writes them down.",
    lab="reproduce",
    minutes=15,
)


def ask(result: ReproduceResult) -> Question:
    return Question(
        ask=ask_for(result),
        options=OPTIONS,
        answer=find_answer(result),
        truth=tell_outcome(result),
        beliefs={
            "same": "That would be so if what was not kept decided nothing in this training.",
            "digits": "That would be so if only the order of a sum had changed.",
            "other": "That would be so if chance, data or settings had taken another way.",
            "close": "That would be so if the model had changed, but no row stood near one half.",
        },
    )


def choose_settings(link: Link[ReproduceSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        for name, label in (
            ("keeps_seed", "Seed"),
            ("keeps_data", "Data"),
            ("keeps_code", "Code"),
            ("keeps_environment", "Environment"),
        ):
            choose(link, name, label, YES_NO)
        pick(link, "model", "Model", MODELS)
    with st.popover("More", type="tertiary"):
        pick(link, "data", "Table", DATA | own_tables("binary"))
        choose(link, "as_project", "As a project of MLflow", {False: "no", True: "yes"})
        enter(link, "seed", "The seed then", low=0, step=1)
        if "data" not in link.hidden and st.button("Use your own table"):
            offer_own_table(lambda name: link.set(data=name), task="binary")


def see(link: Link[ReproduceSpec], result: ReproduceResult) -> None:
    st.markdown(f"**{tell_outcome(result)}**")
    show_figure(plot_answers(result), key=link.key("answers"), alt=tell_outcome(result))
    st.markdown("What went in, then and now. Of a file, only the start of its digest is shown:")
    show_rows(tabulate_ingredients(result))


def explain(_link: Link[ReproduceSpec], result: ReproduceResult) -> None:
    st.subheader("A result is made of four things", anchor=False)
    for sentence in tell_why(result):
        st.markdown(sentence)
    show_formula(changed_formula(result))
    with st.popover("The program", type="tertiary"):
        st.code(program_of(result), language="python")
    st.subheader("A folder that says how to run it", anchor=False)
    st.markdown(
        "A **project of MLflow** is a folder with a file called `MLproject`. It names the environment, the "
        "parameters with their types and defaults, and the command. Whoever has the folder starts it by one "
        "line, and changes a parameter without opening the program:"
    )
    st.code(command_of(result), language=None, wrap_lines=True)
    st.code(project_of(result), language="yaml")
    st.markdown(tell_project(result))
    if result.is_project_finished:
        show_rows(tabulate_kept(result))
    misconception(
        "I set the seed, so it is reproducible.",
        "A seed holds what is drawn with it. It does not hold the rows, the program, the versions, or the "
        "order of a set.",
    )
    misconception(
        "Every model needs a seed.",
        "Logistic regression draws nothing, so its seed decides nothing. Choose it and change the seed.",
    )
    misconception(
        "A project of MLflow freezes everything.",
        "It writes down what to run. The data must lie where it says. And with `--env-manager local` it "
        "runs in whatever is installed; only `virtualenv` and `conda` build what the file asks for.",
    )
    st.caption(
        "Where the rule breaks down: with all four kept, another processor may still add up in another order "
        "and change last digits. So compare within a small tolerance, and keep the model itself: what was "
        "trained need not be trained again. In the program, `sorted(columns)` mends what the hash seed does."
    )


if __name__ == "__main__":
    teach("reproduce", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
