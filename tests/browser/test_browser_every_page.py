"""Every page, at three widths and in both themes: whole, quiet, and nothing cut off."""

import re
from pathlib import Path

import pytest
from controls import find_controls
from playwright.sync_api import Error, expect

from app.course import find_pages

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

OUT = Path(__file__).parents[1] / "out" / "browser"
PLACES = ["", *(page.name for page in find_pages())]
HEIGHTS = {375: 812, 768: 1024, 1440: 900}
SAMPLE = [(375, "dark"), (1440, "light")]
FAULTS = ("Traceback", "encountered an error", "Page not found", "Error:", "NaN", "undefined%")
TOOLS = ("Code", "Numbers as tables", "Keep as a run", "About the data", "Link to this view")
SHOW, AGAIN = "Just show me", re.compile("^(Ask me|Draw it) again$")
LOOKS = [(width, theme) for width in HEIGHTS for theme in ("light", "dark")]


def is_sampled(position, look):
    """Start page and first lesson are always seen in two looks, each further lesson in one."""
    return look in SAMPLE and (position < 2 or SAMPLE.index(look) == position % 2)


VIEWS = [
    pytest.param(place, *look, marks=() if is_sampled(position, look) else pytest.mark.full)
    for position, place in enumerate(PLACES)
    for look in LOOKS
]


def assert_whole(visit, picture):
    if picture is not None:
        visit.shoot(OUT / f"{picture}.png")
    assert visit.too_wide() == []
    said = visit.words()
    for quoted in visit.page.get_by_test_id("stCode").all_inner_texts():
        said = said.replace(quoted, "")  # a lesson may show the error of a program
    for fault in FAULTS:
        assert fault not in said, fault
    assert visit.page.locator("h1").count() == 1
    assert visit.page.get_by_test_id("stException").count() == 0
    assert visit.complaints() == []


def use(visit):
    """Move the handle, or where none is in sight the first control."""
    handle = visit.page.locator(".stage").get_by_role("slider").and_(visit.page.locator(":visible"))
    first = find_controls(visit.page)[0]
    visit.page.keyboard.press("Escape")  # closes what lies behind "More"
    with visit.answered():
        if handle.count():
            here, end = (handle.first.get_attribute(f"aria-value{what}") for what in ("now", "max"))
            handle.first.press("PageUp" if here != end else "PageDown")
        else:
            first.move()
    visit.page.locator(".st-key-card_explain").wait_for(timeout=180_000)


def ask_again(visit):
    """Bring a lesson back to its question, if it was answered or passed over at an earlier look."""
    again = visit.page.get_by_role("button", name=AGAIN)
    show = visit.page.get_by_role("button", name=SHOW)
    again.or_(show).first.wait_for(timeout=120_000)
    if again.count():
        with visit.answered():
            again.click()
        show.wait_for(timeout=120_000)


def show_me(visit):
    """Go on from the question to the result on the same page, whatever has to be trained for it."""
    with visit.answered():
        visit.page.get_by_role("button", name=SHOW).click()
    visit.page.locator(".st-key-card_explain").wait_for(timeout=180_000)
    visit.settle()


@pytest.mark.parametrize(("place", "width", "theme"), VIEWS)
def test_a_page_is_whole_at_zero_clicks_and_after_use(new_page, pictures, place, width, theme):
    visit = new_page(width, HEIGHTS[width], theme=theme).open(place)
    name = f"{place or 'start'}-{width}-{theme}"
    if place:
        ask_again(visit)
    assert_whole(visit, pictures and f"{name}-0")
    if not place:
        return
    show_me(visit)
    use(visit)
    assert_whole(visit, pictures and f"{name}-1-used")


@pytest.mark.full
@pytest.mark.parametrize("place", PLACES[1:])
@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_every_dialog_fits_into_the_window(new_page, place, width, theme):
    visit = new_page(width, HEIGHTS[width], theme=theme).open_lesson(place)
    for tool in TOOLS:
        button = visit.page.get_by_role("button", name=tool, exact=True)
        if not button.count():
            continue
        button.click()
        dialog = visit.page.get_by_role("dialog")
        dialog.wait_for()
        visit.page.wait_for_timeout(700)
        name = f"{place}-{width}-{theme}-dialog-{tool.split()[0].lower()}.png"
        visit.page.screenshot(path=OUT / name)
        box = dialog.bounding_box()
        assert 0 <= box["x"] <= width + 1 - box["width"], f"{tool} is wider than the window"
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).to_have_count(0)


def test_the_measure_of_width_sees_what_sticks_out(visit):
    """The check above can fail."""
    visit.open()
    assert visit.too_wide() == []
    visit.page.evaluate(
        """() => {
          const wide = document.createElement('div');
          wide.style.cssText = 'position: absolute; left: 0; top: 0; width: 3000px; height: 10px';
          document.querySelector('.st-key-map').append(wide);
        }"""
    )
    assert visit.too_wide() != []


def test_a_page_that_complains_is_noticed(visit):
    """What every other test relies on: console, crashes and requests to elsewhere are seen."""
    visit.open()
    assert visit.complaints() == []
    visit.page.evaluate(
        """() => {
          console.error('a complaint');
          setTimeout(() => { throw new Error('a crash'); });
        }"""
    )
    visit.wait_for(lambda: visit.crashes and visit.console)
    assert "a complaint" in visit.console[0]
    assert "a crash" in visit.crashes[0]
    with pytest.raises(Error, match="net::ERR_"):
        visit.page.goto("http://elsewhere.example/")
    assert visit.outside == ["http://elsewhere.example/"]
    visit.forget_complaints()
