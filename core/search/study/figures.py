"""Optuna's own pictures of a study, in the look of the course."""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

import numpy as np
import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, new_figure
from core.search.study.lab import StudyResult
from core.search.study.progress import METRIC_WORDS, say_score
from core.search.study.readings import (
    best_tenth,
    find_obstacle,
    median_value,
    top_range,
    two_weightiest,
)
from core.search.study.record import build_study
from core.search.study.words import say_value
from core.wording import percent

EARLY_TO_LATE = [[0.0, "#c98f3d"], [1.0, "#3a86b5"]]
LABEL = {"color": COLOURS["ink"], "size": 12}
SAME = 1e-12


@cached(
    LRUCache(maxsize=64), key=lambda result: (result.spec.search, result.spec.picture), lock=Lock()
)
def plot_study(result: StudyResult) -> go.Figure | None:
    """Draw the picture that the spec names; None if there is an obstacle (`readings.find_obstacle`)."""
    if find_obstacle(result):
        return None
    study = build_study(result.spec.search, result.trials, result.steps)
    return _DRAWN[result.spec.picture](study, result)


def _dress(figure: go.Figure, title: str, **axes: str) -> go.Figure:
    """Give a figure of Optuna the course's title, ground and type."""
    ours = new_figure(title=title, x_label="", y_label="", height=420).layout
    figure.update_layout(template=None)
    for name in (
        "title",
        "height",
        "margin",
        "paper_bgcolor",
        "plot_bgcolor",
        "font",
        "uirevision",
    ):
        figure.layout[name] = ours[name]
    figure.update_xaxes(automargin=True, zeroline=False)
    figure.update_yaxes(automargin=True, zeroline=False)
    for axis, words in axes.items():
        figure.layout[axis].title.text = words
    figure.layout.title.y = None
    return figure.update_layout(
        legend={"orientation": "h", "yanchor": "top", "y": -0.18, "xanchor": "left", "x": 0}
    )


def _add_best(figure: go.Figure, x: Any, y: Any, **place: str) -> None:
    figure.add_scatter(
        x=[x], y=[y], mode="markers", name="the best trial", hoverinfo="skip",
        marker={"symbol": "diamond", "size": 14, "color": COLOURS["good"]}, **place,
    )  # fmt: skip


def _mark_powers_of_ten(figure: go.Figure) -> None:
    """Write no digits between the powers of ten: in a narrow box they run into each other."""
    for update in (figure.for_each_xaxis, figure.for_each_yaxis):
        update(lambda axis: axis.update(dtick=1) if axis.type == "log" else None)


def _draw_history(study: Any, result: StudyResult) -> go.Figure:
    from optuna.visualization import plot_optimization_history

    figure = plot_optimization_history(study)
    figure.data = figure.data[:2]  # the third is for constraints, and there are none
    dots, line = figure.data
    dots.update(name="a complete trial", marker={"color": COLOURS["validation"], "size": 7})
    line.update(name="best so far", line={"color": COLOURS["good"], "width": 2.5, "shape": "hv"})
    _add_best(figure, result.best_number, result.best_value)
    title = f"Trial {result.best_number} is the best: {say_score(result.best_value)}"
    return _dress(figure, title, xaxis="trial", yaxis=_objective(result))


def _draw_steps(study: Any, result: StudyResult) -> go.Figure:
    from optuna.visualization import plot_intermediate_values

    figure = plot_intermediate_values(study)
    states = result.trials.set_index("number")["state"]
    looks: Mapping[str, tuple[str, dict[str, Any]]] = {
        "complete": ("to the end", {"color": COLOURS["validation"], "width": 1.5}),
        "pruned": ("stopped early", {"color": COLOURS["positive"], "width": 1.5, "dash": "dot"}),
        "failed": ("failed", {"color": COLOURS["muted"], "width": 1.5, "dash": "dash"}),
        "best": ("the best trial", {"color": COLOURS["good"], "width": 3.5}),
    }
    shown = set()
    for trace in figure.data:
        number = int("".join(mark for mark in trace.name if mark.isdigit()))
        kind = "best" if number == result.best_number else str(states[number])
        label, line = looks[kind]
        trace.update(
            name=label, legendgroup=kind, showlegend=kind not in shown, line=line, opacity=0.8,
            marker={"size": 6, "symbol": "x" if kind == "pruned" else "circle"},
            hovertemplate=f"trial {number}, after %{{x}}: %{{y:.4g}}<extra></extra>",
        )  # fmt: skip
        shown.add(kind)
    noun = "folds" if result.n_steps == result.spec.search.k else "rounds of boosting"
    figure.update_layout(showlegend=True)
    if result.n_steps == result.spec.search.k:
        figure.update_xaxes(dtick=1)
    title = f"{result.n_pruned} of {result.n_trials} trials were stopped early"
    return _dress(figure, title, xaxis=f"{noun} done", yaxis=f"{_objective(result)} so far")


