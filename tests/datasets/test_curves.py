"""Curves are what their formulas say, and samples scatter around them as told."""

import numpy as np
import pytest
from scipy.stats import kstest

from core.datasets import CURVES, load_curve
from core.errors import SpecError

each_curve = pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)


@pytest.mark.parametrize(
    ("name", "points"),
    [
        ("line", {0: -1, 0.25: -0.5, 1: 1}),
        ("parabola", {0: 1, 0.25: -0.5, 0.5: -1, 1: 1}),
        ("sine", {0: 0, 1 / 12: 0.5, 0.25: 1, 0.75: -1}),
        ("ripples", {0: 0, 1 / 12: 1, 0.25: -1, 5 / 12: 1}),
        ("step", {0: -1, 0.499: -1, 0.5: 1, 1: 1}),
        ("bump", {0.5: 1, 0.6: 2 / np.e - 1, 0.4: 2 / np.e - 1, 1: 2 * np.exp(-25) - 1}),
    ],
)
def test_curves_pass_through_points_computed_by_hand(name, points):
    found = load_curve(name).true_value(list(points))
    assert found == pytest.approx(list(points.values()), abs=1e-12)


@each_curve
def test_every_curve_spans_minus_one_to_one(curve):
    y = curve.true_value(np.linspace(0, 1, 12_001))
    assert (y.min(), y.max()) == pytest.approx((-1, 1), abs=1e-6)


@each_curve
def test_points_scatter_normally_around_the_curve(curve):
    points = curve.draw(4_000, 0.3, np.random.default_rng(8))
    assert list(points.columns) == ["x", "y"]
    assert kstest(points["x"], "uniform").pvalue > 0.001
    residual = (points["y"] - curve.true_value(points["x"])) / 0.3
    assert kstest(residual, "norm").pvalue > 0.001


@each_curve
def test_without_noise_the_points_lie_on_the_curve(curve):
    points = curve.draw(50, 0, np.random.default_rng(0))
    assert np.array_equal(points["y"], curve.true_value(points["x"]))


def test_the_same_seed_draws_the_same_points():
    first, again, other = (
        load_curve("sine").draw(20, 0.1, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert first.equals(again)
    assert not first.equals(other)


def test_the_shape_of_x_is_kept():
    assert load_curve("line").true_value(0.5).shape == ()
    assert load_curve("step").true_value(np.zeros((3, 4))).shape == (3, 4)
    assert load_curve("step").true_value([]).shape == (0,)


@pytest.mark.parametrize("x", [-0.01, 1.01, float("nan"), [0.5, 2]])
def test_beyond_the_interval_nothing_is_known(x):
    with pytest.raises(SpecError, match="known between 0 and 1"):
        load_curve("line").true_value(x)


def test_an_unknown_curve_is_refused_with_the_known_ones():
    with pytest.raises(SpecError, match=r"no curve called 'circle'. There are: line, parabola"):
        load_curve("circle")


@pytest.mark.parametrize("noise", [-0.1, float("nan"), float("inf")])
def test_noise_that_is_no_standard_deviation_is_refused(noise):
    with pytest.raises(SpecError, match="Noise is a standard deviation, 0 or more"):
        load_curve("line").draw(5, noise, np.random.default_rng(0))


def test_an_empty_sample_is_refused():
    with pytest.raises(SpecError, match="at least 1 point, got 0"):
        load_curve("line").draw(0, 0.1, np.random.default_rng(0))
