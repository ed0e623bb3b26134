"""TPE on the families that climbed highest: what is tried after the ladder."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.automl.pipelines import space_of_family
from core.automl.scores import gain_of
from core.automl.settings import Family, Settings
from core.automl.table import ReadyTable
from core.automl.trial import Trial
from core.search.optuna_tools import quiet_optuna

N_TUNED_FAMILIES = 2
"""So many of the best families are tuned; more would leave each too few trials."""


class FamilyStudy:
    """TPE on one family."""

    def __init__(
        self, ready: ReadyTable, family: Family, seed: int, fixed: Mapping[str, Any] | None = None
    ) -> None:
        import optuna

        self.family: Family = family
        self._fixed = dict(fixed or {})
        self._metric = ready.metric
        self._space = space_of_family(family, ready.task)
        self._asked: Any = None
        with quiet_optuna():
            self._study = optuna.create_study(
                direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed)
            )

    def ask(self) -> dict[str, Any]:
        """Return the settings to try next."""
        from core.search.suggest import suggest

        with quiet_optuna():
            self._asked = self._study.ask()
            return {**self._fixed, **suggest(self._asked, self._space)}

    def tell(self, trial: Trial) -> None:
        """Take in what the settings of the last `ask` were worth."""
        from optuna.trial import TrialState

        with quiet_optuna():
            if trial.problem or not np.isfinite(trial.score):
                self._study.tell(self._asked, state=TrialState.FAIL)
            else:
                self._study.tell(self._asked, gain_of(self._metric, trial.score))


def choose_studies(
    ready: ReadyTable, trials: Sequence[Trial], settings: Settings
) -> list[FamilyStudy]:
    """Return a study of each family that is tuned: the best of the ladder.

    Where class weights made a family better than it was, its study keeps them.
    """
    best_of: dict[Family, Trial] = {}
    for trial in rank_trials(trials):
        best_of.setdefault(trial.family, trial)
    return [
        FamilyStudy(ready, family, settings.seed, best.params)
        for family, best in list(best_of.items())[:N_TUNED_FAMILIES]
    ]


def rank_trials(trials: Sequence[Trial]) -> list[Trial]:
    """Return the trials to go on with, best first: no baseline, no sample, none without a score."""
    sound = [
        trial
        for trial in trials
        if trial.family != "baseline" and not trial.is_sample and np.isfinite(trial.score)
    ]
    return sorted(sound, key=lambda trial: -gain_of(trial.metric, trial.score))
