"""Present mode: for the last row of the room, one beat at a time."""

import pytest
from classroom import settings_in
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

BEATS = ("Predict", "See", "Explain", "Practise")


@pytest.fixture
def projector(new_page):
    visit = new_page(1440, 900).open("thresholds", present="1")
    expect(visit.page.get_by_text("Hands up for each answer.")).to_be_visible()
    return visit


def beats_in_sight(visit):
    captions = visit.page.locator(f"{'[data-testid=stMain]'} [data-testid=stCaptionContainer]")
    return [beat for beat in BEATS if captions.get_by_text(beat, exact=True).count()]


def press(visit, key):
    with visit.answered():
        visit.page.keyboard.press(key)


def font_px(visit):
    paragraph = visit.page.get_by_test_id("stMarkdownContainer").locator("p").first
    return float(paragraph.evaluate("node => parseFloat(getComputedStyle(node).fontSize)"))


def test_the_menu_is_gone_and_the_type_is_larger(projector, new_page):
    assert projector.page.locator("[data-testid=stSidebar]").locator("visible=true").count() == 0
    usual = new_page(1440, 900).open_lab()
    assert usual.page.get_by_test_id("stSidebar").is_visible()
    assert font_px(projector) > 1.2 * font_px(usual)
    assert projector.too_wide() == []


def test_arrows_and_the_keys_of_a_clicker_step_through_the_beats(projector):
    assert beats_in_sight(projector) == ["Predict"]
    press(projector, "ArrowRight")
    projector.handle.wait_for()
    assert beats_in_sight(projector) == list(BEATS[:2])
    press(projector, "PageDown")
    expect(projector.page.get_by_text("Explain", exact=True)).to_be_visible()
    assert beats_in_sight(projector) == list(BEATS[:3])
    assert settings_in(projector.url)["beat"] == "3"
    press(projector, "ArrowRight")
    expect(projector.page.get_by_role("heading", name="Four questions")).to_be_visible()
    assert beats_in_sight(projector) == list(BEATS)
    press(projector, "ArrowLeft")
    expect(projector.page.get_by_role("heading", name="Four questions")).to_have_count(0)
    press(projector, "PageUp")
    expect(projector.page.get_by_text("Explain", exact=True)).to_have_count(0)
    projector.reload()
    projector.handle.wait_for()
    assert beats_in_sight(projector) == list(BEATS[:2]), "the link remembers how far the class is"


def test_the_beat_that_was_stepped_to_comes_to_the_top(projector):
    for key, name in (("ArrowRight", "run"), ("ArrowRight", "explain")):
        press(projector, key)
        card = projector.page.locator(f".st-key-card_{name}")
        projector.wait_for(lambda card=card: abs(card.bounding_box()["y"]) < 5)


def test_the_keys_of_the_handle_still_move_the_handle(projector):
    press(projector, "ArrowRight")
    projector.handle.wait_for()
    before, beats = projector.place, beats_in_sight(projector)
    projector.handle.focus()
    with projector.answered():
        projector.page.keyboard.press("ArrowRight")
        assert projector.place == before + 1
    assert beats_in_sight(projector) == beats
    assert "threshold=" in projector.url


def test_nothing_of_the_rooms_steps_is_kept_for_the_learner(projector):
    n_before = len(projector.classroom.events("prediction", "thresholds"))
    press(projector, "ArrowRight")
    projector.handle.wait_for()
    assert len(projector.classroom.events("prediction", "thresholds")) == n_before
