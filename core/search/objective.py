"""What one setting is worth: trained and judged fold by fold, or round by round in all folds at once."""

import math
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.search.folds import FoldedRows, Part, Rows, fold_rows
from core.search.models import EPOCHS, ROUNDS, build_model
from core.search.spec import SearchSpec
from core.search.staged import StagedModel, begin_training

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

    def score_fold(self, params: Mapping[str, Any], fold: int, train: Rows, test: Rows) -> float:
        """Judge `params` by one fold, with the rows `train` and `test` of it alone."""


class TrainingObjective:
    """Trains the model of a spec on its table."""

    def __init__(self, spec: SearchSpec) -> None:
        from sklearn.metrics import get_scorer

        self._spec = spec
        self._task = spec.task
        self._rows: FoldedRows = fold_rows(spec)
        self._score = get_scorer(spec.scoring)

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

    def _stages_by_fold(self, params: Mapping[str, Any]) -> Iterator[Stage]:
        scores: tuple[float, ...] = ()
        for fold in range(self.n_folds):
            scores = (*scores, self._train_and_judge(params, self._rows.part(fold)))
            yield Stage(step=fold + 1, scores=scores, n_fits=fold + 1, cost=float(fold + 1))

    def _stages_by_round(self, params: Mapping[str, Any]) -> Iterator[Stage]:
        total = self.n_steps
        parts = [self._rows.part(fold) for fold in range(self.n_folds)]
        models = [self._begin(params, part) for part in parts]
        for place in range(1, N_STEPS + 1):
            step = total * place // N_STEPS
            scores = []
            for model, part in zip(models, parts, strict=True):
                with expected_warnings():
                    trained = model.train_to(step)
                    scores.append(float(self._score(trained, part.x_test, part.y_test)))
            yield Stage(
                step=step,
                scores=tuple(scores),
                n_fits=self.n_folds,
                cost=self.n_folds * step / total,
            )

    def _train_and_judge(self, params: Mapping[str, Any], part: Part) -> float:
        with expected_warnings():
            if self._spec.resource == "folds":
                model = build_model(self._spec.model, self._task, params, self._spec.fold_seed)
                trained = model.fit(part.x_train, part.y_train)
            else:
                trained = self._begin(params, part).train_to(self.n_steps)
            return float(self._score(trained, part.x_test, part.y_test))

    def _begin(self, params: Mapping[str, Any], part: Part) -> StagedModel:
        model = build_model(self._spec.model, self._task, params, self._spec.fold_seed)
        return begin_training(model, part.x_train, part.y_train)


def total_steps(spec: SearchSpec) -> int:
    """Return the folds, rounds or epochs of a whole trial."""
    return {"folds": spec.k, "rounds": ROUNDS, "epochs": EPOCHS}[spec.resource]


@contextmanager
def expected_warnings() -> Iterator[None]:
    """Hush what a bad setting makes a library say; its score says it already."""
    from sklearn.exceptions import ConvergenceWarning, UndefinedMetricWarning

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        for kind in (ConvergenceWarning, UndefinedMetricWarning, RuntimeWarning):
            warnings.simplefilter("ignore", kind)
        warnings.filterwarnings("ignore", message=".*valid feature names.*")
        yield
