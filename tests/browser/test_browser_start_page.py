"""The start page says where one is, and a restart of the server loses nothing of it."""

import time

import pytest
from playwright.sync_api import expect

from app.course import CHAPTERS, find_pages
from core.practice.bank import load_items

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MAP = ".st-key-map"


def progress(visit):
    """The words beside each lesson."""
    return [text for text in visit.page.locator(f"{MAP} p").all_inner_texts() if "minutes" in text]


def test_a_newcomer_finds_the_way_in_and_the_map_follows_what_was_done(new_page, new_classroom):
    visit = new_page(classroom=new_classroom).open()
    said = visit.words()
    for chapter in CHAPTERS:
        assert chapter.title in said
    pages = find_pages()
    assert len(progress(visit)) == len(pages)
    assert all(words.startswith("not begun") for words in progress(visit))
    visit.page.get_by_text(f"Begin: {pages[0].lesson.title}").click()
    visit.page.get_by_role("button", name="Just show me").click()
    visit.handle.wait_for()
    visit.page.get_by_test_id("stSidebar").get_by_role("link", name="Start").click()
    expect(visit.page.get_by_text(f"Go on: {pages[0].lesson.title}")).to_be_visible()
    n_items = len(load_items(pages[0].name))
    assert progress(visit)[0].startswith(f"begun, 0 of {n_items} questions answered rightly")
    assert all(words.startswith("not begun") for words in progress(visit)[1:])


def test_f32_an_open_page_notices_a_restart_after_a_kill_and_a_refresh_brings_everything_back(
    new_page, new_classroom
):
    visit = new_page(classroom=new_classroom)
    visit.tolerate(r"net::ERR_|WebSocket|reaching server endpoint|server is not responding")
    visit.open("thresholds", threshold="0.1")
    page = visit.page
    for words in ("about 99", "certain"):
        with visit.answered():
            page.get_by_role("radio", name=words).click()
    with visit.answered():
        page.get_by_role("button", name="This is my answer").click()
    visit.handle.wait_for()
    question = (
        page.locator("[class*=st-key-item_]").filter(has=page.get_by_role("radiogroup")).first
    )
    name = next(
        part for part in question.get_attribute("class").split() if part.startswith("st-key-item_")
    )
    question.locator("label").filter(has=page.get_by_role("radio")).first.click()
    with visit.answered():
        question.get_by_role("button", name="Check").click()
    answered = page.locator(f".{name}")
    expect(answered.get_by_test_id("stAlert")).to_be_visible()
    verdict = answered.inner_text()

    new_classroom.kill()
    new_classroom.start()
    began = time.monotonic()
    notice = page.get_by_role("alert").filter(has_text="Glassroom was restarted")
    expect(notice).to_be_visible(timeout=12_000)
    assert time.monotonic() - began < 12
    notice.get_by_role("button", name="Refresh").click()
    page.wait_for_load_state()
    visit.settle()
    visit.handle.wait_for()
    expect(notice).to_have_count(0)
    assert "threshold=0.1" in visit.url
    assert "certain, and so it is." in visit.words()
    assert page.locator(f".{name}").inner_text() == verdict
