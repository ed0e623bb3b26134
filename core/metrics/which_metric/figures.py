"""The figures of the lesson: ranks by metric, what each choice costs, F1's price, and the quarrels."""

from threading import Lock

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, new_figure
from core.metrics.which_metric.lab import WhichMetricResult
from core.metrics.which_metric.quarrels import SIDES
from core.metrics.which_metric.summaries import NONE
from core.metrics.which_metric.words import (
    MODELS,
    SHORT_MODELS,
    name_metric,
    say_money,
    say_range,
)
from core.safe_text import plot
from core.wording import count, significant

HEIGHT = 430
PALE = [[0.0, "#b9c0c8"], [0.25, "#8ea3b3"], [0.5, "#6792ae"], [0.75, "#4a82a8"], [1.0, "#24658f"]]
"""From the last place to the first; white numbers are readable on all but the last."""
VERDICTS = {
    "agree": ("agree", "muted", "circle-open"),
    "unsure": ("disagree, may be luck", "validation", "circle"),
    "opposite": ("disagree beyond doubt", "positive", "diamond"),
}


def _key(result: WhichMetricResult) -> object:
    return result.spec


def draw_contest(result: WhichMetricResult) -> dict[str, go.Figure]:
    """Return the two figures of the contest by name; they stand side by side."""
    return {"ranks": plot_ranks(result), "extras": plot_extras(result)}


@cached(LRUCache(maxsize=32), key=_key, lock=Lock())
def plot_ranks(result: WhichMetricResult) -> go.Figure:
    """Draw which place each metric gives to each model; the bill stands first."""
    figure = new_figure(
        title=_title_ranks(result),
        x_label="models, cheapest first",
        y_label="",
        height=HEIGHT,
    )
    metrics = list(dict.fromkeys(result.scores["metric"]))
    wide = result.scores.pivot(index="metric", columns="model", values="rank").loc[metrics]
    wide = wide.iloc[:, np.argsort(wide.loc["cost"].to_numpy(), kind="stable")]
    places = wide.to_numpy()
    values = result.scores.pivot(index="metric", columns="model", values="value").loc[
        metrics, wide.columns
    ]
    figure.add_heatmap(
        z=np.where(places > 0, result.n_models + 1.0 - places, np.nan),
        x=[SHORT_MODELS[str(model)] for model in wide.columns],
        y=[name_metric(metric) for metric in metrics],
        zmin=1,
        zmax=result.n_models,
        colorscale=PALE,
        showscale=False,
        xgap=2,
        ygap=2,
        text=np.where(places > 0, places.astype(str), "–"),
        texttemplate="%{text}",
        textfont={"size": 15, "color": "#ffffff"},
        customdata=[[_say_value(value) for value in row] for row in values.to_numpy()],
        hovertemplate="%{y}: %{x} is place %{text}, with %{customdata}<extra></extra>",
    )
    _mark_undefined(figure, places)
    figure.update_yaxes(autorange="reversed", showgrid=False, fixedrange=True)
    return figure.update_xaxes(showgrid=False, fixedrange=True, autotickangles=[0, -40])


def _title_ranks(result: WhichMetricResult) -> str:
    other = result.n_metrics - result.n_same
    if other == 0:
        return "All metrics choose as the bill does"
    verb = "metrics chooses" if other == 1 else "metrics choose"
    return f"{other} of {result.n_metrics} {verb} another model"


def _mark_undefined(figure: go.Figure, places: np.ndarray) -> None:
    across, down = np.nonzero(places.T == 0)
    figure.add_scatter(
        x=across,
        y=down,
        mode="text",
        text=["–"] * len(across),
        textfont={"size": 15, "color": COLOURS["muted"]},
        hovertemplate="undefined: no alarm from 0.5 on<extra></extra>",
        showlegend=False,
    )


@cached(LRUCache(maxsize=32), key=_key, lock=Lock())
def plot_extras(result: WhichMetricResult) -> go.Figure:
    """Draw what the choice of each metric costs more than the choice of the bill, with 95 %."""
    figure = new_figure(
        title="What each choice costs more",
        x_label=f"{plot(result.unit)} more for 1 000 {plot(result.row_noun[1])}",
        y_label="",
        height=HEIGHT,
    )
    choices = result.choices
    for is_same, name, colour, symbol in (
        (True, "same model", COLOURS["good"], "circle"),
        (False, "another model", COLOURS["positive"], "diamond"),
    ):
        some = choices[(choices["model"] == result.chosen) == is_same]
        figure.add_scatter(
            x=some["extra"],
            y=[name_metric(metric) for metric in some["metric"]],
            mode="markers",
            name=name,
            marker={"color": colour, "symbol": symbol, "size": 11},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": some["high"] - some["extra"],
                "arrayminus": some["extra"] - some["low"],
                "thickness": 2,
                "width": 5,
            },
            customdata=[
                f"{MODELS[str(row['model'])]}, {say_money(result, row['extra'])} more "
                f"({say_range(result, row['low'], row['high'])})"
                for row in some.to_dict("records")
            ],
            hovertemplate="%{y} chooses %{customdata}<extra></extra>",
        )
    figure.add_vline(x=0, line={"color": COLOURS["ink"], "dash": "dot", "width": 1.5})
    metrics = [name_metric(metric) for metric in choices["metric"]]
    figure.update_yaxes(
        categoryorder="array", categoryarray=metrics[::-1], range=[-0.6, len(metrics) - 0.4]
    )
    return figure


