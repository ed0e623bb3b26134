"""Small charts of the lab of luck, each over the number of settings tried."""

from math import log10

from core.scene import Line, Meaning, round_ticks
from core.search.luck.lab import LuckResult
from core.search.luck.words import say_gap
from core.stage import Chart, Mark
from core.wording import percent

LOW, HIGH = -0.06, 2.06
X_TICKS = tuple((log10(n), str(n)) for n in (1, 3, 10, 30, 100))


def draw_charts(result: LuckResult) -> tuple[Chart, ...]:
    """Return the charts; the points of each are the step of the handle."""
    return _scores(result), _gaps(result)


def places(result: LuckResult) -> tuple[float, ...]:
    """Return where each number of settings lies on the axis."""
    return tuple(log10(n) for n in result.sweep["n"])


def _scores(result: LuckResult) -> Chart:
    sweep, x = result.sweep, places(result)
    values = [v for name in ("said", "true", "nested") for v in sweep[name]]
    room = 0.15 * (max(values) - min(values))
    low, high = min(values) - room, max(values) + room
    return Chart(
        title="What is said, and what is so",
        alt="Reported score, nested score and score on untouched rows against settings tried.",
        x_label="settings tried",
        y_label="accuracy",
        x_min=LOW,
        x_max=HIGH,
        y_min=low,
        y_max=high,
        x_ticks=X_TICKS,
        y_ticks=tuple((t, percent(t, 0)) for t in round_ticks(low, high, n_most=4)),
        lines=(
            _line(result, "said", "positive", "said by the search", at=0.3),
            _line(result, "true", "test", "untouched rows", at=1.0, below=True),
            _line(result, "nested", "validation", "nested", at=0.15, below=True, dashed=True),
        ),
        point_x=x,
        point_y=tuple(sweep["said"]),
        point_meaning="positive",
        marks=(
            Mark(x=x, y=tuple(sweep["true"]), meaning="test"),
            Mark(x=x, y=tuple(sweep["nested"]), meaning="validation"),
        ),
    )


def _gaps(result: LuckResult) -> Chart:
    sweep, x = result.sweep, places(result)
    values = [v for name in ("gap_low", "gap_high", "nested_gap") for v in sweep[name]] + [0.0]
    room = 0.1 * (max(values) - min(values))
    low, high = min(values) - room, max(values) + room
    return Chart(
        title=f"Said minus true: {say_gap(result.last_gap)} after 100",
        alt="Mean difference between the reported and the true score, with the middle 80 % of the searches.",
        x_label="settings tried",
        y_label="points of accuracy",
        x_min=LOW,
        x_max=HIGH,
        y_min=low,
        y_max=high,
        x_ticks=X_TICKS,
        y_ticks=tuple(
            (t, f"{100 * t:.0f}".replace("-", "−")) for t in round_ticks(low, high, n_most=5)
        ),
        lines=(
            Line(x=(LOW, HIGH), y=(0.0, 0.0), meaning="muted"),
            _line(result, "gap_low", "muted", "8 of 10 searches", at=0.6, below=True, dashed=True),
            _line(result, "gap_high", "muted", "", at=0.5, dashed=True),
            _line(result, "gap", "positive", "mean", at=0.9),
        ),
        point_x=x,
        point_y=tuple(sweep["gap"]),
        point_meaning="positive",
    )


def _line(
    result: LuckResult,
    name: str,
    meaning: Meaning,
    label: str,
    *,
    at: float,
    below: bool = False,
    dashed: bool = False,
) -> Line:
    return Line(
        x=places(result),
        y=tuple(result.sweep[name]),
        meaning=meaning,
        label=label,
        label_at=at,
        is_label_below=below,
        is_dashed=dashed,
    )
