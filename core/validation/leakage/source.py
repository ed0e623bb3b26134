"""The code of a case as text: what is shown, what is taken home, and which step the mending changes."""

import ast
import inspect
import re
import textwrap
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any

STEP = re.compile(r"# (\d)\.(?: and (\d)\.)? (.+)")
IN_USE = "# In use"
HEADERS = {
    "draw": "def draw(n_rows, seed):",
    "as_found": "def as_found(table, later, seed):",
    "mended": "def mended(table, later, seed):",
}


@dataclass(frozen=True)
class Step:
    """One numbered step of a pipeline: its first number, what it says of itself, its lines."""

    number: int
    words: str
    code: str


def load_case(case: str) -> ModuleType:
    """Import the module of a case; it brings scikit-learn along, so only when it is needed."""
    return import_module(f"core.validation.leakage.cases.{case}")


@lru_cache(maxsize=32)
def read_steps(case: str, version: str) -> tuple[Step, ...]:
    """Return the steps of the pipeline ``as_found`` or ``mended``, in order."""
    steps: list[Step] = []
    for line in _read_body(load_case(case), version).split(IN_USE)[0].splitlines():
        head = STEP.match(line)
        if head:
            steps.append(Step(int(head[1]), head[3], ""))
        elif steps:
            last = steps.pop()
            steps.append(Step(last.number, last.words, f"{last.code}{line}\n"))
    return tuple(steps)


def find_leak(case: str) -> int:
    """Return the number of the first step that the mending changes: that is where it leaks."""
    mended = {step.code for step in read_steps(case, "mended")}
    return next(step.number for step in read_steps(case, "as_found") if step.code not in mended)


def show_pipeline(case: str, version: str, *, mark: str = "") -> str:
    """Return the code up to the report; `mark` is written beside the step that leaks."""
    lines = _read_body(load_case(case), version).split(IN_USE)[0].splitlines()
    leak = find_leak(case)
    return "\n".join(
        f"{line}  {mark}" if mark and _begins(line, leak) else line for line in lines
    ).rstrip()


def write_functions(case: str) -> tuple[list[str], str]:
    """Return the imports and the three functions of a case, as a program needs them."""
    module = load_case(case)
    bodies = [
        f"{header}\n{textwrap.indent(_read_body(module, name, with_docstring=True), '    ')}"
        for name, header in HEADERS.items()
    ]
    code = "\n\n\n".join(body.rstrip() for body in bodies)
    lines = []
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [name.asname or name.name for name in node.names]
            if any(re.search(rf"\b{name}\b", code) for name in names):
                lines.append(ast.unparse(node))
    return lines, code


def _begins(line: str, number: int) -> bool:
    head = STEP.match(line)
    return head is not None and str(number) in head.groups()[:2]


def _read_body(module: ModuleType, name: str, *, with_docstring: bool = False) -> str:
    source = inspect.getsource(getattr(module, name))
    function: Any = ast.parse(source).body[0]
    first = function.body[0]  # the docstring: every public function has one
    start = first.lineno - 1 if with_docstring else first.end_lineno
    return textwrap.dedent("\n".join(source.splitlines()[start:])) + "\n"
