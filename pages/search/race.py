"""Grid, random, Bayesian: place your bet. Thirty races on a surface where every cell is known."""

import streamlit as st

from app.controls import choose, enter, pick
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.predict import Question
from app.prose import show_rows
from app.stage import show_stage
from core.search.race.figures import plot_dealings, plot_missed
from core.search.race.lab import RaceResult, RaceSpec
from core.search.race.stage import stage_json
from core.search.race.words import (
    find_answer,
    fits_formula,
    missed_formula,
    tabulate_ends,
    tell_bet,
    tell_elsewhere,
    tell_grid_gap,
    tell_grid_luck,
    tell_noise,
    tell_tail,
    tell_values,
)

LESSON = Lesson(
    order=2,
    title="Grid, random, Bayesian: place your bet",
    goal="Three ways to look for good settings, equally many trainings. Who gets closest, and is it luck?",
    lab="race",
    minutes=20,
)

SURFACES = {
    "diabetes": "Diabetes: one setting matters",
    "tumours": "Tumours: both settings matter",
}
BUDGETS = {9: "9 trials", 25: "25 trials", 36: "36 trials"}


def ask(result: RaceResult) -> Question:
    return Question(
        ask=(
            f"A model has two settings, {result.first_name} and {result.second_name}. Three searches may "
            f"each train {result.fits} models to find the best pair. A grid tries all crossings of a few "
            "values, random search draws pairs, and TPE, a Bayesian search, learns from its trials. The race "
            f"is run {result.n_seeds} times. Who is closest to the best pair in the middle race?"
        ),
        options={
            "grid": "The grid",
            "random": "Random search, clearly",
            "tpe": "TPE, clearly",
            "level": "Random and TPE, about level",
        },
        answer=find_answer(result),
        truth=tell_bet(result),
        beliefs={
            "grid": "That would be so if the best pair always lay on the lines of the grid.",
            "random": "That would be so if what was learnt from earlier trials led astray.",
            "tpe": "That would be so if a few trials were always enough to learn from.",
            "level": "That would be so if draws came close by themselves and learning added little.",
        },
    )


def choose_settings(link: Link[RaceSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "surface", "Table and model", SURFACES)
        choose(
            link,
            "n_trials",
            "Budget",
            BUDGETS | {link.spec.n_trials: f"{link.spec.n_trials} trials"},
        )
    with st.popover("More", type="tertiary"):
        enter(link, "race", "Watch another of the 30 races", low=0, high=29, step=1)


def see(link: Link[RaceSpec], result: RaceResult) -> None:
    st.markdown(
        f"Here all {result.n_cells} pairs were trained beforehand, so that one knows where the best is. Each "
        "map below is the same surface: taller grey marks are better pairs. **Drag the handle** and watch "
        "where each search looks."
    )
    show_stage(
        stage_json(result),
        at=result.at - 1,
        key=link.key("stage"),
        on_release=lambda value: link.set(at=int(value)),
    )
    st.markdown(f"That was one race. Now all {result.n_seeds}. {tell_bet(result)}")
    show_figure(
        plot_missed(result),
        key=link.key("missed"),
        alt="What each search missed against models trained: the median, and a band for the middle 80 %.",
    )


def explain(link: Link[RaceSpec], result: RaceResult) -> None:
    st.subheader("The same price, and what it bought", anchor=False)
    show_formula(fits_formula(result))
    show_formula(missed_formula(result))
    show_rows(tabulate_ends(result))
    misconception("A grid search always finds the best.", tell_grid_gap(result))
    misconception("Random search always beats a grid.", tell_grid_luck(result))
    st.markdown(tell_values(result))
    st.subheader("What learning adds", anchor=False)
    st.markdown(tell_tail(result))
    misconception(
        "Bayesian search always wins.",
        f"TPE came closer than random search in {result.tpe_beats_random} of {result.n_seeds} races, "
        f"and random search closer than TPE in {result.random_beats_tpe}. With two settings and few "
        "trials there is little to learn from. With more settings and dear trainings it pays more.",
    )
    st.subheader("The judge is noisy, too", anchor=False)
    st.markdown(f"{tell_noise(result)} {tell_elsewhere(result)}")
    show_figure(
        plot_dealings(result),
        key=link.key("dealings"),
        alt="The surface as a heat map, with a star on the best cell of each dealing of the folds.",
    )
    st.caption(
        "Where the rule breaks: a pair between two cells counts as the nearer cell, so nobody can be better "
        "than the best cell here. The grid's path depends on its order; only its end is a fair comparison. "
        "Sources: Bergstra and Bengio 2012 (random search), Bergstra et al. 2011 (TPE)."
    )


if __name__ == "__main__":
    teach("race", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
