"""Four questions: each answer is met, kept, and counted once."""

import pytest
from controls import PRACTICE, drawn_items, items_in_sight
from playwright.sync_api import expect

from core.practice.draw import reopen_item
from core.practice.entry import (
    join_choices,
    join_pairs,
    key_entry,
    parts_of,
    read_choices,
    read_pairs,
    read_places,
)
from core.practice.grade import show_key

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def drawn(visit):
    """The lesson with four fresh questions."""
    visit.open_lab()
    n_before = len(visit.classroom.events("practice", "thresholds"))
    with visit.answered():
        visit.page.get_by_role("button", name="Four more questions").click()
    visit.wait_for(lambda: len(visit.classroom.events("practice", "thresholds")) == n_before + 1)
    visit.wait_for(lambda: len(items_in_sight(visit.page, fresh=True)) == 4)
    return visit


def card(visit, item):
    return visit.page.locator(f".st-key-item_{item.id}")


def fill(visit, item, answer):
    """Type a number, choose the options with these ids, or give each line what belongs to it."""
    if item.answer is not None:
        card(visit, item).get_by_role("textbox").fill(answer)
        return
    texts = {part.id: part.text for part in parts_of(item)}
    lines = {pair.left: texts[read_pairs(answer)[pair.id]] for pair in item.pairs}
    lines |= {step.text: str(read_places(answer)[step.id]) for step in item.steps}
    for line, choice in lines.items():
        group = card(visit, item).get_by_role("radiogroup", name=line, exact=True)
        group.get_by_text(choice, exact=True).click()
    if item.options:
        for name in read_choices(answer):
            card(visit, item).get_by_text(texts[name], exact=True).click()


def check(visit, item, **how):
    with visit.answered():
        card(visit, item).get_by_role("button", name="Check").click(**how)


def right_answer(item):
    return key_entry(item)


def wrong_answer(item):
    """A wrong answer that a known belief leads to, and what is said about it."""
    if item.type == "multi":
        wrong = [option for option in item.options if not option.correct][: item.n_keys]
        return join_choices(item, [option.id for option in wrong]), wrong[0].feedback
    if item.type == "match":
        pair = item.pairs[0]
        other = next(choice.id for choice in item.choices if choice.id != pair.choice)
        chosen = {each.id: each.choice for each in item.pairs} | {pair.id: other}
        return join_pairs(item, chosen), pair.feedback
    wrong = (
        item.near_misses[0] if item.near_misses else next(o for o in item.options if not o.correct)
    )
    return (repr(wrong.value) if item.near_misses else wrong.id), wrong.feedback


def first(drawn, *, numeric):
    items = drawn_items(drawn, "thresholds")
    for item_id in items_in_sight(drawn.page, fresh=True):
        if items[item_id].type == ("numeric" if numeric else "single"):
            return items[item_id]
    pytest.fail("no such question was drawn")


def plain(prose):
    """Prose of the bank as the page shows it: without the marks of Markdown."""
    return prose.replace("`", "").replace("*", "").split("\n")[0].strip()[:60]


def test_a_right_answer_and_a_wrong_one_are_met_and_a_reload_keeps_both(drawn):
    items = drawn_items(drawn, "thresholds")
    right, wrong = (items[item_id] for item_id in items_in_sight(drawn.page, fresh=True)[:2])
    fill(drawn, right, right_answer(right))
    check(drawn, right)
    answer, feedback = wrong_answer(wrong)
    fill(drawn, wrong, answer)
    check(drawn, wrong)

    def assert_met():
        expect(card(drawn, right)).to_contain_text("Right.")
        expect(card(drawn, right)).to_contain_text(plain(right.explanation))
        expect(card(drawn, wrong)).to_contain_text("Not this one.")
        expect(card(drawn, wrong)).to_contain_text(plain(feedback))
        key = show_key(wrong)
        said = "The answer is:" if "\n" in key else f"The answer is {plain(key)}"
        expect(card(drawn, wrong)).to_contain_text(said)

    assert_met()
    order = items_in_sight(drawn.page)
    drawn.reload()
    drawn.page.locator(PRACTICE).wait_for()
    assert items_in_sight(drawn.page) == order, "the same questions in the same order"
    assert_met()
    assert len(items_in_sight(drawn.page, fresh=True)) == 2, "the others wait for their answers"


