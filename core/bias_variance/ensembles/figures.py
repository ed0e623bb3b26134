"""All ensembles beside one another, what more members bring, and a table whose truth nobody knows."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.bias_variance.ensembles.resampling import RESAMPLED
from core.bias_variance.ensembles.training import MEMBERS
from core.bias_variance.ensembles.trees import NO_LIMIT
from core.bias_variance.ensembles.view import EnsemblesResult
from core.bias_variance.ensembles.words import TITLES
from core.charts import COLOURS, new_figure
from core.wording import percent, significant

BELOW: dict[str, object] = {
    "x": 0, "xanchor": "left", "yanchor": "top", "traceorder": "normal",
}  # fmt: skip
"""A legend under the picture: long names leave no room for the title on a phone."""


def _key(result: EnsemblesResult) -> object:
    return result.spec


def _fill(colour: str, pattern: str) -> dict[str, object]:
    """Return a bar's colour with lines over it, so that colour is not the only cue."""
    lines = {"shape": pattern, "fillmode": "overlay", "size": 7, "solidity": 0.25}
    return {"color": colour, "pattern": lines}


@cached(LRUCache(maxsize=64), key=_key, lock=Lock())
def plot_rivals(result: EnsemblesResult) -> go.Figure:
    """Draw the parts of the error of all four at this depth, one bar each."""
    rows = result.rivals.iloc[::-1]
    best = TITLES[result.rivals["method"].iloc[int(result.rivals["total"].argmin())]]
    figure = new_figure(
        title=f"Least error at this depth: {best.lower()}",
        x_label="squared error",
        y_label="",
        height=350,
    )
    names = [TITLES[method] for method in rows["method"]]
    parts = (
        ("noise", "noise", [result.noise] * len(rows), ""),
        ("bias²", "bias", [max(value, 0.0) for value in rows["bias2"]], ""),
        ("variance", "variance", rows["variance"].tolist(), "/"),
    )
    for name, meaning, widths, pattern in parts:
        figure.add_bar(
            x=widths,
            y=names,
            orientation="h",
            name=name,
            marker=_fill(COLOURS[meaning], pattern),  # type: ignore[index]
            hovertemplate="%{x:.3f}<extra>" + name + "</extra>",
        )
    figure.add_scatter(
        x=rows["total"],
        y=names,
        mode="markers",
        name="sum",
        marker={"color": COLOURS["ink"], "symbol": "line-ns-open", "size": 14},
        error_x={"type": "data", "array": rows["total_se"], "color": COLOURS["ink"]},
        showlegend=False,
        hovertemplate="%{x:.3f}<extra>sum</extra>",
    )
    return figure.update_layout(barmode="stack", legend=BELOW | {"y": -0.3})


@cached(LRUCache(maxsize=64), key=_key, lock=Lock())
def plot_growth(result: EnsemblesResult) -> go.Figure:
    """Draw the variance of a bag as it grows, the law, and what no number of members can go below."""
    rows = result.growth
    first, last = (significant(float(rows["variance"].iloc[at]), 2) for at in (0, -1))
    figure = new_figure(
        title=f"{MEMBERS[-1]} trees: variance {first} → {last}",
        x_label="trees in the bag",
        y_label="variance",
        height=340,
    )
    figure.add_scatter(
        x=rows["members"],
        y=rows["variance"],
        mode="markers",
        name="measured",
        marker={"color": COLOURS["variance"], "size": 9},
        error_y={"type": "data", "array": rows["variance_se"], "color": COLOURS["variance"]},
        hovertemplate="%{x} trees: %{y:.4f}<extra>measured</extra>",
    )
    if result.noise > 0:
        figure.add_scatter(
            x=rows["members"],
            y=rows["law"],
            mode="lines",
            name="law",
            line={"color": COLOURS["ink"], "width": 2, "dash": "dash"},
            hovertemplate="%{x} trees: %{y:.4f}<extra>law</extra>",
        )
        figure.add_hline(
            y=max(result.floor, 0.0),
            line={"color": COLOURS["muted"], "width": 2, "dash": "dot"},
            annotation={"text": "endlessly many", "font": {"color": COLOURS["muted"]}},
            annotation_position="bottom right",
        )
    figure.update_yaxes(rangemode="tozero")
    return figure.update_xaxes(tickvals=list(MEMBERS))


@cached(LRUCache(maxsize=64), key=_key, lock=Lock())
def plot_table(result: EnsemblesResult) -> go.Figure:
    """Draw what resampling tells of single trees, bags and boosts on a table of unknown truth."""
    rows = result.table.iloc[::-1]
    strong = result.table[result.table["depth"] == NO_LIMIT].set_index("method")["variance"]
    tree, bag = (percent(float(strong[method]), 0) for method in RESAMPLED[:2])
    figure = new_figure(
        title=f"A bag takes variance from {tree} to {bag}",
        x_label="error (% of saying the mean)",
        y_label="",
        height=430,
    )
    names = [
        f"{TITLES[method]},<br>{'stumps' if depth == 1 else 'no limit'}"
        for method, depth in zip(rows["method"], rows["depth"], strict=True)
    ]
    for name, part, meaning, pattern in (
        ("noise and bias² together", "noise_and_bias2", "bias", "x"),
        ("variance", "variance", "variance", "/"),
    ):
        figure.add_bar(
            x=100 * rows[part],
            y=names,
            orientation="h",
            name=name,
            marker=_fill(COLOURS[meaning], pattern),  # type: ignore[index]
            hovertemplate="%{x:.0f} %<extra>" + name + "</extra>",
        )
    figure.add_scatter(
        x=100 * rows["error"],
        y=names,
        mode="markers",
        marker={"color": COLOURS["ink"], "symbol": "line-ns-open", "size": 14},
        error_x={"type": "data", "array": 100 * rows["error_se"], "color": COLOURS["ink"]},
        showlegend=False,
        hovertemplate="%{x:.0f} %<extra>error</extra>",
    )
    return figure.update_layout(barmode="stack", legend=BELOW | {"y": -0.22})
