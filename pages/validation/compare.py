"""Is A really better than B? The comparison lab."""

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
from app.stage import show_stage
from core.datasets import load_dataset
from core.safe_text import md_prose
from core.validation.compare.figures import plot_judges, plot_winners
from core.validation.compare.lab import CompareResult, CompareSpec
from core.validation.compare.stage import stage_json
from core.validation.compare.words import (
    judge_alarms,
    ratio_formula,
    tabulate_judges,
    tell_alarms,
    tell_corrected,
    tell_models,
    tell_promise,
    tell_ratio,
    tell_rows,
    tell_verdicts,
    tell_winner,
)

LESSON = Lesson(
    order=6,
    title="Is A really better than B?",
    goal="Two models, one table, and a difference. Find out when you may speak of a winner.",
    lab="compare",
    minutes=20,
)

DATA = {"breast_cancer": "Tumours", "churn": "Churn"}
MODELS = {
    "logistic": "Logistic", "neighbours": "15 neighbours", "bayes": "Naive Bayes",
    "tree": "Tree", "forest": "Forest",
}  # fmt: skip
FOLDS = {2: "2", 5: "5", 10: "10"}


def ask(result: CompareResult) -> Question:
    n = result.spec.repeats
    times = f", {n} times over with new folds" if n > 1 else ""
    return Question(
        ask=(
            "Two models are truly equal. Somebody compares them by cross-validation with "
            f"{result.spec.k} folds{times}, and lets the usual test for averages, the t-test, judge "
            "the differences of all folds. It promises to cry “winner” between equals in only 5 of 100 "
            "cases. In how many of 100 such comparisons does it?"
        ),
        options={"few": "about 5", "some": "about 15", "many": "more than 25"},
        answer=judge_alarms(result),
        truth=tell_alarms(result),
        beliefs={
            "few": "5 is the promise. It holds for independent differences; folds share rows.",
            "some": "The error is of another size: every further repeat adds folds, but no rows.",
            "many": "With many repeats it comes to that. Here there are few, and the harm is smaller.",
        },
    )


def choose_settings(link: Link[CompareSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "data", "Data", DATA | own_tables("binary"))
        pick(link, "a", "A", MODELS)
        pick(link, "b", "B", MODELS)
        choose(link, "k", "Folds", FOLDS)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        with st.popover("More", type="tertiary"):
            enter(
                link, "n_rows", "Rows drawn from the table", low=60, high=2000, step=20,
                note="All rows, if the table has fewer.",
            )  # fmt: skip
            enter(link, "seed", "Seed of rows, folds and models", low=0, step=1)
        if "data" not in link.hidden and st.button("Use your own table", type="tertiary"):
            offer_own_table(lambda name: link.set(data=name), task="binary")


def see(link: Link[CompareSpec], result: CompareResult) -> None:
    st.markdown(f"{md_prose(tell_models(result))} {tell_origin(load_dataset(link.spec.data))}")
    show_stage(
        stage_json(result),
        at=result.at,
        key=link.key("stage"),
        on_release=lambda value: link.set(repeats=int(value)),
    )
    st.markdown(f"**{tell_corrected(result)}**")
    show_figure(plot_judges(result), key=link.key("judges"), alt=tell_verdicts(result))
    show_rows(tabulate_judges(result))
    st.caption(tell_promise())


def explain(link: Link[CompareSpec], result: CompareResult) -> None:
    st.subheader("More repeats are not more rows", anchor=False)
    show_formula(ratio_formula(result))
    st.markdown(
        f"{tell_ratio(result)} Two folds share most of the rows that they learn from, and two repeats share "
        "all rows. So their differences resemble one another, and the t-test takes resemblance for evidence. "
        "Nadeau and Bengio (2003) add the share of rows tested."
    )
    misconception(
        "With more repeats the difference becomes significant, so it is real.", tell_alarms(result)
    )
    st.subheader("Judges that look at rows", anchor=False)
    st.markdown(
        f"{md_prose(tell_rows(result))} McNemar’s test asks whether that split is one of half and half. The "
        "bootstrap draws the rows again and again. Both take the models as they are, so they judge these "
        "trained models, and the t-tests judge the way of training."
    )
    misconception(
        "You cannot tell them apart, so they are equal.",
        f"{tell_verdicts(result)} An interval that holds 0 holds other differences too. It says how large "
        "the difference may still be. If all of them are too small to matter to you, take the cheaper model.",
    )
    st.subheader("The best of many looks better than it is", anchor=False)
    show_figure(plot_winners(result), key=link.key("winners"), alt=tell_winner(result))
    st.markdown(
        f"{tell_winner(result)} Each score is the truth plus luck, and picking the best picks the luck too. "
        "The dashed line is the law: the expected largest of so many normal numbers, times the spread of "
        "one score."
    )
    misconception(
        "The winner’s score is what to expect from it.",
        "Only if it is measured anew, on rows that had no part in the choice: the test set.",
    )
    st.caption(
        "Where the rules break: the corrected test rests on a guess of how alike folds are, and is a little "
        "cautious or bold with other models. With groups or time in the rows, deal them accordingly first. "
        "And all of this is about accuracy; a difference in what mistakes cost is another question."
    )


if __name__ == "__main__":
    teach("compare", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
