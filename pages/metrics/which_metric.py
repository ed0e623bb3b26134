"""Which metric should decide? The decision, the price of each mistake, and then the metric."""

from typing import Any

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
from core.metrics.which_metric import advice, figures, quarrels, words
from core.metrics.which_metric.lab import WhichMetricResult, WhichMetricSpec
from core.safe_text import md_prose

LESSON = Lesson(
    order=7,
    title="Which metric should decide?",
    goal="Name the decision, then the price of each mistake, then the metric. Find what a wrong one costs.",
    lab="which-metric",
    minutes=25,
)


class ScenarioLink(Link[WhichMetricSpec]):
    """A link that sets a scenario together with its own decision and its own prices."""

    def set(self, **settings: Any) -> None:
        """Write the scenario into the URL and take what belonged to the last one out of it."""
        super().set(need=None, cost_over=None, cost_under=None, growth=None, **settings)


def ask(result: WhichMetricResult) -> Question:
    return Question(
        ask=words.ask_choices(result),
        options=words.ANSWERS,
        answer=words.find_answer(result),
        truth=words.answer_choices(result),
        beliefs={
            "all": "That would be so if one model were best, whatever it is for. Which one is best depends "
            "on what its mistakes cost.",
            "most": "That would be so if metrics were different words for nearly the same thing. Each of "
            "them takes the mistakes to have other prices.",
            "few": "That would be so if the models had different strengths. Here one is good at nearly "
            "everything.",
        },
    )


def control(link: Link[WhichMetricSpec]) -> None:
    fresh = ScenarioLink(link.page, link.spec, link.problems, link.hidden)
    filled = Link(link.page, words.fill_in(link.spec), link.problems, link.hidden)
    tables = own_tables() | own_tables("regression")
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(fresh, "scenario", "Scenario", words.SCENARIO_TITLES | tables)
        if filled.spec.need == "number":
            choose(filled, "growth", "The price grows", words.GROWTHS)
        else:
            choose(filled, "need", "The model is to say", words.NEEDS)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        enter(filled, "cost_over", words.name_price(link.spec, "over"), low=0.0, step=1.0)
        enter(filled, "cost_under", words.name_price(link.spec, "under"), low=0.0, step=1.0)
        if filled.spec.need == "ranking":
            enter(link, "capacity", "Rows on the list, of 1 000", low=1, high=1000, step=10)
        elif filled.spec.need != "probability":
            choose(link, "is_tuned", *words.name_tuning(link.spec))
    with st.container(horizontal=True, gap="medium"):
        with st.popover("More", type="tertiary"):
            if filled.spec.need != "number":
                pick(link, "dispute", "Where do these two disagree?", words.DISPUTES)
            enter(link, "start", "First split of that search", low=0, step=1)
            enter(link, "seed", "Seed of the split and the models", low=0, step=1)
        if "scenario" not in link.hidden and st.button("Use your own table", type="tertiary"):
            offer_own_table(lambda name: fresh.set(scenario=name))


def see(link: Link[WhichMetricSpec], result: WhichMetricResult) -> None:
    st.markdown(
        f"{md_prose(words.tell_training(result))} {tell_origin(load_dataset(link.spec.data))} In the first "
        "picture 1 is a metric’s favourite, and the last number the model that it likes least."
    )
    drawn = figures.draw_contest(result).items()
    for place, (key, figure) in zip(st.columns(2, gap="medium"), drawn, strict=True):
        with place:
            show_figure(figure, key=key, alt=words.tell_choices(result))
    st.markdown(words.tell_contest(result))


def explain(_link: Link[WhichMetricSpec], result: WhichMetricResult) -> None:
    st.subheader("First the decision, then the prices, then the metric", anchor=False)
    st.markdown(advice.tell_fitting(result))
    for formula in advice.price_formulas(result):
        show_formula(formula)
    st.markdown(advice.introduce_bills(result))
    show_rows(words.tabulate_bills(result))
    st.markdown(advice.write_advice(result))
    misconception(
        "Fraud needs recall, spam needs precision, prices need RMSE.",
        "Such lists name the mistake that tends to cost more. They know neither your prices nor what you do "
        "with the answer. And recall alone is highest for a model that always raises the alarm.",
    )
    if result.need != "number":
        explain_f1(result)
    explain_quarrels(result)


def explain_f1(result: WhichMetricResult) -> None:
    st.subheader("F1 has no fixed price", anchor=False)
    st.markdown(
        "F1 is 2·caught / (alarms + positives). One more alarm that is right with probability q adds 2q "
        "above and 1 below, so it raises F1 if q is more than F1/2. At your prices an alarm pays off from "
        "another share on, the one further up. The two agree only if a miss costs 2/F1 − 1 false alarms "
        "(after Lipton, Elkan and Narayanaswamy 2014):"
    )
    for formula in advice.f1_formulas(result):
        show_formula(formula)
    show_figure(figures.plot_f1_price(result), key="f1_price", alt=advice.tell_f1(result))
    st.markdown(md_prose(advice.tell_f1(result)))
    show_rows(advice.tabulate_f1(result))
    misconception(
        "F1 is the safe choice when a class is rare.",
        "It is right for one price only, and nobody chose that price: it follows from how good the model is. "
        "F1 never takes a miss to cost less than a false alarm, and the worse the model, the more it takes "
        "it to cost.",
    )


def explain_quarrels(result: WhichMetricResult) -> None:
    st.subheader("Two good metrics can want opposite models", anchor=False)
    st.markdown(md_prose(quarrels.tell_search(result)))
    show_figure(figures.plot_pairs(result), key="pairs", alt=quarrels.tell_search(result))
    st.markdown(md_prose(f"{quarrels.tell_example(result)} {quarrels.tell_reason(result)}"))
    st.caption(
        "Where this breaks: prices are guesses too, so try half and double. The intervals draw the test rows "
        "anew and hold the trained models fixed; training again would widen them. And a metric that decides "
        "must be computed on rows that took no part in the choice before it."
    )


if __name__ == "__main__":
    teach("which_metric", Storyboard(predict=ask, controls=control, see=see, explain=explain))
