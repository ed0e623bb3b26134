"""A class in real browsers: one joins, comes back and is asked; nicknames stay names (threat T4)."""

import re
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect
from test_browser_hostile_text import SPOKEN

sys.path.insert(0, str(Path(__file__).parents[1] / "class_mode"))

from person import Person, cookie_of, serving  # the people of tests/class_mode

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

NICKNAMES = (
    "<script>stolen=1</script>",
    "<img src=x onerror=stolen=1>",
    "<svg/onload=stolen=1>",
    "![t](http://evil.example)",
    "[x](javascript:stolen=1)",
    "http://evil.example/a",
    "www.evil.example",
    "<style>*{display:none}</style>",
    "<a href=//evil.example>x</a>",
    ":red[x] $\\href{//evil.ex}{y}$",
    '"><input autofocus onfocus=a()',
    "{{7*7}}${7*7}<%=7*7%>",
    "# a heading `code` **b**",
    "x\u202egnp.exe",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("class") / "home") as running:
        yield running


@pytest.fixture
def open_page(chromium, served):
    """Open pages of the class with somebody's cookie, watch what they ask for, and close them."""
    contexts, outside = [], []

    def watch(request):
        if "127.0.0.1" not in request.url and not request.url.startswith(("data:", "blob:")):
            outside.append(request.url)

    def open_page(path="/", cookie=None):
        chromium.context()  # starts the browser
        context = chromium.browser.new_context()
        contexts.append(context)
        if cookie:
            own = {"name": "glassroom", "value": cookie, "url": f"http://{served.host}"}
            context.add_cookies([own])
        page = context.new_page()
        page.on("request", watch)
        page.on("dialog", lambda dialog: outside.append(f"dialog: {dialog.message}"))
        page.goto(f"http://{served.host}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert outside == []


def join(page, room, nickname):
    page.get_by_label("Room code").fill(room)
    page.get_by_label("Nickname").fill(nickname)
    page.get_by_role("button", name="Join").click()


def test_f27_a_learner_joins_lands_where_they_wanted_and_comes_back_on_another_device(
    served, open_page
):
    page = open_page("/thresholds?cost_miss=7")
    expect(page).to_have_url(re.compile("/join"))
    join(page, "K7M2PQ4X", "Ada")
    expect(page.get_by_role("alert")).to_contain_text("not the code of the room")
    expect(page.get_by_label("Nickname")).to_have_value("Ada")
    join(page, served.room.lower(), "Ada")
    code = page.locator(".mine").inner_text()
    page.get_by_role("link", name="Go to the lessons").click()
    expect(page.locator("h1")).to_contain_text("95 %", timeout=60_000)
    assert page.url.endswith("/thresholds?cost_miss=7")
    assert page.evaluate("document.cookie.includes('glassroom=')") is False, "no script reads it"
    other = open_page("/room")
    other.get_by_text("I have joined before").click()
    other.get_by_label("Personal code").fill(code.replace("-", " ").lower())
    other.get_by_role("button", name="Come back").click()
    expect(other.get_by_text("You are here as Ada")).to_be_visible(timeout=60_000)


def test_the_teacher_sees_who_becomes_ready(served, open_page):
    mia = Person(served, "Mia B.")
    cookie = cookie_of(served.post(do="teach", word=served.teacher_word()))
    teacher = open_page("/room", cookie)
    expect(teacher.get_by_text("Mia B.")).to_be_visible(timeout=60_000)
    expect(teacher.get_by_text(", 0 ready")).to_be_visible()
    learner = open_page("/room", mia.cookie)
    learner.get_by_role("button", name="I am ready").click()
    expect(learner.get_by_text("You are ready")).to_be_visible(timeout=60_000)
    expect(teacher.get_by_text(", 1 ready")).to_be_visible(timeout=60_000)


def test_t4_a_nickname_is_shown_letter_by_letter_and_does_nothing(
    served, open_page, record_property
):
    people = [Person(served, nickname) for nickname in NICKNAMES]
    cookie = cookie_of(served.post(do="teach", word=served.teacher_word()))
    teacher = open_page("/room", cookie)
    expect(teacher.get_by_text(f"{NICKNAMES[0]}, {NICKNAMES[1]}")).to_be_visible(timeout=60_000)
    for nickname in NICKNAMES[:-1]:
        assert nickname in teacher.get_by_test_id("stMain").inner_text().replace("\u2060", "")
    teacher.get_by_role("button", name="Send somebody out").click()
    assert_silent(teacher)
    for person in people:
        page = open_page("/join", person.cookie)
        shown = page.locator("h1").inner_text()
        assert shown == f"Welcome, {person.nickname}" or "\u202e" in person.nickname
        assert_silent(page)
    for person in people[::5]:
        page = open_page("/room", person.cookie)
        expect(page.get_by_text("You are here as")).to_be_visible(timeout=60_000)
        assert_silent(page)
    record_property("hostile texts", len(NICKNAMES))


def assert_silent(page):
    page.wait_for_timeout(150)
    assert page.evaluate("typeof stolen === 'undefined'")
    assert page.evaluate(SPOKEN) == []
    assert page.locator("h1").first.is_visible()
