"""The live picture: one point dragged, and what both correlations make of it at every place."""

from threading import Lock
from typing import Any

from cachetools import LRUCache, cached

from core.data.profile.charts import draw_charts
from core.data.profile.lab import ProfileResult
from core.data.profile.words import amount, say
from core.dragged import DraggedPoint
from core.scene import Axis, Scene, label_axis, label_ticks
from core.stage import Number, Phrase, Stage
from core.wording import count


def _what_is_drawn(result: ProfileResult) -> tuple[object, ...]:
    spec = result.spec
    return spec.data, spec.seed, result.x, result.y, spec.n_points


@cached(LRUCache(maxsize=64), key=_what_is_drawn, lock=Lock())
def stage_json(result: ProfileResult) -> str:
    """Return the picture as JSON, made once for views that differ only in where the handle stands."""
    return stage_pair(result).to_json()


def stage_pair(result: ProfileResult) -> Stage:
    """Return the live picture; one step for each row of ``result.sweep``, which must not be empty."""
    dragged = _dragged(result)
    return Stage(
        alt=(
            f"{result.n_points} {result.row_noun[1]}: {result.y} against {result.x}. One point can be "
            "dragged up and down."
        ),
        handle=dragged.draw_handle(str(result.y), amount),
        scene=_scene(result, dragged),
        numbers=_numbers(result),
        sentences=tuple(_sentence(result, row) for row in result.sweep.itertuples()),
        charts=draw_charts(result),
    )


def _dragged(result: ProfileResult) -> DraggedPoint:
    values = tuple(result.sweep["value"].tolist())
    return DraggedPoint(
        cloud=result.points,
        row_noun=result.row_noun,
        values=values,
        low=result.drag_low,
        high=result.drag_high,
        observed=result.observed,
        at_observed=result.at_observed,
        lines=tuple(_least_squares(result, value) for value in values),
    )


def _least_squares(result: ProfileResult, value: float) -> tuple[float, float]:
    """Return intercept and slope of the line through the points, with the dragged one at `value`."""
    points = result.points
    x = points["x"].to_numpy()
    y = points["y"].where(~points["is_dragged"], value).to_numpy()
    centred = x - x.mean()
    slope = float(centred @ y) / float(centred @ centred)
    return float(y.mean()) - slope * float(x.mean()), slope


def _scene(result: ProfileResult, dragged: DraggedPoint) -> Scene:
    return dragged.draw_scene(
        x=_axis(str(result.x), result.x_unit, *dragged.ends),
        y=_axis(str(result.y), result.y_unit, result.drag_low, result.drag_high),
        line_label="straight line",
    )


def _axis(name: str, unit: str, low: float, high: float) -> Axis:
    return Axis(label=label_axis(name, unit), low=low, high=high, ticks=label_ticks(low, high))


def _numbers(result: ProfileResult) -> tuple[Number, ...]:
    sweep = result.sweep
    n_steps = len(sweep)
    before = {"pearson": result.pearson_before, "spearman": result.spearman_before}

    def correlation(name: str, label: str) -> Number:
        return Number(
            label=label,
            texts=tuple(say(value) for value in sweep[name]),
            notes=tuple(
                "as observed" if step == result.at_observed else f"was {say(before[name])}"
                for step in range(n_steps)
            ),
        )

    return (
        correlation("pearson", "Pearson"),
        correlation("spearman", "Spearman"),
        Number(
            label="Rank of the point",
            texts=tuple(f"{rank:g} of {result.n_points}" for rank in sweep["rank"]),
            notes=("1 is the lowest; all that Spearman sees",) * n_steps,
        ),
        Number(
            label="Rows in the picture",
            texts=(count(result.n_points),) * n_steps,
            notes=("one of them is wrong",) * n_steps,
            is_reference=True,
        ),
    )


def _sentence(result: ProfileResult, row: Any) -> tuple[Phrase, ...]:
    if row.place == result.at_observed:
        return (
            (f"Every {result.row_noun[0]} is where it was observed: Pearson ", None),
            (say(row.pearson), "positive"),
            (", Spearman ", None),
            (say(row.spearman), "negative"),
            (". Drag the orange point.", None),
        )
    is_extreme = row.rank in (1, result.n_points)
    tail = (
        f" Its rank is {row.rank:g} of {result.n_points}, and no further drag changes it."
        if is_extreme
        else f" Its rank is {row.rank:g} of {result.n_points}."
    )
    return (
        (f"One {result.row_noun[0]} of {result.n_points} now says ", None),
        (f"{amount(row.value, result.y_unit)} instead of {amount(result.observed)}", "positive"),
        (f". Pearson goes from {say(result.pearson_before)} to ", None),
        (say(row.pearson), "positive"),
        (f", Spearman from {say(result.spearman_before)} to ", None),
        (say(row.spearman), "negative"),
        (f".{tail}", None),
    )
