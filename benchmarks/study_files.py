"""What a trial costs beside its training: Optuna in memory, in its own SQLite storage, and as we keep it."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna

from benchmarks.report import Report, machine_load, percentile, rounded
from core.search.optuna_tools import build_sampler, quiet_optuna
from core.search.recorder import Journal, NoJournal
from core.search.run import run_search
from core.search.space import Space
from core.search.spec import SearchSpec, Strategy
from core.search.study_file import write_study
from core.search.suggest import suggest
from core.search.surface import SurfaceObjective, load_surface

STRATEGIES: tuple[Strategy, ...] = ("optuna_random", "tpe")


def measure(*, n_trials: int = 60, rounds: int = 3) -> Report:
    """Answer "what does a trial cost beside its training, and what does keeping it add?".

    The objective looks a score up, so nearly all that is timed is Optuna and the file. The ways take
    turns, `rounds` times.

    Table ``trials``: ``strategy``, ``kept`` (in memory; Optuna's SQLite, which writes each trial several
    times; ours, one write for a finished trial), ``trials``, ``least_ms`` and ``middle_ms`` for each trial,
    ``load``.
    """
    surface = load_surface("tumours")
    ways: dict[str, Callable[[Strategy, Path], float]] = {
        "in memory": lambda strategy, _: _time_optuna(surface.card.space, strategy, n_trials, None),
        "Optuna's SQLite": lambda strategy, path: _time_optuna(
            surface.card.space, strategy, n_trials, path
        ),
        "in memory, our recorder": lambda strategy, _: _time_ours(strategy, n_trials, None),
        "ours": lambda strategy, path: _time_ours(strategy, n_trials, path),
    }
    taken: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, quiet_optuna():
        _time_ours("tpe", 1, Path(folder) / "warm.db")  # makes the empty file that others copy
        for number in range(rounds):
            for strategy in STRATEGIES:
                for name, run in ways.items():
                    path = Path(folder) / f"{number}-{strategy}-{name}.db"
                    taken.setdefault((strategy, name), []).append(run(strategy, path))
    rows = [
        {
            "strategy": strategy,
            "kept": name,
            "trials": n_trials,
            "least_ms": rounded(1000 * min(seconds) / n_trials, 2),
            "middle_ms": rounded(1000 * (percentile(seconds, 50) or 0.0) / n_trials, 2),
            "load": machine_load(),
        }
        for (strategy, name), seconds in taken.items()
    ]
    return Report(
        name="study_files",
        question="What does a trial cost beside its training, and what does keeping it add?",
        goal="keeping a trial adds less than 20 ms",
        tables={"trials": rows},
        notes=("Opening the file is not counted; a search does it once.",),
    )


def _time_optuna(space: Space, strategy: Strategy, n_trials: int, path: Path | None) -> float:
    surface = load_surface("tumours")
    storage = None if path is None else optuna.storages.RDBStorage(f"sqlite:///{path.as_posix()}")
    sampler = build_sampler(strategy, space, 0, n_trials)
    study = optuna.create_study(direction="maximize", sampler=sampler, storage=storage)

    def objective(trial: Any) -> float:
        return float(surface.seen[surface.cell_of(suggest(trial, space))])

    began = time.perf_counter()
    study.optimize(objective, n_trials=n_trials)
    taken = time.perf_counter() - began
    if storage is not None:
        storage.remove_session()
        storage.engine.dispose()
    return taken


def _time_ours(strategy: Strategy, n_trials: int, path: Path | None) -> float:
    surface = load_surface("tumours")
    spec: SearchSpec = surface.card.spec(strategy, n_trials)
    if path is None:
        return _time_search(spec, NoJournal())
    with write_study(path, spec.searched) as journal:
        return _time_search(spec, journal)


def _time_search(spec: SearchSpec, journal: Journal) -> float:
    objective = SurfaceObjective(load_surface("tumours"))
    began = time.perf_counter()
    run_search(spec, objective, journal)
    return time.perf_counter() - began
