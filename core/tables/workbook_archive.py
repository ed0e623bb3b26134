"""The outside of a workbook: an XLSX file is a zip archive, judged before it is unpacked."""

import io
import time
import zipfile

from core.errors import SpecError, require
from core.tables.kinds import REMEDY
from core.tables.limits import check_expanded

MAX_PARTS = 1000
"""Parts in the archive; an ordinary workbook has about 10, and one more for each sheet."""
MAX_RATIO = 100
MAX_INDEX_BYTES = 250_000
"""Unpacked size of the list of sheets: about 2,000 of them."""
READ_SECONDS = 3.5
"""Processor time for reading a workbook; about 800,000 cells on a small computer."""
DAMAGED = (
    "The Excel workbook is damaged or cut off, so it cannot be read. Open it in a spreadsheet "
    "program, save it again as XLSX or CSV, and choose the new file."
)

_OTHER_ARCHIVES = (
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("xl/workbook.bin", "an Excel binary workbook (.xlsb)"),
    ("META-INF/MANIFEST.MF", "a Java archive"),
    ("META-INF/manifest.xml", "an OpenDocument file (.ods, .odt)"),
    ("schema.json", "a skops model"),
    ("AndroidManifest.xml", "an Android app"),
)


class TimedBytes(io.BytesIO):
    """Bytes that stop being read once the time is over, whichever part is being unpacked."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._end = time.thread_time() + READ_SECONDS

    def read(self, size: int | None = -1, /) -> bytes:
        """Read on, unless the time is over."""
        self.check_time()
        return super().read(size)

    def check_time(self) -> None:
        """Refuse the workbook once its time is over."""
        require(
            time.thread_time() <= self._end,
            f"Reading the workbook takes longer than {READ_SECONDS} seconds: it holds too much. "
            "Save the sheet as CSV, which is read far faster, or keep only what you need.",
        )


def check_archive(content: bytes) -> tuple[str, ...]:
    """Refuse an archive that is no workbook, or one that would unfold beyond the limits.

    Returns a sentence for each thing inside that is not read (macros, links to other files).
    """
    # Each entry of a zip directory begins with this mark; counting it costs less than a listing.
    n_marks = content.count(b"PK\x01\x02")
    require(
        n_marks <= MAX_PARTS,
        f"The workbook has {n_marks:,} parts (sheets, pictures, …); at most {MAX_PARTS:,} are "
        "read. Copy the sheet that you need into a new workbook.",
    )
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except Exception as error:  # a broken directory raises whatever its reader happens to
        raise SpecError(DAMAGED) from error
    names = {part.filename for part in parts}
    _refuse_other_archive(names)
    require(
        not any(part.flag_bits & 1 for part in parts),
        "The archive is locked with a password. Remove the password and save it again.",
    )
    n_bytes = sum(part.file_size for part in parts)
    require(
        n_bytes <= MAX_RATIO * len(content),
        f"The workbook unfolds to {n_bytes / len(content):,.0f} times its size; at most "
        f"{MAX_RATIO} times is allowed. Save the sheet as CSV and choose that file.",
    )
    check_expanded(n_bytes, "The workbook")
    index = next(part for part in parts if part.filename == "xl/workbook.xml")
    require(
        index.file_size <= MAX_INDEX_BYTES,
        f"The workbook's list of sheets has {index.file_size:,} bytes; at most "
        f"{MAX_INDEX_BYTES:,} are read. Copy the sheet that you need into a new workbook.",
    )
    return _tell_unread(names)


def _refuse_other_archive(names: set[str]) -> None:
    if {"xl/workbook.xml", "[Content_Types].xml"} <= names:
        return
    what = next((name for part, name in _OTHER_ARCHIVES if part in names), None)
    if what is None and any(name.endswith(".pkl") for name in names):
        what = "a model saved with Python pickles, which could run a program when it is opened"
    if what is None and names and all(name.endswith(".npy") for name in names):
        what = "NumPy arrays (.npz)"
    message = (
        f"The file seems to be {what or 'a zip archive without a workbook'}, which is not read "
        f"here. {REMEDY}"
    )
    raise SpecError(message)


def _tell_unread(names: set[str]) -> tuple[str, ...]:
    says = []
    if any(name.endswith("vbaProject.bin") for name in names):
        says.append("The workbook holds macros; they were neither run nor read.")
    if any(name.startswith("xl/externalLinks/") for name in names):
        says.append("The workbook links to other files; they were not opened.")
    return tuple(says)
