"""The pictures of the lesson on many classes: the matrix, recalls, changes, mistakes and ROC curves."""

from threading import Lock
from typing import Any

import numpy as np
import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, SEQUENCE, new_figure
from core.metrics.classes.lab import ClassesResult, ClassesSpec
from core.metrics.classes.mistakes import MOST_IMAGES
from core.metrics.classes.training import ClassesTraining
from core.safe_text import plot
from core.wording import count, percent

TITLE_CHARS = 44
"""Characters of a title that a phone has room for."""
LABEL_CHARS = 12
MOST_CELLS = 15
"""Classes up to which the counts are written into the cells."""
RIGHT = [[0.0, "#4f9580"], [1.0, "#1d6b53"]]
WRONG = [[0.0, "#c9713f"], [1.0, "#9c3d08"]]
"""From few to many, both dark enough for white figures on a light and on a dark page."""
INK = [[0.0, "rgba(123, 127, 134, 0.10)"], [1.0, "rgba(123, 127, 134, 1)"]]
SHADING = {"truth": "truth_share", "answer": "predicted_share", "count": "n"}
SCORES = {
    "accuracy": "accuracy (micro F1)",
    "weighted_f1": "weighted F1",
    "macro_f1": "macro F1",
    "macro_recall": "macro recall",
}


def _what_is_shown(result: ClassesResult) -> ClassesSpec:
    return result.spec


def _what_is_trained(result: ClassesResult) -> ClassesTraining:
    return result.spec.training


# Figures are built once: a view that was seen before costs a look-up instead of 15 ms each.
@cached(LRUCache(maxsize=64), key=_what_is_shown, lock=Lock())
def plot_matrix(result: ClassesResult) -> go.Figure:
    """Draw the confusion matrix: truth in rows, answers in columns, right cells green, wrong orange."""
    labels = result.report["label"].tolist()
    k = len(labels)
    shown = result.matrix[SHADING[result.spec.shade]].to_numpy(dtype=float).reshape(k, k)
    counts = result.matrix["n"].to_numpy().reshape(k, k)
    figure = new_figure(
        title=_title_of_matrix(result),
        x_label="what the model says",
        y_label="what it really is",
        height=_height(k),
    )
    is_right = np.eye(k, dtype=bool)
    for scale, part in ((RIGHT, is_right), (WRONG, ~is_right)):
        cells = np.where(part & (counts > 0), shown, np.nan)
        top = np.nanmax(cells) if (part & (counts > 0)).any() else 1.0
        figure.add_heatmap(
            z=cells, colorscale=scale, zmin=0, zmax=top, showscale=False, xgap=2, ygap=2,
            customdata=_hover_of_cells(result, labels), hovertemplate="%{customdata}<extra></extra>",
        )  # fmt: skip
    if k <= MOST_CELLS:
        at, across = np.nonzero(counts)
        figure.add_scatter(
            x=across, y=at, text=[f"{n}" for n in counts[at, across]], mode="text", hoverinfo="skip",
            textfont={"size": 13, "color": "#ffffff"},
        )  # fmt: skip
    ticks: dict[str, Any] = {
        "tickvals": list(range(k)),
        "ticktext": [_short(label) for label in labels],
        "showgrid": False,
        "fixedrange": True,
    }
    figure.update_xaxes(range=[-0.5, k - 0.5], **ticks)
    figure.update_yaxes(range=[k - 0.5, -0.5], **ticks)
    figure.update_layout(showlegend=False)
    return figure


