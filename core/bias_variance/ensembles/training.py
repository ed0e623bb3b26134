"""Train every ensemble on many samples of a known truth, and take its error apart; done once."""

from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np
import pandas as pd

from core.bias_variance.ensembles.bag import bag_trees
from core.bias_variance.ensembles.stacking import predict_stacks
from core.bias_variance.ensembles.trees import NO_LIMIT, predict_at_depths, trusting_inputs
from core.bias_variance.terms import Numbers, take_apart
from core.datasets.curves import load_curve
from core.errors import require
from core.progress import report
from core.remember import remembered

Method = Literal["tree", "bagged", "boosted", "stacked"]
METHODS: tuple[Method, ...] = ("tree", "bagged", "boosted", "stacked")
GROWING: tuple[Method, ...] = ("bagged", "boosted")
"""Methods whose number of members is a choice."""
DEPTHS = (1, 2, 3, 5, NO_LIMIT)
MEMBERS = (1, 2, 5, 10, 20)
MOST_MEMBERS = MEMBERS[-1]
LEARNING_RATE = 0.5
N_SAMPLES = 16
"""Fewer than in the first lesson, because each sample trains some 160 trees; the standard errors say what
that costs."""
N_PLACES = 61
N_DRAWN = 16
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class TruthSpec:
    """A truth, how noisily it is measured, and the seed of all samples."""

    truth: str = "ripples"
    noise: float = 0.3
    n_rows: int = 80
    seed: int = 0

    def __post_init__(self) -> None:
        load_curve(self.truth)
        require(
            isfinite(self.noise) and 0 <= self.noise <= 2,
            f"Noise is a standard deviation between 0 and 2, got {self.noise:g}. Try 0.3.",
        )
        require(
            20 <= self.n_rows <= 200,
            f"A sample has 20 to 200 rows here, got {self.n_rows}. Try 80.",
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )


@dataclass(frozen=True, eq=False)
class Ensembles:
    """What single trees, bags, boosts and stacks make of the same samples.

    Squared errors are in the squared unit of the curve, means over the places; `_se` is the Monte-Carlo
    standard error. A depth of 0 has no limit. Trees and stacks have one row for each depth, with 1 and 3
    members.
    """

    spec: TruthSpec
    noise: float
    """The variance of the noise, known exactly."""
    unseen_share: float
    """Share of the rows that a bootstrap sample did not hold, counted over all bags."""
    n_bootstraps: int
    terms: pd.DataFrame
    """``method``, ``depth``, ``members``, ``bias2``, ``bias2_se``, ``variance``, ``variance_se``,
    ``total`` (with the noise), ``total_se``."""
    bags: pd.DataFrame
    """One row per depth: ``depth``, ``member_variance`` (σ² of one member), ``correlation`` (ρ between two
    members of a bag, over samples), ``oob_error`` and ``oob_error_se`` (out-of-bag, largest bag),
    ``error`` (on fresh targets at the same rows)."""
    fits: pd.DataFrame
    """The first `N_DRAWN` samples: ``method``, ``depth``, ``members``, ``sample`` (from 1), ``x``, ``y``."""
    means: pd.DataFrame
    """Over all samples: ``method``, ``depth``, ``members``, ``x``, ``mean``."""


