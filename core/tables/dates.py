"""Dates as people write them, and whether day or month comes first.

Dates are recognised, never rewritten: a column of dates stays as the person typed it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

Order = Literal["year first", "day first", "month first", "open", "two orders", "month by name"]

_TIME = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?\s?(?:Z|[+-]\d{2}:?\d{2}|[AaPp][Mm])?", re.ASCII
)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2}))?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_NAMED = re.compile(
    rf"(?:\d{{1,2}}[ .-]*)?{_MONTH}[ .,-]*(?:\d{{1,2}}(?:st|nd|rd|th)?,? +)?(?:\d{{4}}|\d{{2}})",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True)
class DateReading:
    """What the cells of a column of dates have in common."""

    order: Order
    day_first: str = ""
    """A cell that can only be day first."""
    month_first: str = ""
    """A cell that can only be month first."""


def judge_dates(cells: Sequence[str]) -> DateReading | None:
    """Return how a whole column writes its dates, or None if one cell is no real date."""
    if not resembles_date(cells[0]):
        return None
    if _NAMED.fullmatch(cells[0]):
        return DateReading("month by name") if all(map(_NAMED.fullmatch, cells)) else None
    # Days and times repeat, so each different one is looked at once.
    parts = [_split(cell) for cell in cells]
    if not all(time == "" or _TIME.fullmatch(time) for time in {time for _, time in parts}):
        return None
    days = list(dict.fromkeys(day for day, _ in parts))
    if _YEAR_FIRST.fullmatch(days[0]):
        matches = _match_all(_YEAR_FIRST, days)
        is_read = matches and _are_days([(m[1], m[3], m[4] or "1") for m in matches])
        return DateReading("year first") if is_read else None
    matches = _match_all(_YEAR_LAST, days)
    return _judge_order(matches, cells) if matches else None


def resembles_date(cell: str) -> bool:
    """Whether `cell` is written like a date, real or not."""
    day, time = _split(cell)
    if time and not _TIME.fullmatch(time):
        return _NAMED.fullmatch(cell) is not None
    return any(pattern.fullmatch(day) for pattern in (_YEAR_FIRST, _YEAR_LAST)) or (
        _NAMED.fullmatch(cell) is not None
    )


def _split(cell: str) -> tuple[str, str]:
    """Cut ``2024-01-31T10:00`` into its day and its time; the time may be empty."""
    day, _, time = cell.replace("T", " ", 1).partition(" ")
    return day, time.lstrip()


def _match_all(pattern: re.Pattern[str], texts: Sequence[str]) -> list[re.Match[str]] | None:
    matches = []
    for text in texts:
        match = pattern.fullmatch(text)
        if match is None:
            return None
        matches.append(match)
    return matches


def _judge_order(matches: Sequence[re.Match[str]], cells: Sequence[str]) -> DateReading | None:
    """Decide day or month first by the cells where one of the two exceeds 12."""
    day_first = next((m[0] for m in matches if int(m[1]) > 12), None)
    month_first = next((m[0] for m in matches if int(m[3]) > 12), None)
    orders: list[Order] = ["open", "month first", "day first", "two orders"]
    order = orders[2 * (day_first is not None) + (month_first is not None)]
    # Where both are 12 or less, either order gives a real day.
    days = [(m[4], *((m[3], m[1]) if int(m[1]) > 12 else (m[1], m[3]))) for m in matches]
    if not _are_days(days):
        return None
    one, other = (
        "" if day is None else next(cell for cell in cells if _split(cell)[0] == day)
        for day in (day_first, month_first)
    )
    return DateReading(order, one, other)


def _are_days(days: Sequence[tuple[str, str, str]]) -> bool:
    """Whether each (year, month, day) is in the calendar; two-digit years count from 2000."""
    written = {
        f"{2000 + int(y) if len(y) == 2 else int(y):04d}-{int(m):02d}-{int(d):02d}"
        for y, m, d in days
    }
    read = pd.to_datetime(pd.Series(sorted(written)), format="%Y-%m-%d", errors="coerce")
    return bool(read.notna().all())
