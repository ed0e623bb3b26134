"""How does TPE choose its next trial? A real study, one trial at a time, and your own turn."""

import streamlit as st

from app.controls import enter, pick
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import offer_own_table, own_tables
from app.predict import Question
from app.stage import show_stage
from core.safe_text import md, md_prose
from core.search.inside_tpe.figures import plot_race, plot_turn
from core.search.inside_tpe.lab import InsideTPEResult, InsideTPESpec
from core.search.inside_tpe.objective import KNOBS
from core.search.inside_tpe.stage import stage_json
from core.search.inside_tpe.words import (
    WHERE,
    find_answer,
    has_picks_left,
    list_places,
    list_terms,
    ratio_formula,
    split_formula,
    tell_choice,
    tell_end,
    tell_first,
    tell_race,
    tell_split,
    tell_turn,
    tell_widths,
)
from core.wording import count

LESSON = Lesson(
    order=3,
    title="How does TPE choose its next trial?",
    goal="Step through a real search and see which earlier trials made the next one. Then choose against it.",
    lab="inside-tpe",
    minutes=20,
)

DATA = {
    "diabetes": "Patients with diabetes",
    "house_prices": "House prices",
    "delivery_times": "Delivery times",
}
MODELS = {name: f"{knob.model_title}: {knob.title}" for name, knob in KNOBS.items()}
SHOWN = {False: "hidden, as in life", True: "shown"}


def ask(result: InsideTPEResult) -> Question:
    return Question(
        ask=(
            f"A search has tried {count(result.spec.n_startup)} random values of {result.knob}. It knows the "
            "error of each. Now TPE, the method that Optuna uses unless told otherwise, chooses the next "
            "value. Where does it go?"
        ),
        options=WHERE,
        answer=find_answer(result),
        truth=tell_first(result),
        beliefs={
            "near": "That would be so if it only climbed on from the best. It also asks where bad ones are.",
            "gap": "That would be so if it only filled gaps. It also asks where good trials are.",
            "else": "That would be so if it chose blindly. It weighs good trials against bad ones.",
        },
    )


def choose_settings(link: Link[InsideTPESpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "data", "Data", DATA | own_tables("regression"))
        pick(link, "model", "Model and what is searched", MODELS)
        pick(link, "truth", "The error of every value", SHOWN)
    with st.popover("More", type="tertiary"):
        enter(link, "n_startup", "Random trials first", low=2, high=20, step=1)
        enter(link, "seed", "Seed: other rows, another study", low=0, step=1)
        if "data" not in link.hidden and st.button("Use your own table"):
            offer_own_table(lambda name: link.set(data=name), task="regression")


def see(link: Link[InsideTPESpec], result: InsideTPEResult) -> None:
    st.markdown(
        f"{result.model_title}: each trial trains the model with one value of {result.knob} and measures its "
        "error on validation rows; small is good. Drag the handle from trial to trial. Top: the errors known "
        "so far. Middle: where good and where bad trials lie. Bottom: good divided by bad."
    )
    show_stage(
        stage_json(result),
        at=link.spec.trial - 1,
        key=link.key("stage"),
        on_release=lambda value: link.set(trial=int(value)),
    )
    st.markdown(md_prose(f"{tell_split(result)} {tell_choice(result)}"))
    st.subheader("Your turn: choose the next trial", anchor=False)
    st.markdown(tell_turn(result))
    show_figure(plot_turn(result), key=link.key("turn"), alt=tell_turn(result))
    _take_turn(link, result)


def _take_turn(link: Link[InsideTPESpec], result: InsideTPEResult) -> None:
    places, picks = list_places(result), link.spec.picks
    if has_picks_left(result):
        with st.form(link.key("turn_form"), border=False):
            place = st.select_slider(
                "Your next value", list(places), value=50,
                format_func=places.__getitem__, key=link.key("place"),
            )  # fmt: skip
            if st.form_submit_button("Train this one", type="primary"):
                link.set(picks=(*picks, int(place)))
                st.rerun()
    if picks and st.button("Start my turn anew", type="tertiary"):
        link.set(picks=())
        st.rerun()


def explain(link: Link[InsideTPESpec], result: InsideTPEResult) -> None:
    st.subheader("Good and bad, and good divided by bad", anchor=False)
    st.markdown(
        "TPE stands for tree-structured Parzen estimator. It sorts the finished trials into a few good and "
        "many bad ones. Over each group it lays a smooth hill, a density: high where such trials lie close "
        "together. Then it draws 24 candidates from the good density and takes the one where good divided "
        "by bad is largest. So it likes places near good trials, and places far from bad ones."
    )
    show_formula(split_formula(result))
    if (formula := ratio_formula(result)) is not None:
        show_formula(formula)
    st.markdown(md_prose(f"{tell_widths(result)} {tell_end(result)}"))
    misconception(
        "TPE predicts the error of every value and picks the smallest.",
        "It predicts no error. A Gaussian process does, and Optuna has that as another sampler. TPE only "
        "asks where good and bad trials lie; how good a good trial was does not move its densities.",
    )
    misconception("TPE always wins.", md_prose(tell_race(result)))
    show_figure(plot_race(result), key=link.key("race"), alt=tell_race(result))
    st.subheader("Four words of a study", anchor=False)
    st.markdown(list_terms(result))
    misconception(
        "In Optuna, the parameter is the loss.",
        f"The parameter is what is varied, here {md(result.parameter)}. The loss is the objective value.",
    )
    st.caption(
        "The curves are Optuna 5's own densities, asked of its sampler while it chose. Where the rule breaks "
        "down: with several hyperparameters, Optuna 5 builds one joint density over all of them "
        "(multivariate), and counts running trials as bad, so that parallel workers spread out (constant "
        "liar). Neither shows with one hyperparameter and one worker. Every value was trained beforehand, so "
        "that the best is known; in life nobody knows it. Hyperopt's adaptive search is TPE, too. "
        "Source: Bergstra and others 2011; Watanabe 2023."
    )


if __name__ == "__main__":
    teach("inside_tpe", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
