"""Why three sets? The lab of peeking."""

import streamlit as st

from app.controls import choose, enter, pick
from app.course import Lesson
from app.formula import show_formula
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.own_table import offer_own_table, own_tables
from app.predict import Question
from app.stage import show_stage
from core.safe_text import md_prose
from core.validation.three_sets.lab import ThreeSetsResult, ThreeSetsSpec
from core.validation.three_sets.questions import choose_question
from core.validation.three_sets.stage import stage_json
from core.validation.three_sets.words import (
    describe_rows,
    formulas,
    say_score,
    tell_blame,
    tell_bound,
    tell_choice,
    tell_theory,
    tell_truth_source,
)
from core.wording import count

LESSON = Lesson(
    order=1,
    title="Why three sets?",
    goal="A test set that helps to choose can no longer judge. Watch the best of many climb above the truth.",
    lab="three-sets",
    minutes=15,
)

DATA = {"noise": "Coin flips", "signal": "A little signal", "churn": "Churn, freshly drawn"}
N_TESTS = {n: count(n) for n in (50, 100, 200, 500, 1000)}


def ask(result: ThreeSetsResult) -> Question:
    return Question(**choose_question(result))


def choose_settings(link: Link[ThreeSetsSpec]) -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pick(link, "data", "Rows", DATA | own_tables())
        choose(link, "n_test", "Rows in the test set", N_TESTS)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        with st.popover("More", type="tertiary"):
            enter(link, "seed", "Seed of rows and models", low=0, step=1)
        if "data" not in link.hidden and st.button("Use your own table", type="tertiary"):
            offer_own_table(lambda name: link.set(data=name))


def see(link: Link[ThreeSetsSpec], result: ThreeSetsResult) -> None:
    st.markdown(
        "A model learns from its training rows. Other rows, which it has not seen, then tell how good it is. "
        f"{md_prose(describe_rows(result))} Drag the point to the right: more models are tried on the "
        f"same test rows, and the best one is kept. Everything is the mean of {count(result.n_runs)} "
        "runs with new rows."
    )
    show_stage(
        stage_json(result),
        at=result.at,
        key=link.key("stage"),
        on_release=lambda value: link.set(m=int(value)),
    )


def explain(_link: Link[ThreeSetsSpec], result: ThreeSetsResult) -> None:
    st.subheader("The best of many is also the luckiest", anchor=False)
    st.markdown(
        "A score on a few rows is what the model is worth, plus luck. Whoever keeps the highest of many "
        "scores keeps the most luck too. What a model is really worth is no guess here. "
        f"{md_prose(tell_truth_source(result))}"
    )
    for formula in formulas(result):
        show_formula(formula)
    if result.spec.data in ("noise", "signal"):
        st.markdown(f"{md_prose(tell_bound(result))} {md_prose(tell_theory(result))}")
    misconception(
        "The test rows were never trained on, so their score is honest.",
        f"They were used to choose. After {count(result.m)} looks the score is "
        f"{say_score(result, result.said)}, and the model is worth {say_score(result, result.true)}.",
    )
    explain_sets(result)


def explain_sets(result: ThreeSetsResult) -> None:
    st.subheader("Three sets, three jobs", anchor=False)
    st.markdown(
        "- **Training rows** fit the parameters of each model.\n"
        "- **Validation rows** choose: which model, which columns, which threshold. Look as often as you "
        "like.\n- **Test rows** judge the one that was chosen. Look once, at the end."
    )
    st.markdown(f"{md_prose(tell_blame(result))} {md_prose(tell_choice(result))}")
    misconception(
        "The validation score of the best model is what to report.",
        "It has been peeked at as often as any. Report the score of rows that had no part in the choice.",
    )
    misconception(
        "With few rows one does without a test set.",
        "Then nothing is left that can judge. Let cross-validation take the place of the validation "
        "rows, and keep a test set, or put the whole search inside an outer cross-validation.",
    )
    st.caption(
        "Where the rule breaks: a thousand models that are nearly the same are few looks, not a "
        "thousand, and the flattery is smaller. Many rows forgive many looks. A test set that a whole "
        "community has looked at for years is a validation set. Sources: Cawley and Talbot 2010; Dwork "
        "and others 2015; Recht and others 2019."
    )


if __name__ == "__main__":
    teach("three_sets", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
