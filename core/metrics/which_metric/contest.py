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
    draw_weights,
    find_best_f1,
    interval,
    resample_mean,
)
from core.metrics.which_metric.scores import metrics_for, rank_values, score_model

Numbers = NDArray[np.float64]
COST = "cost"
"""Stands among the metrics for the bill itself."""
_BILL = (
    "model", "setting", "validation_cost", "test_cost", "low", "high", "untuned_cost",
    "tuned_setting", "tuned_cost", "tuned_low", "tuned_high",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Contest:
    """What every model scores and costs, and whom each metric chooses."""

    n_validation: int
    n_test: int
    bills: pd.DataFrame
    """One row per model: ``model``; ``setting`` (threshold or shift in force; NaN where there is
    none), ``validation_cost``, ``test_cost`` with ``low`` and ``high`` (95 %);
    ``untuned_cost`` (test rows, at 0.5 or unshifted); ``tuned_setting`` and ``tuned_cost`` (test
    rows, set by the prices on validation rows) with ``tuned_low`` and ``tuned_high``."""
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
    scores = _score(bill, names, parts["validation"], bills)
    return Contest(
        n_validation=len(parts["validation"]),
        n_test=len(parts["test"]),
        bills=bills,
        scores=scores,
        choices=_choose(scores, costs),
        prices=_price_misses(bill, names, parts["validation"], scores),
    )


def _pay(
    bill: Bill, names: tuple[str, ...], parts: dict[str, pd.DataFrame]
) -> tuple[pd.DataFrame, dict[str, Numbers]]:
    """Return one row per model, and the cost of every test row."""
    truths = {part: rows["truth"].to_numpy() for part, rows in parts.items()}
    settings = {
        "tuned": replace(bill, is_tuned=True),
        "untuned": replace(bill, is_tuned=False),
    }
    table, costs = [], {}
    for name in names:
        said = {part: rows[name].to_numpy() for part, rows in parts.items()}
        row: dict[str, str | float] = {"model": name}
        for way, as_set in settings.items():
            setting = settle(as_set, truths["validation"], said["validation"])
            paid = {part: bill_rows(bill, truths[part], said[part], setting) for part in parts}
            low, high = _bound(paid["test"])
            mean = float(paid["test"].mean())
            row |= {f"{way}_setting": setting, f"{way}_cost": mean}
            row |= {f"{way}_low": low, f"{way}_high": high}
            if as_set.is_tuned == bill.is_tuned:
                costs[name] = paid["test"]
                row |= {"setting": setting, "validation_cost": float(paid["validation"].mean())}
                row |= {"test_cost": mean, "low": low, "high": high}
        table.append(row)
    return pd.DataFrame(table)[list(_BILL)].astype({"model": "str"}), costs


def _score(
    bill: Bill, names: tuple[str, ...], validation: pd.DataFrame, bills: pd.DataFrame
) -> pd.DataFrame:
    truth = validation["truth"].to_numpy()
    scored = [score_model(bill, truth, validation[name].to_numpy()) for name in names]
    columns = {COST: bills["validation_cost"]}
    columns |= {m: pd.Series([values[m] for values in scored]) for m in metrics_for(bill)}
    frames = [
        pd.DataFrame(
            {"metric": metric, "model": names, "value": values, "rank": rank_values(metric, values)}
        )
        for metric, values in columns.items()
    ]
    return pd.concat(frames, ignore_index=True).astype({"metric": "str", "model": "str"})


def _choose(scores: pd.DataFrame, costs: dict[str, Numbers]) -> pd.DataFrame:
    best = scores[scores["rank"] == 1].groupby("metric", sort=False)["model"].first()
    reference = costs[best[COST]]
    rows = []
    for metric, model in best.items():
        more = costs[model] - reference
        low, high = _bound(more) if more.any() else (0.0, 0.0)
        rows.append(
            {
                "metric": metric,
                "model": model,
                "test_cost": float(costs[model].mean()),
                "extra": float(more.mean()),
                "low": low,
                "high": high,
            }
        )
    return pd.DataFrame(rows).astype({"metric": "str", "model": "str"})


def _bound(rows: Numbers) -> tuple[float, float]:
    return interval(resample_mean(rows, draw_weights(len(rows))))


def _price_misses(
    bill: Bill, names: tuple[str, ...], validation: pd.DataFrame, scores: pd.DataFrame
) -> pd.DataFrame:
    """Return what F1 takes a miss to cost: an alarm raises F1 from the chance F1/2 on."""
    columns = ["model", "f1", "price", "best_f1", "best_threshold"]
    if bill.need == "number":
        return pd.DataFrame(columns=columns).astype(dict.fromkeys(columns[1:], float))
    truth = validation["truth"].to_numpy()
    f1 = scores[scores["metric"] == "f1"]["value"].to_numpy()
    price = np.divide(2, f1, out=np.full_like(f1, np.nan), where=f1 > 0) - 1
    best = [find_best_f1(truth, validation[name].to_numpy()) for name in names]
    table = {
        "model": names,
        "f1": f1,
        "price": price,
        **dict(zip(columns[3:], zip(*best, strict=True), strict=True)),
    }
    return pd.DataFrame(table).astype({"model": "str"})
