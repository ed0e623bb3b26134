"""Generated tables of several columns whose truth is known, for regression and for two classes."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.bias_variance.terms import Numbers
from core.errors import SpecError, require

HALF_OF_CHI2_10 = 9.341818
"""Median of the chi-squared law with 10 degrees of freedom: half the rows lie inside that radius."""
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, kw_only=True, eq=False)
class World:
    """A law that makes rows, and what is true of each of them without noise."""

    name: str
    title: str
    task: Literal["regression", "binary"]
    n_features: int
    law: str
    """The law in words, with its source."""
    draw_rows: Callable[[int, np.random.Generator], Numbers]
    know: Callable[[Numbers], Numbers]
    """Rows → the expected target, or the undisturbed class 0 or 1."""


def _uniform(n_features: int) -> Callable[[int, np.random.Generator], Numbers]:
    return lambda n, rng: rng.random((n, n_features))


def _normal(n_features: int) -> Callable[[int, np.random.Generator], Numbers]:
    return lambda n, rng: rng.standard_normal((n, n_features))


def _friedman(x: Numbers) -> Numbers:
    waves = 10 * np.sin(np.pi * x[:, 0] * x[:, 1])
    return np.asarray(waves + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4])


WORLDS: tuple[World, ...] = (
    World(
        name="friedman",
        title="Friedman’s curved table",
        task="regression",
        n_features=10,
        law="10 sin(π x₁ x₂) + 20 (x₃ − ½)² + 10 x₄ + 5 x₅, and five idle columns (Friedman 1991)",
        draw_rows=_uniform(10),
        know=_friedman,
    ),
    World(
        name="plane",
        title="A plane",
        task="regression",
        n_features=5,
        law="2 x₁ − 3 x₂ + x₃, and two idle columns",
        draw_rows=_uniform(5),
        know=lambda x: np.asarray(2 * x[:, 0] - 3 * x[:, 1] + x[:, 2]),
    ),
    World(
        name="shell",
        title="Inside or outside a ball",
        task="binary",
        n_features=10,
        law="1 outside the ball that holds half of ten normal columns "
        "(Hastie, Tibshirani and Friedman 2009, example 10.2)",
        draw_rows=_normal(10),
        know=lambda x: ((x**2).sum(axis=1) > HALF_OF_CHI2_10).astype(float),
    ),
    World(
        name="diagonal",
        title="Above or below the diagonal",
        task="binary",
        n_features=2,
        law="1 where x₁ + x₂ is above 0, of two normal columns",
        draw_rows=_normal(2),
        know=lambda x: (x.sum(axis=1) > 0).astype(float),
    ),
)


def find_world(name: str) -> World:
    """Return the world called `name`; an unknown name raises `SpecError`."""
    for world in WORLDS:
        if world.name == name:
            return world
    names = ", ".join(world.name for world in WORLDS)
    message = f"There is no generated table called {name!r}. There are: {names}."
    raise SpecError(message)


@dataclass(frozen=True, kw_only=True)
class WorldSpec:
    """A world, how noisily its targets are measured, and how many samples are drawn from it."""

    world: str = "friedman"
    noise: float = 1.0
    """Regression: standard deviation of the noise. Two classes: share of the labels that are wrong."""
    n_rows: int = 100
    """Rows in a sample."""
    n_samples: int = 50
    n_places: int = 300
    """Further rows, the same for all samples, where predictions are compared with the truth."""
    are_rows_fresh: bool = True
    """Whether each sample has rows of its own; otherwise only the noise differs."""
    seed: int = 0

    def __post_init__(self) -> None:
        world = find_world(self.world)
        if world.task == "binary":
            require(
                0 <= self.noise < 0.5,
                f"The share of wrong labels lies from 0 to below 0.5, got {self.noise:g}. At a half "
                "the labels say nothing.",
            )
        require(
            isfinite(self.noise) and self.noise >= 0,
            f"Noise is a standard deviation, 0 or more, got {self.noise:g}.",
        )
        require(
            8 <= self.n_rows <= 5000, f"A sample has 8 to 5,000 rows, got {self.n_rows}. Try 100."
        )
        require(
            2 <= self.n_samples <= 1000,
            f"Variance needs at least 2 samples, and 1,000 are enough here; got {self.n_samples}.",
        )
        require(
            1 <= self.n_places <= 5000,
            f"There are 1 to 5,000 places, got {self.n_places}. Try 300.",
        )
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )


def draw_samples(spec: WorldSpec, rng: np.random.Generator) -> list[tuple[Numbers, Numbers]]:
    """Return rows and noisy targets of each sample."""
    world = find_world(spec.world)
    same = None if spec.are_rows_fresh else draw_places(spec, n_rows=spec.n_rows, stream=3)
    samples = []
    for _ in range(spec.n_samples):
        rows = world.draw_rows(spec.n_rows, rng) if same is None else same
        samples.append((rows, disturb(world.know(rows), spec, rng)))
    return samples


def draw_places(spec: WorldSpec, *, n_rows: int | None = None, stream: int = 2) -> Numbers:
    """Return rows that no sample holds, the same at each call."""
    rng = np.random.default_rng([spec.seed, stream])
    return find_world(spec.world).draw_rows(n_rows or spec.n_places, rng)


def disturb(truth: Numbers, spec: WorldSpec, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return noisy targets: normal noise added, or labels turned over."""
    if find_world(spec.world).task == "regression":
        return truth + spec.noise * rng.standard_normal(truth.shape)
    return np.where(rng.random(truth.shape) < spec.noise, 1 - truth, truth)
