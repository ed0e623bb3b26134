"""The parts of the error as bars: of squared errors at every setting, and of mistakes at every depth."""

from threading import Lock

import plotly.graph_objects as go
from cachetools import LRUCache, cached

from core.bias_variance.decomposition.charts import find_top, label_settings
from core.bias_variance.decomposition.lab import DecompositionResult
from core.bias_variance.decomposition.words import name_axis, say_setting
from core.charts import COLOURS, new_figure
from core.wording import percent

Fill = dict[str, object]
FADED = 0.45


def _fill(colour: str, pattern: str) -> Fill:
    """Return a bar's colour with lines over it, so that colour is not the only cue."""
    lines = {"shape": pattern, "fillmode": "overlay", "size": 7, "solidity": 0.25}
    return {"color": colour, "pattern": lines}


@cached(LRUCache(maxsize=64), key=lambda result: result.spec, lock=Lock())
def plot_parts(result: DecompositionResult) -> go.Figure:
    """Draw noise, bias² and variance of every setting as one stacked bar; the handle's stands out."""
    terms = result.terms
    names = [name for _, name in label_settings(result)]
    figure = new_figure(
        title=f"Least where both are small: {say_setting(result, result.best_setting)}",
        x_label=name_axis(result),
        y_label="squared error",
        height=340,
    )
    shades = [1.0 if place == result.at else FADED for place in range(len(terms))]
    parts = (
        ("noise", terms["noise"], COLOURS["noise"], ""),
        ("bias²", terms["bias2"].clip(lower=0), COLOURS["bias"], "."),
        ("variance", terms["variance"], COLOURS["variance"], "/"),
    )
    for name, heights, colour, pattern in parts:
        figure.add_bar(
            x=names,
            y=heights,
            name=name,
            marker={**_fill(colour, pattern), "opacity": shades},
            hovertemplate="%{y:.3f}<extra>" + name + "</extra>",
        )
    figure.update_xaxes(type="category")
    figure.update_yaxes(range=[0, find_top(result)])
    return figure.update_layout(barmode="stack", legend={"traceorder": "normal"}, bargap=0.25)


@cached(LRUCache(maxsize=4), key=lambda _: "mistakes", lock=Lock())
def plot_mistakes(result: DecompositionResult) -> go.Figure:
    """Draw Domingos' parts of a tree's mistakes: above 0 what makes them, below what saves them."""
    terms = result.mistakes
    saved = percent(result.stump_helped, 0)
    figure = new_figure(
        title=f"Stumps: variance saves {saved} of the answers",
        x_label="depth of the tree",
        y_label="share of answers (%)",
        height=420,
    )
    names = [str(depth) for depth in terms["depth"]]
    parts = (
        ("noise", "noise_part", COLOURS["noise"], "", 1),
        ("bias", "bias", COLOURS["bias"], ".", 1),
        ("variance that harms", "variance_harms", COLOURS["variance"], "/", 1),
        ("variance that helps", "variance_helps", COLOURS["good"], "\\", -1),
    )
    for name, part, colour, pattern, sign in parts:
        figure.add_bar(
            x=names,
            y=100 * sign * terms[part],
            name=name,
            marker=_fill(colour, pattern),
            hovertemplate="%{y:.1f} %<extra>" + name + "</extra>",
        )
    figure.add_scatter(
        x=names,
        y=100 * terms["total"],
        mode="markers",
        name="mistakes",
        marker={
            "color": COLOURS["ink"],
            "symbol": "diamond",
            "size": 13,
            "line": {"color": "white", "width": 2},
        },
        error_y={"type": "data", "array": 100 * terms["total_se"], "color": COLOURS["ink"]},
        hovertemplate="%{y:.1f} %<extra>mistakes</extra>",
    )
    figure.update_xaxes(type="category")
    # Five names need more room than there is beside the title on a phone.
    below = {"x": 0, "xanchor": "left", "y": -0.22, "yanchor": "top", "traceorder": "normal"}
    return figure.update_layout(barmode="relative", legend=below, bargap=0.3)
