"""Can you draw it first? Five points of a validation curve, then the measured one."""

import streamlit as st

from app.about_data import tell_origin
from app.controls import choose, enter, pick
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import PREDICT, Link
from app.own_table import SUPERVISED, invite_own_table, pick_data
from app.present import is_presenting
from app.prose import show_rows
from app.sketch import Heights, Sketch, find_drawing
from core.bias_variance.draw_the_curve.board import build_board
from core.bias_variance.draw_the_curve.figures import plot_comparison
from core.bias_variance.draw_the_curve.lab import MODELS, DrawResult, DrawSpec, compare_drawing
from core.bias_variance.draw_the_curve.words import (
    ask_for_curve,
    distance_formula,
    name_view,
    tabulate_five,
    tell_curve,
    tell_drawing,
    tell_method,
)
from core.bias_variance.table_models import find_table_model
from core.datasets import load_dataset
from core.safe_text import md_prose

LESSON = Lesson(
    order=6,
    title="Can you draw it first?",
    goal="Say with five points how a model fares on new rows while it may bend further. Then measure it.",
    lab="draw-the-curve",
    minutes=15,
)

NAME = "draw_the_curve"
DATA = {
    "diabetes": "Diabetes progression", "house_prices": "House prices", "breast_cancer": "Breast cancer",
    "churn": "Churn", "wine": "Wine",
}  # fmt: skip
KINDS = {name: find_table_model(name).title for name in MODELS}
DIRECTIONS = {"error": "an error (low is good)", "score": "a score (high is good)"}


def ask(result: DrawResult) -> Sketch:
    return Sketch(
        ask=md_prose(ask_for_curve(result)),
        board=build_board(result).to_json(),
        view=name_view(result),
        answer=result.real_shape,
        compare=lambda heights: md_prose(tell_drawing(compare_drawing(result, heights))),
    )


def choose_settings(link: Link[DrawSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "model", "Model", KINDS)
        pick_data(link, DATA, SUPERVISED)
    choose(link, "direction", "What is measured", DIRECTIONS)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        with st.popover("More", type="tertiary"):
            enter(link, "seed", "Seed of the rows and the folds", low=0, step=1)
        invite_own_table(link, SUPERVISED)


def find_heights(link: Link[DrawSpec], result: DrawResult) -> Heights | None:
    """Return what was drawn for this view; None keeps the measured curve covered."""
    heights = find_drawing(NAME, name_view(result))
    if heights is None and (PREDICT in link.hidden or is_presenting()):
        return link.spec.drawn
    return heights


def see(link: Link[DrawSpec], result: DrawResult) -> None:
    heights = find_heights(link, result)
    if heights is None:
        st.markdown("Draw this one first, above. Then its measured curve appears here.")
        return
    shown = compare_drawing(result, heights)
    st.markdown(f"{md_prose(tell_method(shown))} {tell_origin(load_dataset(link.spec.data))}")
    show_figure(
        plot_comparison(shown),
        key=link.key("comparison"),
        alt="The measured curve on new rows with its band, the curve on its own rows, and your drawing.",
    )
    if heights and find_drawing(NAME, name_view(result)) is None:  # it came with the link
        st.markdown(md_prose(tell_drawing(shown)))
    st.markdown(md_prose(tell_curve(shown)))


def explain(link: Link[DrawSpec], result: DrawResult) -> None:
    heights = find_heights(link, result)
    if heights is None:
        st.markdown("What it means is told after you have drawn.")
        return
    shown = compare_drawing(result, heights)
    st.subheader("Two curves, and only one of them is about new rows", anchor=False)
    st.markdown(
        "On its **own rows** a model only gains by bending further, as long as each setting can do all that "
        "the one before it could. On **new rows** it gains until it has the shape of the truth, and then it "
        "loses: what it learns beyond that is the noise of its own rows. A drawing that gets ever better is "
        "the curve of the own rows."
    )
    show_rows(tabulate_five(shown))
    formula = distance_formula(shown)
    if formula is not None:
        show_formula(formula)
        st.markdown(
            "Inside the band nobody can know better, so only what lies beyond it counts, and it is measured "
            "in ranges of the curve: a small miss on a flat curve is still a miss."
        )
    misconception(
        "The validation curve is a smooth U with one bottom.",
        f"It is measured, so it wobbles. {md_prose(tell_curve(shown))} Settings whose bands overlap are a "
        "tie; of a tie, take the simplest.",
    )
    misconception(
        "The best setting is where the curve is lowest.",
        "That depends on what is drawn: an error wants to be low, a score wants to be high. Switch “What is "
        "measured” and draw the same belief upside down.",
    )
    st.caption(
        "Where the rule breaks: some models do not rise again within the settings that one tries (forests, "
        "boosting with few trees, linear models with many rows), and some have a second descent far beyond "
        "them. So look, and do not only believe."
    )


if __name__ == "__main__":
    teach(NAME, Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
