"""The picture of a parallel search: workers as lanes, time to the right, and what each trial knows."""

from collections.abc import Hashable
from threading import Lock
from typing import Any

from cachetools import LRUCache, cached

from core.lanes import CellKind, Lanes
from core.scene import Axis, Line, round_ticks
from core.search.parallel.lab import N_STARTUP, ParallelResult
from core.search.parallel.races import SIZES
from core.search.parallel.words import amount, times
from core.stage import Chart, Handle, Mark, Number, Phrase, Stage
from core.wording import significant

KINDS = (
    CellKind(letter=" ", label="", meaning="muted", height=0.0),
    CellKind(letter="r", label="trial drawn at random", meaning="negative", height=0.45),
    CellKind(letter="l", label="trial chosen by what is known", meaning="positive", height=1.0),
)


def _what_is_drawn(result: ParallelResult) -> object:
    return result.spec.races, result.spec.serial


@cached(LRUCache(maxsize=32), key=_what_is_drawn, lock=Lock())
def stage_json(result: ParallelResult) -> str:
    """Return the picture as JSON, made once for views that differ only in where the handle stands."""
    return stage_workers(result).to_json()


def stage_workers(result: ParallelResult) -> Stage:
    """Return the live picture; one step for each number of workers that was raced."""
    rows = result.sizes.to_dict("records")
    last = len(SIZES) - 1
    return Stage(
        alt=(
            "One lane for each worker, time to the right. Each cell is a trial; the more workers, the "
            "sooner the search is over and the fewer trials are chosen by what earlier ones found."
        ),
        handle=Handle(
            label="Workers",
            positions=tuple(place / last for place in range(len(SIZES))),
            values=tuple(float(size) for size in SIZES),
            texts=tuple("1 worker" if size == 1 else f"{size} workers" for size in SIZES),
            ticks=tuple((place / last, str(size)) for place, size in enumerate(SIZES)),
            axis_label="workers",
        ),
        lanes=_lanes(result),
        numbers=(
            Number(
                label="Time it takes",
                texts=tuple(f"{row['waves']}" for row in rows),
                notes=tuple("trials long" if row["waves"] > 1 else "trial long" for row in rows),
            ),
            Number(
                label="Trials that learnt",
                texts=tuple(f"{row['n_learnt']} of {result.spec.n_trials}" for row in rows),
                notes=tuple(f"the others: drawn, until {N_STARTUP} are done" for row in rows),
            ),
            Number(
                label=f"Missed {result.metric}",
                texts=tuple(amount(row["missed"]) for row in rows),
                notes=(f"mean of {result.n_seeds} searches",) * len(rows),
            ),
            Number(
                label="Times faster, same closeness",
                texts=tuple(times(row["worth_speed"]) for row in rows),
                notes=tuple(
                    f"{times(row['worth_low'] / row['waves'])} to "
                    f"{times(row['worth_high'] / row['waves'])}"
                    for row in rows
                ),
            ),
        ),
        sentences=tuple(_sentence(result, row) for row in rows),
        charts=(_missed(result), _speed(result)),
    )


def _lanes(result: ParallelResult) -> Lanes:
    n_trials, most = result.spec.n_trials, max(SIZES)
    steps, labels = [], []
    for size in SIZES:
        lanes = []
        for worker in range(most):
            cells = ""
            for place in range(n_trials):
                trial = place * size + worker
                is_there = worker < size and trial < n_trials
                cells += ("l" if place * size >= N_STARTUP else "r") if is_there else " "
            lanes.append(cells)
        steps.append(tuple(lanes))
        labels.append(tuple(f"{worker + 1}" if worker < size else "" for worker in range(most)))
    ticks = [tick for tick in (1, 6, 12, 18, 24, 36, 48) if tick <= n_trials]
    return Lanes(
        x=Axis(
            label="time, in trials; one lane for each worker",
            low=1.0,
            high=float(n_trials),
            ticks=tuple((float(tick), str(tick)) for tick in ticks),
        ),
        kinds=KINDS,
        steps=tuple(steps),
        labels=tuple(labels),
        notes=(("",) * most,) * len(SIZES),
    )


def _sentence(result: ParallelResult, row: dict[Hashable, Any]) -> tuple[Phrase, ...]:
    size, worth = row["at_once"], row["worth"]
    if size == 1:
        return (
            (f"One worker: {result.spec.n_trials} trials, one after the other, ", None),
            (f"{row['n_learnt']} of them", "positive"),
            (" chosen by what earlier ones found.", None),
        )
    return (
        (f"{size} workers: ", None),
        (f"{row['n_learnt']} trials", "positive"),
        (f" could learn. All {result.spec.n_trials} were worth {worth} one at a time.", None),
    )


def _missed(result: ParallelResult) -> Chart:
    ends = result.sizes["missed"]
    x_max, top = float(result.spec.n_trials), 3.0 * float(ends.max())
    lines = []
    for key, curve in result.curves.groupby("at_once", sort=True):
        size = int(key)  # type: ignore[arg-type]  # a whole number, as the column
        if size not in (1, 8) or len(curve) < 2:
            continue
        lines.append(
            Line(
                x=tuple(curve["wave"].astype(float)),
                y=tuple(curve["missed"].tolist()),
                meaning="positive" if size == 1 else "noise",
                label="1 worker"
                if size == 1
                else str(size),  # a longer word would not fit beside the axis
                label_at=0.75 if size == 1 else 0.9,
                is_dashed=size != 1,
            )
        )
    return Chart(
        title="Missed, by the clock",
        alt="Mean of what is missed against time in trials, for 1 and for 8 workers.",
        x_label="time, in trials",
        y_label=f"missed {result.metric}",
        x_max=x_max,
        y_max=top,
        x_ticks=tuple((tick, f"{tick:g}") for tick in round_ticks(0, x_max, n_most=5)),
        y_ticks=tuple((tick, significant(tick)) for tick in round_ticks(0, top, n_most=4)),
        lines=tuple(lines),
        point_x=tuple(float(waves) for waves in result.sizes["waves"]),
        point_y=tuple(ends.tolist()),
    )


def _speed(result: ParallelResult) -> Chart:
    speeds, most = result.speeds, float(max(SIZES))
    workers = tuple(speeds["workers"].astype(float))
    sizes = tuple(float(size) for size in SIZES)
    amdahl = speeds.set_index("workers")["amdahl"]
    return Chart(
        title="Times faster",
        alt="Times faster against workers: as many as workers, what it was worth, and Amdahl's law.",
        x_label="workers",
        y_label="times faster",
        x_max=most,
        y_max=most,
        x_ticks=tuple((tick, f"{tick:g}") for tick in (1.0, 8.0, 16.0, 24.0)),
        y_ticks=tuple((tick, f"{tick:g}") for tick in (1.0, 8.0, 16.0, 24.0)),
        lines=(
            Line(
                x=workers, y=workers, meaning="muted", label="as many as workers", label_at=0.55,
                is_dashed=True,
            ),
            Line(
                x=sizes, y=tuple(result.sizes["worth_speed"].tolist()), meaning="positive",
                label="same closeness", label_at=0.8, is_label_below=True,
            ),
            Line(
                x=workers, y=tuple(speeds["amdahl"].tolist()), meaning="negative",
                label=f"{result.spec.serial} % serial", label_at=0.6, is_label_below=True,
            ),
        ),
        point_x=sizes,
        point_y=tuple(result.sizes["worth_speed"].tolist()),
        point_meaning="positive",
        marks=(
            Mark(x=sizes, y=tuple(float(amdahl[s]) for s in SIZES), meaning="negative"),
        ),
    )  # fmt: skip
