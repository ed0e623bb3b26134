"""The live picture under a real hand: mouse, finger, keys, another window, another theme."""

import numpy as np
import pytest

from core.metrics.classifiers import ClassifierSpec, score_classifier
from core.metrics.thresholds.lab import ThresholdSpec, sweep_thresholds
from core.metrics.thresholds.stage import stage_thresholds
from core.wording import count

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

KEYS_QUIET_MS = 350


def knob_centre(visit):
    visit.handle.scroll_into_view_if_needed()
    box = visit.handle.locator(".knob").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def axis(visit):
    """Left and right end of the handle's way in the window."""
    box = visit.page.locator("svg.drag").bounding_box()
    return box["x"] + 14, box["x"] + box["width"] - 14


@pytest.fixture
def lab_by_itself():
    """The same settings, trained here in the test and not in the server."""
    result = sweep_thresholds(ThresholdSpec())
    return result, stage_thresholds(result)


def what_core_says(stage, place):
    sentence = "".join(text for text, _ in stage.sentences[place])
    return {
        "handle": stage.handle.texts[place],
        "at the handle": stage.handle.texts[place],
        "cells": [cell.texts[place] for row in stage.matrix.rows for cell in row.cells],
        "numbers": [number.texts[place] for number in stage.numbers],
        "notes": [number.notes[place] for number in stage.numbers],
        "sentence": sentence,
    }


def count_by_hand(threshold):
    """TP, FN, FP, TN, counted over the scores of the validation rows one by one."""
    scores = score_classifier(ClassifierSpec()).scores
    rows = scores[scores["part"] == "validation"]
    alarm, truth = rows["score"].to_numpy() >= threshold, rows["positive"].to_numpy()
    pairs = [(True, True), (True, False), (False, True), (False, False)]
    return [count(np.sum((truth == is_one) & (alarm == is_hit))) for is_one, is_hit in pairs]


def test_a_drag_shows_what_the_lab_computed_and_sends_nothing_until_the_hand_lets_go(
    visit, lab_by_itself
):
    result, stage = lab_by_itself
    visit.open_lab()
    left, right = axis(visit)
    x, y = knob_centre(visit)
    n_sent = len(visit.sent)
    visit.page.mouse.move(x, y)
    visit.page.mouse.down()
    seen = []
    for share in (0.2, 0.55, 0.83):
        visit.page.mouse.move(left + share * (right - left), y, steps=12)
        place = visit.place
        assert stage.handle.positions[place] == pytest.approx(share, abs=0.004)
        assert visit.picture() == what_core_says(stage, place)
        assert visit.picture()["cells"] == count_by_hand(result.sweep["threshold"][place])
        seen.append(place)
    assert len(set(seen)) == 3
    visit.page.wait_for_timeout(500)
    assert len(visit.sent) == n_sent, "a drag must cost the server nothing"
    with visit.answered():
        visit.page.mouse.up()
    assert len(visit.sent) == n_sent + 1
    assert f"threshold={stage.handle.values[place]}" in visit.url
    visit.reload()
    assert visit.place == place
    explained = visit.page.locator(".st-key-card_explain").inner_text()
    here = result.sweep.iloc[place]
    assert count(here["tp"] + here["fp"]) in explained, "Python's own sentences follow the handle"


def test_points_of_the_charts_lie_where_the_lab_computed_them(visit, lab_by_itself):
    _, stage = lab_by_itself
    visit.open_lab(threshold=0.05)
    drawn = visit.page.locator(".charts figure svg").evaluate_all(
        """pictures => pictures.map((picture) => {
          const at = (name) => Number(picture.querySelector('.point').getAttribute(name));
          const of = (name) => Number(picture.querySelector('.frame').getAttribute(name));
          return [(at('cx') - of('x')) / of('width'), 1 - (at('cy') - of('y')) / of('height')];
        })"""
    )
    assert len(drawn) == len(stage.charts) == 3
    for (x, y), chart in zip(drawn, stage.charts, strict=True):
        assert x == pytest.approx(chart.point_x[visit.place] / chart.x_max, abs=0.002)
        assert y == pytest.approx(chart.point_y[visit.place] / chart.y_max, abs=0.002)


