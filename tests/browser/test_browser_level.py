"""Practice beyond a lesson: every kind of question by keyboard alone, one after the other at one level."""

import re

import pytest
from classroom import LEARNER, Classroom
from playwright.sync_api import expect
from test_browser_practice import card, check, fill

from core.practice.attempt import write_attempt
from core.practice.bank import load_items
from core.practice.draw import reopen_item
from core.practice.entry import (
    key_entry,
    parts_of,
    read_choices,
    read_pairs,
    read_places,
)
from core.practice.grade import grade
from core.store import open_store

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FORMS = ("single", "numeric", "multi", "order", "match", "chart", "bug")
ROUND = "5" * 32
ANSWER, REVIEW, RUN = "answer", "review", "practice run"
FOCUSED = """() => {
  const node = document.activeElement;
  const name = node.getAttribute('aria-label') ?? node.labels?.[0]?.innerText ?? node.innerText;
  const group = node.closest('[role=radiogroup]');
  return {
    card: [...(node.closest('[class*="st-key-item_"]')?.classList ?? [])]
      .find((name) => name.startsWith('st-key-item_'))?.slice('st-key-item_'.length) ?? null,
    kind: node.type ?? node.tagName,
    name: name.trim(),
    group: group?.getAttribute('aria-label') ?? null,
    choices: [...(group?.querySelectorAll('label') ?? [])].map((label) => label.innerText.trim()),
  };
}"""


def one_of_each():
    """One question of each kind whose numbers do not vary."""
    items = [item for item in load_items() if item.seed is None]
    return [next(item for item in items if item.form == form) for form in FORMS]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, chromium):
    """A server whose learner has answered one question, and has a round of every kind to go through."""
    classroom, items = Classroom(tmp_path_factory.mktemp("level")), one_of_each()
    met = items[0]
    said = write_attempt(
        met, parts_of(met), draw="4" * 32, answer=key_entry(met), verdict=grade(met, key_entry(met))
    )
    store = open_store(classroom.home)
    store.append(learner=LEARNER, kind=ANSWER, subject=met.id, body=said)
    body = {"items": [item.id for item in items], "seeds": {}}
    store.append(learner=LEARNER, kind=REVIEW, subject="", body=body, id=ROUND)
    store.close()
    classroom.start()
    yield classroom
    classroom.stop()


def plain(prose):
    return re.sub(r"[`*]", "", prose).strip()


def right_choices(item):
    """What to choose in each group of choices, by the words over it; an option has a group of its own."""
    entry, texts = key_entry(item), {part.id: plain(part.text) for part in parts_of(item)}
    if item.type == "order":
        places = read_places(entry)
        return {plain(step.text): str(places[step.id]) for step in item.steps}
    if item.type == "match":
        pairs = read_pairs(entry)
        return {plain(pair.left): texts[pairs[pair.id]] for pair in item.pairs}
    if item.type == "multi":
        return {texts[name]: texts[name] for name in read_choices(entry)}
    return {"Your answer": texts.get(entry, entry)}


def answer_by_keyboard(visit, item):
    """Go to the question with Tab, answer it rightly and check it, without the mouse."""
    page, right = visit.page, right_choices(item) | {"How sure are you?": "Fairly sure"}
    for _ in range(250):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at["card"] != item.id:
            continue
        if at["kind"] == "radio":
            page.keyboard.press("Space")
            steps = at["choices"].index(right.pop(plain(at["group"])))
            for _ in range(steps):
                page.keyboard.press("ArrowDown")
        elif at["kind"] == "checkbox" and right.pop(plain(at["name"]), None):
            page.keyboard.press("Space")
        elif at["kind"] == "text":
            page.keyboard.type(right.pop("Your answer"))
        elif at["name"] == "Check":
            break
    assert right == {}, "Tab comes by every field before it comes to the button"
    with visit.answered():
        page.keyboard.press("Enter")


def test_every_kind_of_question_is_answered_by_keyboard_alone(prepared, new_page):
    visit = new_page(classroom=prepared).open("review")
    items = one_of_each()
    for item in items:
        answer_by_keyboard(visit, item)
        expect(card(visit, item)).to_contain_text("Right.", timeout=30_000)
    answers = {event.subject: event.body for event in prepared.events(ANSWER)}
    for item in items:
        assert answers[item.id]["answer"] == key_entry(item)
        assert answers[item.id]["state"] == "right"
        assert answers[item.id]["sure"] == "fairly"


def test_at_ones_level_one_question_follows_the_other_and_a_reload_keeps_the_answer(
    prepared, new_page
):
    visit = new_page(classroom=prepared).open("practice")
    page = visit.page
    with visit.answered():
        page.get_by_role("button", name="First question").click()
    step = prepared.events(RUN)[-1]
    name = step.body["items"][0]
    item = reopen_item(name, step.body["seeds"].get(name), otherwise=int(step.id[:8], 16))
    expect(card(visit, item)).to_contain_text("1.")
    fill(visit, item, key_entry(item))
    check(visit, item)
    expect(card(visit, item)).to_contain_text("Say how sure you are, then check.")
    assert prepared.events(ANSWER, name) == () or name in {i.id for i in one_of_each()}
    card(visit, item).get_by_text("A guess", exact=True).click()
    check(visit, item)
    expect(card(visit, item)).to_contain_text("Right.")
    assert prepared.events(ANSWER, name)[-1].body["sure"] == "guess"
    visit.reload()
    expect(card(visit, item)).to_contain_text("Right.", timeout=30_000)
    assert visit.too_wide() == []
    with visit.answered():
        page.get_by_role("button", name="Next question").click()
    following = prepared.events(RUN)[-1].body["items"][0]
    lessons = {entry.id: entry.lesson for entry in load_items()}
    assert lessons[following] != lessons[name]
    expect(page.locator(f".st-key-item_{following}")).to_contain_text("2.")
    expect(page.locator(".st-key-card_level")).to_contain_text("more answers")
