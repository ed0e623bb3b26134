"""Where the fits of a search are made: here in turn, in threads or processes, or on other machines.

The seam is joblib's backend. Which setting is tried, and in which order, the search decides before and
without the engine; so the same `SearchSpec` gives the same trials on each, with however many workers.
``GLASSROOM_ENGINE`` names it and ``GLASSROOM_WORKERS`` says how many fits are made at a time on this machine:

- ``loky`` (default): processes. With 1 worker (default) the fits are made in turn, in the job itself.
- ``threads``: for models whose library lets go of the interpreter's lock while it trains.
- ``dask://host:port``: the scheduler of a Dask cluster that runs already; it lends all its workers.
- ``spark``: the Spark of ``SPARK_HOME`` or of the package pyspark, through joblibspark; it needs Java.

>>> with open_crew(Engine(kind="threads", workers=2)) as crew:
...     list(crew.map(abs, [-1, 2, -3]))
[1, 2, 3]
"""

import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from typing import Any, Literal, TypeVar

from core.errors import require
from core.search.spark import LEAST_JAVA, find_java, open_spark
from core.settings import read_settings

Kind = Literal["loky", "threads", "dask", "spark"]
PACKAGES: dict[Kind, tuple[str, ...]] = {
    "dask": ("distributed",),
    "spark": ("pyspark", "joblibspark"),
}
"""What an engine needs that Glassroom does not bring along; the extra is called like the engine."""
DASK = "dask://"
WAIT_SECONDS = 10
"""So long a cluster may take to answer, and to have a worker."""
TASKS_AT_ONCE = 64
"""Spark takes fits by the parcel, because its backend hands nothing back before all of them are done."""

TaskT = TypeVar("TaskT")
DoneT = TypeVar("DoneT")


@dataclass(frozen=True, kw_only=True)
class Engine:
    """Which engine, and how many of its workers."""

    kind: Kind = "loky"
    workers: int = 1
    """Fits at a time on this machine; a cluster lends all that it has."""
    address: str = ""
    """Host and port of a Dask scheduler."""

    @property
    def is_in_turn(self) -> bool:
        """Whether nothing is handed out: one worker of this machine is the process itself."""
        return self.workers == 1 and self.kind in ("loky", "threads")


class Crew:
    """Workers that stand ready; see `open_crew`."""

    def __init__(self, engine: Engine, client: Any = None) -> None:
        self.engine = engine
        self._client = client
        self._begun: list[Any] = []

    @property
    def is_in_turn(self) -> bool:
        """Whether there is nobody but the caller."""
        return self.engine.is_in_turn

    def map(self, work: Callable[[TaskT], DoneT], tasks: Iterable[TaskT]) -> Iterator[DoneT]:
        """Yield ``work(task)`` for each task in order, each as soon as it and all before it are done.

        `work` is a function at the top of a module. What it raises is raised here.
        """
        if self.is_in_turn:
            yield from map(work, tasks)
            return
        from joblib import Parallel, delayed, parallel_config

        # Only in this context does joblib know backends that are not its own.
        with parallel_config(**self._options()):
            gives_back = "list" if self.engine.kind == "spark" else "generator"
            parallel = Parallel(return_as=gives_back)
        waiting = iter(tasks)
        if self.engine.kind != "spark":
            answers = parallel(delayed(work)(task) for task in waiting)
            self._begun.append(answers)
            try:
                for answer in answers:  # noqa: UP028  `yield from` would close it before the hushing
                    yield answer
            finally:
                self._drop(answers)
            return
        while parcel := list(islice(waiting, TASKS_AT_ONCE)):
            for done, error in parallel(delayed(_try)(work, task) for task in parcel):
                if error is not None:
                    raise error
                yield done

    def drop_all(self) -> None:
        """Let go of all that was handed out and will not be fetched any more."""
        for answers in list(self._begun):
            self._drop(answers)

    def _drop(self, answers: Any) -> None:
        with (
            warnings.catch_warnings()
        ):  # joblib says how much was done in vain: we know, we stopped it
            warnings.filterwarnings("ignore", ".*tasks ", UserWarning, "joblib")
            answers.close()
        if answers in self._begun:
            self._begun.remove(answers)

    def _options(self) -> dict[str, Any]:
        if self.engine.kind == "dask":
            return {
                "backend": "dask",
                "n_jobs": -1,
                "client": self._client,
                "wait_for_workers_timeout": WAIT_SECONDS,
            }
        if self.engine.kind == "spark":
            return {"backend": "spark", "n_jobs": -1}
        backend = "loky" if self.engine.kind == "loky" else "threading"
        return {"backend": backend, "n_jobs": self.engine.workers}


def read_engine() -> Engine:
    """Return the engine that the settings name; `Settings` has looked whether there is such a one."""
    settings = read_settings()
    if settings.engine.startswith(DASK):
        return Engine(kind="dask", address=settings.engine.removeprefix(DASK))
    kinds: dict[str, Kind] = {"loky": "loky", "threads": "threads", "spark": "spark"}
    return Engine(kind=kinds[settings.engine], workers=settings.workers)


def tell_missing(kind: Kind) -> str:
    """Return what is not here that an engine needs, with its repair; empty if it is all here."""
    for package in PACKAGES.get(kind, ()):
        if find_spec(package) is None:
            return (
                f"The engine {kind} needs the package {package}, which is not installed here. "
                f'Install it (pip install "glassroom[{kind}]"), or unset GLASSROOM_ENGINE.'
            )
    if kind == "spark" and (java := find_java()) < LEAST_JAVA:
        here = f"the Java here is version {java}" if java else "there is none here"
        return (
            f"The engine spark needs Java {LEAST_JAVA} or newer, and {here}. "
            "Install it and let JAVA_HOME name its folder, or unset GLASSROOM_ENGINE."
        )
    return ""


@contextmanager
def open_crew(engine: Engine | None = None) -> Iterator[Crew]:
    """Let workers of `engine` (of the settings, if None) stand ready, and send them away at the end.

    Raises
    ------
    SpecError
        If a package of the engine or its Java is missing, or its cluster does not answer.
    """
    engine = engine or read_engine()
    missing = tell_missing(engine.kind)
    require(not missing, missing)
    with ExitStack() as stack:
        client = None
        if engine.kind == "dask":
            client = stack.enter_context(_connect(engine.address))
        elif engine.kind == "spark":
            stack.enter_context(open_spark())
        elif engine.kind == "loky" and not engine.is_in_turn:
            stack.callback(_dismiss_processes)
        crew = Crew(engine, client)
        stack.callback(crew.drop_all)
        yield crew


@contextmanager
def _connect(address: str) -> Iterator[Any]:
    from distributed import Client

    is_there = True
    try:
        client = Client(address, timeout=WAIT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]  # untyped library
    except OSError:
        is_there = False
    require(
        is_there,
        f"No Dask scheduler answers at {address}. Start the cluster first, or unset GLASSROOM_ENGINE.",
    )
    try:
        yield client
    finally:
        client.close()  # type: ignore[no-untyped-call]


def _try(
    work: Callable[[TaskT], DoneT], task: TaskT
) -> tuple[DoneT, None] | tuple[None, Exception]:
    """Do a task, and let its error be an answer: Spark would wrap it into one of its own."""
    try:
        return work(task), None
    except Exception as error:  # noqa: BLE001  raised again by whoever fetches it
        return None, error


def _dismiss_processes() -> None:
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=True)
