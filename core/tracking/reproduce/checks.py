"""Runs that prove the practice items on repeating, and draws of their numbers."""

import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from core.practice.family import Values
from core.practice.proof import Facts
from core.tracking.load import load_mlflow
from core.tracking.reproduce.lab import ReproduceSpec, reproduce
from core.tracking.reproduce.program import Model

PROJECT = """\
name: churn
entry_points:
  main:
    parameters:
      depth: {{type: float, default: {depth}}}
      trees: {{type: float, default: {trees}}}
    command: "python train.py --depth {{depth}} --trees {{trees}}"
"""


def start_project(depth: int, trees: int, given: int) -> Facts:
    """Let MLflow read an MLproject file and write the command for ``-P depth=<given>``.

    Facts: ``depth`` and ``trees`` in the command, ``n_params``. Check by eye: what is given wins, and
    what is not given keeps its default.
    """
    load_mlflow()
    from mlflow.projects import _project_spec

    reader: Any = _project_spec  # it has no types
    with tempfile.TemporaryDirectory() as folder:
        text = PROJECT.format(depth=depth, trees=trees)
        Path(folder, "MLproject").write_text(text, encoding="utf-8")
        entry = reader.load_project(folder).get_entry_point("main")
        command = entry.compute_command({"depth": str(given)}, None)
    found = dict(re.findall(r"--(\w+) (\d+)", command))
    return {
        "depth": int(found["depth"]),
        "trees": int(found["trees"]),
        "n_params": len(found),
        "default": depth,
    }


def draw_project(rng: np.random.Generator) -> Values | None:
    """Draw defaults of two parameters, and another value for the first."""
    depth, given = (int(value) for value in rng.choice(np.arange(2, 20), 2, replace=False))
    trees = int(rng.integers(3, 40)) * 10
    return {"depth": depth, "given": given, "trees": trees}


def read_folder() -> Facts:
    """Let MLflow look for the MLproject file of a folder, as a file and as a folder of that name.

    Facts (1 is yes): ``is_file_read``, ``is_folder_read``.
    """
    load_mlflow()
    from mlflow.projects import _project_spec

    facts: dict[str, float | None] = {}
    for name in ("file", "folder"):
        with tempfile.TemporaryDirectory() as place:
            path = Path(place, "MLproject")
            if name == "folder":
                path.mkdir()
            else:
                path.write_text(PROJECT.format(depth=3, trees=100), encoding="utf-8")
            facts[f"is_{name}_read"] = int(_has_parameters(_project_spec, place))
    return facts


def _has_parameters(reader: Any, place: str) -> bool:
    try:
        project = reader.load_project(place)
    except OSError:
        return False
    return bool(project._entry_points)  # noqa: SLF001


def train_again(
    model: Model,
    keeps_seed: bool = True,
    keeps_data: bool = True,
    keeps_code: bool = True,
    keeps_environment: bool = True,
) -> Facts:
    """Train twice as the lesson does.

    Facts: ``is_same``, ``n_differ``, ``n_moved``, ``largest_gap``, ``n_kept``.
    """
    found = reproduce(
        ReproduceSpec(
            model=model,
            keeps_seed=keeps_seed,
            keeps_data=keeps_data,
            keeps_code=keeps_code,
            keeps_environment=keeps_environment,
        )
    )
    return {
        "is_same": int(found.is_same),
        "n_differ": found.n_differ,
        "n_moved": found.n_moved,
        "largest_gap": found.largest_gap,
        "n_kept": found.n_kept,
    }
