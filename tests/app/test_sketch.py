"""A drawing is kept as it was made, for the view that it was made for, and compared kindly."""

from streamlit.testing.v1 import AppTest

from app.learner import LOCAL
from app.predict import KIND
from core.store import open_store


def show():
    import json

    import streamlit as st

    from app.predict import is_open
    from app.sketch import Sketch, find_drawing, show_sketch

    view = st.query_params.get("view", "one")
    board = {
        "label": "curve",
        "x_ticks": ["1"],
        "y_ticks": [],
        "handles": ["a"],
        "texts": ["0", "1"],
    }
    board |= {
        "x_label": "x",
        "y_label": "y",
        "baseline": 0.5,
        "baseline_label": "b",
        "start": [0.5],
    }

    def compare(heights):
        return f"You drew {len(heights)} points." if heights else "You only looked."

    sketch = Sketch(
        ask=f"Draw {view}.", board=json.dumps(board), view=view, answer="valley", compare=compare
    )
    show_sketch("sketched", sketch)
    st.text("open" if is_open("sketched", frozenset()) else "closed")
    st.text(str(find_drawing("sketched", view)))


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


def draw(heights: tuple[float, ...], view: str = "one") -> AppTest:
    app = start(view=view)
    app.session_state[f"sketched:sketch:{view}"] = heights
    return press(app.run(), "This is my curve")


def test_nothing_is_open_before_a_point_was_moved():
    app = start()
    assert app.text[0].value == "closed"
    assert app.text[1].value == "None"
    assert next(b for b in app.button if b.label == "This is my curve").disabled
    assert "You " not in said(app)


def test_a_drawing_is_kept_and_a_new_session_finds_it():
    app = draw((0.5, 0.25))
    assert app.text[0].value == "open"
    assert "You drew 2 points." in said(app)
    again = start()
    assert "You drew 2 points." in said(again)
    assert again.text[1].value == "(0.5, 0.25)"
    body = open_store().latest(LOCAL, KIND, "sketched").body
    assert (body["choice"], body["answer"], body["heights"]) == ("drawn", "valley", "0.50,0.25")


def test_another_view_is_to_be_drawn_anew():
    draw((0.5, 0.25))
    other = start(view="two")
    assert "Draw two." in said(other)
    assert "You drew" not in said(other)
    assert other.text[1].value == "None"


def test_just_show_me_is_remembered_as_no_drawing_and_one_may_draw_again():
    app = press(start(view="three"), "Just show me")
    assert "You only looked." in said(app)
    assert app.text[1].value == "()"
    again = press(app, "Draw it again")
    assert again.text[0].value == "closed"
    assert "You only looked." not in said(again)
