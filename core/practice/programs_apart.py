"""The process in which the programs of find-the-bug items run; it needs nothing of Glassroom.

It reads programs by name as JSON, and writes what each left behind; see `core.practice.programs`.
"""

import contextlib
import io
import json
import numbers
import re
import runpy
import sys
import tempfile
import traceback
import warnings
from pathlib import Path


def _run(source: str, path: Path) -> dict[str, float | None]:
    path.write_text(source, encoding="utf-8")
    try:
        left = runpy.run_path(str(path))
    except Exception as error:  # noqa: BLE001  # that it fails is what we want to know
        return {"fails": 1, "line": _line(error, path), _name(error): 1}
    return {"fails": 0, "line": None} | {
        name: float(value)
        for name, value in left.items()
        if re.fullmatch("[a-z][a-z0-9_]*", name) and isinstance(value, numbers.Real)
    }


def _line(error: Exception, path: Path) -> int | None:
    if isinstance(error, SyntaxError):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == str(path)), None)


def _name(error: Exception) -> str:
    words = re.findall("[A-Z][a-z]*", type(error).__name__)
    return "_".join(["raises", *words]).lower()


def _main() -> None:
    sources = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        found = {
            name: _run(source, Path(folder) / "program.py") for name, source in sources.items()
        }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    _main()
