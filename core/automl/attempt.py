"""One piece of work that a worker can do: a trial, or a split of the finals."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.automl.scores import Numbers
from core.automl.settings import Family
from core.automl.table import ReadyTable
from core.automl.trial import Places, Trial, fit_model, score_metric, score_places
from core.remember import use_one_thread
from core.search.fit import first_line


@dataclass(frozen=True, eq=False)
class Attempt:
    """A trial that is to be made. It carries its rows, so a worker needs no file."""

    ready: ReadyTable
    number: int
    family: Family
    params: Mapping[str, Any]
    places: Places
    """The rows to learn from."""


def make_trial(attempt: Attempt) -> Trial:
    """Train and judge one model; a setting that the library cannot use comes back as a problem."""
    use_one_thread()
    ready, train = attempt.ready, attempt.places
    began, cpu = time.perf_counter(), time.process_time()
    scores: Mapping[str, float] = {}
    trained: Mapping[str, float] = {}
    problem, predicted = "", None
    judge = ready.places("validate")
    try:
        model = fit_model(ready, attempt.family, attempt.params, train)
        predicted = model.predict(ready.rows.iloc[judge])
        scores = score_places(ready, judge, predicted)
        trained = score_places(ready, train, model.predict(ready.rows.iloc[train]))
    except (ValueError, ArithmeticError) as error:  # a setting that a library cannot use
        problem = first_line(error)
    return Trial(
        number=attempt.number,
        family=attempt.family,
        params=dict(attempt.params),
        scores=scores,
        train_scores=trained,
        metric=ready.metric,
        cpu_seconds=time.process_time() - cpu,
        wall_seconds=time.perf_counter() - began,
        problem=problem,
        predicted=predicted,
        n_rows=len(train),
        is_sample=len(train) < len(ready.places("train")),
    )


@dataclass(frozen=True, eq=False)
class Heat:
    """A split of the finals that is to be judged."""

    ready: ReadyTable
    number: int
    single: Mapping[int, tuple[Family, Mapping[str, Any]]]
    """The models that are trained, by the numbers of their trials."""
    finalists: Sequence[tuple[tuple[int, float], ...]]
    """Numbers of trials and weights: what is judged."""
    train: Places
    judge: Places
    keeps_chances: bool = False
    """Whether what was said of the class that is looked for is kept, for a threshold."""


@dataclass(frozen=True, eq=False)
class HeatScores:
    """What each finalist scored on one split, and what that cost."""

    number: int
    scores: tuple[float, ...]
    cpu_seconds: float
    chances: tuple[Numbers, ...] = ()
    """Of each finalist, for the class that is looked for; empty if they were not to be kept."""


def judge_heat(heat: Heat) -> HeatScores:
    """Train all models on the rows of a split, and judge every finalist by its other rows."""
    use_one_thread()
    cpu = time.process_time()
    rows = heat.ready.rows.iloc[heat.judge]
    said = {
        number: fit_model(heat.ready, family, params, heat.train).predict(rows)
        for number, (family, params) in heat.single.items()
    }
    mixed = [mix([(said[one], weight) for one, weight in members]) for members in heat.finalists]
    scores = tuple(score_metric(heat.ready, heat.judge, one) for one in mixed)
    chances: tuple[Numbers, ...] = ()
    if heat.keeps_chances:
        at = heat.ready.classes.index(heat.ready.positive)
        chances = tuple(one[:, at].copy() for one in mixed)
    return HeatScores(heat.number, scores, time.process_time() - cpu, chances)


def mix(said: Sequence[tuple[Numbers, float]]) -> Numbers:
    """Return the weighted mean of predictions."""
    return np.asarray(sum(weight * predicted for predicted, weight in said))
