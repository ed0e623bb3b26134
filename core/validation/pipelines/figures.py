"""The figures of the pipelines lab: fits, seconds, and what the score claims."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, new_figure
from core.stage import Meaning
from core.validation.pipelines.lab import PipelinesResult

PLACES = {
    "before": "before<br>everything",
    "model_step": "around<br>the search",
    "pipeline": "inside<br>the folds",
    "cached": "inside,<br>cached",
}
SECONDS: dict[str, tuple[str, Meaning]] = {
    "preparing": ("fit preparation", "positive"),
    "fitting": ("fit model", "negative"),
    "rest": ("transform, score, copy", "muted"),
}
PATTERNS = {"preparing": "/", "fitting": "", "rest": "."}


def _key(result: PipelinesResult) -> object:
    return result.spec


@cached(LRUCache(maxsize=32), key=_key, lock=Lock())
def plot_scores(result: PipelinesResult) -> go.Figure:
    """Draw what the search reports and what the test rows say, for each place."""
    figure = new_figure(
        title=f"Here: reported {result.reported:.2f}, test {result.test:.2f}",
        x_label="where the preparation is fitted",
        y_label="area under the ROC curve",
        height=380,
    )
    scores, places = result.scores, list(PLACES.values())
    figure.add_scatter(
        x=places,
        y=scores["reported"],
        mode="markers",
        name="reported (mean; lowest and highest fold)",
        marker={"size": 13, "color": COLOURS["validation"]},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": scores["highest"] - scores["reported"],
            "arrayminus": scores["reported"] - scores["lowest"],
            "thickness": 1.5,
        },
        hovertemplate="%{y:.3f}<extra>reported</extra>",
    )
    figure.add_scatter(
        x=places,
        y=scores["test"],
        mode="markers",
        name="on the test rows",
        marker={"size": 13, "color": COLOURS["test"], "symbol": "diamond"},
        hovertemplate="%{y:.3f}<extra>test</extra>",
    )
    return _put_legend_below(figure)


@cached(LRUCache(maxsize=32), key=_key, lock=Lock())
def plot_fits(result: PipelinesResult) -> go.Figure:
    """Draw how often the scaler and the model are fitted in each place."""
    figure = new_figure(
        title=f"{result.n_preparations_pipeline} preparations, cached {result.n_preparations_cached}",
        x_label="where the preparation is fitted",
        y_label="calls of fit",
        height=400,
    )
    bars: tuple[tuple[str, str, Meaning], ...] = (
        ("n_preparations", "each preparing step", "positive"),
        ("n_models", "the model", "negative"),
    )
    for column, name, meaning in bars:
        figure.add_bar(
            x=list(PLACES.values()),
            y=result.scores[column],
            name=name,
            text=result.scores[column],
            textposition="outside",
            cliponaxis=False,
            marker={
                "color": COLOURS[meaning],
                "pattern": {"shape": "/" if column == "n_preparations" else ""},
            },
            hovertemplate="%{y}<extra>" + name + "</extra>",
        )
    return _put_legend_below(figure.update_layout(barmode="group"))


@cached(LRUCache(maxsize=32), key=_key, lock=Lock())
def plot_seconds(result: PipelinesResult) -> go.Figure:
    """Draw where the processor's seconds of each place went."""
    times = result.scores["seconds"].tolist()
    figure = new_figure(
        title=f"Inside takes {times[2]:.1f} s, before {times[0]:.1f} s",
        x_label="where the preparation is fitted",
        y_label="processor seconds, measured once",
        height=400,
    )
    for column, (name, meaning) in SECONDS.items():
        figure.add_bar(
            x=list(PLACES.values()),
            y=result.scores[column],
            name=name,
            marker={"color": COLOURS[meaning], "pattern": {"shape": PATTERNS[column]}},
            hovertemplate="%{y:.2f} s<extra>" + name + "</extra>",
        )
    return _put_legend_below(figure.update_layout(barmode="stack"))


def _put_legend_below(figure: go.Figure) -> go.Figure:
    figure.update_xaxes(tickangle=0)  # slanted names would push the label into the legend
    return figure.update_layout(
        legend={
            "orientation": "h", "yanchor": "top", "y": -0.45, "xanchor": "left", "x": 0,
        }
    )  # fmt: skip
