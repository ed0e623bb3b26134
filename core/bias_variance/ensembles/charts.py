"""Three small charts along the depth: bias², variance and their sum with noise, beside one tree."""

import pandas as pd

from core.bias_variance.ensembles.training import DEPTHS
from core.bias_variance.ensembles.trees import NO_LIMIT
from core.bias_variance.ensembles.view import EnsemblesResult
from core.bias_variance.ensembles.words import TITLES, say_depth
from core.scene import round_ticks
from core.stage import Chart, Line, Mark, Meaning
from core.wording import significant

Ticks = tuple[tuple[float, str], ...]
AXIS = "depth of each tree: from weak to strong"
SHORT_AXIS = "depth of each tree"
ROOM = 1.12
LOW = 0.35
"""Share of the height below which a line has no room for a label under it."""


def draw_charts(result: EnsemblesResult) -> tuple[Chart, ...]:
    """Return the charts; the points of each are the step of the handle."""
    return (
        _chart(result, "bias2", "bias", _compare(result, "bias2", 1)),
        _chart(result, "variance", "variance", _compare(result, "variance", NO_LIMIT)),
        _chart(result, "total", "ink", _find_best(result)),
    )


def label_depths() -> Ticks:
    """Return where each depth stands along the rail, from 0 to 1, and its name."""
    last = len(DEPTHS) - 1
    return tuple(
        (place / last, "no limit" if depth == NO_LIMIT else str(depth))
        for place, depth in enumerate(DEPTHS)
    )


def _compare(result: EnsemblesResult, part: str, depth: int) -> str:
    name = {"bias2": "Bias²", "variance": "Variance"}[part]
    at = DEPTHS.index(depth)
    where = "of stumps" if depth == 1 else "(no limit)"
    before, after = (
        significant(max(float(rows[part].iloc[at]), 0.0), 2)
        for rows in (result.trees, result.depths)
    )
    if result.spec.method == "tree":
        return f"{name} {where}: {after}"
    return f"{name} {where}: {before} → {after}"


def _find_best(result: EnsemblesResult) -> str:
    best = int(result.depths["total"].argmin())
    return f"Smallest sum: {significant(float(result.depths['total'].iloc[best]))}, {say_depth(DEPTHS[best])}"


def _chart(result: EnsemblesResult, part: str, meaning: Meaning, title: str) -> Chart:
    ticks = label_depths()
    here, alone = result.depths[part], result.trees[part]
    top = ROOM * float(max(here.max(), alone.max(), result.noise, 1e-3))
    at = 0 if part == "bias2" else 2  # where a label has room below the line, if it is high enough
    is_below = float(here.iloc[at]) > LOW * top
    lines = [
        _line(
            here,
            meaning,
            TITLES[result.spec.method].lower(),
            at=0.08 + 0.2 * at,
            is_below=is_below,
        )
    ]
    marks: tuple[Mark, ...] = ()
    places = tuple(place for place, _ in ticks)
    if result.spec.method != "tree":
        lines.append(_line(alone, "muted", "one tree", at=0.65))
        marks = (Mark(x=places, y=tuple(alone.tolist()), meaning="muted"),)
    if part == "total":
        lines.append(
            Line(
                x=(0.0, 1.0), y=(result.noise, result.noise), meaning="noise", label="noise",
                label_at=0.1, is_dashed=True,
            )
        )  # fmt: skip
    names = {"bias2": "bias²", "variance": "variance", "total": "squared error"}
    return Chart(
        title=title,
        alt=f"{names[part]} at each depth: {TITLES[result.spec.method].lower()}, and one tree.",
        x_label=SHORT_AXIS,
        y_label=names[part],
        x_max=1.0,
        x_ticks=ticks,
        y_max=top,
        y_ticks=tuple((tick, significant(tick)) for tick in round_ticks(0, top, n_most=4)),
        lines=tuple(lines),
        point_x=places,
        point_y=tuple(here.tolist()),
        point_meaning=meaning,
        marks=marks,
    )


def _line(y: pd.Series, meaning: Meaning, label: str, *, at: float, is_below: bool = False) -> Line:
    return Line(
        x=tuple(place for place, _ in label_depths()),
        y=tuple(float(value) for value in y),
        meaning=meaning,
        label=label,
        label_at=at,
        is_label_below=is_below,
        is_dashed=meaning == "muted",
    )
