"""The figures of the cluster lab: the rows, their silhouettes, the inertia curve, and who chooses which k."""

from threading import Lock
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, SEQUENCE, new_figure
from core.metrics.clusters.choices import CRITERIA
from core.metrics.clusters.fits import KS
from core.metrics.clusters.lab import ClustersResult
from core.safe_text import plot
from core.wording import count, percent, significant

SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "x")
K_TICKS = (1, 2, 3, 4, 5, 6, 8, 10, 12)
"""As many as stand side by side on a phone."""
LARGEST_DOT = 34
"""Diameter, in pixels, of the dot for "won on every half sample"."""


def _key(result: ClustersResult) -> object:
    return result.spec


PLACES = ("clusters", "silhouettes", "inertia", "choices")
"""The figures in reading order."""


def draw_figures(result: ClustersResult) -> dict[str, go.Figure]:
    """Return the figures of this view by their `PLACES`; no silhouettes at k = 1."""
    figures = {"clusters": plot_clusters(result)}
    if result.k > 1:
        figures["silhouettes"] = plot_silhouettes(result)
    return figures | {"inertia": plot_inertia(result), "choices": plot_choices(result)}


def plot_clusters(result: ClustersResult) -> go.Figure:
    """Draw every row in its cluster, and the centres with their numbers."""
    return _plot_clusters(result)


@cached(LRUCache(maxsize=32), key=_key, lock=Lock())
def _plot_clusters(result: ClustersResult) -> go.Figure:
    figure = new_figure(
        title="1 cluster and its centre"
        if result.k == 1
        else f"{result.k} clusters and their centres",
        x_label=plot(result.x_label),
        y_label=plot(result.y_label),
        height=400,
    )
    for cluster, rows in result.points.groupby("cluster"):
        figure.add_scattergl(
            x=rows["x"],
            y=rows["y"],
            mode="markers",
            marker={
                "color": _colour(cluster),
                "symbol": _symbol(cluster),
                "size": 6,
                "opacity": 0.6,
            },
            text=[f"{plot(result.row_noun[0])} {row}{_known(truth)}" for row, truth in _who(rows)],
            hovertemplate="%{text}<br>%{x:.4g}, %{y:.4g}<extra>cluster "
            + str(cluster)
            + "</extra>",
        )
    centres = result.centres
    figure.add_scatter(
        x=centres["x"],
        y=centres["y"],
        mode="markers+text",
        marker={
            "color": [_colour(cluster) for cluster in centres["cluster"]],
            "size": 24,
            "line": {"color": "white", "width": 2},
        },
        text=[f"<b>{cluster}</b>" for cluster in centres["cluster"]],
        textfont={"color": "white", "size": 13},
        customdata=centres["n_rows"],
        hovertemplate="centre %{text}: %{customdata} "
        + plot(result.row_noun[1])
        + "<extra></extra>",
    )
    return figure.update_layout(showlegend=False)


def plot_silhouettes(result: ClustersResult) -> go.Figure:
    """Draw the silhouette of every row, sorted within its cluster; needs at least two clusters."""
    return _plot_silhouettes(result)


