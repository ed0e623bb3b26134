"""From a table, a column and a pair to what the result of the lab says of them."""

from math import nan
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.data.profile.columns import NUMBERS, TOO_LARGE
from core.data.profile.pair import PairProfile, PairSpec
from core.data.profile.source import find_table
from core.data.profile.table import TableProfile

if TYPE_CHECKING:
    from core.data.profile.lab import ProfileSpec

_OF_PAIR = (
    "pearson", "pearson_low", "pearson_high", "spearman", "spearman_low", "spearman_high",
    "shape", "inside", "covariance", "sd_x", "sd_y",
)  # fmt: skip
_TABLES = ("scatter", "slices", "points", "sweep", "crowd")


def are_comparable(columns: pd.DataFrame) -> "pd.Series[bool]":
    """Return which columns hold numbers that vary and can be squared."""
    is_number = columns["is_number"] & (columns["type"] == "numeric")
    return is_number & (columns["rule_note"] != TOO_LARGE)


def choose_columns(
    spec: "ProfileSpec", table: TableProfile
) -> tuple[PairSpec | None, tuple[str, ...]]:
    """Return the pair to compare, and the names that were asked for and cannot be had here."""
    numbers = table.columns.loc[are_comparable(table.columns), "column"].tolist()
    asked = [name for name in (spec.x, spec.y) if name is not None]
    unknown = [name for name in asked if name not in numbers]
    known = table.columns["column"].tolist()
    unknown += [name for name in (spec.column, spec.target) if name and name not in known]
    x, y = (name if name in numbers else None for name in (spec.x, spec.y))
    if x == y:
        x = None
    if x is None and y is None:
        x, y = table.pair_x, table.pair_y
    rest = [*(name for name in (table.pair_y, table.pair_x) if name), *numbers]
    x = x or next((name for name in rest if name != y), None)
    y = y or next((name for name in rest if name != x), None)
    if x is None or y is None:
        return None, tuple(unknown)
    chosen = PairSpec(data=spec.data, x=x, y=y, n_points=spec.n_points, seed=spec.seed)
    return chosen, tuple(unknown)


def _unit(data: str, name: str | None) -> str:
    return "" if name is None else (find_table(data).column(name).unit or "").split(" (")[0]


def read_column(spec: "ProfileSpec", table: TableProfile) -> dict[str, Any]:
    """Return what the result says of the column that is looked at closely."""
    names = table.columns["column"].tolist()
    name = str(next(one for one in (spec.column, table.target, names[0]) if one in names))
    row = table.columns.iloc[names.index(name)]
    return {
        "column": name,
        "column_unit": _unit(spec.data, name),
        "column_type": str(row["type"]),
        "column_missing": int(row["n_missing"]),
        **_read_gaps(name, table),
        "column_distinct": int(row["n_distinct"]),
        **{number: float(row[number]) for number in NUMBERS},
        "n_fence": None if row["n_fence"] < 0 else int(row["n_fence"]),
        "n_sigma": None if row["n_sigma"] < 0 else int(row["n_sigma"]),
        "rule_note": str(row["rule_note"]),
    }


def _read_gaps(name: str, table: TableProfile) -> dict[str, float]:
    rows = table.missing[table.missing["column"] == name]
    columns = {"gap_difference": "difference", "gap_low": "low", "gap_high": "high"}
    return {
        scalar: nan if rows.empty else float(rows[column].iloc[0])
        for scalar, column in columns.items()
    }


def read_pair(spec: "ProfileSpec", pair: PairProfile | None) -> dict[str, Any]:
    """Return what the result says of the pair; with no pair all of it is undefined."""
    if pair is None:
        empty = {name: pd.DataFrame(dtype="float64") for name in _TABLES}
        named = {"x": None, "y": None, "x_unit": "", "y_unit": "", "verdict": "none", "n_pair": 0}
        return {**named, **dict.fromkeys(_OF_PAIR, nan), **empty, **_NOTHING_TO_DRAG}
    x, y = pair.spec.x, pair.spec.y
    return {
        "x": x,
        "y": y,
        "x_unit": _unit(spec.data, x),
        "y_unit": _unit(spec.data, y),
        "verdict": pair.verdict,
        "n_pair": pair.n,
        **{name: getattr(pair, name) for name in (*_OF_PAIR, *_TABLES)},
        **(_NOTHING_TO_DRAG if pair.sweep.empty else _read_sweep(spec, pair)),
    }


_NOTHING_TO_DRAG: dict[str, Any] = {"n_points": 0, "at": 0, "at_observed": 0} | dict.fromkeys(
    (
        "value", "observed", "drag_low", "drag_high", "pearson_before", "spearman_before",
        "pearson_here", "spearman_here", "pearson_worst", "spearman_worst",
    ),
    nan,
)  # fmt: skip


def _read_sweep(spec: "ProfileSpec", pair: PairProfile) -> dict[str, Any]:
    sweep, points = pair.sweep, pair.points
    observed = float(points.loc[points["is_dragged"], "y"].iloc[0])
    positions = (sweep["value"] - pair.low) / (pair.high - pair.low)
    at = int((positions - spec.place).abs().to_numpy().argmin())
    before = int((sweep["value"] - observed).abs().to_numpy().argmin())
    worst = {}
    for name in ("pearson", "spearman"):
        sign = -1 if sweep[name].iloc[before] < 0 else 1
        worst[f"{name}_worst"] = sign * float((sign * sweep[name]).min())
        worst |= {f"{name}_before": float(sweep[name].iloc[before])}
        worst |= {f"{name}_here": float(sweep[name].iloc[at])}
    return {
        "n_points": len(points),
        "at": at,
        "at_observed": before,
        "value": float(sweep["value"].iloc[at]),
        "observed": observed,
        "drag_low": pair.low,
        "drag_high": pair.high,
        **worst,
    }
