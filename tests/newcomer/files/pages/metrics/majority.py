"""How accurate is a model that has learnt nothing?"""

import streamlit as st

from app.controls import choose
from app.course import Lesson
from app.lesson import Storyboard, misconception, teach
from app.link import Link
from app.predict import Question
from core.metrics.majority import MajorityResult, MajoritySpec
from core.wording import percent

LESSON = Lesson(
    order=99,
    title="How accurate is no model at all?",
    goal="Before you praise a model, know what doing nothing is worth.",
    lab="majority",
    minutes=5,
)


def ask(result: MajorityResult) -> Question:
    return Question(
        ask="A model always gives the more common answer. How many of the rare class does it find?",
        options={"none": "none", "half": "about half"},
        answer="none",
        truth=f"None, and yet {percent(result.accuracy)} of its answers are right.",
        beliefs={"half": "That would be guessing at random, which finds some."},
    )


def choose_settings(link: Link[MajoritySpec]) -> None:
    choose(link, "data", "Data", {"churn": "Churn", "fraud": "Card fraud"})


def see(_link: Link[MajoritySpec], result: MajorityResult) -> None:
    st.markdown(f"Accuracy **{percent(result.accuracy)}**, recall **{percent(result.recall)}**.")


def explain(_link: Link[MajoritySpec], _result: MajorityResult) -> None:
    misconception("90 % is good.", "It is what doing nothing reaches when 1 in 10 is positive.")


if __name__ == "__main__":
    teach("majority", Storyboard(predict=ask, controls=choose_settings, see=see, explain=explain))
