"""Runs that prove the practice items about three sets: coins are tossed, models really trained."""

import numpy as np

from core.practice.proof import Facts
from core.validation.three_sets.theory import bound_best, expect_best, spread_of_score

N_TOSSES = 40_000


def toss_best(n_models: int, n_rows: int) -> Facts:
    """Let `n_models` guess `n_rows` coin flips and keep the best, 40,000 times over.

    Facts: ``best`` (mean, rounded to two decimals), ``single`` (mean of the first guesser, the same),
    ``expected`` (from the law of chance), ``share_above_55`` (of repetitions whose best is right in more
    than 55 %), ``highest_mean`` (what the bound allows), ``spread`` (standard deviation of one score).
    Check by eye: one guesser on any number of rows is right in half of them.
    """
    hits = np.random.default_rng(0).binomial(n_rows, 0.5, size=(N_TOSSES, n_models)) / n_rows
    best = hits.max(axis=1)
    return {
        "best": round(float(best.mean()), 2),
        "best_unrounded": float(best.mean()),
        "single": round(float(hits[:, 0].mean()), 2),
        "expected": expect_best(n_models, n_rows),
        "share_above_55": float(np.mean(best > 0.55)),
        "highest_mean": bound_best(n_models, n_rows),
        "spread": spread_of_score(n_rows),
    }


def measure_spread(n_rows: int, percent_right: int) -> Facts:
    """Measure how much the accuracy of one model varies over test sets of `n_rows` rows.

    Facts, in points: ``spread`` (scipy's binomial standard deviation over the rows), ``tossed`` (the
    same from 100,000 tossed test sets), ``off_mean`` (their mean minus the truth), ``of_four_times``
    (spread with four times the rows), ``double``, ``fourth`` (of the spread), ``without_root``
    (p (1 − p) / n).
    Check by eye: 100 rows and 50 % give 5 points.
    """
    from scipy.stats import binom

    chance = percent_right / 100
    tossed = np.random.default_rng(1).binomial(n_rows, chance, size=100_000) / n_rows
    spread = 100 * float(binom.std(n_rows, chance)) / n_rows
    return {
        "spread": spread,
        "tossed": 100 * float(tossed.std()),
        "off_mean": 100 * float(tossed.mean() - chance),
        "of_four_times": 100 * float(binom.std(4 * n_rows, chance)) / (4 * n_rows),
        "double": 2 * spread,
        "without_root": 100 * chance * (1 - chance) / n_rows,
        "fourth": spread / 4,
    }


def find_rows_for(n_rows: int) -> Facts:
    """Search the smallest number of test rows with half the spread of `n_rows` at 50 %.

    Facts: ``rows`` (the number found by trying), ``spread``, ``half``.
    Check by eye: 100 rows have a spread of 5 points, 400 rows one of 2.5.
    """
    from scipy.stats import binom

    half = float(binom.std(n_rows, 0.5)) / n_rows / 2
    tried = np.arange(n_rows, 8 * n_rows + 1)
    enough = tried[binom.std(tried, 0.5) / tried <= half * (1 + 1e-12)]
    return {"rows": int(enough[0]), "spread": 2 * half, "half": half}


def split_twice(n: int, test: int, validation: int) -> Facts:
    """Call scikit-learn's train_test_split twice, as a three-way split does.

    Facts: ``train``, ``validation``, ``test`` (rows), ``rest`` (after the first call).
    Check by eye: 100 rows, 20 % and 25 % leave 60 to train on.
    """
    from sklearn.model_selection import train_test_split

    rest, tested = train_test_split(np.arange(n), test_size=test / 100, random_state=0)
    trained, chosen = train_test_split(rest, test_size=validation / 100, random_state=0)
    return {
        "train": len(trained),
        "validation": len(chosen),
        "test": len(tested),
        "rest": len(rest),
    }
