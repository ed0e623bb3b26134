"""The figures of the lesson: the learner's own turn, and the race of many studies."""

from threading import Lock

import pandas as pd
import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.charts import COLOURS, new_figure
from core.search.inside_tpe.lab import MOST_PICKS, InsideTPEResult
from core.search.inside_tpe.objective import KNOBS
from core.search.inside_tpe.stage import name_axis
from core.stage import Meaning


def _turn_key(result: InsideTPEResult) -> object:
    return result.spec.study, result.spec.picks


@cached(LRUCache(maxsize=32), key=_turn_key, lock=Lock())
def plot_turn(result: InsideTPEResult) -> go.Figure:
    """Draw the trials that the learner knows; at the end also what TPE tried, and every value."""
    is_over = result.n_picks == MOST_PICKS
    n_start = result.spec.n_startup
    title = f"Your turn: {result.n_picks} of {MOST_PICKS} trials"
    if is_over:
        ahead = result.your_regret < result.tpe_regret - 1e-9
        level = abs(result.your_regret - result.tpe_regret) <= 1e-9
        title = "You and TPE are level" if level else "You are ahead" if ahead else "TPE is ahead"
    figure = new_figure(title=title, x_label=result.knob, y_label=_name_error(result), height=380)
    settings, axis = result.settings["setting"], name_axis(KNOBS[result.spec.model])
    is_log = KNOBS[result.spec.model].is_log
    figure.update_xaxes(
        type="log" if is_log else "linear",
        range=[axis.low, axis.high],
        tickvals=[10**tick if is_log else tick for tick, _ in axis.ticks],
        ticktext=[text for _, text in axis.ticks],
    )
    if is_over:
        figure.add_scatter(
            x=settings, y=result.settings["error"], mode="lines", name="every value",
            line={"color": COLOURS["ink"], "dash": "dash", "width": 1.5}, hoverinfo="skip",
        )  # fmt: skip
    start = result.trials.iloc[:n_start]
    _add(figure, start, "random", "muted", "circle-open")
    if is_over:
        own = result.trials.iloc[n_start : n_start + MOST_PICKS]
        _add(figure, own, "TPE", "test", "diamond")
    if result.n_picks:
        _add(figure, result.picks, "you", "positive", "square")
    return figure.update_layout(
        legend={"orientation": "h", "yanchor": "top", "y": -0.25, "xanchor": "left", "x": 0}
    )


def _add(figure: go.Figure, trials: pd.DataFrame, name: str, meaning: Meaning, symbol: str) -> None:
    figure.add_scatter(
        x=trials["setting"], y=trials["error"], mode="markers", name=name, showlegend=True,
        marker={"size": 11, "symbol": symbol, "color": COLOURS[meaning], "line": {"width": 2}},
        hovertemplate="%{x:.4g}: %{y:.4g}<extra>" + name + "</extra>",
    )  # fmt: skip


def _name_error(result: InsideTPEResult) -> str:
    return f"error, {result.unit}" if result.unit else "error"


@cached(LRUCache(maxsize=32), key=lambda result: result.spec.study, lock=Lock())
def plot_race(result: InsideTPEResult) -> go.Figure:
    """Draw how far TPE and random search are from the best, by number of trials."""
    figure = new_figure(
        title=f"Random ends ahead in {100 * result.random_ahead:.0f}\u202f% of duels",
        x_label="trials",
        y_label=f"above the best possible{', ' + result.unit if result.unit else ''}",
        height=400,
    )
    race = result.race[result.race["trial"] >= 3]
    looks: tuple[tuple[str, str, Meaning, str], ...] = (
        ("random", "random search", "muted", "dash"),
        ("tpe", "TPE", "test", "solid"),
    )
    for name, label, meaning, dash in looks:
        colour = COLOURS[meaning]
        for share in ("75", "25"):
            figure.add_scatter(
                x=race["trial"], y=race[f"{name}_{share}"], mode="lines",
                line={"width": 0.8, "color": colour, "dash": "dot"}, hoverinfo="skip", showlegend=False,
                fill="tonexty" if share == "25" else None, fillcolor=_pale(colour),
            )  # fmt: skip
        figure.add_scatter(
            x=race["trial"], y=race[f"{name}_50"], mode="lines", name=f"{label}: median, middle half",
            line={"width": 2.5, "color": colour, "dash": dash},
            hovertemplate="%{x} trials: %{y:.3g}<extra>" + label + "</extra>",
        )  # fmt: skip
    figure.add_vline(x=result.spec.n_startup + 0.5, line={"dash": "dot", "color": COLOURS["ink"]})
    figure.add_annotation(
        x=result.spec.n_startup + 0.5, y=1, yref="paper", text="TPE begins", showarrow=False,
        xanchor="left", yanchor="top", xshift=4,
    )  # fmt: skip
    return figure.update_layout(
        legend={"orientation": "h", "yanchor": "top", "y": -0.25, "xanchor": "left", "x": 0}
    )


def _pale(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.15)"
