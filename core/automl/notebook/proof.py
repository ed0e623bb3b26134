"""The proof of a notebook: run from the top in a clean kernel, it gives back the numbers that were logged."""

import asyncio
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from core.automl.notebook.cells import notebook_of, text_of
from core.automl.notebook.facts import read_facts, tell_differences, write_probe
from core.automl.notebook.write import Notebook
from core.automl.settings import LOWER_IS_BETTER
from core.progress import report
from core.remember import ONE_THREAD
from core.safe_text import plain
from core.tables.wording import count

NEAR = 1e-9
"""How far a number may be from the logged one, as a share of it (absolutely below 1)."""
MOST_SECONDS = 300.0
MOST_CHARACTERS = 5_000_000
"""What the cells of a notebook may put out together."""
LIBRARIES = ("pandas", "scikit-learn", "lightgbm", "xgboost", "optuna", "shap")
OWN_PATHS = ("PYTHONPATH", "PYTHONSTARTUP", "MLFLOW_TRACKING_URI")
"""What would let a kernel find more than a stranger's has."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What came of running a notebook."""

    is_proven: bool
    sentence: str
    """What happened, in plain words."""
    cell: str = ""
    """The name of the cell that failed; empty if none did."""
    n_numbers: int = 0
    """Logged numbers that were compared."""
    worst: float = 0.0
    """The largest difference, as a share of the logged number (absolutely below 1)."""
    when: str = ""
    """Date and time in UTC: ``2026-11-22T02:10:00+00:00``."""
    seconds: float = 0.0
    """By the clock, with the start of the kernel."""
    versions: tuple[str, ...] = ()
    """Python and the libraries that ran: ``pandas 3.0.6``."""
    notebook: str = ""
    """The ``.ipynb`` with what each cell put out."""


def prove_notebook(notebook: Notebook, seconds: float = MOST_SECONDS) -> Proof:
    """Run a notebook in a kernel and a folder of its own, and compare what it says with what was logged.

    Its last cell prints one JSON object. Every logged number has to be in it, equal to 1e-9; the same rows
    have to train, validate and test; a study has to hold the model itself, and its best trial has to be the
    best of those tried. Whatever goes wrong is said in a sentence, and what differs from the search: seed,
    rows, settings. A notebook that takes longer than `seconds` or puts out more than 5 MB has failed.

    Check by eye: a notebook whose metric was changed is not proven, and the sentence names the number.
    """
    began = time.perf_counter()
    executed = notebook_of(notebook.cells)
    problem, cell, n_compared, worst = "", "", 0, 0.0
    with tempfile.TemporaryDirectory(prefix="proof-") as name:
        folder = Path(name)
        for file, content in notebook.files.items():
            (folder / file).write_bytes(content)
        try:
            problem, n_compared, worst = _run_cells(notebook, executed, folder, began + seconds)
            cell = notebook.cells[-1].name
        except _StoppedError as stopped:
            problem, cell = str(stopped), stopped.cell
        _hide_paths(executed, folder)
    took = time.perf_counter() - began
    return Proof(
        is_proven=not problem,
        sentence=problem
        or f"It ran from the top in a clean kernel and gave back {count(n_compared, 'logged number')}.",
        cell=cell if problem else "",
        n_numbers=n_compared,
        worst=worst,
        when=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=took,
        versions=_versions(),
        notebook=text_of(executed),
    )


def _hide_paths(executed: Any, folder: Path) -> None:
    """Take out of what was printed where on this machine it ran: a warning begins with the path of a file."""
    places = {
        str(folder): ".",
        sys.prefix: "python",
        sys.base_prefix: "python",
        str(Path.home()): "~",
    }
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            for place, name in places.items():
                if "text" in output and len(place) > 1:
                    output["text"] = output["text"].replace(place, name)


def compare_numbers(notebook: Notebook, said: Mapping[str, Any] | None) -> tuple[str, int, float]:
    """Return what is wrong (empty: nothing), how many numbers were compared, and the worst difference."""
    if said is None:
        return "The last cell did not print its numbers.", 0, 0.0
    worst = 0.0
    for name, logged in notebook.logged.items():
        found = said.get(name)
        if not isinstance(found, int | float):
            return f"The last cell does not say {name}.", len(notebook.logged), worst
        away = _distance(found, logged)
        worst = max(worst, away)
        if away > NEAR:
            problem = f"It says {name} = {found:.10g}, and {logged:.10g} was logged."
            return problem, len(notebook.logged), worst
    return _judge_study(notebook, said), len(notebook.logged), worst


def _judge_study(notebook: Notebook, said: Mapping[str, Any]) -> str:
    """Say what is wrong with the cell that tunes: it must know this model, and search the right way."""
    tried = [value for value in said.get("tried", []) if value is not None]
    if not tried:
        return ""
    known = notebook.logged.get(notebook.metric, math.nan)
    if math.isfinite(known) and min(_distance(value, known) for value in tried[:2]) > NEAR:
        return "The study judges this model otherwise than the logged score does."
    is_less = notebook.metric in LOWER_IS_BETTER
    best = min(tried) if is_less else max(tried)
    if said["best"] != best:
        return (
            f"The study takes {said['best']:.6g} for the best of its trials; "
            f"{'less' if is_less else 'more'} is better, so it is {best:.6g}. It searches the wrong way."
        )
    return ""


