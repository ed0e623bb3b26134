"""The figure of the lesson: at each moment the version behind the alias, and the one that answers."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, new_figure
from core.tracking.champion.lab import ChampionResult
from core.tracking.champion.words import SHORT


@cached(LRUCache(maxsize=64), key=lambda result: result.spec, lock=Lock())
def plot_story(result: ChampionResult) -> go.Figure:
    """Draw the alias as a line of steps and the server's answers as marks, up to this moment."""
    figure = new_figure(title=_say_title(result), x_label="moment", y_label="who it is", height=360)
    seen = result.moments.head(result.spec.moment)
    names = [SHORT[act] for act in seen["act"]]
    figure.add_scatter(
        x=seen["moment"], y=seen["champion"], name="alias champion", mode="lines+markers",
        line={"shape": "hv", "width": 3, "color": COLOURS["negative"]},
        marker={"symbol": "circle-open", "size": 14, "line": {"width": 3}},
        customdata=names, hovertemplate="%{customdata}<extra>alias champion</extra>",
    )  # fmt: skip
    for is_behind, name, symbol, colour in (
        (False, "server, in step", "square", COLOURS["good"]),
        (True, "server, behind", "x", COLOURS["positive"]),
    ):
        answered = seen["served"] > 0
        rows = seen[answered & ((seen["served"] != seen["champion"]) == is_behind)]
        figure.add_scatter(
            x=rows["moment"], y=rows["served"], name=name, mode="markers",
            marker={"symbol": symbol, "size": 11, "color": colour},
            customdata=[SHORT[act] for act in rows["act"]],
            hovertemplate="%{customdata}<extra>" + name + "</extra>",
        )  # fmt: skip
    figure.update_xaxes(range=[0.5, len(result.moments) + 0.5], dtick=1)
    figure.update_yaxes(
        range=[-0.4, 2.4], tickvals=[0, 1, 2], ticktext=["nobody", "version 1", "version 2"]
    )
    return figure.update_layout(
        showlegend=True,
        legend={"orientation": "h", "yanchor": "top", "y": -0.24, "xanchor": "left", "x": 0},
    )


def _say_title(result: ChampionResult) -> str:
    if result.champion is None:
        return "No champion, and nobody answers"
    if result.served is None:
        return f"Champion is {result.champion}, nobody answers"
    return f"Champion is {result.champion}, version {result.served} answers"
