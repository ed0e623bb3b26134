"""How far a drawn curve is from the measured one, kindly; and what shape it shows."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import require

Numbers = NDArray[np.float64]
Shape = Literal["better", "valley", "worse", "hill", "flat"]
N_PLACES = 5
"""Points that are drawn."""
STEP = 0.15
"""A change counts as one if it is at least this share of all changes in the curve."""
FLAT = 0.06
"""A curve is flat if it changes by less than this share of the board's height."""
CLOSE, NEAR = 0.10, 0.35
"""Distances, as shares of the curve's own range, up to which a drawing is close, or near."""


@dataclass(frozen=True)
class Judgement:
    """What a drawing says, beside the measured curve. Shares are of the curve's own range."""

    distance: float
    """Mean distance beyond the band, over the places: 0 where the drawing stays within it."""
    shape_distance: float
    """The same of the drawing moved up or down as a whole until it lies best."""
    level: float
    """How far the drawing lies too high (or too low, below 0) as a whole, in the score's unit."""
    shape: Shape
    nearest: Literal["validation", "train"]
    """Which measured curve has the more similar shape."""


def judge_drawing(
    drawn: Numbers,
    real: Numbers,
    half: Numbers,
    train: Numbers,
    *,
    height: float,
    is_higher_better: bool,
) -> Judgement:
    """Answer "how near was I, and what did I believe?".

    All arrays hold one score for each place; `half` is half of the band's width, and `height` that
    of the board. Only what lies outside the band counts, because inside it nobody can know better.
    The unit is the range of the measured curve, or the band where the curve is flatter than that.
    Check by eye: the measured curve itself has the distance 0.
    """
    require(
        len(drawn) == len(real) == len(half) == len(train),
        f"A drawing has one point for each of {len(real)} places, got {len(drawn)}.",
    )
    unit = max(float(np.ptp(real)), float(2 * half.mean()), 1e-12)
    level = float((drawn - real).mean())
    return Judgement(
        distance=_beyond(drawn - real, half, unit),
        shape_distance=_beyond(drawn - real - level, half, unit),
        level=level,
        shape=name_shape(drawn, height=height, is_higher_better=is_higher_better),
        nearest="train" if _unlike(drawn, train) < _unlike(drawn, real) else "validation",
    )


def _beyond(off: Numbers, half: Numbers, unit: float) -> float:
    return float(np.maximum(np.abs(off) - half, 0.0).mean() / unit)


def _unlike(drawn: Numbers, other: Numbers) -> float:
    off = drawn - other
    return float(np.abs(off - off.mean()).mean())


def name_shape(scores: Numbers, *, height: float, is_higher_better: bool) -> Shape:
    """Return what a curve does from its first place to its last.

    ``better`` all the way, a ``valley`` (better first, then worse), ``worse`` all the way, a ``hill``
    (worse first, then better), or ``flat``. Errors and scores get the same names.
    """
    errors = -scores if is_higher_better else scores
    span = float(np.ptp(errors))
    if span < FLAT * height:
        return "flat"
    best, worst = int(errors.argmin()), int(errors.argmax())
    gained, lost = errors[0] - errors[best], errors[-1] - errors[best]
    if min(gained, lost) >= STEP * span:
        return "valley"
    if min(errors[worst] - errors[0], errors[worst] - errors[-1]) >= STEP * span:
        return "hill"
    return "better" if gained > lost else "worse"
