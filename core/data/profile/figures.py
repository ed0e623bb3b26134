"""The figures of the profile: one column, two maps of correlations, and one pair."""

from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, new_figure
from core.data.profile.lab import ProfileResult
from core.data.profile.relations import is_inside
from core.data.profile.words import say
from core.safe_text import plot
from core.scene import label_axis
from core.wording import count

MOST_MAPPED = 12
WRITTEN = 0.095
"""Weaker correlations are only coloured."""
SHORTEST = 14
"""Characters of a column name on the axes of a map."""
BOTH_SIDES = [
    [0.0, "rgba(58, 134, 181, 0.4)"],
    [0.5, "rgba(139, 144, 152, 0.08)"],
    [1.0, "rgba(214, 95, 27, 0.4)"],
]
"""From −1 through 0 to 1; the numbers in the cells say the same."""


def _of_column(result: ProfileResult) -> object:
    return result.spec.table, result.column


def _of_pair(result: ProfileResult) -> object:
    return result.spec.table, result.x, result.y


def plot_column(result: ProfileResult) -> go.Figure:
    """Draw how often each value of the chosen column occurs, with both rules for far-away values."""
    return _plot_column(result)


@cached(LRUCache(maxsize=64), key=_of_column, lock=Lock())
def _plot_column(result: ProfileResult) -> go.Figure:
    bars = result.levels[result.levels["column"] == result.column]
    is_binned = bool(bars["left"].notna().any())
    figure = new_figure(
        title=_title_of_column(result),
        x_label=plot(label_axis(result.column, result.column_unit))
        if is_binned
        else plot(result.row_noun[1]),
        y_label=plot(result.row_noun[1]) if is_binned else "",
        height=320,
    )
    if not is_binned:
        labels = [_short(label, 24) for label in bars["label"]]
        figure.add_bar(
            x=bars["n_rows"],
            y=bars["place"],
            orientation="h",
            marker={"color": COLOURS["negative"]},
            text=[count(n) for n in bars["n_rows"]],
            hovertemplate="%{x}<extra></extra>",
        )
        figure.update_yaxes(autorange="reversed", tickvals=bars["place"], ticktext=labels)
        return figure.update_layout(showlegend=False)
    figure.add_bar(
        x=(bars["left"] + bars["right"]) / 2,
        width=bars["right"] - bars["left"],
        y=bars["n_rows"],
        marker={"color": COLOURS["negative"], "line": {"width": 0}},
        hovertemplate="around %{x:.4g}: %{y}<extra></extra>",
    )
    _mark_rules(figure, result)
    return figure.update_layout(showlegend=False, bargap=0.04)


def _title_of_column(result: ProfileResult) -> str:
    if result.n_fence is None or result.n_sigma is None:
        return f"{count(result.column_distinct)} different values"
    return f"Far away: {count(result.n_fence)} by fences, {count(result.n_sigma)} by 3 sd"


def _mark_rules(figure: go.Figure, result: ProfileResult) -> None:
    """Draw the ends of both rules where they lie within the picture."""
    rules = (
        ("fence", (result.fence_low, result.fence_high), "positive", "dash", result.n_fence, 1.0),
        ("3 sd", (result.sigma_low, result.sigma_high), "good", "dot", result.n_sigma, 0.88),
    )
    for name, ends, meaning, dash, n, height in rules:
        for end in ends:
            if n is not None and result.low < end < result.high:
                figure.add_vline(
                    x=end,
                    line={"color": COLOURS[meaning], "dash": dash, "width": 2},  # type: ignore[index]
                )
                figure.add_annotation(
                    x=end, y=height, yref="paper", text=name, showarrow=False, xanchor="left",
                    xshift=4, font={"color": COLOURS[meaning], "size": 13},  # type: ignore[index]
                )  # fmt: skip


def plot_map(result: ProfileResult, name: str) -> go.Figure:
    """Draw ``pearson`` or ``spearman`` of up to 12 columns of numbers, the target last."""
    return _plot_map(result, name)


