"""The picture of pruning: thirty learning curves, and which of them go on at the step under the hand."""

from math import log10
from threading import Lock
from typing import Any

import numpy as np
from cachetools import LRUCache, cached

from core.scene import Axis, Line, MovingDots, MovingLine, Scene
from core.search.pruning.charts import TICKS, draw_charts, name_steps
from core.search.pruning.curves import load_curves
from core.search.pruning.lab import PruningResult
from core.search.pruning.words import say_loss, say_step
from core.stage import Handle, Number, Phrase, Stage
from core.wording import percent, significant

LOSSES = (0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.27, 0.3, 0.33, 0.4, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0)
"""Where an axis of losses may have a tick."""
TOP = 0.8
"""Share of the losses that the frame shows; the worst are cut off."""


def _what_is_drawn(result: PruningResult) -> object:
    return result.spec.curves, result.spec.pruner, result.spec.search


@cached(LRUCache(maxsize=32), key=_what_is_drawn, lock=Lock())
def stage_json(result: PruningResult) -> str:
    """Return the picture as JSON, made once for views that differ only in the step that is looked at."""
    return stage_pruning(result).to_json()


class _Watched:
    """The curves of the watched search, and what the pruner gave to each."""

    def __init__(self, result: PruningResult) -> None:
        known = load_curves(result.spec.curves)
        self.losses = known.losses[known.orders[result.spec.search]]
        self.given = known.stops[result.spec.pruner][result.spec.search]
        self.winner = int(self.losses[:, -1].argmin())
        self.n_steps = result.n_steps

    def is_going(self, step: int) -> Any:
        """Return for each training whether it goes on after `step`."""
        return (self.given > step) | (self.given == self.n_steps)


def stage_pruning(result: PruningResult) -> Stage:
    """Return the live picture of the watched search; one step for each step of a training."""
    watched = _Watched(result)
    steps = tuple(range(1, result.n_steps + 1))
    last = result.n_steps - 1
    return Stage(
        alt=(
            f"{result.n_trials} learning curves of one search. The handle moves along the steps; full marks "
            "still go on, hollow marks were stopped."
        ),
        handle=Handle(
            label="Step of every training",
            positions=tuple((step - 1) / last for step in steps),
            values=tuple(float(step) for step in steps),
            texts=tuple(f"after {say_step(result, step)}" for step in steps),
            ticks=tuple(((t - 1) / last, str(t)) for t in TICKS),
            axis_label=name_steps(result),
        ),
        scene=_scene(result, watched),
        numbers=_numbers(result, watched),
        sentences=tuple(_sentence(result, watched, step) for step in steps),
        charts=draw_charts(result),
    )


def _scene(result: PruningResult, watched: _Watched) -> Scene:
    logs = np.log10(watched.losses)
    low, high = float(logs.min()), float(np.quantile(logs, TOP))
    room = 0.05 * (high - low)
    low, high = low - room, high + room
    others = [at for at in range(result.n_trials) if at != watched.winner]
    return Scene(
        x=Axis(
            label=name_steps(result),
            low=0.5,
            high=result.n_steps + 0.5,
            ticks=tuple((float(t), str(t)) for t in TICKS),
        ),
        y=Axis(
            label="log loss, validation rows (log scale)",
            low=low,
            high=high,
            ticks=tuple((log10(t), f"{t:g}") for t in LOSSES if low <= log10(t) <= high),
        ),
        moving_lines=tuple(
            MovingLine(
                label="a training, if it may go on" if at == others[0] else "",
                x=tuple(float(step) for step in range(1, result.n_steps + 1)),
                y=(tuple(logs[at].tolist()),) * result.n_steps,
                meaning="noise",
                is_thin=True,
            )
            for at in others
        ),
        still_lines=(
            Line(
                x=tuple(float(step) for step in range(1, result.n_steps + 1)),
                y=tuple(logs[watched.winner].tolist()),
                meaning="good",
                label="ends best if it may go on",
            ),
        ),
        moving_dots=_dots(result, watched, logs),
    )


