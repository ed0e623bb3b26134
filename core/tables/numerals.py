"""Numbers as people write them: decimal point or comma, grouped thousands.

One cell cannot tell what ``1,234`` means; a whole column often can, and the other columns of the
same file help. What is still open afterwards is reported, never hidden.
"""

import re
from collections.abc import Collection, Sequence
from typing import Literal

import numpy as np

Form = Literal["none", "whole", "point", "comma", "ambiguous"]
"""``whole``: no mark in any cell; ``ambiguous``: every mark could be either sign."""
Decimal = Literal[".", ","]

SAMPLE_CELLS = 20
_SPACES = "\u0020\u00a0\u202f\u2009'’"


def _pattern(decimal: str, group: str) -> re.Pattern[str]:
    grouped = rf"[1-9]\d{{0,2}}(?:(?:{group}\d{{3}})+|(?P<s>[{_SPACES}])\d{{3}}(?:(?P=s)\d{{3}})*)"
    plain = r"\d+"
    return re.compile(
        rf"[+-]?(?:(?:{grouped}|{plain})(?:{decimal}\d*)?|{decimal}\d+)(?:[eE][+-]?\d+)?",
        re.ASCII,
    )


_POINT = _pattern(r"\.", ",")
_COMMA = _pattern(",", r"\.")
_INFINITE = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)
_NOT_PLAIN = re.compile(r"[^0-9eE+\-.,\n]")
_SURELY_POINT = re.compile(r"(?:^|\n)[+-]?(?:0\d*\.|\d{4,}\.|\.)|\.(?:\d{0,2}|\d{4,})(?:[\neE]|$)")
_CODE = re.compile(r"(?:^|\n)0\d+(?:\n|$)")
_UNIT = re.compile(r"[€$£¥]?\s*(?P<number>[+-]?\d[\d.,'\s]*?)\s*(?:[%€$£¥]|[^\W\d]{1,4}\.?)?")
_REMOVED = str.maketrans("", "", _SPACES)

NUMBER_GAPS = frozenset({"-", "--", "–", "—", ".", "..", "...", "missing", "unknown", "none"})
"""Signs for "no value" that count as such only in a column whose other cells are all numbers."""


def fits_number(text: str) -> bool:
    """Whether `text` is one number, with point or comma, grouped or not, or an infinity."""
    text = text.strip()
    return any(pattern.fullmatch(text) for pattern in (_POINT, _COMMA, _INFINITE))


def fits_quantity(text: str) -> bool:
    """Whether `text` is a number with at most a short unit or currency beside it."""
    text = text.strip()
    return len(text) <= 40 and (fits_number(text) or _UNIT.fullmatch(text) is not None)


def join_plain(cells: Sequence[str]) -> str | None:
    """Return the cells one per line if they hold only ASCII digits, signs, e, and one mark.

    It is the quick way for clean columns: one search instead of one match a cell.
    """
    if _NOT_PLAIN.search("\n".join(cells[:SAMPLE_CELLS])):
        return None  # most columns of words end here
    joined = "\n".join(cells)
    if _NOT_PLAIN.search(joined) or joined.count("\n") != len(cells) - 1:
        return None
    return None if "." in joined and "," in joined else joined


def read_plain(cells: Sequence[str]) -> np.ndarray | None:
    """Return the cells as 64-bit floats, correctly rounded, or None if one is no number."""
    try:
        return np.fromiter(map(float, cells), dtype=np.float64, count=len(cells))
    except ValueError:
        return None


def judge_plain(joined: str) -> Form:
    """Return the form of a column that `join_plain` and `read_plain` accepted."""
    if "." in joined:
        return "point" if _SURELY_POINT.search(joined) else "ambiguous"
    if "," in joined:
        return "comma" if _SURELY_POINT.search(joined.replace(",", ".")) else "ambiguous"
    return "whole"


def judge_form(cells: Collection[str]) -> Form:
    """Return how a whole column of texts writes its numbers, ``none`` if one cell is no number."""
    point = comma = True
    marked = False
    for cell in cells:
        if _INFINITE.fullmatch(cell):
            continue
        point = point and _POINT.fullmatch(cell) is not None
        comma = comma and _COMMA.fullmatch(cell) is not None
        if not (point or comma):
            return "none"
        marked = marked or "." in cell or "," in cell
    if not marked:
        return "whole"
    if point and comma:
        return "ambiguous"
    return "point" if point else "comma"


def to_float(cell: str, decimal: Decimal) -> float:
    """Return the number in `cell`, written with this decimal sign and any grouping."""
    cell = cell.translate(_REMOVED)
    if decimal == ",":
        return float(cell.replace(".", "").replace(",", "."))
    return float(cell.replace(",", ""))


def to_whole(cell: str) -> int:
    """Return the whole number in `cell`, which has no decimal sign."""
    return int(cell.translate(_REMOVED))


def hold_codes(joined: str) -> bool:
    """Whether whole numbers, one per line, are rather codes: some begin with a needless 0."""
    return ("\n0" in joined or joined.startswith("0")) and _CODE.search(joined) is not None