@cached(LRUCache(maxsize=32), key=_key, lock=Lock())
def plot_f1_price(result: WhichMetricResult) -> go.Figure:
    """Draw the price of a miss that F1 implies at each F1, the models on it, and the learner's price."""
    figure = new_figure(
        title="F1 has a price for misses, and it moves",
        x_label="F1 of the model at 0.5",
        y_label="price of a miss, in false alarms",
    )
    f1 = np.linspace(0.02, 1, 99)
    figure.add_scatter(
        x=f1,
        y=2 / f1 - 1,
        mode="lines",
        line={"color": COLOURS["validation"], "width": 2},
        hovertemplate="F1 %{x:.2f}: a miss counts as %{y:.3g} false alarms<extra></extra>",
    )
    known = result.prices.dropna(subset="price")
    figure.add_scatter(
        x=known["f1"],
        y=known["price"],
        mode="markers",
        marker={"color": COLOURS["positive"], "size": 11, "symbol": "diamond"},
        text=[MODELS[str(model)] for model in known["model"]],
        hovertemplate="%{text}: F1 %{x:.3f}, a miss counts as %{y:.3g} false alarms<extra></extra>",
    )
    if result.cost_over > 0 and result.cost_under > 0:
        yours = result.cost_under / result.cost_over
        figure.add_hline(y=yours, line={"color": COLOURS["good"], "dash": "dash", "width": 2})
        figure.add_annotation(
            x=1,
            y=float(np.log10(yours)),  # on a logarithmic axis notes are placed by their logarithm
            xanchor="right",
            yanchor="bottom",
            text=f"your prices: {significant(yours)}",
            font={"color": COLOURS["good"], "size": 13},
            showarrow=False,
        )
    figure.update_yaxes(type="log", dtick=1, range=_price_range(result))
    figure.update_xaxes(range=[-0.02, 1.02])
    return figure.update_layout(showlegend=False)


def _price_range(result: WhichMetricResult) -> list[float]:
    """Return the ends of the axis, as powers of ten, with room for every price."""
    prices = [1.0, 100.0, *result.prices["price"].dropna()]
    if result.cost_over > 0 and result.cost_under > 0:
        prices.append(result.cost_under / result.cost_over)
    return [float(np.log10(min(prices))) - 0.15, float(np.log10(max(prices))) + 0.2]


@cached(LRUCache(maxsize=32), key=_key, lock=Lock())
def plot_pairs(result: WhichMetricResult) -> go.Figure:
    """Draw every pair of models by how much its winner in the first metric wins, or loses, in the second."""
    first, second = SIDES[result.dispute]
    unit = f" ({plot(result.target_unit)})" if result.target_unit else ""
    figure = new_figure(
        title=f"{count(result.n_disagreeing)} of {count(result.n_pairs)} pairs are ranked oppositely",
        x_label=f"{first}: its favourite is better by{unit}",
        y_label=f"{second}: that model is better by{unit}",
        height=420,
    )
    for verdict, (name, colour, symbol) in VERDICTS.items():
        some = result.pairs[result.pairs["verdict"] == verdict]
        figure.add_scatter(
            x=some["gap_1"],
            y=some["gap_2"],
            mode="markers",
            name=name,
            marker={"color": COLOURS[colour], "symbol": symbol, "size": 9},  # type: ignore[index]
            text=_name_pairs(some),
            hovertemplate="%{text}<br>%{x:.3g}, %{y:.3g}<extra></extra>",
        )
    if result.example != NONE:
        _cross(figure, result.pairs.iloc[result.example])
    figure.add_hline(y=0, line={"color": COLOURS["ink"], "dash": "dot", "width": 1.5})
    return figure.update_layout(legend={"y": -0.22, "yanchor": "top", "x": 0, "xanchor": "left"})


def _name_pairs(pairs: pd.DataFrame) -> list[str]:
    return [
        f"{MODELS[first]} against {MODELS[second]}, split {split}"
        for first, second, split in zip(
            pairs["first"], pairs["second"], pairs["split"], strict=True
        )
    ]


def _cross(figure: go.Figure, pair: pd.Series) -> None:
    """Draw both intervals of the example through its point."""
    bars = {
        f"error_{axis}": {
            "type": "data",
            "symmetric": False,
            "array": [pair[f"high_{side}"] - pair[f"gap_{side}"]],
            "arrayminus": [pair[f"gap_{side}"] - pair[f"low_{side}"]],
            "thickness": 2,
        }
        for axis, side in (("x", 1), ("y", 2))
    }
    figure.add_scatter(
        x=[pair["gap_1"]],
        y=[pair["gap_2"]],
        mode="markers",
        name="the example, with 95 % intervals",
        marker={"color": COLOURS["ink"], "size": 15, "symbol": "circle-open", "line": {"width": 3}},
        hoverinfo="skip",
        **bars,
    )


def _say_value(value: float) -> str:
    return significant(value, 4)
