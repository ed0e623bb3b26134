"""CSV and TSV: every row is counted before any cell is believed."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NoReturn

from core.errors import SpecError, require
from core.settings import read_settings
from core.tables.dialect import NAMES, Dialect, find_dialect, read_rows
from core.tables.encoding import decode
from core.tables.header import judge_header
from core.tables.limits import check_columns, check_shape
from core.tables.raw import RawTable, read_heading
from core.tables.wording import SHOWN_PLACES, Places, count, listing

CHUNK_ROWS = 2000
HEAD_ROWS = 101


@dataclass
class _Collected:
    """The rows of good width, column by column, and the lines of everything else."""

    columns: list[list[str]]
    lines: list[int] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)
    valueless: list[int] = field(default_factory=list)
    comments: list[int] = field(default_factory=list)
    trimmed: list[int] = field(default_factory=list)
    ragged: list[tuple[int, int]] = field(default_factory=list)
    """Line and number of cells of each row of another width."""


def read_text_table(content: bytes, header: bool | None) -> RawTable:
    """Return the table in `content`, cell by cell as written, with each repair as a sentence.

    Rows of unequal width, open quotes and NUL characters are refused with their lines.
    """
    decoded = decode(content)
    require(decoded.text.strip() != "", "The file holds only blank lines. Choose one with rows.")
    dialect = find_dialect(decoded.text)
    check_columns(dialect.width)
    collected = _collect(decoded.text, dialect)
    _refuse_ragged(collected, dialect)
    _drop_comments_above_header(collected)
    places = Places("line", collected.lines)
    require(bool(collected.lines), "The file holds no row with a value. Choose one with rows.")
    heading = read_heading(
        list(zip(*(column[:HEAD_ROWS] for column in collected.columns), strict=True)),
        header,
        places,
    )
    if heading.source == "first row":
        places = Places("line", collected.lines[1:])
        for column in collected.columns:
            del column[0]
    check_shape(len(places.numbers), dialect.width)
    return RawTable(
        kind="text",
        originals=heading.originals,
        names=heading.names,
        columns=tuple(collected.columns),
        places=places,
        repairs=(
            *decoded.repairs,
            *dialect.repairs,
            *_say_line_ends(decoded.text),
            *_say_left_out(collected),
            *heading.repairs,
        ),
        warnings=(*decoded.warnings, *_warn_one_column(collected, dialect), *heading.warnings),
        encoding=decoded.encoding,
        separator=dialect.separator,
    )


def _collect(text: str, dialect: Dialect) -> _Collected:
    """Cut the text into cells; chunks keep the memory of a large table low."""
    collected = _Collected([[] for _ in range(dialect.width)])
    settings = read_settings()
    max_rows = min(settings.max_rows, settings.max_cells // dialect.width) + 1  # 1 for the header
    numbered = _number_rows(text, dialect)
    while chunk := list(islice(numbered, CHUNK_ROWS)):
        good = [
            (line, row)
            for line, row in chunk
            if (len(row) == dialect.width and any(row) and not row[0].startswith("#"))
            or _place_odd_row(collected, line, row, dialect.width)
        ]
        if good:
            collected.lines.extend(line for line, _ in good)
            cells = zip(*[row for _, row in good], strict=True)
            for column, new in zip(collected.columns, cells, strict=True):
                column.extend(new)
        if len(collected.lines) > max_rows:
            check_shape(len(collected.lines) - 1, dialect.width, at_least=True)
        if len(collected.ragged) > CHUNK_ROWS:
            break
        n_odd = len(collected.blank) + len(collected.valueless) + len(collected.comments)
        require(
            n_odd <= settings.max_rows,
            f"More than {settings.max_rows:,} lines are blank, comments or without any value. "
            "Delete them and save the table again.",
        )
    return collected


def _number_rows(text: str, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line that it begins on."""
    reader = read_rows(text, dialect.separator, dialect.skips_blanks)
    start = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            _refuse_broken_row(start, str(error))
        if start > dialect.n_hint_lines:
            yield start, row
        start = reader.line_num + 1


def _place_odd_row(collected: _Collected, line: int, row: list[str], width: int) -> bool:
    """Note a row that is not plain data; return whether it still belongs to the table."""
    if not row or (len(row) == 1 and width > 1 and not row[0].strip()):
        collected.blank.append(line)
    elif row[0].startswith("#") and len(row) != width:
        collected.comments.append(line)
    elif len(row) >= width and not any(row):
        collected.valueless.append(line)
    elif len(row) == width:
        return True
    elif len(row) > width and not any(row[width:]):
        collected.trimmed.append(line)
        del row[width:]
        return True
    elif len(row) == width - 1 and not collected.lines:
        # Perhaps each row below ends in one separator too many; the last column will tell.
        collected.ragged.append((line, len(row)))
        row.append("")
        return True
    else:
        collected.ragged.append((line, len(row)))
    return False


