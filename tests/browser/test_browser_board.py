"""The board in a real browser: drawn by keyboard and by mouse, kept, and asked anew for another view."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

COMMIT = "This is my curve"


@pytest.fixture
def board(visit):
    """The lesson as it is when nothing was drawn."""
    visit.open("draw_the_curve")
    commit = visit.page.get_by_role("button", name=COMMIT)
    again = visit.page.get_by_role("button", name="Draw it again")
    commit.or_(again).first.wait_for(timeout=120_000)
    if again.count():
        with visit.answered():
            again.click()
    expect(commit).to_be_visible()
    visit.page.get_by_role("slider").nth(4).wait_for()
    return visit


def test_five_handles_move_by_keyboard_and_by_mouse_and_the_drawing_is_kept(board):
    page = board.page
    handles = page.get_by_role("slider")
    expect(handles).to_have_count(5)
    expect(page.get_by_role("button", name=COMMIT)).to_be_disabled()
    assert handles.nth(0).get_attribute("aria-label") == "depth 1"
    handles.nth(0).focus()
    with board.answered():
        for key in ("PageUp", "PageUp", "ArrowUp"):
            page.keyboard.press(key)
    assert handles.nth(0).get_attribute("aria-valuenow") == "71"
    assert handles.nth(0).get_attribute("aria-valuetext").endswith("points")
    box = handles.nth(4).locator(".knob").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 60, steps=5)
    with board.answered():
        page.mouse.up()
    assert int(handles.nth(4).get_attribute("aria-valuenow")) < 45
    with board.answered():
        page.get_by_role("button", name=COMMIT).click()
    page.locator(".st-key-card_explain").wait_for()
    assert "You drew a curve that is" in board.words()
    stored = board.classroom.events("prediction", "draw_the_curve")[-1].body
    heights = [float(height) for height in stored["heights"].split(",")]
    assert (stored["choice"], heights[0], heights[1]) == ("drawn", 0.71, 0.5)
    board.reload()
    page.locator(".st-key-card_explain").wait_for()
    assert "You drew a curve that is" in board.words()


def test_another_model_stays_covered_until_it_is_drawn_or_passed_over(board):
    page = board.page
    with board.answered():
        page.get_by_role("button", name="Just show me").click()
    page.locator(".st-key-card_explain").wait_for()
    board.open("draw_the_curve", direction="score")
    expect(page.get_by_role("button", name=COMMIT)).to_be_visible(timeout=120_000)
    assert "Draw this one first, above." in board.words()
    assert "is best at" not in board.words()
