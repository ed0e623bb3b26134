"""The figures of the lesson: what each way says to each delivery, and whom the custom model calls."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, new_figure
from core.stage import Meaning
from core.tracking.flavour.lab import FlavourResult
from core.tracking.flavour.words import OUTCOMES, SENT, WAYS

MARKS: dict[str, tuple[str, Meaning]] = {
    "same": ("circle", "good"),
    "other": ("diamond", "positive"),
    "refused": ("x", "negative"),
}
SHORT = {"native": "sklearn", "unsigned": "unsigned", "signed": "signed", "served": "HTTP"}
BRIEF: dict[str, str] = {
    "same": "as it is", "order": "reordered", "extra": "one extra", "missing": "one missing",
    "text": "as text", "whole": "whole", "gap": "a gap", "swapped": "mixed up",
}  # fmt: skip
"""What is sent, short enough for an axis on a phone."""
LEGEND = {"orientation": "h", "yanchor": "top", "y": -0.2, "xanchor": "left", "x": 0}


@cached(LRUCache(maxsize=64), key=lambda result: result.spec, lock=Lock())
def plot_tries(result: FlavourResult) -> go.Figure:
    """Draw one mark for each delivery and way; the one of this view stands in a frame."""
    figure = new_figure(
        title=f"Refused: {result.n_refused_signed} of {result.n_payloads} with a signature",
        x_label="way of asking",
        y_label="what is sent",
        height=440,
    )
    for outcome, (symbol, colour) in MARKS.items():
        rows = result.tries[result.tries["outcome"] == outcome]
        figure.add_scatter(
            x=[SHORT[way] for way in rows["way"]], y=[BRIEF[each] for each in rows["payload"]],
            mode="markers", name=OUTCOMES[outcome],
            marker={"symbol": symbol, "size": 13, "color": COLOURS[colour]},
            customdata=[
                f"{SENT[payload]}, {WAYS[way]}"
                for payload, way in zip(rows["payload"], rows["way"], strict=True)
            ],
            hovertemplate="%{customdata}<extra>" + OUTCOMES[outcome] + "</extra>",
        )  # fmt: skip
    figure.add_scatter(
        x=[SHORT[result.spec.way]], y=[BRIEF[result.spec.payload]], mode="markers", name="this view",
        marker={"symbol": "square-open", "size": 28, "color": COLOURS["ink"], "line": {"width": 2}},
        hoverinfo="skip",
    )  # fmt: skip
    names = [BRIEF[each] for each in dict.fromkeys(result.tries["payload"])]
    figure.update_yaxes(categoryorder="array", categoryarray=names[::-1])
    figure.update_xaxes(categoryorder="array", categoryarray=list(SHORT.values()), tickangle=0)
    return figure.update_layout(legend=LEGEND, showlegend=True)


@cached(LRUCache(maxsize=64), key=lambda result: result.spec, lock=Lock())
def plot_called(result: FlavourResult) -> go.Figure:
    """Draw how many rows the custom model calls at each threshold, and how many of them rightly."""
    figure = new_figure(
        title=f"{result.n_called} called at {result.spec.threshold:.1f}, {result.n_hits} rightly",
        x_label="threshold",
        y_label="rows called",
        height=320,
    )
    table = result.thresholds
    parts: tuple[tuple[str, list[int], Meaning, str], ...] = (
        ("rightly", table["n_hits"].tolist(), "good", ""),
        ("wrongly", (table["n_called"] - table["n_hits"]).tolist(), "positive", "/"),
    )
    for name, heights, colour, pattern in parts:
        figure.add_bar(
            x=table["threshold"], y=heights, name=name, width=0.07,
            marker={"color": COLOURS[colour], "pattern": {"shape": pattern}},
            hovertemplate="%{y}<extra>" + name + "</extra>",
        )  # fmt: skip
    figure.add_vline(x=result.spec.threshold, line={"dash": "dot", "color": COLOURS["ink"]})
    figure.update_xaxes(dtick=0.1)
    return figure.update_layout(
        barmode="stack", showlegend=True, legend=LEGEND | {"y": -0.3, "traceorder": "normal"}
    )