@remembered
def train_ensembles(spec: TruthSpec) -> Ensembles:
    """Answer "what does each way of joining trees do to bias, and what to variance?".

    All ensembles learn from the same samples. Bagging is ``RandomForestRegressor`` with all columns at each
    split, boosting ``GradientBoostingRegressor`` with learning rate ½, both with up to 20 trees.
    Check by eye: a bag of stumps has about the bias² of one stump.
    """
    curve = load_curve(spec.truth)
    x = np.linspace(0, 1, spec.n_rows)[:, None]
    places = ((np.arange(N_PLACES) + 0.5) / N_PLACES)[:, None]
    rng = np.random.default_rng([spec.seed, 0])
    clean = curve.true_value(x[:, 0])
    targets = clean + spec.noise * rng.standard_normal((N_SAMPLES, spec.n_rows))
    with trusting_inputs():
        bags = bag_trees(x, targets, clean, places, spec)
        said: dict[tuple[str, int], Numbers] = {
            ("tree", 1): _grow_trees(x, targets, places, spec.seed),
            **{("bagged", m): bags.said[:, :, :m].mean(axis=2) for m in MEMBERS},
            **_boost(x, targets, places, spec.seed),
            ("stacked", 3): predict_stacks(x, targets, places, DEPTHS, spec.seed),
        }
    truth = curve.true_value(places[:, 0])
    report(1.0, "Done")
    return Ensembles(
        spec=spec,
        noise=spec.noise**2,
        unseen_share=bags.unseen_share,
        n_bootstraps=bags.n_bootstraps,
        terms=_list_terms(said, truth, spec.noise),
        bags=bags.table,
        fits=_list_curves(said, places[:, 0]),
        means=_list_means(said, places[:, 0]),
    )


def _grow_trees(x: Numbers, targets: Numbers, places: Numbers, seed: int) -> Numbers:
    from sklearn.tree import DecisionTreeRegressor

    trees = [
        DecisionTreeRegressor(random_state=seed + sample).fit(x, target)
        for sample, target in enumerate(targets)
    ]
    return predict_at_depths(trees, places, DEPTHS)


def _boost(
    x: Numbers, targets: Numbers, places: Numbers, seed: int
) -> dict[tuple[str, int], Numbers]:
    """Return depths × samples × places for each number of members."""
    from sklearn.ensemble import GradientBoostingRegressor

    said = np.empty((MOST_MEMBERS, len(DEPTHS), len(targets), len(places)))
    for at, depth in enumerate(DEPTHS):
        for sample, target in enumerate(targets):
            report(0.3 + 0.7 * (at + sample / len(targets)) / len(DEPTHS), "Boosting")
            model = GradientBoostingRegressor(
                n_estimators=MOST_MEMBERS,
                learning_rate=LEARNING_RATE,
                max_depth=depth or None,
                random_state=seed + sample,
            ).fit(x, target)
            said[:, at, sample] = list(model.staged_predict(places))
    return {("boosted", m): said[m - 1] for m in MEMBERS}


def _list_terms(said: dict[tuple[str, int], Numbers], truth: Numbers, noise: float) -> pd.DataFrame:
    rows = []
    for (method, members), at_depths in said.items():
        for depth, predictions in zip(DEPTHS, at_depths, strict=True):
            terms = take_apart(predictions, truth)
            rows.append(
                {
                    "method": method,
                    "depth": depth,
                    "members": members,
                    "bias2": terms.bias2,
                    "bias2_se": terms.bias2_se,
                    "variance": terms.variance,
                    "variance_se": terms.variance_se,
                    "total": terms.excess + noise**2,
                    "total_se": terms.excess_se,
                }
            )
    return pd.DataFrame(rows).astype({"method": "str"})


def _list_curves(said: dict[tuple[str, int], Numbers], places: Numbers) -> pd.DataFrame:
    parts = [
        {
            "method": method,
            "depth": depth,
            "members": members,
            "sample": np.repeat(np.arange(1, N_DRAWN + 1), len(places)),
            "x": np.tile(places, N_DRAWN),
            "y": predictions[:N_DRAWN].ravel(),
        }
        for (method, members), at_depths in said.items()
        for depth, predictions in zip(DEPTHS, at_depths, strict=True)
    ]
    return _stack(parts)


def _list_means(said: dict[tuple[str, int], Numbers], places: Numbers) -> pd.DataFrame:
    parts = [
        {"method": method, "depth": depth, "members": members, "x": places, "mean": heights}
        for (method, members), at_depths in said.items()
        for depth, heights in zip(DEPTHS, at_depths.mean(axis=1), strict=True)
    ]
    return _stack(parts)


def _stack(parts: list[dict[str, object]]) -> pd.DataFrame:
    table = pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True)
    return table.astype({"method": "str"})
