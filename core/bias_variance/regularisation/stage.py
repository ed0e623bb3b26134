"""The live picture of the dial: coefficients that shrink, or a fit that grows calm, under one handle."""

from threading import Lock

import numpy as np
from cachetools import LRUCache, cached

from core.bias_variance.regularisation.brakes import find_brake
from core.bias_variance.regularisation.charts import (
    choose_drawn,
    draw_charts,
    label_steps,
    list_effects,
    name_dial,
    place_steps,
)
from core.bias_variance.regularisation.lab import RegularisationResult
from core.bias_variance.regularisation.words import (
    cut,
    name_error,
    say_error,
    say_size,
    say_strength,
)
from core.datasets.curves import load_curve
from core.scene import Axis, Dots, Line, MovingLine, Scene, round_ticks
from core.stage import Handle, Number, Phrase, Stage
from core.wording import count, percent, significant

BAR = 0.3
"""Half the width of a bar, in columns."""
ROOM = 1.08


def stage_regularisation(result: RegularisationResult) -> Stage:
    """Return the live picture of `result`; one step for each row of ``result.path``."""
    is_penalty = find_brake(result.spec.brake).is_penalty
    return Stage(
        alt=(
            "One bar for each column: what it adds to the prediction. The handle sets the penalty."
            if is_penalty
            else "A fit, the mean of many fits, and the truth. The handle holds the model back."
        ),
        handle=_handle(result),
        scene=_draw_bars(result) if is_penalty else _draw_fits(result),
        numbers=_numbers(result),
        sentences=tuple(_sentence(result, at) for at in range(len(result.path))),
        charts=draw_charts(result),
    )


def _what_is_drawn(result: RegularisationResult) -> object:
    return result.spec.both


@cached(LRUCache(maxsize=32), key=_what_is_drawn, lock=Lock())
def stage_json(result: RegularisationResult) -> str:
    """Return the picture as JSON, made once for views that differ only in where the handle stands."""
    return stage_regularisation(result).to_json()


def _handle(result: RegularisationResult) -> Handle:
    places = place_steps(result)
    return Handle(
        label=f"How hard the model is held back: {result.knob}",
        positions=places,
        # Short enough for a link, and still nearest to the place that they name.
        values=tuple(round(place, 3) for place in places),
        texts=tuple(say_strength(result, strength) for strength in result.path["strength"]),
        ticks=label_steps(result),
        axis_label=name_dial(result),
    )


def _draw_bars(result: RegularisationResult) -> Scene:
    columns = choose_drawn(result)
    effects = [list_effects(result, column) for column in columns]
    reach = ROOM * max(max(abs(value) for value in row) for row in effects) or 1.0
    ticks = round_ticks(-reach, reach, n_most=5)
    n_left_out = result.n_columns - len(columns)
    more = f" (the {len(columns)} largest of {count(result.n_columns)})" if n_left_out else ""
    return Scene(
        x=Axis(
            label=f"column{more}",
            low=0.4,
            high=len(columns) + 0.6,
            ticks=tuple((number, cut(name)) for number, name in enumerate(columns, 1)),
            is_slanted=True,
        ),
        y=Axis(
            label="effect (log odds)" if result.is_binary else "effect (standard deviations)",
            low=-reach,
            high=reach,
            ticks=tuple((tick, significant(tick).replace("-", "−")) for tick in ticks),
        ),
        still_lines=tuple(
            _outline(number, row[0], "hardly held back" if number == 1 else "")
            for number, row in enumerate(effects, 1)
        ),
        moving_lines=tuple(
            MovingLine(
                label="at the handle" if number == 1 else "",
                x=_sides(number),
                y=tuple((0.0, height, height, 0.0, 0.0) for height in row),
                meaning="validation",
            )
            for number, row in enumerate(effects, 1)
        ),
    )


def _sides(number: int) -> tuple[float, ...]:
    left, right = number - BAR, number + BAR
    return (left, left, right, right, left)


def _outline(number: int, height: float, label: str) -> Line:
    return Line(
        x=_sides(number),
        y=(0.0, height, height, 0.0, 0.0),
        meaning="muted",
        label=label,
        is_dashed=True,
    )


