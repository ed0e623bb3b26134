"""Answers are read from lessons and exams alike; weak spots follow from the latest of each item."""

from datetime import UTC, datetime, timedelta

from core.practice.bank import load_misconceptions
from core.practice.spaced.answers import Answer, read_answers
from core.practice.spaced.weak import calibrate, find_beliefs, items_about
from core.store import open_store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def keep(kind, subject, body):
    return open_store().append(learner="local", kind=kind, subject=subject, body=body)


def test_answers_of_lessons_and_exams_are_read_alike():
    keep("answer", "one", {"state": "wrong", "misconception": "m", "sure": "sure"})
    paper = {
        "questions": [["d", "o", name, 1, None, []] for name in ("two", "three", "four", "five")]
    }
    keep("exam", "sitting", {"paper": paper})
    marks = [
        {"state": "right"},
        {"state": "open"},
        {"state": "gone"},
        {"state": "wrong", "misconception": "n"},
    ]
    keep("exam result", "sitting", {"marks": marks})
    found = read_answers(open_store().events("local"))
    said = [(a.item, a.is_right, a.misconception, a.sure) for a in found]
    assert said == [
        ("one", False, "m", "sure"),
        ("two", True, None, None),
        ("three", False, None, None),
        ("five", False, "n", None),
    ]


def given(item, *, right, belief=None, sure=None, after=0):
    return Answer(item, NOON + timedelta(minutes=after), right, belief, sure)


def test_a_belief_counts_until_its_item_is_answered_rightly():
    wrong = [given("a", right=False, belief="m"), given("b", right=False, belief="m", after=1)]
    assert find_beliefs(wrong) == (("m", 2),)
    assert find_beliefs([*wrong, given("a", right=True, after=2)]) == (("m", 1),)


def test_only_recent_answers_say_where_one_is_weak():
    old = given("old", right=False, belief="m")
    assert find_beliefs([old, *(given(f"i{n}", right=True, after=n) for n in range(60))]) == ()


def test_each_belief_finds_items_that_can_reveal_it():
    for belief in load_misconceptions():
        assert items_about([belief]), belief


def test_confidence_is_counted_by_level_and_answers_without_it_are_left_out():
    levels = calibrate(
        [
            given("a", right=True, sure="sure"), given("b", right=False, sure="sure"),
            given("c", right=True, sure="guess"), given("d", right=True),
        ]
    )  # fmt: skip
    assert [(level.sure, level.n_right, level.n) for level in levels] == [
        ("sure", 1, 2), ("fairly", 0, 0), ("guess", 1, 1),
    ]  # fmt: skip