def _dots(result: PruningResult, watched: _Watched, logs: Any) -> tuple[MovingDots, ...]:
    going, stopped, winner = [], [], []
    for step in range(1, result.n_steps + 1):
        is_going = watched.is_going(step)
        is_other = np.arange(result.n_trials) != watched.winner
        places = np.where(is_going, step, watched.given)
        heights = logs[np.arange(result.n_trials), places - 1]
        pairs = np.column_stack([places.astype(float), heights])
        going.append(pairs[is_going & is_other])
        stopped.append(pairs[~is_going & is_other])
        winner.append(pairs[[watched.winner]])

    def dots(label: str, parts: list[Any], meaning: Any, *, hollow: bool = False) -> MovingDots:
        return MovingDots(
            label=label,
            x=tuple(tuple(part[:, 0].tolist()) for part in parts),
            y=tuple(tuple(part[:, 1].tolist()) for part in parts),
            meaning=meaning,
            is_hollow=hollow,
            is_small=hollow,
        )

    return (
        dots("stopped", stopped, "negative", hollow=True),
        dots("still going", going, "positive"),
        dots("the later winner", winner, "good"),
    )


def _numbers(result: PruningResult, watched: _Watched) -> tuple[Number, ...]:
    steps = range(1, result.n_steps + 1)
    going = [int(watched.is_going(step).sum()) for step in steps]
    places = [
        int((watched.losses[:, s - 1] < watched.losses[watched.winner, s - 1]).sum()) + 1
        for s in steps
    ]
    given = int(watched.given[watched.winner])
    is_stopped = [given <= step and given < result.n_steps for step in steps]
    n = result.n_steps
    return (
        Number(
            label="Still going",
            texts=tuple(map(str, going)),
            notes=(f"of {result.n_trials} trainings",) * n,
        ),
        Number(
            label="The later winner",
            texts=tuple(
                "stopped" if is_out else f"place {place}"
                for is_out, place in zip(is_stopped, places, strict=True)
            ),
            notes=tuple(
                f"after {say_step(result, given)}"
                if is_out
                else f"of {result.n_trials} at this step"
                for is_out in is_stopped
            ),
        ),
        Number(
            label="Order agrees with the end",
            texts=tuple(significant(v, 2).replace("-", "−") for v in result.steps["agreement"]),
            notes=("rank correlation",) * n,
        ),
        Number(
            label="Steps made by this search",
            texts=(percent(result.run_used, 0),) * n,
            notes=("of all, in the end",) * n,
        ),
        *_totals(result),
    )


def _totals(result: PruningResult) -> tuple[Number, ...]:
    n = result.n_steps
    return (
        Number(
            label="Winner stopped",
            texts=(f"{result.killed} of {result.n_searches}",) * n,
            notes=("searches",) * n,
        ),
        Number(
            label="Steps made by all searches",
            texts=(percent(result.used, 0),) * n,
            notes=(f"8 of 10: {percent(result.used_low, 0)} to {percent(result.used_high, 0)}",)
            * n,
            is_reference=True,
        ),
    )


def _sentence(result: PruningResult, watched: _Watched, step: int) -> tuple[Phrase, ...]:
    going = int(watched.is_going(step).sum())
    now = watched.losses[:, step - 1]
    place = int((now < now[watched.winner]).sum()) + 1
    given = int(watched.given[watched.winner])
    head: Phrase = (f"After {say_step(result, step)}, ", None)
    count_going: Phrase = (f"{going} of {result.n_trials} trainings go on", "positive")
    loss = say_loss(float(watched.losses[watched.winner, -1]))
    if given < result.n_steps and given <= step:
        gone = f"was stopped after {say_step(result, given)}."
        return (
            head,
            count_going,
            (f". The one that would have ended best, at {loss}, {gone}", "good"),
        )
    tail = f". The one that will end best, at {loss}, stands at place {place}."
    return head, count_going, (tail, "good")
