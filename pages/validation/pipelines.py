"""Where does the preparation belong? One search with its pipeline in four places."""

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
from core.safe_text import md, md_prose
from core.validation.pipelines.figures import plot_fits, plot_scores, plot_seconds
from core.validation.pipelines.lab import PipelinesResult, PipelinesSpec
from core.validation.pipelines.words import (
    PLACES,
    cache_formula,
    count_formula,
    tabulate_places,
    tell_cache,
    tell_count,
    tell_gap,
    tell_place,
    tell_scores,
)
from core.wording import count

LESSON = Lesson(
    order=7,
    title="Does scaling belong inside the folds?",
    goal="Preparing once is fast, preparing in every fold is honest. Find out what each costs.",
    lab="pipelines",
    minutes=15,
)

DATA = {"churn": "Customers who leave", "fraud": "Payments", "breast_cancer": "Tumours"}
ROWS = {n: count(n) for n in (300, 1000, 3000)}
NOISE = {0: "none", 100: "100", 500: "500"}


def ask(result: PipelinesResult) -> Question:
    spec = result.spec
    return Question(
        ask=(
            "A pipeline is a chain of steps: here it scales the columns, then it fits a model. GridSearchCV "
            f"tries {spec.n_settings} settings of the model in {spec.k} folds, with the whole pipeline "
            "inside. How often is the scaler fitted?"
        ),
        options={
            "once": "once",
            "folds": f"{spec.k + 1} times",
            "all": f"{spec.n_settings * spec.k + 1} times",
        },
        answer="all" if result.n_preparations_pipeline == result.n_models else "folds",
        truth=(
            f"Counted: {count(result.n_preparations_pipeline)} times, as often as the model. With memory= it "
            f"was {count(result.n_preparations_cached)} times."
        ),
        beliefs={
            "once": "Then it would have seen the rows that each fold is tested on.",
            "folds": "That is enough if somebody remembers what was fitted. A pipeline forgets, unless it is "
            "given memory=.",
        },
    )


def choose_settings(link: Link[PipelinesSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "data", "Data", DATA | own_tables("binary"))
        choose(link, "n_rows", "Training rows", ROWS)
        choose(link, "n_noise", "Columns of noise", NOISE)
    choose(link, "placement", "The preparation is fitted", PLACES)
    with st.popover("More", type="tertiary"):
        enter(link, "n_settings", "Settings that are tried", low=1, high=6, step=1)
        enter(link, "k", "Folds", low=2, high=10, step=1)
        enter(link, "seed", "Seed of rows, folds and noise", low=0, step=1)
        if "data" not in link.hidden and st.button("Use your own table"):
            offer_own_table(lambda name: link.set(data=name), task="binary")


def see(link: Link[PipelinesSpec], result: PipelinesResult) -> None:
    st.markdown(
        "Before a model can learn, the table is prepared: gaps are filled, numbers scaled, words turned into "
        f"numbers, the best columns kept. Then a logistic regression learns from {count(result.n_train)} "
        f"{md(result.row_noun[1])}. **{md_prose(tell_count(result))}** The score is the area under the ROC "
        f"curve: 0.5 is guessing, 1 is perfect. {md_prose(tell_scores(result))}"
    )
    st.markdown(md_prose(tell_place(result)))
    show_figure(plot_scores(result), key=link.key("scores"), alt=tell_scores(result))
    for column, (name, plot) in zip(
        st.columns(2), {"fits": plot_fits, "seconds": plot_seconds}.items(), strict=True
    ):
        with column:
            show_figure(plot(result), key=link.key(name), alt=tell_count(result))
    show_rows(tabulate_places(result))


def explain(_link: Link[PipelinesSpec], result: PipelinesResult) -> None:
    st.subheader("A pipeline in the search is fitted as often as the model", anchor=False)
    show_formula(count_formula(result))
    st.markdown(
        "The search copies the whole pipeline for every setting and every fold, and once more for "
        "the last fit on all training rows. It does not notice that the preparation is the same "
        "for every setting."
    )
    st.subheader("memory= keeps what was prepared", anchor=False)
    show_formula(cache_formula(result))
    st.markdown(md_prose(tell_cache(result)))
    st.subheader("Outside the folds it is fast, and somebody has seen the test rows", anchor=False)
    st.markdown(
        f"{md_prose(tell_gap(result))} Filling and scaling carry little across the folds, because "
        "they never see the target. Choosing columns does see it."
    )
    misconception(
        "A pipeline protects against leaks.",
        "Only if the pipeline is inside the search. With the search as its last step, everything before "
        "that step has seen every fold.",
    )
    misconception(
        "A pipeline leaks if the model is its last step.",
        "The last step is where a model belongs, and the fold that judges stays unseen. What must not stand "
        "there is the search.",
    )
    misconception(
        "Preparing in every fold is wrong, because the columns are scaled differently each time.",
        "Each fold rehearses what will happen in use: rows come that no preparation has seen.",
    )
    misconception(
        "If the folds and the test rows agree, the score is honest.",
        f"Prepared before everything, they say {result.reported_before:.3f} and "
        f"{result.test_before:.3f} here. Both have been seen by the preparation.",
    )
    st.caption(
        "Where the rule breaks down: a step that learns nothing from rows, such as a logarithm or "
        "a fixed list of categories, may stand anywhere. Where preparing takes hours, people "
        "prepare once and keep that in mind: then no step may look at the target. Seconds "
        "are those that the processor worked, not those on the clock, so that other programs do not count; "
        "they still vary a little from run to run, and between machines."
    )


if __name__ == "__main__":
    teach("pipelines", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
