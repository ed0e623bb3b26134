"""What is this table worth? A ladder of models, an audit before it, a stop line, and one look at the test."""

import streamlit as st

from app.controls import choose, enter, pick
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.notebook_shown import show_notebook
from app.own_table import SUPERVISED, invite_own_table, pick_data
from app.predict import Question
from app.prose import show_rows
from core.automl.worth.climb import JUDGES
from core.automl.worth.figures import plot_ladder, tell_ladder
from core.automl.worth.lab import WorthResult, WorthSpec, write_winner
from core.automl.worth.reasons import (
    list_misconceptions,
    tabulate_steps,
    tell_curse,
    tell_worth,
    worth_formula,
)
from core.automl.worth.tables import load_table
from core.automl.worth.words import (
    BELIEFS,
    BETS,
    METRICS,
    ask_winner,
    find_answer,
    list_alerts,
    suggest_bet,
    tabulate_judges,
    tell_answer,
    tell_audit,
    tell_cost,
    tell_price,
    tell_proposal,
    tell_table,
    tell_test,
    tell_ties,
)
from core.safe_text import md_prose

LESSON = Lesson(
    order=1,
    title="What is this table worth?",
    goal="Let a machine climb from the simplest model to the strongest, and see where climbing stops paying.",
    lab="worth",
    minutes=15,
)

DATA = {
    "diabetes": "Patients with diabetes",
    "bike-hours": "Bikes by the hour",
    "churn-leak": "Subscribers, with a column too many",
    "churn": "Subscribers who leave",
    "house_prices": "House prices",
    "breast_cancer": "Breast tumours",
    "wine": "Wines",
}
SIZES = {"quick": "Quick: 6 models", "full": "Full: 20 models"}


def ask(result: WorthResult) -> Question:
    return Question(
        ask=md_prose(ask_winner(result)), options=BETS, answer=find_answer(result),
        truth=md_prose(tell_answer(result)), beliefs=BELIEFS,
    )  # fmt: skip


def choose_settings(link: Link[WorthSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick_data(link, DATA, SUPERVISED)
        choose(link, "size", "Search", SIZES)
    with st.container(horizontal=True, gap="medium"):
        with st.popover("More", type="tertiary"):
            judges = ("", *JUDGES[load_table(link.spec.data).task][1:], link.spec.metric)
            pick(link, "metric", "Models are ranked by", {one: METRICS[one] for one in judges})
            enter(link, "seed", "Seed: rows dealt anew", low=0, step=1)
        invite_own_table(link, SUPERVISED)


def see(link: Link[WorthSpec], result: WorthResult) -> None:
    st.markdown(md_prose(tell_table(result)))
    st.markdown(md_prose(tell_audit(result)))
    st.markdown("\n".join(f"- {md_prose(sentence)}" for sentence in list_alerts(result)))
    show_figure(plot_ladder(result), key=link.key("ladder"), alt=tell_ladder(result))
    st.markdown(md_prose(f"{tell_proposal(result)} {tell_ties(result)}"))
    st.subheader("The untouched rows", anchor=False)
    if link.spec.is_test_open:
        st.markdown(md_prose(tell_test(result)))
        show_rows(tabulate_judges(result))
        st.markdown(md_prose(f"{tell_price(result)} {tell_cost(result)}"))
        st.subheader("Take the winner home", anchor=False)
        st.markdown(
            "This notebook trains the proposed model anew, step by step, on the same rows, and looks at the "
            "untouched ones at its end. It has to give back the scores of this page."
        )
        show_notebook(write_winner(link.spec.climb))
    else:
        _take_bet(link, result)


def _take_bet(link: Link[WorthSpec], result: WorthResult) -> None:
    st.markdown(
        "A fifth of the rows has not been looked at, neither to learn nor to choose. Between which two "
        "scores does the proposed model come out there? A narrow range is a brave bet."
    )
    low, high = suggest_bet(result)
    with st.form(link.key("bet"), border=False):
        places = st.columns(2)
        start = places[0].number_input("From", value=low, format="%.6g", key=link.key("low"))
        end = places[1].number_input("To", value=high, format="%.6g", key=link.key("high"))
        if st.form_submit_button("Bet, and open them", type="primary"):
            link.set(bet=(min(start, end), max(start, end)))
            st.rerun()
    if st.button("Open them without a bet", type="tertiary"):
        link.set(opened=True)
        st.rerun()


def explain(_: Link[WorthSpec], result: WorthResult) -> None:
    st.subheader("What the table is worth", anchor=False)
    st.markdown(md_prose(tell_worth(result)))
    show_formula(worth_formula(result))
    st.subheader("Where climbing stops", anchor=False)
    st.markdown(
        "A finalist learns from the same rows as the others and is judged by the same, split for split. So "
        "luck with the rows falls out of the difference. A gain whose interval holds 0 may be chance."
    )
    show_rows(tabulate_steps(result))
    st.subheader("The winner's curse", anchor=False)
    st.markdown(md_prose(tell_curse(result)))
    for belief, answer in list_misconceptions(result).items():
        misconception(belief, md_prose(answer))
    st.caption(
        "Where it breaks down: splits share rows, so the intervals are corrected (Nadeau and Bengio 2003), "
        "and still only nearly right. With few rows nearly all is a tie. If the rows of tomorrow differ from "
        "these, no score here holds. Budgets are counted in models, not seconds, so that every machine finds "
        "the same. Databricks AutoML ranks by F1 (classes), R² (numbers) and sMAPE (forecasts) unless told."
    )


if __name__ == "__main__":
    teach("worth", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
