"""Trainings for the tests: an honest one, and all that can go wrong with a process."""

import collections
import itertools
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.errors import require
from core.progress import report
from core.remember import remembered


@dataclass(frozen=True, kw_only=True)
class Spec:
    n_steps: int = 3
    seconds: float = 0.0
    """Time for one step."""
    place: str = ""
    """A file to write."""
    seed: int = 0

    def __post_init__(self):
        require(self.n_steps >= 0, f"Steps are counted from 0, got {self.n_steps}.")


@dataclass(frozen=True)
class Result:
    spec: Spec
    total: float
    steps: pd.DataFrame


@remembered
def train(spec: Spec) -> Result:
    """Decompose random matrices (BLAS and LAPACK do the work), telling the progress."""
    rng = np.random.default_rng(spec.seed)
    values = []
    for step in range(spec.n_steps):
        report(step / spec.n_steps, f"step {step + 1} of {spec.n_steps}")
        matrix = rng.normal(size=(300, 300))  # two threads would multiply it to other last bits
        values.extend((matrix @ matrix).sum(axis=1).tolist())
        time.sleep(spec.seconds)
    if spec.place:
        with Path(spec.place).open("a") as file:
            file.write("trained\n")
    return Result(
        spec, float(np.sum(values)), pd.DataFrame({"value": pd.Series(values, dtype=float)})
    )


def _end(spec):
    return Result(spec, 0.0, pd.DataFrame({"value": [0.0]}))


@remembered
def refuse(spec: Spec) -> Result:
    """Find out late that the learner asked for what cannot be."""
    require(False, "A tree needs 2 classes, got 1. Choose another target.")
    return _end(spec)


@remembered
def divide_by_zero(spec: Spec) -> Result:
    """Hold a defect."""
    sys.stdout.write("before the defect\n")
    return Result(spec, 1 / (spec.n_steps - spec.n_steps), pd.DataFrame())


@remembered
def exit_early(spec: Spec) -> Result:
    """Leave without a word."""
    os._exit(3)
    return _end(spec)


@remembered
def be_killed(spec: Spec) -> Result:
    """Be ended by somebody else."""
    os.kill(os.getpid(), signal.SIGKILL)
    return _end(spec)


@remembered
def use_up_cpu_time(spec: Spec) -> Result:
    """Be stopped by the wall that the worker set itself."""
    os.kill(os.getpid(), signal.SIGXCPU)
    return _end(spec)


@remembered
def loop_in_python(spec: Spec) -> Result:
    """Never end, in Python."""
    while True:
        pass
    return _end(spec)


@remembered
def loop_in_c(spec: Spec) -> Result:
    """Never end, in C, holding the interpreter's lock."""
    collections.deque(itertools.repeat(1), maxlen=0)
    return _end(spec)


@remembered
def sleep_for_ever(spec: Spec) -> Result:
    """Never end, without work."""
    time.sleep(1e6)
    return _end(spec)


@remembered
def refuse_to_end(spec: Spec) -> Result:
    """Ignore every polite request, and be busy."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    report(0.5, "ready")
    while True:
        time.sleep(0.01)
    return _end(spec)


@remembered
def grow_slowly(spec: Spec) -> Result:
    """Take 10 MB more every 20 ms."""
    held = []
    while True:
        held.append(np.ones(10**7 // 8))
        time.sleep(0.02)
    return _end(spec)


@remembered
def grow_at_once(spec: Spec) -> Result:
    """Take 2 GB in one go and keep it."""
    held = np.ones(2 * 10**9 // 8)
    time.sleep(1e6)
    return Result(spec, float(held[0]), pd.DataFrame())


@remembered
def grow_beyond_all(spec: Spec) -> Result:
    """Ask for 100 GB."""
    return Result(spec, float(np.ones(10**11 // 8)[0]), pd.DataFrame())


GROWING = "import time\nheld = []\nwhile True:\n    held.append(bytearray(10**7)); time.sleep(0.02)"


@remembered
def grow_in_child(spec: Spec) -> Result:
    """Let a child take the memory."""
    subprocess.run([sys.executable, "-c", GROWING], check=False)
    return _end(spec)


@remembered
def grow_in_orphan(spec: Spec) -> Result:
    """Let a grandchild take it whose parent is dead."""
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {GROWING!r}])"
    subprocess.run([sys.executable, "-c", code], check=True)
    time.sleep(1e6)
    return _end(spec)


@remembered
def fill_the_disk(spec: Spec) -> Result:
    """Write a file of 5 GB."""
    block = bytes(10**7)
    with Path(spec.place).open("wb") as file:
        for _ in range(500):
            file.write(block)
    return _end(spec)


@remembered
def print_a_lot(spec: Spec) -> Result:
    """Print `n_steps` million characters, in Python, past Python, and in a child."""
    sys.stdout.write("first words\n")
    sys.stdout.flush()
    block = b"x" * 10**6
    for _ in range(spec.n_steps):
        os.write(1, block)
    subprocess.run([sys.executable, "-c", "print('y' * 10**6)"], check=True)
    sys.stderr.write("z" * 10**6)
    return _end(spec)


STUBBORN = (
    "import signal, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('ready', flush=True)\n"
    "time.sleep(1e6)"
)


@remembered
def leave_grandchildren(spec: Spec) -> Result:
    """Start children that ignore SIGTERM, one of them in a session of its own; then go on."""
    for own_session in (False, True):
        child = subprocess.Popen(
            [sys.executable, "-c", STUBBORN],
            stdout=subprocess.PIPE,
            start_new_session=own_session,
        )
        child.stdout.readline()
    report(0.5, "ready")
    time.sleep(spec.seconds)
    return _end(spec)


@remembered
def stay_after_the_end(spec: Spec) -> Result:
    """Hold the process open after the result is there."""
    import threading

    threading.Thread(target=time.sleep, args=(1e6,)).start()
    return _end(spec)


@remembered
def train_among_workers(spec: Spec) -> Result:
    """Hand work to processes of joblib, as a search with GLASSROOM_WORKERS does."""
    from core.search.engine import Engine, open_crew

    with open_crew(Engine(workers=2)) as crew:
        list(crew.map(abs, [-1, -2]))
        report(0.5, "ready")
        total = sum(crew.map(_wait_then_say, [(n, spec.seconds) for n in range(4)]))
    return Result(spec, float(total), pd.DataFrame({"value": [float(total)]}))


def _wait_then_say(task):
    number, seconds = task
    time.sleep(seconds)
    return number
