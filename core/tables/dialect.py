"""Which sign separates the cells of a text table."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from core.tables.numerals import fits_number

if TYPE_CHECKING:
    import _csv

SEPARATORS = (",", ";", "\t", "|")
SAMPLE_ROWS = 100
SAMPLE_CHARS = 1_000_000
NAMES = {",": "','", ";": "';'", "\t": "TAB", "|": "'|'"}

_EXCEL_HINT = re.compile(r"sep=(.)(\r\n|\r|\n)", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[+-]?(?:\d*,\d+|\d+)(?:[eE][+-]?\d+)?|")


@dataclass(frozen=True)
class Dialect:
    """How to cut a text into rows and cells."""

    separator: str
    width: int
    """Cells in most rows of the sample."""
    skips_blanks: bool = False
    """Whether blanks after a separator come before a quote and are dropped."""
    n_hint_lines: int = 0
    """1 when the first line only names the separator (``sep=;``)."""
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Fit:
    separator: str
    skips_blanks: bool
    width: int
    share: float
    cleanness: float


def read_rows(text: str, separator: str, skips_blanks: bool) -> "_csv.Reader":
    """Return the strict row reader that both the sample and the whole table go through.

    ``newline=""`` leaves every kind of line end, also a lone CR, to the reader.
    """
    lines = io.StringIO(text, newline="")
    return csv.reader(lines, delimiter=separator, skipinitialspace=skips_blanks, strict=True)


def find_dialect(text: str) -> Dialect:
    """Return the separator that gives the first rows one consistent width.

    Among several such separators, the one whose cells hold fewest other separators and most
    numbers wins: ``1,5;2,5`` is two decimals, not three whole numbers and a half.
    """
    hint = _EXCEL_HINT.match(text)
    if hint is not None and hint.group(1) in SEPARATORS:
        separator = hint.group(1)
        rows = _sample(text[hint.end() :], separator, skips_blanks=False)
        hinted = f"Line 1: it only names the separator ({NAMES[separator]}) and was left out."
        return Dialect(separator, max(_most_common_width(rows), 1), False, 1, (hinted,))
    if _is_one_decimal_column(text):
        return Dialect(";", 1)
    fits = [_fit(text, separator, skips) for separator in SEPARATORS for skips in (False, True)]
    best = max(fits, key=lambda fit: (fit.share * (fit.width > 1), fit.cleanness))
    if best.width <= 1:
        return Dialect(",", 1)
    says = ("Blanks after each separator were left out.",) if best.skips_blanks else ()
    return Dialect(best.separator, best.width, best.skips_blanks, 0, says)


def _fit(text: str, separator: str, skips_blanks: bool) -> _Fit:
    rows = [row for row in _sample(text, separator, skips_blanks) if any(map(str.strip, row))]
    rows = [row for row in rows if not (row[0].startswith("#") and len(row) == 1)]
    width = _most_common_width(rows)
    if width <= 1:
        return _Fit(separator, skips_blanks, width, 0.0, 0.0)
    share = sum(len(row) == width for row in rows) / len(rows)
    cells = [cell for row in rows if len(row) == width for cell in row]
    others = set(SEPARATORS) - {separator}
    marks = [0.0 if others & set(cell) and not fits_number(cell) else 1.0 for cell in cells]
    numbers = [fits_number(cell) or not cell for cell in cells]
    cleanness = sum(marks) / len(cells) + 0.1 * sum(numbers) / len(cells)
    # The plain reading wins a tie: blanks are only skipped where quotes need it.
    return _Fit(separator, skips_blanks, width, share, cleanness - 0.01 * skips_blanks)


def _sample(text: str, separator: str, skips_blanks: bool) -> list[list[str]]:
    part = text[:SAMPLE_CHARS]
    if len(text) > SAMPLE_CHARS:
        end = max(part.rfind("\n"), part.rfind("\r"))
        part = part[: end + 1] if end > 0 else part
    return list(islice(_rows_until_error(part, separator, skips_blanks), SAMPLE_ROWS))


def _rows_until_error(text: str, separator: str, skips_blanks: bool) -> Iterator[list[str]]:
    """Yield rows up to the first broken one; the whole reading names what is broken there."""
    try:
        yield from read_rows(text, separator, skips_blanks)
    except csv.Error:
        return


def _most_common_width(rows: Sequence[Sequence[str]]) -> int:
    """Return the commonest width; of equally common ones the earliest."""
    widths = Counter(len(row) for row in rows if row)
    return widths.most_common(1)[0][0] if widths else 0


def _is_one_decimal_column(text: str) -> bool:
    """Whether a lone name stands above cells that are all one number with a decimal comma."""
    rows = [row for row in _sample(text, ";", skips_blanks=False) if row]
    if len(rows) < 2 or any(len(row) > 1 for row in rows) or re.search(r"[,|\t]", rows[0][0]):
        return False
    return any("," in row[0] for row in rows) and all(
        _DECIMAL_COMMA.fullmatch(row[0]) for row in rows[1:]
    )
