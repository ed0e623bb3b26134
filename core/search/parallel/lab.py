"""Do eight workers search eight times faster? What waiting less costs in knowing less."""

from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached
from numpy.typing import NDArray

from core.errors import require
from core.lab import Lab, SlowPart
from core.search.parallel.measure import MeasureSpec, measure_machine
from core.search.parallel.races import N_SEEDS, SIZES, RacesSpec, race_at_once
from core.search.parallel.script import write_script
from core.search.parallel.speed import amdahl_ceiling, amdahl_speed, count_waves, wave_speed
from core.search.surface import load_surface

N_STARTUP = 10
"""TPE draws at random until so many trials are finished."""
MOST_SERIAL = 50
N_RESAMPLES = 400


@dataclass(frozen=True, kw_only=True)
class ParallelSpec:
    """A surface, a budget, the workers, and what of the work they cannot share."""

    surface: str = "diabetes"
    """``diabetes`` or ``tumours``."""
    n_trials: int = 24
    """24 or 48."""
    workers: int = 8
    """Trials at once: 1, 2, 4, 8 or 24."""
    serial: int = 10
    """Percent of a search that runs on one worker however many there are."""
    measured: int = 0
    """Which measurement of this machine is shown; 0 is none yet."""

    def __post_init__(self) -> None:
        _ = self.races  # refuses unknown surfaces and budgets
        require(
            self.workers in SIZES,
            f"There are races with {', '.join(map(str, SIZES))} workers, got {self.workers}. "
            "Choose one of these.",
        )
        require(
            0 <= self.serial <= MOST_SERIAL,
            f"The serial part is 0 to {MOST_SERIAL} percent, got {self.serial}. Try 10.",
        )
        require(self.measured >= 0, f"Measurements are counted from 0, got {self.measured}.")

    @property
    def races(self) -> RacesSpec:
        """The races; the same for all workers."""
        return RacesSpec(surface=self.surface, n_trials=self.n_trials)


@dataclass(frozen=True, eq=False)
class ParallelResult:
    """What so many workers save in time, and what their search misses.

    ``missed`` is the score of the best cell minus the best score that was found, the mean over the races.
    """

    spec: ParallelSpec
    title: str
    metric: str
    n_seeds: int
    waves: int
    """Rounds of trials, if all take equally long."""
    idle: int
    """Places in the last round that stay empty."""
    wave_speed: float
    """How many times shorter: trials / waves."""
    n_learnt: int
    """Trials that were chosen by what earlier ones had found; the others were drawn at random."""
    n_learnt_alone: int
    alone_missed: float
    """Mean missed by TPE that hears of each trial before it chooses the next one."""
    missed: float
    """Mean missed by TPE with so many trials at once."""
    more: float
    """The second minus the first, race by race; with the 95 % interval of its mean."""
    more_low: float
    more_high: float
    n_farther: int
    """Races that ended farther from the best cell than with one trial at a time."""
    n_closer: int
    worth: int
    """Trials one at a time that come as close on average; at most the budget."""
    worth_low: int
    """The middle 95 % of it when the races are drawn anew (bootstrap)."""
    worth_high: int
    worth_speed: float
    """How many times faster to the same closeness: worth / waves."""
    amdahl: float
    """How many times faster at best, with the serial part."""
    ceiling: float
    """What no number of workers can exceed; infinite if nothing is serial."""
    is_measured: bool
    cores: int
    measured_workers: int
    machine: str
    measured_at: str
    load_before: float
    load_after: float
    repeats: int
    threads_python: float
    """How many times faster than in turn, by the least times: threads, with a loop in Python."""
    threads_forest: float
    processes_python: float
    processes_forest: float
    curves: pd.DataFrame
    """One row for each size and wave: ``at_once``, ``wave``, ``trials``, ``missed`` (mean)."""
    sizes: pd.DataFrame
    """One row for each size: ``at_once``, ``waves``, ``n_learnt``, ``missed``, ``more``, ``more_low``,
    ``more_high``, ``n_farther``, ``n_closer``, ``worth``, ``worth_low``, ``worth_high``, ``worth_speed``."""
    speeds: pd.DataFrame
    """One row for 1 to 24 workers: ``workers``, ``ideal``, ``waves`` (trials / waves), ``amdahl``."""
    times: pd.DataFrame
    """See `core.search.parallel.measure.Measured`; empty if nothing is measured yet."""
    engines: pd.DataFrame


