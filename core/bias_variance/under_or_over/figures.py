"""What each remedy changed, and the learning curve at the chosen setting."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.bias_variance.under_or_over.lab import UnderOverResult, loss_of
from core.bias_variance.under_or_over.words import REMEDY_NAMES
from core.charts import COLOURS, DASHES, new_figure

SHADES = {"train": "rgba(128, 134, 143, 0.18)", "validation": "rgba(58, 134, 181, 0.18)"}


@cached(LRUCache(maxsize=32), key=lambda result: result.spec, lock=Lock())
def plot_remedies(result: UnderOverResult) -> go.Figure:
    """Draw the change of the error on new rows by each remedy, with its 95 % interval."""
    loss = loss_of(result)
    applied = result.effects[result.effects["is_applicable"]].sort_values("gain")
    name = REMEDY_NAMES.get(result.best_remedy)
    figure = new_figure(
        title=f"“{name}” helps most" if name else "No remedy helps for sure",
        x_label=f"change of error ({loss.step})",
        y_label="",
        height=110 + 50 * max(len(applied), 1),
    )
    figure.add_vline(x=0, line={"color": COLOURS["good"], "width": 2, "dash": "dash"})
    for row in applied.to_dict("records"):
        helps, harms = row["low"] > 0, row["high"] < 0
        colour = COLOURS["good" if helps else "positive" if harms else "muted"]
        figure.add_scatter(
            x=[-loss.drawn(row["gain"])],
            y=[REMEDY_NAMES[row["remedy"]]],
            mode="markers",
            marker={
                "color": colour,
                "size": 11,
                "symbol": "circle" if helps else "x" if harms else "diamond",
            },
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [loss.drawn(row["gain"] - row["low"])],
                "arrayminus": [loss.drawn(row["high"] - row["gain"])],
                "color": colour,
            },
            hovertemplate="%{x:.3g}<extra></extra>",
        )
    return figure.update_layout(showlegend=False)


@cached(LRUCache(maxsize=32), key=lambda result: result.spec, lock=Lock())
def plot_sizes(result: UnderOverResult) -> go.Figure:
    """Draw both errors over the number of rows learnt from, with 95 % bands."""
    loss, sizes = loss_of(result), result.sizes
    last = sizes.iloc[-1]
    figure = new_figure(
        title=f"Gap at the end: {loss.say(float(last['gap']))}",
        x_label="rows learnt from",
        y_label=loss.axis,
        height=340,
    )
    x = sizes["n_train"].tolist()
    parts = (("train", "on rows learnt from"), ("validation", "on new rows"))
    for part, label in parts:
        low, high = (
            [loss.drawn(value) for value in sizes[f"{part}_{end}"]] for end in ("low", "high")
        )
        figure.add_scatter(
            x=x + x[::-1], y=high + low[::-1], fill="toself", fillcolor=SHADES[part],
            mode="lines", line={"width": 0}, hoverinfo="skip", showlegend=False,
        )  # fmt: skip
        figure.add_scatter(
            x=x,
            y=[loss.drawn(value) for value in sizes[part]],
            mode="lines+markers",
            name=label,
            line={"color": COLOURS[part], "dash": DASHES[part], "width": 2.5},  # type: ignore[index]
            hovertemplate="%{x} rows: %{y:.3g}<extra></extra>",
        )
    return figure.update_yaxes(rangemode="tozero")
