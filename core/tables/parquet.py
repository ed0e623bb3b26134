"""Parquet: the footer is judged before a single value is read."""

import re
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.errors import SpecError, require
from core.settings import read_settings
from core.tables.limits import check_columns, check_expanded, check_shape, refuse_cell
from core.tables.names import clean_names
from core.tables.raw import RawTable
from core.tables.wording import Places, count, listing, quote

DAMAGED = (
    "The Parquet file is damaged or cut off, so it cannot be read. Save it again and choose the "
    "new file."
)
_MIDNIGHT = re.compile(r" 00:00:00(?:\.0+)?(?=Z|[+-]\d|$)")
_NO_FRACTION = re.compile(r"\.0+(?=Z|[+-]\d|$)")


def read_parquet(content: bytes) -> RawTable:
    """Return the table in a Parquet file; texts stay texts, as the file declares them.

    The numbers of rows and columns are taken from the footer; nested columns are refused.
    """
    file = _open(content)
    schema = file.schema_arrow
    _refuse_types(schema)
    n_rows = _count_rows(file.metadata)
    require(n_rows > 0, "The Parquet file holds no rows. Choose one with rows.")
    check_shape(n_rows, len(schema))
    places = Places("row", range(1, n_rows + 1))
    names, repairs = clean_names(schema.names, "Schema")
    columns = []
    table = _read(content, schema, n_rows)
    for name, column in zip(names, table.columns, strict=True):
        _check_texts(name, column, places)
    for name, column in zip(names, table.columns, strict=True):
        values, says = _to_series(name, column)
        columns.append(values)
        repairs.extend(says)
    return RawTable(
        kind="parquet",
        originals=tuple(schema.names),
        names=tuple(names),
        columns=tuple(columns),
        places=places,
        repairs=tuple(repairs),
        warnings=(),
    )


def _open(content: bytes) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(pa.BufferReader(content))
    except Exception as error:  # hostile bytes raise whatever the library happens to
        raise SpecError(DAMAGED) from error


def _count_rows(metadata: Any) -> int:
    """Return the larger of the two claims about the number of rows."""
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    check_expanded(sum(group.total_byte_size for group in groups), "The Parquet file")
    return int(max(metadata.num_rows, sum(group.num_rows for group in groups)))


def _refuse_types(schema: pa.Schema) -> None:
    require(len(schema) > 0, "The Parquet file holds no columns. Choose one with columns.")
    check_columns(len(schema))
    nested = [quote(f.name) for f in schema if pa.types.is_nested(_value_type(f.type))]
    require(
        not nested,
        f"{'Column' if len(nested) == 1 else 'Columns'} {listing(nested or [''])} "
        f"{'holds' if len(nested) == 1 else 'hold'} lists or records inside "
        "a cell. Spread them over plain columns, or leave them out.",
    )
    for field in schema:
        kind = _value_type(field.type)
        require(
            any(test(kind) for test in _READABLE),
            f"Column {quote(field.name)} has the type {kind}, which is neither number, text, "
            "truth value nor date. Save it as text or leave it out.",
        )


_READABLE = (
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_boolean,
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_date,
    pa.types.is_timestamp,
    pa.types.is_time,
    pa.types.is_null,
)


def _value_type(kind: pa.DataType) -> pa.DataType:
    """Return the type of the values themselves; categories are coded by a dictionary."""
    return kind.value_type if isinstance(kind, pa.DictionaryType) else kind


def _read(content: bytes, schema: pa.Schema, n_rows: int) -> pa.Table:
    """Read the columns; texts stay coded by dictionary, so that a small file stays small."""
    texts = [field.name for field in schema if _is_text(_value_type(field.type))]
    try:
        file = pq.ParquetFile(pa.BufferReader(content), read_dictionary=texts)
        table = file.read(use_threads=False)
        table.validate(full=True)
    except Exception as error:  # hostile bytes raise whatever the library happens to
        raise SpecError(DAMAGED) from error
    require(table.num_rows == n_rows and table.num_columns == len(schema), DAMAGED)
    return table


def _is_text(kind: pa.DataType) -> bool:
    return any(test(kind) for test in _READABLE[4:8])


def _check_texts(name: str, column: pa.ChunkedArray, places: Places) -> None:
    """Refuse long cells and columns of text that would unfold to too many characters."""
    limit = read_settings().max_cell_chars
    n_bytes = start = 0
    for chunk in column.chunks:
        if isinstance(chunk, pa.DictionaryArray) and _is_text(chunk.dictionary.type):
            lengths = pc.take(pc.binary_length(chunk.dictionary), chunk.indices)
            n_bytes += pc.sum(lengths).as_py() or 0
            # A character takes up to 4 bytes, so only longer texts need a closer look.
            for index in pc.indices_nonzero(pc.fill_null(pc.greater(lengths, limit), False)):
                n_chars = len(str(chunk[index.as_py()].as_py()))
                if n_chars > limit:
                    refuse_cell(quote(name), places.name([start + index.as_py()]), n_chars)
        start += len(chunk)
    check_expanded(n_bytes, f"Column {quote(name)}")


def _to_series(name: str, column: pa.ChunkedArray) -> tuple[pd.Series, list[str]]:
    kind = _value_type(column.type)
    try:
        plain = column.cast(_plain_type(kind))
    except Exception as error:
        message = (
            f"Column {quote(name)} of type {kind} cannot be read: its values do not fit that "
            "type. Save it as text or leave it out."
        )
        raise SpecError(message) from error
    if pa.types.is_string(plain.type):
        return _to_texts(plain, kind), []
    values = pd.Series(plain.to_pandas())
    if pa.types.is_integer(kind) and column.null_count:
        return _spread_integers(name, column, values)
    if pa.types.is_decimal(kind):
        return values, [f"Column {quote(name)}: exact decimals were read as 64-bit floats."]
    return values, []


def _plain_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_integer(kind):
        return pa.int64()
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pa.float64()
    return pa.string()


def _to_texts(plain: pa.ChunkedArray, kind: pa.DataType) -> pd.Series:
    values = plain.to_pylist()
    if pa.types.is_boolean(kind):
        values = [None if value is None else value.capitalize() for value in values]
    if pa.types.is_timestamp(kind):
        times = [value for value in values if value is not None]
        pattern = _MIDNIGHT if all(map(_MIDNIGHT.search, times)) else _NO_FRACTION
        values = [None if value is None else pattern.sub("", value) for value in values]
    return pd.Series(values, dtype="str")


def _spread_integers(
    name: str, column: pa.ChunkedArray, values: pd.Series
) -> tuple[pd.Series, list[str]]:
    """Whole numbers with gaps become floats; tell of those that floats cannot hold exactly."""
    exact = column.to_pylist()
    rounded = [
        i for i, value in enumerate(exact) if value is not None and int(float(value)) != value
    ]
    if not rounded:
        return values.astype("float64"), []
    places = Places("row", range(1, len(exact) + 1))
    says = (
        f"Column {quote(name)}: {count(len(rounded), 'whole number')} beside missing values "
        f"{'was' if len(rounded) == 1 else 'were'} rounded to about 16 digits "
        f"({places.name(rounded)})."
    )
    return values.astype("float64"), [says]
