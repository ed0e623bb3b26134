"""A ledger of a thousand fits under a real hand: drawn whole, followed without a gap, quiet on the wire."""

import pytest
from visit import PATIENCE_MS

from benchmarks.drag import READ, WATCH
from core.validation.fits.lab import FitCountSpec, count_fits
from core.validation.fits.stage import MOST_PLACES, place_shown, places_of, stage_fits

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

THOUSAND = {"first": 10, "second": 10, "k": 10}
"""10 × 10 settings on 10 folds, and one last fit."""
N_MOVES = 90


@pytest.fixture
def ledger(visit):
    visit.open("fits", hide="predict", **THOUSAND)
    visit.page.locator(".st-key-card_explain").wait_for(timeout=3 * PATIENCE_MS)
    visit.settle()
    return visit


def test_a_ledger_of_a_thousand_fits_is_drawn_whole_and_follows_the_hand_without_a_message(ledger):
    page, handle = ledger.page, ledger.page.get_by_role("slider", name="Models fitted so far")
    result = count_fits(FitCountSpec(**THOUSAND))
    stage = stage_fits(result)
    assert result.n_fits == 1001
    assert sum(len(dots.x) for dots in stage.scene.dots) == 1001
    drawn = page.locator(".stage svg").first.locator("circle").count()
    assert drawn >= 1001, "every model has its point"
    assert handle.get_attribute("aria-valuemax") == str(MOST_PLACES)

    handle.scroll_into_view_if_needed()
    frame = page.locator("svg.drag").bounding_box()
    knob = handle.locator(".knob").bounding_box()
    y = knob["y"] + knob["height"] / 2
    page.mouse.move(knob["x"] + knob["width"] / 2, y)
    page.evaluate(WATCH)
    n_sent = len(ledger.sent)
    page.mouse.down()
    for move in range(N_MOVES):
        page.mouse.move(frame["x"] + frame["width"] * (0.25 + 0.6 * move / N_MOVES), y)
    page.wait_for_timeout(300)
    watched = page.evaluate(READ)
    place = int(handle.get_attribute("aria-valuenow"))
    assert len(ledger.sent) == n_sent, "a drag must cost the server nothing"
    assert watched["n_behind"] == 0, "the handle has reached the hand"
    frames = sorted(move["frames"] for move in watched["moves"])
    assert len(frames) >= N_MOVES // 3, "the browser hands over moves once per frame"
    assert frames[len(frames) // 2] == 1, "the picture follows in the very next frame"
    with ledger.answered():
        page.mouse.up()
    shown = page.locator(".stage .said").text_content()
    assert shown == "".join(text for text, _ in stage.sentences[place])
    assert f"fit={places_of(result)[place]}" in ledger.url
    assert place != place_shown(result)
