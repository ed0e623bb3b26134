"""Between the tool that searches and the trainings: counts, keeps, and plays back what is known.

Every tool here decides from its seed and the scores so far alone. So a study that was interrupted is
resumed by asking the tool again from its first trial and giving it the kept scores: without training it
comes to the very state in which it was interrupted, and goes on as if nothing had happened.
"""

import copy
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from core.progress import report
from core.search.fit import Verdict
from core.search.folds import Rows
from core.search.objective import Asked, Objective
from core.search.space import Params
from core.search.trial import State, Trial

NO_SCORE = "The score cannot be computed with this setting."


class Journal(Protocol):
    """Where finished trials are kept."""

    @property
    def trials(self) -> Mapping[int, Trial]:
        """The finished trials of earlier, interrupted runs by number."""

    def add(self, trial: Trial) -> None:
        """Keep a trial that has just been finished."""


class NoJournal:
    """Keeps nothing: a search that takes a moment."""

    trials: Mapping[int, Trial] = {}

    def add(self, trial: Trial) -> None:
        """Forget it."""


class ForeignStudyError(ValueError):
    """The kept trials are not those that this search would make."""


class Recorder:
    """Takes down the trials of one search in their order."""

    def __init__(self, objective: Objective, journal: Journal, n_expected: int) -> None:
        self.objective = objective
        self.trials: list[Trial] = []
        self._journal = journal
        self._n_expected = n_expected
        self._began = time.perf_counter()
        self._best = float("-inf")

    def kept(self, params: Params) -> Trial | None:
        """Return the next trial if an earlier run has finished it.

        Raises `ForeignStudyError` if that run tried another setting there.
        """
        trial = self._journal.trials.get(len(self.trials))
        if trial is None:
            self._began = time.perf_counter()
            return None
        if trial.params != params:
            message = f"Trial {trial.number} was {trial.params} and would now be {params}."
            raise ForeignStudyError(message)
        return trial

    @property
    def n_ahead(self) -> int:
        """Trials that an earlier run has finished and that are not yet taken down."""
        return sum(number >= len(self.trials) for number in self._journal.trials)

    def replay(self, trial: Trial) -> None:
        """Take down a trial that `kept` has given."""
        self._take_down(trial)

    def finish(
        self,
        params: Params,
        *,
        state: State,
        scores: tuple[float, ...],
        n_fits: int,
        cost: float,
        steps: tuple[tuple[int, float], ...] = (),
        rung: int = 0,
        n_rows: int | None = None,
        problem: str = "",
    ) -> Trial:
        """Take down a trial that has just been trained, and keep it."""
        trial = Trial(
            number=len(self.trials),
            state=state,
            params=params,
            scores=scores,
            steps=steps,
            n_fits=n_fits,
            cost=cost,
            seconds=time.perf_counter() - self._began,
            rung=rung,
            n_rows=self.objective.n_rows if n_rows is None else n_rows,
            problem=problem,
        )
        self._journal.add(trial)
        self._take_down(trial)
        return trial

    def _take_down(self, trial: Trial) -> None:
        self.trials.append(trial)
        if trial.state == "complete" and trial.value > self._best:
            self._best = trial.value
        done = len(self.trials)
        best = "" if self._best == float("-inf") else f", best so far {self._best:.4g}"
        report(done / max(self._n_expected, done + 1), f"Trial {done} of {self._n_expected}{best}")


class FoldRecorder:
    """Makes trials of the single fits that scikit-learn's searches ask for.

    They ask candidate by candidate and fold by fold, so each `n_folds` questions are one trial. What they
    are going to ask is announced, so that workers can be ahead of the questions.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._asked: list[float] = []
        self._kept: Trial | None = None
        self._sizes: list[int] = []
        self._problem = ""
        self._verdicts: Iterator[Verdict] = iter(())

    def __deepcopy__(self, memo: Any) -> "FoldRecorder":
        return self  # scikit-learn copies what an estimator holds, and there is one record

    def announce(
        self, candidates: Sequence[Mapping[str, Any]], splits: Iterable[tuple[Rows, Rows]]
    ) -> None:
        """Hear what will be asked next, and have it judged, but for what an earlier run has kept."""
        folds, n_played = list(splits), self._recorder.n_ahead
        asked = [
            Asked({name: _as_plain(value) for name, value in params.items()}, fold, train, test)
            for params in candidates[n_played:]
            for fold, (train, test) in enumerate(folds)
        ]
        self._verdicts = self._recorder.objective.score_all(asked)

    def score(self, params: Params, train: Rows, test: Rows) -> float:
        """Return the score of the next fold of the trial with `params`."""
        fold = len(self._asked)
        params = {name: _as_plain(value) for name, value in params.items()}
        if fold == 0:
            self._kept = self._recorder.kept(params)
        if self._kept is not None:
            scores = self._kept.scores
            score = scores[fold] if scores else float("nan")
        else:
            verdict = next(self._verdicts)
            score = verdict.scores[0] if verdict.scores else float("nan")
            self._problem = verdict.problem or self._problem
        self._asked.append(score)
        if fold + 1 == self._recorder.objective.n_folds:
            self._close(params, len(train) + len(test))
        return score

    def _close(self, params: Params, n_rows: int) -> None:
        scores, n_folds = tuple(self._asked), self._recorder.objective.n_folds
        self._asked = []
        # Halving deals fewer rows first: each larger number of rows begins a new round.
        if not self._sizes or n_rows > self._sizes[-1]:
            self._sizes.append(n_rows)
        if self._kept is not None:
            self._recorder.replay(self._kept)
            return
        is_sound = bool(np.isfinite(scores).all())
        self._recorder.finish(
            params,
            state="complete" if is_sound else "failed",
            scores=scores if is_sound else (),
            n_fits=n_folds,
            cost=n_folds * n_rows / self._recorder.objective.n_rows,
            rung=len(self._sizes) - 1,
            n_rows=n_rows,
            problem="" if is_sound else self._problem or NO_SCORE,
        )
        self._problem = ""


class Deferred(BaseEstimator):  # type: ignore[misc]  # untyped library
    """What scikit-learn's searches are given: it notes the rows, and trains when it is judged.

    So a fit that an interrupted search has already made need not be made again.
    """

    def __init__(self, record: FoldRecorder, params: Params | None = None) -> None:
        self.record = record
        self.params = params or {}

    def set_params(self, **params: Any) -> Self:
        """Note parameters of the model."""
        self.params = {**self.params, **params}
        return self

    def __sklearn_clone__(self) -> "Deferred":
        return type(self)(self.record, copy.copy(self.params))

    def fit(self, x: Any, y: Any = None) -> Self:  # noqa: ARG002
        """Note the rows to learn from."""
        self.rows_ = np.asarray(x)[:, 0]
        return self


class DeferredClassifier(ClassifierMixin, Deferred):  # type: ignore[misc]  # untyped library
    """The same for classes: halving then leaves enough rows of each in its first round."""


def judge_deferred(model: Deferred, x: Any, y: Any = None) -> float:  # noqa: ARG001
    """Train `model` on its rows if that is still to be done, and return its score on the rows `x`."""
    return model.record.score(model.params, model.rows_, np.asarray(x)[:, 0])


def _as_plain(value: Any) -> Any:
    """Return what SciPy draws as Python's own number."""
    return value.item() if isinstance(value, np.generic) else value