def search_in_parallel(spec: ParallelSpec) -> ParallelResult:
    """Answer "do so many workers search so many times faster?".

    Check by eye: with 1 worker ``more`` is 0 and ``worth`` is about the budget; 24 trials on 8 workers
    are 3 waves.
    """
    known = _summarise(spec.races)
    row: Any = known.sizes.set_index("at_once").loc[spec.workers]
    n_trials, share = spec.n_trials, spec.serial / 100
    counts = ("waves", "n_learnt", "n_farther", "n_closer", "worth", "worth_low", "worth_high")
    own: dict[str, Any] = {name: int(row[name]) for name in counts}
    own |= {name: float(row[name]) for name in ("missed", "more", "more_low", "more_high")}
    surface = load_surface(spec.surface)
    return ParallelResult(
        spec=spec,
        title=surface.card.title,
        metric={"r2": "R²", "roc_auc": "AUC"}[surface.card.metric],
        n_seeds=N_SEEDS,
        idle=own["waves"] * spec.workers - n_trials,
        wave_speed=wave_speed(n_trials, spec.workers),
        n_learnt_alone=count_learnt(n_trials, 1),
        alone_missed=float(known.sizes["missed"].iloc[0]),
        **own,
        worth_speed=float(row["worth_speed"]),
        amdahl=amdahl_speed(share, spec.workers),
        ceiling=amdahl_ceiling(share),
        **_measured(spec.measured),
        curves=known.curves.copy(deep=False),
        sizes=known.sizes.copy(deep=False),
        speeds=_tabulate_speeds(n_trials, share),
    )


