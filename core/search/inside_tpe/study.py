"""Run a real study once, listen to its sampler, and run it again with other seeds.

Every setting that can be proposed is trained beforehand. So the best one is known, which in life it
never is, and a study costs no training of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import require
from core.progress import report
from core.remember import remembered
from core.search.inside_tpe.objective import (
    KNOBS,
    Knob,
    ModelName,
    Numbers,
    check_objective,
    load_objective,
)

if TYPE_CHECKING:
    from core.search.inside_tpe.recording import ListeningSampler, Moment

    Moments = Mapping[int, Moment]
Places = NDArray[np.int64]
N_TRIALS = 30
N_STUDIES = 20
"""Studies with other seeds, to tell skill from luck."""
SHARES = (0.25, 0.5, 0.75)


@dataclass(frozen=True, kw_only=True)
class StudySpec:
    """A table, a model with one hyperparameter, and how many random trials come first."""

    data: str = "diabetes"
    model: ModelName = "svm"
    n_startup: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        check_objective(self.data, self.model, self.seed)
        require(
            2 <= self.n_startup <= 20,
            f"TPE needs 2 to 20 random trials to begin with, got {self.n_startup}. Optuna takes 10.",
        )


@dataclass(frozen=True, eq=False)
class StudyRecord:
    """What happened in the study. Errors are RMSE on validation rows, in the unit of the target.

    A place is one of the values of the parameter, from 0. Trials are counted from 1.
    """

    spec: StudySpec
    best_place: int
    best_error: float
    """The smallest error of all settings."""
    is_joint: bool
    """Optuna's sampler, as it stands, builds one density over all hyperparameters together."""
    counts_running_as_bad: bool
    """It takes trials that still run for bad ones, so that parallel workers spread out."""
    settings: pd.DataFrame
    """One row per place: ``place``, ``parameter``, ``setting`` (what the model gets), ``error``."""
    trials: pd.DataFrame
    """One row per trial: ``trial``, ``place``, ``parameter``, ``setting``, ``error``, ``best``
    (smallest error so far), ``is_random``."""
    groups: pd.DataFrame
    """How each TPE trial sorted the trials before it: ``trial``, ``earlier``, ``is_good``."""
    densities: pd.DataFrame
    """Per TPE trial and place: ``trial``, ``place``, ``good``, ``bad`` (shares that add up to 1)."""
    candidates: pd.DataFrame
    """Per TPE trial its candidates: ``trial``, ``place``, ``log_ratio`` (natural log of good / bad,
    as Optuna had it), ``is_proposed``."""
    race: pd.DataFrame
    """Per number of trials: ``trial``; quartiles of the distance to the best error over all studies of
    TPE (``tpe_25``, ``tpe_50``, ``tpe_75``), and of random search (``random_25`` …), which are exact."""
    finals: pd.DataFrame
    """One row per study: ``study`` (seed), ``regret`` (distance to the best error after all trials)."""


@remembered
def run_study(spec: StudySpec) -> StudyRecord:
    """Train every setting, run one study under the sampler's own eyes and 20 in a race.

    Check by eye: no trial is better than ``best_error``.
    """
    knob = KNOBS[spec.model]
    errors = _train_everything(spec, knob)
    sampler, places = _run_tpe(spec, knob, errors, seed=spec.seed)
    paths = [errors[places]]
    for n_done in range(1, N_STUDIES):
        report(0.5 + 0.5 * n_done / N_STUDIES, f"Study {n_done + 1} of {N_STUDIES}")
        paths.append(errors[_run_tpe(spec, knob, errors, seed=spec.seed + n_done)[1]])
    regrets = np.minimum.accumulate(np.array(paths), axis=1) - errors.min()
    moments = dict(enumerate(sampler.moments, start=spec.n_startup + 1))
    return StudyRecord(
        spec=spec,
        best_place=int(errors.argmin()),
        best_error=float(errors.min()),
        is_joint=sampler.is_joint,
        counts_running_as_bad=sampler.counts_running_as_bad,
        settings=_tabulate_settings(knob, errors),
        trials=_tabulate_trials(knob, errors, places, spec.n_startup),
        groups=_tabulate_groups(moments),
        densities=_tabulate_densities(moments),
        candidates=_tabulate_candidates(knob, moments),
        race=_tabulate_race(regrets, errors),
        finals=pd.DataFrame({"study": spec.seed + np.arange(N_STUDIES), "regret": regrets[:, -1]}),
    )


