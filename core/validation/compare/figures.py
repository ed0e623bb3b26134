"""Four judges beside one another, and how the best of many equals flatters itself."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, new_figure
from core.scene import Meaning
from core.validation.compare.lab import CompareResult
from core.validation.compare.words import points

SHORT = {
    "naive": "t-test,<br>folds",
    "corrected": "t-test,<br>corrected",
    "mcnemar": "McNemar,<br>rows",
    "bootstrap": "bootstrap,<br>rows",
}
MEANINGS: dict[str, Meaning] = {
    "naive": "noise",
    "corrected": "validation",
    "mcnemar": "test",
    "bootstrap": "test",
}
SYMBOLS = {"naive": "x", "corrected": "diamond", "mcnemar": "square", "bootstrap": "circle"}


@cached(LRUCache(maxsize=32), key=lambda result: result.spec, lock=Lock())
def plot_judges(result: CompareResult) -> go.Figure:
    """Draw the interval of each judge around its difference, with 0 marked."""
    n_seeing = int((result.judges["p"] < 0.05).sum())
    figure = new_figure(
        title=f"{n_seeing} of 4 judges speak of a difference",
        x_label="accuracy, A − B (points)",
        y_label="",
        height=330,
    )
    figure.add_vline(x=0, line={"color": COLOURS["good"], "width": 2, "dash": "dash"})
    for row in result.judges.iloc[::-1].to_dict("records"):
        judge = row["judge"]
        colour = COLOURS[MEANINGS[judge]]
        figure.add_scatter(
            x=[100 * row["difference"]],
            y=[SHORT[judge]],
            mode="markers",
            marker={"color": colour, "size": 11, "symbol": SYMBOLS[judge]},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [100 * (row["high"] - row["difference"])],
                "arrayminus": [100 * (row["difference"] - row["low"])],
                "color": colour,
            },
            hovertemplate="%{x:.1f} points<extra>" + SHORT[judge].replace("<br>", " ") + "</extra>",
        )
    return figure.update_layout(showlegend=False)


@cached(LRUCache(maxsize=32), key=lambda result: result.spec.equals, lock=Lock())
def plot_winners(result: CompareResult) -> go.Figure:
    """Draw how much better than it is the best of many equal models looks, beside the law."""
    rows = result.winners
    figure = new_figure(
        title=f"Best of 20 equals: flattered by {points(rows['flattery'].iloc[-1])}",
        x_label="models compared",
        y_label="flattery (points)",
        height=340,
    )
    figure.add_scatter(
        x=rows["n_models"],
        y=100 * rows["flattery"],
        mode="markers",
        name="measured",
        marker={"color": COLOURS["bias"], "size": 8},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": 100 * (rows["flattery_high"] - rows["flattery"]),
            "arrayminus": 100 * (rows["flattery"] - rows["flattery_low"]),
        },
        hovertemplate="%{x} models: %{y:.1f} points<extra>measured</extra>",
    )
    figure.add_scatter(
        x=rows["n_models"],
        y=100 * rows["law"],
        mode="lines",
        name="law of the largest",
        line={"color": COLOURS["noise"], "dash": "dash"},
        hovertemplate="%{x} models: %{y:.1f} points<extra>law</extra>",
    )
    return figure