def test_what_cannot_be_read_is_asked_again_and_is_no_attempt(drawn):
    item = first(drawn, numeric=True)
    before = len(drawn.classroom.events("answer", item.id))
    for typed in ("about half", "", "0,5,5"):
        fill(drawn, item, typed)
        check(drawn, item)
        expect(card(drawn, item).get_by_test_id("stAlert")).to_be_visible()
        expect(card(drawn, item).get_by_role("button", name="Check")).to_be_visible()
    assert len(drawn.classroom.events("answer", item.id)) == before
    fill(drawn, item, right_answer(item))
    check(drawn, item)
    expect(card(drawn, item)).to_contain_text("Right.")


def test_f31_a_double_click_stores_one_answer_and_runs_only_its_own_question(drawn):
    item = first(drawn, numeric=False)
    before = len(drawn.classroom.events("answer", item.id))
    check(drawn, item)
    expect(card(drawn, item)).to_contain_text("Choose one of the options.")
    fill(drawn, item, right_answer(item))
    n_runs = len(drawn.finished_runs())
    check(drawn, item, click_count=2)
    expect(card(drawn, item)).to_contain_text("Right.")
    drawn.page.wait_for_timeout(500)
    assert len(drawn.classroom.events("answer", item.id)) == before + 1
    assert set(drawn.finished_runs()[n_runs:]) <= {
        "FINISHED_FRAGMENT_RUN_SUCCESSFULLY",
        "FINISHED_EARLY_FOR_RERUN",
    }


def test_f29_of_two_tabs_the_first_answer_counts_and_both_show_it(drawn, new_page):
    item = first(drawn, numeric=False)
    before = len(drawn.classroom.events("answer", item.id))
    second = new_page().open_lab()
    fill(second, item, wrong_answer(item)[0])
    fill(drawn, item, right_answer(item))
    check(drawn, item)
    expect(card(drawn, item)).to_contain_text("Right.")
    check(second, item)
    expect(card(second, item)).to_contain_text("Right.")
    assert len(drawn.classroom.events("answer", item.id)) == before + 1


def test_a_typed_answer_is_shown_letter_by_letter(drawn):
    item = first(drawn, numeric=True)
    fill(drawn, item, "<img src=x onerror=window.stolen=1> ![x](http://evil.example/x.png)")
    check(drawn, item)
    expect(card(drawn, item).get_by_test_id("stAlert")).to_be_visible()
    assert drawn.page.evaluate("window.stolen === undefined")
    assert card(drawn, item).locator("img, a").count() == 0


def test_after_a_wrong_answer_it_comes_again_with_other_numbers_and_run_it_runs_the_check(
    new_page, new_classroom
):
    visit = new_page(classroom=new_classroom).open_lab()
    item = first(visit, numeric=True)
    fill(visit, item, wrong_answer(item)[0])
    check(visit, item)
    expect(card(visit, item)).to_contain_text("Not this one.")
    with visit.answered():
        card(visit, item).get_by_role("button", name="Try it with other numbers").click()
    expect(card(visit, item).get_by_role("button", name="Check")).to_be_visible()
    seed = visit.classroom.events("other numbers", item.id)[-1].body["seed"]
    other = reopen_item(item.id, seed, otherwise=0)
    assert other != item
    visit.reload()
    visit.page.locator(PRACTICE).wait_for()
    assert card(visit, item).get_by_role("textbox").input_value() == ""
    fill(visit, other, right_answer(other))
    check(visit, other)
    expect(card(visit, item)).to_contain_text("Right.")
    expect(card(visit, item)).to_contain_text(plain(other.explanation))
    events = visit.classroom.events("answer", item.id)
    assert [event.body["state"] for event in events] == ["wrong", "right"]
    assert [event.body["seed"] for event in events] == [item.seed, other.seed]
    with visit.answered():
        card(visit, item).get_by_role("button", name="Run it").click()
    expect(card(visit, item)).to_contain_text("Run just now on this machine")
    expect(card(visit, item)).to_contain_text("(the answer)")
    expect(card(visit, item)).to_contain_text("behind this answer hold")
