"""Runs that prove the practice items on bias, variance and noise, and draws of their numbers."""

import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from core.bias_variance.decomposition.lab import DecompositionSpec, decompose_error
from core.bias_variance.terms import take_apart
from core.bias_variance.votes import take_votes_apart
from core.practice.family import Values
from core.practice.proof import Facts


def split_error(predictions: list[float], truth: float, noise: float) -> Facts:
    """Take the error of a few models at one place apart.

    `predictions` are all there are, so their spread is a mean over them, as `numpy.var` has it.
    `noise` is the standard deviation of a new measurement. Facts: ``bias2``, ``variance``, ``noise``
    (its square), ``total``; ``bias`` (not squared), ``without_noise``, ``mean_distance2`` (mean squared
    distance of the models from the truth). Check by eye: 1 and 3 for a truth of 2 have no bias.
    """
    said = np.array(predictions)
    bias, variance = float(said.mean() - truth), float(np.var(said))
    distance2 = float(((said - truth) ** 2).mean())
    return {
        "bias": abs(bias),
        "bias2": bias**2,
        "variance": variance,
        "noise": noise**2,
        "total": distance2 + noise**2,
        "without_noise": distance2,
        "bias_not_squared_sum": abs(bias) + variance + noise**2,
        "noise_not_squared_sum": distance2 + noise,
    }


def draw_split(rng: np.random.Generator) -> Values | None:
    """Draw four predictions, a truth and a noise, and add the three parts up."""
    truth = int(rng.integers(10, 40))
    offset, steps = int(rng.integers(2, 5)), sorted(rng.choice([1, 2, 3, 4], size=2, replace=False))
    said = [truth + offset + sign * int(step) for step in steps for sign in (-1, 1)]
    noise = int(rng.integers(2, 6))
    variance = sum(2 * int(step) ** 2 for step in steps) / 4
    total = offset**2 + variance + noise**2
    unsquared = {offset + variance + noise**2, total - noise**2 + noise}
    if len(unsquared) < 2:
        return None
    return {
        "said": [said[at] for at in rng.permutation(4)],
        "truth": truth,
        "offset": offset,
        "variance": variance,
        "noise": noise,
        "noise2": noise**2,
        "bias2": offset**2,
        "total": total,
        "without_noise": total - noise**2,
        "bias_not_squared": offset + variance + noise**2,
        "noise_not_squared": total - noise**2 + noise,
    }


def average_variance_of_least_squares(n_rows: int, degree: int, noise2: float) -> Facts:
    """Fit polynomials to unit targets, and say how much noise in the rows becomes variance there.

    Facts: ``variance``, the mean over the rows; ``per_column`` (the noise times the columns), ``whole``
    (the noise itself), ``over_rows`` (the noise over the rows alone).
    Check by eye: degree 0 through 10 rows keeps a tenth of the noise.
    """
    x = np.linspace(-1, 1, n_rows)[:, None]
    model = make_pipeline(PolynomialFeatures(degree), LinearRegression())
    answers = model.fit(x, np.eye(n_rows)).predict(x)
    return {
        "variance": float(noise2 * (answers**2).sum(axis=1).mean()),
        "over_rows": noise2 / n_rows,
        "degree_over_rows": noise2 * degree / n_rows,
        "whole": noise2,
    }


def draw_least_squares(rng: np.random.Generator) -> Values | None:
    """Draw rows, a degree and a noise whose variance has few digits."""
    n_rows = int(rng.choice([10, 20, 25, 40, 50, 100]))
    degree, noise2 = int(rng.integers(1, 5)), int(rng.integers(2, 12))
    return {
        "n_rows": n_rows,
        "degree": degree,
        "p": degree + 1,
        "noise2": noise2,
        "variance": noise2 * (degree + 1) / n_rows,
        "degree_only": noise2 * degree / n_rows,
        "over_rows": noise2 / n_rows,
    }


def variance_of_neighbours(k: int, noise2: float) -> Facts:
    """Say how much noise the mean of k neighbours keeps, from the weights that it gives.

    Facts: ``variance``, ``whole``, ``root`` (divided by the root of k). Check by eye: k = 1 keeps all.
    """
    n_rows = 4 * k
    x = np.arange(n_rows, dtype=float)[:, None]
    weights = KNeighborsRegressor(k).fit(x, np.eye(n_rows)).predict(x)
    return {
        "variance": float(noise2 * (weights**2).sum(axis=1).mean()),
        "whole": noise2,
        "root": noise2 / k**0.5,
        "times": noise2 * k,
    }


def draw_neighbours(rng: np.random.Generator) -> Values | None:
    """Draw a number of neighbours and a noise."""
    k, noise2 = int(rng.choice([2, 4, 5, 8, 10, 16, 20, 25])), int(rng.integers(1, 9))
    return {"k": k, "noise2": noise2, "variance": noise2 / k, "root": round(noise2 / k**0.5, 6)}


