"""What was measured on this machine, and the law that ends all speed."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, new_figure
from core.search.parallel.lab import ParallelResult
from core.search.parallel.words import WAYS, WORKS
from core.stage import Meaning

MEANINGS: dict[str, Meaning] = {"in turn": "muted", "threads": "negative", "processes": "positive"}
PATTERNS = {"in turn": "", "threads": "/", "processes": "x"}
SERIALS = (0.01, 0.05, 0.1, 0.25)
DASHES = ("solid", "dash", "dot", "dashdot")


def _of_measurement(result: ParallelResult) -> object:
    return result.spec.measured


@cached(LRUCache(maxsize=16), key=_of_measurement, lock=Lock())
def plot_times(result: ParallelResult) -> go.Figure:
    """Draw how long the same work took one after the other, by threads, and by processes."""
    gain, loss = result.threads_forest, result.threads_python
    title = (
        "Threads help what lets go of the lock" if gain > 1.2 > loss else "Times on this machine"
    )
    figure = new_figure(title=title, x_label="work", y_label="seconds, least time", height=340)
    for way, rows in result.times.groupby("way", sort=False):
        name = str(way)
        figure.add_bar(
            x=[WORKS[str(work)] for work in rows["work"]],
            y=rows["least"],
            name=WAYS[name],
            marker={"color": COLOURS[MEANINGS[name]], "pattern": {"shape": PATTERNS[name]}},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": rows["middle"] - rows["least"],
                "arrayminus": [0.0] * len(rows),
            },
            hovertemplate="%{x}: %{y:.3f} s<extra>" + WAYS[name] + "</extra>",
        )
    figure.update_layout(barmode="group")
    figure.update_yaxes(rangemode="tozero")
    return figure


def _of_law(result: ParallelResult) -> object:
    return result.spec.serial


@cached(LRUCache(maxsize=64), key=_of_law, lock=Lock())
def plot_law(result: ParallelResult) -> go.Figure:
    """Draw Amdahl's law for some serial parts, from 1 to 1,000 workers."""
    from core.search.parallel.speed import amdahl_speed

    figure = new_figure(
        title="Every serial part has a ceiling",
        x_label="workers (log scale)",
        y_label="times faster at best",
        height=340,
    )
    own = result.spec.serial / 100
    workers = [10 ** (place / 20) for place in range(61)]
    for serial, dash in zip(SERIALS, DASHES, strict=True):
        is_own = serial == own
        figure.add_scatter(
            x=workers,
            y=[amdahl_speed(serial, count) for count in workers],
            mode="lines",
            name=f"{serial:.0%} serial",
            line={
                "dash": dash,
                "width": 3 if is_own else 2,
                "color": COLOURS["ink" if is_own else "muted"],
            },
            hovertemplate="%{x:.0f} workers: %{y:.1f} times<extra></extra>",
        )
    if own and own not in SERIALS:
        figure.add_scatter(
            x=workers,
            y=[amdahl_speed(own, count) for count in workers],
            mode="lines",
            name=f"{own:.0%} serial (yours)",
            line={"width": 3, "color": COLOURS["positive"]},
        )
    figure.update_xaxes(
        type="log", tickvals=[1, 10, 100, 1000], ticktext=["1", "10", "100", "1000"]
    )
    figure.update_yaxes(type="log", tickvals=[1, 10, 100], ticktext=["1", "10", "100"])
    return figure
