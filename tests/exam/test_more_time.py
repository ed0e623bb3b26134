"""More time is given to everybody who is writing, once, and to nobody else."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from app.course import CHAPTERS
from app.exam import desk
from core.errors import SpecError
from core.practice.exam.course import course_blueprint
from core.practice.exam.more_time import (
    GIVEN,
    MINUTES,
    add_up,
    count_writing,
    is_double_click,
    write_gift,
)
from core.practice.exam.paper import draw_paper, write_paper
from core.practice.exam.sitting import FINISHED, GRACE_S, STARTED, read_sitting, write_start
from core.rooms import CLASS, TEACHER
from core.store import open_store

ROOT = Path(__file__).parents[2]
COURSE = course_blueprint({chapter.folder: chapter.title for chapter in CHAPTERS})
PAPER = write_paper(draw_paper(COURSE, 10, seed=5))
START = write_start(PAPER, seconds_allowed=600, reading=1000.0)


def gift(reading, minutes=10):
    return SimpleNamespace(body=write_gift(minutes, reading=reading))


def start(subject="one", reading=1000.0):
    body = write_start(PAPER, seconds_allowed=600, reading=reading)
    return SimpleNamespace(subject=subject, body=body, created_at="", kind=STARTED)


def test_f37_more_time_moves_the_end_of_an_exam_that_is_running():
    sitting = read_sitting(start(), (), [gift(1300)])
    assert sitting.seconds_allowed == 1200
    assert sitting.seconds_more == 600
    assert sitting.seconds_left(1300) == 900
    assert sitting.takes_answers(2200 + GRACE_S)
    assert not sitting.takes_answers(2200 + GRACE_S + 1)


def test_f37_a_gift_counts_for_what_runs_when_it_is_given():
    assert add_up(START, [gift(999)], ended=None) == 0, "begun afterwards"
    assert add_up(START, [gift(1000)], ended=None) == 600
    assert add_up(START, [gift(1600)], ended=None) == 600, "in the last moment"
    assert add_up(START, [gift(1601)], ended=None) == 0, "its time was over"
    assert add_up(START, [gift(1600), gift(2200)], ended=None) == 1200, (
        "the second within the first"
    )
    assert add_up(START, [gift(1600), gift(2201)], ended=None) == 600
    assert add_up(START, [gift(1300)], ended=1200) == 0, "handed in before"
    assert add_up(START, [gift(1300)], ended=1400) == 600, "handed in later"


def test_f37_only_whoever_writes_is_counted():
    starts = [
        start("ran out", 100),
        start("handed in"),
        start("writes"),
        start("writes longer", 500),
    ]
    assert count_writing(starts, {"handed in": 1100.0}, [], 1150) == 1
    assert count_writing(starts, {"handed in": 1100.0}, [gift(1050)], 1150) == 2


@pytest.mark.parametrize("minutes", [0, -5, 7, 90])
def test_another_length_of_more_time_is_refused(minutes):
    with pytest.raises(SpecError, match="5, 10 or 15"):
        write_gift(minutes, reading=1.0)


def test_a_double_click_is_one_gift():
    assert not is_double_click([], 0.0)
    assert is_double_click([gift(100.0)], 100.5)
    assert not is_double_click([gift(100.0)], 103.0)


def open_page(who, monkeypatch, page):
    """Open a page as this person of the class."""
    # Not `current_learner` itself: modules that were loaded before have it under a name of their own.
    monkeypatch.setattr("app.learner.current_identity", lambda: who)
    monkeypatch.setattr("app.learner.open_rooms", lambda: SimpleNamespace(knows=lambda _who: True))
    app = AppTest.from_file(ROOT / "app/main.py", default_timeout=120).run()
    app.switch_page(f"../pages/{page}.py").run()
    assert not app.exception
    return app


def words(app):
    return "\n".join(str(part.value) for part in [*app.markdown, *app.subheader, *app.caption])


def press(app, label):
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def test_f37_the_teacher_gives_more_time_and_the_learner_sees_it(monkeypatch):
    clock = SimpleNamespace(reading=1000.0)
    clock.read = lambda at_least=0.0: max(clock.reading, at_least)
    monkeypatch.setattr(desk, "open_clock", lambda _home: clock)
    room = open_page(TEACHER, monkeypatch, "room")
    assert "writing a mock exam" not in words(room)
    app = open_page("anna", monkeypatch, "exam")
    app.radio(key="exam:form:glassroom").set_value(MINUTES[1]).run()
    press(app, "Begin")
    clock.reading += 300
    assert "15 minutes left" in words(open_page("anna", monkeypatch, "exam"))
    room = open_page(TEACHER, monkeypatch, "room")
    assert "1 person is writing a mock exam" in words(room)
    press(press(room, "Give it to all"), "Give it to all")
    assert len(open_store().events(CLASS, GIVEN)) == 1, "a double click"
    assert "You gave 5 minutes more." in words(room)
    said = words(open_page("anna", monkeypatch, "exam"))
    assert "20 minutes left (5 minutes were added)" in said
    clock.reading += 1195  # 4:55 beyond the first end
    assert "5 seconds left" in words(open_page("anna", monkeypatch, "exam"))
    clock.reading += GRACE_S + 6
    open_page("anna", monkeypatch, "exam")
    marked = open_store().events("anna", FINISHED)
    assert len(marked) == 1
    assert marked[0].body["seconds_used"] == 25 * 60
    assert open_store().events("anna", STARTED)[0].body["seconds_allowed"] == 20 * 60
