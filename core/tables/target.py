"""Which column a model could predict, and whether it really can be predicted."""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.errors import SpecError, require
from core.tables.dates import resembles_date
from core.tables.leaks import find_leaks
from core.tables.numerals import fits_number, fits_quantity
from core.tables.read import TableReading
from core.tables.wording import count, listing, quote

Task = Literal["binary", "multiclass", "regression"]

MIN_ROWS = 20
MIN_CLASS_ROWS = 5
"""Fewest rows of a class that a stratified split into train, validation and test can share out."""
MAX_CLASSES = 50
FEW_VALUES = 10
"""Up to so many different whole numbers are taken for classes."""

_TARGET_NAMES = re.compile(
    r"(?:^|[\W_])(?:target|label|labels|class|classes|y|outcome|response|churn|churned|default|"
    r"survived|diagnosis|species|quality|fraud|is_fraud|attrition|price|charges|saleprice)$",
    re.IGNORECASE,
)
_POSITIVE = ("yes", "true", "1", "y", "t", "positive", "pos", "1.0")


@dataclass(frozen=True, kw_only=True, eq=False)
class TargetJudgement:
    """What a model of this target would be, and what to beware of."""

    target: str
    task: Task
    classes: pd.DataFrame
    """One row a class, commonest first: value (as in the table), label (as text), n_rows, share.
    Empty for regression."""
    positive: str | None
    """Label of the class that a binary model would be asked to find; a guess."""
    n_rows: int
    """Rows with a target value."""
    n_missing_target: int
    warnings: tuple[str, ...]


def suggest_target(reading: TableReading) -> str:
    """Return the column that is most likely the target.

    Names such as target, label, class, y or churn win; then few values; then standing last. Ids,
    dates, free text, constant and empty columns are never suggested.

    By eye: of ``customerID, tenure, Churn`` it is ``Churn``; of ``age, region, charges`` it is
    ``charges``.
    """
    usable = reading.columns[reading.columns["type"].isin(["numeric", "categorical"])]
    require(
        len(usable) > 0,
        "No column can be a target: each is an id, a date, free text, constant or empty. "
        "Add a column of numbers or of a few classes.",
    )
    names = [str(name) for name in usable["name"]]
    ranks = [
        (_TARGET_NAMES.search(name) is not None, n_distinct <= FEW_VALUES, position)
        for position, (name, n_distinct) in enumerate(zip(names, usable["n_distinct"], strict=True))
    ]
    ordered = [names[position] for *_, position in sorted(ranks, reverse=True)]
    return next((name for name in ordered if _can_be_target(reading.table, name)), ordered[0])


def judge_target(table: pd.DataFrame, target: str, *, task: Task | None = None) -> TargetJudgement:
    """Judge whether column `target` can be predicted, and what kind of task that is.

    Texts, and whole numbers of at most 10 different values, are classes; other numbers are a
    quantity. `task` overrides that for numbers (``"regression"`` for a grade from 1 to 6).

    Parameters
    ----------
    table
        As `read_table` gives it: numbers as numbers, everything else as text.
    target
        Name of a column.

    Raises
    ------
    SpecError
        If the column cannot be a target: unknown, alone, missing in all rows, a single class,
        classes with fewer than 5 rows (a stratified split into three parts needs some in each),
        more than 50 classes, or fewer than 20 rows that have a value.

    Notes
    -----
    By eye: 30 ``no`` and 10 ``yes`` is binary, positive ``yes``, shares 0.75 and 0.25.
    """
    require(
        target in table.columns,
        f"The table has no column {quote(target)}. It has: "
        f"{listing([quote(str(name)) for name in table.columns])}.",
    )
    require(
        len(table.columns) > 1,
        f"Column {quote(target)} is the only column: a target needs at least one feature beside "
        "it. Choose a table with more columns.",
    )
    judged, known = _choose_task(table[target], quote(target), task)
    n_missing = len(table) - len(known)
    classes = _count_classes(known) if judged != "regression" else _count_classes(known.iloc[:0])
    if judged != "regression":
        _refuse_classes(classes, quote(target))
    return TargetJudgement(
        target=target,
        task=judged,
        classes=classes,
        positive=_guess_positive(classes) if judged == "binary" else None,
        n_rows=len(known),
        n_missing_target=n_missing,
        warnings=(
            *_warn_of_target(known, quote(target), judged, n_missing, is_chosen=task is not None),
            *find_leaks(table, target, is_regression=judged == "regression"),
        ),
    )


def _can_be_target(table: pd.DataFrame, name: str) -> bool:
    """Whether the column alone passes every rule; features are not looked at."""
    try:
        task, known = _choose_task(table[name], quote(name), None)
        if task != "regression":
            _refuse_classes(_count_classes(known), quote(name))
    except SpecError:
        return False
    return True


