"""Residuals against predictions, for both models: where they fan out, one number hides it."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, new_figure
from core.metrics.log_target.lab import LogTargetResult
from core.safe_text import plot
from core.stage import Meaning
from core.wording import significant


def _what_is_drawn(result: LogTargetResult) -> object:
    return result.spec.twins


@cached(LRUCache(maxsize=32), key=_what_is_drawn, lock=Lock())
def plot_direct_residuals(result: LogTargetResult) -> go.Figure:
    """Draw truth minus prediction against prediction of the model of the target itself."""
    unit = f" ({plot(result.unit)})" if result.unit else ""
    return _scatter(
        result,
        ("direct", "direct_error"),
        title=_say_fan("Target", result.direct_fan),
        x_label=f"prediction{unit}",
        y_label=f"truth − prediction{unit}",
        meaning="positive",
    )


@cached(LRUCache(maxsize=32), key=_what_is_drawn, lock=Lock())
def plot_log_residuals(result: LogTargetResult) -> go.Figure:
    """Draw the same of the model of the logarithm, on its own scale."""
    return _scatter(
        result,
        ("log_said", "log_error"),
        title=_say_fan("Logarithm", result.log_fan),
        x_label="predicted logarithm",
        y_label="residual (log scale)",
        meaning="good",
    )


def _say_fan(name: str, fan: float) -> str:
    """Say how much wider the errors of the highest third are than those of the lowest."""
    return f"{name}: errors widen × {significant(fan, 2)}"


def _scatter(
    result: LogTargetResult,
    columns: tuple[str, str],
    *,
    title: str,
    x_label: str,
    y_label: str,
    meaning: Meaning,
) -> go.Figure:
    figure = new_figure(title=title, x_label=x_label, y_label=y_label, height=320)
    x, y = (result.residuals[column] for column in columns)
    figure.add_scattergl(
        x=x,
        y=y,
        mode="markers",
        marker={"size": 5, "opacity": 0.5, "color": COLOURS[meaning]},
        hovertemplate="%{x:.4s}: %{y:.3s}<extra></extra>",
        showlegend=False,
    )
    figure.add_hline(y=0, line={"color": COLOURS["muted"], "dash": "dash", "width": 1.5})
    return figure
