"""Three small charts of the regression lab, each with the dragged value along its axis."""

from typing import Literal

from core.metrics.regression.lab import RegressionResult
from core.metrics.regression.words import METRIC_NAMES, grow_to_the_top
from core.scene import label_axis, label_ticks
from core.stage import Chart, Line, Mark, Meaning, thin

METRIC_COLOURS: dict[str, Meaning] = {"rmse": "positive", "mae": "negative", "medae": "good"}
RULE_COLOURS: dict[str, Meaning] = {"squares": "positive", "absolute": "negative", "huber": "good"}
Place = tuple[float, Literal["above", "below"]]
METRIC_LABELS: dict[str, Place] = {
    "rmse": (0.6, "above"), "mae": (0.6, "above"), "medae": (0.6, "below"),
}  # fmt: skip
R2_LABELS: dict[str, Place] = {
    "squares": (0.9, "above"), "absolute": (0.3, "below"), "huber": (0.98, "above"),
}  # fmt: skip
"""Where the names stand along lines that often run close together."""
LOWEST_R2 = -1.0
"""The chart of R² ends here; how far below a line falls is said in the number."""


def draw_charts(result: RegressionResult) -> tuple[Chart, ...]:
    """Return the charts; the points of each are the step of the handle."""
    return _growth(result), _shares(result), _unseen(result)


def _along(result: RegressionResult) -> dict[str, object]:
    return {
        "x_label": label_axis(f"{result.target}, dragged to", result.unit),
        "x_min": result.low,
        "x_max": result.high,
        "x_ticks": label_ticks(result.low, result.high, 4),
        "point_x": tuple(result.sweep["value"].tolist()),
    }


def _line(
    result: RegressionResult, y: list[float], meaning: Meaning, label: str, place: Place
) -> Line:
    """Return a curve over the dragged value, thinned as far as a screen allows."""
    x = result.sweep["value"].tolist()
    span_x, span_y = result.high - result.low, (max(y) - min(y)) or 1.0
    kept_x, kept_y = thin([v / span_x for v in x], [v / span_y for v in y], tolerance=1e-3)
    return Line(
        x=tuple(v * span_x for v in kept_x),
        y=tuple(v * span_y for v in kept_y),
        meaning=meaning,
        label=label,
        label_at=place[0],
        is_label_below=place[1] == "below",
    )


def _growth(result: RegressionResult) -> Chart:
    sweep, x = result.sweep, tuple(result.sweep["value"].tolist())
    top = float(sweep["rmse"].max())
    growth = grow_to_the_top(result)
    said = ", ".join(f"{METRIC_NAMES[name]} ×\u202f{growth[name]:.1f}" for name in METRIC_NAMES)
    return Chart(
        title=f"At the top RMSE ×\u202f{growth['rmse']:.1f}, MAE ×\u202f{growth['mae']:.1f}",
        alt=f"RMSE, MAE and MedAE against the dragged value. At the top: {said}.",
        y_label="error" + (f" ({result.unit})" if result.unit else ""),
        y_max=1.08 * top,
        y_ticks=label_ticks(0.0, 1.08 * top, 4),
        lines=tuple(
            _line(
                result,
                sweep[name].tolist(),
                METRIC_COLOURS[name],
                METRIC_NAMES[name],
                METRIC_LABELS[name],
            )
            for name in METRIC_NAMES
        ),
        point_y=tuple(sweep["rmse"].tolist()),
        point_meaning="positive",
        marks=tuple(
            Mark(x=x, y=tuple(sweep[name].tolist()), meaning=METRIC_COLOURS[name])
            for name in ("mae", "medae")
        ),
        **_along(result),  # type: ignore[arg-type]
    )


def _shares(result: RegressionResult) -> Chart:
    sweep, x = result.sweep, tuple(result.sweep["value"].tolist())
    squared, absolute = float(sweep["squared_share"].max()), float(sweep["absolute_share"].max())
    return Chart(
        title=f"This point: up to {100 * squared:.0f}\u202f% of all squares",
        alt=(
            f"Share of the dragged point of {result.n_points} in the sum of squared errors, at most "
            f"{100 * squared:.0f}\u202f%, and of absolute errors, at most {100 * absolute:.0f}\u202f%."
        ),
        y_label="share of all error",
        y_max=1.0,
        y_ticks=((0.0, "0"), (0.5, "50 %"), (1.0, "100 %")),
        lines=(
            _line(result, sweep["squared_share"].tolist(), "positive", "squared", (0.7, "above")),
            _line(
                result, sweep["absolute_share"].tolist(), "negative", "absolute", (0.98, "below")
            ),
        ),
        point_y=tuple(sweep["squared_share"].tolist()),
        point_meaning="positive",
        marks=(Mark(x=x, y=tuple(sweep["absolute_share"].tolist()), meaning="negative"),),
        **_along(result),  # type: ignore[arg-type]
    )


def _unseen(result: RegressionResult) -> Chart:
    others = {rule: rows["r2_unseen"] for rule, rows in result.others.groupby("rule")}
    low = max(min(float(result.others["r2_unseen"].min()), 0.0) - 0.08, LOWEST_R2)
    high = max(float(result.others["r2_unseen"].max()) + 0.08, 0.2)
    mine = others[result.spec.fit]
    ends = (result.low, result.high)
    return Chart(
        title=f"R² on {result.n_unseen} others; their mean has 0",
        alt=f"R² on unseen {result.row_noun[1]} of three lines against the dragged value.",
        y_label="R² on others",
        y_min=low,
        y_max=high,
        y_ticks=label_ticks(low, high, 5),
        lines=(
            Line(
                x=ends,
                y=(0.0, 0.0),
                meaning="muted",
                label="their mean",
                is_dashed=True,
                label_at=0.02,
            ),
            *(
                _line(
                    result,
                    others[rule].tolist(),
                    RULE_COLOURS[rule],
                    rule.title() if rule == "huber" else rule,
                    place,
                )
                for rule, place in R2_LABELS.items()
            ),
        ),
        point_y=tuple(value if value >= low else None for value in mine.tolist()),
        point_meaning=RULE_COLOURS[result.spec.fit],
        **_along(result),  # type: ignore[arg-type]
    )
