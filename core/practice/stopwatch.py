"""How long the check of an item takes in a server that has its libraries loaded and no result kept."""

import os
import subprocess
import sys
import tempfile
from importlib import import_module

from core.lab import find_labs, load_lab
from core.practice.bank import load_item
from core.practice.proof import run_check
from core.practice.schema import Item

LIBRARIES = (
    "cluster",
    "dummy",
    "ensemble",
    "isotonic",
    "linear_model",
    "metrics",
    "model_selection",
)
"""Parts of scikit-learn that a running server has loaded."""


def time_alone(item: Item) -> float:
    """Return the processor seconds of one run, taken in a process of its own with an empty home."""
    with tempfile.TemporaryDirectory() as home:
        said = subprocess.run(
            [sys.executable, "-m", "core.practice.stopwatch", item.id],
            env=os.environ | {"GLASSROOM_HOME": home}, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    return float(said)


def cpu_seconds() -> float:
    """Return the processor seconds of this process and of the children that it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _time_here(name: str) -> float:
    item = load_item(name)
    if item is None:
        message = f"The bank has no item {name!r}."
        raise LookupError(message)
    for entry in find_labs():
        load_lab(entry.name)
    for part in LIBRARIES:
        import_module(f"sklearn.{part}")
    if item.check is not None:
        import_module(item.check.function.partition(":")[0])
    began = cpu_seconds()
    run_check(item)
    return cpu_seconds() - began


if __name__ == "__main__":
    sys.stdout.write(f"{_time_here(sys.argv[1])}\n")
