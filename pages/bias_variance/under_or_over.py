"""Under or over? A model, its errors on old and new rows, and remedies that are really applied."""

import streamlit as st

from app.about_data import tell_origin
from app.controls import enter, pick
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import SUPERVISED, invite_own_table, pick_data
from app.predict import Question
from app.prose import show_rows
from app.stage import show_stage
from core.bias_variance.table_models import TABLE_MODELS
from core.bias_variance.under_or_over.figures import plot_remedies, plot_sizes
from core.bias_variance.under_or_over.lab import UnderOverResult, UnderOverSpec
from core.bias_variance.under_or_over.stage import stage_json
from core.bias_variance.under_or_over.words import (
    ask_remedy,
    gap_formula,
    list_beliefs,
    list_options,
    tabulate_findings,
    tabulate_remedies,
    tell_case,
    tell_gap_alone,
    tell_grades,
    tell_pair,
    tell_remedy,
    tell_rows,
    tell_verdict,
)
from core.datasets import load_dataset
from core.safe_text import md_prose

LESSON = Lesson(
    order=2,
    title="Does my model learn too little or too much?",
    goal="Examine a sick model by two errors, choose a remedy, and see what it really changed.",
    lab="under-or-over",
    minutes=20,
)

DATA = {
    "diabetes": "Diabetes", "house_prices": "House prices", "delivery_times": "Delivery times",
    "digits": "Digits", "breast_cancer": "Tumours", "churn": "Churn",
}  # fmt: skip
MODELS = {model.name: model.title for model in TABLE_MODELS} | {"neighbours": "Neighbours"}


def ask(result: UnderOverResult) -> Question:
    return Question(
        ask=ask_remedy(result),
        options=list_options(result),
        answer=result.best_remedy,
        truth=tell_remedy(result),
        beliefs=list_beliefs(result),
    )


def choose_settings(link: Link[UnderOverSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick_data(link, DATA, SUPERVISED)
        pick(link, "model", "Model", MODELS)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        with st.popover("More", type="tertiary"):
            enter(
                link, "n_rows", "Rows known at the start", low=60, high=2000, step=20,
                note="The others are held back, as more rows.",
            )  # fmt: skip
            enter(link, "seed", "Seed of rows, folds and models", low=0, step=1)
        invite_own_table(link, SUPERVISED)


def see(link: Link[UnderOverSpec], result: UnderOverResult) -> None:
    st.markdown(
        f"{md_prose(tell_case(result))} Drag the handle: how far may the model bend? "
        f"{tell_origin(load_dataset(link.spec.data))}"
    )
    show_stage(
        stage_json(result),
        at=result.at,
        key=link.key("stage"),
        on_release=lambda value: link.set(bend=int(value)),
    )
    st.markdown(f"**{md_prose(tell_verdict(result))}**")
    st.subheader("Six remedies, really applied", anchor=False)
    show_figure(plot_remedies(result), key=link.key("remedies"), alt=tell_remedy(result))
    st.markdown(md_prose(tell_remedy(result)))
    show_rows(tabulate_remedies(result))
    st.caption(
        "Change of the error on new rows, on the same folds with and without the remedy; below 0 is better. "
        "In brackets the 95 % interval, widened because folds share rows (Nadeau and Bengio 2003)."
    )


def explain(link: Link[UnderOverSpec], result: UnderOverResult) -> None:
    st.subheader("Two errors, and what they say together", anchor=False)
    st.markdown(
        f"{md_prose(tell_pair(result))} A model that learns too little (**underfitting**) errs on both. A "
        "model that learns too much (**overfitting**) takes the chance of its rows for a rule: it errs "
        "little on them and much on others. Both are degrees, so we measure the gap against the error of "
        "saying always the same:"
    )
    show_formula(gap_formula(result))
    misconception("A large gap means that the model is bad.", md_prose(tell_gap_alone(result)))
    st.subheader("Six questions to any model", anchor=False)
    show_rows(tabulate_findings(result))
    st.caption(tell_grades())
    misconception(
        "Both errors are high, so the model underfits.",
        "Perhaps. Noise makes both errors high too, and then nothing that bends more does better. Choose "
        "Diabetes and the ridge, and drag to the middle: both errors are high, close together, and no "
        "setting is clearly better.",
    )
    st.subheader("What its learning curve adds", anchor=False)
    show_figure(plot_sizes(result), key=link.key("sizes"), alt=tell_rows(result))
    st.markdown(
        f"On new rows: {md_prose(tell_rows(result))} A gap that closes as rows come says “wait for rows”; "
        "two flat lines close together say that rows will not help."
    )
    misconception(
        "Cross-validation cures overfitting.",
        "It shows it, and lets you choose a better setting. The model itself is trained in the same way "
        "with or without it. What it calms is the estimate, not the model.",
    )
    st.caption(
        "Where the rules break: the pair of errors says how a model errs on rows like these; with rows from "
        "another time or place both may mislead. Error on rows learnt from falls with freedom only if each "
        "setting contains the former and training finds its best. And picking the best remedy by these rows "
        "flatters it a little: judge the winner on rows that had no part in the choice."
    )


if __name__ == "__main__":
    teach(
        "under_or_over", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain)
    )