@cached(LRUCache(maxsize=32), key=_what_is_trained, lock=Lock())
def plot_recalls(result: ClassesResult) -> go.Figure:
    """Draw the recall of each class with its interval, and where the averages lie."""
    report = result.report
    k = len(report)
    worst = report["label"] == result.worst_label
    best = float(report["recall"].max())
    figure = new_figure(
        title=f"Recall from {percent(result.worst_recall, 0)} ({_short(result.worst_label)}) "
        f"to {percent(best, 0)}",
        x_label="recall and 95 % interval",
        y_label="class (rows)",
        height=_height(k),
    )
    for part, colour, symbol in (
        (~worst, COLOURS["validation"], "circle"),
        (worst, COLOURS["positive"], "diamond"),
    ):
        rows = report[part]
        figure.add_scatter(
            x=rows["recall"],
            y=np.flatnonzero(part),
            mode="markers",
            marker={"color": colour, "size": 9, "symbol": symbol},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": rows["recall_high"] - rows["recall"],
                "arrayminus": rows["recall"] - rows["recall_low"],
                "thickness": 2,
                "width": 0,
            },
            text=[
                f"{plot(label)}: {n_right} of {n_true} found"
                for label, n_right, n_true in rows[["label", "n_right", "n_true"]].to_numpy()
            ],
            hovertemplate="%{text}<extra></extra>",
            showlegend=False,
        )
    _mark_averages(figure, result)
    names = [f"{_short(label)} ({count(n)})" for label, n in report[["label", "n_true"]].to_numpy()]
    figure.update_xaxes(
        range=[-0.02, 1.04], tickvals=[0, 0.5, 1], tickformat=".0%", fixedrange=True
    )
    figure.update_yaxes(
        range=[k - 0.5, -0.5], tickvals=list(range(k)), ticktext=names, showgrid=False, fixedrange=True,
    )  # fmt: skip
    return figure


def _mark_averages(figure: go.Figure, result: ClassesResult) -> None:
    for name, place, dash in (
        ("accuracy", result.accuracy, "dot"),
        ("macro recall", result.macro_recall, "dash"),
    ):
        figure.add_scatter(
            x=[place, place], y=[-0.5, result.n_classes - 0.5], mode="lines", hoverinfo="skip",
            name=f"{name} {percent(place, 0)}",
            line={"color": COLOURS["ink"], "dash": dash, "width": 1.5},
        )  # fmt: skip


@cached(LRUCache(maxsize=32), key=_what_is_trained, lock=Lock())
def plot_changes(result: ClassesResult) -> go.Figure:
    """Draw how each score changed in each split when the class got rare; a bar marks the mean."""
    figure = new_figure(
        title=f"Accuracy {_signed(result.accuracy_change)}, macro F1 "
        f"{_signed(result.macro_f1_change)} points",
        x_label="change in points",
        y_label="",
        height=280,
    )
    for place, score in enumerate(SCORES):
        rows = result.changes[result.changes["score"] == score]
        change = 100 * rows["change"]
        is_this = rows["split"] == 0
        jitter = place + 0.22 * (np.arange(len(rows)) % 3 - 1)
        figure.add_scatter(
            x=change,
            y=jitter,
            mode="markers",
            marker={
                "color": [
                    COLOURS["positive"] if this else COLOURS["validation"] for this in is_this
                ],
                "symbol": ["diamond" if this else "circle-open" for this in is_this],
                "size": [10 if this else 8 for this in is_this],
            },
            text=["this split" if this else "another split" for this in is_this],
            hovertemplate="%{text}: %{x:.1f} points<extra></extra>",
        )
        mean = change.mean()
        figure.add_scatter(
            x=[mean, mean], y=[place - 0.38, place + 0.38], mode="lines", hoverinfo="skip",
            line={"color": COLOURS["ink"], "width": 3},
        )  # fmt: skip
    figure.add_vline(x=0, line={"color": COLOURS["muted"], "dash": "dot", "width": 1.5})
    figure.update_yaxes(
        range=[3.6, -0.6], tickvals=list(range(4)), ticktext=list(SCORES.values()), showgrid=False,
        fixedrange=True,
    )  # fmt: skip
    figure.update_xaxes(fixedrange=True)
    figure.update_layout(showlegend=False)
    return figure


