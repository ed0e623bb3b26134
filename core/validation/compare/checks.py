"""Runs that prove the practice items about comparisons; see `core.practice.proof`."""

import numpy as np

from core.practice.proof import Facts


def compare_folds(a: list[float], b: list[float]) -> Facts:
    """Compare two models fold by fold with SciPy's paired t-test, and with the unpaired one.

    Facts: ``difference`` (mean of a − b), ``p``, ``p_unpaired``, ``better_folds`` (folds in which A is
    better), ``largest`` and ``spread`` (standard deviation) of the differences.
    Check by eye: a = b + 0.01 everywhere has a difference of 0.01.
    """
    from scipy.stats import ttest_ind, ttest_rel

    first, second = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return {
        "difference": float((first - second).mean()),
        "p": float(ttest_rel(first, second).pvalue),
        "p_unpaired": float(ttest_ind(first, second).pvalue),
        "better_folds": int((first > second).sum()),
        "largest": float((first - second).max()),
        "spread": float((first - second).std(ddof=1)),
    }


def split_disagreements(only_a: int, only_b: int) -> Facts:
    """Ask the binomial law, by SciPy, how surprising a split of disagreements is.

    Facts: ``p`` (exact, two-sided), ``one_sided``, ``apart`` (rows that tell the models apart).
    Check by eye: 1 against 0 gives p = 1.
    """
    from scipy.stats import binomtest

    n = only_a + only_b
    return {
        "p": float(binomtest(only_a, n).pvalue),
        "one_sided": float(binomtest(max(only_a, only_b), n, alternative="greater").pvalue),
        "apart": n,
    }


def pick_the_best(n_models: int, spread: float) -> Facts:
    """Say what the best of equal models gains, from order statistics and from drawn scores.

    Facts: ``flattery`` (best minus truth, in the unit of `spread`: the integral of the quantiles of a
    Beta(n, 1), the law of the largest of n ranks, by SciPy), ``drawn`` (the same from 200,000 drawn
    contests) and ``lower``, ``upper`` (4 standard errors around the first), ``of_one`` (of a model that
    was not picked, to one decimal), ``spread``.
    Check by eye: the better of two is flattered by 0.56 spreads.
    """
    from scipy.stats import beta, norm

    flattery = spread * float(beta(n_models, 1).expect(norm.ppf, epsabs=1e-12, limit=500))
    scores = np.random.default_rng(0).normal(scale=spread, size=(200_000, n_models))
    best = scores.max(axis=1)
    margin = 4 * float(best.std()) / len(best) ** 0.5
    return {
        "flattery": flattery,
        "drawn": float(best.mean()),
        "lower": flattery - margin,
        "upper": flattery + margin,
        "of_one": round(float(scores[:, 0].mean()), 1) + 0.0,  # −0.0 is 0
        "spread": spread,
    }


def bound_difference(differences: list[float]) -> Facts:
    """Bound the mean difference of folds by the corrected t interval, with SciPy's Student's t.

    Facts, in points: ``difference``, ``low``, ``high``. Nadeau and Bengio (2003): the variance of the
    mean is that of the folds times 1/k + 1/(k − 1).
    Check by eye: equal differences have an interval without width.
    """
    from scipy.stats import t

    points, k = 100 * np.asarray(differences, dtype=float), len(differences)
    error = float(points.std(ddof=1)) * (1 / k + 1 / (k - 1)) ** 0.5
    mean = float(points.mean())
    low, high = t.interval(0.95, k - 1, loc=mean, scale=error) if error else (mean, mean)
    return {"difference": mean, "low": float(low), "high": float(high)}


def count_models(k: int, repeats: int) -> Facts:
    """Count the calls of fit in a repeated comparison of two models with scikit-learn.

    Facts: ``fits``; ``fits_of_one`` model; ``without_repeats``.
    """
    from sklearn.dummy import DummyClassifier
    from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score

    calls = []

    class Counted(DummyClassifier):  # type: ignore[misc]
        def fit(self, *args: object, **more: object) -> "Counted":
            calls.append(1)
            return super().fit(*args, **more)  # type: ignore[no-any-return]

    truth = np.tile([0, 1], 20)
    for _ in range(2):
        folds = RepeatedStratifiedKFold(n_splits=k, n_repeats=repeats, random_state=0)
        cross_val_score(Counted(), np.zeros((40, 1)), truth, cv=folds)
    return {
        "fits": len(calls),
        "fits_of_one": len(calls) // 2,
        "without_repeats": len(calls) // repeats,
    }
