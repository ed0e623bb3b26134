"""Run the program of a lesson as somebody would at home, in a process of its own, and open its store.

What a program does to MLflow and scikit-learn (autolog changes every model) is gone with its process. In the
server it would reach the trainings of others.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.script import Script
from core.tracking.place import uri_of
from core.tracking.store import close_client, make_store, open_client

if TYPE_CHECKING:
    from mlflow import MlflowClient

SECONDS = 300
"""A quiet machine needs some ten; a full one once took more than a hundred."""
START = """\
import gc, runpy, sys

gc.set_threshold(200_000, 50, 100)  # imports make much and drop little: a seventh of their time
runpy.run_path(sys.argv[1], run_name="__main__")
"""
KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "LANG")
VARIABLES = {
    "LOGNAME": "you",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MPLBACKEND": "Agg",
    "GIT_PYTHON_REFRESH": "quiet",
}


@dataclass(frozen=True, eq=False)
class Ended:
    """A program that has ended well."""

    lines: tuple[str, ...]
    """What it printed."""
    client: "MlflowClient"
    """MLflow's client of the store that it left."""


@contextmanager
def run_program(script: Script) -> Iterator[Ended]:
    """Run `script`; its store ``mlflow.db`` can be read inside the block, and is gone after it.

    Raises
    ------
    RuntimeError
        The program failed.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file_name, content in script.files.items():
            (folder / file_name).write_bytes(content)
        (folder / f"{script.name}.py").write_text(script.code, encoding="utf-8")
        make_store(folder / "mlflow.db")  # MLflow would take two seconds for it
        lines = _run(folder, script.name)
        client = open_client(uri_of(folder / "mlflow.db"))
        try:
            yield Ended(lines, client)
        finally:
            close_client(client)


def _run(folder: Path, name: str) -> tuple[str, ...]:
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-I", "-c", START, f"{name}.py"],
        cwd=folder,
        env=kept | VARIABLES | {"HOME": str(folder)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    if done.returncode != 0:
        message = f"the program {name} ended with {done.returncode}: {done.stderr[-2000:]}"
        raise RuntimeError(message)
    return tuple(done.stdout.splitlines())
