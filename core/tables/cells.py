"""Cells of text before they have a type: blanks around them, signs for "no value"."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.tables.wording import Places, count, listing, quote

GAPS = frozenset(
    {"", "NA", "N/A", "n/a", "N.A.", "NaN", "nan", "NAN", "-nan", "-NaN", "NaT", "NULL", "null"}
    | {"Null", "None", "<NA>", "?", "#NA", "#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?"}
    | {"#NUM!", "#NULL!"}
)
"""Texts that mean "no value" in any column, as statistics programs and spreadsheets write it."""


@dataclass(frozen=True)
class CleanCells:
    """A column of text, stripped, with None for no value."""

    values: list[str | None]
    distinct: tuple[str, ...]
    """The different values, in the order of their first appearance."""
    repairs: tuple[str, ...]


def clean_cells(
    name: str, cells: Sequence[str], places: Places, gaps: Collection[str] = GAPS
) -> CleanCells:
    """Strip the cells and turn the signs for "no value" into None; tell each kind of change."""
    # Most columns need nothing; for them no cell is looked at twice.
    stripped = list(map(str.strip, cells))
    is_padded = stripped != cells
    distinct = dict.fromkeys(stripped)
    signs = [text for text in gaps if text in distinct]
    repairs = _tell(name, cells, stripped, places, gaps) if is_padded or any(signs) else ()
    if not signs:
        return CleanCells([*stripped], tuple(distinct), repairs)
    for sign in signs:
        del distinct[sign]
    values = [None if text in gaps else text for text in stripped]
    return CleanCells(values, tuple(distinct), repairs)


def _tell(
    name: str,
    cells: Sequence[str],
    stripped: Sequence[str],
    places: Places,
    gaps: Collection[str],
) -> tuple[str, ...]:
    repairs = []
    pairs = zip(cells, stripped, strict=True) if stripped != cells else ()
    padded = [
        index for index, (cell, text) in enumerate(pairs) if cell != text and text not in gaps
    ]
    if padded:
        repairs.append(
            f"Column {quote(name)}: blanks around {count(len(padded), 'value')} were removed "
            f"({places.name(padded)})."
        )
    signs = [index for index, text in enumerate(stripped) if text in gaps and cells[index]]
    if signs:
        shown = listing([quote(sign) for sign in sorted({cells[index] for index in signs})])
        repairs.append(
            f"Column {quote(name)}: {count(len(signs), 'cell')} with {shown} "
            f"{'was' if len(signs) == 1 else 'were'} read as missing ({places.name(signs)})."
        )
    return tuple(repairs)
