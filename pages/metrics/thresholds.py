"""Is 95 % accuracy good? The threshold lab."""

import streamlit as st

from app.about_data import tell_origin
from app.controls import choose, enter, pick
from app.course import Lesson
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import offer_own_table, own_tables
from app.predict import Question
from app.prose import show_rows
from app.stage import show_stage
from core.datasets import load_dataset
from core.metrics.thresholds.lab import ThresholdResult, ThresholdSpec
from core.metrics.thresholds.stage import stage_json
from core.metrics.thresholds.words import (
    formulas,
    tabulate_rules,
    tell_curves,
    tell_false_alarms,
    tell_hindsight,
    tell_optimism,
    theory_formula,
)
from core.safe_text import md, md_prose
from core.wording import count, percent, significant

LESSON = Lesson(
    order=1,
    title="Is 95 % accuracy good?",
    goal="A model can be right nearly always and be of no use. Find out what accuracy leaves out.",
    lab="thresholds",
    minutes=20,
)

DATA = {"fraud": "Card fraud", "churn": "Churn", "breast_cancer": "Breast cancer"}
MODELS = {"logistic": "Logistic regression", "forest": "Random forest", "boosting": "Boosting"}
MODEL_NOTE = (
    "Logistic regression adds up the columns, each with a weight. A random forest lets many decision trees "
    "vote. Boosting builds trees one after the other, each to mend what the last got wrong."
)
PREVALENCES = {
    None: "as in the data", 0.5: "1 in 2", 0.1: "1 in 10", 0.01: "1 in 100", 0.001: "1 in 1 000",
}  # fmt: skip


def ask(result: ThresholdResult) -> Question:
    share, rest = percent(result.base_rate, 0), percent(result.majority_accuracy, 0)
    return Question(
        ask=(
            f"Of {count(result.n_judged)} {result.row_noun[1]}, {count(result.n_positive)} are "
            f"{result.positive_noun[1]}. A model gives every one of them the more common answer. "
            "How accurate is it?"
        ),
        options={"share": f"about {share}", "half": "about 50 %", "rest": f"about {rest}"},
        answer="rest",
        truth=f"It is right for {rest} of them, and it has learnt nothing at all.",
        beliefs={
            "share": "That would be so if accuracy counted only the rare class. It counts every row.",
            "half": "That would be so if both classes were equally common. Here they are not.",
        },
    )


def choose_settings(link: Link[ThresholdSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "data", "Data", DATA | own_tables())
        choose(link, "model", "Model", MODELS, note=MODEL_NOTE)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        enter(link, "cost_false_alarm", "A false alarm costs", low=0.0, step=1.0)
        enter(link, "cost_miss", "A miss costs", low=0.0, step=1.0)
        choices = PREVALENCES | {
            link.spec.prevalence: PREVALENCES.get(link.spec.prevalence, "other")
        }
        pick(
            link, "prevalence", "How common are they out there?", choices,
            note="Costs and precision for a place where the rare class is rarer, or more common.",
        )  # fmt: skip
    with st.container(horizontal=True, gap="medium"):
        with st.popover("More", type="tertiary"):
            enter(link, "seed", "Seed of the split and the model", low=0, step=1)
        if "data" not in link.hidden and st.button("Use your own table", type="tertiary"):
            offer_own_table(lambda name: link.set(data=name))


def see(link: Link[ThresholdSpec], result: ThresholdResult) -> None:
    st.markdown(
        f"{MODELS[link.spec.model]} learnt from {count(result.n_train)} {md(result.row_noun[1])} to give "
        f"each one a score: how sure it is of a {md(result.positive_noun[0])}. From which score on should "
        f"the alarm go off? Drag the handle to choose that threshold. It is judged on "
        f"{count(result.n_judged)} other {md(result.row_noun[1])}, the validation set. "
        f"{tell_origin(load_dataset(link.spec.data))}"
    )
    show_stage(
        stage_json(result),
        at=result.at,
        key=link.key("stage"),
        on_release=lambda value: link.set(threshold=value),
    )


def explain(link: Link[ThresholdSpec], result: ThresholdResult) -> None:
    positives = md(result.positive_noun[1])
    st.subheader(f"Precision asks about the alarms, recall about the {positives}", anchor=False)
    for formula in formulas(result):
        show_formula(formula)
    st.markdown(
        "F1 makes one number of the two, their harmonic mean. The smaller one decides: perfect precision "
        "with a recall of 10 % gives an F1 of 18 %, not 55 %. It never looks at the rows that were rightly "
        "left in peace. "
        "In the matrix beside the handle T stands for true and F for false, P for positive (an alarm) and N "
        "for negative. Matthews correlation (MCC) and balanced accuracy look at both classes; guessing gives "
        "0 and 50 %."
    )
    misconception(
        "Higher accuracy means a better model.",
        "When one class is rare, accuracy mostly counts how rare it is. Drag the handle to the far right: "
        f"accuracy ends at {percent(result.majority_accuracy)}, and all {positives} go through.",
    )
    st.subheader("Two curves, two questions", anchor=False)
    st.markdown(md_prose(tell_curves(result)))
    misconception(
        "A high area under the ROC curve means that the alarms are right.",
        tell_false_alarms(result),
    )
    st.subheader("Who pays decides where the alarm begins", anchor=False)
    st.markdown(
        f"You said that a false alarm costs {significant(link.spec.cost_false_alarm)} and a miss "
        f"{significant(link.spec.cost_miss)}. If the scores were true probabilities, an alarm would pay off "
        "as soon as the chance of being right outweighs the price of being wrong:"
    )
    show_formula(theory_formula(result))
    st.markdown(
        "Each way of choosing below used the validation rows only. Then it was judged once, on "
        f"{count(result.n_test)} test rows that nobody had looked at. Costs are per 1 000 "
        f"{md(result.row_noun[1])}; the range is a 95 % interval."
    )
    show_rows(tabulate_rules(result))
    st.markdown(f"{tell_optimism(result)} {tell_hindsight(result)}")
    misconception(
        "0.5 is the natural threshold.",
        "It is right only when both errors cost the same and the scores are honest probabilities. "
        "The model does not know your prices.",
    )
    st.caption(
        "Reading a matrix elsewhere: scikit-learn prints [[TN, FP], [FN, TP]], the negative class first. "
        "Where the rule breaks: scores of many models are not probabilities (the next lesson), and at "
        "another prevalence the rule has to be corrected first, which is done here (Elkan 2001)."
    )


if __name__ == "__main__":
    teach("thresholds", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