def count_learnt(n_trials: int, at_once: int) -> int:
    """Return how many trials TPE chooses by what it knows: those asked for when 10 are finished.

    Check by eye: of 24 trials 14 if one at a time, 8 if 8 at once, none if all at once.
    """
    return sum((trial // at_once) * at_once >= N_STARTUP for trial in range(n_trials))


@dataclass(frozen=True, eq=False)
class _Known:
    curves: pd.DataFrame
    sizes: pd.DataFrame


@cached(LRUCache(maxsize=8), lock=Lock())
def _summarise(spec: RacesSpec) -> _Known:
    trials, n_trials = race_at_once(spec).trials, spec.n_trials
    missed = {
        at_once: group["missed"].to_numpy().reshape(N_SEEDS, n_trials)
        for at_once, group in trials.groupby("at_once", sort=True)
    }
    curves = [
        (size, wave, size * wave, float(missed[size][:, size * wave - 1].mean()))
        for size in SIZES
        for wave in range(1, n_trials // size + 1)
    ]
    sizes = [_compare(size, missed[size], missed[1]) for size in SIZES]
    names = ["at_once", "wave", "trials", "missed"]
    return _Known(pd.DataFrame(curves, columns=names), pd.DataFrame(sizes))


def _compare(
    at_once: int, missed: NDArray[np.float64], alone: NDArray[np.float64]
) -> dict[str, Any]:
    from scipy.stats import t

    n_seeds, n_trials = missed.shape
    ends, more = missed[:, -1], missed[:, -1] - alone[:, -1]
    error = float(more.std(ddof=1) / np.sqrt(n_seeds) * t.ppf(0.975, n_seeds - 1))
    drawn = np.random.default_rng(0).integers(n_seeds, size=(N_RESAMPLES, n_seeds))
    worths = [count_worth(ends[rows].mean(), alone[rows].mean(axis=0)) for rows in drawn]
    low, high = np.quantile(worths, [0.025, 0.975], method="nearest").tolist()
    worth, waves = count_worth(ends.mean(), alone.mean(axis=0)), count_waves(n_trials, at_once)
    return {
        "at_once": at_once,
        "waves": waves,
        "n_learnt": count_learnt(n_trials, at_once),
        "missed": float(ends.mean()),
        "more": float(more.mean()),
        "more_low": float(more.mean()) - error,
        "more_high": float(more.mean()) + error,
        "n_farther": int((more > 0).sum()),
        "n_closer": int((more < 0).sum()),
        "worth": worth if at_once > 1 else n_trials,
        "worth_low": int(low) if at_once > 1 else n_trials,
        "worth_high": int(high) if at_once > 1 else n_trials,
        "worth_speed": (worth if at_once > 1 else n_trials) / waves,
    }


def count_worth(missed: float, alone: NDArray[np.float64]) -> int:
    """Return after how many trials one at a time comes as close as `missed`; all of them if never.

    Check by eye: missed 3 against 9, 5, 3, 1 is worth 3 trials.
    """
    close = np.flatnonzero(alone <= missed)
    return int(close[0]) + 1 if len(close) else len(alone)


def _tabulate_speeds(n_trials: int, share: float) -> pd.DataFrame:
    workers = range(1, max(SIZES) + 1)
    return pd.DataFrame(
        {
            "workers": list(workers),
            "ideal": [float(w) for w in workers],
            "waves": [wave_speed(n_trials, w) for w in workers],
            "amdahl": [amdahl_speed(share, w) for w in workers],
        }
    )


NOTHING: dict[str, Any] = {
    "is_measured": False, "cores": 0, "measured_workers": 0, "machine": "", "measured_at": "",
    "load_before": np.nan, "load_after": np.nan, "repeats": 0, "threads_python": np.nan,
    "threads_forest": np.nan, "processes_python": np.nan, "processes_forest": np.nan,
}  # fmt: skip


def _measured(take: int) -> dict[str, Any]:
    if take == 0:
        return NOTHING | {"times": pd.DataFrame(), "engines": pd.DataFrame()}
    found = measure_machine(MeasureSpec(take=take))
    faster = found.times.set_index(["way", "work"])["faster"]
    pairs = [(way, work) for way in ("threads", "processes") for work in ("python", "forest")]
    return {
        "is_measured": True,
        "cores": found.cores,
        "measured_workers": found.workers,
        "machine": found.machine,
        "measured_at": found.measured_at,
        "load_before": found.load_before,
        "load_after": found.load_after,
        "repeats": found.repeats,
        **{f"{way}_{work}": float(faster[way, work]) for way, work in pairs},
        "times": found.times,
        "engines": found.engines,
    }


def name_slow_part(spec: ParallelSpec) -> SlowPart | None:
    """Return what a view waits for: its races, then the measurement; the first view's run at start."""
    if spec.races != RacesSpec() and race_at_once.recall(spec.races) is None:
        what = (
            f"{N_SEEDS} races of {spec.n_trials} trials with each number of workers, "
            "in a process of their own."
        )
        return SlowPart(run=race_at_once, spec=spec.races, what=what)
    if spec.measured:
        what = (
            "Threads, processes and the engines that are here, by the clock, in a process of its own. "
            "What else runs on this machine now makes the times longer."
        )
        return SlowPart(run=measure_machine, spec=MeasureSpec(take=spec.measured), what=what)
    return None


LAB = Lab(
    name="parallel",
    question="Do more workers find good settings sooner?",
    spec=ParallelSpec,
    run=search_in_parallel,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "all-at-once": {"workers": 24},
        "two": {"workers": 2},
        "tumours": {"surface": "tumours"},
        "long": {"n_trials": 48, "workers": 24},
    },
)
