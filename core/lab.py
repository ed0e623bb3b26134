"""A lab: one experiment that can be named, run and handed over as code.

A module of `core` becomes a lab by holding a top-level ``LAB = Lab(name="…", question="…", …)``.
Labs are found by reading the syntax tree, so listing them imports neither scikit-learn nor pandas.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from core.errors import SpecError
from core.script import Script

if TYPE_CHECKING:
    from core.datasets import Dataset

CORE = Path(__file__).parent

SpecT = TypeVar("SpecT")
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, kw_only=True)
class SoFar:
    """What a training has finished while it still runs, or when it was stopped."""

    sentence: str
    figure: Any
    """A Plotly figure of what is finished; None while there is nothing to draw."""
    go_on: str
    """What the button says that takes a stopped training up again."""


@dataclass(frozen=True, kw_only=True)
class SlowPart:
    """The training that a view waits for, so that a job can do it outside the server process."""

    run: Any
    """A function decorated with `core.remember.remembered`."""
    spec: Any
    what: str
    """What is being trained, as a sentence for the learner who waits."""
    so_far: Callable[[], SoFar | None] | None = None
    """What is finished already, for a training that keeps its finished parts; None if nothing is."""


@dataclass(frozen=True, kw_only=True)
class Lab(Generic[SpecT, ResultT]):
    """What the command line, the page, the practice items and CI need to know of an experiment."""

    name: str
    """As typed on the command line; lower case with hyphens, unique in the course."""
    question: str
    """The question that the experiment answers."""
    spec: type[SpecT]
    """A frozen dataclass of plain values with teaching defaults."""
    run: Callable[[SpecT], ResultT]
    """From a spec to a frozen result: scalars and tidy tables."""
    script: Callable[[SpecT], Script]
    """The runnable Python, with its data, that yields the same numbers."""
    slow_part: Callable[[SpecT], SlowPart | None] | None = None
    """What of a view takes longer than a moment; None, or a spec for which it returns None, is quick."""
    rows_of: "Callable[[SpecT], Dataset | None] | None" = None
    """The table of a view that uses all its rows at once; None, if it is ``spec.data``, split."""
    presets: Mapping[str, Mapping[str, Any]]
    """Named settings worth showing; CI runs the script of each and compares the numbers."""


@dataclass(frozen=True)
class LabEntry:
    """A lab as seen from outside, before its module is imported."""

    name: str
    question: str
    module: str


@lru_cache(maxsize=1)
def find_labs() -> tuple[LabEntry, ...]:
    """Return every lab in `core`, by name."""
    entries = [
        entry for path in sorted(CORE.rglob("*.py")) if (entry := _read_entry(path)) is not None
    ]
    return tuple(sorted(entries, key=lambda entry: entry.name))


def load_lab(name: str) -> Lab[Any, Any]:
    """Import and return the lab called `name`."""
    entries = {entry.name: entry for entry in find_labs()}
    if name not in entries:
        message = f"There is no lab called {name!r}. There are: {', '.join(entries) or 'none yet'}."
        raise SpecError(message)
    lab = import_module(entries[name].module).LAB
    if not isinstance(lab, Lab):
        message = f"{entries[name].module}.LAB is not a Lab"
        raise TypeError(message)
    return lab


def _read_entry(path: Path) -> LabEntry | None:
    source = path.read_text(encoding="utf-8")
    if "LAB = Lab(" not in source:
        return None
    for node in ast.parse(source).body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id == "LAB"
            and isinstance(node.value, ast.Call)
        ):
            words = {
                keyword.arg: keyword.value.value
                for keyword in node.value.keywords
                if isinstance(keyword.value, ast.Constant)
            }
            module = ".".join(path.relative_to(CORE.parent).with_suffix("").parts)
            return LabEntry(str(words["name"]), str(words["question"]), module)
    return None
