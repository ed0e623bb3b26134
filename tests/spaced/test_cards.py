"""When a question comes back: FSRS-6 by a second implementation, days that begin at four, exams as caps."""

from datetime import UTC, date, datetime, timedelta
from math import exp

import fsrs
import pytest

from core.practice.spaced.answers import Answer, day_of, first_of_each_day
from core.practice.spaced.cards import find_due, forecast_load, interleave, schedule

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
W = fsrs.Scheduler().parameters


def answer(at=NOON, *, right=True, item="a", sure=None):
    return Answer(item, at, right, None if right else "belief", sure)


def cards(*answers, **options):
    return schedule(answers, zone=UTC, **options)[0]


def days_to_wait(stability, retention=0.9):
    """The forgetting curve of FSRS-6, turned round (Open Spaced Repetition, algorithm page)."""
    decay = -W[20]
    factor = 0.9 ** (1 / decay) - 1
    return max(1, round(stability / factor * (retention ** (1 / decay) - 1)))


def test_the_first_wait_is_that_of_the_published_parameters():
    (good,), (bad,) = cards(answer()), cards(answer(right=False))
    (hard,) = cards(answer(sure="guess"))
    for card, rating in ((bad, 1), (hard, 2), (good, 3)):
        assert card.stability == pytest.approx(W[rating - 1])
        assert (card.due - NOON.date()).days == days_to_wait(W[rating - 1])


def test_a_right_answer_lengthens_the_wait_as_fsrs_6_says():
    (card,) = cards(answer(), answer(NOON + 2 * DAY))
    stability, difficulty = W[2], W[4] - exp(2 * W[5]) + 1
    decay = -W[20]
    factor = 0.9 ** (1 / decay) - 1
    recall = (1 + factor * 2 / stability) ** decay
    growth = exp(W[8]) * (11 - difficulty) * stability ** -W[9] * (exp(W[10] * (1 - recall)) - 1)
    assert card.stability == pytest.approx(stability * (1 + growth))
    assert (card.due - NOON.date()).days == 2 + days_to_wait(card.stability)


def test_the_prediction_of_an_answer_is_the_forgetting_curve():
    _, (guess,) = schedule([answer(), answer(NOON + 5 * DAY, right=False)], zone=UTC)
    decay = -W[20]
    factor = 0.9 ** (1 / decay) - 1
    assert guess.predicted == pytest.approx((1 + factor * 5 / W[2]) ** decay)
    assert guess.is_right is False


def test_a_wrong_answer_makes_the_wait_short_again():
    long, short = (
        cards(answer(), answer(NOON + 2 * DAY), answer(NOON + 13 * DAY, right=right))[0]
        for right in (True, False)
    )
    assert long.due - short.due > 20 * DAY
    assert (long.is_mastered, short.is_mastered) == (True, False)


def test_a_guessed_answer_waits_no_longer_than_a_known_one():
    (guessed,), (known,) = cards(answer(sure="guess")), cards(answer(sure="sure"))
    assert guessed.due < known.due


def test_only_the_first_answer_of_a_day_counts():
    once = cards(answer(right=False))
    often = cards(answer(right=False), *(answer(NOON + timedelta(hours=h)) for h in range(1, 9)))
    assert often == once


def test_a_day_begins_at_four():
    late, early = datetime(2026, 3, 3, 3, 59, tzinfo=UTC), datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
    assert day_of(late, UTC) == date(2026, 3, 2)
    assert day_of(early, UTC) == date(2026, 3, 3)
    assert len(first_of_each_day([answer(late), answer(early)], UTC)) == 2


@pytest.mark.parametrize("n_days", [2, 5, 21])
def test_no_question_waits_beyond_the_day_before_the_exam(n_days):
    exam = NOON.date() + n_days * DAY
    answers = [answer(NOON - 400 * DAY), answer(NOON - 300 * DAY), answer()]
    (free,) = cards(*answers)
    (card,) = cards(*answers, exam_on=exam)
    assert free.due > exam
    assert card.due == exam - DAY


def test_an_exam_that_is_over_caps_nothing():
    answers = [answer(NOON - 400 * DAY), answer(NOON - 300 * DAY), answer()]
    assert cards(*answers, exam_on=NOON.date() - DAY) == cards(*answers)


def test_the_same_answers_give_the_same_cards():
    answers = [answer(NOON + i * DAY, right=i % 3 > 0, item=f"i{i % 4}") for i in range(40)]
    assert schedule(answers, zone=UTC) == schedule(answers, zone=UTC)


def test_what_is_due_waits_in_order_and_the_load_counts_every_card_once():
    given = [answer(NOON - n * DAY, item=f"i{n}") for n in range(12)]
    all_cards = cards(*given)
    today = NOON.date()
    due = find_due(all_cards, today)
    assert [card.item for card in due] == [f"i{n}" for n in range(11, 1, -1)]
    load = forecast_load(all_cards, today, n_days=4)
    assert list(load.values()) == [10, 1, 1, 0]
    assert sum(load.values()) == len(all_cards)


def test_neighbours_are_about_different_lessons_and_the_urgent_come_first():
    pairs = [("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b"), ("c1", "c")]
    assert interleave(pairs) == ("a1", "b1", "c1", "a2", "a3")
