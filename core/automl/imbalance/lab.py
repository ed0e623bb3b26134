"""Imbalance, honestly: a better model, or only another threshold? Five ways to treat a rare class.

The same model learns from the same rows in four ways, and one of the four gets another threshold. Each is
judged on rows that stayed as they are, at its usual threshold and at its best one.
"""

from dataclasses import dataclass
from math import log
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached

from core.automl.imbalance.judging import PRICES, judge_bench
from core.automl.imbalance.models import BenchSpec, Model
from core.automl.imbalance.pumps import find_table
from core.automl.imbalance.script import write_script
from core.automl.imbalance.ways import METHODS, WAYS, deflate, inflate
from core.errors import require
from core.lab import Lab, SlowPart


@dataclass(frozen=True, kw_only=True)
class ImbalanceSpec:
    """One table, one model, one way to thin the common class out, and the price of a miss."""

    data: str = "churn"
    """Name of a binary table: ``churn``, ``fraud``, ``pumps``, ``breast_cancer`` or ``own-…``."""
    model: Model = "linear"
    per_positive: int = 1
    """Rows of the common class that down-sampling keeps for each positive row."""
    price: float = 10.0
    """What a miss costs, in false alarms; moved to the nearest place of the handle."""
    seed: int = 0

    def __post_init__(self) -> None:
        _ = self.bench  # refuses unknown tables and models, and numbers out of range
        require(
            PRICES[0] <= self.price <= PRICES[-1],
            f"A miss costs as much as {PRICES[0]:g} to {PRICES[-1]:g} false alarms here, got "
            f"{self.price:g}. Try 10.",
        )

    @property
    def bench(self) -> BenchSpec:
        """What has to be trained; the same for all prices."""
        return BenchSpec(
            data=self.data, model=self.model, per_positive=self.per_positive, seed=self.seed
        )


@dataclass(frozen=True, eq=False)
class ImbalanceResult:
    """What each way to treat the rare class is worth, on test rows that nobody resampled.

    Scores are means over the deals; counts are of one deal. A scalar begins with what was done: ``plain``
    (nothing), ``weights`` (class weights), ``fewer`` (down-sampled), ``fewer_weighted`` (down-sampled and
    re-weighted), ``moved`` (nothing but the threshold).
    """

    spec: ImbalanceSpec
    row_noun: tuple[str, str]
    positive_noun: tuple[str, str]
    negative_noun: tuple[str, str]
    n_splits: int
    n_train: int
    n_validation: int
    n_test: int
    n_positive_train: int
    n_positive_test: int
    n_kept: int
    """Rows of the common class that down-sampling keeps, and their share."""
    kept_share: float
    base_rate: float
    """Share of positives among the training rows; the test rows have the same, to a row."""
    plain_f1: float
    weights_f1: float
    fewer_f1: float
    fewer_weighted_f1: float
    moved_f1: float
    weights_best_f1: float
    """At the threshold with the best F1 on validation, as `moved_f1` is; so are the next two."""
    fewer_best_f1: float
    fewer_weighted_best_f1: float
    plain_roc_auc: float
    weights_roc_auc: float
    fewer_roc_auc: float
    fewer_weighted_roc_auc: float
    plain_average_precision: float
    weights_average_precision: float
    fewer_average_precision: float
    fewer_weighted_average_precision: float
    plain_log_loss: float
    weights_log_loss: float
    fewer_log_loss: float
    fewer_weighted_log_loss: float
    plain_brier: float
    weights_brier: float
    fewer_brier: float
    fewer_weighted_brier: float
    plain_mean_said: float
    """The mean probability that is said of the test rows; the base rate is what happens."""
    weights_mean_said: float
    fewer_mean_said: float
    fewer_weighted_mean_said: float
    moved_threshold: float
    """Median of the thresholds with the best F1 on validation; infinite for "no alarm"."""
    shift: float
    """Log-odds by which thinning out raises every probability: −ln of the share that is kept."""
    base_rate_looks: float
    """What the base rate looks like after that."""
    same_threshold: float
    """The threshold of honest probabilities that does what 0.5 does after thinning out."""
    twin_f1: float
    """F1 of the untouched model at the threshold ``base_rate``: class weights move 0.5 there."""
    n_honest_gains: int
    """Of the three ways, how many beat the moved threshold beyond chance when each has its best one."""
    most_f1: str
    """The method with the highest F1 at its usual threshold."""
    at: int
    """Place of the handle in the list of prices."""
    price_used: float
    rule_threshold: float
    """1 / (1 + price): the cheapest threshold of honest probabilities."""
    half_cost: float
    """Costs per 1,000 test rows, in false alarms: the untouched model at 0.5, at the rule's threshold and
    at the cheapest on validation, then the other three at theirs."""
    rule_cost: float
    moved_cost: float
    weights_cost: float
    fewer_cost: float
    fewer_weighted_cost: float
    half_bill: float
    """The first cost over that of the cheaper of alarming everybody and nobody; above 1, worse than that."""
    moved_bill: float
    ways: pd.DataFrame
    """One row per ``method``: ``threshold`` (usual; median), ``tp``, ``fp``, ``fn``, ``tn``, ``f1``,
    ``precision``, ``recall``, ``best_threshold``, ``best_f1``, ``roc_auc``, ``average_precision``,
    ``log_loss``, ``brier``, ``mean_said``. Precision is NaN where no alarm was raised."""
    gains: pd.DataFrame
    """Paired differences: ``method``; ``compared``: "usual" (F1 at its usual threshold, against the
    untouched model at 0.5), "fair" (F1 at its best threshold, against the untouched model at its own),
    "order" (average precision, against the untouched model); ``gain``, ``low``, ``high`` (95 %, Nadeau and
    Bengio), ``is_clear``."""
    bills: pd.DataFrame
    """One row per ``method`` ("half", "rule", "moved", "weights", …) and ``price``: ``threshold``, ``tp``,
    ``fp``, ``fn``, ``tn`` (mean rows of a deal's test part), ``cost`` (per 1,000), ``bill``."""
    curves: pd.DataFrame
    """``way``, ``recall``, ``precision``: the mean over the deals."""
    calibration: pd.DataFrame
    """``way``, ``said``, ``happened``, ``n``: the test rows of all deals in bins of equal count."""
    deals: pd.DataFrame
    """One row per ``split`` and ``method`` with what `ways` averages."""


