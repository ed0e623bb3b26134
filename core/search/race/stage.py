"""The picture of one race: three maps of the same surface, and where each search has looked so far."""

from threading import Lock

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached

from core.lanes import CellKind, Lanes
from core.scene import Axis, Line, Meaning, round_ticks
from core.search.race.figures import LABELS, MEANINGS
from core.search.race.lab import RaceResult
from core.search.race.runs import RUNNERS
from core.search.race.words import amount, setting
from core.search.surface import N_LEVELS, K, load_surface
from core.stage import Chart, Handle, Mark, Number, Phrase, Stage
from core.wording import significant

GAP = 2
"""Empty cells between two maps."""
QUALITY = (0.5, 0.75, 0.9, 0.97)
"""Shares of the cells that are worse, from which a cell is drawn one step taller."""
KINDS = (
    CellKind(letter=" ", label="", meaning="muted", height=0.0),
    CellKind(letter="0", label="", meaning="muted", height=0.08),
    CellKind(letter="1", label="", meaning="muted", height=0.25),
    CellKind(letter="2", label="untried: the taller, the better", meaning="muted", height=0.45),
    CellKind(letter="3", label="", meaning="muted", height=0.65),
    CellKind(letter="4", label="", meaning="muted", height=0.9),
    CellKind(letter="t", label="tried", meaning="negative", height=1.0),
    CellKind(letter="n", label="tried just now", meaning="positive", height=1.0),
    CellKind(letter="b", label="best so far", meaning="good", height=1.0),
)
Watched = dict[str, pd.DataFrame]


def _what_is_drawn(result: RaceResult) -> object:
    return result.spec.runs, result.spec.race


@cached(LRUCache(maxsize=32), key=_what_is_drawn, lock=Lock())
def stage_json(result: RaceResult) -> str:
    """Return the picture as JSON, made once for views that differ only in where the handle stands."""
    return stage_race(result).to_json()


