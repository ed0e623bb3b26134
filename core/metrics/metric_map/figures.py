"""The pictures of the map: each metric before and after, and the grid of what each one notices."""

from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, SEQUENCE, new_figure
from core.metrics.metric_map.cards import CARDS
from core.metrics.metric_map.cases import AnswersSpec
from core.metrics.metric_map.lab import MetricMapResult
from core.metrics.metric_map.measures import METRICS
from core.metrics.metric_map.names import power_of, say_change, say_value, short_title
from core.metrics.metric_map.reasons import STORIES

STAYS, MOVES = SEQUENCE[0], SEQUENCE[1]
ROW_HEIGHT = 48
SCALELESS = ("r2",)
"""Has one end only, but reads like a share: it belongs to the bounded ones."""
Row = dict[Any, Any]


def _what_is_shown(result: MetricMapResult) -> tuple[AnswersSpec, str]:
    return result.spec.answers, result.experiment


def is_share(metric: str) -> bool:
    """Say whether a metric is drawn on its own scale; the others by how many times they changed."""
    return METRICS[metric].is_bounded or metric in SCALELESS


@cached(LRUCache(maxsize=64), key=_what_is_shown, lock=Lock())
def plot_changes(result: MetricMapResult) -> dict[str, go.Figure]:
    """Draw each metric before and after: ``shares`` on their own scale, ``sizes`` by their ratio.

    A group without metrics of one kind has no figure of it.
    """
    rows: list[Row] = result.changes.to_dict("records")
    shares = [row for row in rows if is_share(row["metric"])]
    sizes = [row for row in rows if not is_share(row["metric"])]
    figures = {}
    if shares:
        figures["shares"] = _plot_shares(shares)
    if sizes:
        figures["sizes"] = _plot_sizes(sizes)
    return figures


def _plot_shares(rows: list[Row]) -> go.Figure:
    figure = _start(rows, "value")
    values = [row[moment] for row in rows for moment in ("before", "after")]
    known = [value for value in values if np.isfinite(value)]
    low = min([0.0, *known])
    if any(METRICS[row["metric"]].low == -1 for row in rows):
        low = min(low, -0.25)
    margin = 0.04 * (1 - low)
    figure.update_xaxes(range=[low - margin, 1 + margin])
    _draw_rows(figure, rows, [row["before"] for row in rows], [row["after"] for row in rows])
    return figure


def _plot_sizes(rows: list[Row]) -> go.Figure:
    """Draw ratios on a logarithmic axis, where doubled and halved are equally far from unchanged."""
    figure = _start(rows, "after ÷ before")
    ratios = [_find_ratio(row) for row in rows]
    known = [abs(np.log10(ratio)) for ratio in ratios if np.isfinite(ratio) and ratio > 0]
    reach = max([0.35, *known]) * 1.25
    places = [_place(ratio, reach) for ratio in ratios]
    ticks = _choose_ticks(reach)
    figure.update_xaxes(
        range=_choose_sides(places, reach),
        tickvals=np.log10(ticks),
        ticktext=[f"×\u202f{_say_tick(tick)}" for tick in ticks],
        tickangle=0,
    )
    figure.add_vline(x=0, line={"color": COLOURS["muted"], "width": 1, "dash": "dot"})
    start = [0.0 if np.isfinite(row["before"]) else np.nan for row in rows]
    _draw_rows(figure, rows, start, places)
    return figure


def _find_ratio(row: Row) -> float:
    if row["state"] == "stays":
        return 1.0
    return float(row["after"] / row["before"]) if row["before"] > 0 else np.nan


def _place(ratio: float, reach: float) -> float:
    if np.isnan(ratio):
        return np.nan
    with np.errstate(divide="ignore"):
        return float(np.clip(np.log10(ratio), -0.97 * reach, 0.97 * reach))


def _choose_sides(places: list[float], reach: float) -> list[float]:
    """Give a side of the axis little room if nothing moved there."""
    low, high = np.nanmin([0.0, *places]), np.nanmax([0.0, *places])
    is_still = low == high
    return [
        -reach if low < 0 or is_still else -0.15 * reach,
        reach if high > 0 or is_still else 0.15 * reach,
    ]


