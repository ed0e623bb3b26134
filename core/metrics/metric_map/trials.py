"""Every experiment on every metric of one kind, with one really trained model; done once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.metrics.metric_map.cases import TASKS, AnswersSpec, Case, answer_unseen
from core.metrics.metric_map.experiments import experiments_of
from core.metrics.metric_map.fractions import take_apart
from core.metrics.metric_map.measures import Metric, judge, metrics_of
from core.progress import report
from core.remember import remembered

N_DEALS = {"labels": 40, "classes": 40, "clusters": 10}
"""Times that answers are dealt out at random to see what a model reaches that knows nothing."""
SAME = 1e-9
"""Relative difference up to which two values are one: sums of floats depend on their order."""


@dataclass(frozen=True, eq=False)
class Trials:
    """What each experiment does to each metric. NaN is undefined, with its reason beside it."""

    spec: AnswersSpec
    n_train: int
    n_judged: int
    n_positive: int
    """Judged rows of the positive class; 0 unless there are two classes."""
    n_clusters: int
    """Clusters that k-means made; 0 for other kinds."""
    outcomes: pd.DataFrame
    """One row per experiment and metric: ``experiment``, ``metric``, ``before``, ``after``,
    ``before_reason``, ``after_reason`` (why there is no value), ``before_printed``,
    ``after_printed`` (what scikit-learn returns), ``before_manner``, ``after_manner``
    ("returns", "warns", "raises"), ``before_message``, ``after_message``, ``is_moved``."""
    cases: pd.DataFrame
    """One row per experiment: ``experiment``, ``n_rows`` that are judged after it."""
    reach: pd.DataFrame
    """One row per metric: ``metric``, ``lowest`` and ``highest`` value that constructed answers to
    these very rows reach, ``perfect`` (the truth itself as answer), ``ignorant`` (a model that
    knows nothing; the mean over deals), ``ignorant_low`` and ``ignorant_high`` (central 95 % of
    the deals; equal to it where one answer is given to all rows)."""
    fractions: pd.DataFrame
    """How two metrics come about: ``experiment``, ``moment`` ("before", "after"), ``metric``,
    ``top``, ``bottom``; see `core.metrics.metric_map.fractions`."""


@remembered
def try_metrics(spec: AnswersSpec) -> Trials:
    """Answer "which metrics notice what?" by doing it: train, change the answers, measure again.

    Check by eye: recall is the same before and after ``more_negatives``.
    """
    report(0.05, "Training the model")
    answers = answer_unseen(spec)
    case, metrics = answers.case, metrics_of(spec.group)
    outcomes, sizes, fractions = [], [], []
    tests = experiments_of(spec.group)
    for n_done, test in enumerate(tests):
        report(0.3 + 0.5 * n_done / len(tests), f"Experiment {n_done + 1} of {len(tests)}")
        changed = test.change(case, np.random.default_rng(spec.seed))
        outcomes += [
            {"experiment": test.name, **_compare(metric, case, changed)} for metric in metrics
        ]
        sizes.append({"experiment": test.name, "n_rows": changed.n_rows})
        for moment, each in (("before", case), ("after", changed)):
            fractions += [
                {"experiment": test.name, "moment": moment, **part}
                for part in take_apart(spec.group, each)
            ]
    report(0.85, "Pushing each metric to its ends")
    is_two = TASKS[spec.group] == "binary"
    return Trials(
        spec=spec,
        n_train=answers.n_train,
        n_judged=case.n_rows,
        n_positive=int(case.truth.sum()) if is_two else 0,
        n_clusters=case.n_classes if spec.group == "clusters" else 0,
        outcomes=pd.DataFrame(outcomes),
        cases=pd.DataFrame(sizes),
        reach=pd.DataFrame([_push(metric, case, spec) for metric in metrics]),
        fractions=pd.DataFrame(fractions),
    )


def is_same(before: float, after: float) -> bool:
    """Say whether a metric stayed where it was; an undefined value is not a place to stay."""
    return bool(np.isclose(before, after, rtol=SAME, atol=0.0)) and not np.isnan(before)


def _compare(metric: Metric, case: Case, changed: Case) -> dict[str, object]:
    before, after = judge(metric, case), judge(metric, changed)
    return {
        "metric": metric.name,
        "before": before.value,
        "after": after.value,
        "before_reason": before.reason,
        "after_reason": after.reason,
        "before_printed": before.printed,
        "after_printed": after.printed,
        "before_manner": before.manner,
        "after_manner": after.manner,
        "before_message": before.message,
        "after_message": after.message,
        "is_moved": not is_same(before.value, after.value),
    }


def _push(metric: Metric, case: Case, spec: AnswersSpec) -> dict[str, object]:
    perfect = judge(metric, _answer_perfectly(case, spec)).value
    values = [judge(metric, each).value for each in _construct(case, spec)]
    ignorant = [judge(metric, each).value for each in _know_nothing(case, spec)]
    known = [value for value in [perfect, *values, *ignorant] if not np.isnan(value)]
    return {
        "metric": metric.name,
        "lowest": min(known, default=np.nan),
        "highest": max(known, default=np.nan),
        "perfect": perfect,
        "ignorant": float(np.mean(ignorant)),
        "ignorant_low": float(np.quantile(ignorant, 0.025)),
        "ignorant_high": float(np.quantile(ignorant, 0.975)),
    }


def _answer_perfectly(case: Case, spec: AnswersSpec) -> Case:
    if spec.group == "clusters":
        return replace(case, said=np.unique(case.truth, return_inverse=True)[1])
    return replace(case, said=case.truth.astype(case.said.dtype))


def _know_nothing(case: Case, spec: AnswersSpec) -> Iterator[Case]:
    if spec.group in ("scores", "numbers"):
        yield replace(case, said=np.full(case.n_rows, case.base))
        return
    rng = np.random.default_rng(spec.seed)
    for _ in range(N_DEALS[spec.group]):
        yield replace(case, said=rng.permutation(case.said))


def _construct(case: Case, spec: AnswersSpec) -> Iterator[Case]:
    """Yield answers that nobody would give, to see how far a metric can be pushed with these rows."""
    if spec.group == "labels":
        yield replace(case, said=~case.truth)
        for answer in (False, True):
            yield replace(case, said=np.full(case.n_rows, answer))
    elif spec.group == "scores":
        for doubt in (1e-2, 1e-4, 1e-8):
            yield replace(case, said=np.where(case.truth, doubt, 1 - doubt))
        yield replace(case, said=1.0 - case.truth)
    elif spec.group == "classes":
        yield replace(case, said=(case.truth + 1) % case.n_classes)
        for place in range(case.n_classes):
            yield replace(case, said=np.full(case.n_rows, place))
    elif spec.group == "numbers":
        for times in (1.0, 1e3, 1e6):
            yield replace(case, said=case.truth + times * np.ptp(case.truth))
    else:
        yield from (
            test.change(case, np.random.default_rng(0)) for test in experiments_of("clusters")
        )
