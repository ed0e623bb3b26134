"""What does the winner lean on? Six ways of asking a model, each with its test of honesty."""

import streamlit as st

from app.about_data import tell_origin
from app.controls import choose, enter, pick
from app.course import Lesson
from app.figure import show_figure, show_figures
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import invite_own_table, pick_data
from app.predict import Question
from app.prose import show_rows
from core.automl.explain.more_words import draw_view, tabulate_groups, tell_more, tell_view
from core.automl.explain.view import ExplainResult, ExplainSpec
from core.automl.explain.words import (
    THIRDS,
    find_answer,
    is_number,
    row_formula,
    shuffle_formula,
    tell_beliefs,
    tell_own_list,
    tell_question,
    tell_train,
    tell_trust,
)
from core.datasets import load_dataset
from core.safe_text import md_prose, plain

LESSON = Lesson(
    order=3,
    title="What does the winner lean on?",
    goal="A model won. Ask it why, in six ways, and give each answer a chance to be wrong.",
    lab="explain",
    minutes=25,
)

DATA = {
    "churn": "Subscribers who leave",
    "house_prices": "House prices",
    "delivery_times": "Delivery times",
    "breast_cancer": "Breast cancer",
    "diabetes": "Diabetes progression",
}
MODELS = {"linear": "linear", "forest": "forest", "lightgbm": "LightGBM"}
LOOKS = {
    "columns": "all columns",
    "row": "one row",
    "samples": "other samples",
    "twins": "twins",
    "curve": "one curve",
    "cause": "known causes",
}
ROWS = {
    "highest": "highest prediction",
    "middle": "middle",
    "lowest": "lowest",
    "missed": "missed by most",
}


INTRODUCTIONS = {
    "cause": "Here the table is one of fires, whatever you chose above: we made it and know its causes."
}
NOTES = {
    "columns": "Hatched: the two columns of noise. Pale: not above them. Left: one column at a time is "
    "shuffled over the rows, so that it keeps its values but tells nothing; the line is the 95 % interval "
    "of the mean over shuffles, the grey band the reach of noise. Right: the list that the model keeps.",
    "row": "First picture: orange raises the prediction, blue lowers it. Second: 80 rows, a dot each; "
    "orange dots have high values of the column, blue ones low values, words lie in between.",
    "samples": "Each mark is the mean rank of a column, each line runs from its best to its worst. Crosses: "
    "noise. A rank that jumps from run to run is no finding, however neat one picture looks.",
    "twins": "The lines are 95 % intervals of the mean over shuffles.",
    "curve": "Each row keeps all else and gets every value of this column in turn. Thin: single rows (ICE). "
    "Thick: their mean, the partial dependence; dotted where there are hardly any rows. Below: the rows.",
    "cause": "Damage is in thousands of EUR. The law: each engine −2, each minute +1.5, each m² +0.05; the "
    "rest is the size of the fire and chance.",
}


def ask(result: ExplainResult) -> Question:
    return Question(
        ask=md_prose(tell_question(result)),
        options=THIRDS,
        answer=find_answer(result),
        truth=md_prose(tell_own_list(result)),
        beliefs=tell_beliefs(),
    )


def choose_settings(link: Link[ExplainSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick_data(link, DATA, ("binary", "regression"))
        choose(link, "model", "The winner", MODELS)
    choose(link, "look", "Look at", LOOKS)
    if link.spec.look == "row":
        choose(link, "row", "Which row", ROWS)
    if link.spec.look == "curve":
        names = load_dataset(link.spec.data).features
        pick(
            link,
            "column",
            "Column to move",
            {"": "the first of the list"} | {n: plain(n) for n in names},
        )
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        with st.popover("More", type="tertiary"):
            enter(link, "n_repeats", "Shuffles of each column", low=3, high=50, step=1)
            enter(link, "seed", "Seed of split, noise and shuffles", low=0, step=1)
        invite_own_table(link, ("binary", "regression"))


def see(link: Link[ExplainSpec], result: ExplainResult) -> None:
    origin = tell_origin(load_dataset(link.spec.data))
    st.markdown(f"{INTRODUCTIONS.get(result.spec.look, origin)} **{md_prose(tell_view(result))}**")
    figures = draw_view(result)
    if result.spec.look == "columns":
        show_figures(figures, alt=tell_view(result))
    else:
        for name, figure in figures.items():
            show_figure(figure, key=link.key(name), alt=f"{name}: {tell_view(result)}")
    st.markdown(md_prose(tell_more(result)))
    if result.spec.look == "twins" and not result.marks.empty:
        show_rows(tabulate_groups(result))
    st.caption(NOTES[result.spec.look])


def explain(_link: Link[ExplainSpec], result: ExplainResult) -> None:
    st.subheader("Important means: this model gets worse without it", anchor=False)
    show_formula(shuffle_formula(result))
    st.markdown(
        f"The error is {'RMSE' if is_number(result) else '1 − AUC'}. Importance means no more than this: it "
        "is about one model, these rows and one measure of error, not about the world. "
        f"{md_prose(tell_train(result))} What was learnt by heart counts in the model’s own list "
        "and is worth nothing here. So put a column of noise into the table: what does not beat it is not "
        "shown to be important."
    )
    misconception("The model’s own list shows which columns matter.", md_prose(tell_trust(result)))
    if result.spec.look == "row":
        st.subheader("One prediction, shared out fairly", anchor=False)
        show_formula(row_formula(result))
        st.markdown(
            "A SHAP value is what a column adds on average over all orders in which the columns could become "
            "known "
            "(Shapley 1953). The sum is exact. Whether “not known” means a typical value or "
            "a value that suits the others is a choice; here a tree follows both ways of a split, weighted "
            "by the rows that trained, and a linear model takes the mean."
        )
        misconception(
            "A SHAP value says what would happen if the column changed.",
            "It says how this model came to this number. Change the cell and the model is asked anew.",
        )
    misconception(
        "A column without importance can go, because it tells nothing.",
        "Look at “twins”: a column whose knowledge stands in the table twice seems to be worth little. "
        "Shuffle the columns that go together as one.",
    )
    misconception(
        "The most important column is what one should change.",
        "Look at “known causes”: to the model, calls matter most, and they do nothing. Only an "
        "experiment, or knowledge of how the table came about, tells causes.",
    )
    st.caption(
        "Where it breaks: shuffling makes rows that cannot exist when columns depend on each other (a flat "
        "of 30 m² with nine rooms). The intervals are about the shuffles; look at “other samples” for the "
        "rest. "
        "A bad model has no important columns, however important they are. A very high first place is a "
        "reason to look "
        "for a leak. Sources: Breiman 2001, Strobl and others 2007, Lundberg and others 2020, Goldstein and "
        "others 2015."
    )


if __name__ == "__main__":
    teach("explain", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
