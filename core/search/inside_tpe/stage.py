"""The live picture of a study: trials, the two densities, their ratio, and the one that is proposed."""

from threading import Lock
from typing import Any

import numpy as np
from cachetools import LRUCache, cached

from core.scene import Axis, Line, MovingDots, MovingLine, Scene, round_ticks
from core.search.inside_tpe.charts import draw_charts
from core.search.inside_tpe.lab import InsideTPEResult
from core.search.inside_tpe.objective import KNOBS, Knob
from core.search.inside_tpe.words import say_error, say_setting
from core.stage import Handle, Number, Phrase, Stage
from core.wording import UNDEFINED, count, significant

# The picture has three bands, one above the other, each of height 1.
RATIO, DENSITY, ERROR = 0.0, 1.1, 2.2
TOP = 3.25
NBSP = "\u00a0"
OUTSIDE = -9.0
"""A height that the frame cuts off: nothing is drawn there."""
LEAST_REACH = 0.5
"""The ratio's band reaches at least so many powers of ten from 1, up and down."""
Y_LABEL = f"ratio{5 * NBSP}·{5 * NBSP}densities{5 * NBSP}·{5 * NBSP}error"
RANDOM_NOTE = "this trial was random"
Numbers = np.ndarray[Any, np.dtype[np.float64]]


def stage_study(result: InsideTPEResult) -> Stage:
    """Return the live picture of `result`; one step for each trial."""
    numbers = tuple(range(1, result.n_trials + 1))
    last = len(numbers) - 1
    return Stage(
        alt=(
            f"{result.n_trials} trials of a study: the errors of earlier trials, the densities of good and "
            f"bad ones along {result.knob}, their ratio and the proposal. The handle chooses the trial."
        ),
        handle=Handle(
            label="Trial",
            positions=tuple(step / last for step in range(len(numbers))),
            values=tuple(float(number) for number in numbers),
            texts=tuple(
                f"trial {number}: {'random' if number <= result.spec.n_startup else 'TPE'}"
                for number in numbers
            ),
            ticks=tuple(
                ((number - 1) / last, str(number))
                for number in numbers
                if number in {1, 10, 20, 30}
            ),
            axis_label=f"trial; the first {result.spec.n_startup} are random",
        ),
        scene=_scene(result),
        numbers=_numbers(result),
        sentences=tuple(_sentence(result, number) for number in numbers),
        charts=draw_charts(result),
    )


def _what_is_drawn(result: InsideTPEResult) -> object:
    return result.spec.study, result.spec.truth


@cached(LRUCache(maxsize=32), key=_what_is_drawn, lock=Lock())
def stage_json(result: InsideTPEResult) -> str:
    """Return the picture as JSON, made once for views that differ only in where the handle stands."""
    return stage_study(result).to_json()


def name_axis(knob: Knob) -> Axis:
    """Return the axis of the hyperparameter; powers of ten are written out."""
    if not knob.is_log:
        return Axis(
            label=knob.title, low=knob.low - 1, high=knob.high + 1,
            ticks=tuple((tick, f"{tick:g}") for tick in (1.0, 25.0, 50.0, 75.0, 100.0)),
        )  # fmt: skip
    powers = range(round(knob.low), round(knob.high) + 1)
    return Axis(
        label=f"{knob.title} (each mark is 10 times the one before)",
        low=knob.low - 0.02 * (knob.high - knob.low),
        high=knob.high + 0.02 * (knob.high - knob.low),
        ticks=tuple((float(power), f"{10.0**power:g}") for power in powers),
    )


class _Bands:
    """Where errors, densities and ratios lie in the picture."""

    def __init__(self, result: InsideTPEResult) -> None:
        errors = result.settings["error"]
        self.low, self.high = float(errors.min()), float(errors.max())
        if self.high == self.low:
            self.high = self.low + 1.0
        good, bad = (result.densities[name].to_numpy() for name in ("good", "bad"))
        self.reach = max(LEAST_REACH, float(np.abs(np.log10(good / bad)).max()))
        self.peak = float(result.densities[["good", "bad"]].to_numpy().max())

    def error(self, values: Numbers) -> tuple[float, ...]:
        heights = ERROR + 0.05 + 0.9 * (values - self.low) / (self.high - self.low)
        return tuple(float(v) for v in heights)

    def density(self, values: Numbers) -> tuple[float, ...]:
        return tuple(float(v) for v in DENSITY + 0.95 * values / self.peak)

    def ratio(self, logs: Numbers) -> tuple[float, ...]:
        share = logs / np.log(10) / self.reach
        return tuple(float(v) for v in RATIO + 0.5 + 0.48 * share)

    def ticks(self) -> tuple[tuple[float, str], ...]:
        round_errors = round_ticks(self.low, self.high, n_most=3)
        step = 5 if self.reach < 1 else 10
        if self.reach < np.log10(5):
            step = 2
        powers = ((-np.log10(step), f"÷ {step}"), (0.0, "1"), (np.log10(step), f"× {step}"))
        ratios = self.ratio(np.log(10.0) * np.array([power for power, _ in powers]))
        return (
            *((place, text) for place, (_, text) in zip(ratios, powers, strict=True)),
            (DENSITY, "0"),
            *((self.error(np.array([tick]))[0], significant(tick)) for tick in round_errors),
        )


