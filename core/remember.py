"""Train once: a run function that remembers its results, in memory and on disk.

``@remembered`` stands above a run function ``f(spec) -> Result``. The same spec then gives the same
result without training again: for every session of this process, and after a restart.

An entry on disk belongs to the function, the spec, the versions of the `LIBRARIES`, and the
source of `core` and `datasets`; when any of them changes, it is no longer found. The files of a
table that a learner brought are named in the spec by the hash of their content.
"""

import hashlib
import logging
import os
import shutil
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache, update_wrapper
from importlib.metadata import version
from pathlib import Path
from typing import Generic, TypeVar, get_type_hints

from cachetools import LRUCache, cached
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from core.errors import SpecError
from core.results import DamagedResultError, load_result, save_result, tables_of
from core.settings import read_settings
from core.specs import spec_to_json

SpecT = TypeVar("SpecT")
ResultT = TypeVar("ResultT")

MAX_RESULTS_MB = 500.0
"""Room for kept results on disk; the least recently used go first."""
MAX_RESULTS_IN_MEMORY = 64
"""Results of one function that stay in memory; the least recently used go first."""
LIBRARIES = ("numpy", "scikit-learn", "optuna", "lightgbm")
"""Libraries whose next version may give other numbers."""
ROOT = Path(__file__).parent.parent
HOUR = 3600.0
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

logger = logging.getLogger(__name__)


def remembered(run: Callable[[SpecT], ResultT]) -> "Remembered[SpecT, ResultT]":
    """Make the module-level function `run` remember its results; see `Remembered`."""
    return Remembered(run)


class Remembered(Generic[SpecT, ResultT]):
    """A run function that trains once per spec.

    Two threads that ask for the same spec at the same time train once: the second waits. Threads
    with other specs go on. Each call returns its own result whose tables share memory with the kept
    ones until somebody writes into them (copy on write), so nobody can spoil another's numbers.
    """

    def __init__(self, run: Callable[[SpecT], ResultT]) -> None:
        self.name = f"{run.__module__}:{run.__qualname__}"
        """How a worker process finds the function: ``module:function``."""
        if not run.__qualname__.isidentifier():
            message = f"{self.name} must be a function at the top of its module."
            raise TypeError(message)
        update_wrapper(self, run)
        self._run = run
        self._memory: LRUCache[str, ResultT] = LRUCache(MAX_RESULTS_IN_MEMORY)
        self._lock = threading.Condition()
        self._find_or_run = cached(self._memory, key=spec_to_json, condition=self._lock)(
            self._load_or_run
        )

    @property
    def spec_type(self) -> type[SpecT]:
        """The type of the function's only argument."""
        kinds = [kind for name, kind in get_type_hints(self._run).items() if name != "return"]
        return kinds[0]  # type: ignore[no-any-return]

    @property
    def result_type(self) -> type[ResultT]:
        """The type of what the function returns."""
        return get_type_hints(self._run)["return"]  # type: ignore[no-any-return]

    def __call__(self, spec: SpecT) -> ResultT:
        """Return the result of `spec`: from memory, from disk, or computed now and then kept."""
        return self._lend(self._find_or_run(spec))

    def recall(self, spec: SpecT) -> ResultT | None:
        """Return the result of `spec` if it is in memory or on disk; never compute it."""
        key = spec_to_json(spec)
        with self._lock:
            result = self._memory.get(key)
        if result is None:
            result = self._load(spec)
            if result is None:
                return None
            with self._lock:
                result = self._memory.setdefault(key, result)
        return self._lend(result)

    def run_fresh(self, spec: SpecT) -> ResultT:
        """Compute the result of `spec` whatever is remembered, and keep the new one."""
        result = self._run_and_keep(spec)
        with self._lock:
            self._memory[spec_to_json(spec)] = result
        return self._lend(result)

    def forget(self) -> None:
        """Empty the memory of this process; what is on disk stays."""
        with self._lock:
            self._memory.clear()

    def entry(self, spec: SpecT) -> Path:
        """Return the folder where the result of `spec` is kept, if it is."""
        parts = (self.name, spec_to_json(spec), *_versions(), hash_sources(ROOT))
        digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        return _results_folder() / f"{self._run.__name__}-{digest[:32]}"

    def _load_or_run(self, spec: SpecT) -> ResultT:
        result = self._load(spec)
        return self._run_and_keep(spec) if result is None else result

    def _load(self, spec: SpecT) -> ResultT | None:
        folder = self.entry(spec)
        try:
            result = load_result(self.result_type, folder)
        except FileNotFoundError:
            return None
        except (DamagedResultError, SpecError, TypeError, KeyError, OSError) as error:
            logger.warning("The kept result %s is damaged and goes away: %s", folder.name, error)
            _remove(folder)
            return None
        with suppress(OSError):
            os.utime(folder)  # used now, so `prune` takes it last
        return result

    def _run_and_keep(self, spec: SpecT) -> ResultT:
        use_one_thread()
        result = self._run(spec)
        try:
            save_result(result, self.entry(spec))
            prune(MAX_RESULTS_MB)
        except OSError as error:  # a full disk must not cost the learner the result
            logger.warning("The result of %s could not be kept: %s", self.name, error)
        return result

    def _lend(self, result: ResultT) -> ResultT:
        # Under the lock, because pandas notes who shares a table without one.
        with self._lock:
            tables = {name: table.copy(deep=False) for name, table in tables_of(result).items()}
        return replace(result, **tables)  # type: ignore[type-var]


def prune(max_mb: float) -> None:
    """Remove the least recently used results on disk until the others fit into `max_mb`."""
    entries: list[tuple[float, int, Path]] = []
    for folder in _results_folder().glob("*"):
        with suppress(OSError):  # another process may remove it at this moment
            used = folder.stat().st_mtime
            size = sum(path.stat().st_size for path in folder.iterdir())
            if not folder.name.startswith("."):
                entries.append((used, size, folder))
            elif used < time.time() - HOUR:  # a draft whose writer was killed
                _remove(folder)
    total = sum(size for _, size, _ in entries)
    for _, size, folder in sorted(entries):
        if total <= max_mb * 1e6:
            break
        _remove(folder)
        total -= size


def use_one_thread() -> None:
    """Let the numerical libraries of this process compute with one thread each, from now on.

    Two threads add up in another order and change the last bits of a product of 300 × 300 numbers,
    so a server, a job and a notebook would disagree. It stays so: giving threads back at the end
    of one run would give them to another run that has not ended.
    """
    os.environ.update(ONE_THREAD)  # for libraries that are not loaded yet, and for children
    threadpool_limits(limits=1)


@lru_cache(maxsize=8)
def hash_sources(root: Path) -> str:
    """Return a SHA-256 over the code of `core` and the files of `datasets`; read once a process."""
    digest = hashlib.sha256()
    for path in sorted([*(root / "core").rglob("*.py"), *(root / "datasets").rglob("*")]):
        if path.is_file() and "__pycache__" not in path.parts:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _versions() -> tuple[str, ...]:
    return tuple(version(name) for name in LIBRARIES)


def _results_folder() -> Path:
    return read_settings().home / "results"


def _remove(folder: Path) -> None:
    """Remove an entry so that no reader ever sees half of it."""
    aside = folder.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        folder.rename(aside)
    except OSError:  # another process was faster
        return
    shutil.rmtree(aside, ignore_errors=True)
