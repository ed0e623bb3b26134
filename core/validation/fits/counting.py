"""Estimators that write each call of their fit into a ledger, and otherwise are scikit-learn's own.

`scikit-learn` clones an estimator for every fit and forgets the clone, so the count cannot live in the
estimator itself: it lives in the ledger that `keep_ledger` opens for the run. Runs stay in one thread
(``n_jobs=1``), where a context variable is seen by every clone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter, thread_time
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from core.progress import report


@dataclass
class Entry:
    """One call of fit."""

    step: str
    settings: dict[str, Any]
    n_rows: int
    seconds: float
    """On the clock."""
    cpu_seconds: float
    """Of the processor; what else runs on the machine does not count."""
    held_out: tuple[int, ...] = ()
    """Numbers of the rows that judged this very model; empty if nobody did."""
    outer: int = 0
    """Which outer fold it belongs to, from 1; 0 if there are none."""
    accuracy: float = float("nan")
    """On those rows."""
    is_judged_outside: bool = False
    """Whether the outer rows judged it: the refitted model of nested cross-validation."""


@dataclass
class Ledger:
    """Every call of fit during one run, in its order."""

    tuned: tuple[str, ...] = ()
    """Parameters that tell one candidate from another."""
    n_expected: int = 0
    entries: list[Entry] = field(default_factory=list)
    n_outer: int = 0


_open_ledger: ContextVar[Ledger | None] = ContextVar("open_ledger", default=None)


@contextmanager
def keep_ledger(ledger: Ledger) -> Iterator[Ledger]:
    """Write each fit of a counted estimator inside the block into `ledger`."""
    token = _open_ledger.set(ledger)
    try:
        yield ledger
    finally:
        _open_ledger.reset(token)


class Counted:
    """Mixed in before an estimator: its fit is the estimator's own, and is written down."""

    step = "model"

    def fit(self, X: pd.DataFrame, y: Any = None) -> Any:  # noqa: N803  scikit-learn's name
        """Fit as the estimator does, and note how long it took and from how many rows."""
        start, worked = perf_counter(), thread_time()
        super().fit(X, y)  # type: ignore[misc]
        seconds, cpu_seconds = perf_counter() - start, thread_time() - worked
        ledger = _open_ledger.get()
        if ledger is not None:
            self.place_in_ledger_ = len(ledger.entries)
            settings = self.get_params()  # type: ignore[attr-defined]
            ledger.entries.append(
                Entry(
                    step=self.step,
                    settings={name: settings[name] for name in ledger.tuned if name in settings},
                    n_rows=len(X),
                    seconds=seconds,
                    cpu_seconds=cpu_seconds,
                )
            )
            if self.step == "model":
                report(len(ledger.entries) / max(ledger.n_expected, 1), _say(ledger))
        return self


class CountedTree(Counted, DecisionTreeClassifier):  # type: ignore[misc]
    """A decision tree."""


class CountedForest(Counted, RandomForestClassifier):  # type: ignore[misc]
    """A random forest; one forest is one model, whatever the number of its trees."""


class CountedFill(Counted, SimpleImputer):  # type: ignore[misc]
    """Fills gaps."""

    step = "fill"


class CountedScale(Counted, StandardScaler):  # type: ignore[misc]
    """Standardises columns."""

    step = "scale"


class _Lazy(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Learns nothing, and names the first class."""

    def __init__(
        self, first: int = 1, second: int = 1, third: float = 1.0, criterion: str = "one"
    ) -> None:
        self.first = first
        self.second = second
        self.third = third
        self.criterion = criterion

    def fit(self, X: Any, y: Any) -> "_Lazy":  # noqa: ARG002, N803
        self.classes_ = np.unique(y)
        return self

    def predict(self, X: Any) -> Any:  # noqa: N803
        return np.repeat(self.classes_[0], len(X))


class CountedLazy(Counted, _Lazy):
    """Only counts: for checks that ask how often, not how well."""


def judge(estimator: Any, X: pd.DataFrame, y: Any) -> float:  # noqa: N803
    """Return the accuracy on rows that were held out, and note which model they judged.

    It is the ``scoring`` of every search and cross-validation of the lesson.
    """
    ledger, accuracy = _open_ledger.get(), _accuracy(estimator, X, y)
    if ledger is not None:
        entry = ledger.entries[_model_of(estimator).place_in_ledger_]
        if not entry.held_out:  # a learning curve judges the training rows next
            entry.held_out, entry.accuracy = tuple(X.index), accuracy
    return accuracy


def judge_outside(search: Any, X: pd.DataFrame, y: Any) -> float:  # noqa: N803
    """Return the accuracy of a fitted search on the rows of the outer fold, which end here."""
    ledger, accuracy = _open_ledger.get(), _accuracy(search, X, y)
    if ledger is not None:
        ledger.n_outer += 1
        for entry in ledger.entries:
            entry.outer = entry.outer or ledger.n_outer
        refitted = ledger.entries[_model_of(search).place_in_ledger_]
        refitted.held_out, refitted.accuracy = tuple(X.index), accuracy
        refitted.is_judged_outside = True
    return accuracy


def _accuracy(estimator: Any, X: pd.DataFrame, y: Any) -> float:  # noqa: N803
    from sklearn.metrics import accuracy_score

    return float(accuracy_score(y, estimator.predict(X)))


def _model_of(estimator: Any) -> Any:
    """Return the model inside pipelines and searches."""
    while True:
        if hasattr(estimator, "steps"):
            estimator = estimator.steps[-1][1]
        elif hasattr(estimator, "best_estimator_"):
            estimator = estimator.best_estimator_
        else:
            return estimator


def _say(ledger: Ledger) -> str:
    n_models = sum(entry.step == "model" for entry in ledger.entries)
    return f"model {n_models} of {ledger.n_expected}"
