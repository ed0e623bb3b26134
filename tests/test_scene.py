"""A scene holds points and lines that belong together, and round numbers along its axes."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import SpecError
from core.scene import (
    Axis,
    Dots,
    MovingDots,
    MovingLine,
    Scene,
    Sticks,
    label_axis,
    label_ticks,
    round_ticks,
)

AXIS = Axis(label="x", low=0.0, high=10.0, ticks=())


def scene(**parts):
    return Scene(x=AXIS, y=AXIS, point_x=(1.0, 1.0), point_y=(2.0, 4.0), **parts)


def test_every_point_has_both_of_its_coordinates():
    with pytest.raises(SpecError, match="'dots' has 2 places along x but 1 heights"):
        scene(dots=(Dots(label="dots", x=(1.0, 2.0), y=(1.0,), meaning="train"),))
    with pytest.raises(SpecError, match="'line' has 2 places along x but 1 heights"):
        scene(
            moving_lines=(
                MovingLine(label="line", x=(0.0, 1.0), y=((1.0,), (1.0,)), meaning="ink"),
            )
        )
    with pytest.raises(SpecError, match="'error' has 1 places along x but 0 heights"):
        scene(
            sticks=Sticks(
                label="error", x=(1.0,), y=(1.0,), ends=((1.0,), ()), point_ends=(0.0, 0.0),
                meaning="ink",
            )
        )  # fmt: skip


def test_moving_dots_have_at_each_step_as_many_places_as_heights():
    with pytest.raises(SpecError, match="'cloud' has 2 places along x but 1 heights"):
        scene(
            moving_dots=(
                MovingDots(label="cloud", x=((), (1.0, 2.0)), y=((), (1.0,)), meaning="ink"),
            )
        )
    lengths = scene(
        moving_dots=(MovingDots(label="cloud", x=((), (1.0,)), y=((),), meaning="ink"),)
    ).per_step_lengths()
    assert dict(lengths)["dots 'cloud' along x"] == 2
    assert dict(lengths)["dots 'cloud' along y"] == 1


def test_an_axis_runs_from_low_to_high():
    with pytest.raises(SpecError, match="3 is not below 3"):
        Axis(label="x", low=3.0, high=3.0, ticks=())


def test_what_has_an_entry_for_each_step_is_named_with_its_length():
    whole = scene(
        moving_lines=(MovingLine(label="line", x=(0.0,), y=((1.0,), (2.0,)), meaning="ink"),),
        sticks=Sticks(
            label="e", x=(1.0,), y=(1.0,), ends=((1.0,),), point_ends=(0.0, 0.0, 0.0), meaning="ink"
        ),
    )
    assert dict(whole.per_step_lengths()) == {
        "scene.point_x": 2, "scene.point_y": 2, "line 'line'": 2, "sticks.ends": 1,
        "sticks.point_ends": 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("ends", "ticks"),
    [
        ((0, 1000), (0, 200, 400, 600, 800, 1000)),
        ((0, 1), (0, 0.2, 0.4, 0.6, 0.8, 1)),
        ((-0.3, 0.5), (-0.2, 0, 0.2, 0.4)),
        ((18, 33.6), (20, 25, 30)),
        ((-1, 1), (-1, -0.5, 0, 0.5, 1)),
    ],
)
def test_ticks_are_the_round_numbers_that_a_person_would_write(ends, ticks):
    assert round_ticks(*ends) == ticks


@settings(max_examples=200, deadline=None)
@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e7), st.integers(3, 9))
def test_ticks_lie_within_the_axis_evenly_on_steps_of_1_2_or_5(low, span, n_most):
    high = low + span
    ticks = round_ticks(low, high, n_most=n_most)
    assert 1 <= len(ticks) <= n_most
    slack = 1e-6 * span
    assert low - slack <= ticks[0]
    assert ticks[-1] <= high + slack
    steps = [b - a for a, b in pairwise(ticks)]
    for step in steps:
        digits = step / 10 ** math.floor(math.log10(step) + 1e-6)
        assert min(abs(digits - lawful) for lawful in (1, 2, 5)) < 1e-3
    # No tick is left out at either end.
    if steps:
        assert ticks[0] - steps[0] < low + slack
        assert ticks[-1] + steps[-1] > high - slack


def test_ticks_need_a_range():
    with pytest.raises(SpecError, match="1 is not below 1"):
        round_ticks(1, 1)


def test_a_tick_below_zero_has_a_true_minus_sign():
    assert label_ticks(-1, 1) == ((-1, "−1"), (-0.5, "−0.5"), (0, "0"), (0.5, "0.5"), (1, "1"))


@pytest.mark.parametrize(
    ("name", "unit", "axis"),
    [
        ("bmi", "kg/m²", "bmi (kg/m²)"),
        ("minutes", "min", "minutes"),
        ("price_eur", "EUR", "price_eur"),
        ("distance", "", "distance"),
        ("minimum", "m", "minimum (m)"),
        ("length", "g", "length (g)"),
    ],
)
def test_an_axis_names_the_unit_unless_the_column_does(name, unit, axis):
    assert label_axis(name, unit) == axis
