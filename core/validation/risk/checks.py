"""Runs that prove the practice items about cross-validated scores; see `core.practice.proof`."""

from itertools import product

import numpy as np

from core.practice.proof import Facts


def summarise_folds(errors: list[float]) -> Facts:
    """Say what SciPy makes of the errors of the folds.

    Facts: ``mean``, ``spread`` (standard deviation), ``standard_error``, ``range``.
    Check by eye: 0.1 and 0.3 have the standard error 0.1.
    """
    from scipy.stats import describe, sem

    said = describe(errors)
    return {
        "mean": float(said.mean),
        "spread": float(np.sqrt(said.variance)),
        "standard_error": float(sem(errors)),
        "range": float(said.minmax[1] - said.minmax[0]),
    }


def deal_rows(n_rows: int, k: int) -> Facts:
    """Deal rows into folds with scikit-learn, and look at what a correction needs.

    Facts: ``n_learn`` and ``n_test`` of one model; ``n_rows``; ``widening``, the corrected standard
    error of Nadeau and Bengio over the naive one; ``squared``, the same of the variances;
    ``n_shared``, training rows that two of the models have in common.
    Check by eye: 2 folds share no training row.
    """
    from sklearn.model_selection import KFold

    splits = [(set(train), set(test)) for train, test in KFold(k).split(np.zeros(n_rows))]
    train, test = splits[0]
    squared = (1 / k + len(test) / len(train)) / (1 / k)
    return {
        "n_learn": len(train),
        "n_test": len(test),
        "n_rows": n_rows,
        "n_shared": len(train & splits[1][0]),
        "widening": float(np.sqrt(squared)),
        "squared": squared,
    }


def add_spreads(rows: float, dealing: float) -> Facts:
    """Let a score move by its rows and, apart from that, by the dealing; list all cases.

    Each moves it up or down by its spread, equally often. Facts: ``total``, the spread over the four
    cases; ``left``, the spread of the means over the dealings; ``difference``, total minus dealing.
    Check by eye: 3 and 4 give 5.
    """
    cases = np.array([[a + b for b in (-dealing, dealing)] for a in (-rows, rows)])
    total = float(cases.std())
    return {
        "total": total,
        "left": float(cases.mean(axis=1).std()),
        "dealing": dealing,
        "difference": total - dealing,
    }


def count_wrong(error: float, n_rows: int) -> Facts:
    """Judge a model with a known error on `n_rows` held-out rows, as SciPy's binomial law has it.

    Facts: ``spread`` of the share of wrong answers, ``variance`` of that share, ``spread_of_one``
    row. Check by eye: an error of 0.5 on 100 rows spreads by 0.05.
    """
    from scipy.stats import binom

    return {
        "spread": float(binom(n_rows, error).std()) / n_rows,
        "variance": float(binom(n_rows, error).var()) / n_rows**2,
        "spread_of_one": float(binom(1, error).std()),
    }


def compare_sizes(small: int, large: int) -> Facts:
    """Run the lab's law at two sizes and hold hold-out and 10 folds against the truth.

    Facts: typical misses ``holdout_small``, ``folds_small``, ``holdout_large``, ``folds_large``.
    """
    from core.validation.risk.trials import TrialsSpec, estimate_risk

    rmse = estimate_risk(TrialsSpec()).sizes.set_index(["scheme", "n_rows"])["rmse"]
    cases = product(
        (("holdout", "holdout"), ("10-fold", "folds")), (("small", small), ("large", large))
    )
    return {f"{name}_{size}": float(rmse[scheme, n]) for (scheme, name), (size, n) in cases}
