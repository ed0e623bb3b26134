"""The ledger as it fills: one point for each model, in the order in which they were fitted."""

from threading import Lock
from typing import Any

import numpy as np
from cachetools import LRUCache, cached

from core.scene import Axis, Dots, Scene, Sticks
from core.stage import Handle, Number, Phrase, Stage
from core.validation.fits.charts import draw_charts, ticks_up_to
from core.validation.fits.lab import FitCountResult
from core.validation.fits.words import noun_of, say_cost, say_hours
from core.wording import count, significant

MOST_PLACES = 200
"""Places of the handle; a longer ledger is passed through in larger strides."""
MOST_STICKS = 150


def places_of(result: FitCountResult) -> list[int]:
    """Return how many models are fitted at each place of the handle, from 0 to all."""
    n = result.n_fits
    return [int(place) for place in np.unique(np.linspace(0, n, min(n, MOST_PLACES) + 1).round())]


def place_shown(result: FitCountResult) -> int:
    """Return the place of the handle that is nearest to the fit that the link asks for."""
    return int(np.abs(np.array(places_of(result)) - result.at).argmin())


def stage_fits(result: FitCountResult) -> Stage:
    """Return the live picture of `result`."""
    places = places_of(result)
    rows = [None, *result.models.itertuples(index=False)]
    return Stage(
        alt=(
            f"{count(result.n_fits)} models in the order in which they were fitted, each at the height of "
            f"its {noun_of(result.spec.what)[0]}."
        ),
        handle=Handle(
            label="Models fitted so far",
            positions=tuple(place / _right_end(result) for place in places),
            values=tuple(float(place) for place in places),
            texts=tuple(f"{count(place)} of {count(result.n_fits)}" for place in places),
        ),
        scene=_scene(result, places),
        numbers=_numbers(result, [rows[place] for place in places]),
        sentences=tuple(_sentence(result, rows[place]) for place in places),
        charts=draw_charts(result, places),
    )


def _what_is_drawn(result: FitCountResult) -> object:
    spec = result.spec
    return spec.ledger, spec.minutes, spec.price, spec.n_jobs


@cached(LRUCache(maxsize=32), key=_what_is_drawn, lock=Lock())
def stage_json(result: FitCountResult) -> str:
    """Return the picture as JSON, made once for views that differ only in where the handle stands."""
    return stage_fits(result).to_json()


def _right_end(result: FitCountResult) -> float:
    """Return the end of the axis: room for the last model to stand inside the frame."""
    return 1.02 * result.n_fits + 0.8


def _scene(result: FitCountResult, places: list[int]) -> Scene:
    models, noun = result.models, noun_of(result.spec.what)[0]
    heights = [0, *models["candidate"].tolist()]
    right, top = _right_end(result), 1.06 * max(heights) + 0.6
    judged, last = models[~models["is_refit"]], models[models["is_refit"]]
    dots = [
        Dots(
            label="fitted on the training rows of one fold",
            x=tuple(judged["number"].astype(float)),
            y=tuple(judged["candidate"].astype(float)),
            meaning="validation",
        )
    ]
    if len(last):
        dots.append(
            Dots(
                label="last fit, on all rows"
                if result.n_outer == 1
                else "last fit of an outer fold",
                x=tuple(last["number"].astype(float)),
                y=tuple(last["candidate"].astype(float)),
                meaning="positive",
                is_hollow=True,
            )
        )
    return Scene(
        x=Axis(
            label="models, in the order of fitting", low=0, high=right, ticks=ticks_up_to(right)
        ),
        y=Axis(label=f"number of the {noun}", low=0, high=top, ticks=ticks_up_to(top)),
        point_x=tuple(float(place) for place in places),
        point_y=tuple(float(heights[place]) for place in places),
        point_meaning="ink",
        dots=tuple(dots),
        sticks=_sticks(result, places, heights),
    )


