"""The figures of the fit counter: the ledger as cells, and what grows fastest."""

from threading import Lock
from typing import Any

import numpy as np
import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, new_figure
from core.validation.fits.lab import VALUES_OF_ANOTHER, FitCountResult
from core.validation.fits.plan import DRAWN, HALVINGS
from core.validation.fits.words import noun_of, say_count
from core.wording import count

MOST_ACROSS = 12
"""Candidates side by side whose cells have room for a number, on a phone too."""
ORDER_SCALE = [[0.0, "#d3e3ee"], [1.0, "#6fa8cf"]]
"""From the first fit, pale, to the last; opaque and never dark, so that one ink shows on every cell."""
INK_ON_CELLS = "#14222e"
LINES = {
    "parameter": (
        f"one more parameter, {VALUES_OF_ANOTHER} values", COLOURS["positive"], "solid", "circle",
    ),
    "value": ("one more value of the first", COLOURS["good"], "dash", "square"),
    "fold": ("one more fold", COLOURS["validation"], "dot", "diamond"),
}  # fmt: skip


def _what_was_run(result: FitCountResult) -> object:
    return result.spec.ledger


@cached(LRUCache(maxsize=32), key=_what_was_run, lock=Lock())
def plot_ledger(result: FitCountResult) -> go.Figure:
    """Draw every model as a cell: which candidate, which fold, and when it was fitted."""
    models, noun = result.models, noun_of(result.spec.what)[0]
    rows: list[Any] = list(models.itertuples(index=False))
    labels = [_name_row(result, row) for row in rows]
    names = list(dict.fromkeys(sorted(labels, key=lambda pair: pair[0])))
    place = {name: number for number, (_, name) in enumerate(names)}
    shape = (len(names), int(models["candidate"].max()))
    order, hover = np.full(shape, np.nan), np.full(shape, "", dtype=object)
    for (_, name), row in zip(labels, rows, strict=True):
        cell = place[name], row.candidate - 1
        order[cell] = row.number
        hover[cell] = f"{noun} {row.candidate}: {row.setting}<br>{name}, {count(row.n_rows)} rows"
    figure = new_figure(
        title=_name_ledger(result),
        x_label=f"number of the {noun}",
        y_label="",
        height=int(min(130 + 26 * len(names), 620)),
    )
    figure.add_heatmap(
        z=order,
        x=list(range(1, shape[1] + 1)),
        y=list(range(len(names))),
        customdata=hover,
        colorscale=ORDER_SCALE,
        showscale=False,
        xgap=1.5 if shape[1] <= 100 else 0,
        ygap=1.5 if len(names) <= 60 else 0,
        texttemplate="%{z}" if shape[1] <= MOST_ACROSS else None,
        textfont={"color": INK_ON_CELLS},
        hovertemplate="model %{z}<br>%{customdata}<extra></extra>",
        hoverongaps=False,
    )
    figure.update_xaxes(**_whole_ticks(shape[1]), showgrid=False)
    figure.update_yaxes(autorange="reversed", showgrid=False, **_name_ticks([n for _, n in names]))
    return figure


def _name_row(result: FitCountResult, row: Any) -> tuple[tuple[int, ...], str]:
    """Return where the row of a cell stands, and its name."""
    outer = f"outer {row.outer}, " if row.outer else ""
    if row.is_refit:
        return (row.outer, 10**6), f"{outer}last fit" if outer else "last fit, all rows"
    round_ = f"round {row.round}, " if result.spec.what in HALVINGS else ""
    return (row.outer, row.round, row.fold), f"{outer}{round_}fold {row.fold}"


def _name_ledger(result: FitCountResult) -> str:
    """Return the title: a finding short enough for a phone."""
    noun = noun_of(result.spec.what)
    folds = say_count(result.n_folds, ("fold", "folds"))
    if result.n_outer > 1:
        return f"The whole search, {result.n_outer} times over"
    if result.n_rounds > 1:
        return f"{result.n_rounds} rounds, each with fewer candidates"
    if result.spec.what == "cross_validate":
        return f"One model for each of {folds}"
    last = ", and one last fit" if result.n_refits else ""
    return f"{say_count(result.n_candidates, noun)} × {folds}{last}"


def _whole_ticks(high: int) -> dict[str, Any]:
    return {"dtick": max(1, round(high / 7)), "tick0": 1, "tickangle": 0}


def _name_ticks(names: list[str]) -> dict[str, Any]:
    """Name as many rows as stand below each other without touching."""
    stride = max(1, -(-len(names) // 22))
    shown = list(range(0, len(names), stride))
    return {"tickvals": shown, "ticktext": [names[place] for place in shown]}


def _what_grows(result: FitCountResult) -> object:
    return result.spec.ledger


@cached(LRUCache(maxsize=32), key=_what_grows, lock=Lock())
def plot_growth(result: FitCountResult) -> go.Figure:
    """Draw how the number of models grows with values, folds and parameters."""
    figure = new_figure(
        title=_name_growth(result),
        x_label="how many more",
        y_label="models, by rule (log scale)",
        height=400,
    )
    for what, (name, colour, dash, symbol) in LINES.items():
        line = result.growth[result.growth["what"] == what]
        if line.empty:
            continue
        figure.add_scatter(
            x=line["more"],
            y=line["n_fits"],
            name=name,
            mode="lines+markers",
            line={"color": colour, "dash": dash, "width": 2.5},
            marker={"symbol": symbol, "size": 9, "color": colour},
            customdata=[count(n) for n in line["n_fits"]],
            hovertemplate=f"{name}, %{{x}} times: %{{customdata}} models<extra></extra>",
        )
    figure.update_yaxes(type="log", dtick=1, minor={"dtick": "D1", "showgrid": False})
    figure.update_layout(
        legend={"orientation": "h", "yanchor": "top", "y": -0.22, "xanchor": "left", "x": 0}
    )
    return figure.update_xaxes(dtick=1)


def _name_growth(result: FitCountResult) -> str:
    has_parameters = (result.growth["what"] == "parameter").any()
    if not has_parameters:
        return "Each further fold adds the same"
    if result.spec.what in DRAWN:
        return "More parameters, but not more draws"
    return "A parameter multiplies, a fold only adds"
