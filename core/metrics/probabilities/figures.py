"""The figures of the probability lab: reliability, calibration curves, the price list, the pairs."""

from threading import Lock

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core import safe_text
from core.charts import COLOURS, SCALE, SEQUENCE, new_figure
from core.metrics.probabilities.lab import ProbabilityResult
from core.metrics.probabilities.measures import Binning
from core.metrics.probabilities.words import NAMES, say_points
from core.wording import count, significant

LEGEND_BELOW = {"orientation": "h", "yanchor": "top", "y": -0.2, "xanchor": "left", "x": 0}
STANDARD_PRICES = (0.9, 0.5, 0.01)
HIGHEST_PRICE_SHOWN = 16.0
TICKS = "~%"
FAR_BELOW_ONE = 0.25
"""Probabilities that end below are shown enlarged, though raw ones would end beyond."""
FEW_SCORES = 10
"""Up to so many different scores, a line between them would show what no row ever got."""
X_NAMES: dict[Binning, str] = {
    "width": "probability said (equal-width bins)",
    "count": "probability said (equal-count bins)",
}


def _what_is_said(result: ProbabilityResult) -> tuple[object, ...]:
    spec = result.spec
    return spec.trained, spec.calibration, spec.bins, spec.n_bins


def _what_is_priced(result: ProbabilityResult) -> tuple[object, ...]:
    return result.spec.trained, result.spec.calibration, result.spec.given


def _what_is_trained(result: ProbabilityResult) -> object:
    return result.spec.trained


# Plotly takes 15 to 30 ms to build a figure, so each is built once for views that share it.
@cached(LRUCache(maxsize=64), key=_what_is_said, lock=Lock())
def plot_reliability(result: ProbabilityResult) -> go.Figure:
    """Plot what happened against what was said, with 95 % intervals and the rows in every bin."""
    chosen, bins = result.spec.calibration, result.reliability_bins
    here = bins[bins["version"] == chosen]
    figure = new_figure(
        title=f"Said and happened lie {say_points(result.ece)} apart",
        x_label=X_NAMES[result.spec.bins],
        y_label="share that happened",
        height=520,
    )
    top = _room(here, bins[bins["version"] == "raw"])
    figure.add_scatter(
        x=[0, top], y=[0, top], mode="lines", name="honest: happens as often as said",
        line={"color": COLOURS["muted"], "dash": "dash", "width": 1.5}, hoverinfo="skip",
    )  # fmt: skip
    if chosen != "raw":
        raw = bins[bins["version"] == "raw"]
        figure.add_scatter(
            x=raw["said"], y=raw["happened"], mode="lines+markers", name=NAMES["raw"],
            line={"color": COLOURS["muted"], "dash": "dot", "width": 1.5},
            marker={"symbol": "circle-open", "size": 7}, customdata=raw[["n"]],
            hovertemplate="said %{x:.1%}, happened %{y:.1%}, %{customdata[0]} rows<extra></extra>",
        )  # fmt: skip
    _add_points(figure, here, NAMES[chosen])
    figure.update_layout(
        legend=LEGEND_BELOW | {"y": -0.14},
        xaxis={"range": [-0.02 * top, 1.04 * top], "tickformat": TICKS},
        yaxis={"domain": [0.42, 1], "range": [-0.03 * top, 1.04 * top], "tickformat": TICKS},
    )
    _add_counts(figure, here, safe_text.plot(result.row_noun[1]))
    return figure


def _room(here: pd.DataFrame, raw: pd.DataFrame) -> float:
    """Return where both axes end: at 1, or lower if nothing that matters lies beyond."""
    highest, raw_highest = (float(bins[["said", "high"]].to_numpy().max()) for bins in (here, raw))
    if highest > FAR_BELOW_ONE:
        highest = max(highest, raw_highest)
    return 1.0 if highest > 0.5 else 1.25 * highest


