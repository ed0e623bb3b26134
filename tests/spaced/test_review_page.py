"""The page of the review: nothing yet, what is due, a round, weak spots, the day of the exam."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.practice.bank import load_item, load_items
from core.practice.draw import reopen_item
from core.store import event as events_of_store
from core.store import open_store

ROOT = Path(__file__).parents[2]


@pytest.fixture
def days_ago(monkeypatch):
    """Store an event as if it had happened some days ago."""

    def store(n, kind, subject, body):
        class Past(datetime):
            @classmethod
            def now(cls, tz=None):
                return datetime.now(tz or UTC) - timedelta(days=n)

        with monkeypatch.context() as patch:
            patch.setattr(events_of_store, "datetime", Past)
            open_store().append(learner="local", kind=kind, subject=subject, body=body)

    return store


def open_page():
    app = AppTest.from_file(ROOT / "app/main.py", default_timeout=120).run()
    app.switch_page("../pages/review.py").run()
    assert not app.exception
    return app


def words(app):
    parts = [
        *app.title,
        *app.subheader,
        *app.markdown,
        *app.caption,
        *app.warning,
        *app.success,
        *app.error,
    ]
    return "\n".join(str(part.value) for part in parts)


def press(app, label):
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def answer_to(item, *, state="right", **more):
    return {"lesson": item.lesson, "version": item.version, "seed": item.seed, "draw": "0" * 32,
            "state": state, "misconception": None, "answer": "x"} | more  # fmt: skip


ITEMS = [item for item in load_items() if item.form == "single"][:4]


def test_before_any_answer_the_page_says_where_to_begin():
    assert "Nothing to review yet" in words(open_page())


def test_what_was_answered_days_ago_is_due_and_what_was_answered_now_is_not(days_ago):
    for item in ITEMS[:3]:
        days_ago(9, "answer", item.id, answer_to(item))
    days_ago(0, "answer", ITEMS[3].id, answer_to(ITEMS[3]))
    app = open_page()
    assert "3 questions due today" in words(app)
    assert "You have met 4 questions." in words(app)


def test_a_round_asks_how_sure_one_is_and_ends_when_all_is_answered(days_ago):
    days_ago(9, "answer", ITEMS[0].id, answer_to(ITEMS[0]))
    app = press(open_page(), "Review 1 of them")
    drawn = open_store().events("local", "review")[-1]
    item = reopen_item(ITEMS[0].id, drawn.body["seeds"].get(ITEMS[0].id), otherwise=0)
    assert item.stem in words(app)
    key = next(option.id for option in item.options if option.correct)
    app.radio[0].set_value(key)
    press(app, "Check")
    assert "Say how sure you are" in words(app)
    app.radio[0].set_value(key)
    app.radio[1].set_value("sure")
    # AppTest runs a fragment as part of the page, where it may not ask for a rerun of itself alone.
    next(button for button in app.button if button.label == "Check").click().run()
    kept = open_store().latest("local", "answer", item.id)
    assert (kept.body["state"], kept.body["sure"]) == ("right", "sure")
    app = press(open_page(), "Done") if "This round" in words(open_page()) else open_page()
    assert "Nothing is due today" in words(app)
    assert "Sure: 1 of 1" in words(app)


def test_a_belief_behind_a_wrong_answer_can_be_practised(days_ago):
    item = ITEMS[0]
    belief = item.misconceptions[0]
    days_ago(0, "answer", item.id, answer_to(item, state="wrong", misconception=belief))
    app = open_page()
    assert "Beliefs behind your wrong answers" in words(app)
    press(app, "Practise my weak spots")
    drawn = open_store().events("local", "review")[-1]
    for name in drawn.body["items"]:
        asked = load_item(name, drawn.body["seeds"].get(name))
        assert belief in asked.misconceptions


def test_the_day_of_the_exam_is_kept(days_ago):
    days_ago(0, "answer", ITEMS[0].id, answer_to(ITEMS[0]))
    day = datetime.now(UTC).date() + timedelta(days=30)
    open_page().date_input(key="review:exam_day").set_value(day).run()
    assert open_page().date_input(key="review:exam_day").value == day


def test_questions_and_answers_can_be_taken_along(days_ago):
    days_ago(0, "answer", ITEMS[0].id, answer_to(ITEMS[0]))
    app = open_page()
    assert "Your answers as CSV" in [button.label for button in app.get("download_button")]
    press(app, "Questions for other programs")
    assert "left out, as it takes the extra" in words(app), "charts take a package that draws them"
    assert "Download" in [button.label for button in app.get("download_button")]
