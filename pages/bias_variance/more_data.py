"""Will more data help? A forecast from a learning curve, and the truth when rows are really added."""

import streamlit as st

from app.about_data import tell_origin
from app.controls import enter, pick
from app.course import Lesson
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import SUPERVISED, invite_own_table, pick_data
from app.predict import Question
from app.prose import show_rows
from app.stage import show_stage
from core.bias_variance.more_data.lab import MoreDataResult, MoreDataSpec
from core.bias_variance.more_data.stage import stage_json
from core.bias_variance.more_data.words import (
    BELIEFS,
    ask_doubling,
    find_answer,
    law_formula,
    list_options,
    tabulate_steps,
    tell_case,
    tell_change,
    tell_curve,
    tell_floor,
    tell_forecast,
    tell_gap,
    tell_interval,
    tell_match,
)
from core.bias_variance.table_models import TABLE_MODELS
from core.datasets import load_dataset
from core.safe_text import md_prose

LESSON = Lesson(
    order=3,
    title="Will more data help?",
    goal="Forecast the error at twice the rows, then add the rows and see who was right.",
    lab="more-data",
    minutes=15,
)

DATA = {
    "digits": "Digits", "breast_cancer": "Tumours", "churn": "Churn", "diabetes": "Diabetes",
    "house_prices": "House prices", "delivery_times": "Delivery times",
}  # fmt: skip
MODELS = {model.name: model.title for model in TABLE_MODELS} | {"neighbours": "Neighbours"}


def ask(result: MoreDataResult) -> Question:
    return Question(
        ask=ask_doubling(result),
        options=list_options(result),
        answer=find_answer(result),
        truth=tell_match(result),
        beliefs=BELIEFS,
    )


def choose_settings(link: Link[MoreDataSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick_data(link, DATA, SUPERVISED)
        pick(link, "model", "Model", MODELS)
        enter(link, "n_rows", "Rows you know", low=60, high=2000, step=20)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        with st.popover("More", type="tertiary"):
            enter(
                link, "bend", "Place of the model’s knob", low=-1, high=11, step=1,
                note="0 is the most rigid setting; −1 is the usual one.",
            )  # fmt: skip
            enter(link, "seed", "Seed of rows, folds and models", low=0, step=1)
        invite_own_table(link, SUPERVISED)


def see(link: Link[MoreDataSpec], result: MoreDataResult) -> None:
    st.markdown(
        f"{md_prose(tell_case(result))} {tell_curve(result)} Drag the handle to add rows. "
        f"{tell_origin(load_dataset(link.spec.data))}"
    )
    show_stage(
        stage_json(result),
        at=result.at,
        key=link.key("stage"),
        on_release=lambda value: link.set(growth=float(value)),
    )
    st.markdown(f"**{tell_forecast(result)} {tell_match(result) if result.is_possible else ''}**")
    show_rows(tabulate_steps(result))
    st.caption(
        "Forecast: mean and 95 % interval. Really added: mean of all draws; each takes other held-back rows, "
        "and others judge. Draws: the least and the largest of them."
    )


def explain(_link: Link[MoreDataSpec], result: MoreDataResult) -> None:
    st.subheader("A learning curve falls, and levels out", anchor=False)
    st.markdown(
        "Train the same model on more and more of your rows, and note its error on new ones: that is a "
        "**learning curve**. Many follow a power law: error = a + b / rows to the power c. What lies above "
        "the floor a shrinks by the same factor each time the rows double."
    )
    formula = law_formula(result)
    if formula is not None:
        show_formula(formula)
    st.markdown(tell_floor(result))
    misconception("More data always helps.", tell_change(result))
    st.subheader("What the two lines foretell", anchor=False)
    st.markdown(
        f"{tell_gap(result)} A gap that is still wide is what rows can close. Where both lines have met, "
        "rows are wasted: the model needs to bend more, or the rest is noise."
    )
    misconception(
        "The gap always closes with more rows.",
        "It closes for a model that cannot learn every row by heart. A tree that grows without limit errs by "
        "0 on its own rows, however many there are: choose Diabetes and the decision tree.",
    )
    st.subheader("How far to trust a forecast", anchor=False)
    st.markdown(tell_interval())
    misconception(
        "A steep curve can be drawn on by eye.",
        "A line drawn on falls below 0 soon. And some curves rise before they fall: choose Diabetes, the "
        "polynomial and 120 rows. With about as many rows as columns it is at its worst, and no power law "
        "describes it.",
    )
    st.caption(
        "Where the rule breaks: the forecast is for rows like these. Rows of another year, or from another "
        "hospital, may help more or harm. Twice the rows is near; ten times the rows is a guess. Sources: "
        "Figueroa and others 2012 (weighted power law); Viering and Loog 2023 (shapes of learning curves); "
        "Nadeau and Bengio 2003 (shared rows)."
    )


if __name__ == "__main__":
    teach("more_data", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