def _choose_task(values: pd.Series, name: str, wanted: Task | None) -> tuple[Task, pd.Series]:
    """Return the task and the rows that have a target value."""
    known = values.dropna()
    require(
        len(known) > 0,
        f"Column {name} is missing in every row, so there is nothing to predict. "
        "Choose another target.",
    )
    n_distinct = int(known.nunique())
    require(
        n_distinct > 1,
        f"A target needs at least 2 different values, but column {name} has only "
        f"{quote(_label(known.iloc[0]))}. Choose another target.",
    )
    require(
        len(known) >= MIN_ROWS,
        f"Training needs at least {MIN_ROWS} rows with a target, but column {name} has "
        f"{len(known)}. Add rows or choose another target.",
    )
    is_number = pd.api.types.is_numeric_dtype(known.dtype)
    if wanted == "regression":
        require(
            is_number,
            f"A regression target must be numbers, but column {name} holds words such as "
            f"{quote(_label(known.iloc[0]))}. Correct them or choose classification.",
        )
        return "regression", known
    is_quantity = is_number and (n_distinct > FEW_VALUES or bool((known % 1 != 0).any()))
    if is_quantity and wanted is None:
        return "regression", known
    require(
        wanted != "binary" or n_distinct == 2,
        f"A binary target has exactly 2 classes, but column {name} has {n_distinct:,}. "
        "Choose multiclass or merge classes.",
    )
    return ("binary" if n_distinct == 2 else "multiclass"), known


def _count_classes(known: pd.Series) -> pd.DataFrame:
    n_rows = known.value_counts()
    values = sorted(n_rows.index, key=lambda value: (-n_rows[value], _label(value)))
    counts = [int(n_rows[value]) for value in values]
    return pd.DataFrame(
        {
            "value": pd.Series(values, dtype=known.dtype),
            "label": pd.Series([_label(value) for value in values], dtype="str"),
            "n_rows": pd.Series(counts, dtype="int64"),
            "share": pd.Series([n / len(known) for n in counts], dtype="float64"),
        }
    )


def _refuse_classes(classes: pd.DataFrame, name: str) -> None:
    labels = classes["label"].tolist()
    if len(labels) > MAX_CLASSES:
        n_numbers = sum(map(fits_quantity, labels))
        n_dates = sum(map(resembles_date, labels))
        if n_numbers > len(labels) / 2:
            odd = next((label for label in labels if not fits_number(label)), labels[0])
            repair = (
                f"Its values look like numbers written as text ({quote(odd)} is no number): "
                "correct such cells to predict it as a quantity."
            )
        elif n_dates > len(labels) / 2:
            repair = "Its values are dates. Choose another target."
        else:
            repair = "Merge rare classes or choose another target."
        message = (
            f"A target may have at most {MAX_CLASSES} classes, but column {name} has "
            f"{len(labels):,}. {repair}"
        )
        raise SpecError(message)
    rare = classes[classes["n_rows"] < MIN_CLASS_ROWS]
    shown = listing(
        [f"{quote(label)} has {n}" for label, n in zip(rare["label"], rare["n_rows"], strict=True)]
        or [""]
    )
    require(
        rare.empty,
        f"Each class needs at least {MIN_CLASS_ROWS} rows, so that training, validation and test "
        f"all get some, but in column {name} {shown}. Merge rare classes, leave them out, or add "
        "rows.",
    )


def _guess_positive(classes: pd.DataFrame) -> str:
    """Return the class that says yes, else the rarer one; of two equal ones the later by name."""
    labels = [str(label) for label in classes["label"]]
    says_yes = [label for label in labels if label.casefold() in _POSITIVE]
    return says_yes[0] if len(says_yes) == 1 else labels[-1]


def _warn_of_target(
    known: pd.Series, name: str, task: Task, n_missing: int, *, is_chosen: bool
) -> list[str]:
    says = []
    if n_missing:
        verb = "has" if n_missing == 1 else "have"
        says.append(f"{count(n_missing, 'row')} {verb} no {name} and cannot be used for training.")
    n_distinct = int(known.nunique())
    is_number = pd.api.types.is_numeric_dtype(known.dtype)
    if task == "multiclass" and is_number and not is_chosen:
        says.append(
            f"Column {name} holds {n_distinct} different whole numbers; they are taken as classes "
            "without order. Choose regression if their size matters."
        )
    if task == "regression" and n_distinct <= FEW_VALUES and not is_chosen:
        says.append(
            f"Column {name} has only {n_distinct} different numbers, not all whole, and is taken "
            "as a quantity. Choose classification, or write words, if they are classes."
        )
    return says


def _label(value: object) -> str:
    """Write a class as text; 1.0 and 1 are the same class."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)
