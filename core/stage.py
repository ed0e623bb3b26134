"""A stage: the picture that moves under the learner's hand, as pure data.

A lab computes every number for every position of one handle *before* anybody drags. The browser then
only looks up the step under the handle and shows what stands there: ready-made texts and coordinates.
It computes no statistic and formats no number, so no formula exists twice, and a drag costs the server
nothing. All per-step sequences have one entry for each position of the handle.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

from core.errors import require
from core.lanes import Lanes
from core.scene import Line, Meaning, Scene, thin

__all__ = [
    "Bars", "Cell", "Chart", "Handle", "Line", "Mark", "Matrix", "MatrixRow", "Meaning", "Number",
    "Phrase", "Scene", "Stage", "thin",
]  # fmt: skip

Phrase = tuple[str, Meaning | None]
"""A piece of a sentence, and what its colour says, if it has one."""


@dataclass(frozen=True, kw_only=True)
class Handle:
    """What is dragged: an axis from 0 (left, bottom) to 1 (right, top) with a fixed set of positions."""

    label: str
    """Name for those who hear the page: "Alarm threshold"."""
    positions: tuple[float, ...]
    """Place of each step on the axis, increasing within 0 to 1."""
    values: tuple[float, ...]
    """What each step means to the lab; the released one goes back to Python."""
    texts: tuple[str, ...]
    """What stands at the handle: "alarm from 51 %"."""
    ticks: tuple[tuple[float, str], ...] = ()
    """Labelled places of the axis; a scene has axes of its own."""
    axis_label: str = ""
    direction: Literal["horizontal", "vertical"] = "horizontal"
    """Only in a scene may a handle move up and down."""

    def __post_init__(self) -> None:
        n_steps = len(self.positions)
        require(n_steps >= 2, f"A handle needs at least 2 positions, got {n_steps}.")
        require(
            all(a < b for a, b in zip(self.positions, self.positions[1:], strict=False)),
            "The positions of a handle must increase from left to right, or from bottom to top.",
        )


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Two histograms, back to back on the handle's axis: one above the line, one below it.

    What lies right of the handle is drawn full, what lies left of it pale.
    """

    left: tuple[float, ...]
    right: tuple[float, ...]
    up: tuple[float, ...]
    """Height above the line, 0 to 1."""
    down: tuple[float, ...]
    up_label: str
    down_label: str
    up_meaning: Meaning = "positive"
    down_meaning: Meaning = "negative"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell of the confusion matrix; `texts` has one count for each step."""

    caption: str
    texts: tuple[str, ...]
    is_good: bool


@dataclass(frozen=True, kw_only=True)
class MatrixRow:
    """A row of a matrix, named in words."""

    label: str
    meaning: Meaning
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """A table of counts that moves with the handle."""

    label: str
    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, kw_only=True)
class Number:
    """A figure with its name; a step at which it is undefined shows the word and the reason."""

    label: str
    texts: tuple[str, ...]
    notes: tuple[str, ...]
    """Small print below the figure for each step: an interval, or why it is undefined."""
    is_reference: bool = False
    """Drawn quietly: what one compares with."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A further point that a chart shows at each step."""

    x: tuple[float | None, ...]
    y: tuple[float | None, ...]
    meaning: Meaning


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A small chart with the present step marked on it."""

    title: str
    """What the picture shows, as a finding where there is one."""
    alt: str
    x_label: str
    y_label: str
    x_max: float
    y_max: float
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    lines: tuple[Line, ...]
    point_x: tuple[float | None, ...]
    point_y: tuple[float | None, ...]
    """Where each step lies; ``None`` where it is undefined, and then nothing is drawn."""
    point_meaning: Meaning = "ink"
    marks: tuple[Mark, ...] = ()
    x_min: float = 0.0
    y_min: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Everything that the live picture shows; the main picture is `bars`, `scene` or `lanes`."""

    alt: str
    handle: Handle
    bars: Bars | None = None
    scene: Scene | None = None
    lanes: Lanes | None = None
    matrix: Matrix | None = None
    numbers: tuple[Number, ...]
    sentences: tuple[tuple[Phrase, ...], ...]
    charts: tuple[Chart, ...]

    def __post_init__(self) -> None:
        n_steps = len(self.handle.positions)
        require(
            sum(part is not None for part in (self.bars, self.scene, self.lanes)) == 1,
            "A stage has one main picture: either bars or a scene or lanes.",
        )
        require(
            (self.scene is not None and self.scene.point_x is not None)
            or self.handle.direction == "horizontal",
            "A rail is horizontal, so its handle moves from left to right. Only a point of a scene "
            "moves up and down.",
        )
        for place, length in _per_step_lengths(self):
            require(
                length == n_steps,
                f"{place} has {length} entries, but the handle has {n_steps} positions.",
            )
        if self.scene is not None:
            _require_point_under_hand(self.handle, self.scene)

    def to_json(self) -> str:
        """Return the stage as strict JSON, with coordinates rounded below what a screen can show."""
        return json.dumps(_compact(asdict(self)), allow_nan=False, separators=(",", ":"))


def _per_step_lengths(stage: Stage) -> list[tuple[str, int]]:
    handle = stage.handle
    lengths = [("handle.values", len(handle.values)), ("handle.texts", len(handle.texts))]
    lengths += [("sentences", len(stage.sentences))]
    for row in stage.matrix.rows if stage.matrix is not None else ():
        lengths += [(f"cell {cell.caption!r}", len(cell.texts)) for cell in row.cells]
    for number in stage.numbers:
        lengths += [(f"number {number.label!r}", len(number.texts))]
        lengths += [(f"notes of {number.label!r}", len(number.notes))]
    for chart in stage.charts:
        points = [chart.point_x, chart.point_y]
        points += [places for mark in chart.marks for places in (mark.x, mark.y)]
        lengths += [(f"chart {chart.title!r}", len(places)) for places in points]
    for picture in (stage.scene, stage.lanes):
        lengths += picture.per_step_lengths() if picture is not None else []
    return lengths


def _require_point_under_hand(handle: Handle, scene: Scene) -> None:
    is_upright = handle.direction == "vertical"
    axis, places = (scene.y, scene.point_y) if is_upright else (scene.x, scene.point_x)
    if places is None:
        return
    span = axis.high - axis.low
    for position, place in zip(handle.positions, places, strict=True):
        require(
            abs(axis.low + position * span - place) <= 1e-6 * span,
            f"The handle is at {position:g} of the axis “{axis.label}”, and the scene's point at "
            f"{place:g}, which is elsewhere.",
        )


def _compact(value: Any) -> Any:
    """Round every coordinate to 5 digits; the values that go back to Python are kept exactly."""
    if isinstance(value, dict):
        return {key: (item if key == "values" else _compact(item)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_compact(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.5g}")
    return value
