"""From bytes to text: which encoding, said aloud whenever it had to be guessed."""

import codecs
import re
from dataclasses import dataclass
from typing import NoReturn

from core.errors import SpecError
from core.tables.wording import quote

RESAVE = "Save the file again as “CSV UTF-8” and choose that one."

# UTF-32 first: its little-endian mark begins with the mark of UTF-16.
_BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32), 127])
_BINARY_SHARE = 0.01
_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")


@dataclass(frozen=True)
class Decoded:
    """A file's text, and what had to be assumed to read it."""

    text: str
    encoding: str
    repairs: tuple[str, ...]
    warnings: tuple[str, ...]


def decode(content: bytes) -> Decoded:
    """Return the text of `content`.

    A byte order mark decides; else strict UTF-8; else UTF-16/32 without a mark if the NUL bytes
    show it; else Windows-1252, with a notice. Bytes that are no text are refused with the line.
    """
    encoding, repairs = _choose(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        _refuse_undecodable(content, error.start, encoding)
    if encoding == "cp1252":
        repairs = (_say_windows(text),)
    return Decoded(text, encoding, repairs, _look_for_controls(text))


def _choose(content: bytes) -> tuple[str, tuple[str, ...]]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            name = encoding.removesuffix("-sig").upper()
            says = () if name == "UTF-8" else (f"The file is in {name}, as its first bytes say.",)
            return encoding, says
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        if _find_bare_utf(content) is None:
            _refuse_broken_utf8(content, error)
            return "cp1252", ()
    bare = _find_bare_utf(content)
    if bare is None:
        return "utf-8", ()
    return bare, (f"The file has no encoding mark; its NUL bytes show {bare.upper()}.",)


def _find_bare_utf(content: bytes) -> str | None:
    """Return UTF-16 or UTF-32 when NUL bytes stand just where Western text would have them."""
    n = len(content)
    if b"\x00" not in content[:4096]:
        return None
    for width, encodings in ((4, ("utf-32-le", "utf-32-be")), (2, ("utf-16-le", "utf-16-be"))):
        if n % width:
            continue
        zeros = [content[i::width].count(0) * width / n for i in range(width)]
        if zeros[0] < 0.1 and min(zeros[1:]) > 0.5:
            return encodings[0]
        if zeros[-1] < 0.1 and min(zeros[:-1]) > 0.5:
            return encodings[1]
    return None


def _refuse_broken_utf8(content: bytes, error: UnicodeDecodeError) -> None:
    """Refuse a file that is UTF-8 but for a few bytes: Windows-1252 would garble its letters."""
    lenient = content.decode("utf-8", errors="replace")
    line = _line_at(lenient, lenient.index("\ufffd"))
    n_controls = len(content) - len(content.translate(None, _CONTROL_BYTES))
    if n_controls > _BINARY_SHARE * len(content):
        message = _say_binary(line)
        raise SpecError(message)
    if _SURROGATE.match(content, error.start):
        message = (
            f"Line {line}: half of a character (a lone surrogate) stands at byte "
            f"{error.start:,}; it belongs to no text. Delete it, or save the file as UTF-8 again."
        )
        raise SpecError(message)
    n_broken = lenient.count("\ufffd")
    n_whole = len(lenient) - len(lenient.encode("ascii", errors="ignore")) - n_broken
    if n_whole > n_broken:
        message = (
            f"Line {line}: byte 0x{content[error.start]:02X} at position {error.start:,} is not "
            f"valid UTF-8, while the rest of the file is UTF-8. {RESAVE}"
        )
        raise SpecError(message)


def _look_for_controls(text: str) -> tuple[str, ...]:
    # Deleting bytes is many times faster than searching a large text for a class of characters.
    n = len(encoded := text.encode()) - len(encoded.translate(None, _CONTROL_BYTES))
    first = _CONTROLS.search(text) if n else None
    if first is None:
        return ()
    line = _line_at(text, first.start())
    if "\x00" in text:
        line = _line_at(text, text.index("\x00"))
        message = (
            f"Line {line} holds a NUL character, which no table has: the file is damaged, or it is "
            f"not text. {RESAVE}"
        )
        raise SpecError(message)
    if n > _BINARY_SHARE * len(text):
        message = _say_binary(line)
        raise SpecError(message)
    return (
        (
            f"Line {line} holds an invisible control character (U+{ord(first.group()):04X}); "
            f"there {'is 1' if n == 1 else f'are {n:,}'} in the file. They were kept as they are."
        ),
    )


def _say_binary(line: int) -> str:
    return (
        f"The file is not text: line {line} holds control characters as only binary data has. "
        f"{RESAVE}"
    )


def _say_windows(text: str) -> str:
    """Show one word with a letter beyond ASCII, so that a wrong guess can be seen."""
    found = re.search(r"[^\r\n]{0,15}[^\x00-\x7f][^\r\n]{0,15}", text)
    if found is None:  # cp1252 is only tried after a byte beyond ASCII was seen
        return "The file was read as Windows-1252 (Western European)."
    line, sample = _line_at(text, found.start()), quote(found.group().strip())
    return (
        "The file is not UTF-8; it was read as Windows-1252 (Western European). "
        f"Check the letters on line {line}: {sample}. If they are wrong, save it as UTF-8."
    )


def _refuse_undecodable(content: bytes, start: int, encoding: str) -> NoReturn:
    before = content[:start].decode(encoding, errors="ignore")
    line = _line_at(before, len(before))
    name = encoding.removesuffix("-sig").upper()
    message = (
        f"Line {line}: byte 0x{content[start]:02X} at position {start:,} belongs neither to UTF-8 "
        f"nor to Windows-1252, so the letters cannot be told. {RESAVE}"
        if encoding == "cp1252"
        else f"Line {line}: the bytes from position {start:,} are not valid {name}. "
        f"The file is damaged or cut off. {RESAVE}"
    )
    raise SpecError(message)


def _line_at(text: str, index: int) -> int:
    """Return the line of a character, whichever line ends the file has."""
    n_pairs = text.count("\r\n", 0, index)
    return text.count("\n", 0, index) + text.count("\r", 0, index) - n_pairs + 1
