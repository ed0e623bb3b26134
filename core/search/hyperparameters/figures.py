"""The figures of the lesson: the knob turned, and what moves when the rows change."""

from threading import Lock

import numpy as np
import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, new_figure
from core.safe_text import plot
from core.search.hyperparameters.lab import HyperparametersResult
from core.search.hyperparameters.quantities import QUANTITIES
from core.search.hyperparameters.words import KNOB_TITLES, say_setting
from core.stage import Meaning
from core.wording import significant

SHORT = tuple(quantity.short for quantity in QUANTITIES)


@cached(
    LRUCache(maxsize=32), key=lambda result: (result.spec.training, result.spec.knob), lock=Lock()
)
def plot_errors(result: HyperparametersResult) -> go.Figure:
    """Draw the errors on train and validation rows along the knob, with the choice of each."""
    turned = result.errors[result.errors["knob"] == result.spec.knob]
    texts = [significant(setting) for setting in turned["setting"]]
    figure = new_figure(
        title=f"Train rows choose {say_setting(result, result.by_train)}",
        x_label=f"{KNOB_TITLES[result.spec.knob].split(': ')[1]}: from rigid to flexible",
        y_label=f"error, {plot(result.unit)}" if result.unit else "error",
        height=400,
    )
    looks: tuple[tuple[str, str, Meaning, str, float], ...] = (
        ("train", "on the train rows", "train", "dot", result.by_train),
        ("validation", "on validation rows", "validation", "solid", result.by_validation),
    )
    for name, label, meaning, dash, chosen in looks:
        figure.add_scatter(
            x=texts, y=turned[name], mode="lines+markers", name=label,
            line={"color": COLOURS[meaning], "dash": dash, "width": 2.5}, marker={"size": 5},
            hovertemplate="%{x}: %{y:.4g}<extra>" + label + "</extra>",
        )  # fmt: skip
        here = turned[turned["setting"] == chosen]
        figure.add_scatter(
            x=[significant(chosen)], y=here[name], mode="markers", name=f"smallest {label}", cliponaxis=False,
            marker={
                "size": 15, "color": COLOURS[meaning],
                "symbol": "square" if name == "train" else "diamond",
            },
            hoverinfo="skip",
        )  # fmt: skip
    figure.update_xaxes(type="category")
    figure.update_yaxes(rangemode="tozero")
    return figure.update_layout(
        legend={"orientation": "h", "yanchor": "top", "y": -0.25, "xanchor": "left", "x": 0}
    )


@cached(LRUCache(maxsize=32), key=lambda result: result.spec.training, lock=Lock())
def plot_moves(result: HyperparametersResult) -> go.Figure:
    """Draw how far each number moves from one half of the rows to the other, beside its size."""
    table = result.quantities
    these, others = (table[name].to_numpy() for name in ("these_rows", "other_rows"))
    size = np.maximum(np.abs(these), np.abs(others))
    moves = np.abs(others - these) / np.where(size > 0, size, 1.0)
    figure = new_figure(
        title=f"Other rows: {result.n_found_moved} move, {result.n_chosen - result.n_chosen_moved} stay",
        x_label="change between halves",
        y_label="a number of a model",
        height=440,
    )
    looks: tuple[tuple[str, str, Meaning, str], ...] = (
        ("found", "the fit finds it", "good", ""),
        ("chosen", "you choose it", "positive", "/"),
    )
    for kind, label, meaning, pattern in looks:
        which = (table["kind"] == kind).to_numpy()
        figure.add_bar(
            x=moves[which],
            y=[SHORT[at] for at in np.flatnonzero(which)],
            orientation="h",
            name=label,
            text=[f"{100 * move:.0f}\u202f%" for move in moves[which]],
            textposition="outside",
            cliponaxis=False,
            marker={"color": COLOURS[meaning], "pattern": {"shape": pattern}},
            hovertemplate="%{y}: %{x:.0%}<extra></extra>",
        )
    figure.update_xaxes(tickformat=".0%", range=[0, 1.25 * float(moves.max())], nticks=5)
    figure.update_yaxes(categoryorder="array", categoryarray=list(reversed(SHORT)))
    return figure.update_layout(
        legend={"orientation": "h", "yanchor": "top", "y": -0.2, "xanchor": "left", "x": 0}
    )