def _scene(result: InsideTPEResult) -> Scene:
    knob, bands = KNOBS[result.spec.model], _Bands(result)
    axis = name_axis(knob)
    frame = tuple(
        Line(x=(axis.low, axis.high), y=(level, level), meaning="muted", is_dashed=True)
        for level in (RATIO + 1.05, DENSITY + 1.05)
    )
    truth = Line(
        x=tuple(result.settings["parameter"].tolist()),
        y=bands.error(result.settings["error"].to_numpy()),
        meaning="ink",
        label="error of every value (no search sees it)",
        is_dashed=True,
    )
    return Scene(
        x=axis,
        y=Axis(label=Y_LABEL, low=-0.05, high=TOP, ticks=bands.ticks()),
        moving_lines=_densities(result, bands),
        moving_dots=(*_trials(result, bands), *_candidates(result, bands)),
        still_lines=(*frame, truth) if result.spec.truth else frame,
    )


def _densities(result: InsideTPEResult, bands: _Bands) -> tuple[MovingLine, ...]:
    xs = tuple(result.settings["parameter"].tolist())
    nothing = (OUTSIDE,) * len(xs)
    good, bad = (result.densities[name].to_numpy().reshape(-1, len(xs)) for name in ("good", "bad"))
    before = (nothing,) * result.spec.n_startup
    return (
        MovingLine(
            label="density of good trials", x=xs, meaning="good",
            y=(*before, *(bands.density(row) for row in good)),
        ),
        MovingLine(
            label="density of bad trials", x=xs, meaning="variance",
            y=(*before, *(bands.density(row) for row in bad)),
        ),
        MovingLine(
            label="good / bad", x=xs, meaning="ink",
            y=(*before, *(bands.ratio(row) for row in np.log(good / bad))),
        ),
    )  # fmt: skip


def _trials(result: InsideTPEResult, bands: _Bands) -> tuple[MovingDots, ...]:
    parameters = result.trials["parameter"].to_numpy()
    heights = np.array(bands.error(result.trials["error"].to_numpy()))
    is_good = np.zeros((result.n_trials, result.n_trials), dtype=bool)
    groups = result.groups[result.groups["is_good"]]
    is_good[groups["trial"] - 1, groups["earlier"] - 1] = True
    is_earlier = np.tri(result.n_trials, k=-1, dtype=bool)

    def cloud(label: str, which: Any, **look: Any) -> MovingDots:
        return MovingDots(
            label=label,
            x=tuple(tuple(parameters[row].tolist()) for row in which),
            y=tuple(tuple(heights[row].tolist()) for row in which),
            **look,
        )

    return (
        cloud("bad trial", is_earlier & ~is_good, meaning="variance", is_hollow=True),
        cloud("good trial", is_good, meaning="good"),
        cloud(
            "this trial: proposed, then trained",
            np.eye(result.n_trials, dtype=bool),
            meaning="test",
        ),
    )


def _candidates(result: InsideTPEResult, bands: _Bands) -> tuple[MovingDots, ...]:
    parameters = result.settings["parameter"].to_numpy()
    before: tuple[tuple[float, ...], ...] = ((),) * result.spec.n_startup
    per_trial = [table for _, table in result.candidates.groupby("trial", sort=True)]

    def cloud(label: str, is_proposed: bool, **look: Any) -> MovingDots:
        chosen = [table[table["is_proposed"] == is_proposed] for table in per_trial]
        return MovingDots(
            label=label,
            x=(*before, *(tuple(parameters[rows["place"]].tolist()) for rows in chosen)),
            y=(*before, *(bands.ratio(rows["log_ratio"].to_numpy()) for rows in chosen)),
            **look,
        )

    return (
        cloud("candidate", False, meaning="validation", is_small=True),
        cloud("", True, meaning="test"),
    )


def _numbers(result: InsideTPEResult) -> tuple[Number, ...]:
    trials = result.trials
    n_good = result.groups[result.groups["is_good"]].groupby("trial").size()
    known = trials["trial"] - 1
    densities = result.densities.set_index(["trial", "place"])
    places = zip(trials["trial"], trials["place"], trials["is_random"], strict=True)
    pairs: list[Any] = [
        None if is_random else densities.loc[(int(trial), int(place)), :]
        for trial, place, is_random in places
    ]
    return (
        Number(
            label="Good trials",
            texts=tuple(
                f"{n_good[number]} of {number - 1}" if number in n_good.index else UNDEFINED
                for number in trials["trial"]
            ),
            notes=tuple(
                f"a tenth of {n}, rounded up" if number in n_good.index else RANDOM_NOTE
                for n, number in zip(known, trials["trial"], strict=True)
            ),
        ),
        Number(
            label="Ratio at the proposal",
            texts=tuple(
                UNDEFINED if p is None else significant(p["good"] / p["bad"]) for p in pairs
            ),
            notes=tuple(
                RANDOM_NOTE
                if p is None
                else f"{100 * p['good']:.2f}\u202f% ÷ {100 * p['bad']:.2f}\u202f%"
                for p in pairs
            ),
        ),
        Number(
            label="Its error, once trained",
            texts=tuple(significant(error) for error in trials["error"]),
            notes=(result.unit,) * len(trials),
        ),
        Number(
            label="Best so far",
            texts=tuple(significant(best, 4) for best in trials["best"]),
            notes=(result.unit,) * len(trials),
            is_reference=True,
        ),
    )


def _sentence(result: InsideTPEResult, number: int) -> tuple[Phrase, ...]:
    row = result.trials.iloc[number - 1]
    where = say_setting(result, float(row["setting"]))
    error = say_error(result, float(row["error"]))
    if row["is_random"]:
        return ((f"Trial {number} is random: {where}, with an error of {error}.", None),)
    chosen = result.groups[result.groups["trial"] == number]
    n_good = int(chosen["is_good"].sum())
    return (
        (f"{count(n_good)} good", "good"),
        (" and ", None),
        (f"{count(len(chosen) - n_good)} bad", "variance"),
        (f" trials made the densities; TPE proposed {where}. ", None),
        (f"Its error: {error}.", "test"),
    )
