"""What is in this table? Every column, every pair, and what is wrong."""

import streamlit as st

from app.about_data import tell_origin
from app.controls import enter, pick
from app.course import Lesson
from app.figure import show_figure, show_figures
from app.formula import show_formula
from app.lesson import Storyboard, misconception, show_parts, teach
from app.link import Link
from app.own_table import offer_own_table, own_tables
from app.predict import Question
from app.prose import show_rows, show_table
from app.stage import show_stage
from core.charts import COLOURS
from core.data.profile.figures import plot_column, plot_map, plot_pair
from core.data.profile.lab import ProfileResult, ProfileSpec
from core.data.profile.question import pose_question
from core.data.profile.source import find_table
from core.data.profile.stage import stage_json
from core.data.profile.tables import (
    distance_formulas,
    name_columns,
    pearson_formulas,
    tabulate_columns,
    tabulate_missing,
    tabulate_pairs,
    tabulate_summary,
)
from core.data.profile.words import (
    tell_balance,
    tell_column,
    tell_extent,
    tell_pair,
    tell_stage,
    tell_table,
    write_findings,
)
from core.safe_text import md_prose

LESSON = Lesson(
    order=1,
    title="What is in this table?",
    goal="Before any model: what each column holds, what is wrong with it, and which columns go together.",
    lab="profile",
    minutes=25,
)

DATA = {
    "raw_log": "Deliveries, a raw export",
    "churn": "Subscribers who leave",
    "house_prices": "House prices",
    "delivery_times": "Delivery times",
    "segments": "Customer segments",
    "breast_cancer": "Breast cancer",
    "iris": "Iris flowers",
    "curve-parabola": "Known curve: parabola",
    "curve-sine": "Known curve: sine wave",
}


def ask(result: ProfileResult) -> Question:
    return Question(**pose_question(result))


def choose_settings(link: Link[ProfileSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "data", "Data", DATA | own_tables(None))
        if "data" not in link.hidden and st.button("Use your own table", type="tertiary"):
            offer_own_table(lambda name: link.set(data=name), task=None)


def see(link: Link[ProfileSpec], result: ProfileResult) -> None:
    st.markdown(f"{md_prose(tell_table(result))} {tell_origin(find_table(result.spec.data))}")
    pairs = {"Pairs of columns": see_pairs, "One pair": see_pair} if result.x is not None else {}
    show_parts({"What is wrong": see_findings, "One column": see_column} | pairs, link, result)


def see_findings(_link: Link[ProfileSpec], result: ProfileResult) -> None:
    st.markdown(write_findings(result))
    bars = st.column_config.BarChartColumn("Shape", y_min=0, color=COLOURS["validation"])
    st.caption(
        "Fences stand 1.5 times as far outside the middle half of the values as that half is wide. Skewness "
        "says to which side a long tail points, and how long it is: 0 is even."
    )
    show_table(tabulate_columns(result), column_config={"Shape": bars})


def see_column(link: Link[ProfileSpec], result: ProfileResult) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "column", "Column", name_columns(result, "column"))
        with st.popover("More", type="tertiary"):
            pick(link, "target", "Column to predict", name_columns(result, "target"))
            enter(link, "n_points", "Rows in the live picture", low=5, high=200, step=5)
            enter(link, "seed", "Seed of what is drawn by chance", low=0, step=1)
    st.markdown(f"{md_prose(tell_column(result))} {md_prose(tell_balance(result))}")
    show_figure(plot_column(result), key="column", alt=tell_column(result))


def see_pairs(_link: Link[ProfileSpec], result: ProfileResult) -> None:
    maps = {name: plot_map(result, name) for name in ("pearson", "spearman")}
    show_figures(maps, alt="correlation of each pair of columns")
    show_rows(tabulate_pairs(result))
    st.caption(
        "1: always together, −1: always against each other, 0: not along a line (Pearson), neither rising "
        "nor falling (Spearman); below 0.1 a cell is left blank. Any shape runs from 0 to 1. "
        f"{md_prose(tell_extent(result))}"
    )


