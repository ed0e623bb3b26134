"""What single pages of the chapter on bias and variance promise, through the real menu."""

from test_pages import open_lesson

from app.course import find_page
from core.bias_variance.draw_the_curve.lab import DrawSpec
from core.bias_variance.learning import measure_validation_curve


def buttons(app):
    return {button.label: button for button in app.button}


def test_a_curve_that_is_still_to_be_drawn_keeps_its_code_and_its_numbers_covered():
    page = find_page("draw_the_curve")
    app = buttons(open_lesson(page))["Just show me"].click().run()
    assert {"Code", "Numbers as tables", "Link to this view"} <= buttons(app).keys()
    measure_validation_curve(DrawSpec(direction="score").curve)  # what a job would train
    other = buttons(open_lesson(page, direction="score"))
    assert "This is my curve" in other
    assert "Link to this view" in other
    assert not {"Code", "Numbers as tables"} & other.keys()
    told = buttons(open_lesson(page, direction="score", hide="predict"))
    assert {"Code", "Numbers as tables"} <= told.keys()


def test_other_samples_of_the_same_truth_are_one_click_away():
    page = find_page("decomposition")
    app = open_lesson(page, hide="predict")
    before = [text.value for text in app.markdown]
    buttons(app)["Draw other samples"].click().run()
    assert not app.exception
    assert app.query_params["seed"] == "1"
    assert [text.value for text in app.markdown] != before
    kept = open_lesson(page, hide="predict,seed")
    assert "Draw other samples" not in buttons(kept)
