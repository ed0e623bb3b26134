"""Runs on the kinds of learning: what asks for labels, what few labels can do, and what exploring costs."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.base import is_classifier, is_clusterer, is_regressor
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.semi_supervised import LabelSpreading

from core.practice.family import Values
from core.practice.proof import Facts


def ask_estimators() -> Facts:
    """Ask scikit-learn what each of three models is for, and which of them fits without labels.

    Facts (1 is yes): ``logistic_classifies``, ``logistic_regresses``, ``forest_regresses``,
    ``kmeans_clusters``, ``kmeans_needs_labels``, ``forest_needs_labels``.
    """
    rows, labels = np.arange(20.0).reshape(-1, 1), np.arange(20) % 2

    def needs_labels(model: KMeans | RandomForestRegressor) -> float:
        try:
            model.fit(rows)
        except TypeError:
            model.fit(rows, labels)
            return 1.0
        return 0.0

    forest = RandomForestRegressor(n_estimators=2, random_state=0)
    kmeans = KMeans(2, n_init=1, random_state=0)
    return {
        "logistic_classifies": float(is_classifier(LogisticRegression())),
        "logistic_regresses": float(is_regressor(LogisticRegression())),
        "forest_regresses": float(is_regressor(forest)),
        "kmeans_clusters": float(is_clusterer(kmeans)),
        "kmeans_needs_labels": needs_labels(kmeans),
        "forest_needs_labels": needs_labels(forest),
    }


def spread_labels(n_labelled: int = 40) -> Facts:
    """Read digits of which few are labelled, by these alone and with the help of all others.

    Facts: accuracy on the digits without a label, ``alone`` and ``with_the_rest``; ``share_labelled``.
    """
    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    known, hidden = order[:n_labelled], order[n_labelled:]
    partly = np.full(len(y), -1)
    partly[known] = y[known]
    spread = LabelSpreading(kernel="knn", n_neighbors=7).fit(x, partly)
    alone = KNeighborsClassifier(1).fit(x[known], y[known])
    return {
        "with_the_rest": float((spread.transduction_[hidden] == y[hidden]).mean()),
        "alone": float(alone.score(x[hidden], y[hidden])),
        "share_labelled": n_labelled / len(y),
    }


def play_machines(n_machines: int, percent: int, n_plays: int = 200_000) -> Facts:
    """Play machines of which the best is known; in `percent` of the plays take any one at random.

    Facts: ``share_best`` (plays of the best one), exactly, by going through all that can happen;
    ``share_played``, the same in a game of `n_plays`; ``share_exploring``.
    """
    cases = [(explores, machine) for explores in (False, True) for machine in range(n_machines)]
    weight = {False: (1 - percent / 100) / n_machines, True: percent / 100 / n_machines}
    best = sum(weight[explores] for explores, machine in cases if not explores or machine == 0)
    rng = np.random.default_rng(0)
    explores = rng.random(n_plays) < percent / 100
    played = np.where(explores, rng.integers(0, n_machines, n_plays), 0)
    return {
        "share_best": best,
        "share_played": float((played == 0).mean()),
        "share_exploring": percent / 100,
        "share_exploiting": 1 - percent / 100,
    }


def draw_machines(rng: np.random.Generator) -> Values | None:
    """Draw how many machines there are, and how often one is tried at random."""
    n, percent = int(rng.integers(2, 11)), int(rng.choice([4, 5, 10, 15, 20, 25, 30, 40]))
    best = 1 - percent / 100 + percent / 100 / n
    if percent / 100 / n < 0.015:
        return None
    return {
        "n": n, "percent": percent, "best": best, "rest": 1 - percent / 100,
        "bonus": percent / 100 / n,
    }  # fmt: skip


def put_into_bins(edges: Sequence[float], value: float) -> Facts:
    """Put a value into bins that hold their left edge, the last one both.

    Facts: ``bin`` (its number from 0), ``right`` (the number if bins held their right edge). Check by eye: 3
    with the edges 1, 3, 5 lies in bin 1.
    """
    column = pd.Series([value])
    left = pd.cut(column, list(edges), right=False, labels=False).iloc[0]
    right = pd.cut(column, list(edges), right=True, labels=False).iloc[0]
    return {"bin": float(left), "right": float(right)}


def draw_edges(rng: np.random.Generator) -> Values | None:
    """Draw edges, and a value that lies on an inner one."""
    edges = sorted(int(n) for n in rng.choice(np.arange(0, 100, 5), 6, replace=False))
    place = int(rng.integers(2, 5))
    return {
        "edges": edges,
        "value": edges[place],
        "bin": place,
        "right": place - 1,
        "count": place + 1,
    }


def merge_parts() -> Facts:
    """Work a mean and a median out from three workers that each hold a part of the rows.

    Facts: ``mean`` and ``mean_of_parts`` (from sums and counts), ``median`` and ``median_of_parts`` (the
    median of their medians).
    """
    parts = [pd.Series([1, 2, 30]), pd.Series([3, 40, 50, 60, 70]), pd.Series([4, 5, 6])]
    rows = pd.concat(parts)
    return {
        "mean": float(rows.mean()),
        "mean_of_parts": float(sum(p.sum() for p in parts) / sum(len(p) for p in parts)),
        "median": float(rows.median()),
        "median_of_parts": float(np.median([p.median() for p in parts])),
    }


def work_in_batches() -> Facts:
    """Do five things to a stream in two batches, and to all its rows at once.

    Facts: ``changes_…`` is 1 where the two differ, so that something must be remembered between batches:
    ``filter``, ``fahrenheit`` (a column from another), ``total`` by shop, ``distinct`` (how many shops).
    """
    rows = pd.DataFrame({"shop": ["a", "b", "a", "b", "a"], "celsius": [1.0, 30.0, 5.0, 28.0, 3.0]})
    batches = [rows[:2], rows[2:]]
    whole = pd.concat([batch[batch["celsius"] > 4] for batch in batches])
    heat = pd.concat([batch["celsius"] * 1.8 + 32 for batch in batches])
    last = batches[-1]
    return {
        "changes_filter": float(not whole.equals(rows[rows["celsius"] > 4])),
        "changes_fahrenheit": float(not heat.equals(rows["celsius"] * 1.8 + 32)),
        "changes_total": float(
            not last.groupby("shop")["celsius"].sum().equals(rows.groupby("shop")["celsius"].sum())
        ),
        "changes_count": float(len(last) != len(rows)),
    }
