"""Small charts of the lab of three sets, each over the number of models."""

from math import log10

from core.scene import round_ticks
from core.stage import Chart, Line, Mark
from core.validation.three_sets.lab import ThreeSetsResult
from core.validation.three_sets.words import METRIC_NAMES, say_gap, say_short
from core.wording import count, percent

X_TICKS = tuple((float(at), count(10**at)) for at in range(4))
LOW, HIGH = -0.06, 3.06


def draw_charts(result: ThreeSetsResult) -> tuple[Chart, ...]:
    """Return the charts; the points of each are the step of the handle."""
    return _optimism(result), _worth(result), _flattered(result)


def places(result: ThreeSetsResult) -> tuple[float, ...]:
    """Return where each number of models lies on the axis."""
    return tuple(log10(m) for m in result.sweep["m"])


def _along(result: ThreeSetsResult) -> dict[str, object]:
    return {
        "x_label": "models looked at",
        "x_min": LOW,
        "x_max": HIGH,
        "x_ticks": X_TICKS,
        "point_x": places(result),
    }


def _optimism(result: ThreeSetsResult) -> Chart:
    peeked, honest = result.sweep["optimism"].tolist(), result.sweep["judged_optimism"].tolist()
    low, high = min(*peeked, *honest, 0.0) - 0.02, 1.15 * max(*peeked, 0.02)
    return Chart(
        title=f"Said minus true: {say_gap(result, peeked[-1])} after 1 000 looks",
        alt="Mean difference between the score that is said and the true one, for both ways to choose.",
        y_label="said − true",
        y_min=low,
        y_max=high,
        y_ticks=tuple(
            (t, f"{100 * t:.0f}" if result.metric == "accuracy" else f"{t:.2f}")
            for t in round_ticks(low, high, n_most=5)
        ),
        lines=(
            Line(x=(LOW, HIGH), y=(0.0, 0.0), meaning="muted", is_dashed=True),
            _line(result, peeked, "positive", "chosen by test", 0.3, below=False),
            _line(result, honest, "test", "by validation", 0.35, below=False),
        ),
        point_y=tuple(peeked),
        point_meaning="positive",
        marks=(Mark(x=places(result), y=tuple(honest), meaning="test"),),
        **_along(result),  # type: ignore[arg-type]
    )


def _line(
    result: ThreeSetsResult,
    values: list[float],
    meaning: object,
    label: str,
    at: float,
    *,
    below: bool,
) -> Line:
    return Line(
        x=places(result),
        y=tuple(values),
        meaning=meaning,  # type: ignore[arg-type]
        label=label,
        label_at=at,
        is_label_below=below,
    )


def _worth(result: ThreeSetsResult) -> Chart:
    by_test, by_validation = result.sweep["true"].tolist(), result.sweep["judged_true"].tolist()
    low, high = min(*by_test, *by_validation) - 0.05, max(*by_test, *by_validation) + 0.06
    return Chart(
        title="What the chosen model is worth: both ways alike",
        alt="True score of the chosen model for both ways to choose.",
        y_label=f"true {METRIC_NAMES[result.metric]}",
        y_min=low,
        y_max=high,
        y_ticks=tuple((t, say_short(result, t)) for t in round_ticks(low, high, n_most=5)),
        lines=(
            _line(result, by_test, "positive", "chosen by test", 0.4, below=False),
            _line(result, by_validation, "validation", "by validation", 0.95, below=True),
        ),
        point_y=tuple(by_test),
        point_meaning="positive",
        marks=(Mark(x=places(result), y=tuple(by_validation), meaning="validation"),),
        **_along(result),  # type: ignore[arg-type]
    )


def _flattered(result: ThreeSetsResult) -> Chart:
    shares = result.sweep["flattered"].tolist()
    return Chart(
        title="Share of runs in which the best says too much",
        alt="Share of runs in which the test score of the best model lies above its true score.",
        y_label="share of runs",
        y_max=1.06,
        y_ticks=((0.0, "0"), (0.5, percent(0.5, 0)), (1.0, percent(1.0, 0))),
        lines=(_line(result, shares, "positive", "", 0.5, below=False),),
        point_y=tuple(shares),
        point_meaning="positive",
        **_along(result),  # type: ignore[arg-type]
    )
