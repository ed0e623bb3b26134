"""Lanes hold a letter for each cell, and each step says what its lanes are called."""

import json
from dataclasses import replace

import pytest

from core.errors import SpecError
from core.lanes import CellKind, Lanes, Strip
from core.scene import Axis
from core.stage import Handle, Number, Stage

KINDS = (
    CellKind(letter="a", label="one", meaning="train", height=0.4),
    CellKind(letter="b", label="two", meaning="test"),
)
LANES = Lanes(
    x=Axis(label="rows", low=1.0, high=3.0, ticks=()),
    kinds=KINDS,
    steps=(("aab",), ("aba", "bab")),
    labels=(("fold 1",), ("fold 1", "fold 2")),
    notes=(("1 %",), ("2 %", "3 %")),
    strips=(Strip(label="class", cells="abb", kinds=KINDS),),
)
STAGE = Stage(
    alt="lanes",
    handle=Handle(label="k", positions=(0.0, 1.0), values=(1.0, 2.0), texts=("1", "2")),
    lanes=LANES,
    numbers=(Number(label="n", texts=("1", "2"), notes=("", "")),),
    sentences=((("one", None),), (("two", None),)),
    charts=(),
)


def test_lanes_take_the_place_of_bars_and_reach_the_browser_letter_by_letter():
    drawn = json.loads(STAGE.to_json())
    assert drawn["bars"] is drawn["scene"] is None
    assert drawn["lanes"]["steps"] == [["aab"], ["aba", "bab"]]
    assert drawn["lanes"]["kinds"][0]["height"] == 0.4


def test_every_lane_and_strip_has_a_cell_for_each_place_of_the_axis():
    with pytest.raises(SpecError, match="A lane of step 1 has 2 cells, but the axis has 3"):
        replace(LANES, steps=(("aab",), ("aba", "ba")))
    with pytest.raises(SpecError, match="The strip 'class' has 1 cells, but the axis has 3"):
        replace(LANES, strips=(Strip(label="class", cells="a", kinds=KINDS),))


def test_a_letter_without_a_meaning_is_refused():
    with pytest.raises(SpecError, match="A lane of step 0 holds c, which is no kind of cell"):
        replace(LANES, steps=(("aac",), ("aba", "bab")))
    with pytest.raises(SpecError, match="is one letter, got 'ab'"):
        replace(KINDS[0], letter="ab")
    with pytest.raises(SpecError, match="from 0 to 1, got 2"):
        replace(KINDS[0], height=2.0)


def test_every_lane_has_its_name_and_its_note():
    with pytest.raises(SpecError, match="Step 1 has 2 lanes but 1 labels"):
        replace(LANES, labels=(("fold 1",), ("fold 1",)))
    with pytest.raises(SpecError, match="Step 0 has 1 lanes but 2 notes"):
        replace(LANES, notes=(("1", "2"), ("2", "3")))
    with pytest.raises(SpecError, match="Step 0 has no lanes"):
        replace(LANES, steps=((), ("aba", "bab")))


def test_a_step_without_lanes_of_its_own_is_refused_by_name():
    with pytest.raises(SpecError, match=r"lanes\.steps has 1 entries, but the handle has 2"):
        replace(STAGE, lanes=replace(LANES, steps=LANES.steps[:1]))


def test_lanes_have_a_handle_that_moves_from_left_to_right():
    with pytest.raises(SpecError, match="A rail is horizontal"):
        replace(STAGE, handle=replace(STAGE.handle, direction="vertical"))
