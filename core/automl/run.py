"""The search itself: rung by rung, then TPE on what climbed highest, then the finals, then the test."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from core.automl.attempt import Attempt, make_trial
from core.automl.audit import Alert, audit_table
from core.automl.blend import Blend, fit_blend
from core.automl.decision import Decision, choose_threshold
from core.automl.finals import Finals, hold_finals
from core.automl.journal import Journal, NoJournal
from core.automl.rare import WITH_WEIGHTS, tries_weights, weigh_classes
from core.automl.rungs import list_rungs
from core.automl.scores import DECIDED, Numbers, gain_of
from core.automl.settings import FEWEST_SPLITS, Family, Settings
from core.automl.stopping import Stop, find_stop
from core.automl.table import ReadyTable, prepare_table
from core.automl.trial import Places, Trial, score_places
from core.automl.tuning import choose_studies, rank_trials
from core.errors import require
from core.progress import report
from core.remember import use_one_thread
from core.search.engine import Crew, Engine, open_crew

MANY_CELLS = 200_000
"""Cells to learn from above which a model of a sample comes first, so that there is one to use soon."""
SAMPLE_ROWS = 2000


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
    test_predicted: Numbers
    """What it said of them, before it was trained on all rows."""
    decision: Decision | None
    """From which chance on the proposed model says a class; None unless there are two classes."""
    test_decided: Mapping[str, float]
    """Of the same rows, the scores that depend on the threshold, at that of `decision`; `test` has 1/2."""
    model: Blend
    """The proposed model, trained anew on all rows."""
    cpu_seconds: float
    wall_seconds: float
    capped: str
    """Which cap ended the search early; empty if none did."""
    stop: Stop | None = None
    """Why tuning ended before its trials were used up; None if it did not."""
    timeline: Mapping[str, float] = field(default_factory=dict)
    """Seconds by the clock until the audit was done and until the first model could be used."""

    @property
    def told_test(self) -> dict[str, float]:
        """The scores of the test by their names: ``test_f1`` at 1/2, ``test_f1_at_threshold`` if it moved."""
        told = {f"test_{name}": score for name, score in self.test.items()}
        if self.decision is not None and self.decision.is_moved:
            moved = self.test_decided.items()
            told |= {f"test_{name}_at_threshold": score for name, score in moved}
        return told

    def leaderboard(self) -> pd.DataFrame:
        """Return one row a trial, best validation score first."""
        rows = [trial.as_row() for trial in self.trials]
        table = pd.DataFrame(rows)
        gains = table[self.ready.metric].map(lambda score: gain_of(self.ready.metric, score))
        order = gains.sort_values(ascending=False, kind="stable", na_position="last").index
        return table.loc[order].reset_index(drop=True)


OnTrial = Callable[[Trial, ReadyTable], None]
"""Who wants to hear of each trial as soon as it is there."""


def run_automl(
    table: pd.DataFrame,
    settings: Settings,
    *,
    journal: Journal | None = None,
    on_trial: OnTrial | None = None,
) -> Outcome:
    """Answer "what can be predicted from this table, by how simple a model, and how sure is that?".

    The trials are the same with any number of workers. Work that `journal` has from an earlier run is
    not done again. `on_trial` hears of each trial in its order, of those of the journal too.
    Check by eye: the first trial is the baseline; no trial's test score exists but the proposed one's.

    Raises
    ------
    SpecError
        If the table cannot be learnt from.
    """
    use_one_thread()
    report(0.0, "Reading the table")
    clock = Clock(settings)
    ready = prepare_table(table, settings)
    report(0.02, "Looking at the table")
    alerts = audit_table(ready, settings)
    timeline = {"audited": clock.wall}
    with open_crew(Engine(workers=settings.n_workers)) as crew:
        search = _Search(ready, settings, crew, journal or NoJournal(), clock)
        for trial in search.make_trials():
            if on_trial is not None:
                on_trial(trial, ready)
            if trial.family != "baseline" and not trial.problem:
                timeline.setdefault("usable", clock.wall)
        trials = search.trials
        require(
            any(np.isfinite(trial.score) for trial in trials),
            f"No model could be trained on this table: {trials[0].problem or 'no score is defined'}.",
        )
        finals = hold_finals(
            ready, trials, settings,
            is_over=lambda: clock.is_over(search.count_ahead(n_splits=1)),
            journal=search.journal, crew=crew, spend=search.spend,
        )  # fmt: skip
    decision = choose_threshold(ready, settings, finals.heard, finals.test_share)
    report(0.97, "Opening the test")
    test_rows = ready.places("test")
    before = fit_blend(ready, trials, finals.chosen, ready.places("train", "validate"))
    said = before.predict(ready.rows.iloc[test_rows])
    return Outcome(
        settings=settings,
        ready=ready,
        alerts=alerts,
        trials=tuple(trials),
        finals=finals,
        test=score_places(ready, test_rows, said),
        test_predicted=said,
        decision=decision,
        test_decided=score_places(ready, test_rows, said, DECIDED, decision.threshold)
        if decision
        else {},
        model=fit_blend(ready, trials, finals.chosen, np.arange(len(ready.rows))),
        cpu_seconds=clock.cpu,
        wall_seconds=clock.wall,
        capped=clock.capped,
        stop=search.stop,
        timeline=timeline,
    )


_Wanted = tuple[Family, Mapping[str, Any], Places]
"""A family, its settings, and the rows to learn from."""


def draw_sample(ready: ReadyTable, settings: Settings) -> Places:
    """Return the training rows of the first model that can be used: all, or a sample of a large table.

    The sample has a row of each class.
    """
    train = ready.places("train")
    if len(train) * len(ready.plan.columns) <= MANY_CELLS or len(train) <= SAMPLE_ROWS:
        return train
    drawn = np.random.default_rng(settings.seed).choice(train, SAMPLE_ROWS, replace=False)
    if ready.task == "regression":
        return np.sort(drawn)
    first = ~pd.Series(ready.target.to_numpy()[train]).duplicated().to_numpy()
    return np.union1d(drawn, train[first])


class Clock:
    """The two caps, and which of them was reached."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._began = time.perf_counter(), time.process_time()
        self._elsewhere = 0.0
        self.capped = ""

    @property
    def wall(self) -> float:
        """Seconds by the clock."""
        return time.perf_counter() - self._began[0]

    @property
    def cpu(self) -> float:
        """Processor seconds: of this process, of its workers, and of the earlier run that is gone on with."""
        return time.process_time() - self._began[1] + self._elsewhere

    def add(self, seconds: float) -> None:
        """Count processor seconds that were spent elsewhere."""
        self._elsewhere += seconds

    def is_over(self, ahead: float = 0.0) -> bool:
        """Whether a cap is reached, or will be by processor seconds that lie `ahead` whatever happens."""
        if self.cpu + ahead > self._settings.cpu_seconds:
            self.capped = "cpu_seconds"
        elif self.wall > 60 * self._settings.timeout_minutes:
            self.capped = "timeout_minutes"
        return bool(self.capped)