def find_random_quantile(errors: Numbers, n_trials: int, share: float) -> float:
    """Return the error that random search has reached after `n_trials` in `share` of all cases.

    Each draw takes any of the values with the same chance, so the best of n is above v with
    (share of values above v)ⁿ. Check by eye: 1 trial and a share of 0.5 give the median.
    """
    values = np.sort(errors)
    is_reached = 1 - (1 - np.arange(1, len(values) + 1) / len(values)) ** n_trials
    return float(values[np.argmax(is_reached >= share - 1e-12)])


def _train_everything(spec: StudySpec, knob: Knob) -> Numbers:
    objective = load_objective(spec.data, spec.model, spec.seed)
    errors = []
    for place, parameter in enumerate(knob.parameters):
        report(0.5 * place / len(knob.parameters), "Training every setting once")
        errors.append(objective.measure(knob.setting(parameter)))
    return np.array(errors)


def _run_tpe(
    spec: StudySpec, knob: Knob, errors: Numbers, *, seed: int
) -> "tuple[ListeningSampler, Places]":
    """Run one study; return its sampler and the place of each trial."""
    import optuna

    from core.search.inside_tpe.recording import ListeningSampler

    sampler = ListeningSampler(
        parameter=knob.parameter,
        values=knob.parameters,
        seed=seed,
        n_startup_trials=spec.n_startup,
    )
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=sampler, direction="minimize")
    study.optimize(lambda trial: errors[knob.place(knob.suggest(trial))], n_trials=N_TRIALS)
    places = [knob.place(trial.params[knob.parameter]) for trial in study.trials]
    return sampler, np.array(places)


def _tabulate_settings(knob: Knob, errors: Numbers) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "place": np.arange(len(errors)),
            "parameter": knob.parameters,
            "setting": [knob.setting(value) for value in knob.parameters],
            "error": errors,
        }
    )


def _tabulate_trials(knob: Knob, errors: Numbers, places: Places, n_startup: int) -> pd.DataFrame:
    numbers = np.arange(1, len(places) + 1)
    parameters = knob.parameters[places]
    return pd.DataFrame(
        {
            "trial": numbers,
            "place": places,
            "parameter": parameters,
            "setting": [knob.setting(value) for value in parameters],
            "error": errors[places],
            "best": np.minimum.accumulate(errors[places]),
            "is_random": numbers <= n_startup,
        }
    )


def _tabulate_groups(moments: "Moments") -> pd.DataFrame:
    rows = [
        {"trial": trial, "earlier": number + 1, "is_good": is_good}
        for trial, moment in moments.items()
        for is_good, numbers in ((True, moment.good), (False, moment.bad))
        for number in numbers
    ]
    return pd.DataFrame(rows)


def _tabulate_densities(moments: "Moments") -> pd.DataFrame:
    tables = [
        pd.DataFrame(
            {
                "trial": trial,
                "place": np.arange(len(moment.log_good)),
                "good": np.exp(moment.log_good),
                "bad": np.exp(moment.log_bad),
            }
        )
        for trial, moment in moments.items()
    ]
    return pd.concat(tables, ignore_index=True)


def _tabulate_candidates(knob: Knob, moments: "Moments") -> pd.DataFrame:
    tables = [
        pd.DataFrame(
            {
                "trial": trial,
                "place": [knob.place(value) for value in moment.candidates],
                "log_ratio": moment.log_ratios,
                "is_proposed": np.arange(len(moment.candidates)) == moment.log_ratios.argmax(),
            }
        )
        for trial, moment in moments.items()
    ]
    return pd.concat(tables, ignore_index=True)


def _tabulate_race(regrets: Numbers, errors: Numbers) -> pd.DataFrame:
    columns: dict[str, object] = {"trial": np.arange(1, regrets.shape[1] + 1)}
    for share in SHARES:
        columns[f"tpe_{share:.0%}"[:-1]] = np.quantile(regrets, share, axis=0)
        columns[f"random_{share:.0%}"[:-1]] = [
            find_random_quantile(errors, n, share) - errors.min()
            for n in range(1, regrets.shape[1] + 1)
        ]
    return pd.DataFrame(columns)
