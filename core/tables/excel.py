"""XLSX: the first sheet with data, cell values as last saved; no formula or macro is run."""

import datetime as dt
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import openpyxl
import pandas as pd

from core.errors import SpecError, require
from core.settings import read_settings
from core.tables.limits import check_columns, check_shape
from core.tables.raw import Cells, RawTable, read_heading
from core.tables.text_table import HEAD_ROWS
from core.tables.wording import Places, count, listing, quote
from core.tables.workbook_archive import DAMAGED, TimedBytes, check_archive

MAX_SHEET_ROWS = 1_048_576
"""Rows of a sheet in the file format; blank ones count."""
CHECKED_ROWS = 100
HEAD_BYTES = 65_536
_XML_ENDINGS = (".xml", ".rels")


@dataclass
class _Sheet:
    """The filled rows of one sheet; a row is as long as its last filled cell."""

    name: str
    rows: list[tuple[object, ...]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    width: int = 0


def read_excel(content: bytes, header: bool | None) -> RawTable:
    """Return the table in a workbook; `header` says whether its first row holds names.

    A cell holds the value that was last saved: a formula that never was computed is missing.
    """
    unread = check_archive(content)
    _refuse_entities(content)
    sheet, others = _read_first_sheet(content)
    width = sheet.width
    check_shape(len(sheet.rows) - 1, width)
    places = Places("row", sheet.numbers)
    head = [[_write(cell) for cell in _pad(row, width)] for row in sheet.rows[:HEAD_ROWS]]
    heading = read_heading(head, header, places)
    if heading.source == "first row":
        places = Places("row", sheet.numbers[1:])
        del sheet.rows[0]
    require(bool(sheet.rows), f"Sheet {quote(sheet.name)} has column names, but no rows. Add some.")
    check_shape(len(sheet.rows), width)
    raw_columns = list(zip(*(_pad(row, width) for row in sheet.rows), strict=True))
    columns: list[Cells] = []
    repairs = [*unread, *_say_sheet(sheet, others), *_say_gaps(sheet), *heading.repairs]
    for name, cells in zip(heading.names, raw_columns, strict=True):
        columns.append(_to_cells(cells))
        repairs.extend(_say_text_numbers(name, cells, places))
    return RawTable(
        kind="xlsx",
        originals=heading.originals,
        names=heading.names,
        columns=tuple(columns),
        places=places,
        repairs=tuple(repairs),
        warnings=heading.warnings,
    )


def _read_first_sheet(content: bytes) -> tuple[_Sheet, list[str]]:
    """Return the first sheet with a filled cell, and the names of the sheets not read."""
    source = TimedBytes(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of charts and formats we do not read
            book = openpyxl.load_workbook(source, read_only=True, data_only=True, keep_links=False)
            names = [sheet.title for sheet in book.worksheets]
            for index, worksheet in enumerate(book.worksheets):
                sheet = _collect(names[index], worksheet.iter_rows(values_only=True), source)
                if sheet.rows:
                    return sheet, names[:index] + names[index + 1 :]
    except SpecError:
        raise
    except Exception as error:  # hostile parts raise whatever the library happens to
        source.check_time()  # the library may have wrapped the sentence about the time
        raise SpecError(DAMAGED) from error
    message = f"The workbook has {count(len(names), 'sheet')} and no filled cell. Fill one."
    raise SpecError(message)


def _collect(name: str, rows: Iterator[tuple[object, ...]], source: TimedBytes) -> _Sheet:
    sheet = _Sheet(name)
    settings = read_settings()
    for number, row in enumerate(rows, start=1):
        if number % CHECKED_ROWS == 0:
            source.check_time()
        require(
            number <= MAX_SHEET_ROWS,
            f"Sheet {quote(name)} goes on after row {MAX_SHEET_ROWS:,}, the last one of a sheet. "
            "Save it as CSV and choose that file.",
        )
        width = next((i for i in range(len(row), 0, -1) if row[i - 1] not in (None, "")), 0)
        if width == 0:
            continue
        sheet.rows.append(row[:width])
        sheet.numbers.append(number)
        sheet.width = max(sheet.width, width)
        n_rows = len(sheet.rows) - 1
        if n_rows > settings.max_rows or n_rows * sheet.width > settings.max_cells:
            check_shape(n_rows, sheet.width, at_least=True)
        check_columns(sheet.width)
    return sheet


def _refuse_entities(content: bytes) -> None:
    """Refuse document types: an entity can grow without end, and no workbook needs one."""
    source = TimedBytes(content)
    try:
        with zipfile.ZipFile(source) as archive:
            parts = [part for part in archive.infolist() if part.filename.endswith(_XML_ENDINGS)]
            heads = {part.filename: archive.open(part).read(HEAD_BYTES) for part in parts}
    except Exception as error:  # broken compression raises whatever the codec happens to
        source.check_time()
        raise SpecError(DAMAGED) from error
    for name, head in heads.items():
        require(
            b"<!DOCTYPE" not in head and b"<!ENTITY" not in head,
            f"The workbook's part {quote(name)} defines XML entities, which no spreadsheet program "
            "writes. Save the table as CSV and choose that file.",
        )


def _pad(row: tuple[object, ...], width: int) -> tuple[object, ...]:
    return row + (None,) * (width - len(row))


def _to_cells(cells: Sequence[object]) -> Cells:
    """Return numbers as numbers; a column with anything else as texts, to be judged as such."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if not kinds or kinds - {int, float}:
        return [_write(cell) for cell in cells]
    is_whole = kinds == {int} and None not in cells
    if is_whole and all(abs(cell) < 2**63 for cell in cells if isinstance(cell, int)):
        return pd.Series(cells, dtype="int64")
    return pd.Series([float("nan") if cell is None else float(str(cell)) for cell in cells])


def _write(cell: object) -> str:
    """Write a cell as text: dates as ISO, numbers with a point and all their digits."""
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        text = cell.isoformat(sep=" ")
        return text.removesuffix(" 00:00:00")
    # A workbook can spell out half a character, which no text can hold.
    return str(cell).encode("utf-8", errors="replace").decode("utf-8")


def _say_sheet(sheet: _Sheet, others: Sequence[str]) -> list[str]:
    if not others:
        return []
    return [
        (
            f"The workbook has {len(others) + 1} sheets: {quote(sheet.name)} was read, the first with "
            f"data; not read: {listing([quote(name) for name in others])}."
        )
    ]


def _say_gaps(sheet: _Sheet) -> list[str]:
    filled = set(sheet.numbers)
    blank = [number for number in range(1, sheet.numbers[-1]) if number not in filled]
    if not blank:
        return []
    verb = "was" if len(blank) == 1 else "were"
    return [f"{count(len(blank), 'blank row')} {verb} left out: {listing(blank)}."]


def _say_text_numbers(name: str, cells: Sequence[object], places: Places) -> list[str]:
    """Tell of cells that hold a number as text, as spreadsheets mark with a green corner."""
    where = [i for i, cell in enumerate(cells) if isinstance(cell, str) and _is_plain(cell)]
    if not where:
        return []
    return [
        (
            f"Column {quote(name)}: {count(len(where), 'cell')} hold{'s' * (len(where) == 1)} a number "
            f"as text ({places.name(where)}); such cells are judged as if they had been typed."
        )
    ]


def _is_plain(text: str) -> bool:
    return text.strip().replace(".", "", 1).isdecimal()
