"""Run a broken program and its mended one, in a process of their own, and remember what happened."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.errors import require
from core.progress import report
from core.remember import ONE_THREAD, ROOT, remembered
from core.settings import read_settings
from core.tracking.bugs.collection import BUGS, EVERY, group_of
from core.tracking.load import QUIET

VERSIONS = ("broken", "mended")


@dataclass(frozen=True, kw_only=True)
class ProgramsSpec:
    """Which programs are run: one by its name, or ``every``."""

    bug: str = "version"

    def __post_init__(self) -> None:
        require(
            self.bug == EVERY or self.bug in BUGS,
            f"There is no program called {self.bug!r}. Choose one of {', '.join(BUGS)}, or {EVERY}.",
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The programs that are run."""
        return tuple(BUGS) if self.bug == EVERY else (self.bug,)


@dataclass(frozen=True, eq=False)
class Outcomes:
    """How the programs ended.

    `programs` has one row per program and version: ``bug``, ``group``, ``version`` (broken or mended),
    ``is_error``, ``error`` (its class, "" if none), ``message``, ``line`` (where Python stopped, 0 if it did
    not) and ``said`` (what was printed).
    """

    spec: ProgramsSpec
    programs: pd.DataFrame


@remembered
def run_programs(spec: ProgramsSpec) -> Outcomes:
    """Answer "how does each program end, broken and mended?" by really running it.

    Ids and folders, which differ from run to run, are left out of messages. Check by eye: the broken
    ``version`` prints ``python=3.1`` and raises nothing.
    """
    codes = {
        f"{name} {version}": BUGS[name].code if version == "broken" else BUGS[name].mended
        for name in spec.names
        for version in VERSIONS
    }
    report(0.1, f"{len(codes)} programs are being run")
    outcomes = _run(codes)
    rows = []
    for key, outcome in outcomes.items():
        name, version = key.split(" ")
        rows.append(
            {
                "bug": name,
                "group": group_of(name),
                "version": version,
                "is_error": bool(outcome["error"]),
                **outcome,
            }
        )
    words = dict.fromkeys(("bug", "group", "version", "error", "message", "said"), "str")
    return Outcomes(spec=spec, programs=pd.DataFrame(rows).astype(words | {"line": "int64"}))


def _run(codes: dict[str, str]) -> dict[str, dict[str, object]]:
    variables = os.environ | QUIET | ONE_THREAD | {"PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT)}
    variables.pop("MLFLOW_TRACKING_URI", None)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch).resolve()
        (folder / "programs.json").write_text(json.dumps(codes), encoding="utf-8")
        subprocess.run(
            [sys.executable, "-m", "core.tracking.bugs.runner", str(folder)],
            cwd=folder, env=variables, check=True, timeout=read_settings().job_seconds,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        found: dict[str, dict[str, object]] = json.loads(
            (folder / "outcomes.json").read_text(encoding="utf-8")
        )
    return found
