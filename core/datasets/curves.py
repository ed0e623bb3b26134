"""Known curves on the interval from 0 to 1: the truth that a regression tries to find again."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from core.errors import SpecError, require

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """One known function of one variable."""

    name: str
    title: str
    formula: str
    """The function in LaTeX."""
    function: Callable[[Array], Array]

    def true_value(self, x: ArrayLike) -> Array:
        """Return the curve at `x` (any shape, between 0 and 1), without noise."""
        positions = np.asarray(x, dtype=np.float64)
        for outside in positions[~((positions >= 0) & (positions <= 1))].flat:
            message = f"The curves are known between 0 and 1, got {outside:g}. Rescale x."
            raise SpecError(message)
        return self.function(positions)

    def draw(self, n: int, noise: float, rng: np.random.Generator) -> pd.DataFrame:
        """Draw `n` points: ``x`` uniform on 0 to 1, ``y`` the curve plus normal noise.

        Parameters
        ----------
        n
            Number of points.
        noise
            Standard deviation of the noise, in the unit of ``y``.
        rng
            Where chance comes from.
        """
        require(n >= 1, f"A sample needs at least 1 point, got {n}.")
        require(
            bool(0 <= noise < np.inf), f"Noise is a standard deviation, 0 or more, got {noise}."
        )
        x = rng.random(n)
        return pd.DataFrame({"x": x, "y": self.true_value(x) + noise * rng.standard_normal(n)})


CURVES = (
    Curve(name="line", title="Straight line", formula=r"2x - 1", function=lambda x: 2 * x - 1),
    Curve(
        name="parabola",
        title="Parabola",
        formula=r"8\left(x - \tfrac{1}{2}\right)^2 - 1",
        function=lambda x: 8 * (x - 0.5) ** 2 - 1,
    ),
    Curve(
        name="sine",
        title="Sine wave",
        formula=r"\sin(2\pi x)",
        function=lambda x: np.asarray(np.sin(2 * np.pi * x)),
    ),
    Curve(
        name="ripples",
        title="Three ripples",
        formula=r"\sin(6\pi x)",
        function=lambda x: np.asarray(np.sin(6 * np.pi * x)),
    ),
    Curve(
        name="step",
        title="Step",
        formula=r"-1 \text{ if } x < \tfrac{1}{2} \text{ else } 1",
        function=lambda x: np.where(x < 0.5, -1.0, 1.0),
    ),
    Curve(
        name="bump",
        title="Bump",
        formula=r"2\,e^{-\left(\frac{x - 1/2}{1/10}\right)^2} - 1",
        function=lambda x: np.asarray(2 * np.exp(-(((x - 0.5) / 0.1) ** 2)) - 1),
    ),
)
"""All of them lie between −1 and 1, so that one noise means the same for each."""


def load_curve(name: str) -> Curve:
    """Return the curve called `name`; an unknown name raises `SpecError`. Check: sine(0.25) = 1."""
    for curve in CURVES:
        if curve.name == name:
            return curve
    names = ", ".join(curve.name for curve in CURVES)
    message = f"There is no curve called {name!r}. There are: {names}."
    raise SpecError(message)