def _draw_parallel(study: Any, result: StudyResult) -> go.Figure:
    from optuna.visualization import plot_parallel_coordinate

    figure = plot_parallel_coordinate(study)
    lines = [
        trace for trace in figure.data if trace.mode == "lines" and trace.x and len(trace.x) > 1
    ]
    bar = sorted((line.y[0] for line in lines), reverse=True)[len(best_tenth(result)) - 1]
    for line in lines:
        is_best = line.y[0] >= bar - SAME
        line.update(
            line={
                "color": COLOURS["good" if is_best else "validation"],
                "width": 3 if is_best else 1.2,
            },
            opacity=1.0 if is_best else 0.35,
        )
    figure.data = sorted(lines, key=lambda line: float(line.y[0]))  # the best on top
    for note in figure.layout.annotations:
        note.font = LABEL
    title = f"The best lines: {result.top_parameter} {top_range(result)}"
    return _dress(figure, title).update_layout(showlegend=False)


def _draw_slice(study: Any, result: StudyResult) -> go.Figure:
    from optuna.visualization import plot_slice

    figure = plot_slice(study)
    for number, trace in enumerate(figure.data):
        trace.marker.update(
            colorscale=EARLY_TO_LATE, size=8, showscale=number == 0,
            colorbar={"title": {"text": "trial"}, "thickness": 10, "x": 1.02, "xpad": 4},
        )  # fmt: skip
    _mark_powers_of_ten(figure)
    title = f"The best dots: {result.top_parameter} {top_range(result)}"
    return _dress(figure, title, yaxis=_objective(result)).update_layout(showlegend=False)


def _draw_contour(study: Any, result: StudyResult) -> go.Figure:
    from optuna.visualization import plot_contour

    first, second = two_weightiest(result)
    figure = plot_contour(study, params=[first, second])
    best = study.best_trial.params
    x_name = str(figure.layout.xaxis.title.text)
    y_name = second if x_name == first else first
    for trace in figure.data:
        if trace.type == "contour":
            trace.update(
                colorscale=[[0.0, "rgba(58, 134, 181, 0.04)"], [1.0, "rgba(58, 134, 181, 0.9)"]],
                reversescale=False,
                line={"color": "rgba(128, 134, 143, 0.35)", "width": 1},
                colorbar={"title": {"text": ""}, "thickness": 10, "x": 1.02, "xpad": 4},
            )
        else:
            trace.marker.update(color=COLOURS["ink"], size=7, line={"width": 0})
    as_text = {name: isinstance(best[name], str) or best[name] is None for name in best}
    _add_best(
        figure,
        str(best[x_name]) if as_text[x_name] else best[x_name],
        str(best[y_name]) if as_text[y_name] else best[y_name],
    )
    _mark_powers_of_ten(figure)
    title = f"Best: {first} {say_value(best[first])}, {second} {say_value(best[second])}"
    return _dress(figure, title).update_layout(showlegend=False)


def _draw_importances(study: Any, result: StudyResult) -> go.Figure:
    from optuna.visualization import plot_param_importances

    figure = plot_param_importances(study)
    table = result.importances.set_index("name")
    bars = figure.data[0]
    shares = np.array([float(share) for share in bars.x])
    ends = table.loc[list(bars.y)]
    bars.update(
        marker={"color": COLOURS["validation"]},
        # The number would lie under the line of its uncertainty.
        text=[percent(share, 0) for share in shares], textposition="inside", insidetextanchor="start",
        error_x={
            "array": np.maximum(ends["high"] - shares, 0), "arrayminus": np.maximum(shares - ends["low"], 0),
            "color": COLOURS["ink"], "thickness": 2,
        },
    )  # fmt: skip
    figure.update_xaxes(tickformat=".0%", range=[0, 1.02])
    title = f"{result.top_parameter} mattered most: {percent(result.top_share, 0)}"
    return _dress(figure, title, xaxis="importance", yaxis="parameter")


def _draw_edf(study: Any, result: StudyResult) -> go.Figure:
    from optuna.visualization import plot_edf

    figure = plot_edf(study)
    figure.data[0].update(line={"color": COLOURS["validation"], "width": 2.5})
    figure.update_yaxes(tickformat=".0%")
    title = f"Half of the trials reach {say_score(median_value(result))}"
    return _dress(
        figure, title, xaxis=_objective(result), yaxis="share of trials up to it"
    ).update_layout(showlegend=False)


def _objective(result: StudyResult) -> str:
    return f"objective value: {METRIC_WORDS[result.metric]}"


_DRAWN: Mapping[str, Callable[[Any, StudyResult], go.Figure]] = {
    "history": _draw_history,
    "intermediate": _draw_steps,
    "parallel": _draw_parallel,
    "slice": _draw_slice,
    "contour": _draw_contour,
    "importances": _draw_importances,
    "edf": _draw_edf,
}
