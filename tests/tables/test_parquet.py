"""Every type that Parquet can declare: read as what it is, or refused by its name."""

import datetime as dt
import decimal

import hostile_files as make
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from core.errors import SpecError
from core.tables import TableReading, read_table

DAY = dt.datetime(2024, 2, 29)  # noqa: DTZ001  # tables hold times without a zone


def read(values: pa.Array, n_copies: int = 1) -> TableReading:
    table = pa.table(
        {"a": pa.chunked_array([values] * n_copies), "b": range(len(values) * n_copies)}
    )
    return read_table(make.parquet(table), "t.parquet")


@pytest.mark.parametrize(
    ("values", "expected", "dtype"),
    [
        (pa.array([1, 2], "int8"), [1, 2], "int64"),
        (pa.array([1, 2], "uint32"), [1, 2], "int64"),
        (pa.array([0.5, 0.25], "float32"), [0.5, 0.25], "float64"),
        (pa.array([0.5, 0.25], "float16"), [0.5, 0.25], "float64"),
        (pa.array([decimal.Decimal("1.25"), decimal.Decimal("-3.50")]), [1.25, -3.5], "float64"),
        (pa.array([True, False]), ["True", "False"], "str"),
        (pa.array(["x", "007"]), ["x", "007"], "str"),
        (pa.array(["x", "y"], "large_string"), ["x", "y"], "str"),
        (pa.array(["x", "y"]).dictionary_encode(), ["x", "y"], "str"),
        (pa.array([5, 7]).dictionary_encode(), [5, 7], "int64"),
        (pa.array(["ü".encode(), b"y"], "binary"), ["ü", "y"], "str"),
        (
            pa.array([dt.date(2024, 2, 29), dt.date(1999, 1, 1)]),
            ["2024-02-29", "1999-01-01"],
            "str",
        ),
        (pa.array([DAY, DAY + dt.timedelta(days=1)]), ["2024-02-29", "2024-03-01"], "str"),
        (
            pa.array([DAY, DAY + dt.timedelta(hours=1)]),
            ["2024-02-29 00:00:00", "2024-02-29 01:00:00"],
            "str",
        ),
    ],
    ids=lambda value: str(getattr(value, "type", "")),
)
def test_each_readable_type_keeps_its_values(values, expected, dtype):
    column = read(values).table["a"]
    assert column.tolist() == expected
    assert column.dtype == dtype


@pytest.mark.parametrize(
    "values",
    [
        pa.array([dt.timedelta(1)]),
        pa.array([b"0123456789abcdef"], pa.binary(16)),
        pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"0123456789abcdef"], pa.binary(16))),
    ],
    ids=lambda value: str(value.type),
)
def test_a_type_that_no_lesson_can_use_is_refused_by_its_name(values):
    with pytest.raises(SpecError, match=r"Column 'a' has the type .*Save it as text"):
        read(values)


@pytest.mark.parametrize(
    "values", [pa.array([2**64 - 1], "uint64"), pa.array([b"\xff\xfe\x00"], "binary")]
)
def test_values_that_do_not_fit_are_refused_with_the_column(values):
    with pytest.raises(SpecError, match=r"Column 'a' .*cannot be read.*Save it as text"):
        read(values)


def test_missing_is_missing_in_every_type():
    for values in (pa.array([1, None]), pa.array([0.5, None]), pa.array(["x", None])):
        assert read(values).table["a"].isna().tolist() == [False, True]
    reading = read(pa.array([None, None]))
    assert reading.columns["type"].tolist()[0] == "empty"


def test_whole_numbers_with_gaps_tell_when_they_are_rounded():
    exact = read(pa.array([2**53, None]))
    assert not any("rounded" in repair for repair in exact.repairs)
    rounded = read(pa.array([2**53 + 1, None]))
    assert any("'a': 1 whole number" in r and "(row 1)" in r for r in rounded.repairs)


def test_exact_decimals_are_told_to_be_floats():
    assert any("exact decimals" in r for r in read(pa.array([decimal.Decimal("1.5")])).repairs)


def test_a_text_that_only_looks_like_missing_or_like_a_number_is_kept_as_declared():
    reading = read(pa.array(["NA", "None", " x "]))
    assert reading.table["a"].tolist() == ["NA", "None", " x "]
    numbers = read(pa.array(["1", "2"]))
    assert numbers.table["a"].tolist() == ["1", "2"]
    assert any("declares it as text" in warning for warning in numbers.warnings)


def test_a_long_cell_is_refused_with_its_row_also_behind_the_first_chunk():
    short = pa.array(["x"] * 4)
    long = pa.chunked_array([short, pa.array(["y", "z" * 10_001])])
    with pytest.raises(SpecError, match=r"Column 'a', row 6: .*10,001 characters.*10,000"):
        read_table(make.parquet(pa.table({"a": long})), "t.parquet")


def test_a_cell_at_the_limit_of_characters_is_read_however_many_bytes_it_takes():
    assert len(read(pa.array(["ü" * 10_000])).table["a"].iloc[0]) == 10_000


def test_the_rows_of_all_row_groups_count(monkeypatch):
    monkeypatch.setenv("GLASSROOM_MAX_ROWS", "10")
    with pytest.raises(SpecError, match="12 rows; at most 10 are read"):
        read(pa.array([1, 2, 3]), n_copies=4)


def test_two_columns_of_one_name_are_both_kept():
    table = pa.table([pa.array([1]), pa.array(["x"])], names=["a", "a"])
    reading = read_table(make.parquet(table), "t.parquet")
    assert reading.table.iloc[0].tolist() == [1, "x"]
    assert list(reading.table.columns) == ["a", "a (2)"]


def test_what_pandas_writes_beside_the_data_is_not_believed():
    frame = pd.DataFrame({"a": np.arange(3.0)}, index=pd.Index(["r", "s", "t"], name="key"))
    reading = read_table(frame.to_parquet(), "t.parquet")
    assert reading.table["a"].tolist() == [0, 1, 2]
    assert reading.table["key"].tolist() == ["r", "s", "t"]