def stage_race(result: RaceResult) -> Stage:
    """Return the live picture of the watched race; one step for each trial."""
    n_trials, watched = result.spec.n_trials, watch(result)
    trials = tuple(range(1, n_trials + 1))
    last = max(n_trials - 1, 1)
    ticks = [t for t in trials if t in (1, n_trials) or t % max(1, n_trials // 5) == 0]
    return Stage(
        alt=(
            f"Three maps of the same {result.n_cells} cells, one for each search. The handle says how many "
            "trials have been made; tried cells are full."
        ),
        handle=Handle(
            label="Trials made by each",
            positions=tuple((t - 1) / last for t in trials),
            values=tuple(float(t) for t in trials),
            texts=tuple(f"{t} trials, {K * t} fits" for t in trials),
            ticks=tuple(((t - 1) / last, str(t)) for t in ticks),
            axis_label="trials",
        ),
        lanes=_lanes(result, watched),
        numbers=_numbers(result, watched),
        sentences=tuple(_sentence(watched, at) for at in range(n_trials)),
        charts=(_missed(result, watched), _values(result, watched)),
    )


def watch(result: RaceResult) -> Watched:
    """Return the trials of the watched race by search."""
    trials, race = result.trials, result.spec.race
    return {
        name: trials[
            (trials["strategy"] == name) & (trials["seed"] == (0 if name == "grid" else race))
        ].reset_index(drop=True)
        for name in RUNNERS
    }


def _lanes(result: RaceResult, watched: Watched) -> Lanes:
    surface = load_surface(result.spec.surface)
    steps = np.searchsorted(np.quantile(surface.seen, QUALITY), surface.seen, side="right")
    ground = [[str(step) for step in line] for line in steps.tolist()]
    width = len(RUNNERS) * N_LEVELS + (len(RUNNERS) - 1) * GAP
    middles = [place * (N_LEVELS + GAP) + (N_LEVELS + 1) / 2 for place in range(len(RUNNERS))]
    names = [setting(value) for value in surface.levels[0][::-1]]
    n_trials = result.spec.n_trials
    return Lanes(
        x=Axis(
            label=f"{result.second_name}: {setting(surface.levels[1][0])} to "
            f"{setting(surface.levels[1][-1])} in each map; upwards {result.first_name}",
            low=1.0,
            high=float(width),
            ticks=tuple(
                (middle, LABELS[name]) for middle, name in zip(middles, RUNNERS, strict=True)
            ),
        ),
        kinds=KINDS,
        steps=tuple(_rows(ground, watched, at) for at in range(n_trials)),
        labels=(tuple(names),) * n_trials,
        notes=(("",) * N_LEVELS,) * n_trials,
    )


def _rows(ground: list[list[str]], watched: Watched, at: int) -> tuple[str, ...]:
    """Return the lanes after trial `at`, the largest value of the first parameter on top."""
    maps = []
    for name in RUNNERS:
        run, cells = watched[name], [line.copy() for line in ground]
        places = list(zip(run["first"].iloc[: at + 1], run["second"].iloc[: at + 1], strict=True))
        for first, second in places:
            cells[first][second] = "t"
        newest, best = places[-1], places[int(run["score"].iloc[: at + 1].argmax())]
        cells[newest[0]][newest[1]] = "n"
        cells[best[0]][best[1]] = "b"
        maps.append(cells[::-1])
    return tuple((" " * GAP).join("".join(one[line]) for one in maps) for line in range(N_LEVELS))


def _numbers(result: RaceResult, watched: Watched) -> tuple[Number, ...]:
    numbers = [
        Number(
            label=f"{LABELS[name]}: best so far",
            texts=tuple(significant(value, 4) for value in run["best"]),
            notes=tuple(f"missed {amount(value)}" for value in run["missed"]),
        )
        for name, run in watched.items()
    ]
    n_steps = result.spec.n_trials
    there = Number(
        label=f"Best cell, {result.metric}",
        texts=(significant(result.best, 4),) * n_steps,
        notes=(f"of {result.n_cells}, all trained",) * n_steps,
        is_reference=True,
    )
    return (*numbers, there)


def _sentence(watched: Watched, at: int) -> tuple[Phrase, ...]:
    missed = {name: float(run["missed"].iloc[at]) for name, run in watched.items()}
    least = min(missed.values())
    ahead = [name for name in RUNNERS if missed[name] == least]
    phrases: list[Phrase] = [(f"After {K * (at + 1)} fits each, ", None)]
    for place, name in enumerate(ahead):
        phrases.append((" and " if place else "", None))
        phrases.append((LABELS[name], MEANINGS[name]))
    verb = "are ahead" if len(ahead) > 1 else "is ahead"
    end = f" {verb}: {amount(least)} below the best cell." if least else " found the best cell."
    return (*phrases, (end, None))


def _along(result: RaceResult) -> tuple[tuple[float, ...], tuple[tuple[float, str], ...]]:
    n_trials = result.spec.n_trials
    fits = tuple(float(K * trial) for trial in range(1, n_trials + 1))
    return fits, tuple((tick, f"{tick:g}") for tick in round_ticks(0, fits[-1], n_most=5))


def _missed(result: RaceResult, watched: Watched) -> Chart:
    x, ticks = _along(result)
    # The first draws may be very far off; what is decided later must be readable.
    late = [
        float(run["missed"].iloc[len(run) // 3]) for name, run in watched.items() if name != "grid"
    ]
    top = 1.4 * max(*late, float(watched["grid"]["missed"].iloc[-1]), 1e-4)
    heights = {name: tuple(run["missed"].tolist()) for name, run in watched.items()}
    inside = {n: tuple(v if v <= top else None for v in values) for n, values in heights.items()}
    return Chart(
        title="Missed in this race",
        alt="What each search still misses against the models trained; 0 is the best cell.",
        x_label="models trained",
        y_label=f"missed {result.metric}",
        x_max=x[-1],
        y_max=top,
        x_ticks=ticks,
        y_ticks=tuple((tick, significant(tick)) for tick in round_ticks(0, top, n_most=4)),
        lines=_lines(x, heights, {"grid": 0.8, "random": 0.55, "tpe": 0.95}),
        point_x=tuple(a if v is not None else None for a, v in zip(x, inside["grid"], strict=True)),
        point_y=inside["grid"],
        point_meaning=MEANINGS["grid"],
        marks=tuple(
            Mark(
                x=tuple(a if v is not None else None for a, v in zip(x, inside[name], strict=True)),
                y=inside[name],
                meaning=MEANINGS[name],
            )
            for name in ("random", "tpe")
        ),
    )


def _values(result: RaceResult, watched: Watched) -> Chart:
    x, ticks = _along(result)
    counts = {
        name: tuple(float(n) for n in (~run["first"].duplicated()).cumsum())
        for name, run in watched.items()
    }
    top = 1.15 * max(values[-1] for values in counts.values())
    return Chart(
        title=f"Different values of {result.first_name} tried",
        alt=f"How many values of {result.first_name} each search has tried, against models trained.",
        x_label="models trained",
        y_label="values",
        x_max=x[-1],
        y_max=top,
        x_ticks=ticks,
        y_ticks=tuple((tick, f"{tick:g}") for tick in round_ticks(0, top, n_most=4)),
        lines=_lines(x, counts, {"grid": 0.8, "random": 0.6, "tpe": 0.95}),
        point_x=x,
        point_y=counts["grid"],
        point_meaning=MEANINGS["grid"],
        marks=tuple(
            Mark(x=x, y=counts[name], meaning=MEANINGS[name]) for name in ("random", "tpe")
        ),
    )


def _lines(
    x: tuple[float, ...], heights: dict[str, tuple[float, ...]], label_at: dict[str, float]
) -> tuple[Line, ...]:
    meanings: dict[str, Meaning] = MEANINGS
    return tuple(
        Line(
            x=x,
            y=values,
            meaning=meanings[name],
            label=LABELS[name],
            label_at=label_at[name],
            is_dashed=name == "grid",
        )
        for name, values in heights.items()
    )
