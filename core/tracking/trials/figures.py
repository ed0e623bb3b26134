"""The figures of the lesson: the price of each way trial by trial, and the search as its runs tell it."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, SEQUENCE, new_figure
from core.tracking.trials.lab import TrialsResult
from core.tracking.trials.record import WAYS
from core.tracking.trials.words import WAY_NAMES, say_ms

SYMBOLS = {
    "none": "circle",
    "flat": "square",
    "nested": "diamond",
    "callback": "triangle-down",
    "batch": "triangle-up",
    "storage": "x",
}
LEGEND = {"orientation": "h", "yanchor": "top", "y": -0.3, "xanchor": "left", "x": 0}


@cached(LRUCache(maxsize=32), key=lambda result: result.spec.record, lock=Lock())
def plot_price(result: TrialsResult) -> go.Figure:
    """Draw what each trial cost beside its training, by the way of logging."""
    title = f"MLflow's storage: {say_ms(result.storage_first)}, then {say_ms(result.storage_last)}"
    figure = new_figure(
        title=title,
        x_label="trial, in its order",
        y_label="ms beside the training (log)",
        height=420,
    )
    names = {"none": "Not logged", **WAY_NAMES}
    for place, way in enumerate(("none", *WAYS)):
        rows = result.price[result.price["way"] == way]
        colour = COLOURS["positive"] if way == "storage" else SEQUENCE[(place + 3) % len(SEQUENCE)]
        figure.add_scatter(
            x=rows["trial"], y=rows["ms"].clip(lower=0.1), mode="lines+markers", name=names[way],
            line={"color": colour, "width": 2}, marker={"symbol": SYMBOLS[way], "size": 8},
            hovertemplate="trial %{x}: %{y:.3g} ms<extra>" + names[way] + "</extra>",
        )  # fmt: skip
    figure.update_yaxes(type="log", dtick=1)
    figure.update_xaxes(dtick=2)
    return figure.update_layout(legend=LEGEND)


@cached(LRUCache(maxsize=32), key=lambda result: result.spec.record, lock=Lock())
def plot_search(result: TrialsResult) -> go.Figure:
    """Draw the scores of the child runs in the order of the trials; the guessed third is shaded."""
    figure = new_figure(
        title=f"Trial {result.best_trial} is the best: {result.best_value:.4f}",
        x_label="trial, by the name of its run",
        y_label="mean ROC AUC of 3 folds",
        height=340,
    )
    rows = result.runs[(result.runs["way"] == "nested") & result.runs["is_child"]]
    place = ("early", "middle", "late").index(result.spec.guess)
    third = result.n_trials / 3
    figure.add_vrect(
        x0=place * third - 0.5, x1=(place + 1) * third - 0.5, fillcolor=COLOURS["muted"], opacity=0.15,
        line_width=0, annotation_text="your guess", annotation_position="bottom left",
    )  # fmt: skip
    figure.add_scatter(
        x=rows["trial"], y=rows["value"], mode="markers", name="a child run",
        marker={"color": COLOURS["validation"], "size": 10},
        hovertemplate="trial %{x}: %{y:.4f}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=[result.best_trial], y=[result.best_value], mode="markers", name="the best", hoverinfo="skip",
        marker={"symbol": "diamond-open", "size": 18, "color": COLOURS["good"], "line": {"width": 3}},
    )  # fmt: skip
    figure.update_xaxes(dtick=2)
    return figure.update_layout(legend=LEGEND | {"y": -0.36})
