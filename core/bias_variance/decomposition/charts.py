"""Three small charts along the knob: the terms, what the train error says, and whether the sum is right."""

import pandas as pd

from core.bias_variance.decomposition.lab import DecompositionResult
from core.bias_variance.decomposition.words import name_axis, say_setting
from core.scene import round_ticks
from core.stage import Chart, Line, Mark, Meaning
from core.wording import significant

FARTHEST = 5.0
"""Standard errors at which the chart of the audit ends; chance alone does not reach it."""
Ticks = tuple[tuple[float, str], ...]
ROOM = 1.15
"""Of the height that the most rigid and the best model need; what goes through the roof is cut off."""


def draw_charts(result: DecompositionResult) -> tuple[Chart, ...]:
    """Return the charts; the points of each are the step of the handle."""
    return _terms(result), _errors(result), _audit(result)


def label_settings(result: DecompositionResult) -> Ticks:
    """Return where each setting stands along the knob, from 0 to 1, and its name."""
    settings = result.terms["setting"]
    last = max(len(settings) - 1, 1)
    return tuple(
        (place / last, f"{value:g}" if 1e-3 <= abs(value) < 1e4 or value == 0 else f"{value:.0e}")
        for place, value in enumerate(settings)
    )


def _along(result: DecompositionResult) -> dict[str, object]:
    ticks = label_settings(result)
    return {
        "x_label": name_axis(result),
        "x_max": 1.0,
        "x_ticks": ticks,
        "point_x": tuple(place for place, _ in ticks),
    }


def find_top(result: DecompositionResult) -> float:
    """Return the height at which pictures of squared errors end."""
    totals = result.terms["total"]
    return ROOM * float(max(totals.iloc[0], 3 * result.best_total))


def _line(
    result: DecompositionResult,
    y: pd.Series,
    meaning: Meaning,
    label: str,
    *,
    at: float,
    below: bool = False,
) -> Line:
    return Line(
        x=tuple(place for place, _ in label_settings(result)),
        y=tuple(float(value) for value in y),
        meaning=meaning,
        label=label,
        label_at=at,
        is_label_below=below,
        is_dashed=meaning in {"noise", "train"},
    )


def _y_axis(result: DecompositionResult) -> dict[str, object]:
    top = find_top(result)
    return {
        "y_max": top,
        "y_ticks": tuple((tick, significant(tick)) for tick in round_ticks(0, top, n_most=4)),
        "y_label": "squared error",
    }


def _terms(result: DecompositionResult) -> Chart:
    terms = result.terms
    points = tuple(place for place, _ in label_settings(result))
    best = say_setting(result, result.best_setting)
    return Chart(
        title=f"The sum is smallest at {best}",
        alt=f"Bias², variance, noise and their sum along the {result.knob}; smallest at {best}.",
        lines=(
            _line(result, terms["total"], "ink", "sum", at=0.18),
            _line(result, terms["bias2"], "bias", "bias²", at=0.04, below=True),
            _line(result, terms["variance"], "variance", "variance", at=0.85),
            _line(result, terms["noise"], "noise", "noise", at=0.45, below=True),
        ),
        point_y=tuple(terms["total"].tolist()),
        marks=(
            Mark(x=points, y=tuple(terms["bias2"].tolist()), meaning="bias"),
            Mark(x=points, y=tuple(terms["variance"].tolist()), meaning="variance"),
        ),
        **_along(result),  # type: ignore[arg-type]
        **_y_axis(result),  # type: ignore[arg-type]
    )


def _errors(result: DecompositionResult) -> Chart:
    terms = result.terms
    points = tuple(place for place, _ in label_settings(result))
    least = say_setting(result, result.least_train_setting)
    return Chart(
        title=f"The train error is smallest at {least}",
        alt=f"Error on fresh rows and on the train rows along the {result.knob}.",
        lines=(
            _line(result, terms["error"], "test", "on fresh rows", at=0.6),
            _line(result, terms["train_error"], "train", "on its own rows", at=0.6, below=True),
        ),
        point_y=tuple(terms["error"].tolist()),
        point_meaning="test",
        marks=(Mark(x=points, y=tuple(terms["train_error"].tolist()), meaning="train"),),
        **_along(result),  # type: ignore[arg-type]
        **_y_axis(result),  # type: ignore[arg-type]
    )


def _audit(result: DecompositionResult) -> Chart:
    terms = result.terms
    points = tuple(place for place, _ in label_settings(result))
    off = tuple(
        residual / se if result.noise > 0 else 0.0
        for residual, se in zip(terms["residual"], terms["residual_se"], strict=True)
    )
    return Chart(
        title=f"The sum is right within {result.worst_residual:.1f} standard errors",
        alt="Measured error minus the sum of the three terms, in standard errors, along the knob.",
        y_label="standard errors off",
        y_min=-FARTHEST,
        y_max=FARTHEST,
        y_ticks=((-2.0, "−2"), (0.0, "0"), (2.0, "2")),
        lines=(
            *(
                Line(x=(0.0, 1.0), y=(level, level), meaning="muted", is_dashed=True)
                for level in (-2.0, 2.0)
            ),
            Line(x=points, y=off, meaning="ink"),
        ),
        point_y=off,
        **_along(result),  # type: ignore[arg-type]
    )
