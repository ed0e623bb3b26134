"""How far can you trust a cross-validation score? The truth lab."""

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
from app.stage import show_stage
from core.validation.risk.figures import plot_own, plot_schemes, plot_sizes, plot_spreads
from core.validation.risk.lab import RiskResult, RiskSpec
from core.validation.risk.own import NO_TABLE
from core.validation.risk.stage import stage_json
from core.validation.risk.tables import (
    removed_formula,
    standard_error_formula,
    tabulate_intervals,
    tabulate_schemes,
    tabulate_spreads,
)
from core.validation.risk.words import (
    LAW_NAMES,
    judge_repeating,
    name_folds,
    points,
    tell_bias,
    tell_cover,
    tell_leave_one_out,
    tell_luck,
    tell_mine,
    tell_own,
    tell_repeating,
    tell_schemes,
    tell_setting,
    tell_sizes,
    tell_standstill,
    tell_unknown,
)
from core.wording import percent

LESSON = Lesson(
    order=4,
    title="How far can you trust a cross-validation score?",
    goal="A score is a guess about new rows. Here the truth is known too: see how far the guess is off.",
    lab="risk",
    minutes=20,
)


def ask(result: RiskResult) -> Question:
    return Question(
        ask=(
            f"You have {result.spec.n_rows} rows, and {name_folds(result)} gives your model a score. "
            "Others, who collected other rows of the same kind, get other scores: the scores spread. Now "
            "everybody deals their own rows into new folds a thousand times, and averages. How much of that "
            "spread is left?"
        ),
        options={"little": "nearly nothing", "half": "about half", "most": "most of it"},
        answer=judge_repeating(result),
        truth=tell_repeating(result),
        beliefs={
            "little": "Then a thousand shuffles would be a thousand datasets. They are the same rows.",
            "half": "Chance has two parts here, the dealing and the rows. They are far from equal.",
            "most": "That is the rule. Here so few rows are learnt from that the dealing matters much.",
        },
    )


def choose_settings(link: Link[RiskSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        choose(link, "n_rows", "Rows of a dataset", {n: str(n) for n in (30, 60, 120, 240, 960)})
        choose(link, "law", "The rows are", LAW_NAMES)
        choose(link, "mine", "Yours is dataset", {n: str(n) for n in range(1, 6)})
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        with st.popover("More", type="tertiary"):
            enter(link, "distance", "Distance of the classes", low=0.0, high=6.0, step=0.5)
            enter(link, "n_features", "Columns", low=2, high=20, step=1)
            enter(link, "penalty", "Penalty of the model", low=0.01, high=1000.0, step=1.0)
            enter(link, "n_draws", "Datasets drawn", low=100, high=2000, step=100)
            enter(link, "seed", "Seed of everything", low=0, step=1)
            if mine := own_tables():
                pick(link, "own", "A table of your own beside it", {NO_TABLE: "none"} | mine)
        if "own" not in link.hidden and st.button("Use your own table", type="tertiary"):
            offer_own_table(lambda name: link.set(own=name), task="binary")


def see(link: Link[RiskSpec], result: RiskResult) -> None:
    st.markdown(tell_setting(result))
    show_stage(
        stage_json(result), at=result.at, key=link.key("stage"),
        on_release=lambda value: link.set(k=int(value)),
    )  # fmt: skip
    st.markdown(f"**{tell_mine(result)}**")
    show_figure(plot_spreads(result), key=link.key("spreads"), alt=tell_mine(result))
    show_rows(tabulate_spreads(result))
    if result.own_n_rows:
        st.subheader("And your own table?", anchor=False)
        st.markdown(f"{tell_own(result)} **{tell_unknown(result)}**")
        show_figure(plot_own(result), key=link.key("own_dealings"), alt=tell_own(result))


def explain(link: Link[RiskSpec], result: RiskResult) -> None:
    st.subheader("On which side is the score wrong?", anchor=False)
    st.markdown(tell_bias(result))
    misconception("Leave-one-out has no bias, so it jumps about most.", tell_leave_one_out(result))
    st.subheader("Repeating removes one part of the spread", anchor=False)
    show_formula(removed_formula(result))
    st.markdown(
        "The variance between datasets has two parts: one comes from the dealing, the other is what all "
        f"dealings of the same rows share. {tell_repeating(result)}"
    )
    misconception("Repeated often enough, cross-validation is exact.", tell_standstill(result))
    misconception("The dataset with the better score has the better model.", tell_luck(result))
    explain_intervals(result)
    explain_choices(link, result)


def explain_intervals(result: RiskResult) -> None:
    st.subheader("An interval from the folds promises too much", anchor=False)
    st.markdown(
        "The standard error that most reports give, from the folds of your dataset, in points:"
    )
    show_formula(standard_error_formula(result))
    st.markdown(
        f"{tell_cover(result)} The usual standard error takes the folds for independent experiments. They "
        "share most of their training rows. Nadeau and Bengio (2003) widen it: √(1/k + 1/(k − 1)) in place "
        "of √(1/k), and Student’s t in place of 2. It is a repair by reasoning, and mostly a cautious one: "
        "no formula can know the spread between datasets from one dataset alone (Bengio and Grandvalet "
        "2004)."
    )
    show_rows(tabulate_intervals(result))


def explain_choices(link: Link[RiskSpec], result: RiskResult) -> None:
    st.subheader("Which way of estimating comes nearest?", anchor=False)
    show_figure(plot_schemes(result), key=link.key("schemes"), alt=tell_schemes(result))
    st.markdown(f"{tell_schemes(result)} Diamonds: bias. Bars: spread between datasets.")
    show_rows(tabulate_schemes(result))
    st.subheader("When is a hold-out enough?", anchor=False)
    show_figure(plot_sizes(result), key=link.key("sizes"), alt=tell_sizes(result))
    st.markdown(tell_sizes(result))
    misconception(
        "Cross-validation makes the model better.",
        "It trains k models to judge, and keeps none of them. What improves is the estimate. The model that "
        f"you use is trained once more on all rows; its error is {percent(result.truth)} on average, "
        "whichever k you choose.",
    )
    st.caption(
        "All spreads are standard deviations over the datasets. Where the rule breaks: this is a linear "
        "model, which changes little when one row is left out. For models that jump (deep trees, small "
        f"networks) dealing matters more. And the typical miss of {points(result.rmse)} can be told only "
        "because the law is known; with real rows it stays hidden."
    )


if __name__ == "__main__":
    teach("risk", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
