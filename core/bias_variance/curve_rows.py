"""The rows that a curve is measured on, and the sizes and settings that they allow."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, comb
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.bias_variance.table_models import (
    MOST_POWERS,
    Knob,
    build_table_model,
    find_table_model,
    needs_preparation,
)
from core.datasets import Dataset, load_dataset
from core.errors import require

Positions = NDArray[np.int64]
Splits = list[tuple[Positions, Positions]]
N_SIZES = 6
FEWEST_LEARNT = 20
FEWEST_OF_A_CLASS = 5
"""Rows of the rarest class to expect in the smallest part that a model learns from."""


@dataclass(frozen=True, eq=False)
class CurveRows:
    """Rows that were drawn from a table, and what they are to be told from."""

    dataset: Dataset
    positions: Positions
    """Their places in the table, increasing."""
    table: pd.DataFrame
    """The features."""
    target: NDArray[Any]
    """True and False, class names, or numbers."""

    @property
    def inputs(self) -> "pd.DataFrame | NDArray[np.float64]":
        """The features as a model is given them."""
        return self.inputs_of(self.positions)

    def inputs_of(self, positions: Positions) -> "pd.DataFrame | NDArray[np.float64]":
        """Return the features at any places of the table; plain numbers, if there is nothing else."""
        table = self.dataset.table[list(self.dataset.features)].iloc[positions]
        if needs_preparation(self.dataset):
            return table.reset_index(drop=True)
        return table.to_numpy(dtype=np.float64)

    def deal(self, folds: int, repeats: int, seed: int) -> Splits:
        """Deal the rows into folds, again and again; classes keep their shares."""
        from sklearn.model_selection import RepeatedKFold, RepeatedStratifiedKFold

        if self.dataset.task == "regression":
            by_number = RepeatedKFold(n_splits=folds, n_repeats=repeats, random_state=seed)
            return list(by_number.split(self.table))
        labels, counts = np.unique(self.target, return_counts=True)
        require(
            len(labels) >= 2 and counts.min() >= folds,
            f"Each of the {folds} folds needs every class, and the rarest one has {counts.min()} rows "
            "here. Take more rows, or fewer folds.",
        )
        by_class = RepeatedStratifiedKFold(n_splits=folds, n_repeats=repeats, random_state=seed)
        return list(by_class.split(self.table, self.target))


@dataclass(frozen=True)
class Tuned:
    """A parameter of the pipeline and the values that it takes."""

    parameter: str
    label: str
    values: tuple[float, ...]


def targets_of(dataset: Dataset) -> NDArray[Any]:
    """Return what is to be predicted, one entry per row of the table."""
    if dataset.task == "binary":
        return dataset.positive_rows()
    target = dataset.table[dataset.target].to_numpy()
    return target.astype(np.float64) if dataset.task == "regression" else target


def draw_rows(dataset: Dataset, n_rows: int, seed: int) -> Positions:
    """Return the places of `n_rows` rows (all, if the table has no more), increasing."""
    from sklearn.model_selection import train_test_split

    every = np.arange(dataset.n_rows, dtype=np.int64)
    if dataset.n_rows <= n_rows:
        return every
    classes = None if dataset.task == "regression" else targets_of(dataset)
    if classes is not None:
        _, counts = np.unique(classes, return_counts=True)
        require(
            counts.min() >= 2 and min(n_rows, dataset.n_rows - n_rows) >= len(counts),
            f"Rows are drawn in the proportion of the classes, and the rarest of the {len(counts)} "
            f"classes of {dataset.title} has {counts.min()} of {dataset.n_rows} rows. Merge rare classes.",
        )
    kept, _ = train_test_split(every, train_size=n_rows, stratify=classes, random_state=seed)
    return np.sort(kept)


def open_rows(data: str, n_rows: int, seed: int) -> CurveRows:
    """Return `n_rows` rows of the table called `data`, drawn by `seed`."""
    dataset = load_dataset(data)
    positions = draw_rows(dataset, n_rows, seed)
    table = dataset.table[list(dataset.features)].iloc[positions].reset_index(drop=True)
    return CurveRows(dataset, positions, table, targets_of(dataset)[positions])


def choose_sizes(
    rows: CurveRows,
    splits: Splits,
    model: str,
    setting: float | None,
    sizes: Sequence[int],
) -> tuple[int, ...]:
    """Return the sizes asked for, or six between a small part and a whole training part."""
    most = min(len(train) for train, _ in splits)
    if not sizes:
        fewest = FEWEST_LEARNT
        if rows.dataset.task != "regression":
            _, counts = np.unique(rows.target, return_counts=True)
            rarest = counts.min() / counts.sum()
            fewest = max(fewest, ceil(FEWEST_OF_A_CLASS / rarest))
        # Nobody would call half of the rows a small part.
        fewest = min(fewest, most // 2)
        steps = np.geomspace(fewest, most, N_SIZES).round().astype(int).tolist()
        sizes = tuple(dict.fromkeys(steps))
    require(
        all(a < b for a, b in pairwise(sizes)) and sizes[0] >= 2,
        f"Sizes increase from 2 rows on, got {', '.join(map(str, sizes))}. Sort them.",
    )
    require(
        sizes[-1] <= most,
        f"A split of these {len(rows.table)} rows leaves {most} to learn from, and the largest size is "
        f"{sizes[-1]}. Take smaller sizes, or more rows.",
    )
    knob = find_table_model(model).knob(rows.dataset.task)
    check_value(rows, sizes[0], model, knob.default if setting is None else setting)
    return tuple(sizes)


def choose_values(
    rows: CurveRows, splits: Splits, model: str, parameter: str, values: Sequence[float]
) -> Tuned:
    """Return the parameter and the values asked for, or the knob and those of its values that fit."""
    knob = find_table_model(model).knob(rows.dataset.task)
    own = f"{knob.step}__{knob.parameter}"
    most = min(len(train) for train, _ in splits)
    if parameter in ("", own, knob.parameter):
        if not values:
            values = [value for value in knob.values if not refuse_value(rows, most, model, value)]
        for value in values:
            check_value(rows, most, model, value)
        return Tuned(own, knob.label, tuple(knob.to_setting(value) for value in values))
    known = build_table_model(rows.dataset, model).get_params()
    require(
        parameter in known and isinstance(known[parameter], int | float),
        f"The pipeline has no number called {parameter!r}. Write it as scikit-learn does, such as {own}.",
    )
    require(len(values) > 0, f"Say which values {parameter} is to take, such as 1, 2 and 5.")
    is_whole = isinstance(known[parameter], int)
    settings = tuple(int(value) if is_whole else float(value) for value in values)
    return Tuned(parameter, parameter.rsplit("__", maxsplit=1)[-1], settings)


def check_value(rows: CurveRows, n_train: int, model: str, value: float) -> None:
    """Raise `SpecError` if `n_train` rows cannot be learnt from with the knob at `value`."""
    reason = refuse_value(rows, n_train, model, value)
    require(not reason, reason)


def refuse_value(rows: CurveRows, n_train: int, model: str, value: float) -> str:
    """Return why `n_train` rows cannot be learnt from with the knob at `value`, or nothing."""
    knob: Knob = find_table_model(model).knob(rows.dataset.task)
    if value <= 0 or (knob.is_whole and value != round(value)):
        kind = "a whole number from 1" if knob.is_whole else "a number above 0"
        return f"The {knob.label} is {kind}, got {value:g}."
    if model == "neighbours" and value > n_train:
        return f"{value:g} neighbours need as many rows, and the smallest part has {n_train}. Take fewer."
    if model == "polynomial":
        n_columns = count_columns(rows)
        n_powers = comb(n_columns + int(value), int(value)) - 1
        if n_powers > MOST_POWERS:
            return (
                f"Degree {value:g} makes {n_powers:,} columns out of {n_columns}; at most "
                f"{MOST_POWERS:,} are taken here. Choose a lower degree or another model."
            )
    return ""


def count_columns(rows: CurveRows) -> int:
    """Return the columns that a model sees after words became 0/1 columns."""
    words = rows.table[list(rows.dataset.categorical_features)].nunique().clip(upper=20)
    return len(rows.dataset.numeric_features) + int(words.sum())
