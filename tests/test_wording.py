"""Numbers are rounded to what they can bear, and undefined is said as such."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.wording import THIN, UNDEFINED, count, percent, percent_range, significant


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.889, "88.9 %"),
        (0.9899, "98.99 %"),
        (0.99, "99.00 %"),
        (1, "100 %"),
        (0, "0 %"),
        (0.001, "0.10 %"),
    ],
)
def test_a_share_near_an_end_keeps_the_decimal_that_tells_models_apart(share, words):
    assert percent(share) == words.replace(" ", THIN)


@pytest.mark.parametrize("say", [percent, count, significant])
def test_undefined_is_said_as_such(say):
    assert say(math.nan) == UNDEFINED


def test_an_interval_without_bounds_is_left_out():
    assert percent_range(math.nan, 0.5) == ""
    assert percent_range(0.147, 0.296) == f"15–30{THIN}%"
    assert percent_range(0.998, 0.999) == f"99.8–99.9{THIN}%"


@given(st.integers(0, 10**9))
def test_a_count_keeps_every_digit(number):
    assert int(count(number).replace(THIN, "")) == number


@given(st.floats(1e-6, 1e6), st.integers(1, 6))
def test_significant_digits_are_right_to_half_a_unit_of_the_last(number, digits):
    said = float(significant(number, digits).replace(THIN, ""))
    assert said == pytest.approx(number, rel=0.5000001 * 10 ** (1 - digits))


def test_a_fraction_of_a_person_keeps_one_decimal_only_when_it_matters():
    assert count(8.24) == "8.2"
    assert count(82.4) == "82"
