"""How a table's places and values are named in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN_CHARS = 40
SHOWN_PLACES = 5


def quote(text: str) -> str:
    """Return `text` in quotes, shortened, with every invisible character spelled out.

    The result is still the person's own text: whoever shows it as markup escapes it first.
    """
    short = text if len(text) <= SHOWN_CHARS else text[: SHOWN_CHARS - 1] + "…"
    return repr(short)


def count(n: int, noun: str, plural: str | None = None) -> str:
    """Return for example ``1 row`` or ``1,177 rows``."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def listing(items: Sequence[object], n_all: int | None = None) -> str:
    """Return for example ``3``, ``3 and 9`` or ``3, 9, 17, 20, 31 and 40 more``.

    `n_all` is the true number of items when `items` holds only the first of them.
    """
    shown = [str(item) for item in items[:SHOWN_PLACES]]
    rest = (len(items) if n_all is None else n_all) - len(shown)
    if rest > 0:
        return f"{', '.join(shown)} and {rest:,} more"
    if len(shown) == 1:
        return shown[0]
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


@dataclass(frozen=True)
class Places:
    """Where each row of the table stands in the file, as the person's own program counts."""

    unit: str
    """``line`` for text, ``row`` for a workbook or Parquet."""
    numbers: Sequence[int]

    def name(self, indices: Sequence[int]) -> str:
        """Return for example ``line 3`` or ``lines 3 and 9`` for these rows of the table."""
        numbers = [self.numbers[index] for index in indices[:SHOWN_PLACES]]
        return f"{self.unit}{'' if len(indices) == 1 else 's'} {listing(numbers, len(indices))}"
