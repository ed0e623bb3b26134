"""Three small charts of the live picture: both correlations, the rank, and ever more rows."""

from collections.abc import Sequence

from core.data.profile.lab import ProfileResult
from core.data.profile.words import say
from core.scene import Line, label_axis, label_ticks, thin
from core.stage import Chart, Mark
from core.wording import count


def draw_charts(result: ProfileResult) -> tuple[Chart, ...]:
    """Return the charts; the points of the first two are the step of the handle."""
    charts = (_both(result), _ranks(result))
    # A curve needs two places; a short table has room for one crowd only.
    return (*charts, _crowd(result)) if len(result.crowd) > 1 else charts


def _along(result: ProfileResult) -> dict[str, object]:
    return {
        "x_label": label_axis(f"{result.y}, dragged to", result.y_unit),
        "x_min": result.drag_low,
        "x_max": result.drag_high,
        "x_ticks": label_ticks(result.drag_low, result.drag_high, 4),
        "point_x": tuple(result.sweep["value"].tolist()),
    }


def _ranks(result: ProfileResult) -> Chart:
    """Return the rank of the dragged point: beyond the others it stands still."""
    sweep, n = result.sweep, float(result.n_points)
    return Chart(
        title="Beyond all others its rank stands still",
        alt="Rank of the dragged point against its value.",
        y_label=f"rank of {result.n_points}",
        y_max=1.08 * n,
        y_ticks=label_ticks(0.0, 1.08 * n, 4),
        lines=(
            Line(
                x=tuple(sweep["value"].tolist()),
                y=tuple(sweep["rank"].tolist()),
                meaning="negative",
            ),
        ),
        point_y=tuple(sweep["rank"].tolist()),
        point_meaning="negative",
        **_along(result),  # type: ignore[arg-type]
    )


def _both(result: ProfileResult) -> Chart:
    sweep = result.sweep
    x = tuple(sweep["value"].tolist())
    ends = [*sweep["pearson"], *sweep["spearman"], 0.0]
    low, high = max(min(ends) - 0.12, -1.0), min(max(ends) + 0.15, 1.0)
    span_x, span_y = result.drag_high - result.drag_low, high - low

    def curve(name: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
        xs, ys = thin([v / span_x for v in x], [v / span_y for v in sweep[name]], tolerance=1e-3)
        return tuple(v * span_x for v in xs), tuple(v * span_y for v in ys)

    lines = (
        _curve(*curve("pearson"), "Pearson", 0.6, is_below=True),
        _curve(*curve("spearman"), "Spearman", 0.95),
    )
    zero = Line(x=(x[0], x[-1]), y=(0.0, 0.0), meaning="muted", is_dashed=True)
    return Chart(
        title=(
            f"At worst Pearson {say(result.pearson_worst)}, Spearman {say(result.spearman_worst)}"
        ),
        alt=(
            "Pearson and Spearman against the dragged value. At worst Pearson goes from "
            f"{say(result.pearson_before)} to {say(result.pearson_worst)}, Spearman from "
            f"{say(result.spearman_before)} to {say(result.spearman_worst)}."
        ),
        **_along(result),  # type: ignore[arg-type]
        y_label="correlation",
        y_min=low,
        y_max=high,
        y_ticks=label_ticks(low, high, 5),
        lines=(zero, *lines),
        point_y=tuple(sweep["pearson"].tolist()),
        point_meaning="positive",
        marks=(Mark(x=x, y=tuple(sweep["spearman"].tolist()), meaning="negative"),),
    )


def _crowd(result: ProfileResult) -> Chart:
    """Return how far one point can push both correlations, among ever more rows."""
    crowd = result.crowd
    reach = {
        name: [
            max(high - before, before - low)
            for before, low, high in crowd[
                [f"{name}_before", f"{name}_low", f"{name}_high"]
            ].itertuples(index=False)
        ]
        for name in ("pearson", "spearman")
    }
    places = tuple(float(place) for place in range(len(crowd)))
    top = max(0.2, *reach["pearson"], *reach["spearman"]) * 1.1
    nowhere = (None,) * len(result.sweep)
    return Chart(
        title=(f"1 in {count(crowd['n'].iloc[-1])} moves Pearson by {reach['pearson'][-1]:.2f}"),
        alt="The largest change of each correlation by one row, against the number of rows.",
        x_label="rows, one of them wrong",
        y_label="largest change",
        x_min=-0.3,
        x_max=places[-1] + 0.3,
        y_max=top,
        x_ticks=tuple((place, count(n)) for place, n in zip(places, crowd["n"], strict=True)),
        y_ticks=label_ticks(0.0, top, 5),
        lines=(
            _curve(places, reach["pearson"], "Pearson", 0.5),
            _curve(places, reach["spearman"], "Spearman", 0.8),
        ),
        point_x=nowhere,
        point_y=nowhere,
    )


def _curve(
    x: Sequence[float], y: Sequence[float], name: str, at: float, *, is_below: bool = False
) -> Line:
    return Line(
        x=tuple(x),
        y=tuple(y),
        meaning="positive" if name == "Pearson" else "negative",
        label=name,
        label_at=at,
        is_label_below=is_below,
    )
