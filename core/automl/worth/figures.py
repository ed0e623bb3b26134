"""The ladder with its finalists: means, intervals against the best, ties, and the stop line."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.automl.words import NAMES
from core.automl.worth.lab import WorthResult
from core.automl.worth.words import name, say, say_range, simpler_ties
from core.charts import COLOURS, new_figure


@cached(LRUCache(maxsize=16), key=lambda result: result.spec.climb, lock=Lock())
def plot_ladder(result: WorthResult) -> go.Figure:
    """Draw each finalist on its rung; a bar that reaches the line of the best is a tie."""
    finals, best = result.finals, float(result.finals["mean"][result.finals["behind"] == 0].iloc[0])
    rungs = [name(one) for one in finals["name"]]
    figure = new_figure(
        title=_tell_title(result),
        x_label=f"{NAMES[result.metric]}, mean over {result.n_splits} splits",
        y_label="",
        height=110 + 52 * len(rungs),
    )
    splits = result.splits
    figure.add_scatter(
        x=splits["score"], y=[name(one) for one in splits["name"]], mode="markers", name="one split",
        marker={"color": COLOURS["muted"], "size": 5, "opacity": 0.45},
        hovertemplate="%{x:.4g}<extra>one split</extra>",
    )  # fmt: skip
    for is_tie, colour, symbol, label in (
        (True, COLOURS["good"], "circle", "level with the best"),
        (False, COLOURS["positive"], "diamond-open", "worse by more than chance"),
    ):
        rows = finals[finals["is_tie"] == is_tie]
        reach = (rows["high"] - rows["behind"]).tolist()
        figure.add_scatter(
            x=rows["mean"], y=[name(one) for one in rows["name"]], mode="markers", name=label,
            marker={"color": colour, "symbol": symbol, "size": 12, "line": {"width": 2, "color": colour}},
            error_x={"type": "data", "array": reach, "color": colour, "thickness": 2.5, "width": 7},
            customdata=[
                f"behind by {say(row['behind'])} ({say_range(row['low'], row['high'])})"
                for row in rows.to_dict("records")
            ],
            hovertemplate="%{y}: %{x:.4g}, %{customdata}<extra></extra>",
        )  # fmt: skip
    figure.add_vline(x=best, line={"color": COLOURS["ink"], "width": 1.5, "dash": "dot"})
    at = rungs.index(name(result.proposed))
    if at + 1 < len(rungs):
        figure.add_hline(y=at + 0.5, line={"color": COLOURS["good"], "width": 2, "dash": "dash"})
        figure.add_annotation(
            x=1, xref="paper", y=at + 0.5, yanchor="bottom", xanchor="right", showarrow=False,
            text="stop line", font={"size": 12},
        )  # fmt: skip
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=rungs)
    figure.update_layout(legend={"y": -0.22, "yanchor": "top", "x": 0, "xanchor": "left"})
    return figure


def tell_ladder(result: WorthResult) -> str:
    """Say what the picture shows, for those who do not see it."""
    rows = [
        f"{name(row['name'])} {say(row['mean'])}, "
        + ("level with the best" if row["is_tie"] else f"behind by {say(row['behind'])}")
        for row in result.finals.to_dict("records")
    ]
    return (
        f"Finalists from simple to complex: {'; '.join(rows)}. Proposed: {name(result.proposed)}."
    )


def _tell_title(result: WorthResult) -> str:
    proposed = name(result.proposed)
    if simpler_ties(result):
        return f"Of {result.n_ties} that tie: {proposed}"
    if result.proposed == result.best:
        return f"Nothing simpler is as good: {proposed}"
    return f"Simplest of {result.n_ties} that tie: {proposed}"