@cached(LRUCache(maxsize=64), key=lambda result, name: (result.spec.table, name), lock=Lock())
def _plot_map(result: ProfileResult, name: str) -> go.Figure:
    columns = choose_mapped(result)
    grid = pd.DataFrame(np.nan, index=columns, columns=columns, dtype="float64")
    for a, b, value in result.pairs[["a", "b", name]].itertuples(index=False):
        if a in grid.index and b in grid.index:
            grid.loc[a, b] = grid.loc[b, a] = value
    below = grid.mask(np.triu(np.ones(grid.shape, dtype=bool)))
    shown = below.iloc[1:, :-1]
    figure = new_figure(
        title="Pearson: straight lines" if name == "pearson" else "Spearman: rising or falling",
        x_label=f"1 is {_short(shown.columns[0])}",
        y_label="",
        height=110 + 26 * len(columns),
    )
    figure.add_heatmap(
        z=shown.to_numpy(),
        x=list(range(shown.shape[1])),
        y=list(range(shown.shape[0])),
        zmin=-1,
        zmax=1,
        colorscale=BOTH_SIDES,
        showscale=False,
        hoverinfo="skip",
        xgap=1,
        ygap=1,
    )
    cells: Any = shown.stack().dropna()
    cells = cells[cells.abs() >= WRITTEN]
    # Texts of their own, in the colour of the theme: it can be read on every cell.
    figure.add_scatter(
        x=[shown.columns.get_loc(column) for _, column in cells.index],
        y=[shown.index.get_loc(row) for row, _ in cells.index],
        text=[say(value).replace("0.", ".") for value in cells.tolist()],
        mode="text",
        textfont={"size": 12, "weight": 600},
        customdata=[f"{plot(row)} and {plot(column)}" for row, column in cells.index],
        hovertemplate="%{customdata}: %{text}<extra></extra>",
    )
    figure.update_yaxes(
        autorange="reversed",
        showgrid=False,
        tickvals=list(range(shown.shape[0])),
        ticktext=[f"{_short(name)} {at + 2}" for at, name in enumerate(shown.index)],
    )
    figure.update_layout(showlegend=False)
    return figure.update_xaxes(
        showgrid=False,
        tickangle=0,
        tickvals=list(range(shown.shape[1])),
        ticktext=[str(at + 1) for at in range(shown.shape[1])],
    )


def choose_mapped(result: ProfileResult) -> list[str]:
    """Return the columns of the maps: those that go along with the target most, or with any."""
    pairs = result.pairs[result.pairs["kind"] == "numbers"]
    strength = pairs["strength"].fillna(0)
    best: dict[str, float] = {}
    has_target = bool((pairs["b"] == result.target).any())
    for a, b, value in zip(pairs["a"], pairs["b"], strength, strict=True):
        for one, other in ((a, b), (b, a)):
            if not has_target or other == result.target:
                best[one] = max(best.get(one, 0.0), float(value))
    room = MOST_MAPPED - has_target
    chosen = set(sorted(best, key=lambda column: -best[column])[:room])
    ordered = [column for column in result.columns["column"] if column in chosen]
    return [*ordered, str(result.target)] if has_target else ordered


def plot_pair(result: ProfileResult) -> go.Figure:
    """Draw the rows of the pair, the best straight line and the middle of each slice."""
    return _plot_pair(result)


@cached(LRUCache(maxsize=64), key=_of_pair, lock=Lock())
def _plot_pair(result: ProfileResult) -> go.Figure:
    figure = new_figure(
        title=f"Pearson {say(result.pearson)}, Spearman {say(result.spearman)}",
        x_label=plot(label_axis(str(result.x), result.x_unit)),
        y_label=plot(label_axis(str(result.y), result.y_unit)),
        height=400,
    )
    figure.add_scatter(
        x=result.scatter["x"],
        y=result.scatter["y"],
        mode="markers",
        name=plot(result.row_noun[1]),
        marker={"color": COLOURS["train"], "size": 5, "opacity": 0.55},
        hovertemplate="%{x:.4g}, %{y:.4g}<extra></extra>",
    )
    slope = result.pearson * result.sd_y / result.sd_x if result.sd_x else 0.0
    ends = [float(result.scatter["x"].min()), float(result.scatter["x"].max())]
    middle = float(result.scatter["x"].mean()), float(result.scatter["y"].mean())
    figure.add_scatter(
        x=ends,
        y=[middle[1] + slope * (end - middle[0]) for end in ends],
        mode="lines",
        name="straight line",
        line={"color": COLOURS["positive"], "width": 2, "dash": "dash"},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=result.slices["x"],
        y=result.slices["y"],
        mode="lines+markers",
        name="middle of each slice",
        line={"color": COLOURS["good"], "width": 3},
        marker={"size": 9},
        customdata=result.slices["n"],
        hovertemplate="median %{y:.4g} of %{customdata} rows<extra></extra>",
    )
    figure.update_layout(legend={"x": 0, "xanchor": "left", "y": -0.2, "yanchor": "top"})
    return _cut_off(figure, result) if result.verdict == "missed" else figure


def _cut_off(figure: go.Figure, result: ProfileResult) -> go.Figure:
    """Leave far-away values out of the frame, where they would press the shape flat, and say so."""
    y = result.scatter["y"].to_numpy()
    inside = is_inside(y)
    room = 0.06 * float(np.ptp(y[inside]))
    low, high = float(y[inside].min()) - room, float(y[inside].max()) + room
    n_outside = int(((y < low) | (y > high)).sum())
    if not n_outside:
        return figure
    figure.update_yaxes(range=[low, high])
    return figure.add_annotation(
        text=f"{count(n_outside)} of {count(len(y))} points lie outside the picture",
        x=1, xref="paper", y=0, yref="paper", xanchor="right", yanchor="bottom", showarrow=False,
    )  # fmt: skip


def _short(name: object, longest: int = SHORTEST) -> str:
    text = str(name)
    return plot(text if len(text) <= longest else text[: longest - 1] + "…")
