"""Where a falling curve bends: `kneed`, with "no knee" as a value that has its reason."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Knee:
    """The k at the bend, or None and why there is none."""

    k: int | None
    reason: str
    """Empty where there is a knee."""


def find_knee(ks: Sequence[int], inertias: Sequence[float], *, sensitivity: float = 1.0) -> Knee:
    """Answer "where does this falling, convex curve bend most?" the way `kneed` does.

    Source: Satopää, Albrecht, Irwin and Raghavan: Finding a "kneedle" in a haystack, 2011. The
    curve is squeezed into a unit square; the knee is where it lies farthest from the diagonal, if
    the distance falls clearly again after that. `sensitivity` says how clearly. Because of the
    squeezing the answer depends on the largest k that was tried.
    Check by eye: k 1 to 5 with 100, 20, 10, 5, 0 bends at 2.
    """
    from kneed import KneeLocator  # type: ignore[import-untyped]

    with warnings.catch_warnings():
        # "No knee" is an answer here, not something to warn of.
        warnings.simplefilter("ignore")
        found = KneeLocator(
            list(ks),
            list(inertias),
            S=sensitivity,
            curve="convex",
            direction="decreasing",
        ).knee
    if found is None:
        return Knee(
            None,
            "The knee is undefined: kneed finds no bend that stands out from the rest of the "
            f"curve at sensitivity {sensitivity:g}.",
        )
    return Knee(int(found), "")
