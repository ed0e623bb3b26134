"""The picture of three sets: how high the best climbs as more models are looked at."""

from math import isfinite
from threading import Lock

from cachetools import LRUCache, cached

from core.scene import Axis, Line, MovingLine, Scene, Sticks, round_ticks
from core.stage import Handle, Meaning, Number, Phrase, Stage
from core.validation.three_sets.charts import HIGH, LOW, X_TICKS, draw_charts, places
from core.validation.three_sets.lab import ThreeSetsResult
from core.validation.three_sets.words import (
    METRIC_NAMES,
    say_gap,
    say_models,
    say_score,
    say_short,
    tell_step,
)
from core.wording import THIN, count, percent


def stage_three_sets(result: ThreeSetsResult) -> Stage:
    """Return the live picture of `result`; one step for each row of ``result.sweep``."""
    return Stage(
        alt=(
            "Test score of the best model against the number of models looked at, beside what it is really "
            "worth. The point can be dragged to more models."
        ),
        handle=_handle(result),
        scene=_scene(result),
        numbers=_numbers(result),
        sentences=tuple(_sentence(result, row) for row in result.sweep.itertuples()),
        charts=draw_charts(result),
    )


@cached(LRUCache(maxsize=64), key=lambda result: result.spec.peek, lock=Lock())
def stage_json(result: ThreeSetsResult) -> str:
    """Return the picture as JSON, made once for views that differ only in the number of models."""
    return stage_three_sets(result).to_json()


def _handle(result: ThreeSetsResult) -> Handle:
    ms = result.sweep["m"].tolist()
    return Handle(
        label="Models looked at",
        positions=tuple((place - LOW) / (HIGH - LOW) for place in places(result)),
        values=tuple(float(m) for m in ms),
        texts=tuple(say_models(m) for m in ms),
    )


def _scene(result: ThreeSetsResult) -> Scene:
    sweep, x = result.sweep, places(result)
    names = ("said", "said_low", "said_high", "true", "judged", "expected")
    values = [v for name in names for v in sweep[name] if isfinite(v)]
    room = 0.08 * (max(values) - min(values))
    low, high = min(values) - room, max(values) + room

    def still(name: str, meaning: Meaning, label: str, *, dashed: bool = False) -> Line:
        return Line(x=x, y=tuple(sweep[name]), meaning=meaning, label=label, is_dashed=dashed)

    lines = [
        still("true", "good", "what it is really worth"),
        still("judged", "test", "chosen by validation, tested once"),
        still("said_low", "muted", "90 % of the runs", dashed=True),
        still("said_high", "muted", "", dashed=True),
    ]
    if isfinite(result.expected):
        lines.append(still("expected", "ink", "the best of independent guessers", dashed=True))
    curve = (tuple(sweep["said"]),) * len(sweep)
    unit = " (%)" if result.metric == "accuracy" else ""
    return Scene(
        x=Axis(label="models looked at", low=LOW, high=HIGH, ticks=X_TICKS),
        y=Axis(
            label=f"{METRIC_NAMES[result.metric]}{unit}, {count(result.n_test)} test rows",
            low=low,
            high=high,
            # Bare numbers: with their unit they would touch the label on a phone.
            ticks=tuple((t, say_short(result, t).split(THIN)[0]) for t in round_ticks(low, high)),
        ),
        point_x=x,
        point_y=tuple(sweep["said"]),
        point_meaning="positive",
        moving_lines=(
            MovingLine(label="test score of the best", x=x, y=curve, meaning="positive"),
        ),
        still_lines=tuple(lines),
        sticks=Sticks(
            label="too much", x=(), y=(), ends=((),) * len(sweep),
            point_ends=tuple(sweep["true"]), meaning="positive",
        ),
    )  # fmt: skip


def _numbers(result: ThreeSetsResult) -> tuple[Number, ...]:
    rows = list(result.sweep.itertuples())

    def number(label: str, name: str, notes: tuple[str, ...]) -> Number:
        texts = tuple(say_score(result, value) for value in result.sweep[name])
        return Number(label=label, texts=texts, notes=notes)

    spans = tuple(
        f"90\u202f% of runs {say_short(result, low)} to {say_short(result, high)}"
        for low, high in zip(result.sweep["said_low"], result.sweep["said_high"], strict=True)
    )
    honest = tuple(
        f"90\u202f% of runs {say_short(result, low)} to {say_short(result, high)}"
        for low, high in zip(result.sweep["judged_low"], result.sweep["judged_high"], strict=True)
    )
    gaps = result.sweep["optimism"].tolist()
    errors = result.sweep["optimism_error"].tolist()
    one_run = ("what one person would see",) * len(rows)
    return (
        number("Chosen by test: said", "said", spans),
        number("Really worth", "true", ("mean of the runs",) * len(rows)),
        Number(
            label="Said too much",
            texts=tuple(say_gap(result, gap) for gap in gaps),
            notes=tuple(f"± {say_gap(result, 2 * error).lstrip('+')}" for error in errors),
        ),
        Number(
            label="Runs that say too much",
            texts=tuple(percent(share, 0) for share in result.sweep["flattered"]),
            notes=(f"of {count(result.n_runs)} runs",) * len(rows),
        ),
        number("Chosen by validation", "blamed", ("validation score of the best",) * len(rows)),
        number("Its test score", "judged", honest),
        number("Really worth", "judged_true", ("mean of the runs",) * len(rows)),
        number("One single run said", "run_said", one_run),
    )


def _sentence(result: ThreeSetsResult, row: object) -> tuple[Phrase, ...]:
    said, true, honest = tell_step(result, row)
    return ((said, "positive"), (true, "good"), (honest, None))
