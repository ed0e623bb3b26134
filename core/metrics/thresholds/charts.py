"""The three small charts of the threshold lab: ROC, precision–recall and cost, each with the handle on it."""

from math import isfinite

import pandas as pd

from core.metrics.thresholds.lab import ThresholdResult
from core.metrics.thresholds.words import say_score, say_threshold
from core.stage import Chart, Line, thin
from core.wording import percent, significant

UNIT_TICKS = ((0.0, "0"), (0.5, "50 %"), (1.0, "100 %"))
LEVEL_OF_INTEREST = 2.5
"""The cost chart ends at so many times the cheaper of "always" and "never": beyond lies no decision."""


def draw_charts(result: ThresholdResult) -> tuple[Chart, ...]:
    """Return the charts; the point of each is the step of the handle."""
    return _roc(result), _precision_recall(result), _cost(result)


def _curve(result: ThresholdResult, name: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    rows = result.curves[result.curves["curve"] == name]
    return thin(rows["x"].tolist(), rows["y"].tolist(), tolerance=1e-3)


def _defined(values: pd.Series) -> tuple[float | None, ...]:
    return tuple(float(value) if isfinite(value) else None for value in values)


def _roc(result: ThresholdResult) -> Chart:
    x, y = _curve(result, "roc")
    return Chart(
        title=f"ROC curve: area {result.roc_auc:.3f}",
        alt=f"ROC curve: recall against the share of false alarms. Area {result.roc_auc:.3f}.",
        x_label=f"share of {result.negative_noun[1]} alarmed",
        y_label="recall",
        x_max=1.0,
        y_max=1.0,
        x_ticks=UNIT_TICKS,
        y_ticks=UNIT_TICKS,
        lines=(
            Line(x=(0.0, 1.0), y=(0.0, 1.0), meaning="muted", label="guessing", is_dashed=True),
            Line(x=x, y=y, meaning="validation"),
        ),
        point_x=_defined(1 - result.sweep["specificity"]),
        point_y=_defined(result.sweep["recall"]),
    )


def _precision_recall(result: ThresholdResult) -> Chart:
    x, y = _curve(result, "precision_recall")
    level = result.prevalence
    return Chart(
        title=f"Average precision {result.average_precision:.3f}",
        alt=(
            f"Precision against recall. Average precision {result.average_precision:.3f}; guessing "
            f"would reach {percent(level)}."
        ),
        x_label="recall",
        y_label="precision",
        x_max=1.0,
        y_max=1.0,
        x_ticks=UNIT_TICKS,
        y_ticks=UNIT_TICKS,
        lines=(
            Line(x=(0.0, 1.0), y=(level, level), meaning="muted", label="guessing", is_dashed=True),
            Line(x=x, y=y, meaning="validation"),
        ),
        point_x=_defined(result.sweep["recall"]),
        point_y=_defined(result.sweep["precision"]),
    )


def _cost(result: ThresholdResult) -> Chart:
    sweep = result.sweep
    position_of = result.rules.set_index("rule")["position"].to_dict()
    always, never = float(sweep["cost"].iloc[0]), float(sweep["cost"].iloc[-1])
    top = min(
        float(sweep["cost"].max()), LEVEL_OF_INTEREST * (min(always, never) or max(always, never))
    )
    theory = float(position_of["theory"])
    within = sweep["cost"] <= top
    return Chart(
        title=(
            f"Cost: cheapest with an alarm from {say_score(result.cheapest_threshold)}"
            if 0 < result.cheapest_threshold < 1
            else f"Cost: cheapest when {say_threshold(result.cheapest_threshold)}"
        ),
        alt=(
            f"Cost per 1,000 {result.row_noun[1]} at each threshold on the validation rows. "
            f"Lowest: {significant(result.cheapest_validation_cost)}."
        ),
        x_label="threshold",
        y_label="cost per 1\u202f000",
        x_max=1.0,
        y_max=top,
        x_ticks=_few_ticks(result),
        y_ticks=((0.0, "0"), (top / 2, significant(top / 2, 2)), (top, significant(top, 2))),
        lines=(
            Line(x=(theory, theory), y=(0.0, top), meaning="muted", label="theory", is_dashed=True),
            Line(
                x=tuple(sweep["position"].tolist()),
                y=tuple(sweep["cost"].tolist()),
                meaning="validation",
            ),
        ),
        point_x=_defined(sweep["position"].where(within)),
        point_y=_defined(sweep["cost"].where(within)),
    )


def _few_ticks(result: ThresholdResult) -> tuple[tuple[float, str], ...]:
    """Return the axis marks that a small chart has room for."""
    shown = result.ticks[result.ticks["threshold"].isin([0.001, 0.01, 0.1, 0.5, 0.9])]
    return tuple(zip(shown["position"].tolist(), shown["label"].tolist(), strict=True))
