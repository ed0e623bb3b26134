"""The same dial on a known truth, where bias² and variance can be measured."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from core.bias_variance.measure import N_PLACES
from core.bias_variance.regularisation.brakes import (
    Brake,
    BrakeName,
    Numbers,
    build_model,
    find_brake,
)
from core.bias_variance.terms import take_apart
from core.datasets.curves import load_curve
from core.errors import require
from core.progress import report
from core.remember import remembered

N_ROWS = 30
WEIGHTS = (1.0, -0.8, 0.6, -0.4, 0.2, *(0.0,) * 15)
"""What each of 20 columns really does to the target; 15 of them do nothing."""
COLUMN_NOISE, WAVE_NOISE = 1.0, 0.3
"""Standard deviation of the noise around the columns' sum, and around the wave."""
MANY, FEW = 100, 25
"""Samples; boosting takes longer, so it gets fewer."""
EVERY = 2
PATH_TOLERANCE = 1e-4


@dataclass(frozen=True, kw_only=True)
class DialSpec:
    """One brake, on 30 noisy measurements of a truth that we made."""

    brake: BrakeName = "lasso"
    seed: int = 0

    def __post_init__(self) -> None:
        find_brake(self.brake)
        require(
            0 <= self.seed < 2**32,
            f"A seed is a whole number from 0 to {2**32 - 1}, got {self.seed}.",
        )

    @property
    def n_samples(self) -> int:
        """How often the truth is measured anew."""
        return FEW if self.brake == "stopping" else MANY


@dataclass(frozen=True, eq=False)
class Dial:
    """What becomes of the error's parts from weak to strong, in the truth's own unit squared."""

    spec: DialSpec
    noise: float
    """Variance of the noise."""
    terms: pd.DataFrame
    """One row per place of the dial, weak to strong: ``place``, ``strength``, ``bias2``,
    ``bias2_se``, ``variance``, ``variance_se``, ``total`` (with the noise), ``total_se``."""
    fits: pd.DataFrame
    """Trees only, per place of the dial and x: ``place``, ``x``, ``one`` (the fit of the first
    sample), ``mean`` (of all)."""
    rows: pd.DataFrame
    """Trees only, the first sample: ``x``, ``y``."""


@dataclass(frozen=True, eq=False)
class World:
    """A truth, where it is measured, and where models are compared with it."""

    rows: Numbers
    elsewhere: Numbers
    true_rows: Numbers
    true_elsewhere: Numbers
    noise: float


@remembered
def turn_dial(spec: DialSpec) -> Dial:
    """Answer "what does holding back do to bias² and to variance?".

    Every sample measures the same 30 rows with fresh noise. Penalties act on a linear truth of 20
    columns, 5 of which matter; trees on one sine wave. Source of the terms:
    `core.bias_variance.terms.take_apart`. Check by eye: where a lasso leaves no column, bias² is
    the truth's own mean square around its mean.
    """
    brake = find_brake(spec.brake)
    world = make_world(brake.is_penalty)
    rng = np.random.default_rng([spec.seed, 0])
    noise = rng.standard_normal((spec.n_samples, N_ROWS))
    targets = world.true_rows + world.noise * noise
    strengths = brake.strengths(world.rows, world.true_rows)
    said = predict_along(brake, targets, world, seed=spec.seed)
    terms = [
        {"place": place, "strength": float(strength), **_take_apart(predictions, world)}
        for place, (strength, predictions) in enumerate(zip(strengths, said, strict=True))
    ]
    x, y = (np.array([]),) * 2 if brake.is_penalty else (world.rows[:, 0], targets[0])
    return Dial(
        spec=spec,
        noise=world.noise**2,
        terms=pd.DataFrame(terms),
        fits=_list_fits(said[:0] if brake.is_penalty else said, world),
        rows=pd.DataFrame({"x": x, "y": y}),
    )


