"""Three small charts along the dial: what shrinks, what the errors do, and what is traded."""

from collections.abc import Iterable

from core.bias_variance.regularisation.brakes import find_brake
from core.bias_variance.regularisation.lab import RegularisationResult
from core.bias_variance.regularisation.words import name_error, say_size, say_strength
from core.scene import round_ticks
from core.stage import Chart, Line, Mark, Meaning
from core.wording import significant

Ticks = tuple[tuple[float, str], ...]
ROOM = 1.08
MOST_DRAWN = 12
"""Columns that a picture has room for: those whose effect is largest anywhere on the dial."""
TICKS = 5


def draw_charts(result: RegularisationResult) -> tuple[Chart, ...]:
    """Return the charts; the points of each are the step of the handle."""
    first = _paths(result) if find_brake(result.spec.brake).is_penalty else _sizes(result)
    return first, _errors(result), _terms(result)


def place_steps(result: RegularisationResult) -> tuple[float, ...]:
    """Return where each strength stands along the dial, from 0 (weak) to 1 (strong)."""
    last = len(result.path) - 1
    return tuple(place / last for place in range(last + 1))


def label_steps(result: RegularisationResult) -> Ticks:
    """Return the labelled places of the dial; a penalty's are thinned out."""
    return _label(result, result.path["strength"].tolist())


def _label(result: RegularisationResult, strengths: list[float]) -> Ticks:
    places = place_steps(result)
    every = max(1, round(len(places) / TICKS)) if len(places) > 16 else 1
    return tuple(
        (place, significant(strength, 2))
        for place, strength in list(zip(places, strengths, strict=True))[::every]
    )


def name_dial(result: RegularisationResult) -> str:
    """Return what the dial sets, with its direction."""
    return f"{result.knob}: from weak to strong"


def choose_drawn(result: RegularisationResult) -> tuple[str, ...]:
    """Return the columns with the largest effects, in the order of the table."""
    sizes = result.coefficients.groupby("column", sort=False)["effect"].agg(
        lambda effects: effects.abs().max()
    )
    largest = set(sizes.nlargest(MOST_DRAWN).index)
    return tuple(str(name) for name in sizes.index if name in largest)


def list_effects(result: RegularisationResult, column: str) -> tuple[float, ...]:
    """Return the effect of one column at each place of the dial."""
    rows = result.coefficients[result.coefficients["column"] == column]
    return tuple(float(effect) for effect in rows["effect"])


def _along(result: RegularisationResult) -> dict[str, object]:
    return {
        "x_label": name_dial(result),
        "x_max": 1.0,
        "x_ticks": label_steps(result),
        "point_x": place_steps(result),
    }


def _line(
    result: RegularisationResult,
    y: Iterable[float],
    meaning: Meaning,
    label: str = "",
    *,
    at: float | None = None,
    below: bool = False,
) -> Line:
    return Line(
        x=place_steps(result),
        y=tuple(float(value) for value in y),
        meaning=meaning,
        label=label,
        label_at=at,
        is_label_below=below,
        is_dashed=meaning in {"noise", "train", "muted"},
    )


def _y_axis(low: float, high: float) -> dict[str, object]:
    ticks = round_ticks(low, high, n_most=5)
    return {
        "y_min": low,
        "y_max": high,
        "y_ticks": tuple((tick, significant(tick).replace("-", "−")) for tick in ticks),
    }


def _paths(result: RegularisationResult) -> Chart:
    effects = [list_effects(result, column) for column in choose_drawn(result)]
    reach = ROOM * max(max(abs(value) for value in row) for row in effects) or 1.0
    sizes = result.path["size"]
    return Chart(
        title=f"Columns that count: from {int(sizes.iloc[0])} to {int(sizes.iloc[-1])}",
        alt=f"The effect of each column along {result.knob}; all shrink towards 0.",
        y_label="effect of a column",
        lines=(
            Line(x=(0.0, 1.0), y=(0.0, 0.0), meaning="muted", is_dashed=True),
            *(_line(result, row, "ink") for row in effects),
        ),
        point_y=effects[0],
        marks=tuple(Mark(x=place_steps(result), y=row, meaning="ink") for row in effects[1:]),
        **_along(result),  # type: ignore[arg-type]
        **_y_axis(-reach, reach),  # type: ignore[arg-type]
    )


def _sizes(result: RegularisationResult) -> Chart:
    sizes = tuple(float(size) for size in result.path["size"])
    what = "trees" if result.spec.brake == "stopping" else "leaves"
    return Chart(
        title=f"From {say_size(result, sizes[0])} to {say_size(result, sizes[-1])}",
        alt=f"Number of {what} along the dial.",
        y_label=what,
        lines=(_line(result, sizes, "ink"),),
        point_y=sizes,
        **_along(result),  # type: ignore[arg-type]
        **_y_axis(0.0, ROOM * max(sizes)),  # type: ignore[arg-type]
    )


def _errors(result: RegularisationResult) -> Chart:
    train, validation = result.path["train_error"], result.path["validation_error"]
    unit = f" ({result.unit})" if result.unit else ""
    best = say_strength(result, result.best_strength)
    top = ROOM * float(max(validation.max(), train.max()))
    low = float(min(validation.min(), train.min())) / ROOM
    return Chart(
        title=f"New rows: fewest errors at {best}",
        alt=f"{name_error(result)} on train and on validation rows along the dial; smallest at {best}.",
        y_label=f"{name_error(result)}{unit}",
        lines=(
            _line(result, validation, "validation", "validation", at=0.35),
            _line(result, train, "train", "train", at=0.35, below=True),
        ),
        point_y=tuple(validation.tolist()),
        point_meaning="validation",
        marks=(Mark(x=place_steps(result), y=tuple(train.tolist()), meaning="train"),),
        **_along(result),  # type: ignore[arg-type]
        **_y_axis(low, top),  # type: ignore[arg-type]
    )


def _terms(result: RegularisationResult) -> Chart:
    terms, places = result.terms, place_steps(result)
    return Chart(
        title="On a known truth: variance turns into bias",
        alt="Bias², variance, noise and their sum along the dial, measured on a known truth.",
        y_label="squared error",
        lines=(
            _line(result, terms["total"], "ink", "sum", at=0.2),
            _line(result, terms["bias2"], "bias", "bias²", at=0.8),
            _line(result, terms["variance"], "variance", "variance", at=0.03, below=True),
            _line(result, [result.noise] * len(terms), "noise", "noise", at=0.2, below=True),
        ),
        point_y=tuple(terms["total"].tolist()),
        marks=(
            Mark(x=places, y=tuple(terms["bias2"].tolist()), meaning="bias"),
            Mark(x=places, y=tuple(terms["variance"].tolist()), meaning="variance"),
        ),
        # The same dial, but a penalty's alphas depend on the rows, and these are others.
        **{**_along(result), "x_ticks": _label(result, terms["strength"].tolist())},  # type: ignore[arg-type]
        **_y_axis(0.0, ROOM * float(terms["total"].max())),  # type: ignore[arg-type]
    )
