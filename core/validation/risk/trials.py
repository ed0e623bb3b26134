"""Hundreds of datasets from one law, each estimated in every way, each with its true error beside it."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from core.errors import require
from core.progress import report
from core.remember import remembered
from core.validation.risk.folds import RidgeFolds
from core.validation.risk.laws import LawSpec, Numbers, best_error, draw_datasets, true_errors
from core.validation.risk.schemes import Scheme, list_schemes, shuffle_folds

FOLD_COUNTS = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 24, 30, 60)
N_SHUFFLES = 5
"""How often each dataset is dealt into folds anew, to see what dealing alone changes."""
N_SHOWN, N_SHOWN_SHUFFLES = 8, 40
"""Datasets that a learner may call theirs, and how often those are dealt anew."""
SIZES = (30, 60, 120, 240, 480, 960)
N_SIZE_DRAWS = 200
FEWEST_DRAWS, MOST_DRAWS = 100, 2000


@dataclass(frozen=True, kw_only=True)
class TrialsSpec:
    """A law, a model, and how many datasets are drawn."""

    law: LawSpec = field(default_factory=LawSpec)
    penalty: float = 1.0
    """Of the ridge classifier (alpha of scikit-learn)."""
    n_draws: int = 400

    def __post_init__(self) -> None:
        require(
            0.01 <= self.penalty <= 1000,
            f"The penalty lies between 0.01 and 1000, got {self.penalty:g}. Try 1.",
        )
        require(
            FEWEST_DRAWS <= self.n_draws <= MOST_DRAWS,
            f"{FEWEST_DRAWS} to {MOST_DRAWS} datasets are drawn, got {self.n_draws}. Try 400.",
        )


@dataclass(frozen=True, eq=False)
class Trials:
    """What every way of estimating said of every dataset. Errors are shares of wrong answers."""

    spec: TrialsSpec
    best_error: float
    """What nobody can beat on new rows."""
    truths: pd.DataFrame
    """One row per dataset: ``draw``, ``truth``, the exact error of the model of all its rows."""
    estimates: pd.DataFrame
    """One row per k and dataset: ``k``, ``draw``, ``error`` (mean over the folds of one dealing),
    ``fold_sd`` (between these folds), ``shuffle_variance`` (between `N_SHUFFLES` dealings)."""
    folds: pd.DataFrame
    """Of the first datasets: ``k``, ``draw``, ``fold``, ``error`` on each fold."""
    shuffles: pd.DataFrame
    """Of the first datasets: ``k``, ``draw``, ``shuffle``, ``error`` of each of 40 dealings."""
    schemes: pd.DataFrame
    """One row per way to estimate: ``scheme``, ``title``, ``n_fits``, ``n_learn`` (rows that each
    model learns from), ``mean``, ``bias`` with its 95 % interval ``bias_low``, ``bias_high``,
    ``sd`` (between datasets), ``rmse`` (distance to the true error)."""
    sizes: pd.DataFrame
    """``n_rows``, ``scheme`` ("holdout", "10-fold"), ``bias``, ``sd``, ``rmse``, ``truth``."""


def fold_counts(n_rows: int) -> tuple[int, ...]:
    """Return the numbers of folds that deal `n_rows` evenly, up to leaving one row out."""
    return (*(k for k in FOLD_COUNTS if n_rows % k == 0 and k < n_rows), n_rows)


@remembered
def estimate_risk(spec: TrialsSpec) -> Trials:
    """Answer "how far do estimates of an error lie from the error itself?".

    Draws datasets from a law, trains a ridge classifier on each, knows its true error from the
    law in closed form, and estimates it by hold-out, k-fold for every k, and more.
    Check by eye: leaving one out is dealt in only one way, so its ``shuffle_variance`` is 0.
    """
    data = draw_datasets(spec.law, np.random.default_rng(spec.law.seed), spec.n_draws)
    folds = RidgeFolds(data, spec.penalty)
    truth = true_errors(spec.law, folds.fit_all())
    first = RidgeFolds(replace(data, x=data.x[:N_SHOWN], y=data.y[:N_SHOWN]), spec.penalty)
    tables: dict[str, list[pd.DataFrame]] = {"estimates": [], "folds": [], "shuffles": []}
    counts = fold_counts(spec.law.n_rows)
    for at, k in enumerate(counts):
        report(0.7 * at / len(counts), f"{spec.n_draws} datasets, {k} folds each")
        for name, table in _try_k(spec, folds, first, k).items():
            tables[name].append(table)
    report(0.7, "Other ways to estimate")
    schemes = _try_schemes(spec, folds, truth)
    report(0.85, "Larger and smaller datasets")
    return Trials(
        spec=spec,
        best_error=best_error(spec.law),
        truths=pd.DataFrame({"draw": np.arange(spec.n_draws), "truth": truth}),
        **{name: pd.concat(parts, ignore_index=True) for name, parts in tables.items()},
        schemes=schemes,
        sizes=_try_sizes(spec),
    )


def _try_k(
    spec: TrialsSpec, folds: RidgeFolds, first: RidgeFolds, k: int
) -> dict[str, pd.DataFrame]:
    n = spec.law.n_rows
    # A generator of its own for each k, so that one k can be had without the others.
    rng = np.random.default_rng([spec.law.seed, k])
    n_dealings = 1 if k == n else N_SHUFFLES
    errors = [
        folds.cross_validate(shuffle_folds(rng, spec.n_draws, n, k)) for _ in range(n_dealings)
    ]
    means = np.array([error.mean(axis=1) for error in errors])
    shown = np.arange(len(first.y))
    return {
        "estimates": pd.DataFrame(
            {
                "k": k,
                "draw": np.arange(spec.n_draws),
                "error": means[0],
                "fold_sd": errors[0].std(axis=1, ddof=1),
                "shuffle_variance": means.var(axis=0, ddof=1) if n_dealings > 1 else 0.0,
            }
        ),
        "folds": pd.DataFrame(
            {
                "k": k,
                "draw": np.repeat(shown, k),
                "fold": np.tile(np.arange(k), len(shown)),
                "error": errors[0][shown].ravel(),
            }
        ),
        "shuffles": _deal_again(first, n, k, means[0][shown], spec.law.seed),
    }


def _deal_again(first: RidgeFolds, n: int, k: int, error: Numbers, seed: int) -> pd.DataFrame:
    """Deal the first datasets many times; where only one dealing exists, it is always that one."""
    n_shown = len(first.y)
    if k == n:
        errors = np.repeat(error[:, None], N_SHOWN_SHUFFLES, axis=1)
    else:
        rng = np.random.default_rng([seed, k, 1])
        dealt = [shuffle_folds(rng, n_shown, n, k) for _ in range(N_SHOWN_SHUFFLES)]
        errors = np.array([first.cross_validate(rows).mean(axis=1) for rows in dealt]).T
    return pd.DataFrame(
        {
            "k": k,
            "draw": np.repeat(np.arange(n_shown), N_SHOWN_SHUFFLES),
            "shuffle": np.tile(np.arange(N_SHOWN_SHUFFLES), n_shown),
            "error": errors.ravel(),
        }
    )


def _try_schemes(spec: TrialsSpec, folds: RidgeFolds, truth: Numbers) -> pd.DataFrame:
    lines = []
    for at, scheme in enumerate(list_schemes(spec.law.n_rows, spec.law.law)):
        rng = np.random.default_rng([spec.law.seed, 2, at])
        lines.append(_judge(scheme, scheme.estimate(folds, rng), truth))
    return pd.DataFrame(lines).astype({"scheme": "str", "title": "str", "n_learn": "float64"})


def _judge(scheme: Scheme, estimate: Numbers, truth: Numbers) -> dict[str, Any]:
    miss = estimate - truth
    reach = 1.96 * miss.std(ddof=1) / len(miss) ** 0.5
    return {
        "scheme": scheme.name,
        "title": scheme.title,
        "n_fits": scheme.n_fits,
        "n_learn": scheme.n_learn,
        "mean": estimate.mean(),
        "bias": miss.mean(),
        "bias_low": miss.mean() - reach,
        "bias_high": miss.mean() + reach,
        "sd": estimate.std(ddof=1),
        "rmse": float(np.sqrt((miss**2).mean())),
    }


def _try_sizes(spec: TrialsSpec) -> pd.DataFrame:
    lines = []
    for n in SIZES:
        law = replace(spec.law, n_rows=n)
        rng = np.random.default_rng([spec.law.seed, 3, n])
        folds = RidgeFolds(draw_datasets(law, rng, N_SIZE_DRAWS), spec.penalty)
        truth = true_errors(law, folds.fit_all())
        for scheme in list_schemes(n, law.law):
            if scheme.name in {"holdout", "10-fold"}:
                judged = _judge(scheme, scheme.estimate(folds, rng), truth)
                kept = {name: judged[name] for name in ("scheme", "bias", "sd", "rmse")}
                lines.append({"n_rows": n, **kept, "truth": truth.mean()})
    return pd.DataFrame(lines).astype({"scheme": "str"})
