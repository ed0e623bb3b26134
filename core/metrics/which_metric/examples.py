"""How often two metrics disagree, and one pair of models about which they do."""

from typing import Any

import numpy as np
import pandas as pd

from core.metrics.which_metric.disputes import Dispute, Search

NONE = -1


def summarise_dispute(search: Search, wanted: Dispute) -> dict[str, Any]:
    """Count the pairs that two metrics rank oppositely, and find the clearest one.

    Counted is on the half of the rows that judges; ``verdict`` is "agree", "opposite" (both
    intervals without 0) or "unsure". The example is the pair with the largest product of both
    gaps on the other half, so the half that shows it had no say in choosing it.
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
    product = (pairs["found_1"] * pairs["found_2"]).to_numpy()
    return int(product.argmin()) if product.min() < 0 else NONE