@lru_cache(maxsize=2)
def make_world(has_columns: bool) -> World:
    """Return the truth of 20 columns, or the wave; the same in every view."""
    if has_columns:
        rng = np.random.default_rng(20_261_121)
        rows, elsewhere = (rng.standard_normal((n, len(WEIGHTS))) for n in (N_ROWS, N_PLACES))
        weights = np.array(WEIGHTS)
        return World(rows, elsewhere, rows @ weights, elsewhere @ weights, COLUMN_NOISE)
    x, places = np.linspace(0, 1, N_ROWS), (np.arange(N_PLACES) + 0.5) / N_PLACES
    wave = load_curve("sine").true_value
    return World(x[:, None], places[:, None], wave(x), wave(places), WAVE_NOISE)


def predict_along(brake: Brake, targets: Numbers, world: World, *, seed: int) -> Numbers:
    """Return what each sample's model says elsewhere: places of the dial × samples × places."""
    if brake.name == "ridge":
        return _along_ridge(brake, targets, world)
    if brake.is_penalty:
        return _along_path(brake, targets, world)
    return _along_trees(brake, targets, world, seed)


def _along_ridge(brake: Brake, targets: Numbers, world: World) -> Numbers:
    from sklearn.linear_model import Ridge

    # Ridge is linear in y, so one fit learns all samples, as one target each.
    alphas = brake.strengths(world.rows, world.true_rows)
    models = (Ridge(alpha=alpha).fit(world.rows, targets.T) for alpha in alphas)
    return np.array([model.predict(world.elsewhere).T for model in models])


def _along_path(brake: Brake, targets: Numbers, world: World) -> Numbers:
    from sklearn.linear_model import enet_path

    means = world.rows.mean(axis=0)
    rows, elsewhere = np.asfortranarray(world.rows - means), world.elsewhere - means
    # A path runs from strong to weak, and each fit starts where the last one ended.
    alphas = np.array(brake.strengths(world.rows, world.true_rows))[::-1]
    said = []
    for at, target in enumerate(targets):
        report(at / len(targets), f"{brake.title}: sample {at + 1} of {len(targets)}")
        _, coefficients, _ = enet_path(
            rows, target - target.mean(), l1_ratio=brake.l1_ratio, alphas=alphas,
            tol=PATH_TOLERANCE, max_iter=100_000,
        )  # fmt: skip
        said.append((target.mean() + elsewhere @ coefficients[:, ::-1]).T)
    return np.array(said).swapaxes(0, 1)


def _along_trees(brake: Brake, targets: Numbers, world: World, seed: int) -> Numbers:
    said = []
    for at, target in enumerate(targets):
        report(at / len(targets), f"{brake.title}: sample {at + 1} of {len(targets)}")
        said.append(_say_along(brake, target, world, seed + at))
    return np.array(said).swapaxes(0, 1)


def _say_along(brake: Brake, target: Numbers, world: World, seed: int) -> list[Numbers]:
    def fit(strength: float) -> Any:
        model = build_model(brake, strength, n_rows=len(target), is_binary=False, seed=seed)
        return model.fit(world.rows, target)

    if brake.name == "stopping":
        stages = list(fit(max(brake.settings)).staged_predict(world.elsewhere))
        return [stages[int(trees) - 1] for trees in brake.settings]
    return [fit(strength).predict(world.elsewhere) for strength in brake.settings]


def _take_apart(predictions: Numbers, world: World) -> dict[str, float]:
    parts = take_apart(predictions, world.true_elsewhere)
    return {
        "bias2": parts.bias2,
        "bias2_se": parts.bias2_se,
        "variance": parts.variance,
        "variance_se": parts.variance_se,
        "total": parts.excess + world.noise**2,
        "total_se": parts.excess_se,
    }


def _list_fits(said: Numbers, world: World) -> pd.DataFrame:
    x = world.elsewhere[::EVERY, 0]
    return pd.DataFrame(
        {
            "place": np.repeat(np.arange(len(said)), len(x)),
            "x": np.tile(x, len(said)),
            "one": said[:, 0, ::EVERY].ravel(),
            "mean": said.mean(axis=1)[:, ::EVERY].ravel(),
        }
    )
