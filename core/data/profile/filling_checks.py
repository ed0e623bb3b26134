"""Runs that prove practice items on filling gaps and on columns for categories: scikit-learn does it."""

from collections.abc import Sequence
from statistics import mean, median

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder

from core.practice.family import Values
from core.practice.proof import Facts


def fill_test_gap(train: Sequence[float], test: Sequence[float]) -> Facts:
    """Learn a median on training rows and fill a gap of the test rows with it.

    Facts: ``filled`` (what stands in the gap), ``of_all`` (median of all rows), ``of_test`` (of the test rows
    alone), ``mean_of_train``. Check by eye: train 1, 2, 9 fills 2.
    """

    def column(values: Sequence[float]) -> np.ndarray:
        return np.array(values, dtype=float).reshape(-1, 1)

    gap = column([np.nan])
    fill = {
        name: SimpleImputer(strategy=strategy).fit(column(values)).transform(gap)[0, 0]
        for name, strategy, values in (
            ("filled", "median", train),
            ("of_all", "median", [*train, *test]),
            ("of_test", "median", test),
            ("mean_of_train", "mean", train),
        )
    }
    return {name: float(value) for name, value in fill.items()}


def draw_filling(rng: np.random.Generator) -> Values | None:
    """Draw five training values, one of them large, and three test values."""
    train = [int(value) for value in rng.choice(np.arange(20, 50), size=4, replace=False)]
    train.append(5 * int(rng.integers(30, 60)))
    train = [train[at] for at in rng.permutation(5)]
    test = [int(value) for value in rng.choice(np.arange(51, 90), size=3, replace=False)]
    filled, of_all, mean_of_train = median(train), median([*train, *test]), mean(train)
    values = (filled, of_all, mean_of_train)
    if min(abs(a - b) for at, a in enumerate(values) for b in values[:at]) < 2:
        return None
    return {
        "train": train, "test": test, "sorted": sorted(train), "filled": filled, "of_all": of_all,
        "mean_of_train": mean_of_train,
    }  # fmt: skip


def shrink_by_filling(n_known: int, n_gaps: int, spread: float) -> Facts:
    """Fill gaps with the mean and measure the standard deviation (over n) before and after.

    Facts: ``before``, ``after``, ``mean_moves`` (by how much the mean moves: not at all). Check by eye: as
    many gaps as values make the spread √½ of what it was.
    """
    known = np.resize([100 - spread, 100 + spread], n_known)
    column = pd.DataFrame({"x": np.append(known, np.full(n_gaps, np.nan))})
    filled = SimpleImputer(strategy="mean").fit_transform(column)
    return {
        "before": float(np.nanstd(column["x"])),
        "after": float(filled.std()),
        "mean_moves": float(abs(filled.mean() - np.nanmean(column["x"]))),
        "share_of_before": float(np.nanstd(column["x"]) * n_known / (n_known + n_gaps)),
    }


def draw_shrinking(rng: np.random.Generator) -> Values | None:
    """Draw how many values are known, how many are missing, and the spread of the known ones."""
    n_rows = 100 * int(rng.integers(2, 10))
    percent = int(rng.choice([19, 36, 51, 64, 75]))
    n_gaps = n_rows * percent // 100
    root = {19: 0.9, 36: 0.8, 51: 0.7, 64: 0.6, 75: 0.5}[percent]
    spread = 10 * int(rng.integers(1, 9))
    if (n_rows - n_gaps) % 2:
        return None
    return {
        "n_rows": n_rows, "n_gaps": n_gaps, "n_known": n_rows - n_gaps, "spread": spread, "root": root,
        "after": root * spread, "share_of_before": spread * (n_rows - n_gaps) / n_rows,
        "share_known": (n_rows - n_gaps) / n_rows,
    }  # fmt: skip


def count_columns(n_towns: int, n_heatings: int, n_numbers: int, drops: bool) -> Facts:
    """Encode two columns of categories beside columns of numbers and count what comes out.

    Facts: ``columns``, ``columns_otherwise`` (with `drops` the other way), ``given`` (columns that went in).
    Check by eye: 3 and 2 categories and 1 number make 6 columns, with the first of each dropped 4.
    """
    n_rows = n_towns * n_heatings
    table = pd.DataFrame(
        {
            "town": [f"t{at % n_towns}" for at in range(n_rows)],
            "heating": [f"h{at % n_heatings}" for at in range(n_rows)],
            **{f"number_{at}": np.arange(n_rows, dtype=float) for at in range(n_numbers)},
        }
    )

    def width(drop: str | None) -> int:
        encoder = OneHotEncoder(drop=drop)
        made = make_column_transformer((encoder, ["town", "heating"]), remainder="passthrough")
        return int(made.fit_transform(table).shape[1])

    first, whole = width("first"), width(None)
    return {
        "columns": first if drops else whole,
        "columns_otherwise": whole if drops else first,
        "given": int(table.shape[1]),
    }


def draw_columns(rng: np.random.Generator) -> Values | None:
    """Draw how many towns, heatings and number columns there are, and whether the first is dropped."""
    n_towns, n_heatings, n_numbers = (int(n) for n in rng.integers((5, 2, 2), (40, 7, 9)))
    drops = bool(rng.integers(2))
    whole = n_towns + n_heatings + n_numbers
    return {
        "n_towns": n_towns, "n_heatings": n_heatings, "n_numbers": n_numbers, "drops": drops,
        "call": 'OneHotEncoder(drop="first")' if drops else "OneHotEncoder()",
        "columns": whole - 2 if drops else whole, "otherwise": whole if drops else whole - 2,
        "product": n_towns * n_heatings + n_numbers,
    }  # fmt: skip


def group_rare(counts: Sequence[int], at_least: int) -> Facts:
    """Encode a column whose rare categories share one column.

    Facts: ``columns``, ``without_grouping``, ``frequent`` (categories that are frequent enough). Check by
    eye: counts 5, 3, 1, 1 with at least 3 give 3 columns.
    """
    names = [f"town {at}" for at, n in enumerate(counts) for _ in range(n)]
    table = pd.DataFrame({"town": names})
    grouped = OneHotEncoder(min_frequency=at_least).fit(table)
    plain = OneHotEncoder().fit_transform(table)
    often = table["town"].value_counts() >= at_least
    return {
        "columns": int(grouped.transform(table).shape[1]),
        "without_grouping": int(plain.shape[1]),
        "frequent": int(often.sum()),
    }


def draw_rare(rng: np.random.Generator) -> Values | None:
    """Draw how often each of several towns stands in a column, and how often is often enough."""
    at_least = int(rng.choice([10, 20, 25, 50]))
    n_often, n_rare = int(rng.integers(2, 5)), int(rng.integers(3, 6))
    often = [at_least * int(rng.integers(2, 9)) for _ in range(n_often)]
    rare = [int(n) for n in rng.integers(1, at_least, n_rare)]
    return {
        "counts": [*often, *rare], "at_least": at_least, "n_often": n_often, "n_rare": n_rare,
        "n_towns": n_often + n_rare, "columns": n_often + 1,
    }  # fmt: skip
