"""The contest: each metric chooses a model, and the bill says what that choice costs."""

from dataclasses import dataclass, replace
from threading import Lock

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached
from numpy.typing import NDArray

from core.datasets import load_dataset
from core.metrics.which_metric.bills import Bill, bill_rows, settle
from core.metrics.which_metric.candidates import CandidatesSpec, model_names, train_candidates
from core.metrics.which_metric.resample import (
    bound_means,
    find_best_f1,
)
from core.metrics.which_metric.scenarios import Need
from core.metrics.which_metric.scores import rank_values, score_model

Numbers = NDArray[np.float64]
COST = "cost"
"""Stands among the metrics for the bill itself."""
_BILL = (
    "model", "setting", "validation_cost", "test_cost", "low", "high", "untuned_cost",
    "tuned_setting", "tuned_validation_cost", "tuned_cost", "tuned_low", "tuned_high",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Contest:
    """What every model scores and costs, and whom each metric chooses."""

    n_validation: int
    n_test: int
    bills: pd.DataFrame
    """One row per model: ``model``; ``setting`` (threshold or shift in force; NaN where there is
    none), ``validation_cost``, ``test_cost`` with ``low`` and ``high`` (95 %);
    ``untuned_cost`` (test rows, at 0.5 or unshifted); ``tuned_setting`` (set by the prices on
    validation rows), ``tuned_validation_cost``, ``tuned_cost`` (test rows), ``tuned_low``,
    ``tuned_high``."""
    scores: pd.DataFrame
    """One row per metric and model on validation rows: ``metric``, ``model``, ``value`` (NaN:
    undefined), ``rank`` (1: best, equals share it; 0: undefined). The metric ``cost`` comes first."""
    choices: pd.DataFrame
    """One row per metric: ``metric``, ``model`` (its best; of equals the one listed first),
    ``test_cost``, ``extra`` (test cost minus that of the model chosen by cost), ``low``, ``high``
    (95 %, paired bootstrap of the test rows)."""
    prices: pd.DataFrame
    """What F1 takes a miss to cost, per model on validation rows: ``model``, ``f1`` (at 0.5),
    ``price`` (2/F1 − 1 false alarms; NaN if F1 is 0), ``best_f1`` and ``best_threshold`` (where F1
    is highest). No rows where the target is a number."""


@cached(LRUCache(maxsize=64), lock=Lock())
def hold_contest(spec: CandidatesSpec, bill: Bill) -> Contest:
    """Let every metric choose on the validation rows; pay the bill on the test rows.

    The cheapest threshold (or shift) of each model is set on the validation rows, whoever chose
    the model: what differs between two choices is the model alone.
    """
    candidates = train_candidates(spec)
    names = model_names(load_dataset(spec.data))
    parts = {str(part): rows for part, rows in candidates.said.groupby("part")}
    bills, costs = _pay(bill, names, parts)
    measured, best = _measure(spec, bill.need, bill.capacity)
    scores = _score(names, measured, bills)
    return Contest(
        n_validation=len(parts["validation"]),
        n_test=len(parts["test"]),
        bills=bills,
        scores=scores,
        choices=_choose(scores, costs),
        prices=_price_misses(names, measured, best),
    )


def _pay(
    bill: Bill, names: tuple[str, ...], parts: dict[str, pd.DataFrame]
) -> tuple[pd.DataFrame, dict[str, Numbers]]:
    """Return one row per model, and the cost of every test row."""
    truths = {part: rows["truth"].to_numpy() for part, rows in parts.items()}
    ways = {"tuned": replace(bill, is_tuned=True), "untuned": replace(bill, is_tuned=False)}
    table: list[dict[str, str | float]] = []
    on_test: dict[str, dict[str, Numbers]] = {way: {} for way in ways}
    for name in names:
        said = {part: rows[name].to_numpy() for part, rows in parts.items()}
        row: dict[str, str | float] = {"model": name}
        for way, as_set in ways.items():
            setting = settle(as_set, truths["validation"], said["validation"])
            paid = {part: bill_rows(bill, truths[part], said[part], setting) for part in parts}
            on_test[way][name] = paid["test"]
            row[f"{way}_setting"] = setting
            row |= {f"{way}_{part}_cost": float(paid[part].mean()) for part in parts}
        table.append(row)
    bounds = bound_means([rows for costs in on_test.values() for rows in costs.values()])
    for at, (low, high) in enumerate(bounds):
        way = list(ways)[at // len(names)]
        table[at % len(names)] |= {f"{way}_low": low, f"{way}_high": high}
    in_force = "tuned" if bill.is_tuned else "untuned"
    return _name_columns(pd.DataFrame(table), in_force), on_test[in_force]


def _name_columns(table: pd.DataFrame, in_force: str) -> pd.DataFrame:
    for name in ("setting", "validation_cost", "test_cost", "low", "high"):
        table[name] = table[f"{in_force}_{name}"]
    short = {f"{way}_test_cost": f"{way}_cost" for way in ("tuned", "untuned")}
    return table.rename(columns=short)[list(_BILL)].astype({"model": "str"})


def _score(names: tuple[str, ...], measured: pd.DataFrame, bills: pd.DataFrame) -> pd.DataFrame:
    columns = {COST: bills["validation_cost"]}
    columns |= {str(name): measured[name] for name in measured}
    frames = [
        pd.DataFrame(
            {"metric": metric, "model": names, "value": values, "rank": rank_values(metric, values)}
        )
        for metric, values in columns.items()
    ]
    return pd.concat(frames, ignore_index=True).astype({"metric": "str", "model": "str"})


@cached(LRUCache(maxsize=32), lock=Lock())
def _measure(spec: CandidatesSpec, need: Need, capacity: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return every metric of every model on the validation rows, and its best F1; no price changes them."""
    said = train_candidates(spec).said
    validation = said[said["part"] == "validation"]
    truth, names = validation["truth"].to_numpy(), model_names(load_dataset(spec.data))
    bill = Bill(need=need, cost_over=1, cost_under=1, capacity=capacity)
    answers = [validation[name].to_numpy() for name in names]
    metrics = pd.DataFrame([score_model(bill, truth, one) for one in answers])
    best = [find_best_f1(truth, one) for one in answers] if need != "number" else []
    return metrics, pd.DataFrame(best, columns=["best_f1", "best_threshold"], dtype=float)


def _choose(scores: pd.DataFrame, costs: dict[str, Numbers]) -> pd.DataFrame:
    best = scores[scores["rank"] == 1].groupby("metric", sort=False)["model"].first()
    more = {model: costs[model] - costs[best[COST]] for model in best.unique()}
    bounds = dict(zip(more, bound_means(list(more.values())), strict=True))
    table = pd.DataFrame(
        {
            "metric": best.index,
            "model": best.to_numpy(),
            "test_cost": [float(costs[model].mean()) for model in best],
            "extra": [float(more[model].mean()) for model in best],
            "low": [bounds[model][0] for model in best],
            "high": [bounds[model][1] for model in best],
        }
    )
    return table.astype({"metric": "str", "model": "str"})


def _price_misses(
    names: tuple[str, ...], measured: pd.DataFrame, best: pd.DataFrame
) -> pd.DataFrame:
    """Return what F1 takes a miss to cost: an alarm raises F1 from the chance F1/2 on."""
    if best.empty:
        columns = ["model", "f1", "price", *best.columns]
        return pd.DataFrame(columns=columns).astype(dict.fromkeys(columns[1:], float))
    f1 = measured["f1"].to_numpy()
    price = np.divide(2, f1, out=np.full_like(f1, np.nan), where=f1 > 0) - 1
    table = pd.DataFrame({"model": names, "f1": f1, "price": price}).join(best)
    return table.astype({"model": "str"})
