"""How does TPE choose its next trial? A real study, one trial at a time, and your own turn beside it."""

from dataclasses import dataclass
from itertools import pairwise
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached

from core.datasets import load_dataset
from core.errors import require
from core.lab import Lab, SlowPart
from core.search.inside_tpe.objective import KNOBS, N_PLACES, ModelName
from core.search.inside_tpe.script import write_script
from core.search.inside_tpe.study import (
    N_STUDIES,
    N_TRIALS,
    StudyRecord,
    StudySpec,
    find_random_quantile,
    run_study,
)

MOST_PICKS = 6
"""Trials that the learner may choose."""
NEAR = 10
"""Places; a proposal at most so far from the best one is "beside" it: a tenth of the range."""


@dataclass(frozen=True, kw_only=True)
class InsideTPESpec:
    """A study, the trial that is looked at, and the trials that the learner chose."""

    data: str = "diabetes"
    """A table whose target is a number: ``diabetes``, ``house_prices``, ``delivery_times``, ``own-…``."""
    model: ModelName = "svm"
    """What is trained, and which of its hyperparameters is searched: ``svm`` (gamma), ``boosting``
    (learning rate) or ``neighbours`` (their number)."""
    trial: int = 11
    """The trial under the handle, from 1 to 30."""
    n_startup: int = 10
    """Random trials before TPE begins."""
    truth: bool = False
    """Show the error of every setting, which no search can see."""
    picks: tuple[int, ...] = ()
    """Places, 0 to 100, that the learner tried after the random trials."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.study  # refuses unknown tables, models and seeds
        require(
            1 <= self.trial <= N_TRIALS,
            f"The study has trials 1 to {N_TRIALS}, got {self.trial}. Try 11, the first that TPE chose.",
        )
        require(
            len(self.picks) <= MOST_PICKS,
            f"You may choose {MOST_PICKS} trials, got {len(self.picks)}. Start anew.",
        )
        require(
            all(0 <= place < N_PLACES for place in self.picks),
            f"A trial takes one of the places 0 to {N_PLACES - 1}, got "
            f"{', '.join(str(place) for place in self.picks)}. Choose within the range.",
        )

    @property
    def study(self) -> StudySpec:
        """What is trained: the same wherever the handle stands, and whatever was picked."""
        return StudySpec(data=self.data, model=self.model, n_startup=self.n_startup, seed=self.seed)


@dataclass(frozen=True, eq=False)
class InsideTPEResult:
    """How the trial under the handle was chosen, and how the learner fared beside TPE.

    Errors and distances are RMSE on the validation rows, in the unit of the target. NaN where a trial
    was random, or where nothing was picked yet.
    """

    spec: InsideTPESpec
    unit: str
    parameter: str
    """The parameter's name in the study, and the words for it and for the model."""
    knob: str
    model_title: str
    n_trials: int
    n_good: int
    """Earlier trials that made the density of good settings, and of bad ones; 0 if it was random."""
    n_bad: int
    setting: float
    """What the trial under the handle tried."""
    error: float
    best: float
    """The smallest error up to this trial, itself included."""
    good: float
    """Density of good and of bad settings at the proposal: shares of a sum of 1 over all values."""
    bad: float
    ratio: float
    first_place: int
    """Place of TPE's first own trial, of the best random one, and the widest untried stretch."""
    best_start_place: int
    gap_low: int
    gap_high: int
    final_setting: float
    """The best setting that the study found, and its error."""
    final_error: float
    best_setting: float
    """The best of all settings, and its error."""
    best_error: float
    n_picks: int
    your_regret: float
    """Distance to the best error after the random trials and the picks: yours, that of TPE after as
    many trials, and of random search in the median."""
    tpe_regret: float
    random_regret: float
    n_studies: int
    random_ahead: float
    """Chance that random search ends nearer to the best than TPE after as many trials, and that both
    end at the same distance; exact for random search, a mean over the studies of TPE."""
    level: float
    is_joint: bool
    """What Optuna's sampler does with several hyperparameters, and with trials that still run."""
    counts_running_as_bad: bool
    settings: pd.DataFrame
    trials: pd.DataFrame
    groups: pd.DataFrame
    densities: pd.DataFrame
    candidates: pd.DataFrame
    race: pd.DataFrame
    finals: pd.DataFrame
    """These seven as in `core.search.inside_tpe.study.StudyRecord`."""
    picks: pd.DataFrame
    """One row per pick: ``trial``, ``place``, ``setting``, ``error``, ``best``."""


def look_inside(spec: InsideTPESpec) -> InsideTPEResult:
    """Answer "which earlier trials and which densities led TPE to this trial?".

    Check by eye: at trial 11 there are 10 earlier trials, and 1 of them is good.
    """
    everywhere = _look_over(spec.study)
    tables: dict[str, Any] = {n: table.copy(deep=False) for n, table in everywhere.tables.items()}
    return InsideTPEResult(
        spec=spec,
        **everywhere.scalars,
        **everywhere.steps[spec.trial - 1],
        **tables,
        **_judge_picks(spec, everywhere),
    )


@dataclass(frozen=True, eq=False)
class _Everywhere:
    """All of a result that is the same wherever the handle stands."""

    scalars: dict[str, Any]
    steps: tuple[dict[str, Any], ...]
    tables: dict[str, pd.DataFrame]
    errors: np.ndarray[Any, np.dtype[np.float64]]
    places: tuple[int, ...]


