"""The pictures of other samples, twins, curves and fires."""

from threading import Lock

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.automl.explain.figures import MOST_BARS, name_axis, name_rise, what_is_drawn
from core.automl.explain.view import ExplainResult
from core.charts import COLOURS, new_figure
from core.datasets import load_dataset
from core.safe_text import plot
from core.wording import percent, significant

BARS = {
    "alone": "alone in the table",
    "original": "with a twin: original",
    "twin": "with a twin: its copy",
    "both": "both shuffled together",
}
VERSIONS = {"early": "while it burns", "late": "with repair offers"}


@cached(LRUCache(maxsize=32), key=what_is_drawn, lock=Lock())
def plot_ranks(result: ExplainResult) -> go.Figure:
    """Draw each column's mean rank with the best and the worst of all runs."""
    real = result.part[~result.part["is_control"]].head(MOST_BARS)
    table = pd.concat([real, result.part[result.part["is_control"]]])
    table = table.sort_values("mean", kind="stable")
    noise = table["is_control"].to_numpy()
    figure = new_figure(
        title=f"{result.n_steady} of {result.n_columns} beat the noise every time",
        x_label=f"rank in {result.n_runs} runs (1: most important)",
        y_label="",
        height=140 + 30 * len(table),
    )
    figure.add_scatter(
        x=table["mean"],
        y=name_axis(table["column"]),
        mode="markers",
        marker={
            "size": 11,
            "color": np.where(noise, COLOURS["noise"], COLOURS["validation"]).tolist(),
            "symbol": np.where(noise, "x", "circle").tolist(),
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": table["worst"] - table["mean"],
            "arrayminus": table["mean"] - table["best"],
            "color": COLOURS["ink"],
            "thickness": 2,
        },
        customdata=table[["best", "worst"]].to_numpy(),
        hovertemplate="%{y}: mean %{x:.1f}, from %{customdata[0]} to %{customdata[1]}<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed")
    return figure.update_layout(showlegend=False)


@cached(LRUCache(maxsize=32), key=what_is_drawn, lock=Lock())
def plot_twins(result: ExplainResult) -> go.Figure:
    """Draw the most important column alone, beside a copy, and both together."""
    table = result.part.iloc[::-1]
    colours = {"alone": "muted", "both": "good"}
    figure = new_figure(
        title=_say_twins(result),
        x_label=name_rise(result),
        y_label="",
        height=290,
    )
    figure.add_bar(
        x=table["rise"],
        y=[BARS[str(bar)] for bar in table["bar"]],
        orientation="h",
        marker={
            "color": [COLOURS[colours.get(str(bar), "validation")] for bar in table["bar"]]  # type: ignore[index]
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": table["high"] - table["rise"],
            "arrayminus": table["rise"] - table["low"],
            "color": COLOURS["ink"],
        },
        hovertemplate="%{y}: %{x:.4g}<extra></extra>",
    )
    return figure.update_layout(showlegend=False)


def _say_twins(result: ExplainResult) -> str:
    if result.copy_rise == 0:
        return "The copy is never used"
    lost = 1 - result.original_rise / result.alone_rise if result.alone_rise > 0 else 0.0
    return f"A copy takes {100 * lost:.0f} % of it away"


