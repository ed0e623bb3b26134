"""The pictures of an explained winner."""

from threading import Lock

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.automl.explain.view import ExplainResult
from core.charts import COLOURS, new_figure
from core.datasets import load_dataset
from core.safe_text import plot

MOST_BARS = 12
"""Real columns in a picture; the two of noise are always there."""
MOST_PARTS = 8
NOISE = {"shape": "/", "fgcolor": COLOURS["ink"], "bgcolor": "rgba(0,0,0,0)"}
SHORT = 26


def what_is_drawn(result: ExplainResult) -> object:
    """Return what a figure depends on: the settings alone."""
    return result.spec


def name_rise(result: ExplainResult) -> str:
    """Return what a rise is measured in."""
    dataset = load_dataset(result.spec.data)
    if dataset.task != "regression":
        return "AUC lost when shuffled"
    unit = (dataset.column(str(dataset.target)).unit or "").split(" (")[0]
    return f"RMSE gained when shuffled{f' ({plot(unit)})' if unit else ''}"


def _short(name: str) -> str:
    return plot(name if len(name) <= SHORT else name[: SHORT - 1] + "…")


def name_axis(columns: pd.Series) -> list[str]:
    """Return axis names that stay apart though they are cut."""
    names: list[str] = []
    for name in columns:
        short = _short(str(name))
        while short in names:
            short += "\u200b"
        names.append(short)
    return names


def _choose_bars(columns: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the highest real columns and both controls, the highest last: Plotly draws from below."""
    real = columns[~columns["is_control"]].nlargest(MOST_BARS, by)
    kept = pd.concat([real, columns[columns["is_control"]]])
    return kept.sort_values(by, kind="stable")


def _bars(table: pd.DataFrame, value: str, *, is_bright: pd.Series) -> go.Bar:
    noise = table["is_control"].to_numpy()
    colours = np.where(noise, COLOURS["noise"], COLOURS["validation"])
    return go.Bar(
        x=table[value],
        y=name_axis(table["column"]),
        orientation="h",
        marker={
            "color": colours.tolist(),
            "opacity": np.where(is_bright | noise, 1.0, 0.35).tolist(),
            "pattern": {"shape": np.where(noise, "/", "").tolist(), "solidity": 0.4},
        },
        hovertemplate="%{y}: %{x:.4g}<extra></extra>",
    )


@cached(LRUCache(maxsize=32), key=what_is_drawn, lock=Lock())
def plot_columns(result: ExplainResult) -> go.Figure:
    """Draw what shuffling each column costs, with the reach of noise as a band."""
    table = _choose_bars(result.columns, "rise")
    figure = new_figure(
        title=f"{result.n_above} of {result.n_columns} columns beat the noise",
        x_label=name_rise(result),
        y_label="",
        height=140 + 30 * len(table),
    )
    bars = _bars(table, "rise", is_bright=table["is_above"])
    bars.error_x = {
        "type": "data",
        "symmetric": False,
        "array": table["high"] - table["rise"],
        "arrayminus": table["rise"] - table["low"],
        "color": COLOURS["ink"],
        "thickness": 1.5,
    }
    figure.add_trace(bars)
    low = min(0.0, float(table["low"].min()))
    figure.add_vrect(
        x0=low, x1=result.ceiling, fillcolor=COLOURS["noise"], opacity=0.15, line_width=0
    )
    return figure.update_layout(showlegend=False)


@cached(LRUCache(maxsize=32), key=what_is_drawn, lock=Lock())
def plot_built_in(result: ExplainResult) -> go.Figure:
    """Draw the model's own list, in which noise can stand high."""
    table = _choose_bars(result.columns, "built_in")
    figure = new_figure(
        title=f"Its own list: noise gets {100 * result.controls_built_in:.0f} %",
        x_label="share of its own list",
        y_label="",
        height=140 + 30 * len(table),
    )
    figure.add_trace(_bars(table, "built_in", is_bright=table["is_above"]))
    figure.update_xaxes(tickformat=".0%", rangemode="tozero")
    return figure.update_layout(showlegend=False)


def name_scale(result: ExplainResult) -> str:
    """Return in what a prediction is taken apart, with its unit."""
    if result.scale != "number":
        return result.scale
    dataset = load_dataset(result.spec.data)
    unit = (dataset.column(str(dataset.target)).unit or "").split(" (")[0]
    return f"predicted {plot(dataset.target)}{f' ({plot(unit)})' if unit else ''}"


@cached(LRUCache(maxsize=32), key=what_is_drawn, lock=Lock())
def plot_row(result: ExplainResult) -> go.Figure:
    """Draw the way from the base to the prediction of one row."""
    table, others = result.part.head(MOST_PARTS), result.part.iloc[MOST_PARTS:]
    cells = [f"{name} = {text}" for name, text in zip(table["column"], table["text"], strict=True)]
    names = [
        "base",
        *cells,
        *([f"{len(others)} other columns"] if len(others) else []),
        "prediction",
    ]
    steps = [*table["value"], *([others["value"].sum()] if len(others) else [])]
    figure = new_figure(
        title="From the base to this prediction",
        x_label=name_scale(result),
        y_label="",
        height=140 + 30 * len(names),
    )
    figure.add_trace(
        go.Waterfall(
            orientation="h",
            measure=["absolute", *["relative"] * len(steps), "total"],
            y=name_axis(pd.Series(names)),
            x=[result.row_base, *steps, 0.0],
            increasing={"marker": {"color": COLOURS["positive"]}},
            decreasing={"marker": {"color": COLOURS["negative"]}},
            totals={"marker": {"color": COLOURS["muted"]}},
            connector={"line": {"color": COLOURS["muted"], "width": 1}},
            hovertemplate="%{y}: %{delta:+.4g}<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed")
    return figure.update_layout(showlegend=False)


@cached(LRUCache(maxsize=32), key=what_is_drawn, lock=Lock())
def plot_values(result: ExplainResult) -> go.Figure:
    """Draw what the columns add in all rows that were taken apart; colour tells the size of the cell."""
    sizes = result.marks.groupby("column")["value"].apply(lambda values: values.abs().mean())
    order = sizes.sort_values(ascending=False).index[:MOST_PARTS]
    figure = new_figure(
        title=f"{plot(_short(str(order[0])))} moves predictions most",
        x_label=f"what the column adds ({'log odds' if result.scale == 'log odds' else result.scale})",
        y_label="",
        height=140 + 36 * len(order),
    )
    jitter = np.random.default_rng(0).uniform(-0.3, 0.3, result.marks["row"].max() + 1)
    for place, name in enumerate(reversed(order)):
        here = result.marks[result.marks["column"] == name]
        figure.add_scatter(
            x=here["value"],
            y=place + jitter[here["row"].to_numpy()],
            mode="markers",
            customdata=here["text"].map(plot),
            marker={
                "size": 7,
                "color": here["size"].fillna(0.5),
                "cmin": 0,
                "cmax": 1,
                "colorscale": [[0, COLOURS["negative"]], [1, COLOURS["positive"]]],
                "opacity": 0.75,
            },
            hovertemplate=f"{_short(str(name))} = %{{customdata}}: %{{x:+.4g}}<extra></extra>",
        )
    figure.update_yaxes(
        tickvals=list(range(len(order))), ticktext=name_axis(pd.Series(order[::-1])), showgrid=False
    )
    figure.add_vline(x=0, line_width=1, line_color=COLOURS["ink"])
    return figure.update_layout(showlegend=False)
