"""Run the programs of find-the-bug items: as they are, and after the change that each option proposes.

They run in a process of their own, because each is a whole program: it may fail, warn and print.
"""

import contextlib
import io
import json
import numbers
import re
import runpy
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Mapping
from pathlib import Path

from core.practice.parts import Mend
from core.practice.proof import Facts

AS_IT_IS = ""
LONGEST_S = 60.0


def run_programs(program: str, mends: Mapping[str, Mend]) -> Facts:
    """Say what `program` does as it is, and after each of `mends`, by the option's id.

    Facts: ``fails`` (1 if it stops with an error), ``line`` on which it does, ``raises_value_error`` and so
    on for each kind of error met, and every number that the program leaves in a variable of lower case.
    After the change of the option ``fit-first`` the same names end in ``_if_fit_first``. A number that one
    of the programs did not come to is None for it.
    Check by eye: ``run_programs("n = 1 / 0", {})`` has ``fails`` 1 and ``line`` 1.
    """
    sources = {AS_IT_IS: program} | {
        f"_if_{name.replace('-', '_')}": _mend(program, mend) for name, mend in mends.items()
    }
    said = subprocess.run(
        [sys.executable, "-m", "core.practice.programs"],
        input=json.dumps(sources), capture_output=True, text=True, check=True, timeout=LONGEST_S,
        cwd=Path(__file__).parents[2],
    ).stdout  # fmt: skip
    found: dict[str, dict[str, float | None]] = json.loads(said)
    names = {name for facts in found.values() for name in facts}
    return {
        f"{name}{ending}": facts.get(name, 0 if name.startswith("raises_") else None)
        for ending, facts in found.items()
        for name in sorted(names)
    }


def _mend(program: str, mend: Mend) -> str:
    lines = program.splitlines()
    lines[mend.line - 1] = mend.to
    return "\n".join(lines)


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
