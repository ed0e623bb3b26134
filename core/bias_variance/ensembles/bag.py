"""Bags of trees: how alike their members are, and what the rows tell that a member has not seen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.bias_variance.ensembles.trees import predict_at_depths
from core.bias_variance.resampled import mark_unseen
from core.bias_variance.terms import Numbers
from core.progress import report

if TYPE_CHECKING:
    from core.bias_variance.ensembles.training import TruthSpec


@dataclass(frozen=True, eq=False)
class Bags:
    """One bag for each sample; each member was grown without a limit and is asked at every depth."""

    said: Numbers
    """Depths × samples × members × places."""
    unseen_share: float
    n_bootstraps: int
    table: pd.DataFrame
    """See `core.bias_variance.ensembles.training.Ensembles.bags`."""


def bag_trees(
    x: Numbers, targets: Numbers, clean: Numbers, places: Numbers, spec: "TruthSpec"
) -> Bags:
    """Grow a bag of trees on every sample; scikit-learn's forest with all columns at each split."""
    from sklearn.ensemble import RandomForestRegressor

    from core.bias_variance.ensembles.training import DEPTHS, MOST_MEMBERS

    said, at_rows, unseen = [], [], []
    for sample, target in enumerate(targets):
        report(0.3 * sample / len(targets), "Bagging")
        forest = RandomForestRegressor(MOST_MEMBERS, random_state=spec.seed + sample).fit(x, target)
        said.append(predict_at_depths(forest.estimators_, places, DEPTHS))
        at_rows.append(predict_at_depths(forest.estimators_, x, DEPTHS))
        unseen.append(mark_unseen(np.array(forest.estimators_samples_), len(x)))
    by_depth, own = np.stack(said, axis=1), np.stack(at_rows, axis=1)
    masks = np.array(unseen)
    rows = [
        {
            "depth": depth,
            **measure_likeness(members),
            **_ask_out_of_bag(answers, masks, targets, clean, spec.noise),
        }
        for depth, members, answers in zip(DEPTHS, by_depth, own, strict=True)
    ]
    return Bags(by_depth, float(masks.mean()), masks.shape[0] * masks.shape[1], pd.DataFrame(rows))


def measure_likeness(members: Numbers) -> dict[str, float]:
    """Return σ² and ρ of the members of a bag: samples × members × places.

    σ² is the variance of one member over samples, ρ the correlation of two members of one bag, both with
    covariances averaged over places. Then a mean of m members has the variance ρσ² + (1 − ρ)σ²/m.
    Source: Hastie, Tibshirani and Friedman 2009, section 15.2.
    Check by eye: members that are all the same have ρ = 1.
    """
    n = members.shape[1]
    single = float(members.var(axis=0, ddof=1).mean())
    joint = float(members.mean(axis=1).var(axis=0, ddof=1).mean())
    if single <= 1e-12:
        return {"member_variance": single, "correlation": float("nan")}
    covariance = (n * joint - single) / (n - 1)
    return {"member_variance": single, "correlation": covariance / single}


def _ask_out_of_bag(
    answers: Numbers,
    unseen: NDArray[np.bool_],
    targets: Numbers,
    clean: Numbers,
    noise: float,
) -> dict[str, float]:
    """Compare each row's members that have not seen it with its target, and all members with fresh ones."""
    counts = unseen.sum(axis=1)
    mean = (answers * unseen).sum(axis=1) / np.maximum(counts, 1)
    errors = np.where(counts > 0, (mean - targets) ** 2, np.nan)
    of_samples = np.nanmean(errors, axis=1)
    fresh = ((answers.mean(axis=1) - clean) ** 2).mean() + noise**2
    return {
        "oob_error": float(of_samples.mean()),
        "oob_error_se": float(of_samples.std(ddof=1) / len(of_samples) ** 0.5),
        "error": float(fresh),
    }
