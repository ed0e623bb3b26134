"""The numbers of a view in one place each: the choices, F1's price, and how often two metrics disagree."""

from typing import Any

import numpy as np
import pandas as pd

from core.metrics.which_metric.contest import Contest
from core.metrics.which_metric.disputes import Dispute, Search
from core.metrics.which_metric.scores import METRICS

NONE = -1
"""Stands for "no such row"."""


def summarise_choices(contest: Contest) -> dict[str, Any]:
    """Return whom the bill chooses, how many metrics choose another model, and the worst of these choices."""
    chosen, others = contest.choices.iloc[0], contest.choices.iloc[1:]
    bills = contest.bills.set_index("model").to_dict("index")
    bill = bills[str(chosen["model"])]
    worst = others.iloc[int(others["extra"].argmax())]
    tuned = contest.bills.iloc[int(contest.bills["tuned_validation_cost"].round(12).argmin())]
    extras = dict(zip(others["metric"], others["extra"], strict=True))
    return {
        "n_metrics": len(others),
        "n_same": int((others["model"] == chosen["model"]).sum()),
        "n_dearer": int((others["low"] > 0).sum()),
        "chosen": str(chosen["model"]),
        "chosen_cost": float(bill["test_cost"]),
        "chosen_low": float(bill["low"]),
        "chosen_high": float(bill["high"]),
        "chosen_setting": float(bill["setting"]),
        "tuned_cost": float(tuned["tuned_cost"]),
        "worst_metric": str(worst["metric"]),
        "worst_model": str(worst["model"]),
        "worst_extra": float(worst["extra"]),
        "worst_low": float(worst["low"]),
        "worst_high": float(worst["high"]),
        "worst_tuned_cost": float(bills[str(worst["model"])]["tuned_cost"]),
        **{f"extra_{metric}": float(extras.get(metric, np.nan)) for metric in METRICS},
    }


def summarise_f1(contest: Contest) -> dict[str, Any]:
    """Return the highest F1 at 0.5 and what it takes a miss to cost; NaN if nothing is caught."""
    f1 = contest.prices["f1"]
    top = float(f1.max()) if len(f1) and f1.max() > 0 else float("nan")
    return {"top_f1": top, "f1_price": 2 / top - 1}


def summarise_dispute(search: Search, wanted: Dispute) -> dict[str, Any]:
    """Count the pairs that two metrics rank oppositely, and find the clearest one.

    Counted is on the half of the rows that judges; ``verdict`` is "agree", "opposite" (both
    intervals without 0) or "unsure". The example is the pair that is clearest on
    the other half, so the half that shows it had no say in choosing it.
    """
    known = search.pairs["dispute"].unique()
    dispute = wanted if wanted in known else str(known[0])
    pairs = search.pairs[search.pairs["dispute"] == dispute].reset_index(drop=True)
    disagrees = (pairs["gap_1"] > 0) & (pairs["gap_2"] < 0)
    is_sure = disagrees & (pairs["low_1"] > 0) & (pairs["high_2"] < 0)
    verdict = np.select([is_sure, disagrees], ["opposite", "unsure"], default="agree")
    return {
        "dispute": dispute,
        "n_splits": search.n_splits,
        "n_pairs": len(pairs),
        "n_disagreeing": int(disagrees.sum()),
        "n_sure": int(is_sure.sum()),
        "n_half": search.n_judged,
        "n_learned": search.n_learned,
        "example": _find_example(pairs),
        "pairs": pairs.assign(verdict=pd.Series(verdict, dtype="str")),
    }


def _find_example(pairs: pd.DataFrame) -> int:
    clearness = pairs["clearness"].to_numpy()
    return int(clearness.argmax()) if clearness.max() > 0 else NONE
