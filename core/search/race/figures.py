"""How far each search still is from the best cell, and where the best cell lies when folds are dealt anew."""

from threading import Lock

import numpy as np
import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, SCALE, new_figure
from core.search.race.lab import RaceResult
from core.search.surface import load_surface
from core.stage import Meaning

FLOOR = 1e-5
"""What is missed by less counts as a hit on the logarithmic axis, which has no 0."""
MEANINGS: dict[str, Meaning] = {"grid": "noise", "random": "negative", "tpe": "positive"}
LABELS = {"grid": "grid", "random": "random", "tpe": "TPE"}
DASHES = {"grid": "dot", "random": "dash", "tpe": "solid"}


def _of_runs(result: RaceResult) -> object:
    return result.spec.runs


@cached(LRUCache(maxsize=32), key=_of_runs, lock=Lock())
def plot_missed(result: RaceResult) -> go.Figure:
    """Draw the median of what was missed against the fits spent, with the middle 80 % of the races."""
    figure = new_figure(
        title="How far from the best cell, fit by fit",
        x_label="models trained so far",
        y_label=f"missed {result.metric} (10 times less a step)",
        height=420,
    )
    for name, table in result.summary.groupby("strategy", sort=True):
        colour = COLOURS[MEANINGS[str(name)]]
        x, low, high = table["fits"], _clip(table["low"]), _clip(table["high"])
        if name != "grid":
            figure.add_scatter(
                x=[*x, *x[::-1]],
                y=[*high, *low[::-1]],
                fill="toself",
                fillcolor=_pale(colour),
                line={"width": 0},
                hoverinfo="skip",
                showlegend=False,
            )
        figure.add_scatter(
            x=x,
            y=_clip(table["median"]),
            mode="lines",
            name=LABELS[str(name)],
            line={"color": colour, "dash": DASHES[str(name)], "width": 2.5, "shape": "hv"},
            hovertemplate="%{x} fits: missed %{y:.2g}<extra>" + LABELS[str(name)] + "</extra>",
        )
    figure.update_yaxes(
        type="log",
        tickvals=[1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0],
        ticktext=["hit", "0.0001", "0.001", "0.01", "0.1", "1"],
    )
    return figure


@cached(LRUCache(maxsize=32), key=_of_runs, lock=Lock())
def plot_dealings(result: RaceResult) -> go.Figure:
    """Draw the surface as a heat map, and where its best cell lies in each dealing of the folds."""
    surface = load_surface(result.spec.surface)
    lost = np.log10(np.maximum(surface.best - surface.seen, FLOOR))
    figure = new_figure(
        title=f"{result.n_winners} best cells in 5 dealings",
        x_label=f"{result.second_name} (log scale)",
        y_label=f"{result.first_name} (log scale)",
        height=420,
    )
    figure.add_heatmap(
        x=surface.levels[1],
        y=surface.levels[0],
        z=-lost,
        zmax=4,
        zmin=0,
        colorscale=SCALE,
        colorbar={
            "title": {"text": "missed"},
            "tickvals": [0, 1, 2, 3, 4],
            "ticktext": ["1", "0.1", "0.01", "0.001", "0.0001"],
        },
        customdata=surface.seen,
        hovertemplate=f"{result.second_name} %{{x:.3g}}, {result.first_name} %{{y:.3g}}: "
        f"{result.metric} %{{customdata:.4f}}<extra></extra>",
    )
    figure.add_scatter(
        x=result.dealings["second"],
        y=result.dealings["first"],
        mode="markers",
        name="best cell of a dealing",
        marker={
            "symbol": "star",
            "size": 15,
            "color": COLOURS["positive"],
            "line": {"width": 1, "color": "white"},
        },
        customdata=result.dealings[["dealing", "score"]],
        hovertemplate="dealing %{customdata[0]}: %{customdata[1]:.4f}<extra></extra>",
    )
    figure.update_xaxes(type="log", dtick=1, exponentformat="none")
    figure.update_yaxes(type="log", dtick=1, exponentformat="none")
    return figure


def _clip(values: object) -> list[float]:
    return np.maximum(np.asarray(values, dtype=float), FLOOR).tolist()  # type: ignore[no-any-return]


def _pale(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.16)"
