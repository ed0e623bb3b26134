"""The page of the mock exam: begin, answer, come back, run out of time, hand in, read the result."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.exam import desk
from core.practice.entry import key_entry
from core.practice.exam.sitting import ANSWERED, FINISHED, GRACE_S, STARTED, read_sitting
from core.store import StoreError, open_store

ROOT = Path(__file__).parents[2]


class HandClock:
    """The exam clock, moved by the test."""

    def __init__(self):
        self.reading = 1000.0

    def read(self, at_least=0.0):
        return max(self.reading, at_least)


@pytest.fixture
def clock(monkeypatch):
    clock = HandClock()
    monkeypatch.setattr(desk, "open_clock", lambda _home: clock)
    return clock


def open_page(**params) -> AppTest:
    app = AppTest.from_file(ROOT / "app/main.py", default_timeout=120).run()
    for name, text in params.items():
        app.query_params[name] = text
    app.switch_page("../pages/exam.py").run()
    assert not app.exception
    return app


def words(app) -> str:
    parts = [
        *app.title,
        *app.markdown,
        *app.caption,
        *app.warning,
        *app.error,
        *app.success,
        *app.info,
    ]
    return "\n".join(str(part.value) for part in parts)


def press(app, label) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def begin(n=10, word="") -> AppTest:
    app = open_page()
    app.radio(key="exam:form:glassroom").set_value(n).run()
    app.text_input(key="exam:word").set_value(word).run()
    return press(app, "Begin")


def sitting():
    start = open_store().events("local", STARTED)[-1]
    rest = open_store().events("local", None, start.subject)
    return read_sitting(start, [event for event in rest if event.kind != STARTED])


def give(app, number=1) -> str:
    """Answer the question in sight with its first option, or with a number."""
    now = sitting()
    key, item, shown = f"exam:{now.id}:{number}", now.item(number), now.options(number)
    if item.type == "single":
        app.radio(key=key).set_value(shown[0].id).run()
        return shown[0].id
    if item.type == "numeric":
        app.text_input(key=key).set_value("1").run()
        return "1"
    if item.type == "multi":
        app.checkbox(key=f"{key}:{shown[0].id}").check().run()
        return shown[0].id
    if item.type == "order":
        app.radio(key=f"{key}:{shown[0].id}").set_value(1).run()
        return f"1.{shown[0].id}"
    app.radio(key=f"{key}:{item.pairs[0].id}").set_value(shown[0].id).run()
    return f"{item.pairs[0].id}={shown[0].id}"


def test_an_answer_is_kept_at_once_and_found_again_by_another_browser(clock):
    app = begin()
    said = give(app)
    assert sitting().given[1].answer == said
    clock.reading += 300
    app = open_page()
    whole = int(sitting().given[1].is_complete)
    assert f"{whole} of 10 answered" in words(app)
    assert "15 minutes left" in words(app)
    assert ("Kept. You can change" if whole else "Kept, but it is not a whole") in words(app)


def test_t6_nothing_is_said_about_right_or_wrong_before_the_end(clock):
    app = begin()
    give(app)
    item = sitting().item(1)
    said = words(open_page())
    assert item.explanation.split(".")[0] not in said
    assert not any(option.feedback in said for option in item.options)
    assert "Right." not in said


def test_one_can_go_to_any_question_and_flag_it(clock):
    app = press(begin(), "Next")
    assert sitting().item(2).stem in words(app)
    press(app, "Flag it")
    assert sitting().flagged == {2}
    app = open_page(question="7")
    assert sitting().item(7).stem in words(app)
    assert "1 flagged" in words(app)
    press(press(app, "Previous"), "Next")
    assert sitting().item(7).stem in words(app)


@pytest.mark.parametrize("text", ["0", "99", "-1", "x", "1e9"])
def test_a_number_of_a_question_that_does_not_exist_does_no_harm(clock, text):
    begin()
    assert "Question" in words(open_page(question=text))


def test_handing_in_shows_the_result_and_every_question_again(clock):
    app = begin()
    give(app)
    clock.reading += 65
    app = press(app, "Hand in now")
    said = words(app)
    assert "of 10 right" in said
    assert "65 seconds of 20 minutes used" in said
    assert "95 % interval" in said
    assert "You gave no answer." in said
    assert len(open_store().events("local", FINISHED)) == 1
    assert "Your earlier exams" in "\n".join(str(h.value) for h in open_page().subheader)


def test_when_the_time_is_over_the_exam_is_marked_and_no_answer_is_taken(clock):
    app = begin()
    give(app)
    app = open_page(question="2")
    clock.reading += sitting().seconds_allowed + GRACE_S + 1
    give(app, 2)
    assert not app.exception
    assert len(open_store().events("local", ANSWERED)) == 1
    assert sitting().is_over


def test_the_same_word_gives_everybody_the_same_paper(clock):
    begin(word="Tuesday")
    first = sitting().paper
    press(open_page(), "Hand in now")
    begin(word=" tuesday ")
    assert sitting().paper.questions == first.questions


def test_a_number_that_cannot_be_read_is_asked_back_and_not_kept(clock):
    begin(n=24)
    number = next(n for n in range(1, 25) if sitting().item(n).type == "numeric")
    app = open_page(question=str(number))
    key = f"exam:{sitting().id}:{number}"
    app.text_input(key=key).set_value("about a half").run()
    assert "Not kept yet." in words(app)
    assert sitting().given == {}
    assert app.text_input(key=key).value == "about a half"
    app.text_input(key=key).set_value("1").run()
    assert sitting().given[number].answer == "1"


def test_an_answer_that_could_not_be_stored_is_not_called_kept(clock, monkeypatch):
    app = begin()
    store = open_store()

    def fail(**_event):
        message = "The disk is full."
        raise StoreError(message)

    monkeypatch.setattr(store, "append", fail)
    give(app)
    assert "The disk is full." in words(app)
    assert "Not kept yet." in words(app)


@pytest.mark.parametrize("kind", ["multi", "order", "match"])
def test_a_part_of_an_answer_is_kept_and_not_counted_until_it_is_whole(clock, kind):
    number = None
    for word in "abcdefgh":
        begin(n=24, word=word)
        found = (n for n in range(1, 25) if sitting().item(n).type == kind)
        number = next(found, None)
        if number:
            break
        press(open_page(), "Hand in now")
    assert number, "no such question was drawn"
    app = open_page(question=str(number))
    part = give(app, number)
    assert sitting().given[number].answer == part
    assert "Kept, but it is not a whole answer yet." in words(app)
    assert "0 of 24 answered" in words(open_page())
    item, key = sitting().item(number), f"exam:{sitting().id}:{number}"
    app = open_page(question=str(number))
    if kind == "multi":
        names = [option.id for option in item.options if option.correct]
        for option in item.options:
            box = app.checkbox(key=f"{key}:{option.id}")
            if box.value != (option.id in names):
                (box.check if option.id in names else box.uncheck)().run()
    elif kind == "order":
        for at, step in enumerate(item.steps, start=1):
            app.radio(key=f"{key}:{step.id}").set_value(at).run()
    else:
        for pair in item.pairs:
            app.radio(key=f"{key}:{pair.id}").set_value(pair.choice).run()
    assert sitting().given[number].answer == key_entry(item)
    assert "Kept. You can change it until the end." in words(app)
    app = press(open_page(), "Hand in now")
    assert "1 of 24 right" in words(app)


def test_a_result_of_somebody_else_is_not_shown(clock):
    assert "There is no such exam of yours." in words(open_page(sitting="f" * 32))


def test_every_objective_of_the_guide_has_a_question(clock):
    app = open_page()
    app.radio(key="exam:blueprint").set_value("databricks-ml-associate").run()
    said = words(app)
    assert "of its 48 objectives" not in said, "each has a question now"
    assert "no pass mark" in said
