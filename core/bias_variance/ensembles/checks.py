"""Runs that prove the practice items on ensembles, and draws of their numbers."""

from fractions import Fraction

import numpy as np

from core.bias_variance.ensembles.lab import join_models
from core.bias_variance.ensembles.stopping import StoppingSpec, boost_by_weights
from core.bias_variance.ensembles.view import EnsemblesSpec
from core.practice.family import Values
from core.practice.proof import Facts


def average_members(variance: float, correlation: float, members: int) -> Facts:
    """Work the variance of a mean out from the whole table of covariances of its members.

    Facts: ``bag``, ``independent`` (with covariances of 0), ``shared`` (of endlessly many), ``single``.
    Check by eye: members with a correlation of 1 keep all the variance.
    """
    covariances = np.full((members, members), variance * correlation)
    np.fill_diagonal(covariances, variance)
    weights = np.full(members, 1 / members)
    return {
        "bag": float(weights @ covariances @ weights),
        "independent": float((weights**2 * np.diag(covariances)).sum()),
        "shared": float(covariances[0, 1]),
        "single": variance,
    }


def draw_bag(rng: np.random.Generator) -> Values | None:
    """Draw a variance, a correlation and a number of members, and apply the law."""
    variance, members = int(rng.integers(4, 25)), int(rng.choice([5, 10, 20, 50]))
    correlation = int(rng.integers(2, 9)) / 10
    shared, independent = variance * correlation, variance / members
    return {
        "variance": variance,
        "correlation": correlation,
        "members": members,
        "own": round(variance - shared, 6),
        "shared": round(shared, 6),
        "independent": round(independent, 6),
        "bag": round(shared + (variance - shared) / members, 6),
    }


def count_unseen(n_rows: int, trees: int = 1) -> Facts:
    """Draw as many rows as there are, with replacement, and count the ones never drawn: exactly.

    The chances of having seen 1, 2, … different rows are followed draw by draw. Facts: ``share``,
    ``seen_share``, ``one_draw`` (missed by one draw), ``limit`` (1/e), ``judges`` (trees that have not
    seen a row), ``learners`` (trees that have). Check by eye: of 2 rows, a quarter is never drawn.
    """
    chances = [Fraction(1)]
    for _ in range(n_rows):
        after = [Fraction(0)] * (len(chances) + 1)
        for seen, chance in enumerate(chances):
            after[seen] += chance * Fraction(seen, n_rows)
            after[seen + 1] += chance * Fraction(n_rows - seen, n_rows)
        chances = after
    expected = sum((chance * n for n, chance in enumerate(chances)), Fraction(0))
    share = float(1 - expected / n_rows)
    return {
        "share": share,
        "seen_share": 1 - share,
        "one_draw": 1 - 1 / n_rows,
        "limit": float(np.exp(-1)),
        "judges": trees * share,
        "learners": trees * (1 - share),
    }


def draw_unseen(rng: np.random.Generator) -> Values | None:
    """Draw a small number of rows."""
    n = int(rng.integers(2, 81))
    share = (1 - 1 / n) ** n
    if abs(share - np.exp(-1)) < 0.0021:
        return None  # too near the limit to tell the two apart
    return {
        "n": n,
        "m": n - 1,
        "share": share,
        "seen": 1 - share,
        "one_draw": 1 - 1 / n,
        "limit": float(np.exp(-1)),
    }


def draw_judges(rng: np.random.Generator) -> Values | None:
    """Draw a forest and the rows of its table."""
    n, trees = int(rng.choice([20, 25, 40, 50, 60, 80, 100])), int(rng.integers(2, 11)) * 50
    share = (1 - 1 / n) ** n
    return {"n": n, "trees": trees, "judges": trees * share, "learners": trees * (1 - share)}


