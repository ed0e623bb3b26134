"""Can you trust a probability? The probability lab."""

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
from core.metrics.probabilities.figures import (
    plot_calibration_map,
    plot_pairs,
    plot_price,
    plot_reliability,
)
from core.metrics.probabilities.lab import ProbabilityResult, ProbabilitySpec
from core.metrics.probabilities.tables import (
    formulas,
    tabulate_dearest,
    tabulate_parts,
    tabulate_versions,
)
from core.metrics.probabilities.words import (
    BIN_NOTE,
    CALIBRATION_NAMES,
    MAP_IN_WORDS,
    MODEL_NAMES,
    MODEL_NOTE,
    PAIRS_IN_WORDS,
    REPAIR_NOTE,
    SCORES_NOTE,
    describe_reliability,
    judge_group,
    tell_bins,
    tell_effect,
    tell_error,
    tell_group,
    tell_impossible,
    tell_knowledge,
    tell_mistake,
    tell_order,
    tell_reversed,
    tell_rows,
)
from core.safe_text import md_prose
from core.wording import count, percent

LESSON = Lesson(
    order=2,
    title="Can you trust a probability?",
    goal="A model says 97 %. Find out how often that comes true, what a confident error costs, and a repair.",
    lab="probabilities",
    minutes=25,
)

DATA = {"churn": "Churn", "fraud": "Card fraud", "breast_cancer": "Breast cancer"}
BINS = {"width": "equal width", "count": "equal count"}
GIVEN = {0.9: "0.9", 0.5: "0.5", 0.1: "0.1", 0.01: "0.01", 0.001: "0.001"}


def ask(result: ProbabilityResult) -> Question:
    said = percent(result.group_said, 0)
    return Question(
        ask=(
            f"{MODEL_NAMES[result.spec.model]} gives {count(result.group_n)} {result.row_noun[1]} the "
            f"highest probabilities of being a {result.positive_noun[0]}: {said} on average. How many of "
            "them really are?"
        ),
        options={"said": f"about {said}", "less": "clearly fewer", "more": "clearly more"},
        answer=judge_group(result),
        truth=tell_group(result),
        beliefs={
            "said": "That would be so if a number between 0 and 1 were a probability by nature.",
            "less": "That would be so if every model exaggerated. Some do, and some are too timid.",
            "more": "That would be so if the model were too timid. Some are, and some exaggerate.",
        },
    )


def choose_settings(link: Link[ProbabilitySpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "data", "Data", DATA | own_tables())
        choose(link, "model", "Model", MODEL_NAMES, note=MODEL_NOTE)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        choose(link, "calibration", "Calibration", CALIBRATION_NAMES, note=REPAIR_NOTE)
        choose(link, "bins", "Bins of", BINS, note=BIN_NOTE)
    with st.container(horizontal=True, gap="medium"):
        with st.popover("More", type="tertiary"):
            enter(link, "n_bins", "Number of bins", low=2, high=50)
            enter(link, "seed", "Seed of the split and the model", low=0, step=1)
        if "data" not in link.hidden and st.button("Use your own table", type="tertiary"):
            offer_own_table(lambda name: link.set(data=name))


def see(link: Link[ProbabilitySpec], result: ProbabilityResult) -> None:
    st.markdown(
        f"{md_prose(tell_rows(result))} {tell_origin(load_dataset(link.spec.data))}\n\n"
        "Each dot stands for the rows that were given nearly the same probability. On the dashed line as "
        "many of them happen as the model said. Below it the model exaggerates."
    )
    show_figure(plot_reliability(result), key="reliability", alt=describe_reliability(result))
    st.markdown(f"{md_prose(tell_error(result))} {md_prose(tell_order(result))} {SCORES_NOTE}")
    show_rows(tabulate_versions(result))
    st.markdown(f"{md_prose(tell_effect(result))} {md_prose(tell_impossible(result))}")


def explain(link: Link[ProbabilitySpec], result: ProbabilityResult) -> None:
    explain_price(link, result)
    explain_parts(result)
    explain_repair(link, result)
    explain_order(link, result)


def explain_price(link: Link[ProbabilitySpec], result: ProbabilityResult) -> None:
    st.subheader("The price of one confident mistake", anchor=False)
    st.markdown(
        "Log loss lets each row pay for its surprise: minus the natural logarithm of the probability that "
        "the model gave to what really happened."
    )
    choose(link, "given", "Probability that was given to what happened", GIVEN | {
        link.spec.given: f"{link.spec.given:g}"
    })  # fmt: skip
    show_figure(plot_price(result), key=link.key("price"), alt=tell_mistake(result))
    st.markdown(
        f"{md_prose(tell_mistake(result))} Log loss is the mean of these prices, so a few rows "
        "can decide it:"
    )
    show_formula(formulas(result)[0])
    st.markdown("The dearest rows of this view, counted from 0, with their share of that sum:")
    show_rows(tabulate_dearest(result))


def explain_parts(result: ProbabilityResult) -> None:
    st.subheader("What a Brier score is made of", anchor=False)
    st.markdown(
        "The Brier score takes the squared distance between said and happened (0 or 1) instead:"
    )
    show_formula(formulas(result)[1])
    show_rows(tabulate_parts(result))
    st.markdown(f"{md_prose(tell_knowledge(result))} {md_prose(tell_bins(result))}")
    misconception(
        "A lower log loss means better calibrated probabilities.",
        "Log loss and Brier score charge for dishonesty and for ignorance together. A model can pay less "
        "because it knows more, and still exaggerate. Reliability is the part that is about calibration.",
    )


def explain_repair(link: Link[ProbabilitySpec], result: ProbabilityResult) -> None:
    st.subheader("How Platt and isotonic calibration mend it", anchor=False)
    st.markdown(
        "A calibration replaces what the model says by what happened when it said so, on rows of its own."
    )
    show_figure(plot_calibration_map(result), key=link.key("map"), alt=MAP_IN_WORDS)
    st.markdown(
        "Platt fits a curve with two numbers: it needs few rows, and it can only have this one shape. "
        "Isotonic regression fits any rising steps: on few rows they end in 0 and 1. Both need rows that the "
        "model has not learnt from: on its own training rows it looks too good."
    )


def explain_order(link: Link[ProbabilitySpec], result: ProbabilityResult) -> None:
    st.subheader("ROC AUC counts pairs, so it needs scores", anchor=False)
    st.markdown(
        "Take one positive and one negative row. ROC AUC is the share of all such pairs in which the "
        "positive has the higher score."
    )
    show_figure(plot_pairs(result), key=link.key("pairs"), alt=PAIRS_IN_WORDS)
    st.markdown(
        "Four negatives and four positives. A pair counts 1 if the positive has the higher score, ½ if they "
        "are equal. By scores that is 15 of 16, 0.9375. Labels (yes from 0.5 on) throw the order within yes "
        "and within no away: 12 of 16, 0.75. The log loss of these scores is 0.400; of the labels it is "
        "infinite, and scikit-learn prints 9.01."
    )
    misconception(
        "A high ROC AUC means that the probabilities can be trusted.",
        "It looks at the order alone. Any rising curve, such as squaring all scores, leaves it as it is.",
    )
    misconception(
        "A ROC AUC below 0.5 means that the labels are flipped.",
        f"Perhaps. {md_prose(tell_reversed(result))} With 4 and 4 rows it would be 0.22.",
    )
    st.caption(
        "Where the rule breaks: a calibration holds for rows like those that it was fitted on. When the "
        "positives become rarer, every probability has to be corrected."
    )


if __name__ == "__main__":
    teach(
        "probabilities",
        Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain),
    )