def compare_ways(spec: ImbalanceSpec) -> ImbalanceResult:
    """Answer "which way to treat a rare class gains most, and how much of that is only a threshold?".

    Check by eye: `roc_auc` hardly differs between the ways while `mean_said` does by far; with a moved
    threshold the untouched model is as good as the others, but on the pumps.
    """
    everywhere = _look_over(spec.bench)
    at = int(np.argmin(np.abs(np.log(np.array(PRICES) / spec.price))))
    costs: dict[str, Any] = dict(everywhere.costs[at])
    tables: dict[str, Any] = {n: table.copy(deep=False) for n, table in everywhere.tables.items()}
    return ImbalanceResult(
        spec=spec,
        at=at,
        price_used=PRICES[at],
        rule_threshold=1 / (1 + PRICES[at]),
        **everywhere.scalars,
        **costs,
        **tables,
    )


@dataclass(frozen=True, eq=False)
class _Everywhere:
    """All of an `ImbalanceResult` that is the same wherever the handle stands, and the costs by place."""

    scalars: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    costs: tuple[dict[str, float], ...]


@cached(LRUCache(maxsize=16), lock=Lock())
def _look_over(spec: BenchSpec) -> _Everywhere:
    bench, dataset = judge_bench(spec), find_table(spec.data)
    fair = bench.gains[bench.gains["compared"] == "fair"]
    scalars = {
        "row_noun": dataset.row_noun,
        "positive_noun": dataset.positive_noun or ("positive row", "positive rows"),
        "negative_noun": dataset.negative_noun or ("negative row", "negative rows"),
        "n_splits": spec.n_splits,
        **{name: getattr(bench, name) for name in _OF_THE_BENCH},
        **_name_scores(bench.ways),
        "shift": log(1 / bench.kept_share),
        "base_rate_looks": float(inflate(bench.base_rate, bench.kept_share)),
        "same_threshold": float(deflate(0.5, bench.kept_share)),
        "n_honest_gains": int((fair["is_clear"] & (fair["gain"] > 0)).sum()),
        "most_f1": str(bench.ways["method"].iloc[int(bench.ways["f1"].to_numpy().argmax())]),
    }
    tables = {name: getattr(bench, name) for name in _TABLES}
    return _Everywhere(scalars=scalars, tables=tables, costs=_name_costs(bench.bills))


_OF_THE_BENCH = (
    "n_train", "n_validation", "n_test", "n_positive_train", "n_positive_test", "n_kept", "kept_share",
    "base_rate", "twin_f1",
)  # fmt: skip
_TABLES = ("ways", "gains", "bills", "curves", "calibration", "deals")


def _name_scores(ways: pd.DataFrame) -> dict[str, float]:
    by_method = ways.set_index("method").to_dict("index")
    named = {f"{method}_f1": float(by_method[method]["f1"]) for method in METHODS}
    for way in WAYS:
        for score in ("roc_auc", "average_precision", "log_loss", "brier", "mean_said"):
            named[f"{way}_{score}"] = float(by_method[way][score])
        if way != "plain":
            named[f"{way}_best_f1"] = float(by_method[way]["best_f1"])
    return named | {"moved_threshold": float(by_method["moved"]["threshold"])}


def _name_costs(bills: pd.DataFrame) -> tuple[dict[str, float], ...]:
    cost = bills.pivot(index="price", columns="method", values="cost").to_dict("records")
    bill = bills.pivot(index="price", columns="method", values="bill").to_dict("records")
    return tuple(
        {f"{method}_cost": float(value) for method, value in costs.items()}
        | {"half_bill": float(shares["half"]), "moved_bill": float(shares["moved"])}
        for costs, shares in zip(cost, bill, strict=True)
    )


def name_slow_part(spec: ImbalanceSpec) -> SlowPart | None:
    """Return the training that a view waits for.

    None for the view that the lesson opens with: the server makes it ready when it starts.
    """
    if spec.bench == BenchSpec():
        return None
    title = find_table(spec.data).title
    what = (
        f"A model is being trained in four ways on {spec.bench.n_splits} deals of {title}, in a process of "
        "its own."
    )
    return SlowPart(run=judge_bench, spec=spec.bench, what=what)


LAB = Lab(
    name="imbalance",
    question="Does balancing a rare class make a better model?",
    spec=ImbalanceSpec,
    run=compare_ways,
    script=write_script,
    slow_part=name_slow_part,
    rows_of=lambda spec: find_table(spec.data),
    presets={
        "default": {},
        "rare-fraud": {"data": "fraud", "price": 50.0},
        "thinned-trees": {"model": "lightgbm", "price": 4.0},
        "weights-help": {"data": "pumps"},
        "bending-helps-more": {"data": "pumps", "model": "lightgbm"},
    },
)
