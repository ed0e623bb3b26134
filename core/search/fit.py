"""One training of one setting on one fold, with all that a worker on whatever machine needs to know."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np

from core.datasets import Task
from core.remember import use_one_thread
from core.search.folds import Part
from core.search.models import Model, Resource, build_model
from core.search.staged import StagedModel, begin_training


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How the models of a search are trained and judged; the same for all its fits."""

    model: Model
    task: Task
    scoring: str
    """The metric by its name in scikit-learn."""
    resource: Resource
    n_steps: int
    """Rounds or epochs of a whole training."""
    seed: int
    """The chance of the model itself."""


@dataclass(frozen=True, eq=False)
class Fit:
    """A fit that is to be made. It carries its rows, so that a worker needs no table and no file."""

    recipe: Recipe
    params: Mapping[str, Any]
    part: Part
    marks: tuple[int, ...] = ()
    """After how many rounds or epochs it is judged; none: once, when it is done."""


@dataclass(frozen=True)
class Verdict:
    """What a fit is worth."""

    scores: tuple[float, ...]
    """One for each mark, or the only one; those before the problem, if there is one."""
    problem: str = ""
    """What the library said of a setting that it cannot use."""


def make_fit(fit: Fit) -> Verdict:
    """Make and judge a fit, in a worker; what a library cannot use comes back as a problem.

    Every other error is raised: it is a defect, not a property of the setting.
    """
    _use_one_thread()
    scores: list[float] = []
    try:
        if not fit.marks:
            scores.append(train_and_judge(fit.recipe, fit.params, fit.part))
        else:
            model = begin(fit.recipe, fit.params, fit.part)
            for mark in fit.marks:
                # One by one, because what was judged before a problem counts.
                scores.append(judge_at(fit.recipe, model, mark, fit.part))  # noqa: PERF401
    except (ValueError, ArithmeticError) as error:
        return Verdict(tuple(scores), first_line(error))
    return Verdict(tuple(scores))


def train_and_judge(recipe: Recipe, params: Mapping[str, Any], part: Part) -> float:
    """Train a model to its end, and return its score on the rows that judge."""
    if recipe.resource != "folds":
        return judge_at(recipe, begin(recipe, params, part), recipe.n_steps, part)
    with expected_warnings():
        model = build_model(recipe.model, recipe.task, params, recipe.seed)
        return _score(recipe, model.fit(part.x_train, part.y_train), part)


def begin(recipe: Recipe, params: Mapping[str, Any], part: Part) -> StagedModel:
    """Return a model about to be trained in steps."""
    model = build_model(recipe.model, recipe.task, params, recipe.seed)
    return begin_training(model, part.x_train, part.y_train)


def judge_at(recipe: Recipe, model: StagedModel, mark: int, part: Part) -> float:
    """Train `model` on to `mark` rounds or epochs, and return its score then."""
    with expected_warnings():
        return _score(recipe, model.train_to(mark), part)


def first_line(error: Exception) -> str:
    """Return what an error says in its first line."""
    return str(error).split("\n", maxsplit=1)[0]


def _score(recipe: Recipe, model: Any, part: Part) -> float:
    from sklearn.metrics import get_scorer

    return float(get_scorer(recipe.scoring)(model, part.x_test, part.y_test))


@lru_cache(maxsize=1)
def _use_one_thread() -> None:
    """Let a worker compute as the server does, whatever machine it stands on; once a process."""
    use_one_thread()


_hush_lock = Lock()
_hush = ExitStack()
_n_hushing = 0


@contextmanager
def expected_warnings() -> Iterator[None]:
    """Hush what a bad setting makes a library say; its score says it already.

    Python's filters belong to the whole process, so of several threads the first one sets them and the
    last one takes them back.
    """
    global _n_hushing  # noqa: PLW0603  a count that goes with the filters of the process
    with _hush_lock:
        _n_hushing += 1
        if _n_hushing == 1:
            _hush.enter_context(_filters())
    try:
        with np.errstate(all="ignore"):
            yield
    finally:
        with _hush_lock:
            _n_hushing -= 1
            if _n_hushing == 0:
                _hush.close()


@contextmanager
def _filters() -> Iterator[None]:
    from sklearn.exceptions import ConvergenceWarning, UndefinedMetricWarning

    with warnings.catch_warnings():
        for kind in (ConvergenceWarning, UndefinedMetricWarning, RuntimeWarning):
            warnings.simplefilter("ignore", kind)
        warnings.filterwarnings("ignore", message=".*valid feature names.*")
        yield
