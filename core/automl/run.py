"""The search itself: rung by rung, then TPE on what climbed highest, then the finals, then the test."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from core.automl.audit import Alert, audit_table
from core.automl.blend import Blend, fit_blend
from core.automl.finals import Finals, hold_finals
from core.automl.pipelines import space_of_family
from core.automl.scores import gain_of
from core.automl.settings import FAMILIES, Family, Settings
from core.automl.table import ReadyTable, prepare_table
from core.automl.trial import Trial, fit_model, score_places
from core.errors import require
from core.progress import report
from core.remember import use_one_thread
from core.search.fit import first_line

N_TUNED_FAMILIES = 2
"""So many of the best families are tuned; more would leave each too few trials."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """All that a run found."""

    settings: Settings
    ready: ReadyTable
    alerts: tuple[Alert, ...]
    trials: tuple[Trial, ...]
    finals: Finals
    test: Mapping[str, float]
    """Scores of the proposed model on the untouched rows; read once."""
    model: Blend
    """The proposed model, trained anew on all rows."""
    cpu_seconds: float
    wall_seconds: float
    capped: str
    """Which cap ended the search early; empty if none did."""
    timeline: Mapping[str, float] = field(default_factory=dict)
    """Seconds by the clock until the audit was done and until the first model could be used."""

    def leaderboard(self) -> pd.DataFrame:
        """Return one row a trial, best validation score first."""
        rows = [trial.as_row() for trial in self.trials]
        table = pd.DataFrame(rows)
        gains = table[self.ready.metric].map(lambda score: gain_of(self.ready.metric, score))
        order = gains.sort_values(ascending=False, kind="stable", na_position="last").index
        return table.loc[order].reset_index(drop=True)


def run_automl(table: pd.DataFrame, settings: Settings) -> Outcome:
    """Answer "what can be predicted from this table, by how simple a model, and how sure is that?".

    Check by eye: the first trial is the baseline; no trial's test score exists but the proposed one's.

    Raises
    ------
    SpecError
        If the table cannot be learnt from.
    """
    use_one_thread()
    clock = _Clock(settings)
    ready = prepare_table(table, settings)
    report(0.02, "Looking at the table")
    alerts = audit_table(ready, settings)
    timeline = {"audited": clock.wall}
    trials: list[Trial] = []
    for family in _rungs(settings)[: settings.max_trials]:
        if trials and clock.is_over():
            break
        report(0.05 + 0.6 * len(trials) / settings.max_trials, f"Trial {len(trials) + 1}: {family}")
        trials.append(_try(ready, family, {}, len(trials)))
        if len(trials) == 2:
            timeline["usable"] = clock.wall
    for number, (family, study) in zip(
        range(len(trials), settings.max_trials), _take_turns(ready, trials, settings), strict=False
    ):
        if clock.is_over():
            break
        report(0.05 + 0.6 * number / settings.max_trials, f"Trial {number + 1}: {family}, tuned")
        trials.append(study.try_next(number))
    require(
        any(np.isfinite(trial.score) for trial in trials),
        f"No model could be trained on this table: {trials[0].problem or 'no score is defined'}.",
    )
    finals = hold_finals(ready, trials, settings, clock.is_over)
    report(0.97, "Opening the test")
    test_rows = ready.places("test")
    before = fit_blend(ready, trials, finals.chosen, ready.places("train", "validate"))
    test = score_places(ready, test_rows, before.predict(ready.rows.iloc[test_rows]))
    return Outcome(
        settings=settings,
        ready=ready,
        alerts=alerts,
        trials=tuple(trials),
        finals=finals,
        test=test,
        model=fit_blend(ready, trials, finals.chosen, np.arange(len(ready.rows))),
        cpu_seconds=clock.cpu,
        wall_seconds=clock.wall,
        capped=clock.capped,
        timeline=timeline,
    )


class _Clock:
    """The two caps, and which of them was reached."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._began = time.perf_counter(), time.process_time()
        self.capped = ""

    @property
    def wall(self) -> float:
        return time.perf_counter() - self._began[0]

    @property
    def cpu(self) -> float:
        return time.process_time() - self._began[1]

    def is_over(self) -> bool:
        if self.cpu > self._settings.cpu_seconds:
            self.capped = "cpu_seconds"
        elif self.wall > 60 * self._settings.timeout_minutes:
            self.capped = "timeout_minutes"
        return bool(self.capped)


def _rungs(settings: Settings) -> list[Family]:
    return [family for family in FAMILIES if family not in settings.exclude_frameworks]


def _try(ready: ReadyTable, family: Family, params: Mapping[str, Any], number: int) -> Trial:
    began, cpu = time.perf_counter(), time.process_time()
    scores: Mapping[str, float] = {}
    trained: Mapping[str, float] = {}
    problem, predicted = "", None
    train, judge = ready.places("train"), ready.places("validate")
    try:
        model = fit_model(ready, family, params, train)
        predicted = model.predict(ready.rows.iloc[judge])
        scores = score_places(ready, judge, predicted)
        trained = score_places(ready, train, model.predict(ready.rows.iloc[train]))
    except (ValueError, ArithmeticError) as error:  # a setting that a library cannot use
        problem = first_line(error)
    return Trial(
        number=number,
        family=family,
        params=dict(params),
        scores=scores,
        train_scores=trained,
        metric=ready.metric,
        cpu_seconds=time.process_time() - cpu,
        wall_seconds=time.perf_counter() - began,
        problem=problem,
        predicted=predicted,
    )


class _FamilyStudy:
    """TPE on one family."""

    def __init__(self, ready: ReadyTable, family: Family, seed: int) -> None:
        import optuna

        self._ready, self._family = ready, family
        self._space = space_of_family(family, ready.task)
        with _quiet():
            self._study = optuna.create_study(
                direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed)
            )

    def try_next(self, number: int) -> Trial:
        from optuna.trial import TrialState

        from core.search.suggest import suggest

        with _quiet():
            asked = self._study.ask()
            trial = _try(self._ready, self._family, suggest(asked, self._space), number)
            if trial.problem or not np.isfinite(trial.score):
                self._study.tell(asked, state=TrialState.FAIL)
            else:
                self._study.tell(asked, gain_of(self._ready.metric, trial.score))
        return trial


def _take_turns(
    ready: ReadyTable, trials: list[Trial], settings: Settings
) -> Iterator[tuple[Family, _FamilyStudy]]:
    """Yield whose turn it is to be tuned: the best families of the ladder, one after the other."""
    climbed = sorted(
        (trial for trial in trials if trial.family != "baseline" and np.isfinite(trial.score)),
        key=lambda trial: -gain_of(ready.metric, trial.score),
    )
    studies = [
        (trial.family, _FamilyStudy(ready, trial.family, settings.seed))
        for trial in climbed[:N_TUNED_FAMILIES]
    ]
    while studies:
        yield from studies


@contextmanager
def _quiet() -> Iterator[None]:
    from core.search.optuna_tools import quiet_optuna

    with quiet_optuna():
        yield
