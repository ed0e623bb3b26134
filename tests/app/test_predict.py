"""The prediction is kept as it was made, and compared kindly."""

import pytest
from streamlit.testing.v1 import AppTest


def show():
    import streamlit as st

    from app.predict import Question, is_open, show_question

    share = st.query_params.get("share", "1 %")
    question = Question(
        ask=f"Of 100 payments, {share} are frauds. How accurate is silence?",
        options={"low": f"about {share}", "high": "about 99 %"},
        answer="high",
        truth=f"It is right for all but {share}.",
        beliefs={"low": "That would count only the frauds."},
    )
    show_question("demo", question)
    st.text("open" if is_open("demo", frozenset()) else "closed")


def start(**params: str) -> AppTest:
    app = AppTest.from_function(show, default_timeout=60)
    for name, text in params.items():
        app.query_params[name] = text
    return app.run()


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return app.run()


def said(app: AppTest) -> str:
    assert not app.exception
    return " ".join(element.value for element in [*app.subheader, *app.markdown])


def predict(choice: str, sure: str, **params: str) -> AppTest:
    app = start(**params)
    app.button_group[0].set_value(choice)
    app.button_group[1].set_value(sure)
    return press(app.run(), "This is my answer")


def test_nothing_is_open_before_an_answer_and_no_answer_without_confidence():
    app = start()
    assert app.text[0].value == "closed"
    assert next(b for b in app.button if b.label == "This is my answer").disabled
    assert "It is right" not in said(app)


def test_a_right_prediction_is_said_so():
    app = predict("high", "fairly")
    assert app.text[0].value == "open"
    assert "You said **about 99 %**, fairly sure, and so it is." in said(app)


@pytest.mark.parametrize(("sure", "start_of_it"), [("guess", False), ("certain", True)])
def test_a_wrong_prediction_names_the_belief_that_leads_there(sure, start_of_it):
    words = said(predict("low", sure))
    assert "That would count only the frauds." in words
    assert ("Confident and wrong is where one learns most." in words) == start_of_it


def test_on_another_table_the_card_still_says_what_was_said_then():
    predict("low", "guess")
    words = said(start(share="40 %"))
    assert "You said **about 1 %**" in words
    assert "Of 100 payments, 1 %" in words
    assert "40 %" not in words


def test_who_only_looked_is_not_told_to_have_predicted():
    app = press(start(), "Just show me")
    assert app.text[0].value == "open"
    assert "You looked without predicting." in said(app)


def test_asking_again_closes_the_lesson_until_the_next_answer():
    app = press(predict("high", "guess"), "Ask me again")
    assert app.text[0].value == "closed"
    assert said(start()).count("How accurate is silence?") == 1
