"""The picture of the regression lab: points, the line fitted to them, and one point to drag."""

from math import isfinite
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached

from core.dragged import DraggedPoint
from core.metrics.regression.charts import draw_charts
from core.metrics.regression.lab import RegressionResult
from core.metrics.regression.words import (
    RULES,
    say_amount,
    say_r2,
    say_times,
    say_value,
    significant_r2,
)
from core.scene import Axis, Scene, label_axis, label_ticks
from core.stage import Number, Phrase, Stage
from core.wording import UNDEFINED, percent, significant


def stage_regression(result: RegressionResult) -> Stage:
    """Return the live picture of `result`; one step for each row of ``result.sweep``."""
    dragged = _dragged(result)
    return Stage(
        alt=(
            f"{result.n_points} {result.row_noun[1]}: {result.target} against {result.feature}, with the "
            f"line of {RULES[result.spec.fit]}. One point can be dragged up and down."
        ),
        handle=dragged.draw_handle(result.target, lambda value: significant(value, 4)),
        scene=_scene(result, dragged),
        numbers=_numbers(result),
        sentences=tuple(_sentence(result, row) for row in result.sweep.itertuples()),
        charts=draw_charts(result),
    )


def _what_is_drawn(result: RegressionResult) -> tuple[object, ...]:
    return result.spec.lines, result.spec.fit


@cached(LRUCache(maxsize=64), key=_what_is_drawn, lock=Lock())
def stage_json(result: RegressionResult) -> str:
    """Return the picture as JSON, made once for views that differ only in where the handle stands."""
    return stage_regression(result).to_json()


def _dragged(result: RegressionResult) -> DraggedPoint:
    sweep = result.sweep
    return DraggedPoint(
        cloud=result.sample,
        row_noun=result.row_noun,
        values=tuple(sweep["value"].tolist()),
        low=result.low,
        high=result.high,
        observed=result.observed,
        at_observed=result.at_observed,
        lines=tuple(zip(sweep["intercept"].tolist(), sweep["slope"].tolist(), strict=True)),
    )


def _scene(result: RegressionResult, dragged: DraggedPoint) -> Scene:
    return dragged.draw_scene(
        x=_axis(result.feature, result.feature_unit, *dragged.ends),
        y=_axis(result.target, result.unit, result.low, result.high),
        line_label=f"{RULES[result.spec.fit]} line",
        has_sticks=True,
    )


def _axis(name: str, unit: str, low: float, high: float) -> Axis:
    return Axis(label=label_axis(name, unit), low=low, high=high, ticks=label_ticks(low, high))


def _numbers(result: RegressionResult) -> tuple[Number, ...]:
    n_steps = len(result.sweep)
    return (
        _error(result, "rmse", "RMSE"),
        _error(result, "mae", "MAE"),
        _error(result, "medae", "MedAE (median)"),
        _squared(result),
        _mape(result),
        _r2(result, "r2", f"R² on these {result.n_points}", "line and mean, same rows"),
        _r2(result, "r2_unseen", f"R² on {result.n_unseen} others", "rows that nobody touched"),
        Number(
            label="R² of always the mean",
            texts=(significant_r2(result.mean_r2_unseen),) * n_steps,
            notes=(f"on the {result.n_unseen} others",) * n_steps,
            is_reference=True,
        ),
    )


def _error(result: RegressionResult, metric: str, label: str) -> Number:
    values = result.sweep[metric].tolist()
    before = values[result.at_observed]
    return Number(
        label=label,
        texts=tuple(say_amount(value, result.unit) for value in values),
        notes=tuple(
            "as observed"
            if step == result.at_observed
            else f"was {significant(before)} {say_times(value, before)}".replace(" ×", ", now ×")
            for step, value in enumerate(values)
        ),
    )


def _squared(result: RegressionResult) -> Number:
    unit = f"in squared {result.unit}" if result.unit else "in the square of the unit"
    return Number(
        label="MSE",
        texts=tuple(significant(value) for value in result.sweep["mse"]),
        notes=(unit,) * len(result.sweep),
    )


def _mape(result: RegressionResult) -> Number:
    values = result.sweep["mape"].tolist()
    return Number(
        label="MAPE",
        texts=tuple(percent(value, 0) if isfinite(value) else UNDEFINED for value in values),
        notes=tuple(
            "mean error in percent" if isfinite(value) else "a true value is 0" for value in values
        ),
    )


def _r2(result: RegressionResult, column: str, label: str, note: str) -> Number:
    values = result.sweep[column].tolist()
    return Number(
        label=label,
        texts=tuple(say_r2(value) for value in values),
        notes=tuple("worse than their mean" if value < 0 else note for value in values),
    )


def _sentence(result: RegressionResult, row: Any) -> tuple[Phrase, ...]:
    start = result.sweep.iloc[result.at_observed]
    if row.place == result.at_observed:
        start_words = (
            f"Every point is where it was observed. Half of the {result.n_points} {result.row_noun[1]} "
            f"are missed by more than {say_amount(row.medae, result.unit)}; on average it is "
        )
        return (
            (start_words, None),
            (say_amount(row.mae, result.unit), "negative"),
            (". Drag the orange point.", None),
        )
    moves = (
        f". RMSE {_move(row.rmse, start['rmse'])}, MAE {_move(row.mae, start['mae'])}, "
        f"MedAE {_move(row.medae, start['medae'])}. This point alone makes "
    )
    words: tuple[Phrase, ...] = (
        (f"One {result.row_noun[0]} of {result.n_points} now says ", None),
        (
            f"{say_value(result, row.value)} instead of {say_value(result, result.observed)}",
            "positive",
        ),
        (moves, None),
        (f"{percent(row.squared_share, 0)} of the squared error", "positive"),
        (" and ", None),
        (f"{percent(row.absolute_share, 0)} of the absolute error", "negative"),
        (f". On the {result.n_unseen} others R² is {say_r2(row.r2_unseen)}", None),
        (
            ": worse than always saying their mean."
            if row.r2_unseen < 0
            else f", and was {say_r2(start['r2_unseen'])}.",
            None,
        ),
    )
    if not isfinite(row.mape):
        words += ((" MAPE is undefined: nobody can say what percentage of 0 an error is.", None),)
    return words


def _move(now: float, before: float) -> str:
    if abs(now - before) <= 0.005 * abs(before):
        return "stays"
    return f"{'grows' if now > before else 'falls'} {say_times(now, before)}"
