"""How the gap grows with the settings tried, for the search's own report and for nested cross-validation."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, new_figure
from core.search.luck.lab import STEPS, LuckResult, count_fits
from core.search.luck.words import say_gap


@cached(LRUCache(maxsize=16), key=lambda result: result.spec.data, lock=Lock())
def plot_gap(result: LuckResult) -> go.Figure:
    """Draw said minus true, mean and middle 80 % of the searches, plain and nested."""
    said, nested = (
        say_gap(gap).removesuffix("\u00a0points")
        for gap in (result.last_gap, result.last_nested_gap)
    )
    figure = new_figure(
        title=f"After 100: {said}, nested {nested} points",
        x_label="settings tried",
        y_label="said − true, points of accuracy",
        height=400,
    )
    sweep = result.sweep
    for gap, short, name, colour, dash in (
        ("gap", "gap", "the search", COLOURS["positive"], "solid"),
        ("nested_gap", "nested", "nested", COLOURS["validation"], "dash"),
    ):
        low, high = 100 * sweep[f"{short}_low"], 100 * sweep[f"{short}_high"]
        figure.add_scatter(
            x=[*sweep["n"], *sweep["n"][::-1]],
            y=[*high, *low[::-1]],
            fill="toself",
            fillcolor=_pale(colour),
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_scatter(
            x=sweep["n"],
            y=100 * sweep[gap],
            mode="lines+markers",
            name=name,
            line={"color": colour, "dash": dash, "width": 2.5},
            hovertemplate="%{x} settings: %{y:+.1f} points<extra>" + name + "</extra>",
        )
    figure.add_hline(y=0, line={"color": COLOURS["muted"], "width": 1})
    figure.update_xaxes(type="log", tickvals=[1, 3, 10, 30, 100])
    return figure


def plot_price() -> go.Figure:
    """Draw the fits of a search and of nested cross-validation around it."""
    figure = new_figure(
        title="Nested costs five searches",
        x_label="settings tried",
        y_label="models trained",
        height=320,
    )
    for name, label, colour, dash in (
        ("fits", "the search", COLOURS["positive"], "solid"),
        ("nested_fits", "nested", COLOURS["validation"], "dash"),
    ):
        figure.add_scatter(
            x=list(STEPS),
            y=[count_fits(n)[name] for n in STEPS],
            mode="lines+markers",
            name=label,
            line={"color": colour, "dash": dash, "width": 2.5},
        )
    return figure


def _pale(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.16)"