@cached(LRUCache(maxsize=32), lock=Lock())
def _look_over(spec: StudySpec) -> _Everywhere:
    record, knob, dataset = run_study(spec), KNOBS[spec.model], load_dataset(spec.data)
    names = ("settings", "trials", "groups", "densities", "candidates", "race", "finals")
    tables = {name: getattr(record, name) for name in names}
    places = tuple(int(place) for place in record.trials["place"])
    start = record.trials["error"].iloc[: spec.n_startup]
    low, high = find_widest_gap(places[: spec.n_startup])
    best_trial = int(record.trials["error"].argmin())
    ahead, level = _meet_random(record)
    target = next(column for column in dataset.columns if column.name == dataset.target)
    scalars = {
        "unit": (target.unit or "").split(" (")[0],
        "parameter": knob.parameter,
        "knob": knob.title,
        "model_title": knob.model_title,
        "n_trials": len(places),
        "first_place": places[spec.n_startup],
        "best_start_place": places[int(start.argmin())],
        "gap_low": low,
        "gap_high": high,
        "final_setting": float(record.trials["setting"].iloc[best_trial]),
        "final_error": float(record.trials["error"].iloc[best_trial]),
        "best_setting": float(record.settings["setting"].iloc[record.best_place]),
        "best_error": record.best_error,
        "n_studies": N_STUDIES,
        "is_joint": record.is_joint,
        "counts_running_as_bad": record.counts_running_as_bad,
        "random_ahead": ahead,
        "level": level,
    }
    errors = record.settings["error"].to_numpy()
    return _Everywhere(scalars, _describe_trials(record), tables, errors, places)


def _describe_trials(record: StudyRecord) -> tuple[dict[str, Any], ...]:
    groups = record.groups.groupby(["trial", "is_good"]).size()
    densities = record.densities.set_index(["trial", "place"])
    steps = []
    for row in record.trials.to_dict("records"):
        step = {name: float(row[name]) for name in ("setting", "error", "best")}
        good = bad = float("nan")
        if not row["is_random"]:
            good, bad = (float(v) for v in densities.loc[(row["trial"], row["place"])])
        n_good, n_bad = (int(groups.get((row["trial"], is_good), 0)) for is_good in (True, False))
        steps.append(
            {
                **step,
                "n_good": n_good,
                "n_bad": n_bad,
                "good": good,
                "bad": bad,
                "ratio": good / bad,
            }
        )
    return tuple(steps)


def _meet_random(record: StudyRecord) -> tuple[float, float]:
    """Return how likely random search ends ahead of a study of TPE, and level with it.

    The best of n draws is below v with the chance 1 − (share of values not below v)ⁿ.
    """
    values, n_trials = record.settings["error"].to_numpy(), len(record.trials)
    reached = record.finals["regret"].to_numpy() + record.best_error
    below, up_to = (
        1 - np.mean(values[None, :] >= reached[:, None] + margin, axis=1) ** n_trials
        for margin in (-1e-9, 1e-9)
    )
    return float(below.mean()), float((up_to - below).mean())


def find_widest_gap(places: tuple[int, ...]) -> tuple[int, int]:
    """Return the ends of the widest stretch without a trial; a border of the range may be one end.

    Check by eye: trials at 10 and 90 leave the stretch from 10 to 90.
    """
    ends = sorted({-1, *places, N_PLACES})
    return max(pairwise(ends), key=lambda gap: gap[1] - gap[0])


def _judge_picks(spec: InsideTPESpec, everywhere: _Everywhere) -> dict[str, Any]:
    errors, n_start = everywhere.errors, spec.n_startup
    start = errors[list(everywhere.places[:n_start])].min()
    picked = errors[list(spec.picks)]
    best = np.minimum.accumulate(np.append(start, picked))
    settings = everywhere.tables["settings"]["setting"].to_numpy()[list(spec.picks)]
    picks = pd.DataFrame(
        {
            "trial": n_start + 1 + np.arange(len(picked)),
            "place": np.array(spec.picks, dtype=np.int64),
            "setting": settings,
            "error": picked,
            "best": best[1:],
        }
    )
    n_picks, lowest = len(picked), errors.min()
    chance = find_random_quantile(errors, n_picks, 0.5) if n_picks else np.inf
    tpe = errors[list(everywhere.places[: n_start + n_picks])].min()
    return {
        "n_picks": n_picks,
        "your_regret": float(best[-1] - lowest),
        "tpe_regret": float(tpe - lowest),
        "random_regret": float(min(start, chance) - lowest),
        "picks": picks,
    }


def name_slow_part(spec: InsideTPESpec) -> SlowPart | None:
    """Return the training that a view waits for; None for the study that the lesson opens with."""
    if spec.study == StudySpec():
        return None
    knob = KNOBS[spec.model]
    what = (
        f"{knob.model_title}: {N_PLACES} values of {knob.title} are being trained, then {N_STUDIES} "
        "studies choose among them."
    )
    return SlowPart(run=run_study, spec=spec.study, what=what)


LAB = Lab(
    name="inside-tpe",
    question="How does TPE choose its next trial?",
    spec=InsideTPESpec,
    run=look_inside,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "last": {"trial": 30, "truth": True},
        "random": {"trial": 4},
        "your-turn": {"trial": 16, "picks": (50, 45, 60)},
        "neighbours": {"model": "neighbours", "trial": 20, "seed": 1},
        "boosting": {"model": "boosting", "trial": 15},
        "prices": {"data": "house_prices", "trial": 12},
    },
)