@cached(LRUCache(maxsize=32), key=_key, lock=Lock())
def _plot_silhouettes(result: ClustersResult) -> go.Figure:
    figure = new_figure(
        title=f"Silhouettes: {significant(result.silhouette, 2)} on average",
        x_label="silhouette (best: 1)",
        y_label=f"{plot(result.row_noun[1])}, sorted within each cluster",
        height=400,
    )
    gap = max(result.n_rows // 60, 2)
    start, marks = 0, []
    for cluster, rows in result.points.groupby("cluster"):
        values = rows["silhouette"].sort_values(ascending=False).to_numpy()
        figure.add_bar(
            x=values,
            y=list(range(start, start + len(values))),
            orientation="h",
            marker={"color": _colour(cluster), "line": {"width": 0}},
            hovertemplate="silhouette %{x:.2f}<extra>cluster " + str(cluster) + "</extra>",
        )
        marks.append((start + len(values) / 2, str(cluster)))
        start += len(values) + gap
    figure.add_vline(
        x=result.silhouette, line={"color": COLOURS["ink"], "dash": "dash", "width": 2}
    )
    figure.update_layout(showlegend=False, bargap=0)
    figure.update_yaxes(
        autorange="reversed", tickvals=[at for at, _ in marks], ticktext=[name for _, name in marks]
    )
    return figure.update_xaxes(range=[min(-0.2, float(result.points["silhouette"].min())), 1])


def plot_inertia(result: ClustersResult) -> go.Figure:
    """Draw inertia against k with the knee of `kneed` and the k in sight."""
    return _plot_inertia(result)


@cached(LRUCache(maxsize=32), key=_key, lock=Lock())
def _plot_inertia(result: ClustersResult) -> go.Figure:
    knee = "no knee" if result.knee_k is None else f"knee at {result.knee_k}"
    scores = result.scores
    figure = new_figure(
        title=f"Inertia only falls; {knee}",
        x_label="k, number of clusters",
        y_label="inertia (lower: tighter)",
    )
    figure.add_scatter(
        x=scores["k"],
        y=scores["inertia"],
        mode="lines+markers",
        line={"color": COLOURS["train"], "width": 2},
        marker={"size": 7},
        customdata=[percent(share) for share in scores["share_left"]],
        hovertemplate="k = %{x}: %{y:.4g}, %{customdata} of the total<extra></extra>",
    )
    here = scores[scores["k"] == result.k]
    figure.add_scatter(
        x=here["k"],
        y=here["inertia"],
        mode="markers",
        marker={"size": 15, "color": COLOURS["validation"], "line": {"color": "white", "width": 2}},
        hovertemplate="shown: k = %{x}<extra></extra>",
    )
    if result.knee_k is not None:
        _mark_k(figure, result.knee_k, "knee", COLOURS["positive"], "dash")
    if result.true_k is not None and result.true_k != result.knee_k:
        _mark_k(figure, result.true_k, "truth", COLOURS["good"], "dot")
    figure.update_yaxes(rangemode="tozero")
    return figure.update_layout(showlegend=False, xaxis=_k_axis())


def plot_choices(result: ClustersResult) -> go.Figure:
    """Draw which k each criterion chooses, and how often it would choose each on half samples."""
    return _plot_choices(result)


@cached(LRUCache(maxsize=32), key=_key, lock=Lock())
def _plot_choices(result: ClustersResult) -> go.Figure:
    names = {name: text.split(",")[0] for name, text in CRITERIA.items()}
    figure = new_figure(
        title="Which k each criterion chooses",
        x_label="k, number of clusters",
        y_label="",
    )
    wins = result.wins[result.wins["k"] > 0]
    figure.add_scatter(
        x=wins["k"],
        y=[names[criterion] for criterion in wins["criterion"]],
        mode="markers",
        marker={
            "size": LARGEST_DOT * wins["share"] ** 0.5,
            "color": COLOURS["validation"],
            "opacity": 0.5,
        },
        customdata=wins["n_wins"],
        hovertemplate=f"%{{y}}: k = %{{x}} on %{{customdata}} of {count(result.n_halves)} half samples"
        "<extra></extra>",
    )
    chosen = result.criteria.dropna(subset="k")
    figure.add_scatter(
        x=chosen["k"].astype("int64"),
        y=[names[criterion] for criterion in chosen["criterion"]],
        mode="markers",
        marker={"symbol": "x", "size": 11, "color": COLOURS["positive"]},
        hovertemplate="%{y} chooses k = %{x} on all rows<extra></extra>",
    )
    if result.true_k is not None:
        _mark_k(figure, result.true_k, "truth", COLOURS["good"], "dot")
    figure.update_yaxes(categoryorder="array", categoryarray=list(names.values())[::-1])
    return figure.update_layout(showlegend=False, xaxis=_k_axis())


def _k_axis() -> dict[str, Any]:
    return {"tickvals": K_TICKS, "tickangle": 0, "range": [0.5, KS[-1] + 0.9]}


def _mark_k(figure: go.Figure, k: int, name: str, colour: str, dash: str) -> None:
    figure.add_vline(
        x=k,
        line={"color": colour, "dash": dash, "width": 2},
        annotation={
            "text": name,
            "font": {"color": colour, "size": 13},
            "yanchor": "bottom",
            # Knee and truth are often neighbours: one name to each side.
            "xanchor": "left" if name == "truth" else "right",
        },
        annotation_position="top",
    )


def _colour(cluster: object) -> str:
    return SEQUENCE[(int(str(cluster)) - 1) % len(SEQUENCE)]


def _symbol(cluster: object) -> str:
    number = int(str(cluster)) - 1
    return SYMBOLS[(number // len(SEQUENCE) + number) % len(SYMBOLS)]


def _who(rows: pd.DataFrame) -> zip:  # type: ignore[type-arg]
    return zip(rows["row"], rows["truth"], strict=True)


def _known(truth: str) -> str:
    return f", really {plot(truth)}" if truth else ""