def _choose_ticks(reach: float) -> list[float]:
    """Return three to five round ratios; a phone has room for no more."""
    if reach < 0.9:
        return [0.5, 1.0, 2.0]
    step = int(np.ceil(reach / 2.5))
    n_steps = int(reach // step)
    return [10.0 ** (step * n) for n in range(-n_steps, n_steps + 1)]


def _say_tick(ratio: float) -> str:
    return say_value(ratio, 1) if 0.01 < ratio < 1000 else f"10{power_of(ratio)}"


def _start(rows: list[Row], x_label: str) -> go.Figure:
    figure = new_figure(
        title=_say_title(rows), x_label=x_label, y_label="", height=130 + ROW_HEIGHT * len(rows)
    )
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(
        range=[len(rows) - 0.5, -0.5],
        tickvals=list(range(len(rows))),
        ticktext=[f"<b>{CARDS[row['metric']].title}</b><br>{say_row(row)}" for row in rows],
        fixedrange=True,
    )
    figure.update_layout(showlegend=False, margin={"t": 44})
    return figure


def _say_title(rows: list[Row]) -> str:
    if len(rows) == 1:
        verb = {"stays": "stays", "undefined": "has no value any more"}.get(
            rows[0]["state"], "moves"
        )
        return f"{short_title(rows[0]['metric'])} {verb}"
    n_stay = sum(row["state"] == "stays" for row in rows)
    n_gone = sum(row["state"] == "undefined" for row in rows)
    title = f"{n_stay} of {len(rows)} metrics {'stays' if n_stay == 1 else 'stay'}"
    return f"{title}, {n_gone} {'has' if n_gone == 1 else 'have'} no value" if n_gone else title


def say_row(row: Row) -> str:
    """Return what stands beside a metric: "0.900 → 0.981", or "0.086 stays"."""
    before, after = say_change(row["before"], row["after"])
    if before == after:
        return f"{before} stays" if row["state"] == "stays" else before
    return f"{before} → {after}"


def _draw_rows(figure: go.Figure, rows: list[Row], start: list[float], end: list[float]) -> None:
    """Draw a hollow mark where a metric was, and a full one where it is; its shape says which way."""
    for at, row in enumerate(rows):
        if row["state"] in ("moves", "infinite") and np.isfinite([start[at], end[at]]).all():
            figure.add_scatter(
                x=[start[at], end[at]], y=[at, at], mode="lines", hoverinfo="skip", showlegend=False,
                line={"color": MOVES, "width": 3},
            )  # fmt: skip
    moved = [at for at, row in enumerate(rows) if row["state"] in ("moves", "infinite")]
    stay = [at for at, row in enumerate(rows) if row["state"] == "stays"]
    gone = [at for at, row in enumerate(rows) if row["state"] == "undefined"]
    before = {"color": "rgba(0,0,0,0)", "line": {"color": COLOURS["muted"], "width": 2}}
    away = [_choose_symbol(rows[at]) for at in moved]
    for name, places, x, marker in (
        ("before", moved + gone, start, {"symbol": "circle", "size": 11, **before}),
        ("after", moved, end, {"symbol": away, "size": 14, "color": MOVES}),
        ("stays", stay, start, {"symbol": "circle", "size": 12, "color": STAYS}),
        ("no value", gone, start, {"symbol": "x", "size": 9, "color": COLOURS["ink"]}),
    ):
        if places:
            figure.add_scatter(
                x=[x[place] for place in places], y=places, mode="markers", name=name, marker=marker,
                text=[f"{CARDS[rows[place]['metric']].title}: {say_row(rows[place])}" for place in places],
                hovertemplate="%{text}<extra></extra>", cliponaxis=False,
            )  # fmt: skip


def _choose_symbol(row: Row) -> str:
    if np.isnan(row["before"]):
        return "diamond"
    return "triangle-right" if row["after"] > row["before"] else "triangle-left"


@cached(LRUCache(maxsize=64), key=_what_is_shown, lock=Lock())
def plot_grid(result: MetricMapResult) -> go.Figure:
    """Draw every experiment of the group against every metric: stays, moves, or has no value."""
    grid = result.grid
    metrics = list(dict.fromkeys(grid["metric"]))
    tests = list(dict.fromkeys(grid["experiment"]))
    figure = new_figure(
        title=_say_blindest(grid), x_label="", y_label="", height=150 + 40 * len(tests)
    )
    here = tests.index(result.experiment)
    figure.add_hrect(
        y0=here - 0.5, y1=here + 0.5, fillcolor=COLOURS["muted"], opacity=0.18, line_width=0
    )
    for name, states, marker in (
        ("stays", ["stays"], {"symbol": "circle", "size": 12, "color": STAYS}),
        ("moves", ["moves", "infinite"], {"symbol": "diamond-open", "size": 11, "color": MOVES}),
        ("has no value", ["undefined"], {"symbol": "x", "size": 9, "color": COLOURS["ink"]}),
    ):
        cells = grid[grid["state"].isin(states)]
        figure.add_scatter(
            x=[metrics.index(metric) for metric in cells["metric"]],
            y=[tests.index(test) for test in cells["experiment"]],
            mode="markers",
            name=name,
            marker=marker,
            text=[
                f"{STORIES[result.spec.group, row['experiment']].title}<br>"
                f"{CARDS[row['metric']].title}: {say_row(row)}"
                for row in cells.to_dict("records")
            ],
            hovertemplate="%{text}<extra></extra>",
        )
    figure.update_xaxes(
        range=[-0.5, len(metrics) - 0.5], tickvals=list(range(len(metrics))), tickangle=-60,
        ticktext=[short_title(metric) for metric in metrics], showgrid=False, fixedrange=True,
    )  # fmt: skip
    figure.update_yaxes(
        range=[len(tests) - 0.5, -0.5], tickvals=list(range(len(tests))), fixedrange=True,
        ticktext=[_wrap(STORIES[result.spec.group, test].title) for test in tests],
    )  # fmt: skip
    return figure


def _say_blindest(grid: pd.DataFrame) -> str:
    """Say which metric stays most often: it notices least of what was tried."""
    n_tests = grid["experiment"].nunique()
    stays = (grid["state"] == "stays").groupby(grid["metric"], sort=False).sum()
    most = int(stays.max())
    if (stays == most).sum() > 1:
        return f"No metric stays in more than {most} of {n_tests}"
    return f"{short_title(str(stays.idxmax()))} stays in {most} of {n_tests}"


def _wrap(title: str) -> str:
    """Break a title of several words in the middle, so that it fits beside a chart on a phone."""
    words = title.split()
    if len(title) <= 14 or len(words) < 2:
        return title
    half = min(
        range(1, len(words)),
        key=lambda n: abs(len(" ".join(words[:n])) - len(" ".join(words[n:]))),
    )
    return f"{' '.join(words[:half])}<br>{' '.join(words[half:])}"
