"""What is done to the training rows when one class is rare, and what that does to probabilities.

Only rows to learn from are ever touched. The rows that judge stay as the world deals them: a score on
resampled rows is a score for a world that does not exist.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from core.errors import require

Way = Literal["plain", "weights", "fewer", "fewer_weighted"]
"""Nothing; class weights; fewer of the common class; fewer of them, each counting for those left out."""
WAYS: tuple[Way, ...] = get_args(Way)
Method = Literal["plain", "weights", "fewer", "fewer_weighted", "moved"]
"""A way to train with its threshold of 0.5, or nothing with the threshold ``moved``."""
METHODS: tuple[Method, ...] = get_args(Method)
Happened = NDArray[np.bool_]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Lesson:
    """What a model learns from: places among the training rows, and how much each of them counts."""

    places: NDArray[np.int64]
    weights: Numbers


def balance_rows(
    positive: Happened,
    way: Way,
    per_positive: float,
    rng: np.random.Generator,
    own: Numbers | None = None,
) -> Lesson:
    """Return what a way makes of training rows, the positives of which are the rare class.

    Class weights are scikit-learn's "balanced", n / (2 · rows of the class). Of the common class
    `per_positive` rows are kept for each positive, all if there are no more; with re-weighting each kept
    one counts for all / kept. Weights that the rows brought (`own`) are multiplied, so a row that
    stood for three still stands for three.
    Check by eye: of 50 positives and 950 others, 14 for each positive keep 700, which is 0.737 of them,
    and each counts 1/0.737 = 1.357 times: together 950 again.

    Raises
    ------
    SpecError
        If a class is missing, or weights are below 0 or not one a row.
    """
    n, n_positive = len(positive), int(positive.sum())
    require(
        0 < n_positive < n,
        f"Balancing needs rows of both classes, got {n_positive} positive ones of {n}. Bring more rows.",
    )
    require(
        own is None or (len(own) == n and bool((own >= 0).all())),
        "Each row has one weight, 0 or more. Fill in or leave out the others.",
    )
    weights = np.ones(n) if own is None else np.asarray(own, dtype=np.float64)
    if way == "weights":
        weights = weights * np.where(positive, n / (2 * n_positive), n / (2 * (n - n_positive)))
    if way in ("plain", "weights"):
        return Lesson(np.arange(n), weights)
    common = np.flatnonzero(~positive)
    n_kept = count_kept(n_positive, len(common), per_positive)
    kept = rng.choice(common, n_kept, replace=False)
    places = np.sort(np.concatenate([np.flatnonzero(positive), kept]))
    if way == "fewer_weighted":
        weights = weights * np.where(positive, 1.0, len(common) / n_kept)
    return Lesson(places, weights[places])


def count_kept(n_positive: int, n_common: int, per_positive: float) -> int:
    """Return how many rows of the common class stay when `per_positive` are kept for each positive."""
    return min(n_common, max(1, round(per_positive * n_positive)))


def inflate(probability: Numbers | float, kept_share: float) -> Numbers:
    """Return what a true probability looks like to a model that saw a share of the common class.

    Positives are all there, the others thinned out to the share r, so the odds grow by 1/r and the log-odds
    by −ln r (Elkan 2001, The foundations of cost-sensitive learning, theorem 2):
    p′ = p / (p + r·(1 − p)). Check by eye: 0.1 with r = 1/9 looks like 0.5.
    """
    p = np.asarray(probability, dtype=np.float64)
    return np.asarray(p / (p + kept_share * (1 - p)), dtype=np.float64)


def deflate(probability: Numbers | float, kept_share: float) -> Numbers:
    """Undo `inflate`: p = r·p′ / (r·p′ + 1 − p′). Check by eye: 0.5 with r = 1/9 was 0.1."""
    p = np.asarray(probability, dtype=np.float64)
    return np.asarray(kept_share * p / (kept_share * p + 1 - p), dtype=np.float64)
