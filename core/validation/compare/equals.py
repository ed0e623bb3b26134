"""Models that are truly equal: how often a winner is announced, and how good the best one looks.

Each model sees columns of its own. All sets of columns follow one law, so the models are equal by
construction: whatever difference is seen between them is chance.
"""

from dataclasses import dataclass
from math import exp, pi, sqrt

import numpy as np
import pandas as pd

from core.errors import require
from core.metrics.intervals import wilson_interval
from core.progress import report
from core.remember import remembered
from core.validation.compare.judges import JUDGES, Verdict, judge_folds, judge_resamples, judge_rows
from core.validation.risk.folds import RidgeFolds
from core.validation.risk.laws import Datasets, LawSpec, Numbers, true_errors
from core.validation.risk.schemes import shuffle_folds

N_ROWS, N_COLUMNS, DISTANCE = 120, 4, 2.0
"""Of a dataset; each model sees four columns, of which the first one tells."""
N_DRAWS, N_CONTESTS = 1000, 400
"""Comparisons of two equals, and contests between many."""
MOST_REPEATS = 10
MOST_MODELS = 20
FOLD_CHOICES = (2, 5, 10)
LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True, kw_only=True)
class EqualsSpec:
    """How two equal models are compared."""

    k: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        require(
            self.k in FOLD_CHOICES,
            f"The lesson compares with {', '.join(map(str, FOLD_CHOICES))} folds, got {self.k}. Choose one.",
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )


@dataclass(frozen=True, eq=False)
class Equals:
    """What chance alone does between equals."""

    spec: EqualsSpec
    true_error: float
    """Mean error of each of the models on new rows, exactly known: the same for all of them."""
    model_sd: float
    """Spread of one model's cross-validated error between datasets."""
    alarms: pd.DataFrame
    """One row per judge and number of repeats: ``judge``, ``repeats``, ``n_alarms`` (comparisons in
    which it announces a winner), ``share``, ``low``, ``high`` (95 % interval of the share)."""
    winners: pd.DataFrame
    """One row per number of models: ``n_models``, ``seen`` (mean cross-validated error of the best),
    ``true`` (its mean error on new rows), ``flattery`` (true minus seen), ``flattery_low``,
    ``flattery_high``, ``law`` (what the expected maximum of normal numbers foretells)."""


def draw_equals(rng: np.random.Generator, n_draws: int, n_models: int) -> tuple[Datasets, ...]:
    """Draw datasets with one set of columns for each model; the classes are shared."""
    y = rng.choice([-1.0, 1.0], size=(n_draws, N_ROWS))
    sets = []
    for _ in range(n_models):
        x = rng.normal(size=(n_draws, N_ROWS, N_COLUMNS))
        x[:, :, 0] += y * DISTANCE / 2
        sets.append(Datasets(np.concatenate([x, np.ones((n_draws, N_ROWS, 1))], axis=2), y))
    return tuple(sets)


@remembered
def compare_equals(spec: EqualsSpec) -> Equals:
    """Answer "how often is a winner announced where there is none, and how good does the best look?".

    Check by eye: with 1 model there is nothing to pick, so the best looks as good as it is.
    """
    report(0.1, "Two equal models, a thousand times")
    alarms = _count_alarms(spec)
    report(0.6, "The best of many equal models")
    winners, error, sd = _hold_contests(spec)
    return Equals(spec=spec, true_error=error, model_sd=sd, alarms=alarms, winners=winners)


def _count_alarms(spec: EqualsSpec) -> pd.DataFrame:
    rng = np.random.default_rng([spec.seed, spec.k])
    pair = [RidgeFolds(data, 1.0) for data in draw_equals(rng, N_DRAWS, 2)]
    by_fold, lines = [], []
    for repeats in range(1, MOST_REPEATS + 1):
        rows = shuffle_folds(rng, N_DRAWS, N_ROWS, spec.k)
        a, b = (folds.cross_validate(rows) for folds in pair)
        by_fold.append(b - a)  # errors of B minus those of A: how much better A is
        every = np.concatenate(by_fold, axis=1)
        if repeats == 1:  # the judges of single rows need each row answered once
            counts = count_disagreements(pair, rows)
            of_rows = {
                "mcnemar": judge_rows(*counts, N_ROWS),
                "bootstrap": judge_each_count(*counts, np.random.default_rng([spec.seed, 1])),
            }
        verdicts = of_rows | {
            "naive": judge_folds(every),
            "corrected": judge_folds(every, 1 / (spec.k - 1)),
        }
        lines += [_count(judge, repeats, verdicts[judge]) for judge in JUDGES]
    return pd.DataFrame(lines).astype({"judge": "str"})