@cached(LRUCache(maxsize=32), key=_what_is_trained, lock=Lock())
def plot_mistakes(result: ClassesResult) -> go.Figure:
    """Draw the images that the model got wrong, the surest mistakes first."""
    pixels, n_shown = result.pixels, int(result.pixels["mistake"].max()) + 1
    n_wide = int(pixels["x"].max()) + 1
    n_high = int(pixels["y"].max()) + 1
    step = n_wide + 1
    canvas = np.full((n_high, step * n_shown - 1), np.nan)
    across = pixels["mistake"] * step + pixels["x"]
    canvas[pixels["y"].astype(int), across.astype(int)] = pixels["ink"]
    n_wrong = len(result.mistakes)
    title = "The wrong answer" if n_wrong == 1 else f"The surest of {count(n_wrong)} wrong answers"
    figure = new_figure(title=title, x_label="", y_label="", height=200)
    figure.add_heatmap(z=canvas, colorscale=INK, zmin=0, zmax=1, showscale=False, hoverinfo="skip")
    for place, row in enumerate(result.mistakes.head(n_shown).to_dict("records")):
        figure.add_annotation(
            x=place * step + (n_wide - 1) / 2, y=n_high - 0.3, yanchor="top", showarrow=False,
            text=f"is {plot(row['truth'])}<br>read {plot(row['predicted'])}", font={"size": 13},
        )  # fmt: skip
    hidden = {"showgrid": False, "showticklabels": False, "fixedrange": True, "ticks": ""}
    figure.update_xaxes(range=[-1, step * MOST_IMAGES], constrain="domain", **hidden)
    figure.update_yaxes(
        range=[n_high + 4, -0.6],
        scaleanchor="x",
        constrain="domain",
        constraintoward="top",
        **hidden,
    )
    return figure


@cached(LRUCache(maxsize=32), key=_what_is_trained, lock=Lock())
def plot_roc(result: ClassesResult) -> go.Figure:
    """Draw one ROC curve per class, this class against the rest, and their average."""
    report, curves = result.report, result.curves
    least = report.iloc[int(report["roc_auc"].argmin())]
    label, area = str(least["label"]), float(least["roc_auc"])
    figure = new_figure(
        title=f"Area under the curve: {result.macro_roc_auc:.3f} on average",
        x_label="share of other classes called so",
        y_label="recall of the class",
        height=380,
    )
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", name="guessing", hoverinfo="skip",
        line={"color": COLOURS["muted"], "dash": "dot", "width": 1},
    )  # fmt: skip
    areas = dict(zip(report["label"], report["roc_auc"], strict=True))
    for name, points in curves[curves["kind"] == "class"].groupby("label", sort=False):
        if name != label:
            figure.add_scatter(
                x=points["x"], y=points["y"], mode="lines", showlegend=False,
                line={"color": SEQUENCE[0], "width": 1}, opacity=0.55,
                hovertemplate=f"{plot(name)}: area {areas[name]:.3f}<extra></extra>",
            )  # fmt: skip
    for kind, name, text, colour, dash in (
        ("class", label, f"{_short(label)} {area:.3f}", COLOURS["positive"], "dash"),
        ("average", "", f"average {result.macro_roc_auc:.3f}", COLOURS["ink"], "solid"),
    ):
        points = curves[(curves["kind"] == kind) & (curves["label"] == name)]
        figure.add_scatter(
            x=points["x"], y=points["y"], mode="lines", name=text, hoverinfo="name",
            line={"color": colour, "width": 2.5, "dash": dash},
        )  # fmt: skip
    axis = {"tickformat": ".0%", "fixedrange": True}
    figure.update_xaxes(range=[-0.01, 1.01], **axis)
    figure.update_yaxes(range=[-0.01, 1.02], **axis)
    figure.update_layout(legend={"y": 0.02, "x": 0.98, "yanchor": "bottom", "orientation": "v"})
    return figure


def _title_of_matrix(result: ClassesResult) -> str:
    if result.confused_truth is None:
        return f"All {count(result.n_judged)} answers are right"
    cases = f"{count(result.n_confused)} of {count(result.n_confused_of)}"
    title = f"{result.confused_truth} is taken for {result.confused_as} in {cases} cases"
    short = f"{_short(result.confused_truth)} called {_short(result.confused_as)}: {cases}"
    return plot(title) if len(title) <= TITLE_CHARS else short


def _height(n_classes: int) -> int:
    return 150 + min(max(34 * n_classes, 170), 480)


def _hover_of_cells(result: ClassesResult, labels: list[str]) -> Any:
    k = len(labels)
    texts = [
        f"really {plot(row['truth'])}, called {plot(row['predicted'])}: {row['n']}"
        f"<br>{percent(row['truth_share'], 0)} of the row, "
        f"{percent(row['predicted_share'], 0)} of the column"
        for row in result.matrix.to_dict("records")
    ]
    return np.array(texts, dtype=object).reshape(k, k)


def _short(label: object) -> str:
    text = str(label)
    return plot(text if len(text) <= LABEL_CHARS else text[: LABEL_CHARS - 1] + "…")


def _signed(change: float) -> str:
    return f"{100 * change:+.1f}".replace("-", "−")
