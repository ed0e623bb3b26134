"""What one setting is worth: trained and judged fold by fold, or round by round in all folds at once."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from numpy.typing import NDArray

from core.search.engine import Crew, Engine
from core.search.fit import (
    Fit,
    Recipe,
    Verdict,
    begin,
    expected_warnings,
    first_line,
    judge_at,
    make_fit,
    train_and_judge,
)
from core.search.folds import FoldedRows, Part, Rows, fold_rows
from core.search.models import CARDS, EPOCHS, ROUNDS
from core.search.spec import SearchSpec

__all__ = [
    "N_STEPS",
    "Asked",
    "InTurn",
    "Objective",
    "Stage",
    "TrainingObjective",
    "expected_warnings",
    "total_steps",
]

N_STEPS = 10
"""How often a training in rounds or epochs says how good it is so far."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """How a trial stands after one step."""

    step: int
    """Folds, rounds or epochs done."""
    scores: tuple[float, ...]
    """The score of each fold that can be judged yet."""
    n_fits: int
    """Models begun."""
    cost: float
    """Work done, in whole trainings of one fold."""

    @property
    def value(self) -> float:
        """The mean score so far."""
        return math.fsum(self.scores) / len(self.scores)


@dataclass(frozen=True, eq=False)
class Asked:
    """A setting that is to be judged by one fold, with the rows of it that are used."""

    params: Mapping[str, Any]
    fold: int
    train: Rows
    test: Rows


class Objective(Protocol):
    """Anything that can judge a setting: real trainings, or a surface where all are done."""

    @property
    def n_folds(self) -> int:
        """Folds that judge a setting."""

    @property
    def n_rows(self) -> int:
        """Rows that are dealt into folds."""

    @property
    def n_steps(self) -> int:
        """Folds, rounds or epochs of a whole trial."""

    @property
    def target(self) -> NDArray[Any]:
        """What is learned, for a tool that looks at it."""

    @property
    def is_classifying(self) -> bool:
        """Whether the target holds classes."""

    @property
    def splits(self) -> Any:
        """Training and test rows of each fold, as scikit-learn's ``cv=`` takes them."""

    def stages(self, params: Mapping[str, Any]) -> Iterator[Stage]:
        """Judge `params` step by step; the last stage is the whole judgement."""

    def judge_all(self, settings: Sequence[Mapping[str, Any]]) -> Iterator[Iterator[Stage]]:
        """Judge several settings that do not depend on each other; yield the stages of each in turn."""

    def score_all(self, asked: Sequence[Asked]) -> Iterator[Verdict]:
        """Judge settings by single folds; yield the verdict on each in turn."""


class InTurn:
    """What an objective does with several settings when it has no workers: one after the other."""

    def stages(self, params: Mapping[str, Any]) -> Iterator[Stage]:
        """Judge `params` step by step; the last stage is the whole judgement."""
        raise NotImplementedError

    def score_fold(self, params: Mapping[str, Any], fold: int, train: Rows, test: Rows) -> float:
        """Judge `params` by one fold, with the rows `train` and `test` of it alone."""
        raise NotImplementedError

    def judge_all(self, settings: Sequence[Mapping[str, Any]]) -> Iterator[Iterator[Stage]]:
        """Judge several settings; yield the stages of each in turn."""
        yield from map(self.stages, settings)

    def score_all(self, asked: Sequence[Asked]) -> Iterator[Verdict]:
        """Judge settings by single folds; yield the verdict on each in turn."""
        for one in asked:
            try:
                score = self.score_fold(one.params, one.fold, one.train, one.test)
            except (ValueError, ArithmeticError) as error:  # a setting that the library cannot use
                yield Verdict((), first_line(error))
            else:
                yield Verdict((score,))


