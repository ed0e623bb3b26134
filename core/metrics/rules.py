"""Ways to choose a threshold: each is set on the validation rows and judged on the test rows."""

import numpy as np
import pandas as pd

from core.metrics.confusion import measure_rates
from core.metrics.costs import (
    Stakes,
    average_cost,
    cost_interval,
    reweigh,
    theoretical_threshold,
)
from core.metrics.scored_parts import Evidence, ScoredPart

RULES = {
    "half": "0.5, the default",
    "yours": "Yours",
    "cheapest": "Cheapest on validation",
    "theory": "Cheapest in theory",
    "best_f1": "Best F1 on validation",
    "cheapest_on_test": "Cheapest on test (hindsight)",
    "never": "Never alarm",
    "always": "Always alarm",
}
"""Names that a person reads, by the name in the column ``rule``."""


def judge_rules(evidence: Evidence, stakes: Stakes, yours: float) -> pd.DataFrame:
    """Answer "which way of choosing the threshold is cheapest?" with one row per way.

    Columns: ``rule`` and ``name`` (see `RULES`); ``threshold``; ``position`` (0 to 1 along the
    handle); ``validation_cost`` and ``test_cost`` (in the learner's unit per 1,000 rows) with
    ``test_cost_low`` and ``test_cost_high`` (95 %); ``test_false_alarms`` and ``test_misses``
    (rows of the test part as it is).

    The hindsight rule looks at the answers of the test rows, so nobody can use it; no other
    threshold can be cheaper there.
    """
    nothing = float(evidence.handle.thresholds[-1])
    thresholds = {
        "half": 0.5,
        "yours": yours,
        "cheapest": cheapest_cut(evidence.validation, stakes),
        "theory": theoretical_threshold(stakes, evidence.scored.learned_base_rate),
        "best_f1": _best_f1_cut(evidence.validation, stakes),
        "cheapest_on_test": cheapest_cut(evidence.test, stakes),
        "never": nothing,
        "always": 0.0,
    }
    chosen = np.array([thresholds[rule] for rule in RULES])
    on_validation, on_test = evidence.validation.count(chosen), evidence.test.count(chosen)
    low, high = cost_interval(on_test, stakes)
    # Alarms for all or for none need no estimate: their error rates are 0 and 1 by design.
    is_certain = (chosen <= 0) | (chosen >= nothing)
    test_cost = average_cost(on_test, stakes)
    return pd.DataFrame(
        {
            "rule": list(RULES),
            "name": list(RULES.values()),
            "threshold": chosen,
            "position": evidence.handle.position_of(chosen),
            "validation_cost": average_cost(on_validation, stakes),
            "test_cost": test_cost,
            "test_cost_low": np.where(is_certain, test_cost, low),
            "test_cost_high": np.where(is_certain, test_cost, high),
            "test_false_alarms": on_test.fp,
            "test_misses": on_test.fn,
        }
    )


def cheapest_cut(part: ScoredPart, stakes: Stakes) -> float:
    """Return the threshold that costs least on this part; the highest of equals.

    Every distinct score is tried, and "no alarm": no other threshold gives other counts.
    """
    # Rounding makes equal costs equal, whatever the order in which they were added up.
    cost = average_cost(part.at_cuts, stakes)
    return float(part.cuts[np.argmin(np.round(cost / cost.max(), 12))])


def _best_f1_cut(part: ScoredPart, stakes: Stakes) -> float:
    counts = part.at_cuts
    if stakes.prevalence is not None:
        counts = reweigh(counts, stakes.prevalence)
    return float(part.cuts[np.argmax(np.round(measure_rates(counts)["f1"], 12))])
