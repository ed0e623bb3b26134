"""One pair of numbers: how sure its correlations are, its shape, and what one wrong row does to it."""

import warnings
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.profile.relations import (
    FEWEST_ROWS,
    correlate,
    correlate_inside,
    is_inside,
    judge,
    prepare_column,
    rank,
    shape_of,
)
from core.data.profile.source import find_table
from core.data.profile.table import LARGEST_SEED, draw_rows
from core.errors import require
from core.remember import remembered

Numbers = NDArray[np.float64]

N_RESAMPLES = 499
MOST_DRAWN = 600
"""Points of the scatter plot."""
FEWEST_POINTS, MOST_POINTS = 5, 200
N_PLACES = 101
REACH = 4.0
"""How far above the points the dragged one may go, in times of their range."""
BELOW = 0.5
"""How far below them, where negative values exist at all."""
CROWDS = (10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, kw_only=True)
class PairSpec:
    """Two columns of numbers, and how many rows the dragged one has beside it."""

    data: str = "raw_log"
    x: str = "distance_km"
    y: str = "minutes"
    n_points: int = 30
    seed: int = 0

    def __post_init__(self) -> None:
        check_n_points(self.n_points)
        require(
            0 <= self.seed <= LARGEST_SEED,
            f"A seed is a whole number from 0 to {LARGEST_SEED}, got {self.seed}.",
        )


def check_n_points(n_points: int) -> None:
    """Raise `SpecError` unless so many points can be drawn and told apart."""
    require(
        FEWEST_POINTS <= n_points <= MOST_POINTS,
        f"The picture takes {FEWEST_POINTS} to {MOST_POINTS} points, got {n_points}. "
        "Choose a number in between.",
    )


@dataclass(frozen=True, eq=False)
class PairProfile:
    """What the rows of one pair show. NaN is undefined: a column that is constant in these rows."""

    spec: PairSpec
    n: int
    """Rows in which both have a value."""
    pearson: float
    pearson_low: float
    """Ends of the 95 % interval: percentile bootstrap over rows."""
    pearson_high: float
    spearman: float
    spearman_low: float
    spearman_high: float
    shape: float
    inside: float
    verdict: str
    """Which correlation can be believed; see `core.data.profile.relations.judge`."""
    covariance: float
    sd_x: float
    sd_y: float
    low: float
    """Ends of the axis along which the point is dragged; NaN if there is nothing to drag."""
    high: float
    scatter: pd.DataFrame
    """At most `MOST_DRAWN` rows: ``x``, ``y``."""
    slices: pd.DataFrame
    """Equally full slices of x: ``x`` (mean), ``y`` (median), ``low``, ``high`` (quartiles), ``n``."""
    points: pd.DataFrame
    """The points of the live picture, from inside the fences: ``x``, ``y``, ``is_dragged``."""
    sweep: pd.DataFrame
    """One row per place of the dragged point: ``place``, ``value``, ``rank`` (of the
    point, from below), ``pearson``, ``spearman``."""
    crowd: pd.DataFrame
    """The worst that one point does among ever more rows: ``n``, and for both correlations
    ``…_before``, ``…_low``, ``…_high`` over all places."""


@remembered
def measure_pair(spec: PairSpec) -> PairProfile:
    """Answer "how do these two columns go together, and how much can one wrong row change that?".

    Pearson by numpy, Spearman as Pearson of scipy's ranks, both for every place of the dragged
    point. Raises `SpecError` if fewer than 20 rows have both numbers.
    Check by eye: at the place where the point was observed, `sweep` holds the correlations of the
    untouched points.
    """
    table = find_table(spec.data).table
    drawn = draw_rows(table, spec.seed)[[spec.x, spec.y]]
    is_whole = drawn.notna().all(axis=1).to_numpy()
    rows = drawn[is_whole]
    require(
        len(rows) >= FEWEST_ROWS,
        f"A pair needs at least {FEWEST_ROWS} rows with both numbers, and “{spec.x}” and "
        f"“{spec.y}” share {len(rows)}. Choose other columns.",
    )
    x, y = rows.to_numpy(dtype=np.float64).T
    in_x, in_y = (
        prepare_column(name, drawn[name], is_number=True).codes[is_whole] for name in drawn.columns
    )
    rank_x, rank_y = rank(x), rank(y)
    shapes = [shape_of(rank_y, in_x), shape_of(rank_x, in_y)]
    scale_x, scale_y = (float(np.abs(v).max()) or 1.0 for v in (x, y))
    spread = np.cov(x / scale_x, y / scale_y)
    found: dict[str, Any] = {
        "pearson": correlate(x, y),
        "spearman": correlate(rank_x, rank_y),
        "shape": max((s for s in shapes if isfinite(s)), default=nan),
        "inside": correlate_inside(x, y),
    }
    return PairProfile(
        spec=spec,
        n=len(x),
        **found,
        verdict=judge({**found, "kind": "numbers"}),
        **_bound(x, y, spec.seed),
        covariance=float(spread[0, 1] * scale_x * scale_y),
        sd_x=float(np.sqrt(spread[0, 0]) * scale_x),
        sd_y=float(np.sqrt(spread[1, 1]) * scale_y),
        scatter=_thin(x, y, spec.seed),
        slices=_slice(x, y, in_x),
        **_drag(x, y, spec),
    )


