"""The contest: whom would each metric choose, and what does that choice cost?"""

from dataclasses import dataclass
from threading import Lock

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached
from numpy.typing import NDArray

from core.datasets import load_dataset
from core.metrics.which_metric.bills import Bill, bill_rows, settle
from core.metrics.which_metric.candidates import CandidatesSpec, model_names, train_candidates
from core.metrics.which_metric.resample import draw_weights, interval, resample_mean
from core.metrics.which_metric.scores import metrics_for, rank_values, score_model

Numbers = NDArray[np.float64]
COST = "cost"
"""Stands among the metrics for the bill itself."""


@dataclass(frozen=True, eq=False)
class Contest:
    """What every model scores and costs, and whom each metric chooses."""

    n_validation: int
    n_test: int
    bills: pd.DataFrame
    """One row per model: ``model``, ``setting`` (threshold or shift), ``validation_cost``,
    ``test_cost`` with ``low`` and ``high`` (95 %), ``untuned_cost`` (test, at 0.5 or unshifted)."""
    scores: pd.DataFrame
    """One row per metric and model on validation rows: ``metric``, ``model``, ``value`` (NaN:
    undefined), ``rank`` (1: best, equals share it; 0: undefined). The metric ``cost`` comes first."""
    choices: pd.DataFrame
    """One row per metric: ``metric``, ``model`` (its best; of equals the one listed first),
    ``test_cost``, ``extra`` (test cost minus that of the model chosen by cost), ``low``, ``high``
    (95 %, paired bootstrap of the test rows)."""


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
    )


def _pay(
    bill: Bill, names: tuple[str, ...], parts: dict[str, pd.DataFrame]
) -> tuple[pd.DataFrame, dict[str, Numbers]]:
    """Return one row per model, and the cost of every test row."""
    truths = {part: rows["truth"].to_numpy() for part, rows in parts.items()}
    table, costs = [], {}
    for name in names:
        said = {part: rows[name].to_numpy() for part, rows in parts.items()}
        setting = settle(bill, truths["validation"], said["validation"])
        paid = {part: bill_rows(bill, truths[part], said[part], setting) for part in parts}
        untuned = bill_rows(bill, truths["test"], said["test"], _untuned(bill))
        low, high = _bound(paid["test"])
        costs[name] = paid["test"]
        table.append(
            {
                "model": name,
                "setting": setting,
                "validation_cost": float(paid["validation"].mean()),
                "test_cost": float(paid["test"].mean()),
                "low": low,
                "high": high,
                "untuned_cost": float(untuned.mean()),
            }
        )
    return pd.DataFrame(table).astype({"model": "str"}), costs


def _untuned(bill: Bill) -> float:
    return 0.5 if bill.need == "decision" else 0.0


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
