"""Numbers as people read them: rounded to what they can bear, undefined said as such."""

from math import floor, isfinite, log10

UNDEFINED = "undefined"
THIN = "\u202f"
"""A narrow space that does not break: between thousands, and before a percent sign."""
NEAR_THE_END = 0.015


def count(number: float) -> str:
    """Return a count with thin spaces between thousands: ``count(9884)`` is "9 884".

    A fractional count (rows out of 10,000 at another prevalence) keeps one decimal below 10.
    """
    if not isfinite(number):
        return UNDEFINED
    if number != round(number) and abs(number) < 10:
        return f"{number:.1f}"
    return f"{number:,.0f}".replace(",", THIN)


def percent(share: float, digits: int | None = None) -> str:
    """Return a share as a percentage: ``percent(0.889)`` is "88.9 %".

    One decimal unless `digits` says otherwise; two near either end ("98.99 %"), where one would hide
    the difference between models.
    """
    if not isfinite(share):
        return UNDEFINED
    if digits is None:
        from_end = min(abs(share), abs(1 - share))
        digits = 0 if from_end == 0 else 2 if from_end < NEAR_THE_END else 1
    return f"{100 * share:.{digits}f}{THIN}%"


def percent_range(low: float, high: float) -> str:
    """Return an interval of shares: ``percent_range(0.147, 0.296)`` is "15–30 %"."""
    if not (isfinite(low) and isfinite(high)):
        return ""
    digits = 0 if high - low >= 0.02 else 1
    return f"{100 * low:.{digits}f}–{100 * high:.{digits}f}{THIN}%"


def significant(number: float, digits: int = 3) -> str:
    """Return `number` with so many significant digits, never in powers of ten: "0.0123", "1 240"."""
    if not isfinite(number):
        return UNDEFINED
    if number == 0:
        return "0"
    decimals = digits - 1 - floor(log10(abs(number)))
    if decimals <= 0:
        return count(round(number, decimals))
    text = f"{number:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