def _draw_fits(result: RegularisationResult) -> Scene:
    n_steps, places = len(result.path), np.linspace(0, 1, 101)
    xs = result.fits["x"].to_numpy().reshape(n_steps, -1)[0]
    one, mean = (result.fits[name].to_numpy().reshape(n_steps, -1) for name in ("one", "mean"))
    return Scene(
        x=Axis(label="x", low=0.0, high=1.0, ticks=((0, "0"), (0.5, "0.5"), (1, "1"))),
        y=Axis(label="y", low=-2.0, high=2.0, ticks=((-1, "−1"), (0, "0"), (1, "1"))),
        dots=(
            Dots(
                label="one sample",
                x=tuple(result.rows["x"].tolist()),
                y=tuple(result.rows["y"].tolist()),
                meaning="noise",
                is_hollow=True,
            ),
        ),
        moving_lines=(
            MovingLine(
                label="the model of this sample",
                x=tuple(xs.tolist()),
                y=tuple(tuple(row) for row in one.tolist()),
                meaning="variance",
            ),
            MovingLine(
                label="mean of the models of many samples",
                x=tuple(xs.tolist()),
                y=tuple(tuple(row) for row in mean.tolist()),
                meaning="bias",
            ),
        ),
        still_lines=(
            Line(
                x=tuple(places.tolist()),
                y=tuple(load_curve("sine").true_value(places).tolist()),
                meaning="good",
                label="the truth",
                is_dashed=True,
            ),
        ),
    )


def _numbers(result: RegularisationResult) -> tuple[Number, ...]:
    path, terms = result.path, result.terms
    n_steps, error = len(path), name_error(result)
    gaps = path["validation_error"] - path["train_error"]
    return (
        Number(
            label=f"{error} on its own rows",
            texts=tuple(say_error(result, value) for value in path["train_error"]),
            notes=(f"{count(result.n_train)} train {result.row_noun[1]}",) * n_steps,
            is_reference=True,
        ),
        Number(
            label=f"{error} on new rows",
            texts=tuple(say_error(result, value) for value in path["validation_error"]),
            notes=tuple(f"± {significant(se, 2)} by chance" for se in path["validation_se"]),
        ),
        Number(
            label="The model",
            texts=tuple(say_size(result, size).split(" of ")[0] for size in path["size"]),
            notes=_note_sizes(result),
        ),
        Number(
            label="Gap",
            texts=tuple(say_error(result, gap).replace("-", "−") for gap in gaps),
            notes=("new rows minus its own",) * n_steps,
        ),
        Number(
            label="Bias²",
            texts=tuple(significant(max(value, 0.0)) for value in terms["bias2"]),
            notes=tuple(f"± {significant(se, 1)}; on a known truth" for se in terms["bias2_se"]),
        ),
        Number(
            label="Variance",
            texts=tuple(significant(max(value, 0.0)) for value in terms["variance"]),
            notes=tuple(f"± {significant(se, 1)}; on a known truth" for se in terms["variance_se"]),
        ),
    )


def _note_sizes(result: RegularisationResult) -> tuple[str, ...]:
    if not find_brake(result.spec.brake).is_penalty:
        return ("that it consists of",) * len(result.path)
    return (f"of {count(result.n_columns)} columns count",) * len(result.path)


def _sentence(result: RegularisationResult, at: int) -> tuple[Phrase, ...]:
    row, terms = result.path.iloc[at], result.terms.iloc[at]
    ratio = float(row["validation_error"]) / result.weakest_validation_error - 1
    how = "lower" if ratio < 0 else "higher"
    excess = max(float(terms["bias2"]), 0.0) + float(terms["variance"])
    share = max(float(terms["bias2"]), 0.0) / excess if excess else 0.0
    return (
        (f"At {say_strength(result, float(row['strength']))} the error on new rows is ", None),
        (
            f"{percent(abs(ratio), 1)} {how} than where the model is hardly held back"
            if at
            else "that of a model that is hardly held back",
            "validation",
        ),
        (". On the known truth, ", None),
        (f"{percent(share, 0)} of what the model misses is bias", "bias"),
        (" and ", None),
        (f"{percent(1 - share, 0)} variance", "variance"),
        (".", None),
    )
