"""The next question: at the learner's level, about another lesson, rested, and of the chosen scope."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from core.practice.bank import load_entries, load_item, load_items
from core.practice.level.choose import REST, TARGET, Scope, choose_next, find_pool
from core.practice.level.rating import (
    NOBODY,
    Ability,
    Answered,
    Level,
    Ratings,
    find_chance,
    rate,
    read_traits,
)
from core.practice.spaced.answers import Answer

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ENTRIES = load_entries()


def play(n: int, *, true: float, seed: int = 0):
    """Let a learner of this true ability answer `n` questions, one after the other."""
    rng, traits = np.random.default_rng(seed), read_traits()
    answers: list[Answered] = []
    chosen, outcomes = [], []
    for at in range(n):
        levels = rate(answers, traits, moves_difficulties=False).levels
        entry = choose_next(
            ENTRIES, Ratings(levels, {}), "ana", traits, asked=[e.id for e in chosen], seed=at
        )
        known = traits[entry.id]
        is_right = bool(rng.random() < find_chance(true, known.difficulty, known.guess))
        answers.append(Answered("ana", entry.id, is_right))
        chosen.append(entry)
        outcomes.append(is_right)
    return chosen, outcomes


@pytest.fixture(scope="module")
def afternoon():
    return play(90, true=0.4)


def test_the_learner_answers_about_seven_of_ten_rightly(afternoon) -> None:
    _, outcomes = afternoon
    assert np.mean(outcomes[20:]) == pytest.approx(TARGET, abs=0.13)


def test_an_abler_learner_gets_harder_questions() -> None:
    traits = read_traits()

    def difficulty(ability: float) -> float:
        level = Level(Ability(ability, 0.1, 50), {})
        chosen = [
            choose_next(ENTRIES, Ratings({"ana": level}, {}), "ana", traits, seed=seed)
            for seed in range(40)
        ]
        return float(np.mean([entry.difficulty for entry in chosen]))

    assert difficulty(-0.5) < difficulty(0.6) < difficulty(1.6)


def test_neighbours_are_about_different_lessons(afternoon) -> None:
    lessons = [entry.lesson for entry in afternoon[0]]
    assert all(a != b for a, b in pairwise(lessons))


def test_a_question_rests_before_it_comes_again(afternoon) -> None:
    names = [entry.id for entry in afternoon[0]]
    for at, name in enumerate(names):
        assert name not in names[max(0, at - REST) : at]


def test_of_one_lesson_each_question_comes_before_any_comes_twice() -> None:
    pool = find_pool(Scope("lesson", "thresholds"), (), NOBODY).entries
    assert {entry.lesson for entry in pool} == {"thresholds"}
    asked: list[str] = []
    for at in range(len(pool)):
        entry = choose_next(
            pool, Ratings({}, {}), "ana", read_traits(), asked=asked, today=asked, seed=at
        )
        asked.append(entry.id)
    assert len(set(asked)) == len(pool)


def test_a_pool_of_one_question_asks_it_again() -> None:
    (entry,) = ENTRIES[:1]
    said = choose_next([entry], Ratings({}, {}), "ana", read_traits(), asked=[entry.id])
    assert said.id == entry.id


def test_weak_spots_are_the_beliefs_behind_wrong_answers() -> None:
    item = next(item for item in load_items() if item.misconceptions)
    belief = item.misconceptions[0]
    wrong = Answer(item.id, NOON, is_right=False, misconception=belief, sure=None)
    pool = find_pool(Scope("weak"), [wrong], NOBODY)
    assert pool.beliefs == (belief,)
    assert item.id in {entry.id for entry in pool.entries}
    for entry in pool.entries:
        shown = load_item(entry.id) or next(i for i in load_items() if i.id == entry.id)
        assert belief in shown.misconceptions


def test_without_a_belief_the_weakest_chapter_is_practised() -> None:
    chapters = {
        "metrics": Ability(0.9, 0.2, 12), "search": Ability(-0.6, 0.2, 12), "data": Ability(-2.0, 1.0, 2)
    }  # fmt: skip
    level = Level(Ability(0.2, 0.1, 26), chapters)
    right = [
        Answer(item.id, NOON + timedelta(minutes=at), is_right=True, misconception=None, sure=None)
        for at, item in enumerate(load_items()[:5])
    ]
    pool = find_pool(Scope("weak"), right, level)
    assert (pool.chapter, pool.beliefs) == ("search", ())  # of data too little is known
    assert {entry.chapter for entry in pool.entries} == {"search"}
    assert find_pool(Scope("weak"), (), NOBODY).entries == ENTRIES


def test_the_same_seed_draws_the_same_question() -> None:
    first, again = (
        choose_next(ENTRIES, Ratings({}, {}), "ana", read_traits(), seed=5) for _ in range(2)
    )
    assert first.id == again.id