def see_pair(link: Link[ProfileSpec], result: ProfileResult) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "x", "To the right", name_columns(result, "x"))
        pick(link, "y", "Upwards", name_columns(result, "y"))
    st.markdown(md_prose(tell_pair(result)))
    show_figure(plot_pair(result), key="pair", alt=tell_pair(result))
    st.markdown(f"**What one wrong row can do.** {md_prose(tell_stage(result))}")
    if result.n_points:
        show_stage(
            stage_json(result), at=result.at, key=link.key("stage"),
            on_release=lambda value: link.set(place=value),
        )  # fmt: skip


def explain(_link: Link[ProfileSpec], result: ProfileResult) -> None:
    show_parts({
        "Eight numbers": explain_column, "Far-away values": explain_distance,
        "Empty by chance?": explain_gaps, "Line, rise, any shape": explain_pair,
    }, result)  # fmt: skip
    st.caption(
        "Where this breaks: with many columns some pairs look related by chance, and each interval is for "
        "one pair alone. A pair leaves out the rows where either is empty. A strong relation to the target "
        "is a gift or a leak; only knowing when a column was filled tells which. Sources: Tukey 1977 "
        "(fences), Spearman 1904, Kruskal and Wallis 1952 (ranks between groups), Bergsma 2013 (Cramér’s "
        "V), Newcombe 1998 (difference of shares)."
    )


def explain_column(result: ProfileResult) -> None:
    show_rows(tabulate_summary(result))
    st.markdown(
        "This is what describe() of pandas prints for a column of numbers. The median is its line 50%. Where "
        "mean and median lie far apart the column has a long tail, and the mean describes nobody. In Spark, "
        "describe() leaves the quartiles out; summary() has them."
    )


def explain_distance(result: ProfileResult) -> None:
    for formula in distance_formulas(result):
        show_formula(formula)
    st.markdown(
        "The first rule calls a value far away beyond 3 standard deviations from the mean: 0.27 % of normal "
        "data. The second calls it so beyond the fences, 1.5 interquartile ranges outside the quartiles: "
        "0.70 % of normal data. The first is fooled by what it looks for, because far-away values also "
        "stretch the standard deviation. The quartiles hardly move."
    )
    misconception(
        "Three standard deviations catch every outlier.",
        "Among ten values none can ever lie that far away: a million among nine zeros is at 2.85.",
    )
    misconception(
        "What lies beyond the fences is wrong and must go.",
        "In a column with a long tail, honest values lie there. The fence asks; only the source can answer.",
    )


def explain_gaps(result: ProfileResult) -> None:
    show_rows(tabulate_missing(result))
    st.markdown(
        "If rows with a gap differ in the target, leaving them out changes what a model learns. The interval "
        "says how far chance alone could reach: if it holds 0, chance is enough. A gap may still depend on "
        "another column, or on the very value that is missing, which no table can show."
    )
    misconception(
        "Rows with an empty cell can be dropped without harm.",
        "Only if they are like the others. In the raw export tips go missing after slow deliveries: without "
        "these rows, deliveries look faster than they were.",
    )


def explain_pair(result: ProfileResult) -> None:
    for formula in pearson_formulas(result):
        show_formula(formula)
    st.markdown(
        "The covariance multiplies distances from both means, so one far-away row can outweigh all others. "
        "Spearman is the same formula on ranks: the largest value has the last rank, however large it is. "
        "So it sees anything that rises or falls, bent or not.\n\n"
        "Any shape: one column is cut into ten equally full slices. The share of the variance of the other’s "
        "ranks that lies between slices, less what chance yields, is η²; its root is shown. For two columns "
        "of words it is Cramér’s V, corrected for what chance yields."
    )
    misconception(
        "A Pearson correlation of 0 means that there is no relation.",
        "Choose the parabola: y is a function of x, and Pearson is near 0. So is Spearman. Always look at "
        "the picture.",
    )
    misconception(
        "If two columns go together, one causes the other.",
        "Minutes and seconds go together because they are one thing. Numbers alone never name a cause.",
    )


if __name__ == "__main__":
    teach("profile", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
