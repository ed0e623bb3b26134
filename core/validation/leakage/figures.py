"""The figure of the leakage lab: what was reported and what came true, draw by draw."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, new_figure
from core.stage import Meaning
from core.validation.leakage.casebook import CASES
from core.validation.leakage.lab import LeakageResult

LANES: dict[tuple[str, str], str] = {
    ("found", "reported"): "as found:<br>reported",
    ("found", "in_use"): "as found:<br>in use",
    ("mended", "reported"): "mended:<br>reported",
    ("mended", "in_use"): "mended:<br>in use",
}
MEANINGS: dict[str, Meaning] = {"reported": "validation", "in_use": "test"}
SYMBOLS = {"reported": "circle", "in_use": "diamond"}


def plot_scores(result: LeakageResult) -> go.Figure:
    """Draw each draw's scores in a lane, with their mean; the mended lanes only once it is mended."""
    return _plot_scores(result)


@cached(LRUCache(maxsize=32), key=lambda result: result.spec, lock=Lock())
def _plot_scores(result: LeakageResult) -> go.Figure:
    versions = ("found", "mended") if result.spec.is_mended else ("found",)
    lanes = [lane for lane in LANES if lane[0] in versions]
    figure = new_figure(
        title=_say_title(result),
        x_label=f"{CASES[result.spec.case].score} (1: every row right)",
        y_label="",
        height=150 + 70 * len(lanes),
    )
    for version, measure in lanes:
        _add_lane(figure, result, version, measure)
    figure.update_yaxes(
        categoryorder="array", categoryarray=[LANES[lane] for lane in reversed(lanes)]
    )
    figure.update_yaxes(range=[-0.5, len(lanes) - 0.2])  # room for the highest number
    lowest = float(result.repeats[["reported", "in_use"]].to_numpy().min())
    # The same scale for both versions, so that a fall is seen as one.
    figure.update_xaxes(range=[min(0.45, lowest - 0.03), 1.03])
    return figure.update_layout(showlegend=False)


def _add_lane(figure: go.Figure, result: LeakageResult, version: str, measure: str) -> None:
    rows = result.repeats[result.repeats["version"] == version]
    summary = result.summary
    here = (summary["version"] == version) & (summary["measure"] == measure)
    mean = float(summary.loc[here, "mean"].iloc[0])
    name, colour = LANES[version, measure], COLOURS[MEANINGS[measure]]
    figure.add_scatter(
        x=rows[measure],
        y=[name] * len(rows),
        mode="markers",
        marker={"size": 10, "opacity": 0.45, "color": colour, "symbol": SYMBOLS[measure]},
        customdata=rows["seed"],
        hovertemplate="draw %{customdata}: %{x:.3f}<extra></extra>",
    )
    figure.add_scatter(
        x=[mean],
        y=[name],
        mode="markers+text",
        marker={"size": 26, "symbol": "line-ns", "line": {"width": 3, "color": colour}},
        text=[f"<b>{mean:.2f}</b>"],
        textposition="top center",
        hovertemplate="mean %{x:.3f}<extra></extra>",
    )


def _say_title(result: LeakageResult) -> str:
    if result.spec.is_mended:
        return f"Mended, the report says {result.mended_reported:.2f}"
    return f"Reported {result.found_reported:.2f}, in use {result.found_in_use:.2f}"
