"""Columns of numbers: what 64 bits cannot hold is refused or told, never passed over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import SpecError
from core.tables.wording import Places, count, quote

INT64_MAX = 2**63 - 1
EXACT_MAX = 2**53
"""Up to here every whole number has its own 64-bit float."""


@dataclass(frozen=True)
class NumberColumn:
    """A column of numbers (float64 with NaN for missing, or int64), and what was changed."""

    values: pd.Series
    repairs: tuple[str, ...]


def build_numbers(
    name: str,
    texts: Sequence[str | None],
    floats: np.ndarray,
    to_whole: Callable[[str], int] | None,
    places: Places,
) -> NumberColumn | None:
    """Return the column whose cells are written in `texts` and read as `floats` (NaN: missing).

    `to_whole` is given when no cell has a decimal sign. None is returned when whole numbers beyond
    the exact range would become equal though they are written differently: those are codes.
    """
    refuse_infinite(name, floats, places, texts)
    floats, repairs = tidy_zeros(name, texts, floats, places)
    if to_whole is None:
        return NumberColumn(pd.Series(floats), tuple(repairs))
    is_huge = np.abs(floats) >= EXACT_MAX
    has_gaps = bool(np.isnan(floats).any())
    if not is_huge.any() and not has_gaps:
        return NumberColumn(pd.Series(floats.astype(np.int64)), tuple(repairs))
    if not is_huge.any():
        return NumberColumn(pd.Series(floats), tuple(repairs))
    exact = {index: to_whole(texts[index] or "") for index in np.flatnonzero(is_huge).tolist()}
    if not has_gaps and all(-INT64_MAX - 1 <= value <= INT64_MAX for value in exact.values()):
        wholes = floats.astype(object)
        wholes[list(exact)] = list(exact.values())
        return NumberColumn(pd.Series(wholes.astype(np.int64)), tuple(repairs))
    rounded = [index for index, value in exact.items() if int(floats[index]) != value]
    if len({floats[index] for index in exact}) < len(set(exact.values())):
        return None
    if rounded:
        repairs.append(
            f"Column {quote(name)}: {count(len(rounded), 'whole number')} too long for 64 bits "
            f"{'was' if len(rounded) == 1 else 'were'} rounded to about 16 digits "
            f"({places.name(rounded)})."
        )
    return NumberColumn(pd.Series(floats), tuple(repairs))


def refuse_infinite(
    name: str, floats: np.ndarray, places: Places, texts: Sequence[str | None] | None = None
) -> None:
    """Refuse infinities, written as such or too large for a 64-bit float."""
    infinite = np.flatnonzero(np.isinf(floats)).tolist()
    if not infinite:
        return
    first = str(floats[infinite[0]]) if texts is None else texts[infinite[0]] or ""
    message = (
        f"Column {quote(name)}, {places.name(infinite)}: {quote(first)} is infinite or larger than "
        "1.8e308, the largest number that can be stored. Correct the "
        f"{'cell' if len(infinite) == 1 else 'cells'}, or leave "
        f"{'it' if len(infinite) == 1 else 'them'} empty to mean missing."
    )
    raise SpecError(message)


def tidy_zeros(
    name: str, texts: Sequence[str | None] | None, floats: np.ndarray, places: Places
) -> tuple[np.ndarray, list[str]]:
    """Turn -0 into 0 and tell of it, and of numbers in `texts` so small that they became 0."""
    repairs = []
    negative = np.flatnonzero((floats == 0) & np.signbit(floats)).tolist()
    if negative:
        floats = floats + 0.0  # −0 + 0 = 0
        repairs.append(
            f"Column {quote(name)}: {count(len(negative), 'negative zero')} "
            f"{'was' if len(negative) == 1 else 'were'} read as 0 ({places.name(negative)})."
        )
    zeros = [] if texts is None else np.flatnonzero(floats == 0).tolist()
    vanished = [index for index in zeros if texts and _is_written_nonzero(texts[index])]
    if vanished:
        repairs.append(
            f"Column {quote(name)}: {count(len(vanished), 'number')} nearer to 0 than 5e-324 "
            f"{'was' if len(vanished) == 1 else 'were'} read as 0 ({places.name(vanished)})."
        )
    return floats, repairs


def _is_written_nonzero(text: str | None) -> bool:
    mantissa = (text or "").lower().partition("e")[0]
    return any(digit in "123456789" for digit in mantissa)
