"""What will the score be with more rows? A power law through a learning curve, with its uncertainty."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.bias_variance.bands import Numbers
from core.bias_variance.learning import LearningCurve
from core.bias_variance.scores import SCORES
from core.errors import require

EXPONENTS: Numbers = np.round(np.arange(0.05, 2.0001, 0.025), 3)
"""How fast the law may fall; 0.5 is usual, and beyond 2 a curve has ended anyway."""
N_RESAMPLES = 500
FEWEST_SIZES = 4
"""Three numbers are fitted, so a fourth size is needed to see whether they fit."""
LEVEL = 0.95
CLEARLY = 2.5
"""Standard errors by which a score must grow worse, between any two sizes, before one says so."""


@dataclass(frozen=True)
class Laws:
    """One fitted law per sample: loss = a + b · n^(−c)."""

    a: Numbers
    b: Numbers
    c: Numbers

    def at(self, n_rows: Numbers) -> Numbers:
        """Return samples × sizes: what each law says at each number of rows."""
        powers = np.asarray(n_rows, dtype=float)[None, :] ** -self.c[:, None]
        values: Numbers = self.a[:, None] + self.b[:, None] * powers
        return values


@dataclass(frozen=True, eq=False)
class Forecast:
    """What the power law says of scores that were not measured; in the metric's own direction and unit."""

    is_possible: bool
    reason: str
    """Why no law was fitted; empty if one was."""
    a: float
    """The loss that would be left with endless rows (of the loss: distance from the best score)."""
    b: float
    c: float
    misfit: float
    """Root mean square of the distance between the law and the measured means, as a loss."""
    line: pd.DataFrame
    """One row per number of rows: ``n_train``, ``score``, ``low``, ``high`` (95 %)."""


def fit_power_laws(n_rows: Numbers, losses: Numbers) -> Laws:
    """Fit loss = a + b · n^(−c) with a, b ≥ 0 to each line of `losses` (samples × sizes).

    Large parts count more, in proportion to their rows: the law holds for large numbers, and what lies
    beyond them is asked for (Figueroa and others 2012). For a given c the law is a straight line in
    n^(−c), so least squares has a closed form; c is taken from a fine grid. Proved in a test to find
    what SciPy's optimiser finds. Check by eye: losses of 1 + 10/√n give a = 1, b = 10, c = 0.5.
    """
    n = np.asarray(n_rows, dtype=float)
    samples = np.atleast_2d(losses)
    weights = n / n.sum()
    best: tuple[Numbers, ...] | None = None
    for c in EXPONENTS:
        a, b, error = _fit_line(n**-c, samples, weights)
        powers = np.full(len(samples), c)
        if best is None:
            best = (error, a, b, powers)
        else:
            is_better = error < best[0] - 1e-15
            new = (error, a, b, powers)
            best = tuple(
                np.where(is_better, ours, old) for ours, old in zip(new, best, strict=True)
            )
    if best is None:  # pragma: no cover, there are exponents
        raise AssertionError
    return Laws(best[1], best[2], best[3])


def _fit_line(x: Numbers, samples: Numbers, weights: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return a, b and the weighted squared error of samples = a + b · x with a, b ≥ 0."""
    middle = float(weights @ x)
    means = samples @ weights
    slope = ((samples - means[:, None]) @ (weights * (x - middle))) / float(
        weights @ (x - middle) ** 2
    )
    # At a border of what is allowed, the best b (or a) is the one of the law without the other.
    through_zero = (samples @ (weights * x)) / float(weights @ x**2)
    a, b = means - slope * middle, slope
    is_below = a < 0
    a, b = np.where(is_below, 0.0, a), np.where(is_below, through_zero, b)
    is_rising = b < 0
    a, b = np.where(is_rising, means, a), np.where(is_rising, 0.0, b)
    error = ((samples - a[:, None] - b[:, None] * x) ** 2) @ weights
    return a, b, error


def extrapolate_learning_curve(
    curve: LearningCurve, n_rows: tuple[int, ...], *, seed: int = 0
) -> Forecast:
    """Answer "would more rows help?" by a power law through the validation scores.

    The interval comes from a bootstrap over the splits: whole splits are drawn, with their scores at
    all sizes, and a law is fitted to each draw. Splits share rows, so their means scatter too little;
    each drawn mean is moved away from the overall one by √(1 + m · `test_share`) for m splits, which
    is the correction of Nadeau and Bengio (2003) once more.

    Parameters
    ----------
    curve
        Measured scores at `FEWEST_SIZES` sizes or more.
    n_rows
        Rows to forecast for; increasing.
    seed
        Of the bootstrap.

    Returns
    -------
    Forecast
        "Not possible" is a value with its reason: too few sizes, undefined scores, or a score that
        grows worse with more rows, of which a falling law says nothing.
    """
    require(
        bool(n_rows) and min(n_rows) >= 1,
        f"A forecast is for 1 row or more, got {n_rows}. Say how many.",
    )
    score = next(score for score in SCORES if score.name == curve.metric)
    table = curve.scores.pivot(index=["repeat", "fold"], columns="n_train", values="validation")
    values = table.to_numpy(dtype=float)
    losses = score.best - values if score.is_higher_better else values - score.best
    sizes = table.columns.to_numpy(dtype=float)
    reason = _refuse(sizes, losses, curve.test_share)
    ahead = np.asarray(n_rows, dtype=float)
    if reason:
        nothing = np.full(len(ahead), np.nan)
        line = pd.DataFrame(
            {"n_train": ahead.astype(int), "score": nothing, "low": nothing, "high": nothing}
        )
        return Forecast(False, reason, np.nan, np.nan, np.nan, np.nan, line)
    means = losses.mean(axis=0)
    law = fit_power_laws(sizes, means)
    drawn = fit_power_laws(sizes, _resample(losses, curve.test_share, seed)).at(ahead)
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    middle = law.at(ahead)[0]
    if score.is_higher_better:
        middle, low, high = score.best - middle, score.best - high, score.best - low
    misfit = float(((law.at(sizes)[0] - means) ** 2).mean() ** 0.5)
    line = pd.DataFrame({"n_train": ahead.astype(int), "score": middle, "low": low, "high": high})
    return Forecast(True, "", float(law.a[0]), float(law.b[0]), float(law.c[0]), misfit, line)


def _refuse(sizes: Numbers, losses: Numbers, test_share: float) -> str:
    if len(sizes) < FEWEST_SIZES:
        return (
            f"The law has three numbers of its own, and the curve has {len(sizes)} sizes: measure at "
            f"{FEWEST_SIZES} or more."
        )
    if not np.isfinite(losses).all():
        return "At some sizes the score is undefined: begin with larger parts."
    m, n_sizes = losses.shape
    for later in range(1, n_sizes):
        rises = losses[:, later : later + 1] - losses[:, :later]
        errors = rises.std(axis=0, ddof=1) * (1 / m + test_share) ** 0.5 if m > 1 else np.inf
        if (rises.mean(axis=0) > CLEARLY * errors + 1e-12).any():
            return "The score grew clearly worse on the way: no falling law describes this curve."
    return ""


def _resample(losses: Numbers, test_share: float, seed: int) -> Numbers:
    """Return the means of resampled splits, `N_RESAMPLES` × sizes, widened for shared rows."""
    m = len(losses)
    rng = np.random.default_rng([seed, m])
    picks = rng.integers(0, m, size=(N_RESAMPLES, m))
    overall = losses.mean(axis=0)
    deviations = losses[picks].mean(axis=1) - overall
    widened: Numbers = np.maximum(overall + deviations * (1 + m * test_share) ** 0.5, 0.0)
    return widened
