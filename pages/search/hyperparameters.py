"""Parameter or hyperparameter? Sort the numbers of really trained models, then watch what moves them."""

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
from core.safe_text import md, md_prose
from core.search.hyperparameters.figures import plot_errors, plot_moves
from core.search.hyperparameters.lab import HyperparametersResult, HyperparametersSpec
from core.search.hyperparameters.words import (
    KNOB_TITLES,
    find_answer,
    gap_formula,
    list_ends,
    list_labels,
    tabulate_choices,
    tabulate_sorting,
    tell_all_knobs,
    tell_choice,
    tell_search,
    tell_sorting,
    tell_table,
)
from core.wording import count

LESSON = Lesson(
    order=1,
    title="Parameter or hyperparameter?",
    goal="Some numbers of a model come out of the fit, others must be set before it. Learn to tell them "
    "apart, and why the fit cannot set them all.",
    lab="hyperparameters",
    minutes=15,
)

DATA = {
    "diabetes": "Patients with diabetes",
    "house_prices": "House prices",
    "delivery_times": "Delivery times",
}
SIDES = {"f": "the fit finds it", "c": "you choose it"}


def ask(result: HyperparametersResult) -> Question:
    return Question(
        ask=(
            f"{KNOB_TITLES[result.spec.knob]}. You train a model with each setting and measure its error on "
            "the very rows that it learnt from. Which setting has the smallest error there?"
        ),
        options=list_ends(result),
        answer=find_answer(result),
        truth=tell_choice(result),
        beliefs={
            "rigid": "That would be so if a simple model fitted its own rows best. It fits them worst.",
            "between": "That would be so if the rows that were learnt from could tell when it is enough.",
            "flexible": "That would be so if more freedom always brought a fit closer to its own rows.",
        },
    )


def choose_settings(link: Link[HyperparametersSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "data", "Data", DATA | own_tables("regression"))
        pick(link, "knob", "Knob that is turned", KNOB_TITLES)
    with st.popover("More", type="tertiary"):
        enter(link, "seed", "Seed: other rows", low=0, step=1)
        if "data" not in link.hidden and st.button("Use your own table"):
            offer_own_table(lambda name: link.set(data=name), task="regression")


def see(link: Link[HyperparametersSpec], result: HyperparametersResult) -> None:
    st.subheader("Turn one setting, and ask the train rows", anchor=False)
    st.markdown(md_prose(tell_choice(result)))
    show_figure(plot_errors(result), key=link.key("errors"), alt=tell_choice(result))
    st.subheader("Sort the numbers", anchor=False)
    if not link.spec.sorting:
        _sort(link, result)
    else:
        st.markdown(md_prose(tell_sorting(result)))
        show_figure(plot_moves(result), key=link.key("moves"), alt=tell_sorting(result))
        show_rows(tabulate_sorting(result))
        st.markdown(tell_table(result))
        if st.button("Sort again", type="tertiary"):
            link.set(sorting="")
            st.rerun()


def _sort(link: Link[HyperparametersSpec], result: HyperparametersResult) -> None:
    st.markdown(
        f"Five models were trained on {md(result.row_noun[1])}. Each number belongs to one of them. "
        "Does the fit find it from the rows, or did somebody choose it before?"
    )
    with st.form(link.key("form"), border=False):
        columns, said = st.columns(2), []
        for number, label in enumerate(list_labels(result)):
            with columns[number * 2 // len(list_labels(result))]:
                answer = st.radio(
                    md(label), list(SIDES), index=None, horizontal=True,
                    format_func=SIDES.__getitem__, key=link.key(f"sort{number}"),
                )  # fmt: skip
            said.append(answer or "-")
        if st.form_submit_button("Compare with the models", type="primary"):
            link.set(sorting="".join(said))
            st.rerun()


def explain(_link: Link[HyperparametersSpec], result: HyperparametersResult) -> None:
    st.subheader("Found by the fit, or set before it", anchor=False)
    st.markdown(
        "A **parameter** is a number that `fit` finds from the rows. A **hyperparameter** is set before "
        "`fit` and steers it. In scikit-learn one can ask the model: what `get_params()` lists before any "
        "row was seen are hyperparameters. What `fit` finds ends in an underscore, such as `coef_`."
    )
    st.subheader("Why does the fit not find them all?", anchor=False)
    st.markdown(
        f"A fit makes the error on its own rows small. {tell_all_knobs(result)} More freedom lets a "
        "model come closer to the rows that it learns from, noise and all, so these rows vote for more. Only "
        "rows that no fit has seen can say when it is enough."
    )
    show_rows(tabulate_choices(result))
    show_formula(gap_formula(result))
    misconception("A hyperparameter must be tuned by hand.", tell_search(result))
    misconception(
        "LinearRegression(normalize=True) scales the columns.",
        "That argument was removed from scikit-learn; now it is an error. Put a StandardScaler before the "
        "model in a pipeline. Its means and spreads are parameters: found from the training rows.",
    )
    misconception(
        "Whatever ends in an underscore is the best value.",
        "It is what this fit found on these rows. Other rows give another one.",
    )
    st.caption(
        "Where the rule breaks down: the line depends on who asks. For GridSearchCV, the best penalty is "
        f"what its own fit finds (`best_params_`); the {count(result.n_search_fits)} fits inside did not "
        "find it. "
        "The random seed is set before the fit, too, but it is no knob: choosing the luckiest seed is "
        "choosing luck. Both halves have different rows; the network starts from the same random weights."
    )


if __name__ == "__main__":
    teach(
        "hyperparameters",
        Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain),
    )
