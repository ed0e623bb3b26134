"""The chart that every Plotly figure of the course starts from: one look, one colour per meaning.

Figures are pure functions ``plot_…(result) -> Figure``. The title states the finding, both axes say what
they measure and in which unit. Backgrounds stay clear and text uncoloured, so that the page's light or
dark theme decides them; colours of meaning are readable on both.
"""

import plotly.graph_objects as go

from core.stage import Meaning

COLOURS: dict[Meaning, str] = {
    "positive": "#d65f1b",
    "negative": "#3a86b5",
    "good": "#2a9070",
    "train": "#80868f",
    "validation": "#3a86b5",
    "test": "#9468b8",
    "bias": "#3a86b5",
    "variance": "#d65f1b",
    "noise": "#80868f",
    "muted": "#8b9098",
    "ink": "#7b7f86",
}
"""Contrast of at least 3 to 1 on paper and on the dark ground, told apart by colour-blind eyes.
Never the only cue: lines also differ in dash, marks in symbol, bars in place or label."""

DASHES: dict[Meaning, str] = {"train": "dot", "validation": "solid", "test": "dash"}
SEQUENCE = ("#3a86b5", "#d65f1b", "#2a9070", "#9468b8", "#b08900", "#80868f")
"""For categories without a meaning of their own, such as the classes of a dataset."""
SCALE = [[0.0, "rgba(58, 134, 181, 0.06)"], [1.0, "rgba(58, 134, 181, 1)"]]
"""For amounts, from nothing to much."""


def new_figure(*, title: str, x_label: str, y_label: str, height: int = 360) -> go.Figure:
    """Return an empty figure with title and axis names; hostile words must be escaped by the caller.

    Text that a person typed goes through `core.safe_text.plot` first.
    """
    figure = go.Figure()
    figure.update_layout(
        title={"text": title, "x": 0, "xanchor": "left", "font": {"size": 16}, "automargin": True},
        height=height,
        margin={"l": 8, "r": 8, "t": 56, "b": 8},
        xaxis={"title": {"text": x_label}, "automargin": True, "zeroline": False},
        yaxis={"title": {"text": y_label}, "automargin": True, "zeroline": False},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "right", "x": 1.0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"size": 14},
        hovermode="closest",
        # The learner's zoom stays when a control redraws the figure.
        uirevision="kept",
    )
    return figure
