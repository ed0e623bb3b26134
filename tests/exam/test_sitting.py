"""A sitting is what its events say: the last answer counts, late ones do not, marks are made once."""

from types import SimpleNamespace

import pytest
from scipy.stats import norm

from app.course import CHAPTERS
from core.practice.entry import key_entry
from core.practice.exam.course import course_blueprint
from core.practice.exam.paper import draw_paper, write_paper
from core.practice.exam.result import Share, mark, read_result
from core.practice.exam.sitting import (
    ANSWERED,
    FINISHED,
    FLAGGED,
    GRACE_S,
    STARTED,
    name_answer,
    read_sitting,
    write_answer,
    write_start,
)
from core.practice.grade import show_key
from core.store import open_store

COURSE = course_blueprint({chapter.folder: chapter.title for chapter in CHAPTERS})
PAPER = draw_paper(COURSE, 10, seed=5)
BEGAN = 1000.0


class Desk:
    """A learner with a store, an exam and a clock that the test moves."""

    def __init__(self):
        self.reading = BEGAN
        self.keep(STARTED, write_start(write_paper(PAPER), seconds_allowed=600, reading=BEGAN))

    def keep(self, kind, body, name=None):
        open_store().append(learner="local", kind=kind, subject="one", body=body, id=name)

    @property
    def sitting(self):
        start, *rest = open_store().events("local", None, "one")
        return read_sitting(start, rest)

    def answer(self, number, text, seconds=1.0):
        sitting = self.sitting
        body = write_answer(sitting, number, answer=text, seconds=seconds, reading=self.reading)
        self.keep(ANSWERED, body, name_answer(sitting, number, text))

    def answer_rightly(self, number):
        item = self.sitting.item(number)
        self.answer(number, key_entry(item))

    def hand_in(self):
        self.keep(FINISHED, mark(self.sitting, reading=self.reading), "one:result")


@pytest.fixture
def desk():
    return Desk()


def test_the_last_answer_to_a_question_counts_and_going_back_to_an_earlier_one_too(desk):
    a, b = (option.id for option in desk.sitting.options(first_choice(desk))[:2])
    number = first_choice(desk)
    for said in (a, b, a):
        desk.answer(number, said)
        assert desk.sitting.given[number].answer == said
    assert len(desk.sitting.given) == 1


def first_choice(desk):
    numbers = range(1, desk.sitting.n_questions + 1)
    return next(n for n in numbers if desk.sitting.item(n).type == "single")


def test_the_same_press_sent_twice_is_stored_once(desk):
    sitting, number = desk.sitting, first_choice(desk)
    body = write_answer(sitting, number, answer="x", seconds=1, reading=BEGAN)
    for _ in range(2):
        desk.keep(ANSWERED, body, name_answer(sitting, number, "x"))
    assert len(open_store().events("local", ANSWERED, "one")) == 1


def test_an_emptied_field_takes_the_answer_back(desk):
    desk.answer(1, "0.5")
    desk.answer(1, "")
    assert desk.sitting.given == {}


@pytest.mark.parametrize(
    ("late", "counts"), [(-1, True), (0, True), (GRACE_S, True), (GRACE_S + 1, False)]
)
def test_f36_an_answer_counts_until_the_deadline_and_on_its_way_for_a_moment(desk, late, counts):
    assert desk.sitting.takes_answers(BEGAN + 600 + late) is counts


def test_time_left_is_counted_on_the_clock_of_running_servers(desk):
    assert desk.sitting.seconds_left(BEGAN + 125) == 475


def test_flags_can_be_set_and_taken_away(desk):
    for number, is_flagged in ((2, True), (3, True), (2, False)):
        desk.keep(FLAGGED, {"number": number, "is_flagged": is_flagged, "clock": BEGAN})
    assert desk.sitting.flagged == {3}


def test_the_clock_never_falls_behind_what_was_stored(desk):
    desk.reading = BEGAN + 200
    desk.answer(1, "0.5")
    assert desk.sitting.latest == BEGAN + 200


def test_all_right_is_all_right_and_nothing_answered_is_open(desk):
    for number in range(1, 11):
        desk.answer_rightly(number)
    desk.hand_in()
    result = read_result(desk.sitting, COURSE)
    assert (result.total.n_right, result.total.n_asked) == (10, 10)
    assert sum(share.n_asked for share in result.by_domain.values()) == 10
    assert result.beliefs == ()
    assert result.lessons == ()


def test_a_wrong_answer_names_its_belief_and_its_lesson(desk):
    number = first_choice(desk)
    wrong = next(option for option in desk.sitting.options(number) if not option.correct)
    desk.answer(number, wrong.id)
    desk.hand_in()
    result = read_result(desk.sitting, COURSE)
    assert result.states[number - 1] == "wrong"
    assert result.states.count("open") == 9
    assert dict(result.beliefs)[wrong.misconception] == 1
    assert desk.sitting.item(number).lesson in result.lessons


def test_f8_an_exam_is_marked_once_whatever_is_sent_later(desk):
    desk.hand_in()
    desk.answer_rightly(1)
    desk.hand_in()
    assert len(open_store().events("local", FINISHED, "one")) == 1
    assert read_result(desk.sitting, COURSE).total.n_right == 0
    assert not desk.sitting.takes_answers(BEGAN)


def test_what_was_asked_and_the_key_are_kept_with_the_attempt(desk):
    number = first_choice(desk)
    desk.answer(number, desk.sitting.options(number)[0].id)
    desk.hand_in()
    item, kept = desk.sitting.item(number), desk.sitting.given[number]
    assert kept.asked["stem"] == item.stem
    assert [name for name, _ in kept.asked["options"]] == list(PAPER.questions[number - 1].order)
    assert desk.sitting.result["marks"][number - 1]["key"] == show_key(item)


def test_the_result_of_a_full_exam_fits_into_one_event(desk):
    paper = draw_paper(COURSE, 24, seed=1)
    start = SimpleNamespace(
        subject="two", created_at="", body=write_start(write_paper(paper), seconds_allowed=1, reading=0.0)
    )  # fmt: skip
    sitting = read_sitting(start, ())
    open_store().append(
        learner="local", kind=FINISHED, subject="two", body=mark(sitting, reading=1.0)
    )


@pytest.mark.parametrize(("k", "n"), [(34, 48), (5, 6), (0, 4), (10, 10)])
def test_the_interval_is_wilsons(k, n):
    z, p = norm.ppf(0.975), k / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    assert Share(k, n).interval == pytest.approx((middle - half, middle + half))


def test_of_nothing_asked_there_is_no_share():
    assert Share(0, 0).share is None
    assert Share(0, 0).interval is None
