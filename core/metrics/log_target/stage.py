"""The picture of the log-target lab: truth against prediction, and the line of one factor to drag."""

from threading import Lock
from typing import Any

from cachetools import LRUCache, cached

from core.metrics.log_target.charts import draw_charts
from core.metrics.log_target.lab import HIGHEST, LogTargetResult
from core.metrics.log_target.words import say_factor, say_log, say_money, say_range, verdict
from core.scene import Axis, Dots, Line, MovingLine, Scene, label_axis, label_ticks
from core.stage import Handle, Number, Phrase, Stage
from core.wording import count, percent, significant

IN_SIGHT = 0.95
"""Share of the predictions that lie within the axis; the few largest would press the others together."""


def stage_log_target(result: LogTargetResult) -> Stage:
    """Return the live picture of `result`; one step for each row of ``result.sweep``."""
    right = float(result.drawn["said"].quantile(IN_SIGHT))
    top = 1.05 * HIGHEST * right
    factors = tuple(result.sweep["factor"].tolist())
    return Stage(
        alt=(
            f"True {result.target} against the turned-back prediction of {len(result.drawn)} "
            f"{result.row_noun[1]}, with the line of the factor. Its right end can be dragged up and down."
        ),
        handle=Handle(
            label="Factor of the predictions",
            positions=tuple(factor * right / top for factor in factors),
            values=factors,
            texts=tuple(_say_step(factor) for factor in factors),
            direction="vertical",
        ),
        scene=_scene(result, right, top),
        numbers=_numbers(result),
        sentences=tuple(_sentence(result, row) for row in result.sweep.itertuples()),
        charts=draw_charts(result),
    )


def _what_is_drawn(result: LogTargetResult) -> object:
    return result.spec.twins


@cached(LRUCache(maxsize=64), key=_what_is_drawn, lock=Lock())
def stage_json(result: LogTargetResult) -> str:
    """Return the picture as JSON, made once for views that differ only in where the handle stands."""
    return stage_log_target(result).to_json()


def _say_step(factor: float) -> str:
    return "exp alone, × 1" if factor == 1 else say_factor(factor)


def _scene(result: LogTargetResult, right: float, top: float) -> Scene:
    seen = result.drawn[(result.drawn["said"] <= right) & (result.drawn["truth"] <= top)]
    factors = result.sweep["factor"].tolist()
    unit = f" ({result.unit})" if result.unit else ""
    # The handle stands on the last point of the line, inside the frame.
    edge = 1.04 * right
    return Scene(
        x=Axis(
            label=f"exp of the predicted logarithm{unit}",
            low=0.0,
            high=edge,
            ticks=label_ticks(0.0, edge),
        ),
        y=Axis(
            label=label_axis(result.target, result.unit),
            low=0.0,
            high=top,
            ticks=label_ticks(0.0, top),
        ),
        point_x=(right,) * len(factors),
        point_y=tuple(factor * right for factor in factors),
        point_meaning="positive",
        dots=(
            Dots(
                label=f"{result.row_noun[1]} that no model has seen",
                x=tuple(seen["said"].tolist()),
                y=tuple(seen["truth"].tolist()),
                meaning="validation",
            ),
        ),
        moving_lines=(
            MovingLine(
                label="prediction × factor",
                x=(0.0, right),
                y=tuple((0.0, factor * right) for factor in factors),
                meaning="positive",
            ),
        ),
        still_lines=(
            Line(x=(0.0, edge), y=(0.0, edge), meaning="muted", label="exp alone", is_dashed=True),
        ),
    )


def _numbers(result: LogTargetResult) -> tuple[Number, ...]:
    sweep, unit, n_steps = result.sweep, result.unit, len(result.sweep)

    def number(label: str, column: str, note: str) -> Number:
        texts = tuple(say_money(value, unit) for value in sweep[column])
        return Number(label=label, texts=texts, notes=(note,) * n_steps)

    def reference(label: str, text: str) -> Number:
        note = ("model of the target itself",) * n_steps
        return Number(label=label, texts=(text,) * n_steps, notes=note, is_reference=True)

    return (
        Number(
            label="Mean error",
            texts=tuple(say_money(value, unit) for value in sweep["bias"]),
            notes=tuple(
                f"95\u202f%: {say_range(low, high)}"
                for low, high in zip(sweep["bias_low"], sweep["bias_high"], strict=True)
            ),
        ),
        reference("Mean error, no logarithm", say_money(result.direct_bias, unit)),
        Number(
            label="True values above it",
            texts=tuple(percent(value, 0) for value in sweep["share_above"]),
            notes=("a median has half",) * n_steps,
        ),
        number("MAE", "mae", "mean absolute error"),
        number("RMSE", "rmse", "root mean squared error"),
        reference("RMSE, no logarithm", say_money(result.direct_rmse, unit)),
        Number(
            label="RMSE of logarithms",
            texts=tuple(say_log(value) for value in sweep["log_rmse"]),
            notes=("without unit: no money",) * n_steps,
        ),
        Number(
            label="Duan’s factor",
            texts=(f"{result.smearing:.3f}",) * n_steps,
            notes=("from the training rows",) * n_steps,
            is_reference=True,
        ),
    )


def _sentence(result: LogTargetResult, row: Any) -> tuple[Phrase, ...]:
    nouns, side = result.row_noun[1], verdict(row.bias_low, row.bias_high)
    start = (
        "As exp leaves them, the predictions"
        if row.factor == 1
        else f"Multiplied by {row.factor:.3f}, the predictions"
    )
    words = {
        "low": f"too low by {say_money(-row.bias, result.unit)} on average",
        "high": f"too high by {say_money(row.bias, result.unit)} on average",
        "right": f"right on average, as far as {count(result.n_unseen)} {nouns} can tell",
    }
    share = abs(row.bias) / result.mean_truth
    return (
        (f"{start} are ", None),
        (words[side], "positive" if side != "right" else "good"),
        (
            f" ({percent(share, 1)} of the mean {result.target}, {significant(result.mean_truth)}). ",
            None,
        ),
        (f"{percent(row.share_above, 0)} of the {nouns} lie above their prediction", "negative"),
        (", as at a median." if abs(row.share_above - 0.5) < 0.03 else ".", None),
    )
