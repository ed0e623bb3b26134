"""Three spreads on one axis, all ways to estimate against the truth, and what more rows bring."""

from threading import Lock

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, new_figure
from core.scene import Meaning
from core.validation.risk.lab import RiskResult
from core.validation.risk.words import points

ROWS: dict[str, tuple[str, Meaning, str]] = {
    "data": ("other datasets", "variance", "circle"),
    "shuffle": ("your rows,<br>dealt anew", "test", "square"),
    "fold": ("your folds", "noise", "diamond"),
}
"""From below to above: name, colour and symbol of each spread."""
MOST_DOTS = 200


def _key(result: RiskResult) -> object:
    return result.spec


@cached(LRUCache(maxsize=32), key=_key, lock=Lock())
def plot_spreads(result: RiskResult) -> go.Figure:
    """Draw the three spreads at this k above one another, with the true error of one's own model."""
    figure = new_figure(
        title=f"Other rows would move it by {points(result.data_sd)}",
        x_label="cross-validated error (%)",
        y_label="",
        height=340,
    )
    # Only for where a dot stands, so that dots do not hide each other.
    rng = np.random.default_rng(0)
    for level, (spread, (name, meaning, symbol)) in enumerate(ROWS.items()):
        errors = result.strips.loc[result.strips["spread"] == spread, "error"].head(MOST_DOTS)
        figure.add_scatter(
            x=100 * errors,
            y=level + rng.uniform(-0.28, 0.28, len(errors)),
            mode="markers",
            marker={"color": COLOURS[meaning], "symbol": symbol, "size": 7, "opacity": 0.5},
            name=name.replace("<br>", " "),
            hovertemplate="%{x:.1f} %<extra>" + name.replace("<br>", " ") + "</extra>",
        )
    figure.add_vline(
        x=100 * result.my_truth,
        line={"color": COLOURS["good"], "width": 2, "dash": "dash"},
        annotation={"text": "\u2002your true error\u2002", "font": {"color": COLOURS["good"]}},
        annotation_position=_free_side(result),
    )
    names = [name for name, _, _ in ROWS.values()]
    figure.update_yaxes(tickvals=list(range(len(names))), ticktext=names, range=[-0.5, 2.6])
    return figure.update_layout(showlegend=False)


@cached(LRUCache(maxsize=32), key=lambda result: result.spec.table, lock=Lock())
def plot_own(result: RiskResult) -> go.Figure:
    """Draw what one's own table shows on the axis of the three spreads; the third row stays empty."""
    figure = new_figure(
        title=f"Dealt anew, it moves by {points(result.own_shuffle_sd)}",
        x_label="cross-validated error (%)",
        y_label="",
        height=300,
    )
    first = result.own.loc[result.own["dealing"] == 1, "error"]
    parts = {"fold": first, "shuffle": result.own.groupby("dealing")["error"].mean()}
    rng = np.random.default_rng(0)  # only for where a dot stands
    for level, (spread, (name, meaning, symbol)) in enumerate(ROWS.items()):
        if spread == "data":
            continue
        figure.add_scatter(
            x=100 * parts[spread],
            y=level + rng.uniform(-0.2, 0.2, len(parts[spread])),
            mode="markers",
            marker={"color": COLOURS[meaning], "symbol": symbol, "size": 8, "opacity": 0.6},
            name=name.replace("<br>", " "),
            hovertemplate="%{x:.1f} %<extra>" + name.replace("<br>", " ") + "</extra>",
        )
    figure.add_annotation(
        x=100 * result.own_error,
        y=0,
        text="one table cannot show this",
        showarrow=False,
        font={"color": COLOURS["variance"]},
    )
    names = [name for name, _, _ in ROWS.values()]
    figure.update_yaxes(tickvals=list(range(len(names))), ticktext=names, range=[-0.5, 2.5])
    return figure.update_layout(showlegend=False)


@cached(LRUCache(maxsize=32), key=lambda result: result.spec.trials, lock=Lock())
def plot_schemes(result: RiskResult) -> go.Figure:
    """Draw bias and spread of each way to estimate, as distances from the true error."""
    rows = result.schemes.iloc[::-1]
    best = min(result.schemes.to_dict("records"), key=lambda row: row["rmse"])
    figure = new_figure(
        title=f"Nearest to the truth: {_shorten(best['title'])}",
        x_label="score − truth (points)",
        y_label="",
        height=380,
    )
    figure.add_vline(x=0, line={"color": COLOURS["good"], "width": 2, "dash": "dash"})
    figure.add_scatter(
        x=100 * rows["bias"],
        y=rows["title"].map(_shorten),
        mode="markers",
        error_x={"type": "data", "array": 100 * rows["sd"], "color": COLOURS["variance"]},
        marker={"color": COLOURS["bias"], "size": 10, "symbol": "diamond"},
        customdata=100 * np.column_stack([rows["sd"], rows["rmse"]]),
        hovertemplate="bias %{x:+.1f}, spread %{customdata[0]:.1f}, typical miss %{customdata[1]:.1f} points"
        "<extra></extra>",
    )
    return figure.update_layout(showlegend=False)


@cached(LRUCache(maxsize=32), key=lambda result: result.spec.trials, lock=Lock())
def plot_sizes(result: RiskResult) -> go.Figure:
    """Draw the typical miss of a hold-out and of 10 folds against the number of rows."""
    figure = new_figure(
        title="More rows bring both nearer",
        x_label="rows of the dataset",
        y_label="typical miss (points)",
        height=340,
    )
    styles: dict[str, tuple[str, Meaning, str]] = {
        "holdout": ("hold-out, 20 %", "test", "dash"),
        "10-fold": ("10-fold", "validation", "solid"),
    }
    for scheme, (name, meaning, dash) in styles.items():
        rows: pd.DataFrame = result.sizes[result.sizes["scheme"] == scheme]
        figure.add_scatter(
            x=rows["n_rows"],
            y=100 * rows["rmse"],
            mode="lines+markers",
            line={"color": COLOURS[meaning], "dash": dash, "width": 2},
            name=name,
            hovertemplate="%{x} rows: %{y:.1f} points<extra>" + name + "</extra>",
        )
    ticks = sorted(result.sizes["n_rows"].unique())
    figure.update_xaxes(type="log", tickvals=ticks, ticktext=[str(tick) for tick in ticks])
    return figure.update_yaxes(rangemode="tozero")


def _shorten(title: str) -> str:
    """Fit a name beside its mark on a phone."""
    return {
        "Hold-out, 20 % of the rows": "Hold-out",
        "5 blocks, past before future": "Past, then future",
    }.get(title, title)


def _free_side(result: RiskResult) -> str:
    """Return the side of the line on which its name has room."""
    middle = (result.strips["error"].min() + result.strips["error"].max()) / 2
    return "top right" if result.my_truth < middle else "top left"
