"""The picture of the threshold lab: scores, confusion matrix, rates and curves under one handle."""

from math import isfinite
from threading import Lock
from typing import Any

import pandas as pd
from cachetools import LRUCache, cached

from core.metrics.thresholds.charts import draw_charts
from core.metrics.thresholds.lab import ThresholdResult
from core.metrics.thresholds.words import say_cost, say_threshold
from core.stage import (
    Bars,
    Cell,
    Handle,
    Matrix,
    MatrixRow,
    Number,
    Phrase,
    Stage,
)
from core.wording import UNDEFINED, count, percent, percent_range, significant


def stage_thresholds(result: ThresholdResult) -> Stage:
    """Return the live picture of `result`; one step for each row of ``result.sweep``."""
    return Stage(
        alt=_describe(result),
        handle=_handle(result),
        bars=_bars(result),
        matrix=_matrix(result),
        numbers=_numbers(result),
        sentences=tuple(_sentence(result, row) for row in result.sweep.itertuples()),
        charts=draw_charts(result),
    )


def _what_is_drawn(result: ThresholdResult) -> tuple[object, ...]:
    spec = result.spec
    return spec.classifier, spec.prevalence, spec.cost_false_alarm, spec.cost_miss


@cached(LRUCache(maxsize=64), key=_what_is_drawn, lock=Lock())
def stage_json(result: ThresholdResult) -> str:
    """Return the picture as JSON, made once for views that differ only in where the handle stands."""
    return stage_thresholds(result).to_json()


def _describe(result: ThresholdResult) -> str:
    return (
        f"Scores of {count(result.n_positive)} {result.positive_noun[1]} above the line and of "
        f"{count(result.n_negative)} {result.negative_noun[1]} below it, with the alarm threshold."
    )


def _handle(result: ThresholdResult) -> Handle:
    thresholds = result.sweep["threshold"].tolist()
    ticks = result.ticks[["position", "label"]].itertuples(index=False)
    return Handle(
        label="Alarm threshold",
        positions=tuple(result.sweep["position"].tolist()),
        values=tuple(thresholds),
        texts=tuple(say_threshold(threshold) for threshold in thresholds),
        ticks=tuple((float(position), str(label)) for position, label in ticks),
        axis_label=f"how sure the model is that it is a {result.positive_noun[0]}",
    )


def _bars(result: ThresholdResult) -> Bars:
    histogram = result.histogram
    up, down = histogram["positive_share"], histogram["negative_share"]
    return Bars(
        left=tuple(histogram["left"].tolist()),
        right=tuple(histogram["right"].tolist()),
        up=tuple((up / up.max()).tolist()),
        down=tuple((down / down.max()).tolist()),
        up_label=f"{result.positive_noun[1]}, share at each score",
        down_label=f"{result.negative_noun[1]}, share at each score",
    )


def _cells(result: ThresholdResult, cell: str) -> pd.Series:
    is_reweighed = result.spec.prevalence is not None
    return result.sweep[f"{cell}_per_10000" if is_reweighed else cell]


def _matrix(result: ThresholdResult) -> Matrix:
    totals = {
        "positive": _cells(result, "tp") + _cells(result, "fn"),
        "negative": _cells(result, "fp") + _cells(result, "tn"),
    }

    def cell(name: str, caption: str, *, is_good: bool) -> Cell:
        texts = tuple(count(value) for value in _cells(result, name))
        return Cell(caption=caption, texts=texts, is_good=is_good)

    return Matrix(
        label="Confusion matrix",
        columns=("alarm raised", "let through"),
        rows=(
            MatrixRow(
                label=f"{count(totals['positive'].iloc[0])} {result.positive_noun[1]}",
                meaning="positive",
                cells=(
                    cell("tp", "caught (TP)", is_good=True),
                    cell("fn", "missed (FN)", is_good=False),
                ),
            ),
            MatrixRow(
                label=f"{count(totals['negative'].iloc[0])} {result.negative_noun[1]}",
                meaning="negative",
                cells=(
                    cell("fp", "false alarms (FP)", is_good=False),
                    cell("tn", "left in peace (TN)", is_good=True),
                ),
            ),
        ),
    )


