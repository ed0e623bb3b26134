"""The figures of the lesson: what each run holds, and which trials of a search became runs."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, new_figure
from core.tracking.anatomy.lab import WAYS, AnatomyResult
from core.tracking.anatomy.parts import PARTS

SHORT = {"hand": "hand", "auto": "auto", "late": "late", "search": "search"}
LEGEND = {"orientation": "h", "yanchor": "top", "y": -0.16, "xanchor": "left", "x": 0}


@cached(LRUCache(maxsize=64), key=lambda result: result.spec, lock=Lock())
def plot_parts(result: AnatomyResult) -> go.Figure:
    """Draw for each way of logging which things its run holds; the opened run is in bold."""
    figure = new_figure(
        title=f"By hand {result.n_held_hand} of {result.n_parts}, autolog {result.n_held_auto}",
        x_label="way of logging",
        y_label="part of a run",
        height=520,
    )
    here = result.spec.way
    columns = {way: f"<b>{SHORT[way]}</b>" if way == here else SHORT[way] for way in WAYS}
    names = {part: name for part, (name, _) in PARTS.items()}
    looks = (
        (True, "in the run", "circle", COLOURS["good"]),
        (False, "missing", "x-thin-open", COLOURS["positive"]),
    )
    for is_held, label, symbol, colour in looks:
        rows = result.parts[result.parts["is_held"] == is_held]
        figure.add_scatter(
            x=[columns[way] for way in rows["way"]], y=[names[part] for part in rows["part"]],
            mode="markers", name=label,
            marker={"symbol": symbol, "color": colour, "size": 13, "line": {"width": 2, "color": colour}},
            hovertemplate="%{y}: " + label + "<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(categoryorder="array", categoryarray=list(columns.values()), tickangle=0)
    figure.update_yaxes(categoryorder="array", categoryarray=list(reversed(names.values())))
    return figure.update_layout(legend=LEGEND)


@cached(LRUCache(maxsize=32), key=lambda result: result.spec.record, lock=Lock())
def plot_trials(result: AnatomyResult) -> go.Figure:
    """Draw each setting of the search; filled marks are runs of their own."""
    figure = new_figure(
        title=f"{result.n_children} of {result.n_tried} trials became runs",
        x_label="max_depth",
        y_label="mean ROC AUC of 3 folds",
        height=340,
    )
    looks = (
        (True, "a child run", "circle", COLOURS["good"]),
        (False, "only in cv_results.csv", "circle-open", COLOURS["positive"]),
    )
    for is_run, label, symbol, colour in looks:
        rows = result.trials[result.trials["is_run"] == is_run]
        figure.add_scatter(
            x=rows["depth"], y=rows["score"], mode="markers", name=label,
            marker={"symbol": symbol, "color": colour, "size": 12, "line": {"width": 2}},
            hovertemplate="max_depth %{x}: %{y:.4f}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(dtick=1)
    return figure.update_layout(legend=LEGEND | {"y": -0.26})


@cached(LRUCache(maxsize=32), key=lambda result: result.spec.record, lock=Lock())
def plot_curve(result: AnatomyResult) -> go.Figure:
    """Draw the metric that was logged with steps."""
    curve = result.curve
    best = curve.iloc[int(curve["value"].argmax())]
    last = curve["step"].iloc[-1]
    title = (
        "The last value is also the best one"
        if best["step"] == last
        else f"Best at step {best['step']:.0f}, shown is step {last}"
    )
    figure = new_figure(
        title=title, x_label="step: levels of the tree", y_label="roc_auc", height=300
    )
    figure.add_scatter(
        x=curve["step"], y=curve["value"], mode="lines+markers", name="roc_auc",
        line={"color": COLOURS["test"]}, marker={"size": 9},
        hovertemplate="step %{x}: %{y:.4f}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(dtick=1)
    return figure.update_layout(showlegend=False)
