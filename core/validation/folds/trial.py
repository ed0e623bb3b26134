"""The same model scored by a splitter, by the one that suits the rows, and on fresh rows."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import require
from core.progress import report
from core.remember import remembered
from core.validation.folds.splitters import (
    SPLITTERS,
    Knobs,
    Rows,
    Splitter,
    cut,
    list_ks,
)
from core.validation.folds.tables import (
    N_FUTURES,
    FoldTable,
    encode,
    find_fresh,
    find_rows,
    read_target,
)

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Model = Literal["neighbours", "linear"]
MODELS: tuple[Model, ...] = get_args(Model)
N_NEIGHBOURS = 5
N_BOOTSTRAPS = 1_000
LARGEST_SEED = 2**32 - 1
LARGEST_GAP = 1_000

Features = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class TrialSpec:
    """One table, one splitter for every number of folds, one model."""

    data: str = "recordings"
    splitter: Splitter = "shuffled"
    model: Model = "neighbours"
    group: str | None = None
    order: str | None = None
    gap: int = 0
    longest: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        require(
            self.splitter in SPLITTERS,
            f"The splitter is one of {', '.join(SPLITTERS)}, got {self.splitter!r}.",
        )
        require(
            self.model in MODELS, f"The model is one of {', '.join(MODELS)}, got {self.model!r}."
        )
        require(
            0 <= self.gap <= LARGEST_GAP,
            f"A gap is a number of rows from 0 to {LARGEST_GAP}, got {self.gap}. Try 0.",
        )
        require(
            self.longest is None or self.longest >= 1,
            f"A model needs at least 1 row to learn from, got {self.longest}. Write none for all.",
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )
        list_ks(self.found, self.splitter, self.knobs)  # refuses what cannot be split so

    @property
    def knobs(self) -> Knobs:
        """What the splitter is told besides the number of folds."""
        return Knobs(seed=self.seed, gap=self.gap, longest=self.longest)

    @property
    def found(self) -> FoldTable:
        """The rows that are split."""
        return find_rows(self.data, self.group, self.order)


@dataclass(frozen=True, eq=False)
class Trial:
    """What each fold holds and scores, for every number of folds; NaN is undefined."""

    spec: TrialSpec
    right: str
    """The splitter that suits these rows."""
    fresh_score: float
    """Score of the model that was trained on all rows, on rows that no fold holds."""
    fresh_low: float
    """95 % interval of it (bootstrap over the fresh rows; over whole futures for days)."""
    fresh_high: float
    n_fresh: int
    folds: pd.DataFrame
    """One row per k and fold: ``k``, ``fold`` (from 1), ``n_train``, ``n_test``, ``n_unused``,
    ``share`` (of the watched class among the test rows), ``n_shared`` (groups on both sides),
    ``n_late`` (training rows that come after the first test row), ``score``, ``cells`` (one
    letter per row: r train, e test, a dot for unused)."""
    right_folds: pd.DataFrame
    """The same for the splitter that suits the rows: ``k``, ``fold``, ``score``."""


@remembered
def try_folds(spec: TrialSpec) -> Trial:
    """Answer "which rows does each fold train on and test, and what does it say of the model?".

    Trains the model once in each fold of each k. Check by eye: with ``kfold`` the test rows of
    the folds of one k add up to all rows.
    """
    found = spec.found
    fresh = find_fresh(found)
    features, fresh_features = encode(found.dataset, found.rows, fresh)
    report(0.05, "Cutting and training")
    folds = _run_folds(spec, spec.splitter, features)
    report(0.6, "The same with the splitter that suits these rows")
    right = choose_right(found)
    right_folds = folds if right == spec.splitter else _run_folds(spec, right, features)
    report(0.95, "Judging on fresh rows")
    truth = (np.nan,) * 3
    if fresh is not None and fresh_features is not None:
        answers = read_target(found.dataset, fresh)
        truth = judge_fresh(found, spec.model, features, fresh_features, answers)
    return Trial(
        spec=spec,
        right=right,
        fresh_score=truth[0],
        fresh_low=truth[1],
        fresh_high=truth[2],
        n_fresh=0 if fresh is None else len(fresh),
        folds=folds,
        right_folds=right_folds[["k", "fold", "score"]],
    )


def choose_right(found: FoldTable) -> Splitter:
    """Return the splitter that copies how the model will be used: new people, or the days to come."""
    if found.order is not None:
        return "time"
    if found.group is not None:
        return "group"
    return "shuffled" if found.dataset.task == "regression" else "stratified"


def build_model(model: Model, task: str, *, has_gaps: bool) -> "Pipeline":
    """Return the untrained model: numbers are scaled, empty cells get the median, in each fold anew."""
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    makers: dict[tuple[str, bool], Any] = {
        ("neighbours", True): lambda: KNeighborsRegressor(N_NEIGHBOURS),
        ("neighbours", False): lambda: KNeighborsClassifier(N_NEIGHBOURS),
        ("linear", True): LinearRegression,
        ("linear", False): lambda: LogisticRegression(max_iter=1000),
    }
    last = makers[model, task == "regression"]()
    filled = [SimpleImputer(strategy="median", keep_empty_features=True)] if has_gaps else []
    return make_pipeline(*filled, StandardScaler(), last)


def score_fold(
    found: FoldTable,
    model: Model,
    features: Features,
    train: Rows,
    *,
    test_features: Features,
    truth: NDArray[Any],
) -> float:
    """Train on the rows `train` and score others; NaN where this score does not exist.

    A fold without the watched class cannot be ranked, training rows of one class leave a linear model
    nothing to fit, and five neighbours need five rows.
    """
    target = found.target[train]
    is_short = model == "neighbours" and len(train) < N_NEIGHBOURS
    is_alone = found.dataset.task != "regression" and len(set(target)) < 2
    is_label = truth == found.label
    is_unranked = found.metric == "auc" and (bool(is_label.all()) or not is_label.any())
    if is_short or is_unranked or (is_alone and (model == "linear" or found.metric == "auc")):
        return float("nan")
    trained = build_model(model, found.dataset.task, has_gaps=bool(np.isnan(features).any()))
    trained.fit(features[train], target)
    if found.metric == "auc":
        from sklearn.metrics import roc_auc_score

        return float(roc_auc_score(is_label, rank(trained, test_features, str(found.label))))
    said = trained.predict(test_features)
    return float(np.mean(np.abs(said - truth) if found.metric == "mae" else said == truth))


def rank(trained: "Pipeline", features: Features, label: str) -> Features:
    """Return the probability of `label` that a trained classifier gives to each row."""
    place = trained.classes_.tolist().index(label)
    said: Features = trained.predict_proba(features)[:, place]
    return said


def _run_folds(spec: TrialSpec, splitter: Splitter, features: Features) -> pd.DataFrame:
    found, rows = spec.found, []
    target = found.target
    for k in list_ks(found, splitter, spec.knobs):
        for at, (train, test) in enumerate(cut(found, splitter, k, spec.knobs)):
            score = score_fold(
                found,
                spec.model,
                features,
                train,
                test_features=features[test],
                truth=target[test],
            )
            rows.append(
                {"k": k, "fold": at + 1, **describe_fold(found, train, test), "score": score}
            )
    return pd.DataFrame(rows)


def describe_fold(found: FoldTable, train: Rows, test: Rows) -> dict[str, Any]:
    """Return what one fold holds; see `Trial.folds`."""
    cells = np.full(len(found.rows), ".")
    cells[train], cells[test] = "r", "e"
    groups, label = found.groups, found.label
    shared = 0 if groups is None else len(np.intersect1d(groups[train], groups[test]))
    return {
        "n_train": len(train),
        "n_test": len(test),
        "n_unused": len(found.rows) - len(train) - len(test),
        "share": float("nan") if label is None else float(np.mean(found.target[test] == label)),
        "n_shared": shared,
        "n_late": int((train > test.min()).sum()),
        "cells": "".join(cells.tolist()),
    }


def judge_fresh(
    found: FoldTable,
    model: Model,
    features: Features,
    fresh_features: Features,
    truth: NDArray[Any],
) -> tuple[float, float, float]:
    """Score the model of all rows on fresh ones: the score and a 95 % percentile bootstrap."""
    trained = build_model(model, found.dataset.task, has_gaps=bool(np.isnan(features).any()))
    trained.fit(features, found.target)
    rng = np.random.default_rng(0)
    if found.metric == "auc":
        from sklearn.metrics import roc_auc_score

        said, is_label = rank(trained, fresh_features, str(found.label)), truth == found.label
        drawn = rng.integers(0, len(truth), (N_BOOTSTRAPS // 5, len(truth)))
        scores = np.array([roc_auc_score(is_label[rows], said[rows]) for rows in drawn])
        score = float(roc_auc_score(is_label, said))
    else:
        answer = trained.predict(fresh_features)
        each = np.abs(answer - truth) if found.metric == "mae" else (answer == truth).astype(float)
        if found.order is not None:  # days of one future are alike, so whole futures are drawn
            each = each.reshape(-1, N_FUTURES).mean(axis=0)
        drawn = rng.integers(0, len(each), (N_BOOTSTRAPS, len(each)))
        scores, score = each[drawn].mean(axis=1), float(each.mean())
    low, high = np.quantile(scores, [0.025, 0.975])
    return score, float(low), float(high)
