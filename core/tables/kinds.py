"""What kind of file some bytes are, judged by their content and never by the file's name.

Nothing is ever unpickled, unpacked or run to find out.
"""

import json
import pickletools
import re
import zlib
from typing import Literal

from core.errors import SpecError

Kind = Literal["text", "xlsx", "parquet"]

PROVING_STEPS = 10_000
"""So many instructions of a pickle in a row are no accident."""
REMEDY = "Save the table as CSV, TSV, XLSX or Parquet and choose that file."

# Longest first where one mark begins like another.
_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"ARROW1", "an Arrow or Feather file"),
    (b"FEA1", "a Feather file"),
    (b"\xff\xff\xff\xff", "an Arrow stream"),
    (b"\x93NUMPY", "a NumPy array (.npy)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x04\x22\x4d\x18", "an LZ4 archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript document"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"RIFF", "a RIFF media file"),
    (b"\x7fELF", "a program (ELF)"),
    (b"\xcf\xfa\xed\xfe", "a program (Mach-O)"),
    (b"\xca\xfe\xba\xbe", "a program (Java class or Mach-O)"),
    (b"\x00asm", "a program (WebAssembly)"),
    (b"#!/", "a script (it begins with '#!')"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x89HDF", "an HDF5 file"),
    (b"MATLAB 5.0 MAT-file", "a MATLAB file"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
    (b"RDX", "an R data file"),
    (b"$FL2", "an SPSS file"),
    (b"<stata_dta>", "a Stata file"),
    (b"PARE", "an encrypted Parquet file"),
)
# These begin like words that a column could be called, so a NUL byte must confirm them.
_NEEDS_NUL = {b"RIFF", b"ORC", b"RDX", b"BZh", b"Obj\x01", b"FEA1", b"ARROW1", b"PARE"}
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|table|div|meta)\b", re.IGNORECASE)


def judge_kind(content: bytes) -> Kind:
    """Return which of the readable kinds `content` is; refuse every other kind by its name."""
    if content.startswith(b"PAR1"):
        return "parquet"
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "xlsx"
    name = _name_foreign(content)
    if name is not None:
        message = f"The file seems to be {name}, which is not read here. {REMEDY}"
        raise SpecError(message)
    return "text"


def _name_foreign(content: bytes) -> str | None:
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _name_compound(content)
    for mark, name in _MARKS:
        if content.startswith(mark) and (mark not in _NEEDS_NUL or b"\x00" in content):
            return name
    if content.startswith((b"MZ", b"BM")) and b"\x00" in content[:64]:
        return "a Windows program" if content.startswith(b"MZ") else "a BMP image"
    if content[257:262] == b"ustar":
        return "a tar archive"
    if content[4:8] == b"ftyp":
        return "a video or sound file (MP4)"
    return _name_pickle(content) or _name_compressed(content) or _name_markup(content)


def _name_compound(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "an Excel workbook locked with a password (remove the password first)"
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        return "an old Excel workbook (.xls)"
    return "an old Office document"


def _name_pickle(content: bytes) -> str | None:
    danger = "which could run a program when it is opened"
    if content[:1] == b"\x80" and len(content) > 1 and content[1] <= 5:
        return f"a Python pickle or joblib file, {danger}"
    if content.startswith(b"ZF0x"):
        return f"a compressed joblib file, {danger}"
    if content.rstrip().endswith(b".") and _is_text_pickle(content.rstrip()):
        return f"a Python pickle in text form, {danger}"
    return None


def _is_text_pickle(content: bytes) -> bool:
    """Whether the bytes are, to the last, the instructions of a pickle; nothing is executed."""
    n_steps = 0
    try:
        for n_steps, (opcode, _, position) in enumerate(pickletools.genops(content), start=1):
            if opcode.name == "STOP":
                return position == len(content) - 1 and n_steps > 2
            if n_steps == PROVING_STEPS:
                return True
    except (ValueError, OverflowError, UnicodeError, LookupError):
        return False  # genops speaks so of bytes that are no instructions
    return False


def _name_compressed(content: bytes) -> str | None:
    if content[:1] != b"\x78" or int.from_bytes(content[:2], "big") % 31 != 0:
        return None
    try:
        zlib.decompressobj().decompress(content[:4096], 4096)
    except zlib.error:
        return None
    return "zlib-compressed data (a joblib file perhaps)"


def _name_markup(content: bytes) -> str | None:
    head = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = content[:4096].decode("utf-16", errors="ignore").lstrip().encode(errors="ignore")
    if _HTML.match(head) or (head.startswith(b"<!--") and _HTML.search(head)):
        return "an HTML page (a web page saved under another name)"
    if head.startswith((b"<?xml", b"<svg")):
        return "an XML document"
    if head[:1] in (b"{", b"[") and _is_json(content):
        return "JSON"
    return None


def _is_json(content: bytes) -> bool:
    text = content.decode("utf-8-sig", errors="replace").strip()
    first_line = text.split("\n", 1)[0]
    return any(_loads(part) for part in (first_line, text))


def _loads(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False
