"""The figures of the inside lab: what each flip changes, and the pipeline as a tree."""

from itertools import pairwise
from textwrap import wrap
from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.automl.inside.lab import InsideResult
from core.automl.words import NAMES
from core.charts import COLOURS, new_figure
from core.safe_text import plot

SHORT = {
    "fill": "fill otherwise",
    "flags": "no flags",
    "as_numbers": "read as words",
    "ids": "keep the ids",
    "date_parts": "days only",
    "dates_out": "no dates",
    "texts_out": "no text",
    "fill_words": "frequent word",
    "one_hot": "mean answer",
    "rare": "rare words apart",
    "target_encoding": "one-hot for all",
    "cross_fit": "own answer in",
    "scaling": "other scaling",
    "log_target": "log of target",
    "weights": "class weights",
    "setting": "other setting",
}
BOXES = ((0.0, 0.31), (0.36, 0.72), (0.77, 1.0))
"""Where the three columns of the tree begin and end."""
WIDTHS = (12, 16, 9)
"""Letters of a line in each of them."""
ROW, GAP = 1.0, 0.22


def _key(result: InsideResult) -> object:
    return result.spec


@cached(LRUCache(maxsize=32), key=_key, lock=Lock())
def plot_flips(result: InsideResult) -> go.Figure:
    """Draw the gain of each flip with its interval; the one looked at stands out."""
    n = result.n_clear
    figure = new_figure(
        title=f"Beyond chance: {n} of {result.n_flips} flips",
        x_label=f"gain of the flip, in {NAMES[result.metric]}",
        y_label="",
        height=120 + 34 * result.n_flips,
    )
    figure.add_vline(x=0, line={"color": COLOURS["ink"], "width": 1})
    rows = result.verdicts.iloc[::-1]
    looked = rows["flip"] == result.flip
    for is_looked_at, name in ((False, "other flips"), (True, "the flip looked at")):
        some = rows[looked == is_looked_at]
        colour = COLOURS["positive" if is_looked_at else "negative"]
        figure.add_scatter(
            x=some["gain"],
            y=[SHORT[flip] for flip in some["flip"]],
            mode="markers",
            name=name,
            marker={
                "size": 13 if is_looked_at else 10,
                "color": colour,
                "symbol": [
                    ("diamond" if is_looked_at else "circle") + ("" if clear else "-open")
                    for clear in some["is_clear"]
                ],
                "line": {"width": 2},
            },
            error_x={
                "type": "data",
                "symmetric": False,
                "array": some["high"] - some["gain"],
                "arrayminus": some["gain"] - some["low"],
                "thickness": 1.5,
                "color": colour,
            },
            customdata=[
                f"{plot(what)}: {plot(alternative)}"
                for what, alternative in zip(some["what"], some["alternative"], strict=True)
            ],
            hovertemplate="%{customdata}<br>%{x:.4g}<extra></extra>",
        )
    figure.update_yaxes(categoryorder="array", categoryarray=[SHORT[flip] for flip in rows["flip"]])
    return figure.update_layout(
        legend={
            "orientation": "h", "yanchor": "top", "y": -70 / (34 * result.n_flips), "xanchor": "left", "x": 0,
        }
    )  # fmt: skip


@cached(LRUCache(maxsize=32), key=_key, lock=Lock())
def plot_tree(result: InsideResult) -> go.Figure:
    """Draw the pipeline: each group of columns, its steps, what comes out, and the model below."""
    rows = result.branches.to_dict("records")
    n = len(rows)
    figure = new_figure(
        title=f"{n} {'branch' if n == 1 else 'branches'}, {result.n_columns_base} columns, one model",
        x_label="",
        y_label="",
        height=130 + 84 * (n + 1),
    )
    bottom = -(ROW + GAP)
    for place, row in enumerate(rows):
        top = (n - place) * (ROW + GAP) - GAP
        texts = (
            str(row["columns"]),
            str(row["steps"]),
            f"{row['n_out']} {'column' if row['n_out'] == 1 else 'columns'}",
        )
        for (left, right), text, width in zip(BOXES, texts, WIDTHS, strict=True):
            _draw_box(figure, left, right, top, text, width=width)
        for (_, left), (right, _) in pairwise(BOXES):
            _draw_line(figure, (left, right), (top - ROW / 2, top - ROW / 2))
    _draw_line(figure, (0.885, 0.885), (0.0, bottom + ROW))
    for place in range(1, n):
        middle = place * (ROW + GAP)
        _draw_line(figure, (0.885, 0.885), (middle, middle - GAP))
    _draw_box(
        figure, 0.0, 1.0, bottom + ROW, f"{NAMES[result.spec.family]}", width=40, is_model=True
    )
    for (left, right), name in zip(BOXES, ("columns", "steps", "out"), strict=True):
        figure.add_annotation(
            x=(left + right) / 2, y=n * (ROW + GAP) + 0.05, text=f"<b>{name}</b>", showarrow=False
        )
    figure.update_xaxes(visible=False, range=[-0.01, 1.01], fixedrange=True)
    figure.update_yaxes(visible=False, range=[bottom - 0.1, n * (ROW + GAP) + 0.3], fixedrange=True)
    return figure.update_layout(hovermode=False, showlegend=False)


def _draw_box(
    figure: go.Figure, left: float, right: float, top: float, text: str, *, width: int,
    is_model: bool = False,
) -> None:  # fmt: skip
    colour = COLOURS["positive" if is_model else "negative"]
    figure.add_shape(
        type="rect", x0=left, x1=right, y0=top - ROW, y1=top, line={"color": colour, "width": 1.5}
    )
    figure.add_annotation(
        x=(left + right) / 2,
        y=top - ROW / 2,
        text="<br>".join(wrap(text, width)),
        showarrow=False,
        font={"size": 13},
    )


def _draw_line(figure: go.Figure, x: tuple[float, float], y: tuple[float, float]) -> None:
    figure.add_shape(
        type="line", x0=x[0], x1=x[1], y0=y[0], y1=y[1],
        line={"color": COLOURS["muted"], "width": 1.5},
    )  # fmt: skip
