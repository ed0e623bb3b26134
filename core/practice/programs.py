"""Run the programs of find-the-bug items: as they are, and after the change that each option proposes.

They run in a process of their own, because each is a whole program: it may fail, warn and print.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from core.practice.parts import Mend
from core.practice.proof import Facts

AS_IT_IS = ""
CHILD = Path(__file__).with_name("programs_apart.py")
LONGEST_S = 60.0
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""The programs are small: threads would only wait for each other, and for the learners beside them."""


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
        [sys.executable, "-I", str(CHILD)],
        input=json.dumps(sources), capture_output=True, text=True, check=True, timeout=LONGEST_S,
        env=os.environ | ONE_THREAD,
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