def _distance(found: float, logged: float) -> float:
    if math.isnan(found) and math.isnan(logged):
        return 0.0
    away = abs(found - logged) / max(1.0, abs(logged))
    return away if math.isfinite(away) else math.inf


class _StoppedError(Exception):
    """A cell that did not come to its end."""

    def __init__(self, sentence: str, cell: str) -> None:
        super().__init__(sentence)
        self.cell = cell


class _Client(NotebookClient):
    """A client of a kernel that ends it when it puts out too much."""

    n_characters = 0

    @property
    def is_flooded(self) -> bool:
        return self.n_characters > MOST_CHARACTERS

    def process_message(self, message: Any, cell: Any, cell_index: int) -> Any:
        was_flooded = self.is_flooded
        self.n_characters += len(str(message.get("content", "")))
        if not self.is_flooded:
            return super().process_message(message, cell, cell_index)
        if not was_flooded:  # what is raised here would be lost; that the kernel ended is not
            manager: Any = self.km
            self.ending = asyncio.ensure_future(manager.shutdown_kernel(now=True))
        return None


def _run_cells(
    notebook: Notebook, executed: Any, folder: Path, end: float
) -> tuple[str, int, float]:
    """Run the cells one after the other, and return what `compare_numbers` says of them.

    `end` is a time of `time.perf_counter`. The kernel is asked what it was made of, too: right numbers from
    other rows are no proof, and wrong ones have a reason.
    """
    client = _Client(executed, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    manager = client.create_kernel_manager()
    manager.connection_file = str(folder / "kernel.json")
    if os.name == "posix":  # sockets that are files: nobody else on this machine can listen
        manager.transport, manager.ip = "ipc", str(folder / "kernel")
    kept = {name: value for name, value in os.environ.items() if name not in OWN_PATHS}
    own = {
        "IPYTHONDIR": str(folder / "ipython"),
        "PLOTLY_RENDERER": "plotly_mimetype",
        "PYTHONWARNINGS": "ignore:IProgress not found",  # SHAP's bar of progress wants widgets
    }
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with client.setup_kernel(env=kept | ONE_THREAD | own, **silent):
        for place, cell in enumerate(executed.cells):
            if cell.cell_type != "code":
                continue
            name = _name_of(cell)
            report(place / len(executed.cells), f"Cell {name}")
            client.timeout = max(1, math.ceil(end - time.perf_counter()))
            try:
                client.execute_cell(cell, place)
            except CellTimeoutError as error:
                problem = f"The notebook took too long; it was stopped in cell {name!r}."
                raise _StoppedError(problem, name) from error
            except DeadKernelError as error:
                problem = f"The kernel ended in cell {name!r}: perhaps memory did not suffice."
                if client.is_flooded:
                    size = MOST_CHARACTERS // 1_000_000
                    problem = f"The notebook put out more than {size} MB; it was stopped in cell {name!r}."
                raise _StoppedError(problem, name) from error
            except CellExecutionError as error:
                problem = f"Cell {name!r} stopped with {error.ename}: {_first_line(error.evalue)}"
                raise _StoppedError(problem, name) from error
        return _judge_run(notebook, client)


def _judge_run(notebook: Notebook, client: _Client) -> tuple[str, int, float]:
    """Return what is wrong with the numbers or the rows, how many were compared, the worst difference."""
    problem, n_compared, worst = compare_numbers(notebook, _last_line(client.nb))
    if notebook.made_of:
        found = read_facts(_ask(client, write_probe()))
        if found and not problem and found["rows"] != notebook.made_of["rows"]:
            problem = "It gives back the logged numbers, but by chance."
        if problem:
            problem = f"{problem} {tell_differences(notebook.made_of, found)}".strip()
    return problem, n_compared, worst


def _ask(client: _Client, code: str) -> str:
    """Return what a cell prints that is not of the notebook; nothing if it cannot be run."""
    v4: Any = nbformat.v4
    cells = client.nb.cells
    cells.append(v4.new_code_cell(code))
    try:
        client.execute_cell(cells[-1], len(cells) - 1)
        return _printed(cells[-1])
    except (CellExecutionError, CellTimeoutError, DeadKernelError):
        return ""
    finally:
        cells.pop()


def _printed(cell: Any) -> str:
    return "".join(one.get("text", "") for one in cell.get("outputs", []))


def _name_of(cell: Any) -> str:
    """Return the name in a cell's id: ``06-load-code`` is ``load``."""
    return str(cell.id).split("-", 1)[-1].rsplit("-", 1)[0]


def _first_line(text: str) -> str:
    lines = [plain(line) for line in text.splitlines() if line.strip()]
    return lines[0] if lines else "no reason given."


def _last_line(executed: Any) -> Mapping[str, Any] | None:
    """Return the JSON object that the last cell printed; None if there is none."""
    lines: Sequence[str] = _printed(executed.cells[-1]).strip().splitlines()
    try:
        found = json.loads(lines[-1]) if lines else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _versions() -> tuple[str, ...]:
    found = [f"Python {platform.python_version()}"]
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:  # XGBoost is an extra, and there is no SHAP for some machines
            continue
    return tuple(found)