@cached(LRUCache(maxsize=32), key=what_is_drawn, lock=Lock())
def plot_curve(result: ExplainResult) -> go.Figure:
    """Draw the mean curve (dashed without rows), curves of single rows, and how many rows there are."""
    curve, dataset = result.part, load_dataset(result.spec.data)
    unit = dataset.column(result.moved).unit
    is_number = bool(curve["value"].notna().all())
    across = curve["value"] if is_number else curve["text"].map(plot)
    figure = new_figure(
        title=_say_reach(result),
        x_label=f"{plot(result.moved)}{f' ({plot(unit)})' if unit else ''}",
        y_label=_name_said(result),
        height=430,
    )
    for _, one in result.marks.groupby("row"):
        figure.add_scatter(
            x=one["value"] if is_number else one["text"].map(plot),
            y=one["said"],
            mode="lines",
            line={"width": 1, "color": COLOURS["muted"]},
            opacity=0.35,
            hoverinfo="skip",
        )
    known = curve["is_supported"]
    for mean, dash in ((curve["mean"], "dot"), (curve["mean"].where(known), "solid")):
        figure.add_scatter(
            x=across,
            y=mean,
            mode="lines+markers" if dash == "solid" else "lines",
            connectgaps=False,
            line={"width": 3, "dash": dash, "color": COLOURS["positive"]},
            hovertemplate="%{x}: %{y:.4g}<extra></extra>",
        )
    figure.add_bar(
        x=across,
        y=curve["n_near"],
        yaxis="y2",
        marker={"color": COLOURS["train"], "opacity": 0.5},
        hovertemplate="%{x}: %{y} rows<extra></extra>",
    )
    figure.update_layout(
        showlegend=False,
        xaxis={"anchor": "y2"},
        yaxis={"domain": [0.24, 1]},
        yaxis2={"domain": [0, 0.16], "title": {"text": "rows"}, "anchor": "x", "automargin": True},
    )
    return figure


def _say_reach(result: ExplainResult) -> str:
    """Say between what the mean lies, short enough for a phone."""
    if load_dataset(result.spec.data).task == "regression":
        low, high = significant(result.curve_low), significant(result.curve_high)
    else:
        low, high = percent(result.curve_low), percent(result.curve_high)
    return f"The mean lies between {low} and {high}"


def _name_said(result: ExplainResult) -> str:
    dataset = load_dataset(result.spec.data)
    if dataset.task == "regression":
        unit = (dataset.column(str(dataset.target)).unit or "").split(" (")[0]
        return f"predicted {plot(dataset.target)}{f' ({plot(unit)})' if unit else ''}"
    return f"probability: {plot(dataset.target)} = {plot(dataset.positive)}"


@cached(LRUCache(maxsize=32), key=what_is_drawn, lock=Lock())
def plot_moves(result: ExplainResult) -> go.Figure:
    """Draw what the model says of two more of each, beside what two more really do."""
    table = result.part
    names = [f"two more {name}" for name in table["column"]]
    figure = new_figure(
        title="What the model says, and what happens",
        x_label="change of the damage (thousand EUR)",
        y_label="",
        height=320,
    )
    for name, words, colour, shape in (
        ("true", "what happens", "good", ""),
        ("said", "what the model says", "validation", "/"),
    ):
        figure.add_bar(
            x=table[name],
            y=names,
            orientation="h",
            name=words,
            marker={"color": COLOURS[colour], "pattern": {"shape": shape, "solidity": 0.3}},  # type: ignore[index]
            hovertemplate="%{y}: %{x:+.2f}<extra></extra>",
        )
    figure.add_vline(x=0, line_width=1, line_color=COLOURS["ink"])
    figure.update_yaxes(autorange="reversed")
    return figure


@cached(LRUCache(maxsize=32), key=what_is_drawn, lock=Lock())
def plot_fires(result: ExplainResult) -> go.Figure:
    """Draw what shuffling each column costs on fires, with and without the late column."""
    figure = new_figure(
        title="Which column matters most on fires",
        x_label="RMSE gained when shuffled (thousand EUR)",
        y_label="",
        height=340,
    )
    for version, colour, shape in (("late", "test", "/"), ("early", "validation", "")):
        rows = result.marks[result.marks["version"] == version]
        figure.add_bar(
            x=rows["rise"],
            y=rows["column"],
            orientation="h",
            name=VERSIONS[version],
            marker={"color": COLOURS[colour], "pattern": {"shape": shape, "solidity": 0.3}},  # type: ignore[index]
            hovertemplate="%{y}: %{x:.2f}<extra></extra>",
        )
    figure.update_yaxes(autorange="reversed")
    return figure