def _add_points(figure: go.Figure, here: pd.DataFrame, name: str) -> None:
    figure.add_scatter(
        x=here["said"], y=here["happened"], mode="lines+markers", name=f"{name}, with 95 % interval",
        line={"color": COLOURS["test"], "width": 2}, marker={"size": 9},
        error_y={
            "array": here["high"] - here["happened"], "symmetric": False,
            "arrayminus": here["happened"] - here["low"], "thickness": 1.5, "width": 4,
        },
        customdata=here[["n", "n_positive", "low", "high"]],
        hovertemplate=(
            "said %{x:.1%}, happened %{y:.1%} (%{customdata[2]:.1%} to %{customdata[3]:.1%})<br>"
            "%{customdata[1]} of %{customdata[0]} rows<extra></extra>"
        ),
    )  # fmt: skip


def _add_counts(figure: go.Figure, here: pd.DataFrame, rows: str) -> None:
    """Add one bar for each bin, in their order and with its count on it.

    Not at its place on the probability axis: bins of a rare class would lie on one another.
    """
    figure.add_bar(
        x=[str(number) for number in here["bin"] + 1], y=here["n"], xaxis="x2", yaxis="y2",
        showlegend=False, customdata=here[["left", "right"]],
        marker={"color": COLOURS["test"], "opacity": 0.45, "line": {"width": 0}},
        text=[count(n) for n in here["n"]], textposition="outside", cliponaxis=False,
        hovertemplate=(
            f"%{{y}} {rows}<br>%{{customdata[0]:.2%}} to %{{customdata[1]:.2%}}<extra></extra>"
        ),
    )  # fmt: skip
    figure.update_layout(
        xaxis2={
            "type": "category", "anchor": "y2", "title": {"text": "bin, from low to high"},
            "automargin": True, "tickangle": 0,
        },
        yaxis2={
            "domain": [0, 0.18], "anchor": "x2", "range": [0, 1.35 * int(here["n"].max())],
            "title": {"text": rows}, "showgrid": False, "showticklabels": False, "zeroline": False,
            "automargin": True,
        }
    )  # fmt: skip


@cached(LRUCache(maxsize=32), key=_what_is_trained, lock=Lock())
def plot_calibration_map(result: ProbabilityResult) -> go.Figure:
    """Plot what Platt's curve and the isotonic steps make of each raw score."""
    curves = result.calibration_map
    top = float(curves["calibrated"][curves["version"] != "raw"].max())
    figure = new_figure(
        title="What each calibration makes of a score",
        x_label="probability that the model says",
        y_label="probability after calibration",
        height=340,
    )
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", name="left alone", hoverinfo="skip",
        line={"color": COLOURS["muted"], "dash": "dash", "width": 1.5},
    )  # fmt: skip
    mode = "lines" if result.raw_n_distinct > FEW_SCORES else "markers"
    for version, colour, shape in (
        ("sigmoid", SEQUENCE[0], "linear"),
        ("isotonic", SEQUENCE[1], "hv"),
    ):
        curve = curves[curves["version"] == version]
        figure.add_scatter(
            x=curve["score"], y=curve["calibrated"], mode=mode, name=NAMES[version],
            line={"color": colour, "width": 2.5, "shape": shape},
            hovertemplate="%{x:.1%} becomes %{y:.1%}<extra></extra>",
        )  # fmt: skip
    figure.update_layout(
        legend=LEGEND_BELOW | {"y": -0.34},
        xaxis={"range": [-0.02, 1.02], "tickformat": TICKS},
        yaxis={"range": [-0.02 * top, min(1.02, 1.15 * top)], "tickformat": TICKS},
    )
    return figure