def _refuse_ragged(collected: _Collected, dialect: Dialect) -> None:
    ragged = collected.ragged
    if not ragged:
        return
    if collected.lines and ragged == [(collected.lines[0], dialect.width - 1)]:
        if not any(collected.columns[-1]):
            return  # a column without name or value; it is left out later
        message = (
            f"Line {ragged[0][0]} has {count(dialect.width - 1, 'name')}, but the rows below have "
            f"{count(dialect.width, 'cell')}. Give every column a name."
        )
        raise SpecError(message)
    lines = [line for line, _ in ragged]
    widths = sorted({width for _, width in ragged})
    plural = "" if len(lines) == 1 else "s"
    verb = "has" if len(lines) == 1 else "have"
    message = (
        f"Line{plural} {listing(lines)} {verb} {listing(widths)} "
        f"cell{'' if widths == [1] else 's'}, while the table has {dialect.width} columns "
        f"(separator {NAMES[dialect.separator]}). Put a text that holds the separator in quotes, "
        "and give each row every cell, empty ones too."
    )
    raise SpecError(message)


def _refuse_broken_row(line: int, problem: str) -> NoReturn:
    limit = min(read_settings().max_cell_chars, csv.field_size_limit())
    if "unexpected end of data" in problem:
        says = 'a quote (") opens in this row and never closes. Close it, or delete it.'
    elif "field limit" in problem:
        says = (
            f"a cell of this row is longer than {limit:,} characters. Perhaps a closing quote "
            '(") is missing; otherwise shorten the text.'
        )
    else:
        says = (
            'a quote (") closes in the middle of a cell. Write a quote inside a quoted text '
            'twice (""), or delete it.'
        )
    message = f"Line {line}: {says}"
    raise SpecError(message)


def _drop_comments_above_header(collected: _Collected) -> None:
    """Leave out remarks at the top that happen to have the table's width.

    A first row such as ``# id,name`` may be the header itself: it is a remark only if the first
    row without ``#`` proves to be the header.
    """
    head = list(zip(*(column[:HEAD_ROWS] for column in collected.columns), strict=True))
    n = next((index for index, row in enumerate(head) if not row[0].startswith("#")), 0)
    if n == 0 or n + 1 == len(head):
        return
    verdict = judge_header(head[n], list(zip(*head[n + 1 :], strict=True)))
    if verdict.is_header and verdict.is_sure:
        collected.comments[:0] = collected.lines[:n]
        del collected.lines[:n]
        for column in collected.columns:
            del column[:n]


def _say_left_out(collected: _Collected) -> list[str]:
    kinds = (
        (collected.blank, "blank line", "left out"),
        (collected.comments, "comment line", "left out (they begin with '#')"),
        (collected.valueless, "line without any value", "left out"),
        (collected.trimmed, "line", "cut: only empty cells stood after the last column"),
    )
    return [
        f"{count(len(lines), noun, _plural(noun))} {'was' if len(lines) == 1 else 'were'} {done}: "
        f"{listing(sorted(lines)[:SHOWN_PLACES], len(lines))}."
        for lines, noun, done in kinds
        if lines
    ]


def _plural(noun: str) -> str:
    return noun.replace("line", "lines", 1)


def _say_line_ends(text: str) -> list[str]:
    n_pairs = text.count("\r\n")
    n_cr, n_lf = text.count("\r") - n_pairs, text.count("\n") - n_pairs
    kinds = [f"{n:,} {name}" for n, name in ((n_pairs, "CR LF"), (n_lf, "LF"), (n_cr, "CR")) if n]
    if len(kinds) > 1:
        return [
            (
                f"The lines end in different ways ({listing(kinds)}); each was read as a line end, "
                "except inside quotes."
            )
        ]
    return ["The lines end in CR alone, as on old Macs; each was read as a line end."] * bool(n_cr)


def _warn_one_column(collected: _Collected, dialect: Dialect) -> list[str]:
    """Suspect another separator when a lone column is full of blanks or colons."""
    if dialect.width > 1 or len(collected.lines) < 2:
        return []
    sample = collected.columns[0][:HEAD_ROWS]
    for sign, name in ((" ", "a blank"), (":", "':'"), ("~", "'~'")):
        counts = {cell.strip().count(sign) for cell in sample}
        if len(counts) == 1 and counts != {0}:
            return [
                (
                    f"The table has one column, and each of its first cells holds {name} equally "
                    "often. If that separates the columns, save the table with commas instead."
                )
            ]
    return []
