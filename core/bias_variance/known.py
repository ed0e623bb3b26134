"""Take the error of any estimator apart on generated tables of several columns, whose truth is known."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.bias_variance.fitting import Workers, predict_samples
from core.bias_variance.terms import Numbers, take_apart
from core.bias_variance.votes import take_votes_apart
from core.bias_variance.worlds import WorldSpec, disturb, draw_places, draw_samples, find_world
from core.errors import require


@dataclass(frozen=True)
class SquaredErrorResult:
    """Where a regression's squared error comes from, in the squared unit of the target.

    `_se` is the Monte-Carlo standard error; for bias² and variance it knows the samples' chance, not the
    choice of the places.
    """

    spec: WorldSpec
    noise: float
    bias2: float
    bias2_se: float
    variance: float
    variance_se: float
    total: float
    """bias² + variance + noise."""
    total_se: float
    error: float
    """Squared error on fresh noisy targets, by other samples: the audit."""
    error_se: float
    residual: float
    residual_se: float


@dataclass(frozen=True)
class MistakesResult:
    """Where a classifier's mistakes come from, as shares of rows; see `core.bias_variance.votes`."""

    spec: WorldSpec
    noise: float
    """Mistakes of an ideal model: the share of labels that were turned over."""
    noise_part: float
    bias: float
    variance: float
    variance_harms: float
    variance_helps: float
    false_alarms: float
    """Share of the rows of class 0 that are called 1, and of class 1 that are called 0, by the truth."""
    misses: float
    trade: float
    """Correlation of the two over the samples; NaN if one of them never changes."""
    total: float
    """noise_part + bias + variance_harms − variance_helps."""
    total_se: float
    error: float
    """Share of fresh noisy labels missed, by other samples: the audit."""
    error_se: float
    residual: float
    residual_se: float


def measure_squared_error(
    estimator: Any, spec: WorldSpec, *, n_jobs: int = 1, workers: Workers = "threads"
) -> SquaredErrorResult:
    """Answer "why does this regression miss?" for any estimator of scikit-learn.

    The numbers are the same for any `n_jobs` and `workers`. Source: Geman, Bienenstock and Doursat 1992.
    Check by eye: least squares on the world ``plane`` has no bias, and with the same rows in each sample
    its variance at those rows would be noise × columns / rows.
    """
    _require_task(spec, "regression")
    truth, said, audited, fresh = _run(estimator, spec, n_jobs, workers)
    terms = take_apart(said, truth)
    # The places are the same for both simulations, so only samples and fresh noise differ.
    losses = ((audited - fresh) ** 2).mean(axis=1)
    total, error = terms.excess + spec.noise**2, float(losses.mean())
    error_se = float(losses.std(ddof=1) / len(losses) ** 0.5)
    return SquaredErrorResult(
        spec=spec,
        noise=spec.noise**2,
        bias2=terms.bias2,
        bias2_se=terms.bias2_se,
        variance=terms.variance,
        variance_se=terms.variance_se,
        total=total,
        total_se=terms.excess_se,
        error=error,
        error_se=error_se,
        residual=error - total,
        residual_se=float(np.hypot(error_se, terms.excess_se)),
    )


def measure_mistakes(
    estimator: Any, spec: WorldSpec, *, n_jobs: int = 1, workers: Workers = "threads"
) -> MistakesResult:
    """Answer "why does this classifier err?" for any estimator of scikit-learn and two classes.

    Source: P. Domingos: A unified bias-variance decomposition, ICML 2000.
    Check by eye: a model that always says one class has variance 0.
    """
    _require_task(spec, "binary")
    truth, said, audited, fresh = _run(estimator, spec, n_jobs, workers)
    best = truth.astype(np.int64)
    terms = take_votes_apart(said.astype(np.int64), best, noise=spec.noise)
    losses = (audited != fresh).mean(axis=1)
    error, error_se = float(losses.mean()), float(losses.std(ddof=1) / len(losses) ** 0.5)
    total = terms.noise_part + terms.bias + terms.variance_harms - terms.variance_helps
    return MistakesResult(
        spec=spec,
        noise=spec.noise,
        noise_part=terms.noise_part,
        bias=terms.bias,
        variance=terms.variance,
        variance_harms=terms.variance_harms,
        variance_helps=terms.variance_helps,
        **_count_errors(said.astype(np.int64), best),
        total=total,
        total_se=terms.error_se,
        error=error,
        error_se=error_se,
        residual=error - total,
        residual_se=float(np.hypot(error_se, terms.error_se)),
    )


def _count_errors(said: NDArray[np.int64], best: NDArray[np.int64]) -> dict[str, float]:
    alarms = (said[:, best == 0] == 1).mean(axis=1)
    misses = (said[:, best == 1] == 0).mean(axis=1)
    do_change = alarms.std() > 0 and misses.std() > 0
    return {
        "false_alarms": float(alarms.mean()),
        "misses": float(misses.mean()),
        "trade": float(np.corrcoef(alarms, misses)[0, 1]) if do_change else float("nan"),
    }


def _run(
    estimator: Any, spec: WorldSpec, n_jobs: int, workers: Workers
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Return the truth at the places, what two sets of samples say there, and fresh noisy targets."""
    places = draw_places(spec)
    truth = find_world(spec.world).know(places)
    said = []
    for stream in (0, 1):
        rng = np.random.default_rng([spec.seed, stream])
        seed = spec.seed + stream * spec.n_samples
        samples = draw_samples(spec, rng)
        said.append(
            predict_samples(estimator, samples, places, seed=seed, n_jobs=n_jobs, workers=workers)
        )
    fresh = disturb(np.broadcast_to(truth, said[1].shape), spec, rng)
    return truth, said[0], said[1], fresh


def _require_task(spec: WorldSpec, task: str) -> None:
    world = find_world(spec.world)
    wanted = "a number" if task == "regression" else "one of two classes"
    require(
        world.task == task,
        f"This takes the error of a model apart that predicts {wanted}; the table {world.name!r} "
        f"is for {world.task}. Choose another one.",
    )
