"""One curve for each class: this class against the rest."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.metrics.classes.training import Codes

Curve = tuple[NDArray[np.float64], NDArray[np.float64]]


def trace_one_vs_rest(
    truth: Codes, scores: NDArray[np.float64], labels: tuple[str, ...]
) -> pd.DataFrame:
    """Trace the ROC curve of each class against all others, and their average.

    Takes the arguments of `core.metrics.classes.scores.report_classes`.

    Returns
    -------
    DataFrame
        ``kind`` ("class" or "average"), ``label`` (empty for the average), ``x`` (share of the
        rows of other classes that are called so) and ``y`` (recall), in drawing order. The average
        is taken at each x over the recalls, so its area is the mean of the areas.
    """
    from sklearn.metrics import roc_curve

    curves = [roc_curve(truth == place, scores[:, place])[:2] for place in range(len(labels))]
    named = [("class", label, x, y) for label, (x, y) in zip(labels, curves, strict=True)]
    pieces = [
        pd.DataFrame({"kind": kind, "label": label, "x": x, "y": y})
        for kind, label, x, y in [*named, ("average", "", *average_curves(curves))]
    ]
    whole = pd.concat(pieces, ignore_index=True)
    return whole.astype({"kind": "str", "label": "str"})


def average_curves(curves: list[Curve]) -> Curve:
    """Return the mean height of several curves at every x where one of them bends.

    ROC curves rise straight up in places. There each has two heights, its lower and its upper
    end, and both are averaged; so nothing is smoothed away and no area is lost.
    """
    grid = np.unique(np.concatenate([x for x, _ in curves]))
    lower = np.mean([_height(x, y, grid, at_end=False) for x, y in curves], axis=0)
    upper = np.mean([_height(x, y, grid, at_end=True) for x, y in curves], axis=0)
    return np.repeat(grid, 2), np.column_stack([lower, upper]).ravel()


def _height(
    x: NDArray[np.float64], y: NDArray[np.float64], grid: NDArray[np.float64], *, at_end: bool
) -> NDArray[np.float64]:
    """Return the height on `grid`; where the curve is vertical, its lower or its upper end."""
    places, first = np.unique(x, return_index=True)
    last = np.append(first[1:], len(x)) - 1
    right = np.clip(np.searchsorted(places, grid), 1, len(places) - 1)
    left = right - 1
    share = (grid - places[left]) / (places[right] - places[left])
    height: NDArray[np.float64] = y[last[left]] + share * (y[first[right]] - y[last[left]])
    bends = np.searchsorted(grid, places)  # every bend of this curve is on the grid
    height[bends] = y[last if at_end else first]
    return height
