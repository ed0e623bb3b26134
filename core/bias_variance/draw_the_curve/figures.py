"""The drawn curve over the measured ones."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.bias_variance.draw_the_curve.lab import DrawResult
from core.bias_variance.draw_the_curve.words import say_setting, say_value, tell_baseline
from core.charts import COLOURS, DASHES, new_figure
from core.safe_text import plot
from core.stage import Meaning

BAND = "rgba(58, 134, 181, 0.18)"
HEIGHT = 420


def _what_is_drawn(result: DrawResult) -> object:
    return result.spec


@cached(LRUCache(maxsize=64), key=_what_is_drawn, lock=Lock())
def plot_comparison(result: DrawResult) -> go.Figure:
    """Draw the validation curve with its band, the training curve, and the five drawn points."""
    unit = f" ({plot(result.unit)})" if result.unit else ""
    figure = new_figure(
        title=f"New rows: best at {say_setting(result, result.best)}",
        x_label=f"{result.knob}: from rigid to nervous",
        y_label=f"{result.metric_title}{unit}",
        height=HEIGHT,
    )
    validation = result.curve[result.curve["part"] == "validation"]
    for edge in ("low", "high"):
        figure.add_scatter(
            x=validation["place"],
            y=validation[edge],
            mode="lines",
            line={"width": 0},
            fill="tonexty" if edge == "high" else None,
            fillcolor=BAND,
            hoverinfo="skip",
            showlegend=False,
        )
    for part in ("train", "validation"):
        _add_curve(figure, result, part)
    if result.drawn_shape:
        figure.add_scatter(
            x=result.five["place"],
            y=result.five["drawn"],
            name="you",
            mode="lines+markers",
            line={"color": COLOURS["positive"], "width": 2, "dash": "dashdot"},
            marker={"size": 12, "symbol": "diamond", "color": COLOURS["positive"]},
            hovertemplate="you: %{y:.3s}<extra></extra>",
        )
    figure.add_scatter(
        x=[validation["place"].min(), validation["place"].max()],
        y=[result.baseline] * 2,
        name=plot(tell_baseline(result)),
        mode="lines",
        line={"color": COLOURS["muted"], "dash": "dash", "width": 1.5},
        hoverinfo="skip",
    )
    places = validation["place"].tolist()
    names = [say_value(value) for value in validation["value"]]
    figure.update_xaxes(tickvals=places, ticktext=names)
    return figure


def _add_curve(figure: go.Figure, result: DrawResult, part: Meaning) -> None:
    rows = result.curve[result.curve["part"] == part]
    figure.add_scatter(
        x=rows["place"],
        y=rows["mean"],
        name="new rows" if part == "validation" else "its own rows",
        mode="lines+markers",
        line={
            "color": COLOURS[part],
            "width": 3 if part == "validation" else 2,
            "dash": DASHES[part],
        },
        marker={"size": 7},
        hovertemplate="%{y:.3s}<extra></extra>",
    )
