"""The figure of the lesson: the probability of each row, then and now."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, new_figure
from core.stage import Meaning
from core.tracking.reproduce.lab import ReproduceResult
from core.tracking.reproduce.words import find_answer

TITLES = {
    "same": "All on the line: nothing moved",
    "digits": "On the line, but for the last digits",
    "close": "Beside the line: probabilities moved",
}


@cached(LRUCache(maxsize=64), key=lambda result: result.spec, lock=Lock())
def plot_answers(result: ReproduceResult) -> go.Figure:
    """Draw each row held back by its probability then and now; other answers are marked."""
    title = TITLES.get(find_answer(result), f"{result.n_differ} of {result.n_rows} answers changed")
    figure = new_figure(
        title=title, x_label="probability then", y_label="probability now", height=420
    )
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", name="the same", hoverinfo="skip",
        line={"color": COLOURS["muted"], "dash": "dot", "width": 1.5},
    )  # fmt: skip
    looks: tuple[tuple[bool, str, str, Meaning, int], ...] = (
        (False, "the same answer", "circle", "negative", 6),
        (True, "another answer", "diamond", "positive", 11),
    )
    for is_other, name, symbol, colour, size in looks:
        rows = result.rows[result.rows["is_other"] == is_other]
        if len(rows):
            figure.add_scatter(
                x=rows["then"], y=rows["now"], mode="markers", name=name, customdata=rows["row"],
                marker={"symbol": symbol, "color": COLOURS[colour], "size": size, "opacity": 0.75},
                hovertemplate="row %{customdata}: %{x:.3f} then, %{y:.3f} now<extra></extra>",
            )  # fmt: skip
    return figure.update_layout(
        legend={"orientation": "h", "yanchor": "top", "y": -0.2, "xanchor": "left", "x": 0}
    )
