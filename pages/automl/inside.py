"""What did AutoML do to my columns? Reasons, flips, and the notebook behind them."""

import streamlit as st

from app.controls import choose, enter, pick
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, show_parts, teach
from app.link import Link
from app.notebook_shown import show_notebook
from app.own_table import SUPERVISED, invite_own_table, pick_data
from app.predict import Question
from app.prose import show_rows
from core.automl.inside.cells import write_diff, write_planned
from core.automl.inside.figures import plot_flips, plot_tree
from core.automl.inside.lab import InsideResult, InsideSpec, list_flips
from core.automl.inside.words import (
    DIFFERENTLY,
    gain_formula,
    list_card,
    name_rivals,
    tabulate_decisions,
    tell_all,
    tell_chance,
    tell_flip,
    tell_leak,
    tell_not_found,
    tell_start,
    tell_task,
    tell_top,
)
from core.safe_text import md, md_prose

LESSON = Lesson(
    order=2,
    title="What did AutoML do to my columns?",
    goal="Every step of an automatic pipeline is a decision with a reason. Read the reasons, decide "
    "otherwise, and see whether it matters.",
    lab="inside",
    minutes=15,
)

DATA = {
    "repairs": "Repairs in a workshop",
    "churn": "Customers who leave",
    "house_prices": "House prices",
    "delivery_times": "Delivery times",
    "breast_cancer": "Tumours",
}
FAMILIES = {
    "linear": "Linear model",
    "tree": "Small tree",
    "forest": "Random forest",
    "lightgbm": "LightGBM",
}
JUDGES = {"ranking": "what ranks models", "other": "another metric"}
BELIEFS = {
    "cross_fit": "It is the one step that could see the answers. Here it matters less than you think.",
    "scaling": "Scaling matters to models with a penalty, and where columns have very different units.",
    "setting": "Settings are what people turn first. What the columns tell is often worth more.",
    "fill": "Median or mean fill the same few cells, and a flag says where they were.",
    "weights": "Weights change which class is named more readily, and with it every probability.",
    "texts_out": "A text matters if some of its words do, and if there are rows enough to learn which.",
    "one_hot": "Two ways to tell a model the same words.",
}
OTHERWISE = "It can matter on other tables. Flip it and see what it does here."


def ask(result: InsideResult) -> Question:
    rivals = name_rivals(result)
    return Question(
        ask=(
            f"{md(tell_start(result))} Then one step of the preparation was done differently, and the model "
            "was trained again on the same rows. Which of these changes the score most?"
        ),
        options={flip: DIFFERENTLY[flip] for flip in rivals},
        answer=str(result.verdicts["flip"].iloc[0]),
        truth=tell_top(result),
        beliefs={flip: BELIEFS.get(flip, OTHERWISE) for flip in rivals},
    )


def choose_settings(link: Link[InsideSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick_data(link, DATA, SUPERVISED)
        pick(link, "family", "Model", FAMILIES)
    pick(link, "flip", "Flip", list_flips(link.spec))
    with st.container(horizontal=True, gap="medium"):
        with st.popover("More", type="tertiary"):
            choose(link, "judge", "Judged by", JUDGES)
            choose(link, "n_splits", "Splits", {n: str(n) for n in (5, 10, 20)})
            enter(link, "n_rows", "Rows at most", low=100, high=2000, step=100)
            enter(link, "seed", "Seed of rows and splits", low=0, step=1)
        invite_own_table(link, SUPERVISED)


def see(link: Link[InsideSpec], result: InsideResult) -> None:
    st.markdown(f"{md_prose(tell_task(result))} {md_prose(tell_not_found(result))}")
    show_parts(
        {"The flip": see_flip, "The pipeline": see_pipeline, "All decisions": see_decisions},
        link,
        result,
    )


def see_flip(link: Link[InsideSpec], result: InsideResult) -> None:
    st.markdown(f"**{md_prose(tell_flip(result))}** {md_prose(tell_all(result))}")
    with st.container(border=True, gap="small"):
        for part, said in list_card(result).items():
            st.markdown(f"**{part}:** {md_prose(said)}")
    st.markdown("Right of 0 the flip is better. Filled marks are beyond chance:")
    show_figure(plot_flips(result), key=link.key("flips"), alt=tell_all(result))
    st.markdown(
        "These lines of the notebook change, the old ones with a minus and the new with a plus:"
    )
    st.code(write_diff(result.cell), language="diff", wrap_lines=True)


def see_pipeline(link: Link[InsideSpec], result: InsideResult) -> None:
    show_figure(plot_tree(result), key=link.key("tree"), alt=tell_task(result))
    st.markdown(
        "Each row of boxes is a branch: columns go in on the left, and what the model learns from comes out "
        "on the right. The notebook builds this very pipeline from public libraries, trains it, and "
        "gives the scores back. Databricks AutoML writes notebooks for its trials too; here you can have "
        "them proven."
    )
    show_notebook(write_planned(link.spec.training))


def see_decisions(_link: Link[InsideSpec], result: InsideResult) -> None:
    show_rows(tabulate_decisions(result))


def explain(_link: Link[InsideSpec], result: InsideResult) -> None:
    st.subheader("A gain is a difference on the same splits", anchor=False)
    show_formula(gain_formula(result))
    st.markdown(
        f"{md_prose(tell_chance(result))} Where the interval holds 0, these splits cannot tell the two "
        "pipelines apart. That is the usual answer, and an honest one."
    )
    st.subheader("A step that sees the answers is part of the model", anchor=False)
    st.markdown(
        "Target encoding tells a word by the mean answer of its rows. If a word has two or three rows, "
        "that mean is mostly the row’s own answer, and the model learns to trust it. New rows bring no "
        f"answer along. Cross-fitting leaves each row’s own answer out. {md_prose(tell_leak(result))}"
    )
    misconception(
        "AutoML’s pipeline is a black box.",
        "Only if nobody opens it. Here each step has a rule, the numbers that the rule saw, and code.",
    )
    misconception(
        "The more preparation, the better the model.",
        f"{result.n_clear} of {result.n_flips} decisions move the score beyond chance here. The others could "
        "be left as they are, or left out.",
    )
    misconception(
        "Numbers must be scaled, whatever the model.",
        "A model with a penalty or with distances needs it. A tree asks whether a value lies above a border, "
        "and scaling moves both.",
    )
    st.caption(
        "Where the rule breaks down: flips are tried one at a time, so two that only matter together stay "
        "unseen. Whoever tries many flips and keeps the best has chosen by luck as well, and needs rows that "
        "nobody has looked at; the test stays closed here. Of many intervals, one in twenty misses by chance."
    )


if __name__ == "__main__":
    teach("inside", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
