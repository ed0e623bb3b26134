"""How many models will this train? The fit ledger."""

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
from app.stage import show_stage
from core.safe_text import md, md_prose
from core.validation.fits.asking import describe_call, offer_answers, tell_options
from core.validation.fits.choices import (
    BEHIND_MORE,
    DATA,
    IN_SIGHT,
    MODELS,
    PREPS,
    REFITS,
    SOURCES,
    WHATS,
    entry_of,
)
from core.validation.fits.figures import plot_growth, plot_ledger
from core.validation.fits.lab import FitCountResult, FitCountSpec
from core.validation.fits.stage import place_shown, stage_json
from core.validation.fits.words import (
    count_formula,
    tabulate_preparations,
    tabulate_tools,
    tell_answers,
    tell_growth,
    tell_remarks,
    tell_run,
    tell_time,
    tell_tools,
)
from core.wording import count

LESSON = Lesson(
    order=3,
    title="How many models will this train?",
    goal="A search trains more models than it shows you. Predict how many, and watch every one being fitted.",
    lab="fit-count",
    minutes=15,
)


def ask(result: FitCountResult) -> Question:
    answers = offer_answers(result)
    return Question(
        ask=f"You run {describe_call(result.spec)}. {tell_options(result.spec)} How many are fitted?",
        options={answer.key: count(answer.number) for answer in answers},
        answer="key",
        truth=f"{count(result.n_fits)}: {tell_run(result)}",
        beliefs={answer.key: answer.belief for answer in answers if answer.key != "key"},
    )


def choose_settings(link: Link[FitCountSpec]) -> None:
    shown = IN_SIGHT[link.spec.what]
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "what", "What is run", WHATS)
        for name in shown:
            show_control(link, name)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        with st.popover("More", type="tertiary"):
            for name in [name for name in BEHIND_MORE if name not in shown]:
                show_control(link, name)
            enter(link, "minutes", "Minutes that a fit takes at yours", low=0.1, step=1.0)
            enter(link, "price", "Price of a machine, an hour", low=0.0, step=1.0)
            pick(link, "prep", "Filling gaps and scaling", PREPS)
            pick(link, "model", "Model", MODELS)
            pick(link, "data", "Data", DATA | own_tables("binary") | own_tables("multiclass"))
            enter(link, "seed", "Seed of folds and draws", low=0, step=1)
        if "data" not in link.hidden and st.button("Use your own table", type="tertiary"):
            offer_own_table(lambda name: link.set(data=name))


def show_control(link: Link[FitCountSpec], name: str) -> None:
    if name == "refit":
        choose(link, name, "Last fit (refit)", REFITS)
    elif name == "is_listed":
        choose(link, name, "Draw from", SOURCES)
    else:
        label, low, high = entry_of(link.spec.what, name)
        enter(link, name, label, low=low, high=high)


def see(link: Link[FitCountSpec], result: FitCountResult) -> None:
    st.markdown(
        "To fit a model is to train it on rows. To judge it, other rows are held back: in each fold another "
        f"part of the table. {md_prose(tell_run(result))} {md_prose(tell_time(result))}"
    )
    if tell_remarks(result):
        st.caption(md_prose(tell_remarks(result)))
    show_stage(
        stage_json(result),
        at=place_shown(result),
        key=link.key("stage"),
        on_release=lambda value: link.set(fit=round(value)),
    )
    show_figure(plot_ledger(result), key="ledger", alt=f"The ledger as cells. {tell_run(result)}")


def explain(_link: Link[FitCountSpec], result: FitCountResult) -> None:
    explain_rule(result)
    explain_cost(result)


def explain_rule(result: FitCountResult) -> None:
    st.subheader("Multiply the lists, then the folds, then add the last fit", anchor=False)
    show_formula(count_formula(result))
    st.markdown(
        "A grid crosses its lists: every value meets every other. Each setting is fitted once for every "
        "fold, because the rows that judge it must not be among those that it learned from. At the end most "
        "searches fit the best setting once more, on all rows: that is the model you get."
    )
    misconception(
        "Cross-validation with 5 folds uses all rows both to train and to judge.",
        "Over all folds, yes; within one fit, never. Drag through the ledger: rows learned from and rows "
        "held out are always different ones.",
    )
    st.subheader("Two answers are defensible", anchor=False)
    st.markdown(md_prose(tell_answers(result)))
    st.markdown(
        "So read the stem of an exam question twice. “How many models are evaluated”, “how many fits during "
        "cross-validation” or refit=False leave the last fit out. “In total”, “including the final model”, "
        "or a question about what the library really does, put it in. If the stem does not say, and only one "
        "of the two numbers is offered, take that one."
    )
    misconception(
        "The last fit is one more candidate.",
        "It repeats the best setting. It is a model more to train, not a setting more to compare.",
    )


def explain_cost(result: FitCountResult) -> None:
    st.subheader("What explodes", anchor=False)
    show_figure(plot_growth(result), key="growth", alt=tell_growth(result))
    st.markdown(
        f"{md_prose(tell_growth(result))} On this scale a straight line means multiplication. This is why "
        "one draws at random, or halves, as soon as there are more than two or three parameters."
    )
    st.markdown("The same numbers in other tools, by rule:")
    show_rows(tabulate_tools(result))
    st.caption(tell_tools(result))
    st.subheader("A pipeline fits every step anew", anchor=False)
    show_rows(tabulate_preparations(result))
    st.markdown(
        "An exam counts models, but a pipeline inside the folds fits its preparing steps as often as its "
        "model. That is slower, and it is right: a step that learns (a median, a mean) must not see the rows "
        "that judge. A cache keeps it right and saves the repetition. Preparing once, before the folds, is "
        "fastest and lets those rows in."
    )
    misconception(
        "Slower is wrong: prepare once, outside.",
        f"Outside, the steps learn from all {count(result.n_rows)} {md(result.row_noun[1])}, also from those "
        "that judge. Choose “once, before” under More and look at the ledger among the tables.",
    )
    st.caption(
        "Where the rule breaks down: a forest counts as one model, however many trees it has. A fit that "
        "fails still counts. Halving fits its first rounds on fewer rows, so its models are cheaper than "
        "their number says. Pruned trials stop early. Estimators with a search of their own "
        "(LogisticRegressionCV) or with folds of their own (stacking, calibration) "
        "fit more models inside each fit than any rule here knows."
    )


if __name__ == "__main__":
    teach("fits", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
