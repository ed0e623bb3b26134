"""The page of practice at one's level: a question is asked, judged and kept, and the next one follows."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.practice.bank import load_item
from core.practice.draw import reopen_item
from core.practice.entry import key_entry
from core.store import open_store

ROOT = Path(__file__).parents[2]


def open_page():
    app = AppTest.from_file(ROOT / "app/main.py", default_timeout=120).run()
    app.switch_page("../pages/practice.py").run()
    assert not app.exception
    return app


def words(app):
    parts = [*app.title, *app.subheader, *app.markdown, *app.caption, *app.success, *app.error]
    return "\n".join(str(part.value) for part in parts)


def press(app, label):
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def steps():
    return open_store().events("local", "practice run")


def asked():
    body = steps()[-1].body
    (name,) = body["items"]
    return reopen_item(name, body["seeds"].get(name), otherwise=0)


def test_nothing_is_asked_until_somebody_begins():
    app = open_page()
    assert "Practise at your level" in words(app)
    assert "After 10 more answers your level can be told" in words(app)
    assert steps() == ()


def test_one_question_follows_the_other_about_another_lesson():
    app = press(open_page(), "First question")
    first = asked()
    assert first.stem.split("\n")[0][:30] in words(app)
    press(app, "Next question")
    assert asked().lesson != first.lesson
    assert len(steps()) == 2


def test_a_reload_finds_the_same_question_again():
    press(open_page(), "First question")
    first = asked()
    assert first.stem.split("\n")[0][:30] in words(open_page())
    assert len(steps()) == 1


def test_of_one_lesson_only_its_questions_are_asked():
    app = open_page()
    app.segmented_control(key="run:what").set_value("lesson").run()
    app.selectbox(key="run:lesson").set_value("thresholds").run()
    for label in ("First question", "Next question", "Next question"):
        press(app, label)
        assert asked().lesson == "thresholds"
    assert len({step.body["items"][0] for step in steps()}) == 3


def test_without_answers_weak_spots_say_that_nothing_is_known_yet():
    app = open_page()
    app.segmented_control(key="run:what").set_value("weak").run()
    assert "too few answers to tell your weak spots" in words(app)


def test_a_wrong_answer_leads_to_questions_about_its_belief():
    item = load_item("champion-moves-on")
    body = {"lesson": item.lesson, "version": 1, "seed": None, "draw": "0" * 32, "answer": "both",
            "state": "wrong", "misconception": "aliases-are-shared"}  # fmt: skip
    open_store().append(learner="local", kind="answer", subject=item.id, body=body)
    app = open_page()
    app.segmented_control(key="run:what").set_value("weak").run()
    assert "Several versions share an alias" in words(app)
    press(app, "First question")
    assert "aliases-are-shared" in asked().misconceptions


def test_an_answer_is_judged_only_with_how_sure_it_is_and_then_kept():
    app = open_page()
    app.segmented_control(key="run:what").set_value("lesson").run()
    app.selectbox(key="run:lesson").set_value("classes").run()
    press(app, "First question")
    for _ in range(12):
        if asked().type in {"numeric"}:
            break
        press(app, "Next question")
    item = asked()
    app.text_input[0].set_value(key_entry(item))
    press(app, "Check")
    assert "Say how sure you are" in "\n".join(w.value for w in app.warning)
    app.text_input[0].set_value(key_entry(item))
    app.radio[-1].set_value("sure")
    # AppTest runs a fragment as part of the page, where it may not ask for a rerun of itself alone.
    next(button for button in app.button if button.label == "Check").click().run()
    assert "Right." in words(open_page())
    (kept,) = open_store().events("local", "answer")
    assert (kept.subject, kept.body["sure"], kept.body["state"]) == (item.id, "sure", "right")
