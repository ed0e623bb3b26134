"""The figures of the lesson: the scores as the notes know them, and how open each question is."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, SEQUENCE, new_figure
from core.stage import Meaning
from core.tracking.lost.answers import SHORT
from core.tracking.lost.lab import LostResult
from core.tracking.lost.notes import DIGITS
from core.tracking.lost.words import WAYS

SYMBOLS = ("circle", "diamond", "square", "triangle-up")
PATTERNS = {"printed": "", "named": "/", "tracked": "x"}
LEGEND = {"orientation": "h", "yanchor": "top", "y": -0.22, "xanchor": "left", "x": 0}


@cached(LRUCache(maxsize=64), key=lambda result: result.spec, lock=Lock())
def plot_scores(result: LostResult) -> go.Figure:
    """Draw each score with what these notes know of its training, and no more."""
    way, runs = result.spec.notes, result.runs
    title = {
        "printed": f"{result.n_runs} scores, and nothing else",
        "named": f"{result.n_runs} scores with the kind of model",
        "tracked": "Hollow: other rows than the best",
    }[way]
    figure = new_figure(
        title=title,
        x_label="training, in its order",
        y_label="area under the ROC curve",
        height=360,
    )
    scores = runs["score"] if way == "tracked" else runs["score"].round(DIGITS)
    if way == "printed":
        figure.add_scatter(
            x=runs["number"], y=scores, mode="markers", name="some model",
            marker={"color": COLOURS["muted"], "size": 11},
            hovertemplate="%{y:.2f}<extra></extra>",
        )  # fmt: skip
    best = runs.loc[runs["number"] == result.best, "split_seed"].iloc[0]
    for place, model in enumerate(runs["model"].unique() if way != "printed" else ()):
        rows = runs["model"] == model
        symbol = SYMBOLS[place % len(SYMBOLS)]
        is_other = (way == "tracked") & (runs.loc[rows, "split_seed"] != best)
        figure.add_scatter(
            x=runs.loc[rows, "number"], y=scores[rows], mode="markers", name=str(model),
            marker={
                "color": SEQUENCE[place % len(SEQUENCE)], "size": 11,
                "symbol": [f"{symbol}-open" if other else symbol for other in is_other],
                "line": {"width": 2, "color": SEQUENCE[place % len(SEQUENCE)]},
            },
            hovertemplate=f"{model}: %{{y:.4f}}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(dtick=1)
    return figure.update_layout(legend=LEGEND, showlegend=True)


@cached(LRUCache(maxsize=32), key=lambda result: result.spec.session, lock=Lock())
def plot_possible(result: LostResult) -> go.Figure:
    """Draw how many answers each way of keeping notes leaves to each question."""
    figure = new_figure(
        title=(
            f"Answered: {result.n_answered_printed}, {result.n_answered_named} and "
            f"{result.n_answered_tracked} of {result.n_questions}"
        ),
        x_label="answers that are possible",
        y_label="question",
        height=460,
    )
    colours: tuple[Meaning, ...] = ("positive", "negative", "good")
    for (way, name), colour in zip(WAYS.items(), colours, strict=True):
        rows = result.possible[result.possible["way"] == way]
        figure.add_bar(
            y=[SHORT[question] for question in rows["question"]], x=rows["n_possible"], name=name,
            orientation="h", text=rows["n_possible"], textposition="outside", cliponaxis=False,
            marker={"color": COLOURS[colour], "pattern": {"shape": PATTERNS[way]}},
            hovertemplate="%{x}<extra>" + name + "</extra>",
        )  # fmt: skip
    figure.update_yaxes(categoryorder="array", categoryarray=list(reversed(SHORT.values())))
    return figure.update_layout(barmode="group", legend=LEGEND | {"traceorder": "normal"})
