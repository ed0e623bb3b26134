"""Clean tables come back as they were written; no bytes whatsoever end in anything but a sentence."""

import csv
import io
from contextlib import suppress

import hostile_files as make
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from core.errors import SpecError
from core.tables import TableReading, judge_target, read_table, suggest_target

RELAXED = {"deadline": None, "suppress_health_check": list(HealthCheck)}
LETTERS = "abcdefghijklmnopqrstuvwxyzäöüßéèñåøABCDEFGHIJKLMNOPQRSTUVWXYZ"


def is_plain_word(word: str) -> bool:
    lowered = word.lower()
    return not lowered.startswith(("na", "nu", "no", "inf", "mi", "un")) and word == word.strip()


WORDS = st.text(LETTERS, min_size=1, max_size=8).filter(is_plain_word)
# Signs that every dialect must protect by quotes, never at the edge of a text.
AWKWARD = st.tuples(WORDS, st.sampled_from([",", ";", "\t", "|", '"', "\n", " ", "#", "'"]), WORDS)
TEXTS = WORDS | AWKWARD.map("".join)
FLOATS = st.floats(-1e12, 1e12, allow_nan=False).map(lambda value: value + 0.0)
WHOLES = st.integers(-(2**63), 2**63 - 1)


@st.composite
def clean_tables(draw) -> pd.DataFrame:
    """A table of numbers and words; the first column has no gaps and proves the header."""
    n = draw(st.integers(2, 12))
    columns: dict[str, pd.Series] = {
        "first number": pd.Series(draw(st.lists(FLOATS, min_size=n, max_size=n))).map(
            lambda value: value + 0.5 if value % 1 == 0 else value
        )
    }
    for index in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["float", "whole", "text", "gaps", "gappy text"]))
        values = draw(
            st.lists(
                {"float": FLOATS, "whole": WHOLES, "gaps": FLOATS | st.none()}.get(
                    kind, TEXTS if kind == "text" else TEXTS | st.none()
                ),
                min_size=n,
                max_size=n,
            )
        )
        dtype = {"whole": "int64", "float": "float64", "gaps": "float64"}.get(kind, "str")
        columns[f"{kind} {index}"] = pd.Series(values, dtype=dtype)
    return pd.DataFrame(columns)


def assert_same(read: pd.DataFrame, written: pd.DataFrame) -> None:
    """Equal names, equal texts, and numbers equal to the last bit."""
    assert list(read.columns) == list(written.columns)
    assert len(read) == len(written)
    for name in written:
        expected = written[name]
        if expected.isna().all():
            assert read[name].isna().all()
        elif pd.api.types.is_numeric_dtype(expected.dtype):
            np.testing.assert_array_equal(
                read[name].to_numpy(dtype=float), expected.to_numpy(dtype=float)
            )
            if expected.dtype == "int64":
                assert read[name].tolist() == expected.tolist()
        else:
            both_missing = read[name].isna() & expected.isna()
            assert ((read[name] == expected) | both_missing).all()


DIALECTS = {
    "sep": st.sampled_from([",", ";", "\t", "|"]),
    "decimal": st.sampled_from([".", ","]),
    "lineterminator": st.sampled_from(["\n", "\r\n", "\r"]),
    "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    "na_rep": st.sampled_from(["", "NA", "NaN", "NULL"]),
}


def write(table: pd.DataFrame, dialect: dict, **options: object) -> str:
    """Write the table; with CR between lines the writer leaves a LF in a text unquoted."""
    if dialect["lineterminator"] == "\r" and dialect["quoting"] == csv.QUOTE_MINIMAL:
        dialect = dialect | {"quoting": csv.QUOTE_NONNUMERIC}
    return table.to_csv(index=False, **options, **dialect)


ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])


@settings(max_examples=150, **RELAXED)
@given(table=clean_tables(), dialect=st.fixed_dictionaries(DIALECTS), encoding=ENCODINGS)
def test_a_clean_table_in_any_dialect_comes_back_as_it_was_written(table, dialect, encoding):
    text = write(table, dialect)
    reading = read_table(text.encode(encoding), "t.csv")
    assert_same(reading.table, table)
    if len(table.columns) > 1:
        assert reading.separator == dialect["sep"]


@settings(max_examples=60, **RELAXED)
@given(table=clean_tables(), dialect=st.fixed_dictionaries(DIALECTS))
def test_a_clean_table_without_names_comes_back_when_told_so(table, dialect):
    # A lone "0,5" without a name may as well be two numbers.
    assume(len(table.columns) > 1)
    text = write(table, dialect, header=False)
    reading = read_table(text.encode(), "t.csv", header=False)
    named = table.set_axis([f"column {i + 1}" for i in range(len(table.columns))], axis=1)
    kept = named.loc[:, named.notna().any().to_numpy()]
    assert_same(reading.table[kept.columns], kept)


@settings(max_examples=30, **RELAXED)
@given(table=clean_tables())
def test_a_clean_workbook_comes_back_as_it_was_written(table):
    small = table.map(lambda value: value % 10**9 if isinstance(value, int) else value)
    buffer = io.BytesIO()
    small.to_excel(buffer, index=False)
    reading = read_table(buffer.getvalue(), "t.xlsx")
    assert reading.kind == "xlsx"
    # A spreadsheet keeps 15 to 17 digits; the writer's text of each float has 17.
    for name in small.select_dtypes("number").dropna(axis=1, how="all"):
        np.testing.assert_allclose(reading.table[name], small[name], rtol=1e-15)
    words = small.select_dtypes(exclude="number")
    assert_same(reading.table[words.columns], words)


