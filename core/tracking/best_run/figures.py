"""The figure of the lesson: every run by its metric, what passed the filter, the first and the best."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, new_figure
from core.tracking.best_run.lab import BestRunResult
from core.tracking.best_run.words import METRIC_NAMES
from core.tracking.session_store import name_run

LOSSES = (0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 10, 20)


@cached(LRUCache(maxsize=64), key=lambda result: result.spec, lock=Lock())
def plot_runs(result: BestRunResult) -> go.Figure:
    """Draw each finished run in the order of training; the first of the answer and the best are marked."""
    figure = new_figure(
        title=_say_title(result),
        x_label="run, in the order of training",
        y_label=METRIC_NAMES[result.metric],
        height=400,
    )
    finished = result.runs[result.runs["status"] == "FINISHED"]
    looks = (
        (False, "filtered out", "circle-open", COLOURS["muted"]),
        (True, "passes the filter", "circle", COLOURS["negative"]),
    )
    for is_found, label, symbol, colour in looks:
        rows = finished[finished["is_found"] == is_found]
        if len(rows):
            figure.add_scatter(
                x=rows["number"], y=rows[result.metric], mode="markers", name=label,
                marker={"symbol": symbol, "color": colour, "size": 8},
                customdata=[[name_run(n), m] for n, m in zip(rows["number"], rows["model"], strict=True)],
                hovertemplate="%{customdata[0]}, %{customdata[1]}: %{y:.4f}<extra></extra>",
            )  # fmt: skip
    marks = [("best run", result.best, result.best_value, "diamond-open", COLOURS["good"])]
    if result.first is not None and result.first_value is not None:
        marks.append(
            (
                "first in the answer",
                result.first,
                result.first_value,
                "square-open",
                COLOURS["positive"],
            )
        )
    for label, number, value, symbol, colour in marks:
        figure.add_scatter(
            x=[number], y=[value], mode="markers", name=label, hoverinfo="skip", cliponaxis=False,
            marker={
                "symbol": symbol, "color": colour, "size": 20 if "best" in label else 14,
                "line": {"width": 3},
            },
        )  # fmt: skip
    if result.metric == "log_loss":
        figure.update_yaxes(type="log", tickvals=LOSSES)
    return figure.update_layout(
        legend={"orientation": "h", "yanchor": "top", "y": -0.22, "xanchor": "left", "x": 0}
    )


def _say_title(result: BestRunResult) -> str:
    best = f"best is {name_run(result.best)}"
    if result.is_refused:
        return f"MLflow refuses; {best}"
    if result.first is None:
        return f"No run comes back; {best}"
    if result.is_first_best:
        return f"First is {name_run(result.first)}, the best one"
    return f"First is {name_run(result.first)}, {best}"
