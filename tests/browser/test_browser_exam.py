"""A mock exam in a real browser: by keyboard alone, through a killed server, in every look."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.practice.exam.sitting import ANSWERED, FINISHED, STARTED, read_sitting

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

OUT = Path(__file__).parents[1] / "out" / "browser"
CARD = ".st-key-card_question"
KEPT = re.compile("Kept. You can change it until the end|Kept, but it is not a whole answer")
LOOKS = [(w, t) for w in (375, 768, 1440) for t in ("light", "dark")]
SAMPLE = [(375, "dark"), (1440, "light")]


def begin(visit, *, reload_first=True):
    if reload_first:
        visit.open("exam")
    visit.page.get_by_text("10 questions in 20 minutes").click()
    with visit.answered():
        visit.page.get_by_role("button", name="Begin").click()
    expect(visit.page.get_by_text("Question 1 of 10")).to_be_visible(timeout=30_000)


def sitting_of(classroom):
    start = classroom.events(STARTED)[-1]
    return read_sitting(start, classroom.events(ANSWERED, start.subject))


def answer(visit, number):
    """Answer the question in sight with the keyboard; return what was said."""
    sitting = sitting_of(visit.classroom)
    item, shown = sitting.item(number), sitting.options(number)
    with visit.answered():
        if item.type == "multi":
            visit.page.locator(f"{CARD} input[type=checkbox]").first.press("Space")
        elif item.type == "numeric":
            field = visit.page.locator(f"{CARD} input[type=text]")
            field.fill("1")
            field.press("Enter")
        else:
            visit.page.locator(f"{CARD} input[type=radio]").first.press("Space")
    said = {"numeric": "1", "order": f"1.{shown[0].id}" if shown else ""}
    if item.type == "match":
        return f"{item.pairs[0].id}={shown[0].id}"
    return said.get(item.type) or shown[0].id


def test_f4_f26_f32_a_killed_server_and_a_reload_lose_no_answer(new_classroom, new_page):
    visit = new_page(classroom=new_classroom)
    begin(visit)
    said = {}
    for number in (1, 2, 3):
        said[number] = answer(visit, number)
        kept = visit.page.get_by_text(KEPT)
        asked_back = visit.page.get_by_text("Not kept yet.")
        expect(kept.or_(asked_back)).to_be_visible(timeout=30_000)
        if asked_back.is_visible():
            said.pop(number)
        with visit.answered():
            visit.page.get_by_role("button", name="Next", exact=True).press("Enter")
    new_classroom.kill()
    given = sitting_of(new_classroom).given
    assert {number: answer.answer for number, answer in given.items()} == said
    new_classroom.start()
    visit.reload()
    visit.forget_complaints()  # the browser said that it had lost the server
    n_whole = sum(answer.is_complete for answer in given.values())
    expect(visit.page.get_by_text(f"{n_whole} of 10 answered")).to_be_visible(timeout=60_000)
    expect(visit.page.get_by_text("Question 4 of 10")).to_be_visible()
    for number in said:
        visit.open("exam", question=str(number))
        expect(visit.page.get_by_text(KEPT)).to_be_visible()


def test_a_whole_exam_by_keyboard(new_classroom, new_page):
    visit = new_page(classroom=new_classroom)
    begin(visit)
    for number in range(1, 11):
        expect(visit.page.get_by_text(f"Question {number} of 10")).to_be_visible(timeout=30_000)
        answer(visit, number)
        if number < 10:
            with visit.answered():
                visit.page.get_by_role("button", name="Next", exact=True).press("Enter")
    visit.page.get_by_role("button", name="Hand in").press("Enter")
    with visit.answered():
        visit.page.get_by_role("button", name="Hand in now").press("Enter")
    expect(visit.page.locator("h1")).to_contain_text("of 10 right", timeout=60_000)
    expect(visit.page.get_by_text("95 % interval")).to_be_visible()
    assert len(new_classroom.events(FINISHED)) == 1


@pytest.mark.parametrize(
    ("width", "theme"),
    [pytest.param(*look, marks=() if look in SAMPLE else pytest.mark.full) for look in LOOKS],
)
def test_the_exam_fits_into_every_window(new_page, width, theme):
    """One learner takes exam after exam: what is open is handed in first."""
    visit = new_page(width, 900, theme=theme).open("exam")
    start = visit.page.get_by_role("button", name="Begin")
    expect(start.or_(visit.page.get_by_role("button", name="Hand in"))).to_be_visible()
    if start.count():
        assert_whole(visit, f"exam-{width}-{theme}-0")
        begin(visit, reload_first=False)
    assert_whole(visit, f"exam-{width}-{theme}-1-question")
    visit.page.get_by_role("button", name="Hand in").click()
    with visit.answered():
        visit.page.get_by_role("button", name="Hand in now").click()
    expect(visit.page.locator("h1")).to_contain_text("right", timeout=60_000)
    visit.settle()
    assert_whole(visit, f"exam-{width}-{theme}-2-result")
    visit.open("review")
    expect(visit.page.get_by_text("You have met")).to_be_visible(timeout=30_000)
    assert_whole(visit, f"review-{width}-{theme}-0")


def assert_whole(visit, picture):
    visit.shoot(OUT / f"{picture}.png")
    assert visit.too_wide() == []
    assert visit.page.locator("h1").count() == 1
    assert visit.page.get_by_test_id("stException").count() == 0
    assert visit.complaints() == []
