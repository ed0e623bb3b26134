"""How hard should I hold the model back? One dial from weak to strong, and what it trades."""

import streamlit as st

from app.about_data import tell_origin
from app.controls import choose, enter, pick
from app.course import Lesson
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import Tasks, invite_own_table, pick_data
from app.predict import Question
from app.prose import show_rows
from app.stage import show_stage
from core.bias_variance.regularisation.brakes import BRAKES
from core.bias_variance.regularisation.lab import RegularisationResult, RegularisationSpec
from core.bias_variance.regularisation.stage import stage_json
from core.bias_variance.regularisation.words import (
    dial_formula,
    find_answer,
    tabulate_ends,
    tell_brake,
    tell_judgement,
    tell_law,
    tell_leavers,
    tell_shape,
    tell_trade,
    tell_truth,
)
from core.datasets import load_dataset
from core.safe_text import md, md_prose
from core.wording import count

LESSON = Lesson(
    order=4,
    title="How hard should I hold the model back?",
    goal="A model left alone learns the noise, too. Hold it back a little, then a lot, and see who pays.",
    lab="regularisation",
    minutes=20,
)

DATA = {"diabetes": "Diabetes progression", "house_prices": "House prices", "churn": "Churn"}
WAYS = {brake.name: brake.title for brake in BRAKES}
TASKS: Tasks = ("binary", "regression")
ROWS = {"few": "a few", "all": "all"}
SCALED = {True: "yes", False: "no"}


def ask(result: RegularisationResult) -> Question:
    return Question(
        ask=(
            f"A model learns from {count(result.n_train)} {result.row_noun[1]}. You hold it back harder and "
            f"harder ({result.brake_title.lower()}). What happens to its error on {result.row_noun[1]} that "
            "it has not seen?"
        ),
        options={
            "rises": "It rises from the start",
            "valley": "It falls first, then rises",
            "falls": "It falls all the way",
            "flat": "It stays about the same",
        },
        answer=find_answer(result),
        truth=tell_shape(result),
        beliefs={
            "rises": "That would be so if everything a model learns from its rows held for new ones.",
            "valley": "That is the rule, but this model had little freedom, or enough rows, to begin with.",
            "falls": "That would be so if the model had learnt nothing but noise.",
            "flat": "That would be so if the brake touched only what does not matter.",
        },
    )


def choose_settings(link: Link[RegularisationSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "brake", "What holds it back", WAYS)
        pick_data(link, DATA, TASKS)
        choose(link, "rows", "Rows to learn from", ROWS)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        with st.popover("More", type="tertiary"):
            choose(link, "is_scaled", "Bring numbers to the same spread first", SCALED)
            enter(link, "seed", "Seed of the split", low=0, step=1)
        invite_own_table(link, TASKS)


def see(link: Link[RegularisationSpec], result: RegularisationResult) -> None:
    st.markdown(
        f"{md_prose(tell_brake(result))} {tell_origin(load_dataset(link.spec.data))} Drag the handle to the "
        "right: you hold the model back harder."
    )
    show_stage(
        stage_json(result),
        at=result.at,
        key=link.key("stage"),
        on_release=lambda value: link.set(hold=value),
    )


def explain(_link: Link[RegularisationSpec], result: RegularisationResult) -> None:
    st.subheader("You pay with bias, and get variance back", anchor=False)
    st.markdown(
        "A free model follows its own rows, and with them their noise: another sample would have made "
        "another model. That is **variance**. A model that is held back listens less, so all samples lead to "
        "similar models; what it no longer hears it misses every time. That is **bias**. We can measure both "
        f"only where the truth is known, so the same dial was turned there, too. {tell_truth(result)} "
        f"{md_prose(tell_trade(result))}"
    )
    show_formula(dial_formula(result))
    st.markdown(tell_law(result))
    explain_choice(result)
    explain_columns(result)
    st.subheader("Stopping early is holding back, too", anchor=False)
    st.markdown(
        "Regularisation is whatever keeps a model from learning everything that its rows say: a penalty on "
        "coefficients, a limit on a tree’s depth, a smallest leaf, or an end to boosting before it is done. "
        "Try each in “What holds it back”. The picture is the same: fewer leaves or trees, less variance, "
        "more bias."
    )
    st.caption(
        "Where the rule breaks: a validation part of this size is itself uncertain (see ±), so settings near "
        "the best are ties. And the valley is deep only where rows are few or columns many; with “all” rows "
        "it is often flat. Sources: Hoerl and Kennard 1970 (ridge), Tibshirani 1996 (lasso), Zou and Hastie "
        "2005 (elastic net)."
    )


def explain_choice(result: RegularisationResult) -> None:
    st.subheader("Who chooses the strength?", anchor=False)
    st.markdown(
        "Not the train rows: their error only grows along the dial, so they would always choose the weakest "
        f"setting. {md_prose(tell_judgement(result))}"
    )
    show_rows(tabulate_ends(result))
    misconception(
        "The lowest train error shows the best model.",
        f"The train error is lowest where the model is hardly held back. {md_prose(tell_shape(result))}",
    )


def explain_columns(result: RegularisationResult) -> None:
    st.subheader("Lasso lets columns go, ridge keeps them all", anchor=False)
    st.markdown(
        "Both let coefficients pay for their size. Lasso charges every step the same, so a column that "
        "cannot earn its fee drops to exactly 0. Ridge charges large ones more and tiny ones next to "
        f"nothing, so none reaches 0. Elastic net charges both. {md_prose(tell_leavers(result))}"
    )
    misconception(
        "Scaling the columns makes no difference to a linear model.",
        "It makes none without a penalty. With one, the unit of a column decides its fee: the same length in "
        "metres needs a coefficient a thousand times larger than in millimetres. Choose “no” under More and "
        "watch which columns leave first.",
    )
    misconception(
        f"A column with coefficient 0 has nothing to do with {md(result.target)}.",
        "It adds nothing that the others do not say already, at this strength and for these rows. Of two "
        "columns that move together, lasso often keeps only one.",
    )


if __name__ == "__main__":
    teach(
        "regularisation",
        Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain),
    )