@cached(LRUCache(maxsize=64), key=_what_is_priced, lock=Lock())
def plot_price(result: ProbabilityResult) -> go.Figure:
    """Plot the price of every probability, the learner's mistake, and the model's dearest rows."""
    given = result.spec.given
    chances = np.geomspace(np.exp(-HIGHEST_PRICE_SHOWN), 1, 300)
    figure = new_figure(
        title=f"Given {significant(given)}, it costs {result.mistake_loss:.3f}",
        x_label="probability given to what happened",
        y_label="log loss of this one row",
        height=360,
    )
    figure.add_scatter(
        x=chances, y=-np.log(chances), mode="lines", name="−ln p", showlegend=False,
        line={"color": COLOURS["ink"], "width": 2},
        hovertemplate="p = %{x:.3g} costs %{y:.3f}<extra></extra>",
    )  # fmt: skip
    dearest = result.dearest[result.dearest["version"] == result.spec.calibration]
    shown = dearest[dearest["loss"].between(0, HIGHEST_PRICE_SHOWN)]
    figure.add_scatter(
        x=shown["given"], y=shown["loss"], mode="markers", name="the model's dearest rows",
        marker={"color": COLOURS["test"], "size": 8, "symbol": "diamond-open"},
        hovertemplate="given %{x:.3g} costs %{y:.2f}<extra></extra>",
    )  # fmt: skip
    others = [chance for chance in STANDARD_PRICES if chance != given]
    figure.add_scatter(
        x=[*others, given], y=[-np.log(chance) for chance in (*others, given)], mode="markers+text",
        text=[*(f"{-np.log(chance):.3f}" for chance in others), f"<b>{result.mistake_loss:.3f}</b>"],
        textposition=["top center" if chance > 0.2 else "top right" for chance in (*others, given)],
        marker={"color": [COLOURS["ink"]] * len(others) + [COLOURS["positive"]], "size": 9},
        showlegend=False, hoverinfo="skip", cliponaxis=False,
    )  # fmt: skip
    top = max(float(shown["loss"].max()) if len(shown) else 0.0, result.mistake_loss, 5.0)
    figure.update_layout(
        legend=LEGEND_BELOW | {"y": -0.26},
        xaxis={"range": [-0.02, 1.04]},
        yaxis={"range": [-0.03 * top, 1.12 * top]},
    )
    return figure


@cached(LRUCache(maxsize=1), key=lambda _result: "the same eight points in every view", lock=Lock())
def plot_pairs(result: ProbabilityResult) -> go.Figure:
    """Plot the sixteen pairs of the eight points, judged by scores and by labels."""
    figure = new_figure(
        title="Each pair counted: by scores, by labels",
        x_label="", y_label="score of the positive", height=300,
    )  # fmt: skip
    for number, (name, words) in enumerate({"scores": "by scores", "labels": "by labels"}.items()):
        pairs = result.pairs[result.pairs["scores"] == name]
        grid = pairs.pivot(index="positive_score", columns="negative_score", values="credit")
        right = "2" if number else ""
        figure.add_heatmap(
            z=grid.to_numpy(), x=[f"{score:g}" for score in grid.columns],
            y=[f"{score:g}" for score in grid.index], xaxis=f"x{right}", yaxis=f"y{right}",
            colorscale=SCALE, zmin=0, zmax=1.8, showscale=False, xgap=2, ygap=2, hoverinfo="skip",
        )  # fmt: skip
        # Not the heatmap's own text: its colour would not follow the page's theme.
        figure.add_scatter(
            x=[f"{score:g}" for score in pairs["negative_score"]],
            y=[f"{score:g}" for score in pairs["positive_score"]],
            xaxis=f"x{right}", yaxis=f"y{right}", mode="text", showlegend=False, hoverinfo="skip",
            text=[f"<b>{_say_credit(credit)}</b>" for credit in pairs["credit"]], textfont={"size": 15},
        )  # fmt: skip
        title = f"{words}: {pairs['credit'].sum():g} of {len(pairs)}"
        axis = {"type": "category", "title": {"text": title}, "showgrid": False, "fixedrange": True}
        side = {"type": "category", "showgrid": False, "fixedrange": True}
        figure.update_layout(
            {
                f"xaxis{right}": axis
                | {"domain": [0.54, 1] if number else [0, 0.46], "anchor": f"y{right}"},
                f"yaxis{right}": side
                | ({"anchor": "x2", "showticklabels": False} if number else {"anchor": "x"}),
            }
        )
    figure.add_annotation(
        text="score of the negative", showarrow=False, xref="paper", yref="paper", x=0.5, y=-0.46
    )
    figure.update_layout(margin={"b": 60})
    return figure


def _say_credit(credit: float) -> str:
    return "½" if credit == 0.5 else f"{credit:g}"
