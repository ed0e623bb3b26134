"""The lesson on bugs as code to take home: each program is run, broken and mended, by Python itself."""

from typing import TYPE_CHECKING

from core.script import Script
from core.tracking.bugs.collection import BUGS, EVERY

if TYPE_CHECKING:
    from core.tracking.bugs.lab import BugsSpec


def write_script(spec: "BugsSpec") -> Script:
    """Return the program that runs the programs of the view and says how each of them ended.

    Its last line is one JSON object whose names are those of `BugsResult`.
    """
    names = list(BUGS) if spec.bug == EVERY else [spec.bug]
    parts = ["PROGRAMS = {"]
    for name in names:
        bug = BUGS[name]
        parts += [
            f'    "{name}": (',
            f'        """{_escape(bug.code)}""",',
            f'        """{_escape(bug.mended)}""",',
            f"        {bug.line},",
            "    ),",
        ]
    parts.append("}")
    code = _CODE.format(programs="\n".join(parts))
    return Script("bugs", code, {}, needs="MLflow, scikit-learn and what the programs import")


def _escape(code: str) -> str:
    return "\\\n" + code.replace("\\", "\\\\")


_CODE = '''"""Run broken programs and their mended twins, and see which of them complain."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

# Each program is its broken text, its mended text, and the line that is wrong.
{programs}


def run(code):
    """Return the error of a program, its line, and what the program printed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "program.py")
        path.write_text(code)
        quiet = {{"MLFLOW_DISABLE_TELEMETRY": "true", "PYTHONWARNINGS": "ignore"}}
        store = {{"MLFLOW_TRACKING_URI": f"sqlite:///{{folder}}/mlflow.db"}}
        done = subprocess.run(
            [sys.executable, path.name],
            cwd=folder,
            env=os.environ | quiet | store,
            capture_output=True,
            text=True,
        )
    if done.returncode == 0:
        return "", None, done.stdout
    lines = re.findall(r'program.py", line (\\d+)', done.stderr)
    kinds = re.findall(r"^([\\w.]*(?:Error|Exception))\\b", done.stderr, re.MULTILINE)
    return kinds[-1].split(".")[-1], int(lines[-1]), done.stdout


n_loud = n_silent = n_mended = n_elsewhere = 0
for name, (broken, mended, wrong_line) in PROGRAMS.items():
    error, line, said = run(broken)
    repaired, _, better = run(mended)
    n_loud += bool(error)
    n_silent += not error and said != better
    n_mended += not repaired
    n_elsewhere += bool(error) and line != wrong_line
    where = f"stops at line {{line}} with {{error}}" if error else f"says {{said.strip()!r}}"
    print(f"{{name}}: line {{wrong_line}} is wrong; the program {{where}}")
result = {{
    "n_programs": len(PROGRAMS),
    "n_loud": n_loud,
    "n_silent": n_silent,
    "n_mended": n_mended,
    "n_elsewhere": n_elsewhere,
}}
if len(PROGRAMS) == 1:
    result |= {{"error": error, "wrong_line": wrong_line, "stopped_line": line}}
print(json.dumps(result))
'''
