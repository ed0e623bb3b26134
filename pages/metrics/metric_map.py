"""What does each metric answer? The map of the chapter, with every property tried out."""

import streamlit as st

from app.about_data import tell_origin
from app.controls import choose, enter, pick
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import offer_own_table, own_tables
from app.predict import Question
from app.prose import show_rows
from core.datasets import load_dataset
from core.metrics.metric_map.cards import GROUP_TITLES
from core.metrics.metric_map.cases import TASKS
from core.metrics.metric_map.figures import plot_changes, plot_grid
from core.metrics.metric_map.lab import MetricMapResult, MetricMapSpec
from core.metrics.metric_map.misconceptions import name_limits, name_misconceptions
from core.metrics.metric_map.predict import pose_riddle
from core.metrics.metric_map.words import (
    TABLES,
    describe_metrics,
    formulas,
    name_experiments,
    story_of,
    tabulate_map,
    tell_case,
    tell_gaps,
    tell_noticed,
    unmarked,
)
from core.safe_text import md_prose

LESSON = Lesson(
    order=8,
    title="What does each metric answer?",
    goal="Every metric is blind to something. Change one thing, and find out which metrics notice.",
    lab="metric-map",
    minutes=20,
)


def ask(result: MetricMapResult) -> Question:
    riddle = pose_riddle(result)
    return Question(
        ask=md_prose(riddle.ask),
        options=riddle.options,
        answer=riddle.answer,
        truth=md_prose(riddle.truth),
        beliefs={key: md_prose(belief) for key, belief in riddle.beliefs.items()},
    )


def choose_settings(link: Link[MetricMapSpec]) -> None:
    task = TASKS[link.spec.group]
    choose(link, "group", "Metrics for", GROUP_TITLES)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "experiment", "What is changed", name_experiments(link.spec))
        pick(link, task, "Data", TABLES[link.spec.group] | own_tables(task))
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        with st.popover("More", type="tertiary"):
            enter(link, "seed", "Seed of the split and of what is drawn", low=0, step=1)
        if task not in link.hidden and st.button("Use your own table", type="tertiary"):
            offer_own_table(lambda name: link.set(**{task: name}), task=task)


def see(link: Link[MetricMapSpec], result: MetricMapResult) -> None:
    st.markdown(
        f"{md_prose(tell_case(result))} {tell_origin(load_dataset(link.spec.data))}\n\n"
        f"**The change:** {story_of(result).what} Nothing is trained again."
    )
    figures = plot_changes(result)
    for name, column in zip(figures, st.columns(len(figures), gap="medium"), strict=True):
        with column:
            alt = unmarked(tell_noticed(result))
            show_figure(figures[name], key=link.key(f"changes_{name}"), alt=alt)
    st.caption(
        "Hollow ring: before. Arrow head: after. Full blue disc: stays. Cross: no value any more."
    )
    st.markdown(tell_noticed(result))
    if result.n_undefined or result.n_infinite:
        st.markdown(tell_gaps(result))


def explain(link: Link[MetricMapSpec], result: MetricMapResult) -> None:
    st.subheader("Why", anchor=False)
    st.markdown(story_of(result).why)
    for formula in formulas(result):
        show_formula(formula)
    for belief, answer in name_misconceptions(result):
        misconception(belief, answer)
    st.subheader("What each one notices", anchor=False)
    show_figure(plot_grid(result), key=link.key("grid"), alt=unmarked(tell_noticed(result)))
    st.markdown(
        "A metric that stays is blind to the change. That is a fault when the change matters to you, and a "
        "virtue when it does not."
    )
    st.subheader("The map", anchor=False)
    show_rows(tabulate_map(result))
    cards = describe_metrics(result)
    for place, card in zip(st.tabs(list(cards)), cards.values(), strict=True):
        place.markdown(card)
    explain_gaps(result)


def explain_gaps(result: MetricMapResult) -> None:
    st.subheader("Where there is no value", anchor=False)
    st.markdown(
        "A division by 0 has no value, yet a program has to print something. This is what scikit-learn does "
        "in the experiments of this kind, called as on the cards above."
    )
    st.markdown(tell_gaps(result, everywhere=True) or "Here each metric always has its value.")
    st.caption(name_limits(result))


if __name__ == "__main__":
    teach("metric_map", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
