"""Optuna's own TPE sampler, listened to while it works.

Nothing is computed a second time: the methods of the sampler run as they are, and what they pass to
each other is kept. They are private to Optuna, so a new version may rename them; the tests say so then.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from optuna.samplers import TPESampler

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator
    from optuna.trial import FrozenTrial

Numbers = NDArray[np.float64]


@dataclass(eq=False)
class Moment:
    """How one trial was chosen."""

    good: tuple[int, ...]
    """Numbers of the trials that made the density of good settings, and of bad ones (from 0)."""
    bad: tuple[int, ...]
    log_good: Numbers
    """Log of both at every value of the parameter, as Optuna's estimators say it."""
    log_bad: Numbers
    candidates: Numbers
    """Drawn from the density of good settings."""
    log_ratios: Numbers
    """The log of good / bad at each candidate, as Optuna computed it in order to choose."""


class ListeningSampler(TPESampler):
    """TPE with Optuna's defaults, whose `moments` tell how each of its trials was chosen."""

    def __init__(
        self, *, parameter: str, values: Numbers, seed: int, n_startup_trials: int
    ) -> None:
        super().__init__(seed=seed, n_startup_trials=n_startup_trials)
        self.moments: list[Moment] = []
        self._parameter = parameter
        self._values = values
        self._groups: dict[bool, tuple[int, ...]] = {}

    @property
    def is_joint(self) -> bool:
        """Whether it builds one density over all parameters of a study with one objective."""
        return self._multivariate is not False

    @property
    def counts_running_as_bad(self) -> bool:
        """Whether trials that still run are taken for bad ones."""
        return self._constant_liar

    def _build_parzen_estimator(
        self,
        study: "Study",
        search_space: "dict[str, BaseDistribution]",
        trials: "list[FrozenTrial]",
        handle_below: bool,
    ) -> "_ParzenEstimator":
        self._groups[handle_below] = tuple(trial.number for trial in trials)
        return super()._build_parzen_estimator(study, search_space, trials, handle_below)

    def _compute_acquisition_func(
        self,
        samples: dict[str, NDArray[Any]],
        mpe_below: "_ParzenEstimator",
        mpe_above: "_ParzenEstimator",
    ) -> NDArray[Any]:
        log_ratios = super()._compute_acquisition_func(samples, mpe_below, mpe_above)
        everywhere = {self._parameter: self._values}
        self.moments.append(
            Moment(
                good=self._groups[True],
                bad=self._groups[False],
                log_good=mpe_below.log_pdf(everywhere),
                log_bad=mpe_above.log_pdf(everywhere),
                candidates=np.array(samples[self._parameter], dtype=np.float64),
                log_ratios=np.array(log_ratios, dtype=np.float64),
            )
        )
        return log_ratios
