"""The code that a learner takes home: one runnable Python file and the data it reads."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

# A fixed date makes the same view yield the same bytes, so that downloads can be compared.
ZIP_DATE = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Script:
    """A program that prints its numbers as one JSON object on its last line.

    `code` uses public libraries the way a practitioner would, never our own packages.
    `files` maps a file name beside the program to its bytes (the CSV).
    """

    name: str
    code: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    needs: str = "pandas and scikit-learn"
    """Libraries to install before it runs, in words."""


def zip_script(script: Script, expected: Mapping[str, object]) -> bytes:
    """Pack the program, its data and the numbers that the page showed (``expected.json``)."""
    parts = {
        f"{script.name}.py": script.code.encode(),
        **script.files,
        "expected.json": (json.dumps(expected, indent=2, sort_keys=True) + "\n").encode(),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()
