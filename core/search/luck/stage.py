"""The picture of luck: the best of each search moves right as it looks on, and hardly upwards."""

from threading import Lock
from typing import Any

import numpy as np
from cachetools import LRUCache, cached
from numpy.typing import NDArray

from core.scene import Axis, Line, MovingDots, Scene, round_ticks
from core.search.luck.charts import HIGH, LOW, draw_charts, places
from core.search.luck.lab import LuckResult, count_fits
from core.search.luck.words import say_gap, say_settings, say_size, tell_step
from core.stage import Handle, Number, Phrase, Stage
from core.wording import count, percent

EDGE = 0.05
"""Share of all points that may lie outside the frame at each end, so that a few poor settings do not
squeeze the others."""
TICKS = (1, 3, 10, 30, 100)


def _what_is_drawn(result: LuckResult) -> object:
    return result.spec.data, result.spec.search


@cached(LRUCache(maxsize=32), key=_what_is_drawn, lock=Lock())
def stage_json(result: LuckResult) -> str:
    """Return the picture as JSON, made once for views that differ only in the number of settings."""
    return stage_luck(result).to_json()


def stage_luck(result: LuckResult) -> Stage:
    """Return the live picture of `result`; one step for each row of ``result.sweep``."""
    return Stage(
        alt=(
            f"The best settings of {result.n_searches} searches: what each search says across, what "
            "untouched rows say upwards. The handle sets how many settings each search has tried."
        ),
        handle=_handle(result),
        scene=_scene(result),
        numbers=_numbers(result),
        sentences=tuple(_sentence(row) for row in result.sweep.itertuples()),
        charts=draw_charts(result),
    )


def _handle(result: LuckResult) -> Handle:
    ns = [int(n) for n in result.sweep["n"]]
    at = dict(zip(ns, places(result), strict=True))
    return Handle(
        label="Settings tried by each search",
        positions=tuple((at[n] - LOW) / (HIGH - LOW) for n in ns),
        values=tuple(float(n) for n in ns),
        texts=tuple(f"{say_settings(n)}, {count(count_fits(n)['fits'])} fits" for n in ns),
        ticks=tuple(((at[n] - LOW) / (HIGH - LOW), str(n)) for n in TICKS),
        axis_label="settings tried",
    )


def _scene(result: LuckResult) -> Scene:
    winners, tried = result.winners, result.settings
    ns = [int(n) for n in result.sweep["n"]]
    x_low, x_high = _range(winners["said"].to_numpy())
    y_low, y_high = _range(winners["true"].to_numpy())
    low, high = max(x_low, y_low), min(x_high, y_high)
    steps = [winners[winners["n"] == n] for n in ns]
    means = result.sweep
    return Scene(
        x=Axis(
            label=f"said by the search: accuracy, {count(result.n_rows)} rows",
            low=x_low,
            high=x_high,
            ticks=tuple((t, percent(t, 0)) for t in round_ticks(x_low, x_high)),
        ),
        y=Axis(
            label=f"accuracy on {count(result.n_untouched)} untouched rows",
            low=y_low,
            high=y_high,
            ticks=tuple((t, percent(t, 0)) for t in round_ticks(y_low, y_high)),
        ),
        still_lines=_truths(result, (low, high), (x_low, x_high)),
        moving_dots=(
            MovingDots(
                label="all settings tried by one of them",
                x=tuple(tuple(tried["said"].iloc[:n]) for n in ns),
                y=tuple(tuple(tried["true"].iloc[:n]) for n in ns),
                meaning="muted",
                is_hollow=True,
                is_small=True,
            ),
            MovingDots(
                label=f"the best of each of {result.n_searches} searches",
                x=tuple(tuple(step["said"]) for step in steps),
                y=tuple(tuple(step["true"]) for step in steps),
                meaning="positive",
            ),
            MovingDots(
                label="their mean",
                x=tuple((v,) for v in means["said"].tolist()),
                y=tuple((v,) for v in means["true"].tolist()),
                meaning="test",
            ),
        ),
    )


def _truths(
    result: LuckResult, both: tuple[float, float], across: tuple[float, float]
) -> tuple[Line, ...]:
    """Return where said and true agree, and for coin flips where the truth lies."""
    diagonal = Line(
        x=both, y=both, meaning="ink", label="as good as it says", is_dashed=True, label_at=0.05
    )
    half = Line(x=across, y=(0.5, 0.5), meaning="good", label="the truth: one half", label_at=0.1)
    return (diagonal, half) if result.is_noise else (diagonal,)


def _range(values: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(values, [EDGE, 1]).tolist()
    room = 0.06 * (high - low)
    return low - room, high + room


def _numbers(result: LuckResult) -> tuple[Number, ...]:
    sweep = result.sweep
    rows: list[Any] = list(sweep.itertuples())
    ns = [int(n) for n in sweep["n"]]
    priced = [count_fits(n) for n in ns]

    def number(label: str, name: str, note: str, *, is_reference: bool = False) -> Number:
        texts = tuple(percent(value, 1) for value in sweep[name])
        return Number(label=label, texts=texts, notes=(note,) * len(ns), is_reference=is_reference)

    return (
        number("The search says", "said", "cross-validation of its best"),
        number("Untouched rows say", "true", "the same setting"),
        Number(
            label="Winner's curse",
            texts=tuple(say_gap(row.gap) for row in rows),
            notes=tuple(f"± {say_size(2 * row.gap_error)}" for row in rows),
        ),
        Number(
            label="Searches that say too much",
            texts=tuple(str(int(row.flattered)) for row in rows),
            notes=(f"of {result.n_searches}",) * len(ns),
        ),
        number("Nested says", "nested", "a search in each outer fold"),
        Number(
            label="Fits",
            texts=tuple(count(price["fits"]) for price in priced),
            notes=tuple(f"nested: {count(price['nested_fits'])}" for price in priced),
            is_reference=True,
        ),
    )


def _sentence(row: object) -> tuple[Phrase, ...]:
    said, true, nested = tell_step(row)
    return ((said, "positive"), (true, "test"), (nested, None))
