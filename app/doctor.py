"""What `glassroom doctor` says: versions, paths, sizes, and what is missing or about to hurt."""

import os
import platform
import shutil
import socket
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from core.settings import Settings
from core.store import StoreError, find_risk, open_store, sqlite_version

PACKAGES = ("streamlit", "scikit-learn", "pandas", "numpy", "pyarrow", "plotly", "apsw")
LOW_DISK_MB = 500
LOW_MEMORY_MB = 1500
SAFE_SQLITE = (3, 51, 3)
"""Before this version, two programs that empty the write-ahead log at the same moment could damage it."""


def examine(settings: Settings) -> Iterator[str]:
    """Yield one line a finding; those that ask for action begin with ``!``."""
    yield f"Glassroom {version('glassroom')}, Python {platform.python_version()}, {platform.system()}"
    for package in PACKAGES:
        yield _package_line(package)
    yield _sqlite_line()
    yield f"home       {settings.home}"
    yield from _home_lines(settings.home)
    yield from _store_lines(settings.home)
    yield from _runs_lines(settings.home)
    yield _port_line(settings)
    yield _memory_line()
    yield _browser_line()


def _package_line(package: str) -> str:
    try:
        return f"{package:<14} {version(package)}"
    except PackageNotFoundError:
        return f"! {package} is not installed. Run `make run` or `pip install -e .`."


def _sqlite_line() -> str:
    found = sqlite_version()
    if _numbers(found) < SAFE_SQLITE:
        return f"! SQLite {found} can damage a database that is being written. Update apsw."
    return f"{'SQLite':<14} {found}"


def _home_lines(home: Path) -> Iterator[str]:
    parent = next(path for path in [home, *home.parents] if path.exists())
    free_mb = shutil.disk_usage(parent).free / 1e6
    warns = "! Nearly full: " if free_mb < LOW_DISK_MB else ""
    yield f"{warns}{'free disk':<14} {free_mb:,.0f} MB"
    if not os.access(parent, os.W_OK):
        yield f"! {parent} cannot be written to. Set GLASSROOM_HOME to a folder of yours."
    risk = find_risk(home)
    if risk is not None:
        yield f"! {risk}"
    for name in ("glassroom.db", "results", "tables", "jobs"):
        yield f"{name:<14} {_size_mb(home / name):,.1f} MB"


def _store_lines(home: Path) -> Iterator[str]:
    if not (home / "glassroom.db").exists():
        yield f"{'store':<14} none yet; it is made at the first answer"
        return
    try:
        store = open_store(home, read_only=True)
        report = store.check()
        store.close()
    except StoreError as error:
        yield f"! The store cannot be read. {error}"
        return
    if report.is_ok:
        yield f"{'store':<14} {report.n_events} events, sound"
    else:
        yield f"! The store is damaged: {report}"


def _runs_lines(home: Path) -> Iterator[str]:
    from core.tracking.backups import SQLITE, count_runs
    from core.tracking.place import runs_folder, tracking_uri, uri_of

    yield f"{'MLflow':<14} {version('mlflow')}"
    yield f"{'its SQLite':<14} {SQLITE}{_say_caveat(SQLITE)}"
    path = runs_folder() / "mlflow.db"
    if tracking_uri() != uri_of(path):
        yield f"{'runs':<14} kept where MLFLOW_TRACKING_URI says, not in the home"
    elif not path.exists():
        yield f"{'runs':<14} none yet; their store is made with the first run"
    else:
        try:
            yield f"{'runs':<14} {count_runs(path)} in {_size_mb(home / 'tracking'):,.1f} MB, sound"
        except StoreError as error:
            yield f"! {error} `glassroom restore` brings a backup back."


def _say_caveat(found: str) -> str:
    if _numbers(found) >= SAFE_SQLITE:
        return ""
    return (
        ": before 3.51.3, two processes that reset the log of one file at the same moment can damage it "
        "(the WAL-reset bug); here writers of runs take turns by a lock, so it does not come to that"
    )


def _numbers(found: str) -> tuple[int, ...]:
    return tuple(int(part) for part in found.split(".")[:3])


def _port_line(settings: Settings) -> str:
    with socket.socket() as probe:
        taken = probe.connect_ex((settings.address, settings.port)) == 0
    if taken:
        return f"! Port {settings.port} is in use: is Glassroom running? GLASSROOM_PORT chooses another."
    return f"{'port':<14} {settings.port} is free"


def _memory_line() -> str:
    free_mb = psutil.virtual_memory().available / 1e6
    warns = "! Little: " if free_mb < LOW_MEMORY_MB else ""
    return f"{warns}{'free memory':<14} {free_mb:,.0f} MB, {os.cpu_count()} processors"


def _browser_line() -> str:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found:
        return f"{'browser tests':<14} {found}"
    return "browser tests  no Chromium found; only developers need it"


def _size_mb(path: Path) -> float:
    if path.is_file():
        return path.stat().st_size / 1e6
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) / 1e6
