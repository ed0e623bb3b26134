"""The price of a wrong splitter as a Plotly figure."""

import plotly.graph_objects as go

from core.charts import COLOURS, new_figure
from core.safe_text import plot
from core.validation.folds.lab import FoldsResult
from core.validation.folds.words import METRIC_NAMES, SPLITTER_NAMES, say_score


def plot_worlds(result: FoldsResult) -> go.Figure:
    """Draw what three judges say of the model on each of twenty tables of the same law."""
    worlds = result.worlds.sort_values("fresh", ignore_index=True)
    n, wrong = result.n_worlds, result.n_worlds_flattered
    title = f"Shuffled folds flatter on {wrong} of {n} tables"
    if result.n_worlds_undefined:
        title = f"A fold without a score on {result.n_worlds_undefined} of {n} tables"
    unit = f" ({result.unit})" if result.unit else ""
    figure = new_figure(
        title=plot(title),
        x_label="table, by what is true there",
        y_label=plot(f"{METRIC_NAMES[result.metric].lower()}{unit}"),
    )
    series = (
        ("naive", "KFold, shuffled", "validation", "circle"),
        ("right", SPLITTER_NAMES[result.right], "good", "diamond"),  # type: ignore[index]
        ("fresh", "fresh rows", "test", "line-ew"),
    )
    for column, name, meaning, symbol in series:
        colour = COLOURS[meaning]  # type: ignore[index]
        figure.add_trace(
            go.Scatter(
                x=list(range(1, n + 1)),
                y=worlds[column],
                name=name,
                mode="markers",
                marker={
                    "symbol": symbol, "size": 10, "color": colour,
                    "line": {"width": 3 if symbol == "line-ew" else 0, "color": colour},
                },
                text=[f"{name}: {say_score(result, value)}" for value in worlds[column]],
                hovertemplate="%{text}<extra></extra>",
            )
        )  # fmt: skip
    if result.metric == "accuracy":
        figure.update_yaxes(tickformat=".0%")
    # Below the picture: three entries would cover the title on a phone.
    figure.update_layout(legend={"y": -0.32, "yanchor": "top", "x": 0, "xanchor": "left"})
    figure.update_xaxes(dtick=5)
    return figure
