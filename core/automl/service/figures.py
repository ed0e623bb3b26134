"""The figure of the lesson: what each of the four models does with each delivery."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.automl.service.lab import ServiceResult
from core.automl.service.words import CHECKS, OUTCOMES, WAYS
from core.charts import COLOURS, new_figure

SHORT = {
    "pipeline": "pipeline", "strict": "strict", "dummies": "dummies", "patched": "filled",
}  # fmt: skip
BRIEF = {
    "plain": "as they are", "order": "reordered", "extra": "one extra", "alone": "one row",
    "missing": "one missing", "whole": "whole", "text": "as text", "word": "a word", "unseen": "new word",
    "gap": "a gap",
}  # fmt: skip
"""What is sent, short enough for an axis on a phone."""


@cached(LRUCache(maxsize=64), key=lambda result: result.spec, lock=Lock())
def plot_gate(result: ServiceResult) -> go.Figure:
    """Draw one mark for each model and check; the one of this view stands in a frame."""
    passed = result.n_checks - result.n_failed
    figure = new_figure(
        title=f"This model passes {passed} of {result.n_checks} checks",
        x_label="model",
        y_label="what is sent",
        height=460,
    )
    checks = result.checks
    failed = ~checks["is_passed"]
    for name, rows, symbol, colour in (
        ("passes", checks[~failed], "circle", COLOURS["good"]),
        ("fails with an error", checks[failed & ~checks["is_silent"]], "x", COLOURS["negative"]),
        ("fails, and nobody hears", checks[checks["is_silent"]], "diamond", COLOURS["positive"]),
    ):
        figure.add_scatter(
            x=[SHORT[way] for way in rows["model"]], y=[BRIEF[each] for each in rows["check"]],
            mode="markers", name=name, marker={"symbol": symbol, "size": 13, "color": colour},
            customdata=[
                f"{WAYS[way]}. {CHECKS[check]}: {OUTCOMES[outcome]}"
                for way, check, outcome in zip(
                    rows["model"], rows["check"], rows["outcome"], strict=True
                )
            ],
            hovertemplate="%{customdata}<extra>" + name + "</extra>",
        )  # fmt: skip
    if result.outcome != "none":
        figure.add_scatter(
            x=[SHORT[result.spec.model]], y=[BRIEF[result.spec.check]], mode="markers",
            name="this view", hoverinfo="skip",
            marker={
                "symbol": "square-open", "size": 28, "color": COLOURS["ink"], "line": {"width": 2},
            },
        )  # fmt: skip
    names = [BRIEF[each] for each in dict.fromkeys(checks["check"])]
    figure.update_yaxes(categoryorder="array", categoryarray=names[::-1])
    figure.update_xaxes(categoryorder="array", categoryarray=list(SHORT.values()), tickangle=0)
    legend = {"orientation": "h", "yanchor": "top", "y": -0.18, "xanchor": "left", "x": 0}
    return figure.update_layout(legend=legend, showlegend=True)
