"""What an uploaded table must be like, and the few dtypes that it is kept in."""

import numpy as np
import pandas as pd

from core.datasets.dataset import TASKS, Label, Task
from core.errors import require
from core.settings import read_settings


def normalise_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return `table` with whole numbers, numbers and words only, or raise `SpecError`."""
    settings = read_settings()
    names = [str(name) for name in table.columns]
    require(len(table) >= 1, "A table needs at least 1 row, got none. Choose another file.")
    require(
        len(table) <= settings.max_rows
        and len(names) <= settings.max_columns
        and table.size <= settings.max_cells,
        f"A table may have {settings.max_rows:,} rows, {settings.max_columns} columns and "
        f"{settings.max_cells:,} cells, got {len(table):,} rows and {len(names):,} columns. "
        "Bring a sample of it.",
    )
    _require_text("".join(names), "a column name")
    twice = sorted({name for name in names if names.count(name) > 1})
    require(not twice, f"Column names must differ, and {', '.join(twice)!r} stands there twice.")
    require(
        all(name.strip() for name in names),
        "Each column needs a name, and one has none. Name it in the first row of the file.",
    )
    columns = {name: _normalise(table.iloc[:, at], name) for at, name in enumerate(names)}
    return pd.DataFrame(columns).reset_index(drop=True)


def _normalise(column: pd.Series, name: str) -> pd.Series:
    column = column.reset_index(drop=True)
    if not pd.api.types.is_numeric_dtype(column):
        _require_text("".join(x for x in column if isinstance(x, str)), f"column {name!r}")
    if column.dtype == object:  # numbers among empty cells are numbers
        column = column.convert_dtypes()
    require(
        not pd.api.types.is_datetime64_any_dtype(column)
        and not pd.api.types.is_timedelta64_dtype(column),
        f"A model learns from numbers and words, and column {name!r} holds dates. Turn it into a "
        "number, such as the year or the days since an event.",
    )
    is_number = pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column)
    if not is_number:
        words = column.astype("object").map(str, na_action="ignore").astype("str")
        column = words.mask(words == "")
    require(
        bool(column.notna().any()),
        f"Each column needs a value, and {name!r} is empty. Remove it.",
    )
    return _normalise_numbers(column, name) if is_number else column


def _require_text(text: str, where: str) -> None:
    """Refuse what no CSV or Parquet file can hold: the character 0 and halves of characters."""
    require(
        "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text),
        f"Words must be text, and {where} holds characters that are none. Save the file as "
        "UTF-8 text again.",
    )


def _normalise_numbers(column: pd.Series, name: str) -> pd.Series:
    require(
        not pd.api.types.is_complex_dtype(column),
        f"A model learns from real numbers, and column {name!r} holds complex ones.",
    )
    if column.isna().any() or pd.api.types.is_float_dtype(column):
        numbers = column.astype("float64")
        require(
            not bool(np.isinf(numbers).any()),
            f"Each number must be finite, and column {name!r} holds an infinite one. Empty that "
            "cell or correct it.",
        )
        return numbers
    largest = max(abs(int(column.min())), abs(int(column.max())))
    return column.astype("int64" if largest < 2**63 else "float64")


def check_choices(
    table: pd.DataFrame, *, title: str, task: Task, target: str | None, positive: Label | None
) -> Label | None:
    """Return the positive label, or raise `SpecError` if the choices do not fit the table."""
    require(bool(title.strip()), "A table needs a title. Type one.")
    require(task in TASKS, f"A task is one of {', '.join(TASKS)}, got {task!r}.")
    if task == "clustering":
        require(target is None, f"Clustering has no target, got {target!r}. Choose none.")
        return None
    require(
        target is not None and target in table.columns,
        f"The target must be a column of the table, got {target!r}. "
        f"There are: {', '.join(table.columns)}.",
    )
    require(
        table.shape[1] >= 2,
        "A model needs at least 1 column besides the target, got none. Choose another file.",
    )
    column = table[target]
    n_missing = int(column.isna().sum())
    require(
        n_missing == 0,
        f"Each row needs a value in the target {target!r}, and {n_missing} have none. "
        "Remove these rows.",
    )
    if task == "regression":
        require(
            pd.api.types.is_numeric_dtype(column),
            f"A regression predicts a number, and {target!r} holds words. Choose a "
            "classification or another target.",
        )
        return None
    return _check_classes(column, task, positive)


def _check_classes(column: pd.Series, task: Task, positive: Label | None) -> Label | None:
    sizes = column.value_counts()
    n_classes = len(sizes)
    if task == "multiclass":
        require(
            n_classes >= 3,
            f"Several classes means at least 3, and {column.name!r} has {n_classes}. Choose a "
            "binary task or another target.",
        )
        return None
    require(
        n_classes == 2,
        f"A binary target has exactly 2 classes, and {column.name!r} has {n_classes}. Choose "
        "another task or another target.",
    )
    labels: list[Label] = sorted(sizes.index.tolist())
    if positive is None:
        return min(labels, key=lambda label: int(sizes[label]))
    for label in labels:
        if label == positive:
            return label  # as it stands in the table: 1 for True
    names = " and ".join(str(label) for label in labels)
    require(False, f"The positive class must be in the target, got {positive!r}. It has {names}.")
    return None
