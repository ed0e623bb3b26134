"""Reading a learner's own table: what was read, what was repaired, what to beware of."""

from dataclasses import dataclass, replace
from itertools import compress

import pandas as pd

from core.errors import require
from core.tables.columns import ReadColumn, is_empty_column, type_columns
from core.tables.dialect import NAMES
from core.tables.excel import read_excel
from core.tables.kinds import Kind, judge_kind
from core.tables.limits import check_expanded, check_size
from core.tables.parquet import read_parquet
from core.tables.raw import RawTable
from core.tables.text_table import read_text_table
from core.tables.types import MIN_ROWS_TO_JUDGE
from core.tables.wording import count, listing

_KIND_NAMES: dict[Kind, str] = {
    "text": "text (CSV)",
    "xlsx": "an Excel workbook (XLSX)",
    "parquet": "Parquet",
}
_ENDINGS: dict[str, Kind] = {
    "csv": "text",
    "tsv": "text",
    "tab": "text",
    "txt": "text",
    "xlsx": "xlsx",
    "xlsm": "xlsx",
    "parquet": "parquet",
    "pq": "parquet",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class TableReading:
    """A table as read, and everything that a person should know about the reading."""

    table: pd.DataFrame
    """float64 or int64 for numbers, ``str`` for everything else; missing as NaN."""
    columns: pd.DataFrame
    """One row a column: name, original_name, type, n_missing, n_distinct, note."""
    repairs: tuple[str, ...]
    """Each change between the file and the table, with its place."""
    warnings: tuple[str, ...]
    """What was kept as it is, but may mislead a model."""
    kind: Kind
    encoding: str | None
    """None for workbooks and Parquet, like `separator` and `decimal`."""
    separator: str | None
    decimal: str | None
    n_rows: int
    n_columns: int


def read_table(content: bytes, file_name: str, *, header: bool | None = None) -> TableReading:
    r"""Read a CSV, TSV, XLSX or Parquet file and tell every repair made on the way.

    Answers: what does this file hold, and what had to be assumed to read it?

    Parameters
    ----------
    content
        The bytes of the file. They alone decide its kind; nothing in them is ever run.
    file_name
        As the person calls it; only its ending is looked at, to tell when it does not fit.
    header
        Whether the first row holds the column names; None to find out. Parquet always has names.

    Returns
    -------
    TableReading
        By eye: ``b"a;b\n1,5;x\n2,5;y\n"`` gives a float column ``a`` of 1.5 and 2.5, a column
        ``b``, and the repair "The separator is ';' and the decimal sign is ','."

    Raises
    ------
    SpecError
        For anything that cannot be read truthfully, within the limits of the settings: what is
        wrong, where, and what to do. The sentences quote the file; escape them as markup.
    """
    check_size(content)
    kind = judge_kind(content)
    if kind == "xlsx":
        raw = read_excel(content, header)
    elif kind == "parquet":
        raw = read_parquet(content)
    else:
        raw = read_text_table(content, header)
    ending = file_name.rpartition(".")[2].lower()
    misnamed = _ENDINGS.get(ending, kind) != kind
    says = f"The name ends in '.{ending}', but the content is {_KIND_NAMES[kind]}; it was read so."
    return _build(raw, (says,) if misnamed else ())


def _build(raw: RawTable, repairs: tuple[str, ...]) -> TableReading:
    raw, dropped = _drop_nameless(raw)
    n_rows = len(raw.places.numbers)
    require(n_rows > 0, "The table has column names, but no rows. Add rows below the names.")
    require(bool(raw.columns), "The table has no column with a name or a value. Fill one.")
    _check_characters(raw)
    read = type_columns(raw)
    require(
        any(column.n_missing < n_rows for column in read.columns),
        f"Every cell of the {count(n_rows, 'row')} is empty or means “no value”. Choose a table "
        "that holds values.",
    )
    table = pd.DataFrame(
        {name: column.values for name, column in zip(raw.names, read.columns, strict=True)}
    )
    is_text = raw.kind == "text"
    return TableReading(
        table=table,
        columns=_describe(raw, read.columns),
        repairs=(
            *repairs,
            *(_say_dialect(raw, read.decimal.sign) if is_text else ()),
            *raw.repairs,
            *dropped,
            *(repair for column in read.columns for repair in column.repairs),
        ),
        warnings=(
            *raw.warnings,
            *read.decimal.warnings,
            *(warning for column in read.columns for warning in column.warnings),
            *_warn_of_rows(table, raw),
        ),
        kind=raw.kind,
        encoding=raw.encoding,
        separator=raw.separator,
        decimal=read.decimal.sign if is_text else None,
        n_rows=n_rows,
        n_columns=len(raw.names),
    )


def _drop_nameless(raw: RawTable) -> tuple[RawTable, list[str]]:
    """Leave out columns that have neither a name nor a value, as trailing separators make."""
    is_kept = [
        bool(original.strip()) or not is_empty_column(cells)
        for original, cells in zip(raw.originals, raw.columns, strict=True)
    ]
    if all(is_kept):
        return raw, []
    gone = [number for number, kept in enumerate(is_kept, start=1) if not kept]
    which, verb = ("Column", "has") if len(gone) == 1 else ("Columns", "have")
    says = (
        f"{which} {listing(gone)} {verb} neither a name nor a value and "
        f"{'was' if len(gone) == 1 else 'were'} left out."
    )
    kept = replace(
        raw,
        originals=tuple(compress(raw.originals, is_kept)),
        names=tuple(compress(raw.names, is_kept)),
        columns=tuple(compress(raw.columns, is_kept)),
    )
    return kept, [says]


def _check_characters(raw: RawTable) -> None:
    """Refuse a workbook in which one long text, stored once, fills very many cells."""
    if raw.kind == "xlsx":
        n_chars = sum(sum(map(len, cells)) for cells in raw.columns if isinstance(cells, list))
        check_expanded(n_chars, "The workbook")


def _describe(raw: RawTable, columns: tuple[ReadColumn, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": pd.Series(raw.names, dtype="str"),
            "original_name": pd.Series(raw.originals, dtype="str"),
            "type": pd.Series([column.type for column in columns], dtype="str"),
            "n_missing": [column.n_missing for column in columns],
            "n_distinct": [column.n_distinct for column in columns],
            "note": pd.Series([column.note for column in columns], dtype="str"),
        }
    )


def _say_dialect(raw: RawTable, decimal: str) -> list[str]:
    separator = raw.separator or ","
    if len(raw.names) == 1 and decimal == ".":
        return []
    if len(raw.names) == 1:
        return [f"The decimal sign is '{decimal}'."]
    if (separator, decimal) == (",", "."):
        return []
    return [f"The separator is {NAMES[separator]} and the decimal sign is '{decimal}'."]


def _warn_of_rows(table: pd.DataFrame, raw: RawTable) -> list[str]:
    says = []
    n_rows = len(table)
    if n_rows < MIN_ROWS_TO_JUDGE:
        says.append(
            f"The table has {count(n_rows, 'row')}; training needs at least {MIN_ROWS_TO_JUDGE}."
        )
    if len(table.columns) == 1:
        says.append("The table has 1 column; training needs a target and at least one feature.")
    copies = table.duplicated().to_numpy().nonzero()[0].tolist()
    if copies and len(table.columns) > 1:
        verb = "is an exact copy" if len(copies) == 1 else "are exact copies"
        says.append(
            f"{count(len(copies), 'row')} {verb} of an earlier one ({raw.places.name(copies)}). "
            "Copies on both sides of a split make a model look better than it is."
        )
    return says
