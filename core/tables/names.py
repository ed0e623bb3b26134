"""Column names that can be shown: unique, one line, no invisible or markup-like characters."""

import re
import unicodedata
from collections.abc import Sequence

from core.tables.wording import listing, quote

MAX_NAME_CHARS = 80

_MARKUP = re.compile(r"<[A-Za-z/!?]|\]\(|javascript:", re.IGNORECASE)
_MARKUP_SIGNS = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")", ":": "꞉"})
_FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
# Categories Cc, Cf, Cs, Co, Cn: control, direction, zero-width, half and unassigned characters.
_INVISIBLE = "C"


def clean_names(originals: Sequence[str], place: str) -> tuple[list[str], list[str]]:
    """Return names fit for display, in the person's own words, and a sentence for each change.

    `place` says where the names stand ("Line 1"). Names without need are left as they are: first
    every name that is fine keeps itself, then the others move out of the way.
    """
    reasons: list[list[str]] = []
    wishes: list[str] = []
    for number, original in enumerate(originals, start=1):
        name, why = _clean(original, number)
        wishes.append(name)
        reasons.append(why)
    names = _make_unique(wishes, reasons)
    repairs = [
        f"{place}: column {number} was renamed from {quote(original)} to {quote(name)} "
        f"({listing(why)})."
        for number, (original, name, why) in enumerate(
            zip(originals, names, reasons, strict=True), start=1
        )
        if why
    ]
    return names, repairs


def number_names(n_columns: int) -> list[str]:
    """Return names for a table that has none: ``column 1``, ``column 2`` and so on."""
    return [f"column {number}" for number in range(1, n_columns + 1)]


def _clean(original: str, number: int) -> tuple[str, list[str]]:
    why: list[str] = []
    spaced = " ".join(original.split())
    if spaced != original:
        why.append("extra blanks or line ends")
    name = "".join(char for char in spaced if unicodedata.category(char)[0] != _INVISIBLE)
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if name != spaced:
        why.append("invisible or composed characters")
    if _MARKUP.search(name):
        name = name.translate(_MARKUP_SIGNS)
        why.append("it could be taken for markup")
    if name.startswith(_FORMULA_SIGNS):
        name = "'" + name
        why.append("a spreadsheet would take it for a formula")
    if len(name) > MAX_NAME_CHARS:
        name = name[: MAX_NAME_CHARS - 1].rstrip() + "…"
        why.append(f"longer than {MAX_NAME_CHARS} characters")
    if not name:
        return f"column {number}", ["it was empty"]
    return name, why


def _make_unique(wishes: Sequence[str], reasons: list[list[str]]) -> list[str]:
    taken = set(wishes)
    seen: set[str] = set()
    names: list[str] = []
    for wish, why in zip(wishes, reasons, strict=True):
        name, number = wish, 2
        if wish in seen:
            while (name := f"{wish} ({number})") in taken:
                number += 1
            why.append("another column has this name")
        seen.add(wish)
        taken.add(name)
        names.append(name)
    return names
