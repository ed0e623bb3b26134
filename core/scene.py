"""Points, lines and axes in data units, as pure data: what a picture of a fit is made of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Literal

from core.errors import require
from core.wording import significant

Meaning = Literal[
    "positive", "negative", "good", "train", "validation", "test", "bias", "variance", "noise",
    "muted", "ink",
]  # fmt: skip
"""What a colour says; one meaning has one colour in the whole course."""
Ticks = tuple[tuple[float, str], ...]
"""Labelled places of an axis."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A curve of a chart, in axis units."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    meaning: Meaning
    label: str = ""
    is_dashed: bool = False
    label_at: float | None = None
    """Where the label stands at the line, from 0 (its left end) to 1; None leaves it to the picture."""
    is_label_below: bool = False


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One side of a scene, in the units of the data."""

    label: str
    """What it measures, with its unit."""
    low: float
    high: float
    ticks: Ticks
    is_slanted: bool = False
    """Whether the ticks along x are names that need room, written aslant so that none is left out."""

    def __post_init__(self) -> None:
        require(
            self.low < self.high,
            f"An axis runs from low to high, and {self.low:g} is not below {self.high:g}.",
        )


@dataclass(frozen=True, kw_only=True)
class Dots:
    """Points that stay where they are."""

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    meaning: Meaning
    is_hollow: bool = False


@dataclass(frozen=True, kw_only=True)
class MovingLine:
    """A line or curve with another height at each step; its points keep their x."""

    label: str
    x: tuple[float, ...]
    y: tuple[tuple[float, ...], ...]
    """For each step, one height for each x."""
    meaning: Meaning
    is_thin: bool = False
    """One of many of its kind, drawn so that the others shine through."""


@dataclass(frozen=True, kw_only=True)
class MovingDots:
    """Points of one kind that come, go and move: at each step as many as it has."""

    label: str
    x: tuple[tuple[float, ...], ...]
    """For each step, the place of each point along x."""
    y: tuple[tuple[float, ...], ...]
    meaning: Meaning
    is_hollow: bool = False
    is_small: bool = False


@dataclass(frozen=True, kw_only=True)
class Sticks:
    """Upright strokes from points that stay, and from the one under the hand, to where each step says."""

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    ends: tuple[tuple[float, ...], ...]
    """For each step, the other end of each stroke."""
    point_ends: tuple[float, ...]
    """For each step, the other end of the stroke at the point under the hand."""
    meaning: Meaning


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Points and lines in data units; the handle is a point of the picture, or stands below it.

    Where it is a point, its positions are shares of the axis along which it moves. Where there is
    none, it has a rail of its own. What leaves the frame is cut off.
    """

    x: Axis
    y: Axis
    point_x: tuple[float, ...] | None = None
    """Where the handle stands at each step; None for a rail below."""
    point_y: tuple[float, ...] | None = None
    point_meaning: Meaning = "ink"
    dots: tuple[Dots, ...] = ()
    still_lines: tuple[Line, ...] = ()
    moving_lines: tuple[MovingLine, ...] = ()
    moving_dots: tuple[MovingDots, ...] = ()
    sticks: Sticks | None = None

    def __post_init__(self) -> None:
        require(
            (self.point_x is None) == (self.point_y is None),
            "The point under the hand has an x and a y at each step. Give both or none.",
        )
        require(
            self.sticks is None or self.point_x is not None,
            "Sticks hang on the point under the hand. Give the scene one.",
        )
        for dots in self.dots:
            _require_pairs(dots.label, dots.x, dots.y)
        for line in self.moving_lines:
            for heights in line.y:
                _require_pairs(line.label, line.x, heights)
        for points in self.moving_dots:
            for places, heights in zip(points.x, points.y, strict=False):
                _require_pairs(points.label, places, heights)
        if self.sticks is not None:
            for ends in (self.sticks.y, *self.sticks.ends):
                _require_pairs(self.sticks.label, self.sticks.x, ends)

    def per_step_lengths(self) -> list[tuple[str, int]]:
        """Return the name and length of everything that has one entry for each step."""
        lengths = [
            (f"scene.{name}", len(places))
            for name, places in (("point_x", self.point_x), ("point_y", self.point_y))
            if places is not None
        ]
        lengths += [(f"line {line.label!r}", len(line.y)) for line in self.moving_lines]
        for points in self.moving_dots:
            lengths += [
                (f"dots {points.label!r} along {axis}", len(part))
                for axis, part in (("x", points.x), ("y", points.y))
            ]
        if self.sticks is not None:
            lengths += [("sticks.ends", len(self.sticks.ends))]
            lengths += [("sticks.point_ends", len(self.sticks.point_ends))]
        return lengths


def _require_pairs(label: str, x: Sequence[float], y: Sequence[float]) -> None:
    require(len(x) == len(y), f"{label!r} has {len(x)} places along x but {len(y)} heights.")


def round_ticks(low: float, high: float, *, n_most: int = 6) -> tuple[float, ...]:
    """Return round numbers within `low` to `high`, evenly spaced, at most `n_most` of them.

    The step is 1, 2 or 5 times a power of ten. Check by eye: 0 to 1000 gives 0, 200, … 1000.
    """
    require(low < high, f"Ticks need a range, and {low:g} is not below {high:g}.")
    power = 10.0 ** floor(log10((high - low) / n_most))
    for step in (power, 2 * power, 5 * power, 10 * power, 20 * power):
        first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
        if last - first < n_most:
            break
    return tuple(float(f"{place * step:.12g}") for place in range(first, last + 1))


def label_ticks(low: float, high: float, n_most: int = 6) -> Ticks:
    """Return round places of an axis and what is written there, with a true minus sign."""
    return tuple(
        (tick, significant(tick, 4).replace("-", "−"))
        for tick in round_ticks(low, high, n_most=n_most)
    )


def label_axis(name: str, unit: str) -> str:
    """Return what stands at an axis: the column, and its unit where the name does not say it.

    Check by eye: "bmi (kg/m²)" and "minimum (m)", but "minutes" without "(min)".
    """
    words, said = re.split(r"[\W_]+", name.casefold()), unit.casefold()
    # A short unit such as m begins many words by accident; "min" does not begin "minutes" by accident.
    is_said = any(word == said or (len(said) > 2 and word.startswith(said)) for word in words)
    return name if is_said or not unit else f"{name} ({unit})"


def thin(
    x: Sequence[float], y: Sequence[float], *, tolerance: float = 5e-4
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Leave out the points of a curve that a screen could not show (Ramer–Douglas–Peucker).

    No point of the original lies farther than `tolerance` (in the units of the axes, both taken to run
    from 0 to 1) from the thinned curve.
    The first and last point stay.
    """
    keep = {0, len(x) - 1}
    spans = [(0, len(x) - 1)]
    while spans:
        first, last = spans.pop()
        worst, where = tolerance, -1
        dx, dy = x[last] - x[first], y[last] - y[first]
        length = (dx * dx + dy * dy) ** 0.5
        for i in range(first + 1, last):
            cross = abs(dx * (y[i] - y[first]) - dy * (x[i] - x[first]))
            away = (
                cross / length
                if length
                else ((x[i] - x[first]) ** 2 + (y[i] - y[first]) ** 2) ** 0.5
            )
            if away > worst:
                worst, where = away, i
        if where >= 0:
            keep.add(where)
            spans += [(first, where), (where, last)]
    kept = sorted(keep)
    return tuple(float(x[i]) for i in kept), tuple(float(y[i]) for i in kept)
