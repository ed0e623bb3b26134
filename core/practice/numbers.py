"""Read a number as people write it, without evaluating anything."""

import math
import re

from core.errors import SpecError, require

HOW_TO_WRITE = "Write one number, such as 0.85, 85 %, 17/20 or 1e-3."
MAX_CHARS = 60

# No-break, figure, thin and narrow no-break spaces; minus sign, en dash and non-breaking hyphen.
_SAME = str.maketrans(
    {**dict.fromkeys("\u00a0\u2007\u2009\u202f", " "), **dict.fromkeys("\u2212\u2013\u2011", "-")}
)
_DIGITS = r"(?:[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)"
_NUMBER = rf"[+-]? ?(?:{_DIGITS}(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?"
_ENTRY = re.compile(rf"(?P<top>{_NUMBER})(?: ?(?P<percent>%)| ?/ ?(?P<bottom>{_NUMBER}))?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")


def parse_number(text: str, *, whole: bool = False) -> float:
    """Return the number that `text` stands for; anything unreadable raises `SpecError`.

    Comma and point both mark decimals, spaces group thousands, ``%`` divides by 100 and ``/``
    makes a fraction. With ``whole=True`` the answer is a count, and ``1,234`` could be 1234 or
    1.234, so the text is refused with that question.
    Check by eye: ``parse_number("17/20")`` is 0.85.
    """
    entry = text[: MAX_CHARS + 1].translate(_SAME).strip()
    require(entry != "", HOW_TO_WRITE)
    require(len(text) <= MAX_CHARS, f"That is too long for a number. {HOW_TO_WRITE}")
    found = _ENTRY.fullmatch(entry)
    if found is None:
        message = f"{entry!r} is not one number. {HOW_TO_WRITE}"
        raise SpecError(message)
    if whole and _THOUSANDS.fullmatch(entry):
        joined = re.sub("[.,]", "", entry)
        parted = entry.replace(",", ".")
        message = f"Does {entry} mean {joined} or {parted}? Write {joined} or {parted}0."
        raise SpecError(message)
    value = _read(found["top"])
    if found["percent"]:
        value /= 100
    if found["bottom"]:
        bottom = _read(found["bottom"])
        require(bottom != 0, "A number cannot be divided by 0. Change what stands below the /.")
        value /= bottom
    require(math.isfinite(value), f"{entry} is too large to compare. {HOW_TO_WRITE}")
    return value


def is_number(text: str) -> bool:
    """Return whether `text` is just a number."""
    try:
        parse_number(text)
    except SpecError:
        return False
    return True


def decimals_shown(text: str) -> int:
    """Return to how many decimals the number in `text` is written: ``-0.26`` shows 2, ``57 %`` 0.

    A fraction, and a power of ten that reaches the whole numbers, shows 0.
    Anything unreadable raises `SpecError`.
    """
    parse_number(text)
    found = _ENTRY.fullmatch(text.translate(_SAME).strip())
    if found is None or found["bottom"]:
        return 0
    digits, _, power = found["top"].lower().replace(",", ".").partition("e")
    return max(0, len(digits.partition(".")[2]) - int(power or 0))


def _read(digits: str) -> float:
    return float(digits.replace(" ", "").replace(",", "."))