def _numbers(result: ThresholdResult) -> tuple[Number, ...]:
    n_steps = len(result.sweep)
    baseline = Number(
        label=f"Always saying “{_majority(result)}”",
        texts=(percent(result.majority_accuracy),) * n_steps,
        notes=("accuracy without a model",) * n_steps,
        is_reference=True,
    )
    return (
        _number(result, "accuracy", "Accuracy"),
        baseline,
        _number(result, "precision", "Precision"),
        _number(result, "recall", "Recall"),
        _number(result, "specificity", "Specificity"),
        _number(result, "f1", "F1"),
        _number(result, "balanced_accuracy", "Balanced accuracy"),
        _number(result, "mcc", "Matthews correlation (MCC)"),
    )


def _majority(result: ThresholdResult) -> str:
    return (result.positive_noun if result.prevalence > 0.5 else result.negative_noun)[0]


def _number(result: ThresholdResult, metric: str, label: str) -> Number:
    say = (lambda value: significant(value, 2)) if metric == "mcc" else percent
    values = result.sweep[metric]
    reasons = _gaps(result, metric).set_index("place")["reason"].to_dict()
    return Number(
        label=label,
        texts=tuple(say(value) if isfinite(value) else UNDEFINED for value in values),
        notes=tuple(
            _first_clause(reasons[step]) if step in reasons else _interval(result, metric, step)
            for step in range(len(values))
        ),
    )


def _gaps(result: ThresholdResult, metric: str) -> pd.DataFrame:
    return result.undefined[result.undefined["metric"] == metric]


def _first_clause(reason: str) -> str:
    """Keep what fits under a figure; the sentence below the picture says it in full."""
    return reason.split(": ", 1)[1].split(",", maxsplit=1)[0].rstrip(".")


def _interval(result: ThresholdResult, metric: str, step: int) -> str:
    if f"{metric}_low" not in result.sweep:
        return ""
    row = result.sweep.iloc[step]
    between = percent_range(row[f"{metric}_low"], row[f"{metric}_high"])
    return f"95\u202f% interval {between}" if between else ""


def _sentence(result: ThresholdResult, row: Any) -> tuple[Phrase, ...]:
    suffix = "_per_10000" if result.spec.prevalence is not None else ""
    tp, fp, fn, tn = (float(getattr(row, name + suffix)) for name in ("tp", "fp", "fn", "tn"))
    whole = f"Out of {count(tp + fp + fn + tn)} {result.row_noun[1]}, " if suffix else ""
    if tp + fp == 0:
        reason = _gaps(result, "precision")["reason"].tolist()[0]
        return (
            (
                f"{whole or 'Here '}no alarm is raised. Accuracy is still {percent(row.accuracy)}, and ",
                None,
            ),
            (f"all {count(fn)} {result.positive_noun[1]} go through", "positive"),
            (f". {reason}", None),
        )
    caught = f"{count(tp)} of {count(tp + fn)} {result.positive_noun[1]}"
    bothered = f"{count(fp)} {result.negative_noun[0 if fp == 1 else 1]}"
    place = say_threshold(row.threshold)
    return (
        (f"{whole + place if whole else place.capitalize()}: you catch ", None),
        (caught, "positive"),
        (" and raise a false alarm over ", None),
        (bothered, "negative"),
        (f". {_false_alarms_for_each(result, tp, fp)}", None),
        (f" Cost: {say_cost(row.cost)} per 1\u202f000 {result.row_noun[1]}.", None),
    )


def _false_alarms_for_each(result: ThresholdResult, tp: float, fp: float) -> str:
    if tp == 0:
        return f"No {result.positive_noun[0]} is caught."
    if fp == 0:
        return "Not one alarm is false."
    per_catch = significant(fp / tp, 2)
    return f"False alarms for each {result.positive_noun[0]} caught: {per_catch}."