class _Search:
    """The trials of one search, in their order, whoever makes them."""

    def __init__(
        self, ready: ReadyTable, settings: Settings, crew: Crew, journal: Journal, clock: Clock
    ) -> None:
        self.trials: list[Trial] = []
        self.stop: Stop | None = None
        self.journal = journal
        self._ready, self._settings, self._crew, self._clock = ready, settings, crew, clock
        self._n_expected = settings.max_trials

    def spend(self, cpu_seconds: float) -> None:
        """Count the processor time of a worker; in turn it is that of this process."""
        if not self._crew.is_in_turn:
            self._clock.add(cpu_seconds)

    def count_ahead(self, *, n_splits: int) -> float:
        """Return about how many processor seconds the end of the search takes, with so many splits.

        The last model is trained twice: to open the test, and on all rows.
        """
        dearest: dict[str, float] = {}
        for trial in self.trials:
            if not trial.is_sample:
                dearest[trial.family] = max(trial.cpu_seconds, dearest.get(trial.family, 0.0))
        return (n_splits + 2) * sum(dearest.values())

    def make_trials(self) -> Iterator[Trial]:
        """Climb the ladder, then tune what climbed highest."""
        settings, train = self._settings, self._ready.places("train")
        rungs = list_rungs(settings)
        ladder: list[_Wanted] = [(family, {}, train) for family in rungs[: settings.max_trials]]
        sample = draw_sample(self._ready, settings)
        if len(sample) < len(train) and len(ladder) > 1:
            ladder.insert(1, (ladder[1][0], {}, sample))
            self._n_expected += 1
        yield from self._make(ladder)
        yield from self._try_weights(train)
        studies = choose_studies(self._ready, self.trials, settings)
        while studies and self._may_go_on and not self.stop:
            turns = studies[: self._n_expected - len(self.trials)]
            asked: list[_Wanted] = [(study.family, study.ask(), train) for study in turns]
            for trial, study in zip(self._make(asked), turns, strict=False):
                study.tell(trial)
                yield trial
            if settings.stop_early:
                self.stop = find_stop(self._ready, self.trials, settings.seed)

    @property
    def _may_go_on(self) -> bool:
        return not self._clock.capped and len(self.trials) < self._n_expected

    def _try_weights(self, train: Places) -> Iterator[Trial]:
        """Try class weights on the best rung that takes them, if the rule says so."""
        best = next((one for one in rank_trials(self.trials) if one.family in WITH_WEIGHTS), None)
        is_wanted = self._may_go_on and tries_weights(self._ready, self._settings)
        if best is not None and is_wanted:
            yield from self._make([(best.family, weigh_classes(best.family), train)])

    def _make(self, wanted: Sequence[_Wanted]) -> Iterator[Trial]:
        """Make trials that do not depend on each other; first those that an earlier run has made."""
        waiting = [
            Attempt(self._ready, len(self.trials) + place, *one) for place, one in enumerate(wanted)
        ]
        while waiting:
            kept = self.journal.trials.get(waiting[0].number)
            if kept is None or (kept.family, kept.params) != (waiting[0].family, waiting[0].params):
                break
            self._clock.add(kept.cpu_seconds)
            waiting.pop(0)
            yield self._take_down(kept)
        for trial in self._crew.map(make_trial, self._while_time(waiting)):
            self.journal.add(trial)
            self.spend(trial.cpu_seconds)
            yield self._take_down(trial)

    def _while_time(self, waiting: Sequence[Attempt]) -> Iterator[Attempt]:
        for attempt in waiting:
            if attempt.number and self._clock.is_over(self.count_ahead(n_splits=FEWEST_SPLITS)):
                return
            self._tell(attempt.number, f"Trial {attempt.number + 1}: {attempt.family}")
            yield attempt

    def _take_down(self, trial: Trial) -> Trial:
        self.trials.append(trial)
        self._tell(len(self.trials), f"{len(self.trials)} of {self._n_expected} trials")
        return trial

    def _tell(self, number: int, message: str) -> None:
        report(0.05 + 0.6 * number / self._n_expected, message)
