"""Builders of hostile files, each as small as its danger allows."""

import gzip
import io
import pickle  # noqa: TID251  # written here, to show that it is never read
import struct
import tarfile
import zipfile
from pathlib import Path

import joblib
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import feather

SHEET = "xl/worksheets/sheet1.xml"
SHEET_HEAD = (
    '<?xml version="1.0"?><worksheet xmlns='
    '"http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
SHEET_TAIL = "</sheetData></worksheet>"


class TouchesFile:
    """An object whose unpickling creates a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


def to_csv(rows: list[list[object]], separator: str = ",", end: str = "\n") -> bytes:
    """Join cells as they are, without any quoting."""
    return "".join(separator.join(map(str, row)) + end for row in rows).encode()


def with_rows(header: str, n: int, row) -> bytes:
    """A header and `n` rows made by ``row(i)``."""
    return ("\n".join([header, *(row(i) for i in range(n))]) + "\n").encode()


def workbook(*sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def rezip(content: bytes, changed: dict[str, bytes]) -> bytes:
    """Copy an archive, with some parts replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {name: old.read(name) for name in old.namelist()} | changed
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in parts.items():
            new.writestr(name, part)
    return buffer.getvalue()


def small_workbook() -> bytes:
    return workbook([["a", "b"], *([i, i * 0.5] for i in range(30))])


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def tarred(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo("table.csv")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def workbook_of_rows(n: int) -> bytes:
    """A sheet of `n` rows of one number each; random digits keep the ratio ordinary."""
    digits = np.random.default_rng(0).integers(10**14, 10**15, n)
    rows = "".join(f"<row><c><v>{digit}</v></c></row>" for digit in digits)
    return rezip(small_workbook(), {SHEET: (SHEET_HEAD + rows + SHEET_TAIL).encode()})


def workbook_bomb(n: int) -> bytes:
    rows = b"<row><c><v>1</v></c></row>" * n
    return rezip(small_workbook(), {SHEET: SHEET_HEAD.encode() + rows + SHEET_TAIL.encode()})


def workbook_with_formulas(n: int) -> bytes:
    """Formulas with their last value saved, and formulas that were never computed."""
    words = ("a", "saved", "never")
    head = "".join(f'<c t="inlineStr"><is><t>{word}</t></is></c>' for word in words)
    rows = "".join(
        f"<row><c><v>{i}</v></c><c><f>A{i + 2}*2</f><v>{2 * i}</v></c><c><f>A{i + 2}*3</f></c></row>"
        for i in range(n)
    )
    sheet = f"{SHEET_HEAD}<row>{head}</row>{rows}{SHEET_TAIL}"
    return rezip(small_workbook(), {SHEET: sheet.encode()})


def workbook_with_entities() -> bytes:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">'
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    sheet = laughs + "]>" + SHEET_HEAD.split("?>")[1] + "<row><c><v>&i;</v></c></row>" + SHEET_TAIL
    return rezip(small_workbook(), {SHEET: sheet.encode()})


def workbook_with_sheets(n: int) -> bytes:
    """`n` sheets in the directory, all of them small parts."""
    return rezip(small_workbook(), {f"xl/worksheets/sheet{i}.xml": b"<x/>" for i in range(2, n)})


def workbook_with_listed_sheets(n: int) -> bytes:
    """`n` sheets in the list, all of them the same part."""
    content = small_workbook()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        index = archive.read("xl/workbook.xml").decode()
    start = index.index("<sheet ")
    end = index.index("/>", start) + 2
    tags = "".join(
        index[start:end].replace('"Sheet 1"', f'"S{i}"').replace('sheetId="1"', f'sheetId="{i}"')
        for i in range(1, n + 1)
    )
    return rezip(content, {"xl/workbook.xml": (index[:start] + tags + index[end:]).encode()})


def workbook_repeating(text: str, n: int) -> bytes:
    """One long shared text, referred to by `n` cells."""
    content = small_workbook()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        types = archive.read("[Content_Types].xml").decode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    types = types.replace("</Types>", override)
    shared = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<si><t>{text}</t></si></sst>"
    )
    digits = np.random.default_rng(0).integers(10**8, 10**9, n)
    rows = "".join(f'<row><c t="s"><v>0</v></c><c><v>{digit}</v></c></row>' for digit in digits)
    sheet = (SHEET_HEAD + rows + SHEET_TAIL).encode()
    return rezip(
        content,
        {
            SHEET: sheet,
            "xl/sharedStrings.xml": shared.encode(),
            "[Content_Types].xml": types.encode(),
        },
    )


def compound(stream: str) -> bytes:
    """The outside of an old Office file, or of an encrypted new one."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return head + stream.encode("utf-16-le") + bytes(512)


def parquet(table: pa.Table, **options: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def parquet_bomb(n: int) -> bytes:
    """`n` equal rows, which run-length coding makes tiny; written in pieces to stay small."""
    sink = io.BytesIO()
    piece = pa.table({"a": pa.array(np.zeros(5_000_000, dtype="int8"))})
    with pq.ParquetWriter(sink, piece.schema, compression="zstd") as writer:
        for _ in range(n // 5_000_000):
            writer.write_table(piece)
    return sink.getvalue()


def parquet_repeating(text: str, n: int) -> bytes:
    """One long text, stored once, in `n` rows."""
    codes = pa.array(np.zeros(n, dtype="int32"))
    return parquet(pa.table({"a": pa.DictionaryArray.from_arrays(codes, [text])}))


def arrow_file(kind: str) -> bytes:
    frame = pd.DataFrame({"a": range(30), "b": range(30)})
    table = pa.Table.from_pandas(frame)
    sink = io.BytesIO()
    if kind == "feather":
        feather.write_feather(table, sink)
    else:
        maker = pa.ipc.new_file if kind == "arrow" else pa.ipc.new_stream
        with maker(sink, table.schema) as writer:
            writer.write_table(table)
    return sink.getvalue()


def npy() -> bytes:
    sink = io.BytesIO()
    np.save(sink, np.arange(30.0))
    return sink.getvalue()


def pickled(path: Path, protocol: int) -> bytes:
    return pickle.dumps(TouchesFile(path), protocol=protocol)


def joblib_dumped(path: Path, compress: object) -> bytes:
    sink = io.BytesIO()
    joblib.dump(TouchesFile(path), sink, compress=compress)
    return sink.getvalue()


def gz_bomb() -> bytes:
    return gzip.compress(b"1,2\n" * 5_000_000)


def windows_program() -> bytes:
    return (
        b"MZ\x90\x00" + bytes(56) + struct.pack("<I", 128) + bytes(64) + b"PE\x00\x00" + bytes(99)
    )
