"""The figure of the whole collection: loud and silent mistakes."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, new_figure
from core.stage import Meaning
from core.tracking.bugs.lab import BugsResult
from core.tracking.bugs.words import tabulate_groups

LOOKS: tuple[tuple[str, str, Meaning, str], ...] = (
    ("loud", "ended with an error", "negative", ""),
    ("silent", "ended well and was wrong", "positive", "/"),
)


@cached(LRUCache(maxsize=16), key=lambda result: result.spec, lock=Lock())
def plot_groups(result: BugsResult) -> go.Figure:
    """Draw how many programs of each group were loud and how many silent."""
    groups = tabulate_groups(result)
    figure = new_figure(
        title=f"{result.n_silent} of {result.n_programs} failed in silence",
        x_label="programs",
        y_label="what they are about",
        height=300,
    )
    for column, name, colour, pattern in LOOKS:
        figure.add_bar(
            y=groups["group"], x=groups[column], name=name, orientation="h", text=groups[column],
            marker={"color": COLOURS[colour], "pattern": {"shape": pattern}},
            hovertemplate="%{y}: %{x}<extra>" + name + "</extra>",
        )  # fmt: skip
    figure.update_yaxes(autorange="reversed")
    return figure.update_layout(
        barmode="stack",
        legend={
            "orientation": "h",
            "yanchor": "top",
            "y": -0.3,
            "xanchor": "left",
            "x": 0,
            "traceorder": "normal",
        },
    )
