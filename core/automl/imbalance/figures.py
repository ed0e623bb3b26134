"""The figure of the imbalance lab: how much each way gains, unfairly and fairly compared."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.automl.imbalance.lab import ImbalanceResult
from core.automl.imbalance.words import NAMES, say_gain
from core.charts import COLOURS, new_figure
from core.stage import Meaning

ORDER = ("moved", "fewer_weighted", "fewer", "weights")
"""From bottom to top."""
SHORT = {
    "weights": "Class<br>weights",
    "fewer": "Down-<br>sampling",
    "fewer_weighted": "Down-sampling,<br>re-weighted",
    "moved": "Only the<br>threshold",
}
SERIES: dict[str, tuple[str, Meaning, str, float]] = {
    "usual": ("at its usual threshold, against nothing at 50\u202f%", "muted", "circle-open", 0.16),
    "fair": ("at its best threshold, against nothing at its best", "good", "diamond", -0.16),
}


def title_gains(result: ImbalanceResult) -> str:
    """Return the finding of the picture."""
    n = result.n_honest_gains
    if n == 0:
        return "Fairly compared, none of 3 gains"
    return f"Fairly compared, {n} of 3 still {'gains' if n == 1 else 'gain'}"


@cached(LRUCache(maxsize=32), key=lambda result: result.spec.bench, lock=Lock())
def plot_gains(result: ImbalanceResult) -> go.Figure:
    """Plot the gain in F1 of each way, with its paired 95 % interval, for both comparisons."""
    figure = new_figure(
        title=title_gains(result), x_label="gain in F1 (95\u202f% interval)", y_label="", height=400
    )
    for compared, (name, meaning, symbol, offset) in SERIES.items():
        rows = result.gains[result.gains["compared"] == compared].set_index("method")
        shown = [method for method in ORDER if method in rows.index]
        rows = rows.loc[shown]
        figure.add_scatter(
            x=rows["gain"], y=[ORDER.index(method) + offset for method in shown], mode="markers", name=name,
            marker={"color": COLOURS[meaning], "symbol": symbol, "size": 11, "line": {"width": 2}},
            error_x={
                "array": rows["high"] - rows["gain"], "arrayminus": rows["gain"] - rows["low"],
                "symmetric": False, "thickness": 2, "width": 5, "color": COLOURS[meaning],
            },
            customdata=[
                [NAMES[method], *(say_gain(float(rows[name][method])) for name in ("gain", "low", "high"))]
                for method in shown
            ],
            hovertemplate=(
                "%{customdata[0]}: %{customdata[1]} "
                "(%{customdata[2]} to %{customdata[3]})<extra></extra>"
            ),
        )  # fmt: skip
    figure.add_vline(x=0, line={"color": COLOURS["ink"], "width": 1.5})
    figure.update_layout(
        yaxis={
            "tickvals": list(range(len(ORDER))), "ticktext": [SHORT[method] for method in ORDER],
            "range": [-0.6, len(ORDER) - 0.4], "showgrid": False,
        },
        legend={"orientation": "h", "yanchor": "top", "y": -0.2, "xanchor": "left", "x": 0},
    )  # fmt: skip
    return figure


def describe_gains(result: ImbalanceResult) -> str:
    """Say the figure in words."""
    return f"Gain in F1 of four ways, at usual and at best thresholds. {title_gains(result)}."