def compare_samples(few: int, many: int) -> Facts:
    """Measure the straight line through a sine with few rows and with many.

    Facts: ``bias2_few``, ``bias2_many``, ``variance_few``, ``variance_many``, ``noise_few``, ``noise_many``.
    """
    facts: dict[str, float | None] = {}
    for name, n_rows in (("few", few), ("many", many)):
        found = decompose_error(DecompositionSpec(n_rows=n_rows))
        facts |= {f"{part}_{name}": getattr(found, part) for part in ("bias2", "variance", "noise")}
    return facts


def compare_neighbours() -> Facts:
    """Measure one neighbour against 25, on 30 rows of a sine.

    Facts: ``bias2_one``, ``variance_one``, ``bias2_many``, ``variance_many``.
    """
    spec = {"family": "neighbours", "n_rows": 30}
    one, many = (decompose_error(DecompositionSpec(**spec, bend=bend)) for bend in (50, 1))  # type: ignore[arg-type]
    return {
        "k_one": one.setting,
        "k_many": many.setting,
        "bias2_one": one.bias2,
        "variance_one": one.variance,
        "bias2_many": many.bias2,
        "variance_many": many.variance,
    }


def follow_train_error() -> Facts:
    """Choose a degree by the train error and by the error on fresh rows.

    Facts: ``degree_by_train``, ``degree_by_fresh``, ``fresh_error_by_train``, ``fresh_error_by_fresh``.
    """
    found = decompose_error(DecompositionSpec())
    degrees, train, fresh = (
        found.terms[name].to_numpy() for name in ("setting", "train_error", "error")
    )
    by_train, by_fresh = int(train.argmin()), int(fresh.argmin())
    return {
        "degree_by_train": float(degrees[by_train]),
        "degree_by_fresh": float(degrees[by_fresh]),
        "fresh_error_by_train": float(fresh[by_train]),
        "fresh_error_by_fresh": float(fresh[by_fresh]),
    }


def reach_the_noise() -> Facts:
    """Say how small the error of the best degree is, beside the noise.

    Facts: ``best_total``, ``noise``, ``bias2_at_best``.
    """
    found = decompose_error(DecompositionSpec(n_rows=200))
    return {
        "best_total": found.best_total,
        "noise": found.noise,
        "excess_at_best": found.best_total - found.noise,
    }


def count_votes(right: list[int], n_models: int) -> Facts:
    """Take the votes of a few classifiers apart; `right` counts those that are right on each row.

    Facts: ``helped`` (answers that are right against a wrong majority), ``harmed`` (wrong against a right
    one), ``deviating`` (both). Check by eye: of 3 models, 1 right on a row is 1 answer that is helped.
    """
    said = (np.arange(n_models)[:, None] < np.array(right)).astype(np.int64)
    terms = take_votes_apart(said, np.ones(len(right), dtype=np.int64))
    return {
        "helped": terms.variance_helps * said.size,
        "harmed": terms.variance_harms * said.size,
        "deviating": terms.variance * said.size,
    }


def draw_votes(rng: np.random.Generator) -> Values | None:
    """Draw how many of an odd number of classifiers are right on each of four rows."""
    n_models = int(rng.choice([5, 7, 9, 11]))
    most = n_models // 2 + 1
    above = [int(n) for n in rng.integers(most, n_models + 1, size=2)]
    below = [int(n) for n in rng.integers(1, most, size=2)]
    helped, harmed = sum(below), sum(n_models - n for n in above)
    if harmed in (0, helped):
        return None
    right = [(above + below)[at] for at in rng.permutation(4)]
    return {
        "n_models": n_models,
        "n_answers": 4 * n_models,
        "right": right,
        "helped": helped,
        "harmed": harmed,
        "deviating": helped + harmed,
    }


def repeat_one_sample(n_copies: int) -> Facts:
    """Take the error of identical models apart. Facts: ``variance``, ``bias2``."""
    terms = take_apart(np.full((n_copies, 5), 1.5), np.ones(5))
    return {"variance": terms.variance, "bias2": terms.bias2}


def rank_variances() -> Facts:
    """Measure four polynomials over 200 samples. Facts: ``constant``, ``line``, ``cubic``, ``twelfth``."""
    named = {"constant": 0, "line": 1, "cubic": 3, "twelfth": 12}
    return {
        name: decompose_error(DecompositionSpec(bend=bend)).variance for name, bend in named.items()
    }


def diagnose_three() -> Facts:
    """Measure a line, a cubic and a polynomial of degree 12 on 30 noisy rows of a sine.

    Facts for ``rigid``, ``fitting`` and ``nervous``: ``train_``, ``error_`` (on new rows), ``bias2_`` and
    ``variance_``; and the ``noise``.
    """
    facts: dict[str, float | None] = {}
    for name, bend in (("rigid", 1), ("fitting", 3), ("nervous", 12)):
        found = decompose_error(DecompositionSpec(bend=bend))
        facts |= {
            f"train_{name}": found.train_error, f"error_{name}": found.error,
            f"bias2_{name}": found.bias2, f"variance_{name}": found.variance, "noise": found.noise,
        }  # fmt: skip
    return facts
