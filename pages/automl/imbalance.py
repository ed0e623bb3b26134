"""Imbalance, honestly: five ways to treat a rare class, each at its best threshold."""

import streamlit as st

from app.about_data import tell_origin
from app.controls import choose, enter
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import Tasks, invite_own_table, pick_data
from app.predict import Question
from app.prose import show_rows
from app.stage import show_stage
from core.automl.imbalance.figures import describe_gains, plot_gains
from core.automl.imbalance.lab import ImbalanceResult, ImbalanceSpec
from core.automl.imbalance.pumps import find_table
from core.automl.imbalance.stage import stage_json
from core.automl.imbalance.words import (
    rule_formula,
    shift_formula,
    tabulate_probabilities,
    tabulate_ways,
    tell_bill,
    tell_gain,
    tell_honesty,
    tell_most_f1,
    tell_repair,
    tell_rows,
    tell_rule,
    tell_shape,
    tell_twin,
)
from core.safe_text import md, md_prose
from core.wording import percent, significant

LESSON = Lesson(
    order=4,
    title="Does balancing a rare class help?",
    goal="Weights and resampling promise a better model. How much of it is only a threshold?",
    lab="imbalance",
    minutes=20,
)

DATA = {
    "churn": "Churn", "fraud": "Card fraud", "breast_cancer": "Breast cancer",
    "pumps": "Pumps, a few on a test bench",
}  # fmt: skip
MODELS = {"linear": "Logistic regression", "lightgbm": "LightGBM", "forest": "Random forest"}
MODEL_NOTE = (
    "Logistic regression adds up the columns, each with a weight, so it draws one straight line. LightGBM "
    "and a random forest are made of many trees and can bend."
)
BETS = {
    "weights": "Class weights: a rare row counts for more",
    "fewer": "Down-sampling: drop many common rows",
    "fewer_weighted": "Down-sampling; kept rows count for more",
    "moved": "Another threshold than 50 %, and nothing else",
    "plain": "None of these: leave all as it is",
}
KEPT = {1: "1", 3: "3", 10: "10", 30: "30"}
KEPT_NOTE = (
    "Down-sampling throws rows of the common class away until so many are left for each rare one. 1 makes "
    "both classes equally large."
)
TASKS: Tasks = ("binary",)


def ask(result: ImbalanceResult) -> Question:
    return Question(
        ask=(
            f"{percent(result.base_rate, 0)} of the {result.row_noun[1]} are {result.positive_noun[1]}. F1 "
            "asks how well a model finds them without crying wolf. Which of these raises it most?"
        ),
        options=BETS,
        answer=result.most_f1,
        truth=tell_most_f1(result),
        beliefs={
            "weights": "That would be so if a model could not see the rare class without more weight on it.",
            "fewer": "That would be so if the many rows of the common class got in the way of learning.",
            "fewer_weighted": "That would be so if the rows that were left out had carried no information.",
            "moved": "That would be so if the rows were ranked well, and 50 % were the wrong place to cut.",
            "plain": "That would be so if 50 % were the best place to cut for a rare class.",
        },
    )  # fmt: skip


def choose_settings(link: Link[ImbalanceSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick_data(link, DATA, TASKS)
        choose(link, "model", "Model", MODELS, note=MODEL_NOTE)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        kept = {link.spec.per_positive: f"{link.spec.per_positive}"}
        choose(
            link, "per_positive", "Down-sampling keeps, for each rare row", KEPT | kept, note=KEPT_NOTE,
        )  # fmt: skip
        with st.popover("More", type="tertiary"):
            enter(link, "seed", "Seed of the deals and the models", low=0, step=1)
        invite_own_table(link, TASKS)


def see(link: Link[ImbalanceSpec], result: ImbalanceResult) -> None:
    st.markdown(f"{md_prose(tell_rows(result))} {tell_origin(find_table(link.spec.data))}")
    show_figure(plot_gains(result), key="gains", alt=describe_gains(result))
    st.markdown(md_prose(tell_gain(result)))
    show_rows(tabulate_ways(result))
    st.subheader("Set the price of a miss", anchor=False)
    st.markdown(
        "F1 does not know what a mistake costs. Drag the handle: how many false alarms is one missed "
        f"{md(result.positive_noun[0])} worth? Each way gets the threshold that was cheapest on the "
        "validation rows, and the picture shows what it then costs on the test rows. 100 % is the cheaper "
        "of alarming everybody and nobody. Counts are of one deal, averaged."
    )
    show_stage(
        stage_json(result),
        at=result.at,
        key=link.key("stage"),
        on_release=lambda value: link.set(price=value),
    )


def explain(_link: Link[ImbalanceSpec], result: ImbalanceResult) -> None:
    st.subheader("Weights and thresholds pull the same lever", anchor=False)
    st.markdown(
        "A model that sees fewer of the common class, or is told to count them less, raises every "
        "probability. A share p of rare rows then looks like more:"
    )
    show_formula(shift_formula(result))
    st.markdown(
        f"Here down-sampling adds {significant(result.shift)} to the log-odds of every row, the logarithm "
        "of p\u202f/\u202f(1\u202f−\u202fp). Adding the same to all of them changes no order, so a "
        "threshold can undo it. "
        f"{md_prose(tell_twin(result))}"
    )
    misconception(
        "The model ignores the rare class, so the classes must be balanced.",
        "It gives rare rows honest, small probabilities. Few of them reach 50 %, and that is the fault of "
        "the threshold, not of the model.",
    )
    st.subheader("What balancing does to probabilities", anchor=False)
    st.markdown(md_prose(tell_honesty(result)))
    show_rows(tabulate_probabilities(result))
    st.markdown(md_prose(tell_repair(result)))
    misconception(
        "After balancing, a probability of 80 % means that 8 of 10 such rows are positive.",
        "It would be so in a world with as many positives as the training rows pretend. Re-weight, or undo "
        "the shift, before you read such a number.",
    )
    st.subheader("The price decides where the alarm begins", anchor=False)
    st.markdown(
        f"{md_prose(tell_bill(result))} If probabilities are honest, an alarm pays off from here on:"
    )
    show_formula(rule_formula(result))
    st.markdown(md_prose(tell_rule(result)))
    misconception(
        "Resample the test rows too, so that all is balanced.",
        "Then the score is about a world that does not exist: precision would rise without a single better "
        "alarm. Only rows to learn from may be resampled, after the split.",
    )
    st.subheader("Where weights do help", anchor=False)
    st.markdown(md_prose(tell_shape(result)))
    st.caption(
        "Where the rule breaks: some models cannot learn from very few positives at all, down-sampling "
        "saves time on millions of rows (re-weight afterwards), and intervals from overlapping deals are "
        "wide on purpose (Nadeau and Bengio 2003). Shift of the odds: Elkan 2001."
    )


if __name__ == "__main__":
    teach("imbalance", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