def count_disagreements(pair: list[RidgeFolds], rows: np.ndarray) -> tuple[Numbers, Numbers]:
    """Return, for each dataset, the rows that only A and that only B calls rightly, each row once."""
    only = np.zeros((2, len(rows)))
    for fold in range(rows.shape[1]):
        here = rows[:, fold]
        kept = np.ones((len(rows), N_ROWS))
        np.put_along_axis(kept, here, 0.0, axis=1)
        wrong_a, wrong_b = (
            np.take_along_axis(folds.is_wrong(folds.fit_counted(kept)), here, axis=1)
            for folds in pair
        )
        only += [(wrong_b & ~wrong_a).sum(axis=1), (wrong_a & ~wrong_b).sum(axis=1)]
    return only[0], only[1]


def judge_each_count(only_a: Numbers, only_b: Numbers, rng: np.random.Generator) -> Verdict:
    """Resample once for each pair of counts, and give comparisons with the same pair the same verdict."""
    pairs, place = np.unique(np.stack([only_a, only_b]), axis=1, return_inverse=True)
    found = judge_resamples(pairs[0], pairs[1], N_ROWS, rng)
    return Verdict(found.difference[place], found.low[place], found.high[place], found.p[place])


def _count(judge: str, repeats: int, verdict: Verdict) -> dict[str, object]:
    n_alarms = int(verdict.sees_difference.sum())
    low, high = wilson_interval(n_alarms, N_DRAWS)
    return {
        "judge": judge,
        "repeats": repeats,
        "n_alarms": n_alarms,
        "share": n_alarms / N_DRAWS,
        "low": float(low),
        "high": float(high),
    }


def _hold_contests(spec: EqualsSpec) -> tuple[pd.DataFrame, float, float]:
    rng = np.random.default_rng([spec.seed, 2, spec.k])
    law = LawSpec(n_rows=N_ROWS, n_features=N_COLUMNS, distance=DISTANCE)
    sets = [RidgeFolds(data, 1.0) for data in draw_equals(rng, N_CONTESTS, MOST_MODELS)]
    rows = shuffle_folds(rng, N_CONTESTS, N_ROWS, spec.k)
    seen = np.array([folds.cross_validate(rows).mean(axis=1) for folds in sets])
    true = np.array([true_errors(law, folds.fit_all()) for folds in sets])
    spread = float(seen.std(axis=0, ddof=1).mean())
    lines = []
    for n_models in range(1, MOST_MODELS + 1):
        best = seen[:n_models].argmin(axis=0)
        flattery = true[best, np.arange(N_CONTESTS)] - seen[best, np.arange(N_CONTESTS)]
        reach = 1.959964 * flattery.std(ddof=1) / N_CONTESTS**0.5
        lines.append(
            {
                "n_models": n_models,
                "seen": seen[best, np.arange(N_CONTESTS)].mean(),
                "true": true[best, np.arange(N_CONTESTS)].mean(),
                "flattery": flattery.mean(),
                "flattery_low": flattery.mean() - reach,
                "flattery_high": flattery.mean() + reach,
                "law": expected_maximum(n_models) * spread - float((seen - true).mean()),
            }
        )
    return pd.DataFrame(lines), float(true.mean()), float(seen[0].std(ddof=1))


def expected_maximum(n: int) -> float:
    """Return the mean of the largest of `n` independent standard normal numbers.

    E max = ∫ z · n · φ(z) · Φ(z)^(n−1) dz. Check by eye: for 2 it is 1/√π = 0.564.
    """
    from scipy.integrate import quad
    from scipy.special import ndtr  # the law of scipy.stats.norm without its checks of each value

    def weigh(z: float) -> float:
        return float(z * n * exp(-z * z / 2) * ndtr(z) ** (n - 1) / sqrt(2 * pi))

    return float(quad(weigh, -8, 8)[0])
