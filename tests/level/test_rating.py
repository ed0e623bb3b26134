"""Elo's rule: by hand, against a logistic regression, and on learners whose ability is known."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from core.practice.bank import load_items
from core.practice.level.rating import (
    NOBODY,
    Answered,
    Traits,
    find_chance,
    gain,
    rate,
    read_traits,
)
from core.practice.level.words import tell_chapters, tell_level

N_LEARNERS, N_ITEMS, N_ANSWERS = 120, 150, 110


@pytest.fixture(scope="module")
def school():
    """Learners and questions whose abilities and difficulties are known, and what they answered."""
    rng = np.random.default_rng(7)
    able, hard = rng.normal(0, 1, N_LEARNERS), rng.normal(0, 1, N_ITEMS)
    order = [
        (who, item)
        for who in range(N_LEARNERS)
        for item in rng.choice(N_ITEMS, N_ANSWERS, replace=False)
    ]
    answers = [
        (who, item, bool(rng.random() < find_chance(able[who], hard[item])))
        for who, item in (order[at] for at in rng.permutation(len(order)))
    ]
    traits = {str(item): Traits("metrics", 0.0, 0.0) for item in range(N_ITEMS)}
    rated = rate([Answered(str(w), str(i), is_right) for w, i, is_right in answers], traits)
    found_able = np.array(
        [rated.levels[str(who)].in_chapter("metrics").value for who in range(N_LEARNERS)]
    )
    found_hard = np.array([rated.difficulties[str(item)] for item in range(N_ITEMS)])
    return able, hard, answers, found_able, found_hard


def test_known_abilities_and_difficulties_are_found_again(school) -> None:
    able, hard, _, found_able, found_hard = school
    assert np.corrcoef(able, found_able)[0, 1] > 0.9
    assert np.corrcoef(hard, found_hard)[0, 1] > 0.88
    assert np.abs(found_able - able).mean() < 0.45


def test_elo_agrees_with_a_logistic_regression_on_the_same_answers(school) -> None:
    _, _, answers, found_able, found_hard = school
    rows = np.zeros((len(answers), N_LEARNERS + N_ITEMS))
    for at, (who, item, _) in enumerate(answers):
        rows[at, who], rows[at, N_LEARNERS + item] = 1, -1
    fitted = LogisticRegression(C=1.0, max_iter=500).fit(rows, [right for *_, right in answers])
    able, hard = np.split(fitted.coef_[0], [N_LEARNERS])
    assert np.corrcoef(able, found_able)[0, 1] > 0.93
    assert np.corrcoef(hard, found_hard)[0, 1] > 0.92


def test_the_interval_of_an_ability_holds_the_truth_for_most_learners() -> None:
    rng = np.random.default_rng(3)
    traits = {str(item): Traits("data", rng.normal(), 0.0) for item in range(60)}
    inside = 0
    for _ in range(200):
        true = rng.normal(0, 0.7)
        answers = [
            Answered("ana", item, bool(rng.random() < find_chance(true, known.difficulty)))
            for item, known in traits.items()
        ]
        known = rate(answers, traits, moves_difficulties=False).level_of("ana").overall
        inside += abs(known.value - true) < 1.96 * known.variance**0.5
    assert 180 <= inside <= 198  # 95 % of 200 are 190


def test_a_first_right_answer_moves_the_ability_by_half_a_logit() -> None:
    traits = {"a": Traits("metrics", 0.0, 0.0)}
    rated = rate([Answered("ana", "a", is_right=True)], traits)
    assert rated.levels["ana"].overall.value == pytest.approx(0.5)
    assert rated.levels["ana"].in_chapter("metrics").value == pytest.approx(0.5)
    assert rated.levels["ana"].in_chapter("search") == rated.levels["ana"].overall
    assert rated.levels["ana"].overall.variance == pytest.approx(0.75**2 + 0.25)
    assert rated.difficulties["a"] == pytest.approx(-0.5)
    assert gain(20) == pytest.approx(0.5)


def test_a_right_answer_that_could_be_guessed_says_less() -> None:
    typed, guessed = (
        rate([Answered("ana", "a", is_right=True)], {"a": Traits("m", 0.0, guess)}).levels["ana"]
        for guess in (0.0, 0.5)
    )
    assert guessed.overall.value == pytest.approx(0.25)
    assert typed.overall.value == pytest.approx(0.5)


def test_answers_again_do_not_make_a_question_easier() -> None:
    traits = {"a": Traits("metrics", 0.0, 0.0)}
    once = rate([Answered("ana", "a", is_right=True)], traits)
    often = rate([Answered("ana", "a", is_right=True)] * 9, traits)
    assert often.difficulties == once.difficulties
    assert often.levels["ana"].overall.value > once.levels["ana"].overall.value


def test_a_question_that_left_the_bank_says_nothing() -> None:
    rated = rate([Answered("ana", "gone", is_right=True)], {})
    assert rated.level_of("ana") == NOBODY


def test_every_question_of_the_bank_has_a_chapter_a_difficulty_and_a_guess_level() -> None:
    traits = read_traits()
    assert set(traits) == {item.id for item in load_items()}
    assert {known.difficulty for known in traits.values()} == {-1.0, 0.0, 1.0}
    assert all(0 <= known.guess <= 1 / 3 for known in traits.values())


def test_few_answers_tell_no_level_and_many_tell_one_with_its_interval() -> None:
    traits = {str(at): Traits("metrics", 0.0, 0.0) for at in range(40)}
    few = rate([Answered("ana", str(at), is_right=True) for at in range(3)], traits)
    assert "After 7 more answers" in tell_level(few.level_of("ana"))
    many = rate([Answered("ana", str(at), is_right=at % 2 == 0) for at in range(40)], traits)
    said = tell_level(many.level_of("ana"))
    assert "the 95 % interval, from 40 answers" in said
    assert tell_chapters(many.level_of("ana"), {"metrics": "Metrics"})[0].startswith(
        "Metrics: about"
    )
    assert tell_chapters(few.level_of("ana"), {"metrics": "Metrics"}) == []
