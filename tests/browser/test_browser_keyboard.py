"""The whole lesson by keyboard alone."""

from itertools import pairwise

import pytest
from controls import drawn_items, find_controls, items_in_sight
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FOCUSED = """() => {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  if (!node || node === document.body) return null;
  const box = node.getBoundingClientRect();
  const words = (node.labels?.[0] ?? node).cloneNode(true);
  words.querySelectorAll?.('[data-testid=stIconMaterial]').forEach((icon) => icon.remove());
  const label = node.getAttribute('aria-label') ?? words.textContent.trim();
  const group = node.closest('[role=radiogroup]')?.getAttribute('aria-label') ?? null;
  const main = document.activeElement.closest('[data-testid=stMain]');
  return {name: label, group, height_on_page: main && box.top + main.scrollTop, x: box.x, y: box.y};
}"""

ONE_ROW_PX = 60
LOSE_FOCUS = """() => {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  node?.blur();
}"""


def tab_through(visit, limit=80):
    """Press Tab until the page is through; return every stop."""
    stops = []
    for _ in range(limit):
        visit.page.keyboard.press("Tab")
        stop = visit.page.evaluate(FOCUSED)
        if stop is None or (stops and stop == stops[0]):
            break
        stops.append(stop)
    return stops


def test_tab_reaches_every_control_the_handle_the_tools_and_the_questions(visit):
    visit.open_lab()
    labels = {control.label for control in find_controls(visit.page)}
    visit.page.keyboard.press("Escape")
    labels -= {"Seed of the split and the model"}  # behind "More", which is a stop itself
    visit.reload()
    visit.handle.wait_for()
    visit.page.evaluate("document.activeElement.blur()")
    stops = tab_through(visit)
    reached = {stop["name"] for stop in stops} | {stop["group"] for stop in stops}
    wanted = labels | {"Alarm threshold", "More", "Code", "Numbers as tables", "Link to this view"}
    assert wanted <= reached, f"Tab never reaches {sorted(wanted - reached)}"
    names = [stop["name"] for stop in stops]
    heights = [stop["height_on_page"] for stop in stops if stop["height_on_page"] is not None]
    backwards = [(a, b) for a, b in pairwise(heights) if b < a - ONE_ROW_PX]
    assert not backwards, "Tab goes down the page, never back up"
    assert sum(name == "Check" for name in names) == 4
    assert "Is 95 % accuracy good?" in names, "the menu, too"


def test_where_the_focus_is_can_be_seen(visit):
    """Each kind of thing looks different when it has the focus."""
    visit.open_lab()
    page = visit.page
    things = {
        "handle": visit.handle.locator(".knob"),
        "list": page.get_by_role("combobox", name="Data"),
        "choice": page.get_by_role("radiogroup", name="Model").get_by_role("radio").first,
        "number": page.get_by_role("spinbutton", name="A miss costs"),
        "button": page.get_by_role("button", name="Code", exact=True),
    }
    for name, thing in things.items():
        (visit.handle if name == "handle" else thing).focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        page.mouse.move(0, 0)
        page.wait_for_timeout(300)
        box = thing.bounding_box()
        clip = {
            "x": box["x"] - 8,
            "y": box["y"] - 8,
            "width": box["width"] + 16,
            "height": box["height"] + 16,
        }
        focused = page.screenshot(clip=clip, animations="disabled", caret="hide")
        page.evaluate(LOSE_FOCUS)
        page.wait_for_timeout(300)
        without = page.screenshot(clip=clip, animations="disabled", caret="hide")
        assert focused != without, f"the focus on a {name} cannot be seen"


def test_a_prediction_and_a_question_can_be_answered_with_keys_only(visit):
    visit.open_lab()
    page = visit.page
    more = page.get_by_role("button", name="Four more questions")
    more.focus()
    with visit.answered():
        page.keyboard.press("Enter")
    visit.wait_for(lambda: len(items_in_sight(page, fresh=True)) == 4)
    items = drawn_items(visit, "thresholds")
    single = next(
        item for name in items_in_sight(page, fresh=True) if not (item := items[name]).answer
    )
    card = page.locator(f".st-key-item_{single.id}")
    visit.page.evaluate("document.activeElement.blur()")
    for _ in range(80):
        page.keyboard.press("Tab")
        if card.evaluate("card => card.contains(document.activeElement)"):
            break
    page.keyboard.press("Space")
    expect(card.get_by_role("radio", checked=True)).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    with visit.answered():
        page.keyboard.press("Enter")
    expect(card.get_by_test_id("stAlert")).to_be_visible()


def test_a_dialog_takes_the_focus_and_gives_it_back(visit):
    visit.open_lab()
    button = visit.page.get_by_role("button", name="Code", exact=True)
    button.focus()
    visit.page.keyboard.press("Enter")
    dialog = visit.page.get_by_role("dialog")
    dialog.wait_for()
    assert dialog.evaluate("dialog => dialog.contains(document.activeElement)")
    visit.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
