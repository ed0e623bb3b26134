"""Predict first: nothing is given away, nothing is lost, nobody is scolded."""

import pytest
from playwright.sync_api import expect

from core.metrics.thresholds.lab import ThresholdSpec, sweep_thresholds
from core.wording import percent

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

COMMIT = "This is my answer"


@pytest.fixture
def asked(visit):
    """The lesson as it is when the question is open."""
    visit.open("thresholds")
    again = visit.page.get_by_role("button", name="Ask me again")
    commit = visit.page.get_by_role("button", name=COMMIT)
    commit.or_(again).first.wait_for()
    if again.count():
        with visit.answered():
            again.click()
    expect(commit).to_be_visible()
    return visit


def answer(visit, words, sure):
    page = visit.page
    with visit.answered():
        page.get_by_role("radio", name=words).click()
    with visit.answered():
        page.get_by_role("radio", name=sure).click()
    with visit.answered():
        page.get_by_role("button", name=COMMIT).click()
    visit.handle.wait_for()


def right_and_wrong():
    """The answers, worked out from the lab's own counts."""
    result = sweep_thresholds(ThresholdSpec())
    share = result.n_positive / result.n_judged
    return f"about {percent(1 - share, 0)}", f"about {percent(share, 0)}"


def components_sent(visit):
    """Names of the live pictures among all that the server sent."""
    return [
        message.delta.new_element.bidi_component.component_name
        for message in visit.received
        if message.delta.new_element.WhichOneof("type") == "bidi_component"
    ]


def test_nothing_is_revealed_before_the_answer(asked):
    assert asked.handle.count() == 0
    for words in ("See", "Explain", "Practise"):
        assert words not in asked.words()
    asked.received.clear()
    asked.reload()
    assert asked.received, "the reload was watched"
    assert not any("stage" in name for name in components_sent(asked)), (
        "not even unseen on the wire"
    )
    page = asked.page
    expect(page.get_by_role("button", name=COMMIT)).to_be_disabled()
    with asked.answered():
        page.get_by_role("radio", name="a guess").click()
    expect(page.get_by_role("button", name=COMMIT)).to_be_disabled()


def test_a_right_answer_is_confirmed_and_a_reload_keeps_it(asked):
    right, _ = right_and_wrong()
    answer(asked, right, "fairly sure")
    said = f"You said {right}, fairly sure, and so it is."
    assert said in asked.words()
    asked.reload()
    asked.handle.wait_for()
    assert said in asked.words()
    assert asked.page.get_by_role("button", name=COMMIT).count() == 0


def test_a_confident_wrong_answer_is_met_with_the_belief_behind_it(asked):
    _, wrong = right_and_wrong()
    answer(asked, wrong, "certain")
    assert f"You said {wrong}, certain." in asked.words()
    assert "Confident and wrong is where one learns most." in asked.words()
    assert "It counts every row." in asked.words()
    stored = asked.classroom.events("prediction", "thresholds")[-1]
    assert (stored.body["choice"], stored.body["sure"]) == ("share", "certain")


def test_just_show_me_opens_the_lesson_and_ask_me_again_closes_it(asked):
    page = asked.page
    with asked.answered():
        page.get_by_role("button", name="Just show me").click()
    asked.handle.wait_for()
    assert "You looked without predicting." in asked.words()
    with asked.answered():
        page.get_by_role("button", name="Ask me again").click()
    expect(page.get_by_role("button", name=COMMIT)).to_be_visible()
    expect(asked.handle).to_have_count(0)
    expect(page.get_by_role("heading", name="Four questions to check yourself")).to_have_count(0)


def test_a_link_may_open_the_lesson_without_asking(asked):
    asked.open_lab()
    assert asked.page.get_by_role("button", name=COMMIT).count() == 0
    assert "How sure are you?" not in asked.words()


def test_a_second_tab_sees_what_the_first_one_stored(asked, new_page):
    right, _ = right_and_wrong()
    answer(asked, right, "a guess")
    second = new_page().open("thresholds")
    second.handle.wait_for()
    assert f"You said {right}, a guess, and so it is." in second.words()
