"""A stage is whole, strict and no finer than a screen."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import SpecError
from core.scene import Axis, Dots, MovingLine, Scene, Sticks
from core.stage import (
    Bars,
    Cell,
    Chart,
    Handle,
    Line,
    Mark,
    Matrix,
    MatrixRow,
    Number,
    Stage,
    thin,
)

HANDLE = Handle(
    label="k", positions=(0.0, 0.5, 1.0), values=(1.0, 0.123456789012, 3.0), texts=("a", "b", "c"),
    ticks=((0.5, "b"),), axis_label="k",
)  # fmt: skip
CHART = Chart(
    title="t", alt="t", x_label="x", y_label="y", x_max=1, y_max=1, x_ticks=(), y_ticks=(),
    lines=(Line(x=(0.0, 1.0), y=(0.123456789, 1.0), meaning="train"),),
    point_x=(0.0, None, 1.0), point_y=(0.0, None, 1.0),
)  # fmt: skip
CELL = Cell(caption="n", texts=("1", "2", "3"), is_good=True)
STAGE = Stage(
    alt="A stage", handle=HANDLE,
    bars=Bars(left=(0.0,), right=(1.0,), up=(1.0,), down=(0.5,), up_label="u", down_label="d"),
    matrix=Matrix(
        label="m", columns=("c",),
        rows=(MatrixRow(label="r", meaning="positive", cells=(CELL,)),),
    ),
    numbers=(Number(label="n", texts=("1", "2", "3"), notes=("", "", "")),),
    sentences=((("one", None),), (("two", "positive"),), (("three", None),)),
    charts=(CHART,),
)  # fmt: skip


def test_what_goes_back_to_python_is_kept_exactly_and_the_rest_is_rounded():
    drawn = json.loads(STAGE.to_json())
    assert drawn["handle"]["values"] == [1.0, 0.123456789012, 3.0]
    assert drawn["charts"][0]["lines"][0]["y"][0] == 0.12346
    assert drawn["charts"][0]["point_x"] == [0.0, None, 1.0]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"sentences": STAGE.sentences[:2]}, "sentences"),
        ({"handle": replace(HANDLE, texts=("a",))}, "handle.texts"),
        ({"numbers": (replace(STAGE.numbers[0], notes=()),)}, "notes of 'n'"),
        ({"charts": (replace(CHART, point_y=(0.0,)),)}, "chart 't'"),
    ],
)
def test_a_step_without_its_entry_is_refused_by_name(change, place):
    with pytest.raises(SpecError, match=f"{place} has .* entries, but the handle has 3 positions"):
        replace(STAGE, **change)


def test_a_handle_runs_from_left_to_right():
    with pytest.raises(SpecError, match="must increase from left to right"):
        replace(HANDLE, positions=(0.0, 1.0, 0.5))
    with pytest.raises(SpecError, match="at least 2 positions, got 1"):
        replace(HANDLE, positions=(0.0,))


def test_a_number_that_is_none_never_reaches_the_browser_as_nan():
    with pytest.raises(ValueError, match="not JSON compliant"):
        replace(STAGE, bars=replace(STAGE.bars, up=(float("nan"),))).to_json()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=80), st.floats(1e-4, 0.1))
def test_a_thinned_curve_stays_within_its_tolerance_of_every_point(steps, tolerance):
    """Distances to the thinned polyline are measured anew, by projection onto each segment."""
    x = np.cumsum(steps) / max(sum(steps), 1e-9)
    y = np.sqrt(np.linspace(0, 1, len(steps)))
    kept_x, kept_y = map(np.array, thin(x.tolist(), y.tolist(), tolerance=tolerance))
    assert (kept_x[0], kept_y[0]) == (x[0], y[0])
    assert (kept_x[-1], kept_y[-1]) == (x[-1], y[-1])
    start, end = np.c_[kept_x, kept_y][:-1], np.c_[kept_x, kept_y][1:]
    for point in np.c_[x, y]:
        along = np.einsum("ij,ij->i", point - start, end - start)
        length2 = np.maximum(np.einsum("ij,ij->i", end - start, end - start), 1e-30)
        foot = start + np.clip(along / length2, 0, 1)[:, None] * (end - start)
        assert np.min(np.linalg.norm(foot - point, axis=1)) <= tolerance + 1e-9


def test_a_straight_line_needs_two_points():
    assert thin([0, 0.25, 0.5, 1], [0, 0.25, 0.5, 1]) == ((0.0, 1.0), (0.0, 1.0))


# --- the main picture as a scene ---------------------------------------------------------------

UPRIGHT = replace(HANDLE, direction="vertical", ticks=(), axis_label="")
AXIS = Axis(label="y", low=10.0, high=20.0, ticks=((10.0, "10"),))
SCENE = Scene(
    x=replace(AXIS, label="x"), y=AXIS, point_x=(12.0, 12.0, 12.0), point_y=(10.0, 15.0, 20.0),
    dots=(Dots(label="rows", x=(11.0, 13.0), y=(14.0, 16.0), meaning="train"),),
    moving_lines=(
        MovingLine(
            label="fit", x=(10.0, 20.0), meaning="ink", y=((1.0, 2.0), (1.5, 2.5), (2.0, 3.0))
        ),
    ),
    sticks=Sticks(
        label="error", x=(11.0,), y=(14.0,), ends=((1.0,), (2.0,), (3.0,)),
        point_ends=(1.0, 2.0, 3.0), meaning="positive",
    ),
)  # fmt: skip
SCENE_STAGE = replace(STAGE, handle=UPRIGHT, bars=None, matrix=None, scene=SCENE)


def test_a_scene_takes_the_place_of_the_bars_and_needs_no_matrix():
    drawn = json.loads(SCENE_STAGE.to_json())
    assert drawn["bars"] is drawn["matrix"] is None
    assert drawn["scene"]["moving_lines"][0]["y"][2] == [2.0, 3.0]
    assert drawn["handle"]["direction"] == "vertical"


def test_a_stage_has_one_main_picture():
    with pytest.raises(SpecError, match="either bars or a scene"):
        replace(STAGE, scene=SCENE)
    with pytest.raises(SpecError, match="either bars or a scene"):
        replace(STAGE, bars=None)


def test_only_in_a_scene_does_a_handle_move_up_and_down():
    with pytest.raises(SpecError, match=r"handle moves from left to right\. Only a point"):
        replace(STAGE, handle=UPRIGHT)


def test_the_point_of_a_scene_stands_where_its_handle_is():
    lowered = replace(SCENE, point_y=(10.0, 14.0, 20.0))
    with pytest.raises(SpecError, match=r"handle is at 0\.5 of the axis “y”, and .* point at 14"):
        replace(SCENE_STAGE, scene=lowered)
    with pytest.raises(SpecError, match=r"handle is at 0 of the axis “x”, and .* point at 12"):
        replace(SCENE_STAGE, handle=replace(UPRIGHT, direction="horizontal"))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"point_x": (12.0,)}, "scene.point_x"),
        ({"moving_lines": (replace(SCENE.moving_lines[0], y=((1.0, 2.0),)),)}, "line 'fit'"),
        ({"sticks": replace(SCENE.sticks, point_ends=(1.0,))}, "sticks.point_ends"),
    ],
)
def test_a_scene_without_an_entry_for_a_step_is_refused_by_name(change, place):
    with pytest.raises(SpecError, match=f"{place} has 1 entries, but the handle has 3 positions"):
        replace(SCENE_STAGE, scene=replace(SCENE, **change))


def test_a_chart_marks_further_points_at_each_step_and_may_begin_below_zero():
    mark = Mark(x=(0.0, 0.5, 1.0), y=(0.0, None, -0.5), meaning="good")
    stage = replace(STAGE, charts=(replace(CHART, marks=(mark,), y_min=-1.0),))
    drawn = json.loads(stage.to_json())["charts"][0]
    assert drawn["marks"][0]["y"] == [0.0, None, -0.5]
    assert drawn["y_min"] == -1.0
    short = replace(CHART, marks=(replace(mark, y=(0.0,)),))
    with pytest.raises(SpecError, match="chart 't' has 1 entries"):
        replace(STAGE, charts=(short,))
