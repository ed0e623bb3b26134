"""The race itself: three strategies, one budget, thirty seeds, on a surface where every cell is known."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.errors import require
from core.progress import report
from core.remember import remembered
from core.search.grids import distributions_of
from core.search.optuna_tools import build_sampler, quiet_optuna
from core.search.run import run_search
from core.search.surface import SURFACES, K, Surface, SurfaceObjective, load_surface

RUNNERS = ("grid", "random", "tpe")
N_SEEDS = 30
BUDGETS = (9, 25, 36, 121)
"""Trials of each strategy: squares of numbers of values whose grid falls on the cells."""


@dataclass(frozen=True, kw_only=True)
class RunsSpec:
    """Which surface is raced on, and for how long."""

    surface: str = "diabetes"
    """``diabetes`` or ``tumours``."""
    n_trials: int = 25
    """Settings that each strategy may try; each costs one fit a fold."""

    def __post_init__(self) -> None:
        require(
            self.surface in SURFACES,
            f"There is no surface {self.surface!r}. There are: {', '.join(SURFACES)}.",
        )
        require(
            self.n_trials in BUDGETS,
            f"The budget is one of {', '.join(map(str, BUDGETS))} trials, got {self.n_trials}. "
            "These are the grids that fall on the measured cells.",
        )


@dataclass(frozen=True, eq=False)
class Runs:
    """Every trial of every run.

    `trials` has one row for each strategy, seed and trial: ``strategy``, ``seed``, ``trial`` (from 1),
    ``fits`` (so far), ``first`` and ``second`` (places of the cell), ``score`` (mean over the folds),
    ``best`` (highest so far) and ``missed`` (the best cell of the surface minus ``best``). The grid has
    no seed: its one run counts as seed 0.
    """

    spec: RunsSpec
    n_cells: int
    trials: pd.DataFrame


@remembered
def run_race(spec: RunsSpec) -> Runs:
    """Let grid, random search and TPE search the same surface with the same number of fits.

    The grid is scikit-learn's `GridSearchCV`, the draws are those of its `RandomizedSearchCV`, TPE is
    Optuna's. Check by eye: ``missed`` never rises along a run, and 25 trials cost 125 fits.
    """
    surface, parts = load_surface(spec.surface), []
    grid = run_search(surface.card.spec("grid", spec.n_trials), SurfaceObjective(surface))
    parts.append(_tabulate(surface, "grid", 0, _cells_of(surface, grid.params)))
    for seed in range(N_SEEDS):
        report(seed / N_SEEDS, f"Race {seed + 1} of {N_SEEDS}")
        parts.append(_tabulate(surface, "random", seed, draw_cells(surface, spec.n_trials, seed)))
        parts.append(_tabulate(surface, "tpe", seed, propose_cells(surface, spec.n_trials, seed)))
    trials = pd.concat(parts, ignore_index=True)
    return Runs(spec=spec, n_cells=surface.seen.size, trials=trials)


def draw_cells(surface: Surface, n_trials: int, seed: int) -> list[tuple[int, int]]:
    """Return the cells that scikit-learn's random search tries, by its own sampler."""
    from sklearn.model_selection import ParameterSampler

    drawn = ParameterSampler(distributions_of(surface.card.space), n_trials, random_state=seed)
    return [surface.cell_of(params) for params in drawn]


def propose_cells(surface: Surface, n_trials: int, seed: int) -> list[tuple[int, int]]:
    """Return the cells that Optuna's TPE tries, each after it has heard of all before it."""
    import optuna

    from core.search.suggest import suggest

    cells: list[tuple[int, int]] = []

    def objective(trial: Any) -> float:
        cells.append(surface.cell_of(suggest(trial, surface.card.space)))
        return float(surface.seen[cells[-1]])

    with quiet_optuna():
        sampler = build_sampler("tpe", surface.card.space, seed, n_trials)
        study = optuna.create_study(direction="maximize", sampler=sampler)
        study.optimize(objective, n_trials=n_trials)
    return cells


def _cells_of(surface: Surface, params: pd.DataFrame) -> list[tuple[int, int]]:
    wide = params.pivot_table(index="number", columns="name", values="value")
    return [
        surface.cell_of({str(name): value for name, value in row.items()})
        for row in wide.to_dict("records")
    ]


def _tabulate(
    surface: Surface, strategy: str, seed: int, cells: list[tuple[int, int]]
) -> pd.DataFrame:
    first, second = np.array(cells).T
    score = surface.seen[first, second]
    best = np.maximum.accumulate(score)
    trial = np.arange(1, len(cells) + 1)
    return pd.DataFrame(
        {
            "strategy": strategy,
            "seed": seed,
            "trial": trial,
            "fits": K * trial,
            "first": first,
            "second": second,
            "score": score,
            "best": best,
            "missed": surface.best - best,
        }
    )
