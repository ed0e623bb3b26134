"""What each pruner saves against how often it stops the winner, and who is stopped."""

from threading import Lock
from typing import Any

import numpy as np
import plotly.graph_objects as go
from cachetools import LRUCache, cached
from scipy.stats import binomtest

from core.charts import COLOURS, SCALE, new_figure
from core.search.pruning.lab import PruningResult
from core.search.pruning.words import NAMES

PLACES = {
    "median": "top right",
    "patient": "top left",
    "halving": "top right",
    "hyperband": "bottom left",
}


@cached(
    LRUCache(maxsize=16), key=lambda result: (result.spec.curves, result.spec.pruner), lock=Lock()
)
def plot_price(result: PruningResult) -> go.Figure:
    """Draw the share of searches whose winner was stopped against the share of steps made."""
    saved = f"{100 * (1 - result.used):.0f} %"
    figure = new_figure(
        title=f"{saved} saved, {result.killed} of {result.n_searches} winners lost",
        x_label="share of all steps made, %",
        y_label="searches that lose the winner, %",
        height=420,
    )
    figure.add_scatter(
        x=[0, 100],
        y=[100, 0],
        mode="lines",
        name="fewer trainings, all to the end",
        line={"color": COLOURS["muted"], "dash": "dash", "width": 2},
        hoverinfo="skip",
    )
    rows: list[Any] = list(result.pruners.itertuples())
    for row in rows:
        share = 100 * row.killed / result.n_searches
        around = binomtest(int(row.killed), result.n_searches).proportion_ci(0.9, "wilson")
        is_chosen = row.pruner == result.spec.pruner
        name = NAMES[str(row.pruner)]
        figure.add_scatter(
            x=[100 * row.used],
            y=[share],
            mode="markers+text",
            text=[name],
            textposition=PLACES[str(row.pruner)],
            showlegend=False,
            name=name,
            marker={
                "size": 16 if is_chosen else 11,
                "symbol": "diamond" if is_chosen else "circle",
                "color": COLOURS["positive" if is_chosen else "negative"],
            },
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [100 * around.high - share],
                "arrayminus": [share - 100 * around.low],
                "color": COLOURS["ink"],
                "thickness": 1,
            },
            hovertemplate="%{x:.0f} % of the steps, %{y:.0f} % lose the winner<extra>"
            + name
            + "</extra>",
        )
    figure.update_xaxes(range=[0, 104])
    figure.update_yaxes(range=[-4, 104])
    return figure


@cached(
    LRUCache(maxsize=16), key=lambda result: (result.spec.curves, result.spec.pruner), lock=Lock()
)
def plot_stopped(result: PruningResult) -> go.Figure:
    """Draw each setting by its step size and its loss at the end; full colour was stopped always."""
    stopped = result.trials.assign(stopped=result.trials["steps"] < result.n_steps)
    table = stopped.groupby("setting").agg(
        rate=("rate", "first"), final=("final", "first"), stopped=("stopped", "mean")
    )
    slow, fast = (f"{100 * v:.0f}" for v in (result.slow_stopped, result.fast_stopped))
    figure = new_figure(
        title=f"Stopped: {slow} % of slow, {fast} % of fast",
        x_label=f"{result.rate_name} (log scale)",
        y_label="log loss at the end (log scale)",
        height=420,
    )
    figure.add_scatter(
        x=table["rate"],
        y=table["final"],
        mode="markers",
        showlegend=False,
        marker={
            "size": 6 + 9 * np.asarray(1 - table["stopped"]),
            "color": 100 * table["stopped"],
            "cmin": 0,
            "cmax": 100,
            "colorscale": SCALE,
            "colorbar": {"title": {"text": "stopped"}, "ticksuffix": " %"},
            "line": {"width": 1, "color": COLOURS["ink"]},
        },
        customdata=100 * table["stopped"],
        hovertemplate=f"{result.rate_name} %{{x:.3g}}: loss %{{y:.3f}} at the end, "
        "stopped in %{customdata:.0f} % of its searches<extra></extra>",
    )
    figure.update_xaxes(type="log", dtick=1, exponentformat="none")
    figure.update_yaxes(type="log", tickvals=[0.1, 0.2, 0.3, 0.5, 1, 2])
    return figure
