"""Two small charts along the trials: the best error so far, and where the trials went."""

from core.scene import round_ticks
from core.search.inside_tpe.lab import InsideTPEResult
from core.search.inside_tpe.objective import KNOBS
from core.search.inside_tpe.words import say_setting
from core.stage import Chart, Line
from core.wording import significant


def draw_charts(result: InsideTPEResult) -> tuple[Chart, ...]:
    """Return the charts; the point of each is the trial under the handle."""
    return _best(result), _places(result)


def _along(result: InsideTPEResult) -> dict[str, object]:
    ends = (1, 10, 20, result.n_trials)
    return {
        "x_label": f"trial; from {result.spec.n_startup + 1} on by TPE",
        "x_min": 1.0,
        "x_max": float(result.n_trials),
        "x_ticks": tuple((float(n), str(n)) for n in ends),
        "point_x": tuple(float(n) for n in result.trials["trial"]),
        "point_meaning": "test",
    }


def _best(result: InsideTPEResult) -> Chart:
    best = tuple(result.trials["best"].tolist())
    chance = tuple((result.race["random_50"] + result.best_error).tolist())
    xs = tuple(float(n) for n in result.trials["trial"])
    high = max(*best, *chance)
    low = result.best_error
    span = (high - low) or 1.0
    return Chart(
        title=f"Best so far ends at {significant(result.final_error, 4)}",
        alt="The smallest error so far along the trials, beside the median of random search.",
        y_label=f"error, {result.unit}" if result.unit else "error",
        y_min=low - 0.05 * span,
        y_max=high + 0.05 * span,
        y_ticks=tuple(
            (tick, significant(tick)) for tick in round_ticks(low, high + 0.05 * span, n_most=4)
        ),
        lines=(
            Line(
                x=xs,
                y=chance,
                meaning="muted",
                label="random, median",
                is_dashed=True,
                label_at=0.08,
            ),
            Line(
                x=xs, y=best, meaning="ink", label="this study", label_at=0.6, is_label_below=True
            ),
        ),
        point_y=best,
        **_along(result),  # type: ignore[arg-type]
    )


def _places(result: InsideTPEResult) -> Chart:
    knob = KNOBS[result.spec.model]
    heights = tuple(result.trials["parameter"].tolist())
    ticks = (
        tuple((float(p), f"{10.0**p:g}") for p in range(round(knob.low), round(knob.high) + 1))
        if knob.is_log
        else tuple((t, f"{t:g}") for t in (1.0, 50.0, 100.0))
    )
    n_start = float(result.spec.n_startup)
    return Chart(
        title=f"The best was {say_setting(result, result.final_setting)}",
        alt=f"The {result.knob} of each trial, in the order of the trials.",
        y_label=result.knob,
        y_min=knob.low,
        y_max=knob.high,
        y_ticks=ticks,
        lines=(
            Line(
                x=(n_start + 0.5, n_start + 0.5), y=(knob.low, knob.high), meaning="muted", is_dashed=True,
            ),
            Line(x=tuple(float(n) for n in result.trials["trial"]), y=heights, meaning="ink"),
        ),
        point_y=heights,
        **_along(result),  # type: ignore[arg-type]
    )  # fmt: skip
