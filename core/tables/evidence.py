"""What the cells of a column, and then all columns of a file, show about their numbers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.settings import read_settings
from core.tables.cells import GAPS, CleanCells, clean_cells
from core.tables.limits import refuse_cell
from core.tables.numerals import (
    NUMBER_GAPS,
    Decimal,
    Form,
    hold_codes,
    join_plain,
    judge_form,
    judge_plain,
    read_plain,
)
from core.tables.wording import Places, quote


@dataclass(frozen=True, eq=False)
class TextColumn:
    """What the cells of one column of text show by themselves."""

    name: str
    places: Places
    form: Form
    texts: Sequence[str | None]
    """The cells, None for no value."""
    distinct: tuple[str, ...] = ()
    """The different texts; left empty when `plain` is given."""
    plain: np.ndarray | None = None
    """The numbers, NaN for no value, when each text is a number as programs write it."""
    repairs: tuple[str, ...] = ()
    is_integer: bool = False
    """Whether no text has a decimal sign or an exponent."""
    is_code: bool = False
    """Whether the digits are codes: some begin with a needless 0."""


@dataclass(frozen=True)
class FileDecimal:
    """The decimal sign of a whole file."""

    sign: Decimal
    is_proven: bool
    """Whether some column can only be read so, and none contradicts it."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settled:
    """The decimal sign of one column, and what a reader of the table should know of it."""

    sign: Decimal
    repairs: tuple[str, ...]
    warnings: tuple[str, ...]


def inspect_column(name: str, cells: list[str], places: Places) -> TextColumn:
    """Look at one column alone: which form of number fits every filled cell, if any does."""
    _refuse_long_cells(name, cells, places)
    filled = [cell for cell in cells if cell] if "" in cells else cells
    column = TextColumn(name, places, "none", cells)
    if filled and (plain := _inspect_plain(column, filled)) is not None:
        return plain
    clean = clean_cells(name, cells, places)
    if (plain := _inspect_clean(column, clean)) is not None:
        return plain
    form = _judge(clean.distinct)
    if form == "none" and not NUMBER_GAPS.isdisjoint(clean.distinct):
        form = _judge([text for text in clean.distinct if text not in NUMBER_GAPS])
        if form != "none":
            clean = clean_cells(name, cells, places, GAPS | NUMBER_GAPS)
            if (plain := _inspect_clean(column, clean)) is not None:
                return plain
    joined = "\n".join(clean.distinct) if form == "whole" else ""
    is_code = form == "whole" and hold_codes(joined)
    return replace(
        column,
        texts=clean.values,
        repairs=clean.repairs,
        form="none" if is_code else form,
        distinct=clean.distinct,
        is_code=is_code,
        is_integer=form == "whole" and "e" not in joined.lower(),
    )


def judge_decimal(columns: Sequence[TextColumn]) -> FileDecimal:
    """Return the decimal sign that the columns prove together; without proof it is the point."""
    point = [column.name for column in columns if column.form == "point"]
    comma = [column.name for column in columns if column.form == "comma"]
    if point and comma:
        says = (
            f"Column {quote(point[0])} has decimal points, column {quote(comma[0])} decimal "
            "commas. Each was read by its own sign; check a value of each."
        )
        return FileDecimal(".", is_proven=False, warnings=(says,))
    return FileDecimal("," if comma else ".", is_proven=bool(point or comma))


def settle_decimal(column: TextColumn, of_file: FileDecimal, separator: str | None) -> Settled:
    """Return the column's decimal sign: its own if its cells prove one, else the file's.

    An open case with commas is grouped thousands unless the separator is ``;``, as in programs
    that write decimal commas; it is always reported.
    """
    if column.form in ("point", "comma"):
        own: Decimal = "." if column.form == "point" else ","
        return Settled(own, _tell_groups(column, own), ())
    if column.form == "whole":
        return Settled(".", _tell_groups(column, "."), ())
    comma_cell = next((text for text in _written(column) if "," in text), None)
    if of_file.is_proven:
        sign, why = of_file.sign, f"other columns have the decimal sign '{of_file.sign}'"
    elif comma_cell is not None and separator == ";":
        sign, why = ",", "files with ';' between the cells usually have decimal commas"
    elif comma_cell is not None:
        sign, why = ".", "nothing in the file shows a decimal comma"
    else:
        sign, why = ".", "nothing in the file shows a decimal comma"
        if separator != ";":
            return Settled(sign, (), ())
    cell = comma_cell or next(text for text in _written(column) if "." in text)
    return Settled(sign, _tell_groups(column, sign), (_warn_open(column, cell, sign, why),))


def _inspect_plain(column: TextColumn, filled: Sequence[str]) -> TextColumn | None:
    """Take the quick way for a column whose filled cells are numbers as programs write them."""
    joined = join_plain(filled)
    if joined is None:
        return None
    form = judge_plain(joined)
    is_comma = "," in joined
    if (is_comma and form == "ambiguous") or (form == "whole" and hold_codes(joined)):
        return None
    numbers = read_plain(joined.replace(",", ".").split("\n") if is_comma else filled)
    if numbers is None:
        return None
    if len(filled) < len(column.texts):
        spread = np.full(len(column.texts), np.nan)
        spread[[index for index, text in enumerate(column.texts) if text]] = numbers
        numbers = spread
    is_integer = form == "whole" and "e" not in joined and "E" not in joined
    return replace(column, form=form, plain=numbers, is_integer=is_integer)


def _inspect_clean(column: TextColumn, clean: CleanCells) -> TextColumn | None:
    filled = [text for text in clean.values if text is not None]
    column = replace(column, texts=clean.values, repairs=clean.repairs)
    return _inspect_plain(column, filled) if filled else None


def _judge(distinct: Collection[str]) -> Form:
    return judge_form(distinct) if distinct else "none"


def _written(column: TextColumn) -> list[str]:
    return [text for text in column.texts if text]


def _tell_groups(column: TextColumn, sign: Decimal) -> tuple[str, ...]:
    """Say which signs between thousands were taken out, and where the first one stands."""
    if column.plain is not None and not (sign == "," and column.form == "ambiguous"):
        return ()
    marks = " \u00a0\u202f\u2009'’" + ("." if sign == "," else ",")
    where = [i for i, text in enumerate(column.texts) if text and any(m in text for m in marks)]
    if not where:
        return ()
    first = column.texts[where[0]] or ""
    return (
        (
            f"Column {quote(column.name)}: the signs between thousands were taken out, as in "
            f"{quote(first)} ({column.places.name(where)})."
        ),
    )


def _warn_open(column: TextColumn, cell: str, sign: Decimal, why: str) -> str:
    mark = "," if "," in cell else "."
    grouped, decimal = cell.replace(mark, ""), cell.replace(mark, ".")
    taken, other = (decimal, grouped) if mark == sign else (grouped, decimal)
    place = column.places.name([column.texts.index(cell)])
    return (
        f"Column {quote(column.name)}, {place}: {quote(cell)} could mean {taken} or {other}. It "
        f"was read as {taken}, because {why}. If that is wrong, write the numbers without signs "
        "between thousands."
    )


def _refuse_long_cells(name: str, cells: Sequence[str], places: Places) -> None:
    limit = read_settings().max_cell_chars
    if max(map(len, cells), default=0) > limit:
        index = next(i for i, cell in enumerate(cells) if len(cell) > limit)
        refuse_cell(quote(name), places.name([index]), len(cells[index]))
