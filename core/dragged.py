"""One point of a cloud under the hand, and the straight line that is fitted again at each of its places."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from core.scene import Axis, Dots, Line, MovingLine, Scene, Sticks
from core.stage import Handle

BESIDE = 0.04
"""Room left and right of the points, as a share of their range."""


@dataclass(frozen=True, kw_only=True)
class DraggedPoint:
    """A cloud of rows, the places of the one that is dragged, and the line at each place."""

    cloud: pd.DataFrame
    """One row per point: ``x``, ``y``, ``is_dragged`` (true for one)."""
    row_noun: tuple[str, str]
    values: tuple[float, ...]
    """Height of the dragged point at each place, rising."""
    low: float
    high: float
    """Where the upright axis begins and ends."""
    observed: float
    at_observed: int
    """Which place is the one that was observed."""
    lines: tuple[tuple[float, float], ...]
    """Intercept and slope of the line at each place."""

    @property
    def x(self) -> float:
        """Where the dragged point stands along the horizontal axis."""
        return float(self.cloud.loc[self.cloud["is_dragged"], "x"].iloc[0])

    @property
    def ends(self) -> tuple[float, float]:
        """Where the horizontal axis begins and ends."""
        x = self.cloud["x"]
        room = BESIDE * float(x.max() - x.min())
        return float(x.min()) - room, float(x.max()) + room

    def heights(self, xs: Sequence[float]) -> tuple[tuple[float, ...], ...]:
        """Return where the line runs at each of `xs`, for each place."""
        return tuple(tuple(a + b * x for x in xs) for a, b in self.lines)

    def draw_handle(self, target: str, say: Callable[[float], str]) -> Handle:
        """Return the handle of this point; `say` writes a value of the target."""
        span = self.high - self.low
        places = tuple((value - self.low) / span for value in self.values)
        return Handle(
            label=f"Value of {target} of one {self.row_noun[0]}",
            positions=places,
            values=places,
            texts=tuple(
                f"{say(value)}, as observed"
                if value == self.observed
                else f"{say(value)} instead of {say(self.observed)}"
                for value in self.values
            ),
            direction="vertical",
        )

    def draw_scene(self, *, x: Axis, y: Axis, line_label: str, has_sticks: bool = False) -> Scene:
        """Return the picture; `has_sticks` draws from every point to the line."""
        still = self.cloud[~self.cloud["is_dragged"]]
        xs, ys = tuple(still["x"].tolist()), tuple(still["y"].tolist())
        at_ends = self.heights(self.ends)
        return Scene(
            x=x,
            y=y,
            point_x=(self.x,) * len(self.values),
            point_y=self.values,
            point_meaning="positive",
            dots=(
                Dots(label=self.row_noun[1], x=xs, y=ys, meaning="train"),
                Dots(
                    label="where it was observed", x=(self.x,), y=(self.observed,),
                    meaning="positive", is_hollow=True,
                ),
            ),
            moving_lines=(MovingLine(label=line_label, x=self.ends, y=at_ends, meaning="ink"),),
            still_lines=(
                Line(
                    x=self.ends, y=at_ends[self.at_observed], meaning="muted",
                    label="before the point was moved", is_dashed=True,
                ),
            ),
            sticks=self._sticks(xs, ys) if has_sticks else None,
        )  # fmt: skip

    def _sticks(self, xs: tuple[float, ...], ys: tuple[float, ...]) -> Sticks:
        return Sticks(
            label="error",
            x=xs,
            y=ys,
            ends=self.heights(xs),
            point_ends=tuple(height for (height,) in self.heights((self.x,))),
            meaning="positive",
        )
