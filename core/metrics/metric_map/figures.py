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
from core.metrics.metric_map.reasons import STORIES
from core.metrics.metric_map.words import say_change, say_value, short_title

STAYS, MOVES = SEQUENCE[0], SEQUENCE[1]
ROW_HEIGHT = 48
SCALELESS = ("r2",)
"""Has one end only, but reads like a share: it belongs to the bounded ones."""
STEPS = (1.0, 2.0, 5.0)
WIDEST = 1e6
"""A ratio beyond is drawn at the edge."""

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
    figure = _start(rows, "value, on the scale of the metric")
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
    figure = _start(rows, "how many times as large as before")
    ratios = [_find_ratio(row) for row in rows]
    known = [abs(np.log10(ratio)) for ratio in ratios if np.isfinite(ratio) and ratio > 0]
    reach = max([0.35, *known]) * 1.25
    places = [_place(ratio, reach) for ratio in ratios]
    ticks = _choose_ticks(reach)
    figure.update_xaxes(
        range=[-reach, reach],
        tickvals=np.log10(ticks),
        ticktext=[f"×\u202f{say_value(tick, 2)}" for tick in ticks],
    )
    figure.add_vline(x=0, line={"color": COLOURS["muted"], "width": 1, "dash": "dot"})
    start = [0.0 if np.isfinite(row["before"]) else np.nan for row in rows]
    _draw_rows(figure, rows, start, places)
    return figure


def _find_ratio(row: Row) -> float:
    if row["state"] == "stays":
        return 1.0
    if np.isinf(row["after"]):
        return WIDEST
    return float(row["after"] / row["before"]) if row["before"] > 0 else np.nan


def _place(ratio: float, reach: float) -> float:
    if np.isnan(ratio):
        return np.nan
    with np.errstate(divide="ignore"):
        return float(np.clip(np.log10(ratio), -0.97 * reach, 0.97 * reach))


def _choose_ticks(reach: float) -> list[float]:
    if reach > 1.5:
        step = int(np.ceil(reach / 2.5))
        powers = range(-step * int(reach // step), int(reach) + 1, step)
        return [10.0**power for power in powers]
    ticks = [step * 10.0**power for power in (-2, -1, 0, 1) for step in STEPS]
    return [tick for tick in ticks if abs(np.log10(tick)) < reach]


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
    figure.update_layout(
        legend={"y": -0.14, "yanchor": "top", "x": 0, "xanchor": "left"}, showlegend=True
    )
    return figure


def _say_title(rows: list[Row]) -> str:
    n_stay = sum(row["state"] == "stays" for row in rows)
    n_gone = sum(row["state"] == "undefined" for row in rows)
    title = f"{n_stay} of {len(rows)} {'stays' if n_stay == 1 else 'stay'}"
    return f"{title}, {n_gone} {'has' if n_gone == 1 else 'have'} no value" if n_gone else title


def say_row(row: Row) -> str:
    """Return what stands beside a metric: "0.900 → 0.981", or "0.086 stays"."""
    before, after = say_change(row["before"], row["after"])
    return f"{before} stays" if row["state"] == "stays" else f"{before} → {after}"


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
    away = [
        "triangle-right" if rows[at]["after"] > rows[at]["before"] else "triangle-left"
        for at in moved
    ]
    _mark(figure, rows, "before", moved + gone, start, {"symbol": "circle", "size": 11, **before})
    _mark(figure, rows, "after", moved, end, {"symbol": away, "size": 14, "color": MOVES})
    _mark(figure, rows, "stays", stay, start, {"symbol": "circle", "size": 12, "color": STAYS})
    gone_marker = {"symbol": "x", "size": 9, "color": COLOURS["ink"]}
    _mark(figure, rows, "no value any more", gone, start, gone_marker)


def _mark(
    figure: go.Figure, rows: list[Row], name: str, at: list[int], x: list[float], marker: Row
) -> None:
    if not at:
        return
    figure.add_scatter(
        x=[x[place] for place in at], y=at, mode="markers", name=name, marker=marker,
        text=[f"{CARDS[rows[place]['metric']].title}: {say_row(rows[place])}" for place in at],
        hovertemplate="%{text}<extra></extra>", cliponaxis=False,
    )  # fmt: skip


@cached(LRUCache(maxsize=64), key=_what_is_shown, lock=Lock())
def plot_grid(result: MetricMapResult) -> go.Figure:
    """Draw every experiment of the group against every metric: stays, moves, or has no value."""
    grid = result.grid
    metrics = list(dict.fromkeys(grid["metric"]))
    tests = list(dict.fromkeys(grid["experiment"]))
    figure = new_figure(
        title=_say_blindest(grid), x_label="", y_label="", height=190 + 40 * len(tests)
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
    return (
        f"{short_title(str(stays.idxmax()))} stays in {int(stays.max())} of {n_tests} experiments"
    )


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
