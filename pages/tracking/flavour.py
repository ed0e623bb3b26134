"""Model, flavour, signature: one model packed by MLflow, and what it says to a wrong delivery."""

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
from core.safe_text import md_prose
from core.tracking.flavour.figures import plot_called, plot_tries
from core.tracking.flavour.lab import FlavourResult, FlavourSpec
from core.tracking.flavour.risk import CODE, THRESHOLDS
from core.tracking.flavour.words import (
    ASKED,
    OPTIONS,
    WAYS,
    find_answer,
    hits_formula,
    payloads_of,
    say_payload,
    tabulate_addresses,
    tabulate_metrics,
    tabulate_opcodes,
    tabulate_signature,
    tabulate_tries,
    tell_addresses,
    tell_called,
    tell_http,
    tell_judged,
    tell_outcome,
    tell_pickle,
    tell_signature,
    tell_ways,
)

LESSON = Lesson(
    order=5,
    title="Will the model take what you send it?",
    goal="A model leaves your notebook and meets data that nobody checked. Learn how MLflow packs it, what a "
    "signature refuses, and what slips through.",
    lab="flavour",
    minutes=18,
)

DATA = {
    "churn": "Customers who leave",
    "breast_cancer": "Breast tumours",
    "fraud": "Card payments",
}


def ask(result: FlavourResult) -> Question:
    return Question(
        ask=(
            f"A model was trained and logged with MLflow. {ASKED[result.spec.way]} Now three rows are sent "
            f"to it, and {md_prose(say_payload(result))}. What does the model do?"
        ),
        options=OPTIONS,
        answer=find_answer(result),
        truth=md_prose(f"{tell_outcome(result)} {tell_ways(result)}"),
        beliefs={
            "same": "That would be so if this way of asking put right, or ignored, what is wrong here.",
            "other": "That would be so if what is wrong here changed the numbers, and nobody looked.",
            "refused": "That would be so if this way of asking compared what was sent with what it knows.",
        },
    )


def choose_settings(link: Link[FlavourSpec]) -> None:
    choose(link, "way", "Asked through", WAYS)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "payload", "What is sent", payloads_of(link.spec.data, link.spec.payload))
        pick(link, "data", "Data", DATA | own_tables("binary"))
        pick(link, "threshold", "Threshold", {each: f"{each:.1f}" for each in THRESHOLDS})
    with st.popover("More", type="tertiary"):
        choose(link, "judged", "Let MLflow judge it", {False: "No", True: "Yes"})
        enter(link, "seed", "Seed: other rows", low=0, step=1)
        if "data" not in link.hidden and st.button("Use your own table"):
            offer_own_table(lambda name: link.set(data=name), task="binary")


def see(link: Link[FlavourSpec], result: FlavourResult) -> None:
    st.markdown(f"**{md_prose(tell_outcome(result))}** {md_prose(tell_ways(result))}")
    if result.words:
        st.code(result.words, language=None, wrap_lines=True)
    show_figure(plot_tries(result), key=link.key("tries"), alt=tell_ways(result))
    with st.popover("The same as a table", type="tertiary"):
        show_rows(tabulate_tries(result))
    st.subheader("A model of your own around it", anchor=False)
    st.markdown(
        "Often a program wants a decision, not a probability. A custom model, a `PythonModel`, adds it: "
        "whoever is likelier than the threshold is called."
    )
    st.markdown(md_prose(tell_called(result)))
    show_figure(plot_called(result), key=link.key("called"), alt=tell_called(result))
    st.markdown(tell_judged(result))
    if len(result.metrics):
        show_rows(tabulate_metrics(result))


def explain(_link: Link[FlavourSpec], result: FlavourResult) -> None:
    st.subheader("What MLflow keeps of a model", anchor=False)
    st.markdown(
        f"A packed model is a folder. Its files here: {md_prose(result.files)}. The file `MLmodel` says how "
        "it can be opened, and each way is a **flavour**. The native flavour, here `sklearn`, gives the "
        "model as its library knows it. The flavour `python_function`, or **pyfunc**, gives one function "
        "`predict` whatever library made the model. So a server needs to know only pyfunc."
    )
    with st.popover("Read this MLmodel", type="tertiary"):
        st.code(result.mlmodel, language="yaml", wrap_lines=True)
    st.subheader("A signature is a promise about columns", anchor=False)
    st.markdown(md_prose(tell_signature(result)))
    show_rows(tabulate_signature(result))
    st.markdown(tell_http(result))
    misconception(
        "A signature is decoration.",
        "With it, MLflow compares every delivery before the model sees it, and refuses what does not fit.",
    )
    misconception(
        "An extra column breaks the model.",
        "With a signature it is left out with a warning. What is missing breaks the model.",
    )
    misconception(
        "What passes the signature is right.",
        "Two columns mixed up have the right names and types. Only somebody who looks at values notices.",
    )
    st.subheader("The custom model, as MLflow keeps it", anchor=False)
    formula = hits_formula(result)
    if formula is not None:
        show_formula(formula)
    st.code(CODE, language="python")
    st.markdown(
        "Kept as code, it needs no pickle. The threshold is a *param* of its signature, so its type is "
        "checked, too. A word instead of a number gives:"
    )
    st.code(result.refused_threshold, language=None, wrap_lines=True)
    st.subheader("Save, log, register: where it is then", anchor=False)
    st.markdown(tell_addresses(result))
    show_rows(tabulate_addresses(result))
    st.subheader("Why not pickle?", anchor=False)
    st.markdown(md_prose(tell_pickle(result)))
    show_rows(tabulate_opcodes(result))
    st.caption(
        "Where the rule breaks down: a signature learned from a few rows knows only these. Whole numbers "
        "without a gap become a type that can never have one. Give decimals to a column that may be empty. "
        "Glassroom's own store takes models of scikit-learn as skops files and nothing else."
    )


if __name__ == "__main__":
    teach("flavour", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
