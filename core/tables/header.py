"""Whether the first row of a table holds the names of its columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import SpecError
from core.tables.cells import GAPS
from core.tables.dates import resembles_date
from core.tables.numerals import fits_number

SAMPLE_ROWS = 100


@dataclass(frozen=True)
class HeaderVerdict:
    """The answer, and whether the table itself proves it."""

    is_header: bool
    is_sure: bool


def judge_header(first: Sequence[str], body: Sequence[Sequence[str]]) -> HeaderVerdict:
    """Judge the first row against `body`, the first cells of each column below it.

    A word above a column of numbers or dates proves a header. A number above numbers speaks for
    data, unless the row counts 1, 2, 3, … In a table of words alone, a row whose cells are all
    different and appear nowhere below is taken for names, without proof.
    """
    first = [cell.strip() for cell in first]
    body = [[cell.strip() for cell in column[:SAMPLE_ROWS]] for column in body]
    values = [[cell for cell in column if cell not in GAPS] for column in body]
    typed = [bool(column) and all(map(_is_typed, column)) for column in values]
    named = [cell not in GAPS and not _is_typed(cell) for cell in first]
    if any(name and is_typed for name, is_typed in zip(named, typed, strict=True)):
        return HeaderVerdict(is_header=True, is_sure=True)
    if _counts_up(first):
        return HeaderVerdict(is_header=True, is_sure=False)
    if any(map(_is_typed, first)):
        return HeaderVerdict(is_header=False, is_sure=all(not name for name in named))
    if not any(values):
        return HeaderVerdict(is_header=True, is_sure=True)
    is_fresh = all(
        cell not in column for cell, column in zip(first, values, strict=True) if cell
    ) and any(first)
    return HeaderVerdict(is_header=is_fresh and len(set(first)) == len(first), is_sure=False)


def refuse_title(first: Sequence[str], second: Sequence[str], place: str) -> None:
    """Refuse a table whose first row is a title: one cell filled above a row of names."""
    n_first = sum(bool(cell.strip()) for cell in first)
    n_second = sum(bool(cell.strip()) for cell in second)
    if len(first) >= 3 and n_first == 1 and n_second == len(second):
        message = (
            f"{place} looks like a title, not like column names: only 1 of its {len(first)} cells "
            "is filled. Delete the rows above the column names and save the table again."
        )
        raise SpecError(message)


def _is_typed(cell: str) -> bool:
    return fits_number(cell) or resembles_date(cell)


def _counts_up(first: Sequence[str]) -> bool:
    """Whether the row reads 0, 1, 2, … or 1, 2, 3, …, as programs number their columns."""
    numbers = [str(number) for number in range(len(first) + 1)]
    return len(first) >= 3 and list(first) in (numbers[:-1], numbers[1:])
