"""The notebooks of AutoML stand where its models are chosen and registered, and not before."""

import pytest
from streamlit.testing.v1 import AppTest
from test_pages import open_lesson

from app.course import find_pages

PAGES = {page.name: page for page in find_pages()}


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_the_winners_notebook_comes_after_the_untouched_rows_were_opened():
    closed = open_lesson(PAGES["worth"], hide="predict")
    assert "Bet, and open them" in labels(closed)
    assert "Prove it now" not in labels(closed), "it would give the score away"
    opened = open_lesson(PAGES["worth"], hide="predict", opened="true")
    assert "Prove it now" in labels(opened)
    said = " ".join(str(one.value) for one in opened.markdown).replace("\\", "")
    assert "The proposal: linear model" in said


@pytest.mark.full
def test_the_notebook_of_the_registered_version_is_a_click_away():
    app = open_lesson(PAGES["service"], hide="predict")
    assert "Prove it now" not in labels(app)
    wanted = "Read how it was made: its notebook"
    next(button for button in app.button if button.label == wanted).click().run()
    assert not app.exception
    assert "Prove it now" in labels(app)
