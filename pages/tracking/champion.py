"""From run to champion: a registered model, an alias that moves, and who answers a request."""

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
from app.registry import play_live
from app.serving import is_unfolded
from core.safe_text import md_prose
from core.tracking.champion.figures import plot_story
from core.tracking.champion.lab import ChampionResult, ChampionSpec
from core.tracking.champion.words import (
    OPTIONS,
    SHORT,
    find_answer,
    gain_formula,
    list_calls,
    list_refusals,
    list_story,
    tabulate_addresses,
    tabulate_story,
    tabulate_versions,
    tell_addresses,
    tell_answer,
    tell_duel,
    tell_row,
    tell_stages,
    tell_story,
    tell_why,
)

LESSON = Lesson(
    order=6,
    title="Which version answers now?",
    goal="A trained model gets a name, a number and a title, and then a better one comes. Learn how a model "
    "is promoted and taken back, and why the old one may still answer.",
    lab="champion",
    minutes=15,
)

DATA = {
    "churn": "Customers who leave",
    "breast_cancer": "Breast tumours",
    "fraud": "Card payments",
}
CHALLENGERS = {
    "forest": "A forest",
    "tree": "One small tree",
    "neighbours": "The nearest neighbours",
}


def ask(result: ChampionResult) -> Question:
    story = " ".join(f"({n}) {text}" for n, text in enumerate(list_story(result), start=1))
    return Question(
        ask=(
            f"This happens with a model called keeper, in this order: {story} Now a program sends a "
            "request over HTTP. Which version answers?"
        ),
        options=OPTIONS,
        answer=find_answer(result),
        truth=md_prose(f"{tell_answer(result)} {tell_why(result)}"),
        beliefs={
            "first": "That would be so if the server held version 1, whatever the alias says now.",
            "second": "That would be so if the server had loaded version 2, or looked the alias up anew.",
            "nobody": "That would be so if nobody had started a server yet.",
            "error": "That would be so if the server noticed that its alias moved, and gave up.",
        },
    )


def choose_settings(link: Link[ChampionSpec]) -> None:
    choose(link, "moment", "Moment", {n: f"{n} {name}" for n, name in enumerate(SHORT.values(), 1)})
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "data", "Data", DATA | own_tables("binary"))
        pick(link, "challenger", "Challenger", CHALLENGERS)
    with st.popover("More", type="tertiary"):
        enter(link, "seed", "Seed: other rows", low=0, step=1)
        if "data" not in link.hidden and st.button("Use your own table"):
            offer_own_table(lambda name: link.set(data=name), task="binary")


def see(link: Link[ChampionSpec], result: ChampionResult) -> None:
    st.markdown(f"**{tell_answer(result)}** {md_prose(tell_why(result))}")
    show_figure(plot_story(result), key=link.key("story"), alt=tell_answer(result))
    st.markdown(md_prose(tell_row(result)))
    show_rows(tabulate_story(result))
    with st.popover("The calls, as they are typed", type="tertiary"):
        st.code(list_calls(result), language="python", wrap_lines=True)
    st.subheader("Challenger beside champion", anchor=False)
    show_rows(tabulate_versions(result))
    st.markdown(md_prose(tell_duel(result)))
    if is_unfolded("Try it with a real server", key=link.key("live")):
        play_live(result.spec.play, key=link.key("live"))


def explain(_link: Link[ChampionSpec], result: ChampionResult) -> None:
    st.subheader("A version is a number, an alias is a pointer", anchor=False)
    st.markdown(
        "The **registry** keeps models under a name. Each model that is registered under the name becomes "
        "its next **version**: 1, 2, and so on, each with its run. A version never changes. "
        "An **alias** such as `champion` is a word that points at one version, and can be moved with one "
        "call. A **tag** is a label for people and filters, and points at nothing."
    )
    st.markdown(
        f"So programs ask for `models:/keeper@champion` and never for a number. {tell_story(result)}"
    )
    st.subheader("Is the challenger better?", anchor=False)
    show_formula(gain_formula(result))
    st.markdown(
        "The registry moves an alias without asking whether it is wise. Decide before you look: which "
        "rows, which metric, and how large a gain is worth a change."
    )
    st.subheader("Addresses that work, and some that do not", anchor=False)
    st.markdown(md_prose(tell_addresses(result)))
    show_rows(tabulate_addresses(result))
    with st.popover("The errors in MLflow's own words", type="tertiary"):
        st.code(list_refusals(result), language=None, wrap_lines=True)
    misconception(
        "To register a model is to deploy it.",
        "It gives the model a name and a number. Somebody must still start a server, or load it.",
    )
    misconception(
        "Moving the alias changes the running server.",
        "The server looked the alias up when it started. It changes when it is started anew.",
    )
    misconception(
        "For a rollback the old model is trained again.",
        "The old version still lies in the registry. The alias moves back, and the server is started anew.",
    )
    st.subheader("Stages, as history", anchor=False)
    st.markdown(md_prose(tell_stages(result)))
    with st.popover("MLflow's warning", type="tertiary"):
        st.code(result.warning, language=None, wrap_lines=True)
    st.caption(
        "Where the rule breaks down: some servers of cloud platforms watch their configuration and swap the "
        "model by themselves. Look which it is before you promise a rollback. In Unity Catalog of Databricks "
        "a name has three parts, catalog.schema.model, and there are aliases and no stages."
    )


if __name__ == "__main__":
    teach("champion", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