def _sticks(result: FitCountResult, places: list[int], heights: list[int]) -> Sticks | None:
    """Return a stroke below each model that is fitted; in a long ledger they would be a wall."""
    if result.n_fits > MOST_STICKS:
        return None
    numbers = range(1, result.n_fits + 1)
    return Sticks(
        label="fitted so far",
        x=tuple(float(number) for number in numbers),
        y=(0.0,) * result.n_fits,
        ends=tuple(
            tuple(float(heights[number]) if number <= place else 0.0 for number in numbers)
            for place in places
        ),
        point_ends=(0.0,) * len(places),
        meaning="validation",
    )


def _numbers(result: FitCountResult, rows: list[Any]) -> tuple[Number, ...]:
    spec, n = result.spec, len(rows)
    fitted = [0 if row is None else row.number for row in rows]
    judges = [_say_judges(row) for row in rows]
    numbers = [
        Number(
            label="Models fitted",
            texts=tuple(count(number) for number in fitted),
            notes=(f"of {count(result.n_fits)}",) * n,
        ),
        Number(
            label="This one learns from",
            texts=tuple("–" if row is None else count(row.n_rows) for row in rows),
            notes=(result.row_noun[1],) * n,
        ),
        Number(
            label="and is judged by",
            texts=tuple(text for text, _ in judges),
            notes=tuple(note for _, note in judges),
        ),
        Number(
            label="Time so far, here",
            texts=tuple("0 ms" if row is None else _say_time(row.seconds) for row in rows),
            notes=("measured",) * n,
        ),
        Number(
            label="Work so far, at yours",
            texts=tuple(say_hours(number * spec.minutes / 60) for number in fitted),
            notes=(f"if a fit takes {significant(spec.minutes)} min",) * n,
        ),
        Number(
            label="To pay so far",
            texts=tuple(say_cost(0.0 if row is None else row.cost) for row in rows),
            notes=(f"at {say_cost(spec.price)} an hour",) * n,
        ),
    ]
    if spec.prep != "none":
        numbers.insert(
            1,
            Number(
                label="Calls of fit",
                texts=tuple(count(0 if row is None else row.n_calls) for row in rows),
                notes=("preparing steps too",) * n,
            ),
        )
    return tuple(numbers)


def _say_judges(row: Any) -> tuple[str, str]:
    if row is None:
        return "–", ""
    if row.n_held_out == 0:
        return "nobody", "no row is left"
    return count(row.n_held_out), "rows of the outer fold" if row.is_refit else "rows held out"


def _say_time(seconds: float) -> str:
    return f"{significant(1000 * seconds, 3)} ms" if seconds < 1 else f"{significant(seconds, 3)} s"


def _sentence(result: FitCountResult, row: Any) -> tuple[Phrase, ...]:
    if row is None:
        return (("Nothing is fitted yet. Drag the handle to the right.", None),)
    spec, rows = result.spec, result.row_noun[1]
    start = f"Model {count(row.number)} of {count(result.n_fits)}: "
    outer = f" of outer fold {row.outer}" if row.outer else ""
    what = f"{noun_of(spec.what)[0]} {row.candidate}"
    what += f" ({row.setting})" if row.setting != "as it is" else ""
    if row.is_refit:
        return (
            (f"{start}the best setting once more, {what}", None),
            (f", on all {count(row.n_rows)} training {rows}{outer}. ", "positive"),
            (
                "Nobody judges it."
                if row.n_held_out == 0
                else f"{count(row.n_held_out)} rows of the outer fold judge it.",
                None,
            ),
        )
    round_ = f"round {row.round}, " if result.n_rounds > 1 else ""
    return (
        (f"{start}{what}, {round_}", None),
        (f"fold {row.fold} of {result.n_folds}{outer}", "validation"),
        (
            f". It learns from {count(row.n_rows)} {rows} and is judged by {count(row.n_held_out)} others.",
            None,
        ),
    )
