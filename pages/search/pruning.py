"""Stop the hopeless early: pruning, what it saves and whom it stops."""

import streamlit as st

from app.controls import enter, pick
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import offer_own_table, own_tables
from app.predict import Question
from app.prose import show_rows
from app.stage import show_stage
from core.safe_text import md_prose
from core.search.pruning.figures import plot_price, plot_stopped
from core.search.pruning.lab import PruningResult, PruningSpec
from core.search.pruning.stage import stage_json
from core.search.pruning.words import (
    NAMES,
    RULES,
    describe_trainings,
    find_answer,
    regret_formula,
    tabulate_pruners,
    tell_bet,
    tell_early,
    tell_fewer,
    tell_first,
    tell_patience,
    tell_slow,
    tell_small,
    tell_watched,
    used_formula,
)

LESSON = Lesson(
    order=5,
    title="Stop the hopeless early",
    goal="Most trainings of a search end badly. Stop them early and save the time, but not the late winner.",
    lab="pruning",
    minutes=15,
)

CURVES = {
    "boosting": "Churn: boosted trees",
    "network": "Digits: a neural network",
    "linear": "Digits: a linear model",
}


def ask(result: PruningResult) -> Question:
    few = result.n_searches // 10
    return Question(
        ask=(
            f"A search begins {result.n_trials} trainings. After each of {result.n_steps} steps the pruner "
            f"looks at the loss and stops those that seem hopeless. {RULES[result.spec.pruner]} The search "
            f"is done {result.n_searches} times with other settings. In how many of them does the pruner "
            "stop the very training that would have ended best?"
        ),
        options={
            "none": "In none of them",
            "few": f"In 1 to {few}",
            "some": f"In more than {few}, but fewer than half",
            "many": "In half of them or more",
        },
        answer=find_answer(result),
        truth=tell_bet(result),
        beliefs={
            "none": "That would be so if the one that ends best were ahead early, too.",
            "few": "That would be so if the order of the trainings hardly changed on the way.",
            "some": "That would be so if some winners began slowly.",
            "many": "That would be so if most winners began slowly.",
        },
    )


def choose_settings(link: Link[PruningSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "curves", "Trainings", CURVES | own_tables("binary"))
        pick(link, "pruner", "Pruner", NAMES)
    with st.popover("More", type="tertiary"):
        enter(link, "search", "Watch another of the 30 searches (0 to 29)", low=0, high=29)
        if "curves" not in link.hidden and st.button("Use your own table", type="tertiary"):
            offer_own_table(lambda name: link.set(curves=name))


def see(link: Link[PruningSpec], result: PruningResult) -> None:
    st.markdown(
        f"{md_prose(describe_trainings(result))} {RULES[result.spec.pruner]} **Drag the handle** along the "
        "steps. Hollow marks were stopped; the rest of their line is what nobody would have seen."
    )
    show_stage(
        stage_json(result),
        at=result.spec.at - 1,
        key=link.key("stage"),
        on_release=lambda value: link.set(at=int(value)),
    )
    st.markdown(f"{tell_watched(result)} {tell_bet(result)}")


def explain(link: Link[PruningSpec], result: PruningResult) -> None:
    st.subheader("What is saved, and what is risked", anchor=False)
    show_formula(used_formula(result))
    show_formula(regret_formula(result))
    show_figure(
        plot_price(result),
        key=link.key("price"),
        alt="Searches that lose their winner against the share of steps made, for four pruners.",
    )
    show_rows(tabulate_pruners(result))
    st.markdown(f"{tell_small(result)} {tell_fewer(result)}")
    st.subheader("Who is in danger: the slow starters", anchor=False)
    st.markdown(f"{tell_early(result)} {tell_slow(result)}")
    show_figure(
        plot_stopped(result),
        key=link.key("stopped"),
        alt="Each setting by its step size and its loss at the end; the colour says how often it stopped.",
    )
    misconception("Who is behind early ends behind.", tell_first(result))
    misconception("The more a pruner saves, the better it is.", tell_patience(result))
    misconception(
        "A pruner works by itself.",
        "Optuna cannot look into your training. After each step the program must say `trial.report(loss, "
        "step)`, ask `trial.should_prune()` and, if so, `raise optuna.TrialPruned`. Without `report` nothing "
        "is ever stopped. Who names no pruner gets the median pruner.",
    )
    st.caption(
        "Where the rule breaks: curves are only compared if they share their steps and their rows. A loss "
        "that jumps from step to step stops good trainings by chance. Steps are saved, not always time: the "
        "first steps may be the dear ones. Sources: Golovin and others 2017 (median rule), Jamieson and "
        "Talwalkar 2016 (halving), Li and others 2018 (Hyperband), Akiba and others 2019 (Optuna)."
    )


if __name__ == "__main__":
    teach("pruning", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
