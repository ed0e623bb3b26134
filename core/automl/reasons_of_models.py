"""Reasons of what depends on the model: scaling, the target's logarithm, class weights, one setting."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from core.automl.reasons import Reason, Sight
from core.automl.settings import Family
from core.tables.wording import quote
from core.wording import count, percent, significant

SETTINGS: dict[Family, tuple[str, Any, Any, str, str]] = {
    "tree": ("max_depth", 4, 8, "depth 4", "depth 8"),
    "forest": ("min_samples_leaf", 1, 5, "leaves of 1 row or more", "leaves of 5 rows or more"),
    "extra_trees": (
        "min_samples_leaf", 1, 5, "leaves of 1 row or more", "leaves of 5 rows or more",
    ),
    "lightgbm": ("num_leaves", 31, 7, "up to 31 leaves a tree", "up to 7 leaves a tree"),
}  # fmt: skip
"""Setting, its value, another value, and both in words."""


def judge_model(sight: Sight) -> Iterator[Reason]:
    """Yield the decisions that belong to the model."""
    yield from _judge_scaling(sight)
    yield from _judge_log(sight)
    yield from _judge_weights(sight)
    yield from _judge_setting(sight)


def _judge_scaling(sight: Sight) -> Iterator[Reason]:
    plan = sight.plan
    if not (plan.numbers or plan.dates):
        return
    if sight.family != "linear":
        yield Reason(
            name="scaling",
            what="Scale of the numbers",
            columns=plan.numbers,
            done="left as they are",
            why="A tree asks whether a value lies above a border. Scaling moves values and borders alike: "
            f"the {count(len(sight.train))} rows keep their order in each column.",
            alternative="bring all to mean 0 and spread 1",
            plan=replace(plan, is_scaled=True),
        )
        return
    spreads = sight.read.select_dtypes("number").std()
    spreads = spreads[spreads > 0]
    told = ""
    if len(spreads) > 1:
        low, high = str(spreads.idxmin()), str(spreads.idxmax())
        told = (
            f"Here spreads reach from {significant(float(spreads[low]), 2)} ({quote(low)}) to "
            f"{significant(float(spreads[high]), 2)} ({quote(high)}). "
        )
    yield Reason(
        name="scaling",
        what="Scale of the numbers",
        columns=(*plan.numbers, *plan.dates),
        done="mean 0 and spread 1 in each column",
        why=f"{told}The linear model pays a penalty for large coefficients, and a column of tiny "
        "numbers needs a large one.",
        alternative="leave as they are",
        plan=replace(plan, is_scaled=False),
    )


def _judge_log(sight: Sight) -> Iterator[Reason]:
    if sight.ready.task != "regression":
        return
    from scipy.stats import skew as skewness

    values = sight.ready.target.to_numpy().astype(np.float64)
    if values.min() < 0:
        return  # a negative number has no logarithm
    skew, log_skew = (skewness(one) for one in (values, np.log1p(values)))
    yield Reason(
        name="log_target",
        what="Scale of the target",
        done="as it is",
        why=f"Its skewness is {skew:.1f}, that of its logarithm {log_skew:.1f} (0 is even on both sides). "
        "RMSE judges on the scale as it is, so the model learns on that scale.",
        alternative="learn its logarithm and turn it back",
        plan=replace(sight.plan, is_log_target=True),
    )


def _judge_weights(sight: Sight) -> Iterator[Reason]:
    if sight.ready.task == "regression":
        return
    counts = pd.Series(sight.target).value_counts()
    rarest, share = counts.index[-1], float(counts.iloc[-1]) / len(sight.train)
    yield Reason(
        name="weights",
        what="Weight of the classes",
        done="every row counts the same",
        why=f"The rarest class, {quote(str(rarest))}, has {percent(share)} of {sight.rows}. "
        "With equal weights the probabilities can be taken at their word.",
        alternative="let rare classes count more",
        plan=sight.plan,
        params={"class_weight": "balanced"},
    )


def _judge_setting(sight: Sight) -> Iterator[Reason]:
    n = len(sight.train)
    is_number = sight.ready.task == "regression"
    if sight.family == "linear":
        name, value, other = ("alpha", 1.0, 10.0) if is_number else ("C", 1.0, 0.1)
        done, alternative = f"penalty {name} = {value:g}", f"{name} = {other:g}, a tighter rein"
    elif sight.family in SETTINGS:
        name, _, other, done, alternative = SETTINGS[sight.family]
    else:
        return
    why = {
        "max_depth": f"Depth 4 makes at most 16 leaves, {n / 16:.0f} of {count(n)} training rows in each on "
        "average, and a person can read it.",
        "num_leaves": f"It is the library’s value. A leaf holds {n / 31:.0f} of {count(n)} training rows on "
        "average.",
        "min_samples_leaf": f"Each tree learns its {count(n)} drawn rows by heart, and the mean of 100 trees "
        "evens that out.",
    }.get(
        name, f"It is the library’s value, whether there are {count(n)} training rows or a million."
    )
    yield Reason(
        name="setting",
        what="How far the model may go",
        done=done,
        why=why,
        alternative=alternative,
        plan=sight.plan,
        params={name: other},
    )
