"""Search: the settings of a model, tried by a real tool, in one table whatever the tool."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from core.remember import remembered
from core.search import trial as trials_of
from core.search.engine import open_crew
from core.search.objective import Objective, TrainingObjective
from core.search.optuna_tools import build_sampler, run_optuna
from core.search.recorder import ForeignStudyError, Journal, NoJournal, Recorder
from core.search.sklearn_tools import count_expected, run_sklearn
from core.search.spec import MOST_TRIALS, SKLEARN, SearchSpec, Strategy
from core.search.study_file import forget_study, read_trials, studies_folder, write_study
from core.search.trial import Trial, settle_rungs

OPEN_ENDED: tuple[Strategy, ...] = ("tpe", "optuna_random", "qmc", "cmaes", "gp")
"""Strategies that choose each trial without knowing how many are to come.

Their first trials are the same whatever the budget, so a larger budget goes on with the same study. A
grid or a halving is laid out for its budget as a whole, and scikit-learn draws its random settings so.
"""


@dataclass(frozen=True, eq=False)
class SearchResult:
    """What a search tried and found; of a search that still runs, what it has finished.

    `trials` has one row for each trial (see `core.search.trial.tabulate_trials`), `params` one for each
    trial and parameter, `folds` one for each trial and fold, `steps` one for each trial and reported
    step. All carry ``number``, the trial's own from 0.
    """

    spec: SearchSpec
    n_expected: int
    """Trials that the search makes in all, as far as that is known before."""
    n_trials: int
    n_complete: int
    n_pruned: int
    n_failed: int
    n_fits: int
    """Models begun, all trials and folds together."""
    cost: float
    """Work in whole trainings of one fold: less than `n_fits` where trainings were stopped early."""
    best_number: int | None
    """The trial with the highest mean score among the complete ones, the first of equals; None if none."""
    best_value: float
    """Its mean score; nan if there is none."""
    best_std: float
    """The standard deviation of its score over the folds."""
    trials: pd.DataFrame
    params: pd.DataFrame
    folds: pd.DataFrame
    steps: pd.DataFrame


@remembered
def search(spec: SearchSpec) -> SearchResult:
    """Find good settings with the tool and the budget of `spec`.

    Each finished trial is kept at once in the study's file under ``GLASSROOM_HOME/studies``. When a
    search is interrupted, the same spec goes on behind the last finished trial and ends with the same
    trials as without the interruption (only ``seconds`` differ). With a larger budget an `OPEN_ENDED`
    strategy goes on as well, and with a smaller one nothing is trained again.
    The fits are made by the engine of the settings; the trials are the same on each.
    Check by eye: 9 trials of a grid over two parameters in 5 folds begin 45 fits.

    Raises
    ------
    SpecError
        If a grid has more settings than the budget, the tool or the engine lacks a package, no cluster
        answers, or a class has fewer rows than there are folds.
    """
    check_runnable(spec)
    path = study_path(spec)
    with open_crew() as crew:
        objective = TrainingObjective(spec, crew)
        for is_last in (False, True):
            with write_study(path, spec.searched) as journal:
                try:
                    return run_search(spec, objective, journal)
                except ForeignStudyError:
                    if is_last:
                        raise
            forget_study(path)  # what is kept there was not made by this search
    raise AssertionError


def check_runnable(spec: SearchSpec) -> None:
    """Raise `SpecError` if the tool of `spec` cannot begin: too small a budget, a missing package."""
    count_expected(spec)
    if spec.strategy not in SKLEARN:
        build_sampler(spec.strategy, spec.searched, spec.seed, spec.n_trials)


def read_study(spec: SearchSpec) -> SearchResult:
    """Return what the search of `spec` has finished so far, also while it runs in another process."""
    return summarise(spec, read_trials(study_path(spec))[: count_expected(spec)])


def study_path(spec: SearchSpec) -> Path:
    """Return the file of the study: a database of Optuna, with one study called ``search``.

    Budgets of an `OPEN_ENDED` strategy share it.
    """
    if spec.strategy in OPEN_ENDED:
        spec = replace(spec, n_trials=MOST_TRIALS)
    return studies_folder() / f"{search.entry(spec).name}.db"


def run_search(
    spec: SearchSpec, objective: Objective, journal: Journal | None = None
) -> SearchResult:
    """Run the tool of `spec` on `objective`, with the kept trials of `journal` played back first."""
    recorder = Recorder(objective, journal or NoJournal(), count_expected(spec))
    run = run_sklearn if spec.strategy in SKLEARN else run_optuna
    run(spec, recorder)
    return summarise(spec, recorder.trials)


def summarise(spec: SearchSpec, trials: Sequence[Trial]) -> SearchResult:
    """Return the result that `trials` make."""
    states = settle_rungs(trials)
    complete = [t for t, state in zip(trials, states, strict=True) if state == "complete"]
    best = max(complete, key=lambda trial: (trial.value, -trial.number), default=None)
    return SearchResult(
        spec=spec,
        n_expected=count_expected(spec),
        n_trials=len(trials),
        n_complete=len(complete),
        n_pruned=sum(state == "pruned" for state in states),
        n_failed=sum(state == "failed" for state in states),
        n_fits=sum(trial.n_fits for trial in trials),
        cost=math.fsum(trial.cost for trial in trials),
        best_number=None if best is None else best.number,
        best_value=math.nan if best is None else best.value,
        best_std=math.nan if best is None else best.std,
        trials=trials_of.tabulate_trials(trials),
        params=trials_of.tabulate_params(trials),
        folds=trials_of.tabulate_folds(trials),
        steps=trials_of.tabulate_steps(trials),
    )