def boost_without_limit(rate: float, rounds: int) -> Facts:
    """Boost trees without a limit, and measure what is left to learn of the own rows.

    Facts: ``left`` (of the first distance from the mean), ``learnt``, ``linear`` (1 − rate · rounds),
    ``rate_power``. Check by eye: at rate 1 nothing is left after one round.
    """
    from sklearn.ensemble import GradientBoostingRegressor

    rng = np.random.default_rng(0)
    x, y = rng.random((40, 1)), rng.standard_normal(40)
    boost = GradientBoostingRegressor(
        n_estimators=rounds, learning_rate=rate, max_depth=None, random_state=0
    ).fit(x, y)
    left = float(np.abs(y - boost.predict(x)).sum() / np.abs(y - y.mean()).sum())
    return {
        "left": left,
        "learnt": 1 - left,
        "linear": 1 - rate * rounds,
        "rate_power": rate**rounds,
    }


def draw_boost(rng: np.random.Generator) -> Values | None:
    """Draw a learning rate and a number of rounds, small enough for something to be left."""
    rate, rounds = (
        int(rng.choice([2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14])) / 20,
        int(rng.integers(2, 8)),
    )
    left, linear = (1 - rate) ** rounds, round(1 - rate * rounds, 6)
    others = (1 - left, rate**rounds)
    if left < 0.02 or any(abs(left - other) < 0.0021 for other in others):
        return None
    return {
        "rate": rate,
        "rounds": rounds,
        "keep": round(1 - rate, 6),
        "left": left,
        "learnt": 1 - left,
        "linear": linear,
        "rate_power": rate**rounds,
    }


def compare_ends() -> Facts:
    """Measure single trees, bags and boosts of 20, as stumps and without a limit.

    Facts: ``stump_bias2``, ``stump_bagged_bias2``, ``stump_boosted_bias2``, ``strong_tree_variance``,
    ``strong_bagged_variance``, ``strong_boosted_variance``, ``strong_tree_bias2``, ``strong_bagged_bias2``.
    """
    one = join_models(EnsemblesSpec(method="tree", depth=0))
    bag = join_models(EnsemblesSpec(method="bagged", depth=0))
    return {
        "stump_bias2": one.stump_bias2,
        "stump_bagged_bias2": one.stump_bagged_bias2,
        "stump_boosted_bias2": one.stump_boosted_bias2,
        "strong_tree_variance": one.strong_tree_variance,
        "strong_bagged_variance": one.strong_bagged_variance,
        "strong_boosted_variance": one.strong_boosted_variance,
        "strong_tree_bias2": one.bias2,
        "strong_bagged_bias2": bag.bias2,
    }


def ask_for_members() -> Facts:
    """Ask AdaBoost for 50 trees without a limit, and for 50 stumps.

    Facts: ``asked``, ``stumps``, ``strong`` (trees that were trained), ``train_error`` of the strong one.
    """
    found = boost_by_weights(StoppingSpec())
    stump, strong = found.terms.to_dict("records")
    return {
        "asked": found.n_asked,
        "stumps": int(stump["members"]),
        "strong": int(strong["members"]),
        "train_error": float(strong["train_error"]),
    }


def double_members(variance: float, correlation: float, few: int, many: int) -> Facts:
    """Let a bag of equally alike members grow, by drawing them.

    Facts: ``few`` and ``many`` (variance of the mean), ``ratio`` (many over few), ``fair_ratio`` (few over
    many members). Check by eye: with a correlation of 0 the two ratios are the same.
    """
    rng = np.random.default_rng(0)
    shared = rng.standard_normal((20_000, 1)) * correlation**0.5
    own = rng.standard_normal((20_000, many)) * (1 - correlation) ** 0.5
    members = variance**0.5 * (shared + own)
    small, large = (float(members[:, :n].mean(axis=1).var()) for n in (few, many))
    return {"few": small, "many": large, "ratio": large / small, "fair_ratio": few / many}


def read_table_terms() -> Facts:
    """Resample a real table. Facts: ``error``, ``variance`` and ``rest`` (noise and bias² as one number)."""
    found = join_models(EnsemblesSpec())
    return {
        "error": found.table_bag_error,
        "variance": found.table_bag_variance,
        "rest": found.table_bag_error - found.table_bag_variance,
    }
