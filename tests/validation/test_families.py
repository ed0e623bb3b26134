"""The numbers that the items of the chapter vary: a family for most items, each draw against a slow truth."""

from itertools import product
from math import comb

import numpy as np
import pytest
from scipy.stats import norm

from core.practice.bank import load_entries
from core.practice.schema import Family
from core.validation.compare.checks import bound_difference, pick_the_best
from core.validation.compare.draws import draw_disagreements, draw_open_interval
from core.validation.folds.draws import draw_rare
from core.validation.risk.draws import draw_correction, draw_spreads
from core.validation.three_sets.checks import measure_spread
from core.validation.three_sets.draws import draw_guessers

CHAPTER = [entry for entry in load_entries() if entry.chapter == "validation"]
LESSONS = sorted({entry.lesson for entry in CHAPTER})


def draws(function, n=300):
    found = (function(np.random.default_rng(seed)) for seed in range(n))
    return [values for values in found if values is not None]


@pytest.mark.parametrize("lesson", LESSONS)
def test_most_items_of_each_lesson_ask_with_other_numbers_each_time(lesson):
    entries = [entry for entry in CHAPTER if entry.lesson == lesson]
    n_families = sum(isinstance(entry, Family) for entry in entries)
    assert 2 * n_families > len(entries) >= 4


def test_an_open_interval_is_the_textbook_one_and_holds_zero():
    for values in draws(draw_open_interval):
        facts = bound_difference(values["differences"])
        assert facts["low"] < 0 < facts["high"]
        assert [round(facts[name], 1) for name in ("difference", "low", "high")] == [
            values["difference"],
            values["low"],
            values["high"],
        ]


def test_equal_differences_have_an_interval_without_width():
    facts = bound_difference([0.02] * 5)
    assert (facts["low"], facts["high"]) == pytest.approx((2, 2))


def test_the_better_of_two_equals_gains_one_spread_over_the_root_of_pi():
    assert pick_the_best(2, 4)["flattery"] == pytest.approx(4 / np.sqrt(np.pi))


def test_a_split_of_disagreements_is_as_likely_as_the_tosses_of_a_coin_that_fall_so():
    for values in [one for one in draws(draw_disagreements) if one["n"] <= 12][:5]:
        tosses = product((0, 1), repeat=values["n"])
        falls = sum(sum(toss) >= values["only_a"] for toss in tosses)
        assert values["p"] == pytest.approx(2 * falls / 2 ** values["n"])


def test_two_spreads_and_what_they_make_together_are_the_sides_of_a_right_angle():
    for values in draws(draw_spreads):
        assert values["total"] ** 2 == pytest.approx(values["rows"] ** 2 + values["dealing"] ** 2)


def test_the_correction_depends_on_the_folds_alone():
    assert {values["k"]: round(values["widening"], 6) for values in draws(draw_correction)} == {
        k: round(np.sqrt((1 / k + 1 / (k - 1)) / (1 / k)), 6) for k in (3, 4, 5, 6, 8, 10)
    }


def test_rare_rows_leave_a_fold_empty_as_often_as_the_cards_say():
    """With as many rare rows as folds none is empty in (rows of a fold)^k of all ways to choose them."""
    for values in [one for one in draws(draw_rare) if one["n_rare"] == one["k"]]:
        n, k = values["n"], values["k"]
        none_empty = (n // k) ** k / comb(n, k)
        assert values["empty"] == pytest.approx(1 - none_empty, abs=0.006)


def test_the_best_of_many_coins_is_about_as_high_as_that_of_normal_numbers():
    rng = np.random.default_rng(0)
    for values in draws(draw_guessers)[:20]:
        highest = norm.ppf(rng.random(4000) ** (1 / values["n_models"])).mean()
        assert values["n_spreads"] == pytest.approx(highest, abs=0.12)


def test_one_look_is_right_on_average():
    facts = measure_spread(100, 80)
    assert facts["spread"] == pytest.approx(4)
    assert facts["off_mean"] == pytest.approx(0, abs=0.05)
