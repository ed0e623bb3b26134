"""Why do many weak models beat one strong one? Bagging, boosting and stacking, taken apart."""

import streamlit as st

from app.about_data import tell_origin
from app.controls import choose, enter, pick
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import invite_own_table, own_tables
from app.predict import Question
from app.prose import show_rows
from app.stage import show_stage
from core.bias_variance.ensembles.figures import plot_growth, plot_rivals, plot_table
from core.bias_variance.ensembles.stage import stage_json
from core.bias_variance.ensembles.view import EnsemblesResult, EnsemblesSpec
from core.bias_variance.ensembles.words import (
    TITLES,
    find_answer,
    law_formula,
    tabulate_rivals,
    tell_ends,
    tell_law,
    tell_out_of_bag,
    tell_stop,
    tell_strong,
    tell_stumps,
    tell_table,
    tell_unseen,
    tell_view,
    tell_weak,
    unseen_formula,
)
from core.datasets import load_dataset
from core.datasets.curves import CURVES
from core.wording import count

LESSON = Lesson(
    order=5,
    title="Why do many weak models beat one strong one?",
    goal="Average trees, put them in a row, or mix models: which part of the error does each way take away?",
    lab="ensembles",
    minutes=20,
)

TRUTHS = {curve.name: curve.title for curve in CURVES}
DATA = {
    "diabetes": "Diabetes",
    "house_prices": "House prices",
    "delivery_times": "Delivery times",
}
MEMBERS = {1: "1", 2: "2", 5: "5", 10: "10", 20: "20"}
NOISES = {0.0: "none", 0.1: "little", 0.3: "some", 0.6: "much"}
SIZES = {40: "40", 80: "80", 160: "160"}


def ask(result: EnsemblesResult) -> Question:
    return Question(
        ask=(
            "A decision tree grows until it fits its own rows exactly. You train 20 such trees instead of "
            "one. In a bag, each learns from rows drawn anew, and their answers are averaged. In a boost, "
            "each learns what the ones before it still get wrong. Which of the two is better on fresh rows "
            "than one tree?"
        ),
        options={
            "bag": "Only the bag",
            "boost": "Only the boost",
            "both": "Both",
            "neither": "Neither",
        },
        answer=find_answer(result),
        truth=tell_ends(result),
        beliefs={
            "bag": "That would be so if there were nothing left to correct, and much to average out.",
            "boost": "That would be so if a tree that fits every row still left errors to learn from.",
            "both": "That would be so if more models always helped. Each way cures one part of the error.",
            "neither": "That would be so if all trees made the same mistakes. Their rows differ.",
        },
    )


def choose_settings(link: Link[EnsemblesSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        choose(link, "method", "Models", TITLES)
        choose(link, "members", "Trees in a bag or boost", MEMBERS)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "truth", "The truth", TRUTHS)
        pick(link, "data", "A table of unknown truth", DATA | own_tables("regression"))
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        with st.popover("More", type="tertiary"):
            choose(
                link,
                "noise",
                "Noise",
                NOISES | {link.spec.noise: NOISES.get(link.spec.noise, "other")},
            )
            choose(
                link,
                "n_rows",
                "Rows in a sample",
                SIZES | {link.spec.n_rows: count(link.spec.n_rows)},
            )
            enter(link, "seed", "Seed: other samples of the same truth", low=0, step=1)
        invite_own_table(link, ("regression",))


def see(link: Link[EnsemblesSpec], result: EnsemblesResult) -> None:
    st.markdown(
        f"The truth is known here, because we made it. {count(result.n_samples)} samples of "
        f"{count(result.spec.n_rows)} rows were drawn from it, and every ensemble learnt from each of them. "
        "Drag the handle: how deep may each tree grow? A tree of depth 1 asks one question and is called a "
        "stump; without a limit it goes on until it fits its own rows."
    )
    show_stage(
        stage_json(result),
        at=result.at,
        key=link.key("stage"),
        on_release=lambda value: link.set(depth=int(value)),
    )
    st.markdown("All four at the depth of the handle, with the parts of their error:")
    show_figure(plot_rivals(result), key=link.key("rivals"), alt=tell_view(result))
    show_rows(tabulate_rivals(result))


def explain(link: Link[EnsemblesSpec], result: EnsemblesResult) -> None:
    st.subheader("Averaging lowers variance, correcting lowers bias", anchor=False)
    st.markdown(
        "**Bagging** trains each tree on rows drawn anew with replacement (a bootstrap sample) and averages "
        "the answers. What all trees get wrong stays; what each gets wrong in its own way cancels out. "
        "**Boosting** trains a small tree on what is still wrong, adds half of its answer, and goes on. "
        "**Stacking** lets a last model learn how far to trust each of several different ones, from "
        "predictions for rows that they had not seen."
    )
    st.markdown(tell_weak(result))
    st.markdown(f"{tell_stumps(result)} {tell_strong(result)}")
    misconception("Boosting is for trees that overfit.", tell_stop(result))
    st.subheader("How far does averaging go?", anchor=False)
    formula = law_formula(result)
    if formula is not None:
        show_formula(formula)
    st.markdown(tell_law(result))
    show_figure(plot_growth(result), key=link.key("growth"), alt=tell_law(result))
    st.caption(
        "The variance and the correlation in the law come from all pairs of the 20 members. So the law meets "
        "the last point by construction and has to find the others. A random forest hides some columns at "
        "each split to make its trees less alike."
    )
    misconception("Twice the trees, half the variance.", "Only if no two of them were alike.")
    st.subheader("Rows that a tree has not seen", anchor=False)
    show_formula(unseen_formula(result))
    st.markdown(
        f"{tell_unseen(result)} These rows are out of its bag, and can judge it for nothing."
    )
    st.markdown(tell_out_of_bag(result))
    st.subheader("Where nobody knows the truth", anchor=False)
    st.markdown(f"{tell_origin(load_dataset(link.spec.data))} {tell_table(result)}")
    show_figure(plot_table(result), key=link.key("table"), alt=tell_table(result))
    st.caption(
        "There is no stack among these bars. A bootstrap sample holds some rows twice, so the same row would "
        "stand among those that a stack’s members learn from and among those that its last model is taught "
        "on: that model would have been shown the answers."
    )
    misconception(
        "The bias of a model on real data can be measured.",
        "Only together with the noise: without the truth nobody can tell what this model gets wrong every "
        "time from what no model could know. The hatched bars show the two as one.",
    )
    st.caption(
        "Where the rules break: boosting goes on lowering the error on its own rows, so after many trees its "
        "variance rises too. Bootstrap samples of one table share rows, so the variance of really new "
        "tables is larger. And the four bars do not say that one way is best: a stack is as good as what it "
        "mixes. Sources: Breiman 1996 and 2001; Friedman 2001; Wolpert 1992."
    )


if __name__ == "__main__":
    teach("ensembles", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
