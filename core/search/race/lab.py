"""Grid, random or Bayesian search? Thirty races at equally many fits, where the best cell is known."""

from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached

from core.errors import require
from core.lab import Lab, SlowPart
from core.search.race.runs import N_SEEDS, RUNNERS, Runs, RunsSpec, run_race
from core.search.race.script import write_script
from core.search.surface import N_DEALINGS, K, Surface, load_surface


@dataclass(frozen=True, kw_only=True)
class RaceSpec:
    """A surface, a budget, and the race that is watched."""

    surface: str = "diabetes"
    """``diabetes`` or ``tumours``."""
    n_trials: int = 25
    """Settings that each strategy may try: 9, 25, 36 or 121."""
    race: int = 0
    """Which of the thirty races is watched, from 0: the seed of the draws."""
    at: int = 10
    """How many trials of it have been made; a place beyond the last one is the last one."""

    def __post_init__(self) -> None:
        _ = self.runs  # refuses unknown surfaces and budgets
        require(
            0 <= self.race < N_SEEDS,
            f"The races are counted from 0 to {N_SEEDS - 1}, got {self.race}. Choose one of them.",
        )
        require(1 <= self.at <= 441, f"Trials are counted from 1, got {self.at}. Try 10.")

    @property
    def runs(self) -> RunsSpec:
        """The races; the same for all that is watched of them."""
        return RunsSpec(surface=self.surface, n_trials=self.n_trials)


@dataclass(frozen=True, eq=False)
class RaceResult:
    """Who came how close to the best cell of the surface.

    ``missed`` is the score of the best cell minus the best score that was found: 0 is a full hit. The
    medians and the middle 80 % (``low`` to ``high``) are over the thirty races.
    """

    spec: RaceSpec
    title: str
    metric: str
    """``R²`` or ``AUC``."""
    first_name: str
    second_name: str
    n_seeds: int
    n_cells: int
    fits: int
    """Models that each strategy trains: trials × folds."""
    at: int
    """Trials of the watched race that have been made."""
    best: float
    """Score of the best cell, as a search sees it."""
    best_first: float
    best_second: float
    grid_best: float
    grid_missed: float
    random_missed: float
    random_low: float
    random_high: float
    tpe_missed: float
    tpe_low: float
    tpe_high: float
    random_beats_grid: int
    """Races in which random search ended closer to the best cell than the grid."""
    tpe_beats_grid: int
    tpe_beats_random: int
    random_beats_tpe: int
    grid_here: float
    """What each has missed in the watched race so far."""
    random_here: float
    tpe_here: float
    grid_values: int
    """Different values of the first parameter that each has tried at the end of the watched race."""
    random_values: int
    tpe_values: int
    n_winners: int
    """Different cells that come out best when the rows are dealt into folds five times."""
    best_elsewhere: float
    """Mean score of the best cell in the other dealings."""
    flattery: float
    """How much better the best cell looks where it was chosen than where it was not."""
    grid_elsewhere: float
    """Mean score, in the other dealings, of the pair that each search chose; the median of the races."""
    random_elsewhere: float
    tpe_elsewhere: float
    least_best: float
    """The best score on the surface in the least lucky dealing, and in the luckiest."""
    most_best: float
    trials: pd.DataFrame
    """See `core.search.race.runs.Runs`."""
    summary: pd.DataFrame
    """One row for each strategy and trial: ``strategy``, ``fits``, ``median``, ``low``, ``high``."""
    dealings: pd.DataFrame
    """One row for each dealing: ``dealing`` (from 1), ``first`` and ``second`` (values of its best cell),
    ``score`` (of that cell there), ``same_cell`` (score there of the best cell of dealing 1)."""


def race_on_surface(spec: RaceSpec) -> RaceResult:
    """Answer "which search comes closest to the best setting with the same number of fits?".

    Check by eye: no strategy misses less than 0, and 25 trials in 5 folds are 125 fits.
    """
    known = _summarise(spec.runs)
    at = min(spec.at, spec.n_trials)
    here: dict[str, Any] = {}
    for name in RUNNERS:
        run = known.watched[name, 0 if name == "grid" else spec.race]
        here[f"{name}_here"] = float(run["missed"].iloc[at - 1])
        here[f"{name}_values"] = int(run["first"].nunique())
    tables: dict[str, Any] = {n: table.copy(deep=False) for n, table in known.tables.items()}
    return RaceResult(spec=spec, at=at, **known.scalars, **here, **tables)


@dataclass(frozen=True, eq=False)
class _Known:
    """All of a `RaceResult` that is the same whatever is watched."""

    scalars: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    watched: dict[tuple[str, int], pd.DataFrame]