def correlate_columns(x: Numbers, ys: Numbers) -> Numbers:
    """Return Pearson's correlation of `x` with every column of `ys`; NaN where one is constant."""
    x = x - x.mean()
    ys = ys - ys.mean(axis=0)
    size = np.sqrt((x @ x) * (ys**2).sum(axis=0))
    return np.asarray(np.divide(x @ ys, size, out=np.full(ys.shape[1], nan), where=size > 0))


def correlate_ranks(x: Numbers, ys: Numbers) -> Numbers:
    """Return Spearman's correlation of `x` with every column of `ys`."""
    from scipy.stats import rankdata

    return correlate_columns(rankdata(x), rankdata(ys, axis=0))


def _bound(x: Numbers, y: Numbers, seed: int) -> dict[str, Any]:
    from scipy.stats import bootstrap, rankdata

    def pearson(a: Numbers, b: Numbers, axis: int) -> Numbers:
        a = a - a.mean(axis=axis, keepdims=True)
        b = b - b.mean(axis=axis, keepdims=True)
        size = np.sqrt((a**2).sum(axis=axis) * (b**2).sum(axis=axis))
        return np.asarray((a * b).sum(axis=axis) / size)

    def spearman(a: Numbers, b: Numbers, axis: int) -> Numbers:
        return pearson(rankdata(a, axis=axis), rankdata(b, axis=axis), axis)

    found: dict[str, Any] = {}
    for name, statistic in (("pearson", pearson), ("spearman", spearman)):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            # A resample may hold one value only; its correlation is undefined, and so is the interval.
            warnings.simplefilter("ignore")
            interval = bootstrap(
                (x, y), statistic, paired=True, n_resamples=N_RESAMPLES,
                method="percentile", rng=np.random.default_rng(seed),
            ).confidence_interval  # fmt: skip
        found |= {f"{name}_low": float(interval.low), f"{name}_high": float(interval.high)}
    return found


def _thin(x: Numbers, y: Numbers, seed: int) -> pd.DataFrame:
    chosen = np.arange(len(x))
    if len(x) > MOST_DRAWN:
        chosen = np.sort(np.random.default_rng(seed).choice(len(x), MOST_DRAWN, replace=False))
    return pd.DataFrame({"x": x[chosen], "y": y[chosen]})


def _slice(x: Numbers, y: Numbers, codes: NDArray[np.int64]) -> pd.DataFrame:
    rows = pd.DataFrame({"x": x, "y": y, "slice": codes}).groupby("slice")
    return pd.DataFrame(
        {
            "x": rows["x"].mean(),
            "y": rows["y"].median(),
            "low": rows["y"].quantile(0.25),
            "high": rows["y"].quantile(0.75),
            "n": rows["y"].size(),
        }
    ).reset_index(drop=True)


def _drag(x: Numbers, y: Numbers, spec: PairSpec) -> dict[str, Any]:
    """Drag one point, among `n_points` rows and among ever more, all from inside the fences.

    It is the one that does most harm when it rises: the farthest left where the points rise, the
    farthest right where they fall.
    """
    inside = np.flatnonzero(is_inside(x) & is_inside(y))
    order = np.random.default_rng(spec.seed).permutation(inside)
    some = order[: spec.n_points]
    if len(some) < FEWEST_POINTS or np.ptp(x[some]) == 0 or np.ptp(y[some]) == 0:
        empty = pd.DataFrame(dtype="float64")
        return {"low": nan, "high": nan} | dict.fromkeys(("points", "sweep", "crowd"), empty)
    span = float(np.ptp(y[some]))
    low, high = float(y[some].min()) - BELOW * span, float(y[some].max()) + REACH * span
    low = max(low, 0.0) if y.min() >= 0 else low
    places = np.linspace(low, high, N_PLACES)
    dragged = find_dragged(x[some], y[some])
    places[np.abs(places - y[some][dragged]).argmin()] = y[some][dragged]
    crowds = [_crowd(x[order[:n]], y[order[:n]], places) for n in CROWDS if n <= len(order)]
    return {
        "low": low,
        "high": high,
        "points": pd.DataFrame(
            {"x": x[some], "y": y[some], "is_dragged": np.arange(len(some)) == dragged}
        ),
        "sweep": pd.DataFrame(
            {"place": np.arange(N_PLACES), "value": places, **_move(x[some], y[some], places)}
        ),
        "crowd": pd.DataFrame(crowds),
    }


def find_dragged(x: Numbers, y: Numbers) -> int:
    """Return the point that is dragged: farthest left if ranks rise together, else farthest right."""
    return int(x.argmin() if correlate(rank(x), rank(y)) >= 0 else x.argmax())


def _move(x: Numbers, y: Numbers, places: Numbers) -> dict[str, Numbers]:
    """Return both correlations with the dragged point at each of `places`."""
    moved = np.repeat(y[:, None], len(places), axis=1)
    moved[find_dragged(x, y)] = places
    found = {"pearson": correlate_columns(x, moved), "spearman": correlate_ranks(x, moved)}
    # Equal values share the mean of their ranks, as scipy counts them.
    others = np.delete(y, find_dragged(x, y))[:, None]
    below, same = (others < places).sum(axis=0), (others == places).sum(axis=0)
    return {"rank": 1 + below + same / 2, **found}


def _crowd(x: Numbers, y: Numbers, places: Numbers) -> dict[str, float]:
    found = _move(x, y, places)
    row: dict[str, float] = {"n": len(x)}
    before = {"pearson": correlate(x, y), "spearman": correlate(rank(x), rank(y))}
    for name, value in before.items():
        row |= {f"{name}_before": value, f"{name}_low": float(found[name].min())}
        row |= {f"{name}_high": float(found[name].max())}
    return row
