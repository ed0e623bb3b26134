"""How many clusters? The cluster lab."""

import streamlit as st

from app.controls import choose, enter, pick
from app.course import Lesson
from app.figure import show_figures
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import offer_own_table, own_tables
from app.predict import Question
from app.prose import show_rows
from core.metrics.clusters.elsewhere import tell_false_knee, tell_silhouettes
from core.metrics.clusters.figures import draw_figures
from core.metrics.clusters.lab import ClustersResult, ClustersSpec
from core.metrics.clusters.words import (
    describe_clustering,
    inertia_formula,
    name_axes,
    silhouette_formulas,
    tabulate_comparisons,
    tabulate_criteria,
    tabulate_scores,
    tell_chance,
    tell_choices,
    tell_ranges,
    tell_scale,
    tell_starts,
    tell_undefined,
)
from core.safe_text import md, md_prose
from core.wording import count

LESSON = Lesson(
    order=5,
    title="How many clusters?",
    goal="k-means finds as many clusters as you ask for. Find out which numbers can tell how many there are.",
    lab="clusters",
    minutes=20,
)

DATA = {
    "segments": "Customer segments",
    "cloud": "Trees without clusters",
    "iris": "Iris flowers",
    "wine": "Wine",
}
SCALES = {True: "scaled", False: "as they are"}
KS = {k: str(k) for k in range(1, 13)}


def ask(result: ClustersResult) -> Question:
    middle = result.true_k if result.true_k not in {None, 1} else result.silhouette_k
    return Question(
        ask=(
            f"k-means splits {count(result.n_rows)} {result.row_noun[1]} into k clusters, for every k from 1 "
            "to 12. Inertia is the sum of their squared distances to the centre of their cluster. For which "
            "k is it lowest?"
        ),
        options={"one": "k = 1", "middle": f"k = {middle}", "most": "k = 12"},
        answer="most" if result.lowest_inertia_k == len(KS) else "middle",
        truth=f"It is lowest for k = {result.lowest_inertia_k}, the largest k that was tried.",
        beliefs={
            "one": "That is where it is highest: all rows share one centre, far from most of them.",
            "middle": "Then the lowest inertia would name the number of clusters. It cannot: one more "
            "centre brings rows closer, whether there are clusters or not.",
        },
    )


def choose_settings(link: Link[ClustersSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "data", "Data", DATA | own_tables(None))
        choose(link, "is_scaled", "Columns", SCALES, note="Scaled: every column weighs the same.")
    choose(link, "k", "k, the number of clusters", KS)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        with st.popover("More", type="tertiary"):
            pick(link, "x", "To the right", name_axes(link.spec))
            pick(link, "y", "Upwards", name_axes(link.spec))
            enter(
                link, "sensitivity", "How clear must a knee be?", low=0.0, step=1.0,
                note="The sensitivity S of kneed: the higher, the clearer must the bend be.",
            )  # fmt: skip
            enter(link, "seed", "Seed of starts and samples", low=0, step=1)
        if "data" not in link.hidden and st.button("Use your own table", type="tertiary"):
            offer_own_table(lambda name: link.set(data=name), task="clustering")


def see(_link: Link[ClustersSpec], result: ClustersResult) -> None:
    st.markdown(
        "k-means puts k centres among the rows, gives each row to the nearest, and moves every centre to the "
        "middle of its rows until nothing changes. Inertia adds up the squared distances to the centres. The "
        "silhouette compares the distance to the own cluster with that to the next one: 1 is best."
    )
    st.markdown(f"{md_prose(describe_clustering(result))} **{md_prose(tell_choices(result))}**")
    show_figures(draw_figures(result), alt=tell_choices(result))
    st.caption(
        f"{md_prose(tell_undefined(result))} Each criterion looks at all rows (✕) and at random halves of "
        "them (dots: the larger, the more often this k won). The percentage of a principal component "
        "is its share of the variance."
    )
    show_rows(tabulate_scores(result), tabulate_comparisons(result))
    st.caption(
        "✓ marks the k that the column chooses. Stability: half of the rows are clustered again, and the "
        "ARI says how far they find the same clusters (1: exactly). The mean over all halves; low: "
        "one half in twenty lies below. Truth, where it is known: the ARI with the true groups."
    )


def explain(_link: Link[ClustersSpec], result: ClustersResult) -> None:
    explain_inertia(result)
    explain_criteria(result)


def explain_inertia(result: ClustersResult) -> None:
    st.subheader("Inertia falls, whether there are clusters or not", anchor=False)
    show_formula(inertia_formula(result))
    st.markdown(
        "Keep the centres that you have and place one more anywhere: each row stays where it was or comes "
        "nearer to the new centre. So with enough starts inertia never rises with k, and it reaches 0 when "
        "every row is its own centre. k-means looks for the lowest inertia from random starts and may stop "
        f"too early. {md_prose(tell_starts(result))} This is why it is started several times."
    )
    misconception(
        "The lowest inertia is the best k.",
        f"Then the answer would always be the largest k that you try, here {result.lowest_inertia_k}.",
    )
    st.subheader("A knee is a bend, not a proof", anchor=False)
    st.markdown(
        "kneed squeezes the curve into a square and looks where it sags most. The largest k that was tried "
        "sets the width of the square, so the knee depends on how far one looks. Here "
        f"{md_prose(tell_ranges(result))}. A smooth curve has a knee too: choose the trees without clusters."
    )
    misconception(
        "The elbow shows how many clusters there are.",
        tell_false_knee(),
    )


def explain_criteria(result: ClustersResult) -> None:
    st.subheader("The silhouette needs a second cluster", anchor=False)
    for formula in silhouette_formulas(result):
        show_formula(formula)
    st.markdown(
        "At 1 a row is far from the other clusters, at 0 between two of them, below 0 nearer to another. "
        f"Each bar is one {md(result.row_noun[0])}. With one cluster there is no other, and with as many "
        "clusters as rows each is a single row: so k must lie between 2 and the number of rows less 1. "
        "Davies–Bouldin (lower is better) compares each cluster's width with the distance to its worst "
        "neighbour, Calinski–Harabasz (higher is better) the spread between clusters with the spread inside. "
        "All three prefer round clusters of one size, as k-means does, and none of them can answer “one”."
    )
    st.subheader("Are there any clusters at all?", anchor=False)
    st.markdown(
        "The gap statistic asks how much lower log inertia is than on tables of the same extent without "
        f"clusters ({result.n_references} are drawn). It chooses the smallest k whose gap the next k does "
        f"not beat by more than chance; so it can answer 1. {md_prose(tell_chance(result))} It rests on "
        "random tables too: another seed may move it."
    )
    show_rows(tabulate_criteria(result))
    st.subheader("Scale decides what is near", anchor=False)
    st.markdown(
        f"{md_prose(tell_scale(result))} Scaling is a choice, not a law: it says that one standard "
        "deviation of each column weighs the same."
    )
    misconception(
        "A high silhouette means that the clusters are real.",
        tell_silhouettes(),
    )
    st.caption(
        "Where the rules break: k-means measures straight distances to one centre, so long, nested or very "
        "unequal groups are cut apart whatever k is. True groups are known here only because the table was "
        "made or labelled; with your own rows, the use that you make of the clusters is the judge. Sources: "
        "Rousseeuw 1987, Davies and Bouldin 1979, Caliński and Harabasz 1974, Tibshirani, Walther and "
        "Hastie 2001, Satopää and others 2011 (kneed)."
    )


if __name__ == "__main__":
    teach("clusters", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
