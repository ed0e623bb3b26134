"""Read a table in a process of its own: whatever its bytes do, the server goes on.

In a class the file may be anybody's. The process gets a copy of the bytes in a folder of its own, no secrets
in its environment, no network where the system allows to take it away, and limits on time, memory and files.
It gives back two Parquet tables and a JSON file; a file that breaks the reader ends in a sentence.

It stands outside of `core.tables`, because its walls must stand before pandas is loaded and starts threads.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

from core.errors import SpecError, require

SECONDS = 40
MEMORY_MB = 3000
FILE_MB = 400
AT_ONCE = 2
PATIENCE_SECONDS = 60
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "TMPDIR", "LANG")
ROOT = Path(__file__).parents[1]
COMMAND = (sys.executable, "-m", "core.read_apart")

_slots = threading.BoundedSemaphore(AT_ONCE)


def read_table_apart(
    content: bytes,
    file_name: str,
    *,
    header: bool | None = None,
    command: tuple[str, ...] = COMMAND,
) -> Any:
    """Return what `core.tables.read_table` returns for these arguments, read by another process.

    It takes about two seconds more. The `command` is another one in tests only.

    Raises
    ------
    SpecError
        The table cannot be read truthfully, or reading it took too long or too much memory.
    """
    from core.tables.limits import check_size

    check_size(content)
    require(
        _slots.acquire(timeout=PATIENCE_SECONDS),
        "Other tables are being read just now. Try again in a moment.",
    )
    try:
        with tempfile.TemporaryDirectory(prefix="glassroom-table-") as name:
            folder = Path(name)
            (folder / "upload").write_bytes(content)
            order = {"file_name": file_name, "header": header}
            (folder / "order.json").write_text(json.dumps(order), encoding="utf-8")
            _run(command, folder)
            return _take(folder)
    finally:
        _slots.release()


def _run(command: tuple[str, ...], folder: Path) -> None:
    variables = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    variables |= {
        name: text for name, text in os.environ.items() if name.startswith("GLASSROOM_MAX_")
    }
    process = subprocess.Popen(
        [*command, str(folder)],
        cwd=folder,
        env=variables
        | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        message = (
            f"Reading this table took more than {SECONDS} seconds, the limit here. "
            "Save a smaller part of it."
        )
        raise SpecError(message) from None
    finally:
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)  # with whatever it left behind
        process.kill()
        process.wait()


def _take(folder: Path) -> Any:
    import pandas as pd

    from core.tables.read import TableReading

    try:
        said = json.loads((folder / "reading.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        message = (
            "This file broke the reader: it needs too much memory, or it is no table at all. "
            "Save it anew as CSV, and choose that file."
        )
        raise SpecError(message) from None
    if "refusal" in said:
        raise SpecError(str(said["refusal"]))
    said["repairs"], said["warnings"] = tuple(said["repairs"]), tuple(said["warnings"])
    return TableReading(
        table=pd.read_parquet(folder / "table.parquet"),
        columns=pd.read_parquet(folder / "columns.parquet"),
        **said,
    )


def main(folder: Path) -> None:
    """Read the table in `folder` and write there what came of it."""
    limit_reader()
    from core.tables.read import read_table

    order = json.loads((folder / "order.json").read_text(encoding="utf-8"))
    try:
        reading = read_table((folder / "upload").read_bytes(), **order)
    except SpecError as error:
        said: dict[str, Any] = {"refusal": str(error)}
    else:
        plain = {field.name for field in fields(reading)} - {"table", "columns"}
        said = {name: getattr(reading, name) for name in plain}
        reading.table.to_parquet(folder / "table.parquet", index=False)
        reading.columns.to_parquet(folder / "columns.parquet", index=False)
    draft = folder / "reading.tmp"
    draft.write_text(json.dumps(said), encoding="utf-8")
    draft.replace(folder / "reading.json")


def limit_reader() -> None:
    """Take from this process what reading a table does not need; Windows has none of these walls."""
    if sys.platform == "win32":
        return
    import resource

    walls = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: SECONDS,
        resource.RLIMIT_AS: MEMORY_MB * 10**6,
        resource.RLIMIT_FSIZE: FILE_MB * 10**6,
    }
    for kind, wall in walls.items():
        with suppress(ValueError, OSError):  # the system is stricter already
            resource.setrlimit(kind, (wall, wall))
    os.nice(10)
    if sys.platform == "linux":
        # A network of its own without any device; some systems do not allow it, then the rest must do.
        ctypes.CDLL(None, use_errno=True).unshare(NEW_USER | NEW_NETWORK)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
