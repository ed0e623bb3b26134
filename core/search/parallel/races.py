"""TPE asked for several trials at once, on a surface where every cell is known: what it no longer knows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import require
from core.progress import report
from core.remember import remembered
from core.search.optuna_tools import build_sampler, quiet_optuna
from core.search.suggest import suggest
from core.search.surface import SURFACES, Surface, load_surface

SIZES = (1, 2, 4, 8, 24)
"""Trials that are asked for at once; divisors of every budget."""
BUDGETS = (24, 48)
N_SEEDS = 40


@dataclass(frozen=True, kw_only=True)
class RacesSpec:
    """Which surface is searched, and with how many trials."""

    surface: str = "diabetes"
    """``diabetes`` or ``tumours``."""
    n_trials: int = 24

    def __post_init__(self) -> None:
        require(
            self.surface in SURFACES,
            f"There is no surface {self.surface!r}. There are: {', '.join(SURFACES)}.",
        )
        require(
            self.n_trials in BUDGETS,
            f"The budget is one of {', '.join(map(str, BUDGETS))} trials, got {self.n_trials}. "
            "These fall into whole rounds.",
        )


@dataclass(frozen=True, eq=False)
class Races:
    """Every trial of every race.

    `trials` has one row for each size, seed and trial: ``at_once``, ``seed``, ``trial`` and ``wave``
    (from 1), ``first`` and ``second`` (places of the cell), ``missed`` (score of the best cell of the
    surface minus the best score so far).
    """

    spec: RacesSpec
    trials: pd.DataFrame


@remembered
def race_at_once(spec: RacesSpec) -> Races:
    """Let Optuna's TPE search with 1, 2, 4, 8 and 24 trials at once, forty times each.

    Check by eye: ``missed`` never rises along a race, and 24 trials, 8 at once, are 3 waves.
    """
    surface, parts = load_surface(spec.surface), []
    for place, at_once in enumerate(SIZES):
        for seed in range(N_SEEDS):
            done = (place * N_SEEDS + seed) / (len(SIZES) * N_SEEDS)
            report(done, f"{at_once} at once: race {seed + 1} of {N_SEEDS}")
            cells = search_at_once(surface, spec.n_trials, at_once, seed)
            parts.append(_tabulate(surface, at_once, seed, cells))
    return Races(spec=spec, trials=pd.concat(parts, ignore_index=True))


def search_at_once(
    surface: Surface, n_trials: int, at_once: int, seed: int
) -> list[tuple[int, int]]:
    """Return the cells that TPE tries when it is asked for `at_once` trials before it is told of any.

    All of a wave are told in the order in which they were asked for, so the clock decides nothing.
    """
    import optuna

    cells: list[tuple[int, int]] = []
    with quiet_optuna():
        sampler = build_sampler("tpe", surface.card.space, seed, n_trials)
        study = optuna.create_study(direction="maximize", sampler=sampler)
        while len(cells) < n_trials:
            wave = [study.ask() for _ in range(min(at_once, n_trials - len(cells)))]
            chosen = [surface.cell_of(suggest(trial, surface.card.space)) for trial in wave]
            for trial, cell in zip(wave, chosen, strict=True):
                study.tell(trial, float(surface.seen[cell]))
            cells += chosen
    return cells


def _tabulate(
    surface: Surface, at_once: int, seed: int, cells: list[tuple[int, int]]
) -> pd.DataFrame:
    first, second = np.array(cells).T
    trial = np.arange(1, len(cells) + 1)
    return pd.DataFrame(
        {
            "at_once": at_once,
            "seed": seed,
            "trial": trial,
            "wave": -(-trial // at_once),
            "first": first,
            "second": second,
            "missed": surface.best - np.maximum.accumulate(surface.seen[first, second]),
        }
    )