class TrainingObjective(InTurn):
    """Trains the model of a spec on its table, alone or with the workers of a crew."""

    def __init__(self, spec: SearchSpec, crew: Crew | None = None) -> None:
        self._spec = spec
        self._task = spec.task
        self._rows: FoldedRows = fold_rows(spec)
        self._crew = crew or Crew(Engine())
        self._recipe = Recipe(
            model=spec.model,
            task=spec.task,
            scoring=spec.scoring,
            resource=CARDS[spec.model].resource,
            n_steps=total_steps(spec),
            seed=spec.fold_seed,
        )

    @property
    def n_folds(self) -> int:
        """Folds that judge a setting."""
        return self._spec.k

    @property
    def n_rows(self) -> int:
        """Rows that are dealt into folds."""
        return len(self._rows.y)

    @property
    def n_steps(self) -> int:
        """Folds, rounds or epochs of a whole trial."""
        return total_steps(self._spec)

    @property
    def target(self) -> NDArray[Any]:
        """Classes as whole numbers, or numbers."""
        return self._rows.y

    @property
    def is_classifying(self) -> bool:
        """Whether the target holds classes."""
        return self._task != "regression"

    @property
    def splits(self) -> tuple[tuple[Rows, Rows], ...]:
        """Training and test rows of each fold."""
        return self._rows.splits

    def stages(self, params: Mapping[str, Any]) -> Iterator[Stage]:
        """Judge `params` step by step: folds one after the other, or rounds in all folds at once."""
        if self._spec.resource == "folds":
            yield from self._stages_by_fold(params)
        else:
            yield from self._stages_by_round(params)

    def score_fold(self, params: Mapping[str, Any], fold: int, train: Rows, test: Rows) -> float:
        """Judge `params` by one fold, with the rows `train` and `test` of it alone."""
        return self._train_and_judge(params, self._rows.part(fold, train, test))

    def judge_all(self, settings: Sequence[Mapping[str, Any]]) -> Iterator[Iterator[Stage]]:
        """Judge several settings, all their folds at once if there are workers.

        A pruner may stop a training after each step, so with one every step waits for the one before.
        """
        if self._crew.is_in_turn or self._spec.pruner != "none":
            yield from super().judge_all(settings)
            return
        parts = [self._rows.part(fold) for fold in range(self.n_folds)]
        marks = () if self._spec.resource == "folds" else self._marks
        fits = (Fit(self._recipe, params, part, marks) for params in settings for part in parts)
        verdicts = self._crew.map(make_fit, fits)
        for _ in settings:
            yield self._stages_of(list(islice(verdicts, self.n_folds)), marks)

    def score_all(self, asked: Sequence[Asked]) -> Iterator[Verdict]:
        """Judge settings by single folds, all at once if there are workers."""
        if self._crew.is_in_turn:
            yield from super().score_all(asked)
            return
        fits = (
            Fit(self._recipe, one.params, self._rows.part(one.fold, one.train, one.test))
            for one in asked
        )
        yield from self._crew.map(make_fit, fits)

    @property
    def _marks(self) -> tuple[int, ...]:
        """After how many rounds or epochs a training says how good it is."""
        return tuple(self.n_steps * place // N_STEPS for place in range(1, N_STEPS + 1))

    def _stages_by_fold(self, params: Mapping[str, Any]) -> Iterator[Stage]:
        scores: tuple[float, ...] = ()
        for fold in range(self.n_folds):
            scores = (*scores, self._train_and_judge(params, self._rows.part(fold)))
            yield self._stage_of_folds(scores)

    def _stages_by_round(self, params: Mapping[str, Any]) -> Iterator[Stage]:
        parts = [self._rows.part(fold) for fold in range(self.n_folds)]
        models = [begin(self._recipe, params, part) for part in parts]
        for mark in self._marks:
            scores = [
                judge_at(self._recipe, model, mark, part)
                for model, part in zip(models, parts, strict=True)
            ]
            yield self._stage_of_rounds(mark, tuple(scores))

    def _stages_of(self, verdicts: Sequence[Verdict], marks: Sequence[int]) -> Iterator[Stage]:
        """Yield the stages that `verdicts` on all folds amount to, as if they had been made in turn."""
        if not marks:
            scores: tuple[float, ...] = ()
            for verdict in verdicts:
                if verdict.problem:
                    raise ValueError(verdict.problem)
                scores += verdict.scores
                yield self._stage_of_folds(scores)
            return
        for place, mark in enumerate(marks):
            for verdict in verdicts:
                if len(verdict.scores) <= place:
                    raise ValueError(verdict.problem)
            yield self._stage_of_rounds(mark, tuple(v.scores[place] for v in verdicts))

    def _stage_of_folds(self, scores: tuple[float, ...]) -> Stage:
        n_done = len(scores)
        return Stage(step=n_done, scores=scores, n_fits=n_done, cost=float(n_done))

    def _stage_of_rounds(self, mark: int, scores: tuple[float, ...]) -> Stage:
        cost = self.n_folds * mark / self.n_steps
        return Stage(step=mark, scores=scores, n_fits=self.n_folds, cost=cost)

    def _train_and_judge(self, params: Mapping[str, Any], part: Part) -> float:
        return train_and_judge(self._recipe, params, part)


def total_steps(spec: SearchSpec) -> int:
    """Return the folds, rounds or epochs of a whole trial."""
    return {"folds": spec.k, "rounds": ROUNDS, "epochs": EPOCHS}[spec.resource]