@settings(max_examples=60, **RELAXED)
@given(table=clean_tables(), compression=st.sampled_from(["snappy", "zstd", "none", "gzip"]))
def test_a_clean_parquet_file_comes_back_as_it_was_written(table, compression):
    reading = read_table(table.to_parquet(index=False, compression=compression), "t.parquet")
    assert reading.kind == "parquet"
    assert reading.repairs == ()
    assert_same(reading.table, table)


def ends_well(content: bytes, header: bool | None = None) -> None:
    """Reading ends in a table of the promised shape, or in a sentence."""
    try:
        reading = read_table(content, "t.csv", header=header)
    except SpecError as error:
        sentence = str(error)
    else:
        sentence = "It was read."
        agrees_with_itself(reading)
    assert sentence.endswith(".")
    assert "\n" not in sentence


def agrees_with_itself(reading: TableReading) -> None:
    """What the reading says of its table is so."""
    assert reading.table.shape == (reading.n_rows, reading.n_columns)
    assert reading.n_rows > 0
    assert reading.table.columns.is_unique
    assert list(reading.columns["name"]) == list(reading.table.columns)
    assert list(reading.columns["n_missing"]) == reading.table.isna().sum().tolist()
    assert all("\n" not in sentence for sentence in (*reading.repairs, *reading.warnings))
    for name, kind in zip(reading.columns["name"], reading.columns["type"], strict=True):
        values = reading.table[name]
        assert not (kind == "numeric" and not pd.api.types.is_numeric_dtype(values.dtype))
        if pd.api.types.is_float_dtype(values.dtype):
            assert not np.isinf(values).any()
    with suppress(SpecError):
        judge_target(reading.table, suggest_target(reading))


# Bytes that mean something to a reader, so that few cases are spent on plain noise.
TOKENS = st.sampled_from([
    b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b'"', b'""', b"'", b"#", b"=", b"-", b".",
    b"1", b"0", b"12", b"-0", b"1e400", b"1e-400", b"inf", b"NaN", b"NA", b"?", b"1,5", b"1.234",
    b"1,234,567", b"9" * 25, b"007", b"2024-02-30", b"31/12/2024", b"12/31/24", b"Jan 5, 2024",
    b"a", b"b", b"\xc3\xa9", b"\xe9", b"\x00", b"\x80", b"\x81", b"\xff\xfe", b"\xef\xbb\xbf",
    b" ", b"\xc2\xa0", b"\xe2\x80\xae", b"\xed\xa0\x80", b"\x1a", b"sep=;\n", b"True", b"10:30",
    "1\u00a0234".encode(), "١٢".encode(), "²".encode(), b"1_000", b"0x1F", b"PK\x03\x04", b"PAR1",
])  # fmt: skip
SOUP = st.lists(TOKENS, max_size=60).map(b"".join) | st.binary(max_size=200)
HEADERS = st.sampled_from([None, True, False])


@st.composite
def damaged_tables(draw) -> bytes:
    """A good CSV in which a few pieces were cut out, put in, or overwritten."""
    table = draw(clean_tables())
    content = table.to_csv(index=False, sep=draw(DIALECTS["sep"])).encode(draw(ENCODINGS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        length = draw(st.integers(0, 8))
        content = content[:start] + draw(TOKENS | st.binary(max_size=4)) + content[start + length :]
    return content


@st.composite
def damaged_archives(draw) -> bytes:
    """A workbook or Parquet file with a few bytes changed, or cut off."""
    content = draw(st.sampled_from(GOOD_FILES))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content) - 1))
        content = content[:start] + draw(st.binary(min_size=1, max_size=4)) + content[start + 1 :]
    return content[: draw(st.just(len(content)) | st.integers(8, len(content)))]


GOOD_FILES = [
    make.small_workbook(),
    make.parquet(pa.table({"a": range(30), "b": ["x", None, "zz"] * 10})),
    make.parquet(pa.table({"a": [0.5] * 30}), compression="none", use_dictionary=False),
]


@settings(max_examples=1000, **RELAXED)
@given(content=SOUP, header=HEADERS)
@example(content=b"a\n\xff\x00", header=None)
@example(content=b"#\n;", header=None)
def test_any_bytes_end_in_a_table_or_in_a_sentence(content, header):
    ends_well(content, header)


@settings(max_examples=800, **RELAXED)
@given(content=damaged_tables(), header=HEADERS)
def test_any_damaged_csv_ends_in_a_table_or_in_a_sentence(content, header):
    ends_well(content, header)


@settings(max_examples=200, **RELAXED)
@given(content=damaged_archives())
def test_any_damaged_workbook_or_parquet_file_ends_in_a_table_or_in_a_sentence(content):
    ends_well(content)


@pytest.mark.full
@settings(max_examples=10_000, **RELAXED)
@given(content=SOUP, header=HEADERS)
def test_any_bytes_end_well_in_the_long_drill(content, header):
    ends_well(content, header)


@pytest.mark.full
@settings(max_examples=10_000, **RELAXED)
@given(content=damaged_tables() | damaged_archives(), header=HEADERS)
def test_any_damaged_file_ends_well_in_the_long_drill(content, header):
    ends_well(content, header)