def test_arrows_page_keys_home_and_end_move_the_handle(visit):
    visit.open_lab()
    start, last = visit.place, int(visit.handle.get_attribute("aria-valuemax"))
    visit.handle.focus()
    at = start
    for key, by in {
        "ArrowRight": 1, "ArrowUp": 1, "ArrowLeft": -1, "ArrowDown": -1, "PageUp": 10, "PageDown": -10,
    }.items():  # fmt: skip
        visit.page.keyboard.press(key)
        at += by
        assert visit.place == at, key
    visit.page.keyboard.press("Home")
    assert visit.place == 0
    visit.page.keyboard.press("ArrowLeft")
    assert visit.place == 0, "the handle stays on its axis"
    with visit.answered():
        visit.page.keyboard.press("End")
        assert visit.place == last
    assert "threshold=1.0" in visit.url
    assert visit.picture()["cells"][0] == "0", "at the right end nothing is caught"
    assert "no alarm is raised" in visit.picture()["sentence"].lower()


def test_a_row_of_key_presses_sends_one_message(visit):
    visit.open_lab()
    visit.handle.focus()
    n_sent = len(visit.sent)
    with visit.answered():
        for _ in range(8):
            visit.page.keyboard.press("ArrowLeft")
    visit.page.wait_for_timeout(KEYS_QUIET_MS * 2)
    assert len(visit.sent) == n_sent + 1


def swipe(visit, start, end, steps=12):
    """Put a finger down at `start`, move it to `end`, lift it; the browser decides what that means."""
    finger = visit.page.context.new_cdp_session(visit.page)

    def touch(kind, *places):
        points = [{"x": x, "y": y} for x, y in places]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", start)
    for share in np.linspace(0, 1, steps):
        touch("touchMove", tuple(np.add(start, share * np.subtract(end, start)).tolist()))
        visit.page.wait_for_timeout(16)
    touch("touchEnd")
    finger.detach()


@pytest.fixture
def phone(new_page):
    return new_page(390, 844, has_touch=True, is_mobile=True).open_lab()


def test_a_finger_moves_the_handle(phone):
    x, y = knob_centre(phone)
    left, right = axis(phone)
    before = phone.place
    with phone.answered():
        swipe(phone, (x, y), (left + 0.2 * (right - left), y))
    assert phone.place < before
    assert phone.place == pytest.approx(
        0.2 * int(phone.handle.get_attribute("aria-valuemax")), abs=2
    )
    assert "threshold=" in phone.url


def test_a_finger_that_scrolls_over_the_picture_scrolls_the_page_and_leaves_the_threshold(phone):
    knob_centre(phone)
    left, right = axis(phone)
    box = phone.page.locator("svg.drag").bounding_box()
    before, n_sent = phone.place, len(phone.sent)
    scroll = "document.querySelector('[data-testid=stMain]').scrollTop"
    top = phone.page.evaluate(scroll)
    x, y = left + 0.15 * (right - left), box["y"] + box["height"] / 2
    swipe(phone, (x, y), (x + 4, y - 260))
    phone.page.wait_for_timeout(800)
    assert phone.page.evaluate(scroll) > top + 100
    assert phone.place == before
    assert "threshold=" not in phone.url
    assert len(phone.sent) == n_sent


def scale(visit):
    """How much larger or smaller than it was drawn the picture is shown; its type with it."""
    return visit.page.locator("svg.drag").evaluate(
        "picture => picture.getBoundingClientRect().width / picture.viewBox.baseVal.width"
    )


def test_another_width_of_the_window_draws_the_picture_anew_and_keeps_its_numbers(visit):
    visit.open_lab(threshold=0.05)
    before = visit.picture()
    was_wide = axis(visit)
    visit.page.set_viewport_size({"width": 600, "height": 900})
    visit.wait_for(lambda: axis(visit)[1] < 600)
    left, right = axis(visit)
    assert right - left < was_wide[1] - was_wide[0]
    visit.wait_for(lambda: scale(visit) == pytest.approx(1, abs=0.01))
    assert visit.picture() == before
    share = visit.place / int(visit.handle.get_attribute("aria-valuemax"))
    assert knob_centre(visit)[0] == pytest.approx(left + share * (right - left), abs=1.5)


def colours(visit):
    return visit.page.locator("svg.drag").evaluate(
        """picture => ({
          page: getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor,
          bars: [...new Set([...picture.querySelectorAll('rect')].map(bar => getComputedStyle(bar).fill))],
          knob: getComputedStyle(picture.querySelector('.knob')).fill,
          stem: getComputedStyle(picture.querySelector('.stem')).stroke,
        })"""
    )


def test_the_dark_theme_draws_with_other_colours(new_page):
    light, dark = (colours(new_page(theme=theme).open_lab()) for theme in ("light", "dark"))
    assert len(light["bars"]) == len(dark["bars"]) == 2
    assert not set(light["bars"]) & set(dark["bars"])
    for place in ("page", "knob", "stem"):
        assert light[place] != dark[place], place
