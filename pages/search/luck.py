"""The more you search, the luckier you get: the winner's curse of a search, and its cure."""

import streamlit as st

from app.controls import enter, pick
from app.course import Lesson
from app.figure import show_figure
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import invite_own_table, own_tables
from app.predict import Question
from app.prose import show_rows
from app.stage import show_stage
from core.search.luck.figures import plot_gap
from core.search.luck.lab import LuckResult, LuckSpec
from core.search.luck.stage import stage_json
from core.search.luck.words import (
    curse_formula,
    describe_rows,
    find_answer,
    price_formula,
    tabulate_judges,
    tell_bet,
    tell_choice,
    tell_curse,
    tell_fewer,
    tell_nested,
    tell_price,
    tell_run,
    tell_start,
)

LESSON = Lesson(
    order=6,
    title="The more you search, the luckier you get",
    goal="The best score of a search is part skill, part luck. How much is luck, and who can tell?",
    lab="luck",
    minutes=15,
)

DATA = {
    "tumours": "Tumours, 100 rows",
    "digits": "Digits, 200 rows",
    "coins": "Coin flips, 100 rows",
    "more-coins": "Coin flips, 400 rows",
}


def ask(result: LuckResult) -> Question:
    return Question(
        ask=(
            f"A random search tries settings of a decision tree on {result.n_rows} rows and reports the "
            f"cross-validation score of the best. {result.n_untouched} rows stay untouched. The more "
            f"settings it tries, the higher the best score. When it goes on from 1 setting to "
            f"{result.n_settings}, what happens to the score of its choice on the untouched rows?"
        ),
        options={
            "as-much": "It rises about as much",
            "part": "It rises, but clearly less",
            "stays": "It hardly moves",
            "falls": "It clearly falls",
        },
        answer=find_answer(result),
        truth=tell_bet(result),
        beliefs={
            "as-much": "That would be so if the best score were all merit and no luck.",
            "part": "That would be so if the settings differed in what they are really worth.",
            "stays": "That would be so if the settings were all worth about the same.",
            "falls": "That would be so if what is lucky in a search were bad on other rows.",
        },
    )


def choose_settings(link: Link[LuckSpec]) -> None:
    pick(link, "data", "Rows to search on", DATA | own_tables("binary") | own_tables("multiclass"))
    with st.popover("More", type="tertiary"):
        enter(link, "search", "Show the settings of another search (0 to 23)", low=0, high=23)
        invite_own_table(link, ("binary", "multiclass"))


def see(link: Link[LuckSpec], result: LuckResult) -> None:
    st.markdown(
        f"{describe_rows(result)} Each full mark is the best of one search. **Drag the handle**: the "
        "searches look on. Marks that move right are *said* to be better; only marks that move up are."
    )
    show_stage(
        stage_json(result),
        at=result.at,
        key=link.key("stage"),
        on_release=lambda value: link.set(n_trials=int(value)),
    )
    st.markdown(f"{tell_curse(result)} {tell_run(result)}")


def explain(link: Link[LuckSpec], result: LuckResult) -> None:
    st.subheader("The winner's curse", anchor=False)
    st.markdown(
        "Each score is what a setting is worth, plus the luck of these folds. Whoever keeps the highest of "
        f"many scores keeps the most luck too. {tell_start(result)}"
    )
    show_formula(curse_formula(result))
    st.markdown(tell_fewer(result))
    misconception(
        "Cross-validation is honest, so the best cross-validation score is honest.",
        f"Each score is fair, the highest of them is not. {tell_curse(result)}",
    )
    misconception("Then searching is useless.", tell_choice(result))
    st.subheader("The cure, and its price", anchor=False)
    st.markdown(
        "Nested cross-validation judges rows that had no part in the choice. In each outer fold the whole "
        f"search is done again without that fold, and its choice is judged there. {tell_nested(result)}"
    )
    show_figure(
        plot_gap(result),
        key=link.key("gap"),
        alt="Said minus true against settings tried, for the search and nested, with middle 80 % bands.",
    )
    show_formula(price_formula(result))
    show_rows(tabulate_judges(result))
    st.markdown(tell_price(result))
    misconception(
        "Nested cross-validation finds better settings.",
        "It finds none. Each outer fold may choose another setting. It says what the way of searching is "
        "worth; the search on all rows chooses.",
    )
    st.caption(
        "Where the rule breaks: settings that are nearly the same are few looks, not many, and the curse is "
        "smaller. Many rows make it smaller too. Nested cross-validation trains on fewer rows than the "
        "final model and so tends to be a little too modest. Sources: Cawley and Talbot 2010; Varma and "
        "Simon 2006."
    )


if __name__ == "__main__":
    teach("luck", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
