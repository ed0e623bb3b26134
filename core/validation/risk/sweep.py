"""What many datasets say about each number of folds: bias, three spreads, and intervals that hold or not."""

from threading import Lock

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached

from core.metrics.intervals import wilson_interval
from core.validation.risk.laws import Numbers
from core.validation.risk.trials import Trials, TrialsSpec, estimate_risk

Z = 1.959964
"""97.5 % of a normal distribution lies below it."""
INTERVALS = ("naive", "corrected", "counted")


@cached(LRUCache(maxsize=32), lock=Lock())
def sweep_folds(spec: TrialsSpec) -> pd.DataFrame:
    """Return one row per number of folds; see `core.validation.risk.lab.RiskResult.sweep`."""
    trials = estimate_risk(spec)
    truth = trials.truths["truth"].to_numpy()
    table = trials.estimates
    counts = table["k"].unique().tolist()
    return pd.DataFrame([_judge_k(trials, k, table[table["k"] == k], truth) for k in counts])


def bound_error(
    kind: str, error: Numbers, fold_sd: Numbers, k: int, n_rows: int
) -> tuple[Numbers, Numbers]:
    """Return the 95 % interval that one dataset gives for its error.

    ``naive``: error ± 1.96·sd/√k, as if the folds were k independent experiments.
    ``corrected``: error ± t·sd·√(1/k + 1/(k − 1)) with k − 1 degrees of freedom (Nadeau and Bengio
    2003; 1/(k − 1) is test rows over training rows). ``counted``: Wilson's interval for the wrong
    answers among all rows. An error is a share, so no interval leaves 0 to 1.
    Check by eye: no spread between the folds gives a naive interval without width.
    """
    from scipy.stats import t

    if kind == "counted":
        return wilson_interval(error * n_rows, n_rows)
    if kind == "naive":
        reach = Z * fold_sd * np.sqrt(1 / k)
    else:
        reach = t.ppf(0.975, k - 1) * fold_sd * np.sqrt(1 / k + 1 / (k - 1))
    return np.clip(error - reach, 0.0, 1.0), np.clip(error + reach, 0.0, 1.0)


def _judge_k(trials: Trials, k: int, rows: pd.DataFrame, truth: Numbers) -> dict[str, float]:
    n_rows, n_draws = trials.spec.law.n_rows, trials.spec.n_draws
    error, fold_sd = rows["error"].to_numpy(), rows["fold_sd"].to_numpy()
    miss = error - truth
    reach = Z * miss.std(ddof=1) / n_draws**0.5
    total = error.var(ddof=1)
    shuffle = rows["shuffle_variance"].mean()
    line = {
        "k": k,
        "n_learn": n_rows - n_rows // k,
        "mean": error.mean(),
        "bias": miss.mean(),
        "bias_low": miss.mean() - reach,
        "bias_high": miss.mean() + reach,
        "rmse": np.sqrt((miss**2).mean()),
        "fold_sd": np.sqrt((fold_sd**2).mean()),
        "shuffle_sd": np.sqrt(shuffle),
        "data_sd": np.sqrt(total),
        # Total variance = mean variance between dealings + variance of what all dealings agree on.
        "repeated_sd": np.sqrt(max(total - shuffle, 0.0)),
        "correlation": _correlate(error, truth),
    }
    for kind in INTERVALS:
        low, high = bound_error(kind, error, fold_sd, k, n_rows)
        n_held = int(((low <= truth) & (truth <= high)).sum())
        bounds = wilson_interval(n_held, n_draws)
        line |= {
            f"{kind}_cover": n_held / n_draws,
            f"{kind}_cover_low": float(bounds[0]),
            f"{kind}_cover_high": float(bounds[1]),
            f"{kind}_width": float((high - low).mean()),
        }
    return line


def _correlate(error: Numbers, truth: Numbers) -> float:
    # Where every boundary is equally wrong, the true errors differ by rounding alone.
    if min(np.ptp(error), np.ptp(truth)) < 1e-9:
        return float("nan")
    return float(np.corrcoef(error, truth)[0, 1])
