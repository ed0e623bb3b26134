"""The table that AutoML works on: its target understood, its rows dealt, its columns planned."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.automl.deal import PARTS, deal_rows
from core.automl.door import admit_table
from core.automl.meanings import ColumnMeaning, judge_column, judge_meanings
from core.automl.pipelines import Plan, plan_columns
from core.automl.settings import Settings, Task
from core.errors import require

MOST_CLASSES = 30
"""A target with more different words is refused: it is a name or a text, or wants other methods."""
FEW_NUMBERS = 10
"""A target of whole numbers with so few different values is taken for classes."""


@dataclass(frozen=True, eq=False)
class ReadyTable:
    """What a search needs to know of its rows."""

    rows: pd.DataFrame
    """All rows with a target, all columns but the target."""
    target: pd.Series
    task: Task
    metric: str
    classes: tuple[Any, ...]
    positive: Any
    part: pd.Series
    """``train``, ``validate`` or ``test`` for each row."""
    weights: NDArray[np.float64] | None
    groups: NDArray[np.int64] | None
    meanings: tuple[ColumnMeaning, ...]
    plan: Plan
    n_without_target: int

    def places(self, *parts: str) -> NDArray[np.int64]:
        """Return the places of the rows of the named parts."""
        return np.flatnonzero(self.part.isin(parts).to_numpy())


def prepare_table(table: pd.DataFrame, settings: Settings) -> ReadyTable:
    """Understand the target, deal the rows, and judge the columns by the rows that train.

    Raises
    ------
    SpecError
        If the table cannot be learnt from; the sentence says why and what would help.
    """
    table = admit_table(table)
    require(
        settings.target in table.columns,
        f"The table has no column {settings.target!r}. It has: {_name_some(table)}.",
    )
    known = _blank_to_missing(table[settings.target]).notna()
    kept = table.loc[known].reset_index(drop=True)
    require(
        len(kept) > 0, f"No row has a value in {settings.target!r}, so there is nothing to learn."
    )
    task, target = understand_target(kept[settings.target], settings)
    classes = tuple(sorted(target.unique().tolist(), key=_in_order)) if task != "regression" else ()
    part = deal_rows(kept, target, task, settings)
    trained = kept.loc[part == "train"]
    require(
        task == "regression" or trained.assign(_=target)["_"].nunique() == len(classes),
        "Each class needs a row to learn from, and the rows that train lack one. Deal them otherwise.",
    )
    meanings = judge_meanings(kept.drop(columns=settings.target), settings)
    plan = plan_columns(meanings, settings, task, len(trained))
    require(
        bool(plan.columns),
        "No column is left to learn from: "
        + "; ".join(f"{one.name} is {one.meaning} ({one.reason})" for one in meanings[:6])
        + ".",
    )
    return ReadyTable(
        rows=kept.drop(columns=settings.target),
        target=target,
        task=task,
        metric=settings.metric_for(task),
        classes=classes,
        positive=_choose_positive(target, classes, settings) if task == "binary" else None,
        part=part,
        weights=_read_weights(kept, settings.sample_weight_col),
        groups=_read_groups(kept, settings.group_col),
        meanings=meanings,
        plan=plan,
        n_without_target=int((~known).sum()),
    )


def understand_target(target: pd.Series, settings: Settings) -> tuple[Task, pd.Series]:
    """Return the task, and the target as numbers or as classes.

    Words are classes; so are numbers of at most 10 different whole values. All else is a number.
    """
    found = judge_column(target, str(target.name))
    n_distinct = found.n_distinct
    require(
        n_distinct >= 2,
        f"Every row has the same {target.name!r}, so there is nothing to tell apart.",
    )
    is_number = found.is_number
    values = pd.to_numeric(target, errors="coerce") if is_number else target
    is_whole = is_number and bool((values % 1 == 0).all())
    task = settings.task
    if task is None:
        few = not is_number or (is_whole and n_distinct <= FEW_NUMBERS)
        task = ("binary" if n_distinct == 2 else "multiclass") if few else "regression"
    require(
        task != "regression" or is_number,
        f"{target.name!r} holds words, so it cannot be predicted as a number. Choose classes.",
    )
    if task == "regression":
        numbers = values.astype("float64")
        require(
            bool(np.isfinite(numbers).all()),
            f"{target.name!r} holds an infinite value; mend or remove that row.",
        )
        return task, numbers
    require(
        n_distinct <= MOST_CLASSES,
        f"{target.name!r} has {n_distinct:,} different values; AutoML tells at most {MOST_CLASSES} "
        "classes apart. Predict a number, or join rare classes first.",
    )
    require(
        (task == "binary") == (n_distinct == 2),
        f"{target.name!r} has {n_distinct} classes, so it is not a {task} target.",
    )
    if is_whole:
        return task, values.astype("int64").astype("object")
    if is_number:
        return task, values.astype("float64").astype("object")
    return task, target.astype("object").map(lambda cell: str(cell).strip())


def _blank_to_missing(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column
    texts = column.astype("object")
    return texts.mask(texts.map(lambda cell: isinstance(cell, str) and not cell.strip()))


def _in_order(label: Any) -> tuple[bool, Any]:
    return isinstance(label, str), label


def _choose_positive(target: pd.Series, classes: tuple[Any, ...], settings: Settings) -> Any:
    if settings.pos_label is None:
        counts = target.value_counts()
        return min(classes, key=lambda label: (counts[label], classes.index(label) == 0))
    for label in classes:
        if label == settings.pos_label or str(label) == str(settings.pos_label):
            return label
    require(
        condition=False,
        message=f"The class to look for is {' or '.join(map(repr, classes))}, got {settings.pos_label!r}.",
    )
    return None


def _read_weights(table: pd.DataFrame, name: str) -> NDArray[np.float64] | None:
    if not name:
        return None
    require(name in table.columns, f"The table has no column {name!r}.")
    weights = pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=np.float64)
    require(
        bool(np.isfinite(weights).all() and (weights >= 0).all() and weights.sum() > 0),
        f"Weights in {name!r} must be numbers from 0 up, and not all 0.",
    )
    return weights


def _read_groups(table: pd.DataFrame, name: str) -> NDArray[np.int64] | None:
    if not name:
        return None
    codes, _ = pd.factorize(table[name], use_na_sentinel=False)
    return np.asarray(codes, dtype=np.int64)


def _name_some(table: pd.DataFrame) -> str:
    names = [str(name) for name in table.columns]
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")


__all__ = ["PARTS", "ReadyTable", "prepare_table", "understand_target"]
