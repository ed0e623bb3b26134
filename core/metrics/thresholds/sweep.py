"""What the validation rows say at every place of the handle: all that no single threshold changes.

It is computed once for a model and what is at stake, so that moving the handle costs next to nothing.
"""

from dataclasses import dataclass
from threading import Lock

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached

from core.metrics.classifiers import ClassifierSpec
from core.metrics.confusion import METRICS, Confusion, measure_rates, undefined_reason
from core.metrics.costs import Stakes, average_cost, reweigh
from core.metrics.handle import Handle
from core.metrics.intervals import precision_interval, wilson_interval
from core.metrics.scored_parts import Evidence, gather_evidence

N_BINS = 40
CELLS = ("tp", "fp", "fn", "tn")


@dataclass(frozen=True, eq=False)
class Outlook:
    """Everything of a `ThresholdResult` that is the same wherever the handle stands."""

    base_rate: float
    prevalence: float
    sweep: pd.DataFrame
    undefined: pd.DataFrame
    histogram: pd.DataFrame
    places: tuple[dict[str, float], ...]
    """The rows of `sweep`."""


@cached(LRUCache(maxsize=32), lock=Lock())
def look_over(classifier: ClassifierSpec, stakes: Stakes) -> Outlook:
    """Judge every place of the handle; the tables are shared, so take a lazy copy of them."""
    evidence = gather_evidence(classifier)
    part = evidence.validation
    base_rate = part.n_positive / len(part.positive)
    prevalence = base_rate if stakes.prevalence is None else stakes.prevalence
    sweep = _sweep_places(evidence, stakes, prevalence)
    return Outlook(
        base_rate=base_rate,
        prevalence=prevalence,
        sweep=sweep,
        undefined=_explain_gaps(sweep),
        histogram=_fill_bins(evidence.handle, evidence.validation_at_places),
        places=tuple(
            {str(name): float(value) for name, value in row.items()}
            for row in sweep.to_dict("records")
        ),
    )


def _sweep_places(evidence: Evidence, stakes: Stakes, prevalence: float) -> pd.DataFrame:
    counts, part = evidence.validation_at_places, evidence.validation
    per_10000 = reweigh(counts, prevalence)
    # Whole counts give exact rates; weights are needed only at another prevalence.
    rates = measure_rates(counts if stakes.prevalence is None else per_10000)
    bounds = {
        "recall": wilson_interval(counts.tp, part.n_positive),
        "specificity": wilson_interval(counts.tn, part.n_negative),
        "precision": precision_interval(
            counts.tp,
            counts.fp,
            n_positive=part.n_positive,
            n_negative=part.n_negative,
            prevalence=stakes.prevalence,
        ),
    }
    return pd.DataFrame(
        {
            "position": evidence.handle.positions,
            "threshold": evidence.handle.thresholds,
            **{cell: getattr(counts, cell) for cell in CELLS},
            **{f"{cell}_per_10000": getattr(per_10000, cell) for cell in CELLS},
            **rates,
            "cost": average_cost(counts, stakes),
            "test_cost": average_cost(evidence.test_at_places, stakes),
            **{f"{rate}_low": low for rate, (low, _) in bounds.items()},
            **{f"{rate}_high": high for rate, (_, high) in bounds.items()},
        }
    )


def _explain_gaps(sweep: pd.DataFrame) -> pd.DataFrame:
    cells = sweep[list(CELLS)].to_numpy()
    gaps = [
        (int(place), metric, undefined_reason(metric, *cells[place]))
        for metric in METRICS
        for place in np.flatnonzero(sweep[metric].isna())
    ]
    table = pd.DataFrame(gaps, columns=["place", "metric", "reason"])
    return table.astype({"place": "int64", "metric": "str", "reason": "str"})


def _fill_bins(handle: Handle, counts: Confusion) -> pd.DataFrame:
    """Count rows between places, so that all bars right of the handle are exactly the alarms."""
    edges = np.linspace(0, len(handle.thresholds) - 1, N_BINS + 1).astype(int)
    n_positive, n_negative = (-np.diff(alarms[edges]) for alarms in (counts.tp, counts.fp))
    positions = handle.positions[edges]
    return pd.DataFrame(
        {
            "left": positions[:-1],
            "right": positions[1:],
            "n_positive": n_positive,
            "n_negative": n_negative,
            "positive_share": n_positive / n_positive.sum(),
            "negative_share": n_negative / n_negative.sum(),
        }
    )