@cached(LRUCache(maxsize=16), lock=Lock())
def _summarise(spec: RunsSpec) -> _Known:
    runs, surface = run_race(spec), load_surface(spec.surface)
    last = runs.trials[runs.trials["trial"] == spec.n_trials]
    ends = {name: last.loc[last["strategy"] == name, "missed"].to_numpy() for name in RUNNERS}
    first, second = np.unravel_index(int(surface.seen.argmax()), surface.seen.shape)
    names = [parameter.name for parameter in surface.card.space]
    best = surface.params_of(int(first), int(second))
    dealings = _compare_dealings(surface, int(first), int(second))
    elsewhere = float(surface.long_run[first, second])
    scalars = {
        "title": surface.card.title,
        "metric": {"r2": "R²", "roc_auc": "AUC"}[surface.card.metric],
        "first_name": names[0],
        "second_name": names[1],
        "n_seeds": N_SEEDS,
        "n_cells": runs.n_cells,
        "fits": K * spec.n_trials,
        "best": surface.best,
        "best_first": best[names[0]],
        "best_second": best[names[1]],
        "grid_best": surface.best - float(ends["grid"][0]),
        "grid_missed": float(ends["grid"][0]),
        **_ends(ends),
        "n_winners": int(dealings[["first", "second"]].drop_duplicates().shape[0]),
        "best_elsewhere": elsewhere,
        "flattery": surface.best - elsewhere,
        **_judge_elsewhere(runs, surface),
        "least_best": float(dealings["score"].min()),
        "most_best": float(dealings["score"].max()),
    }
    keys: Any = ["strategy", "seed"]
    watched = {(str(k[0]), int(k[1])): run for k, run in runs.trials.groupby(keys)}
    tables = {"trials": runs.trials, "summary": summarise_runs(runs), "dealings": dealings}
    return _Known(scalars=scalars, tables=tables, watched=watched)


def _ends(ends: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in ("random", "tpe"):
        low, median, high = np.quantile(ends[name], [0.1, 0.5, 0.9]).tolist()
        found |= {f"{name}_missed": median, f"{name}_low": low, f"{name}_high": high}
    return found | {
        "random_beats_grid": int((ends["random"] < ends["grid"][0]).sum()),
        "tpe_beats_grid": int((ends["tpe"] < ends["grid"][0]).sum()),
        "tpe_beats_random": int((ends["tpe"] < ends["random"]).sum()),
        "random_beats_tpe": int((ends["random"] < ends["tpe"]).sum()),
    }


def _judge_elsewhere(runs: Runs, surface: Surface) -> dict[str, float]:
    chosen = runs.trials.loc[runs.trials.groupby(["strategy", "seed"])["score"].idxmax()]
    scores = pd.Series(surface.long_run[chosen["first"], chosen["second"]])
    medians = scores.groupby(chosen["strategy"].to_numpy()).median()
    return {f"{name}_elsewhere": float(medians[name]) for name in RUNNERS}


def summarise_runs(runs: Runs) -> pd.DataFrame:
    """Return median and the middle 80 % of what was missed, for each strategy and number of fits."""
    groups = runs.trials.groupby(["strategy", "fits"])["missed"]
    table = groups.quantile(np.array([0.1, 0.5, 0.9])).unstack().reset_index()
    table.columns = pd.Index(["strategy", "fits", "low", "median", "high"])
    return table.astype({"strategy": "str", "fits": "int64"})


def _compare_dealings(surface: Surface, first: int, second: int) -> pd.DataFrame:
    means, rows = surface.scores.mean(axis=-1), []
    for dealing in range(N_DEALINGS):
        places = np.unravel_index(int(means[:, :, dealing].argmax()), means.shape[:2])
        values = list(surface.params_of(int(places[0]), int(places[1])).values())
        score = float(means[places[0], places[1], dealing])
        rows.append((dealing + 1, *values, score, float(means[first, second, dealing])))
    return pd.DataFrame(rows, columns=["dealing", "first", "second", "score", "same_cell"])


def name_slow_part(spec: RaceSpec) -> SlowPart | None:
    """Return the races that a view waits for; None for the first view's, run as the server starts."""
    if spec.runs == RunsSpec():
        return None
    what = (
        f"{N_SEEDS} races of {spec.n_trials} trials for each of three strategies, "
        "in a process of their own."
    )
    return SlowPart(run=run_race, spec=spec.runs, what=what)


LAB = Lab(
    name="race",
    question="Grid, random or Bayesian search: who finds good settings with fewest fits?",
    spec=RaceSpec,
    run=race_on_surface,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "few": {"n_trials": 9, "at": 9},
        "many": {"n_trials": 36, "at": 36},
        "tumours": {"surface": "tumours"},
        "tumours-few": {"surface": "tumours", "n_trials": 9, "at": 9},
    },
)
