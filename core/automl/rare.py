"""What is done when a class is rare: the rule, by the shares of the classes and the metric.

Class weights and a moved threshold both make a model say a rare class more often. Weights change what it
learns and spoil its chances; a threshold changes nothing but the answer. So a threshold is sought first,
and weights are one trial among others.
"""

from typing import Any

import numpy as np
import pandas as pd

from core.automl.settings import Family, Settings
from core.automl.table import ReadyTable
from core.wording import percent

RARE = 0.4
"""A class is rare with less than this share of an even one: below 20 % of the rows of two classes."""
WITH_WEIGHTS: tuple[Family, ...] = ("linear", "tree", "forest", "extra_trees", "lightgbm")
"""Families that take ``class_weight``."""
BY_ANSWERS = ("f1", "recall")
"""Metrics that a model of shy answers is bad at, however good its chances are."""


def share_of_rarest(ready: ReadyTable) -> float:
    """Return the share of the rarest class among the rows that train."""
    target = ready.target.to_numpy()[ready.places("train")]
    return float(pd.Series(target).value_counts(normalize=True).min())


def has_rare_class(ready: ReadyTable) -> bool:
    """Return whether the rarest class is rare. Check by eye: 19 % of two classes is, 21 % is not."""
    return ready.task != "regression" and share_of_rarest(ready) < RARE / len(ready.classes)


def tries_weights(ready: ReadyTable, settings: Settings) -> bool:
    """Return whether class weights are tried as a trial of their own.

    Log loss and AUC judge chances. Weights cannot help them by much and mostly harm, so by ``auto`` no
    trial is spent there.
    """
    if ready.task == "regression" or settings.imbalance in ("none", "threshold"):
        return False
    if settings.imbalance == "weights":
        return True
    return has_rare_class(ready) and ready.metric in BY_ANSWERS


def weigh_classes(family: Family) -> dict[str, Any]:
    """Return the settings of a family's trial with class weights: each class counts the same in all."""
    # TPE searches C and the weights of the linear model together, so a trial has both.
    return ({"C": 1.0} if family == "linear" else {}) | {"class_weight": "balanced"}


def why_no_threshold(ready: ReadyTable, settings: Settings) -> str:
    """Return why no other threshold than 1/2 is sought; empty if one is.

    Only two classes have one threshold. By ``auto`` it is sought for F1: if models are ranked by it, or
    if they are ranked by chances (log loss, AUC) and the class that is looked for is rare.
    """
    if settings.imbalance == "none":
        return "as was asked"
    if settings.imbalance != "auto" or ready.metric == "f1":
        return ""
    if ready.metric == "accuracy":
        return "which is best for accuracy if the chances are true"
    if ready.metric in ("precision", "recall"):
        return f"because {ready.metric} alone is best at a threshold that makes a model useless"
    train = ready.target.to_numpy()[ready.places("train")]
    share = float(np.mean(train == ready.positive))
    if share < RARE / 2:
        return ""
    return f"because with {percent(share)} of the rows that train the class is not rare"
