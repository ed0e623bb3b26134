"""Find the best run: a query box on MLflow's own search, with its answers and its refusals."""

import streamlit as st

from app.controls import enter, type_in
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import invite_own_table, pick_data
from app.predict import Question
from app.prose import show_rows
from app.serving import is_unfolded, offer_runs_page
from core.safe_text import md, md_prose
from core.tracking.best_run.figures import plot_runs
from core.tracking.best_run.lab import MOST_SHOWN, BestRunResult, BestRunSpec
from core.tracking.best_run.words import (
    EXAMPLES,
    OPTIONS,
    find_answer,
    list_refusals,
    rank_formula,
    say_query,
    tabulate_clauses,
    tabulate_differences,
    tabulate_shown,
    tell_clauses,
    tell_failed,
    tell_first,
    tell_found,
    tell_order,
    write_client_code,
)
from core.tracking.session import TABLES
from core.tracking.session_store import show_session

LESSON = Lesson(
    order=3,
    title="Which run was the best?",
    goal="Forty models were trained and logged. Learn to ask MLflow for the best one, and to notice when "
    "the answer is not what you asked for.",
    lab="best-run",
    minutes=15,
)

OWN_QUERY = "A query of your own"


def ask(result: BestRunResult) -> Question:
    return Question(
        ask=(
            f"{result.n_runs} models were trained, one after the other, and each was logged as a run. You "
            f"ask MLflow: {md(say_query(result))}. Which run is in the first row of the answer?"
        ),
        options=OPTIONS,
        answer=find_answer(result),
        truth=md_prose(f"{tell_first(result)} {tell_order(result)}"),
        beliefs={
            "best": "That would be so if MLflow knew which metric counts and whether more of it is better.",
            "worst": "That would be so if this order put the worst end of the metric first.",
            "neither": "That would be so if this query left the metric out of the order.",
            "nothing": "That would be so if no run passed this filter.",
            "refused": "That would be so if MLflow could not read a word of this query.",
        },
    )


def choose_settings(link: Link[BestRunSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick_data(link, TABLES, ("binary",))
        _offer_examples(link)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        type_in(link, "where", "filter_string", hint="metrics.roc_auc > 0.7")
        type_in(link, "order", "order_by", hint="metrics.roc_auc DESC")
    with st.popover("More", type="tertiary"):
        enter(link, "n_shown", "max_results: runs that come back", low=1, high=MOST_SHOWN, step=1)
        enter(link, "seed", "Seed: other trainings", low=0, step=1)
        invite_own_table(link, ("binary",))


def _offer_examples(link: Link[BestRunSpec]) -> None:
    if {"where", "order"} & link.hidden:
        return
    here = (link.spec.where, link.spec.order)
    names = [name for name, query in EXAMPLES.items() if query == here] or [OWN_QUERY]
    key = link.key("example")
    st.session_state[key] = names[0]
    st.selectbox(
        "Try a query",
        [*EXAMPLES, *([OWN_QUERY] if names == [OWN_QUERY] else [])],
        key=key,
        on_change=lambda: link.set(
            **dict(zip(("where", "order"), EXAMPLES.get(st.session_state[key], here), strict=True))
        ),
    )


def see(link: Link[BestRunSpec], result: BestRunResult) -> None:
    st.code(f"mlflow.{say_query(result)}", language="python", wrap_lines=True)
    st.markdown(f"**{md_prose(tell_first(result))}** {md_prose(tell_order(result))}")
    if result.is_refused:
        st.code(f"MlflowException: {result.refusal}", language=None, wrap_lines=True)
    show_figure(plot_runs(result), key=link.key("runs"), alt=tell_first(result))
    if result.n_shown:
        st.markdown(md_prose(tell_found(result)))
        show_rows(tabulate_shown(result))
    if result.n_shown and len(result.differs):
        st.markdown("Compare the first run with the best one. Only what differs is shown:")
        show_rows(tabulate_differences(result))
    if is_unfolded("See these runs in MLflow's own page", key=link.key("own_page")):
        session = result.spec.session
        offer_runs_page(lambda learner: show_session(session, learner), key=link.key("runs"))


def explain(_link: Link[BestRunSpec], result: BestRunResult) -> None:
    st.subheader("MLflow does not know what is good", anchor=False)
    st.markdown(
        "A metric is a name and a number. Whether more or less of it is better, only you know. So say it "
        "each time: `DESC` for a score, where the best is the highest; `ASC` for an error or a loss, where "
        "the best is the lowest. Without `order_by` the newest run comes first."
    )
    formula = rank_formula(result)
    if formula is not None:
        show_formula(formula)
    st.markdown(md_prose(tell_failed(result)))
    st.subheader("What it reads, and what it refuses", anchor=False)
    st.markdown(md_prose(tell_clauses(result)))
    show_rows(tabulate_clauses(result, "where"))
    show_rows(tabulate_clauses(result, "order"))
    with st.popover("The errors in MLflow's own words", type="tertiary"):
        st.code("\n".join(list_refusals(result)), language=None, wrap_lines=True)
    st.subheader("The same through the client", anchor=False)
    st.markdown(
        "`mlflow.search_runs` returns a table of pandas, one row for each run. The client returns run "
        "objects: `runs[0].data.metrics` is a dictionary, and `experiment_ids` must be a list."
    )
    st.code(write_client_code(result), language="python", wrap_lines=True)
    misconception(
        "search_runs returns the best run first.",
        "It returns the newest first. Only order_by changes that.",
    )
    misconception(
        "params.max_depth > '5' finds the deep trees.",
        "Every setting is kept as text, so there is no larger and smaller. Log a number that you want to "
        "compare as a metric.",
    )
    misconception(
        "A wrong name gives an error.",
        "A metric that nobody logged passes no run. In an order it changes nothing, and the newest run comes "
        "first.",
    )
    st.caption(
        "Where the rule breaks down: the best of many runs on the same rows looks better than it is, "
        "because luck was chosen too. Judge the chosen one once more on rows that no run has seen."
    )


if __name__ == "__main__":
    teach("best_run", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
