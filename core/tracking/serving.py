"""Real servers of MLflow on this machine: one that answers with a model, and one that shows the runs.

Each is a process of its own, bound to 127.0.0.1 on a free port, and lives no longer than the process
that started it (see `core.tracking.guard`). They are for self-study on one's own machine: in a class
they are refused, because a server of MLflow asks nobody who they are.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pandas as pd

from core.errors import SpecError, require
from core.jobs import processes
from core.remember import ONE_THREAD
from core.settings import read_settings
from core.tracking.load import QUIET
from core.tracking.place import runs_folder

Kind = Literal["model", "runs"]
State = Literal["starting", "ready", "ended"]

HOST = "127.0.0.1"
MOST_SECONDS = 3600
"""A server that nobody stopped ends by itself after this time."""
SECONDS_TO_START = 180
SECONDS_TO_ANSWER = 20
HEALTH = {"model": "/ping", "runs": "/health"}
GUARD = (sys.executable, "-m", "core.tracking.guard", str(MOST_SECONDS))
LOG_CHARACTERS = 400


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server of MLflow as it stands now."""

    kind: Kind
    target: str
    """The address of the model that was served, such as ``models:/churn@champion``; or the store."""
    address: str
    """Where it listens: ``http://127.0.0.1:…``."""
    state: State
    seconds: float
    """From its start until it answered; until now while it starts."""
    sentence: str = ""
    """What to tell whoever looks at it, if it ended by itself."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came back over HTTP."""

    status: int
    """200 for an answer, 400 for a request that the model refuses."""
    body: Any
    """The JSON that came back."""
    ms: float

    @property
    def words(self) -> str:
        """MLflow's own words about a refused request; empty if it was answered."""
        if self.status == 200:
            return ""
        return str(
            self.body.get("message", self.body) if isinstance(self.body, dict) else self.body
        )


@dataclass(kw_only=True)
class _Running:
    id: str
    kind: Kind
    target: str
    port: int
    process: "subprocess.Popen[bytes]"
    log: Path
    began: float
    ready: float | None = None

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"


_servers: dict[tuple[str, Kind], _Running] = {}
_lock = threading.Lock()


def is_serving_allowed() -> bool:
    """Return whether servers of MLflow may be started: in self-study, by whoever sits at the machine."""
    settings = read_settings()
    return settings.mode == "self-study" and settings.address in {HOST, "localhost", "::1"}


def serve_model(address: str, *, store: str, owner: str = "local") -> Server:
    """Start ``mlflow models serve`` on the model at `address`, kept in the `store`; return at once.

    An owner has one server of each kind: another one takes its place.

    Raises
    ------
    SpecError
        In class mode, or if the classroom is open to other machines.
    """
    command = ["models", "serve", "-m", address, "--env-manager", "local", "--workers", "1"]
    return _start("model", command, target=address, store=store, owner=owner)


def serve_runs(store: str, *, owner: str = "local") -> Server:
    """Start ``mlflow server`` with its web page on the runs in `store`; return at once.

    Raises
    ------
    SpecError
        In class mode, or if the classroom is open to other machines.
    """
    command = ["server", "--backend-store-uri", store, "--workers", "1"]
    return _start("runs", command, target=store, store=store, owner=owner)


def look_at(kind: Kind, owner: str = "local") -> Server | None:
    """Return the server of `owner` as it stands now; None if there is none, or it was stopped."""
    with _lock:
        running = _servers.get((owner, kind))
    if running is None:
        return None
    now = time.monotonic() - running.began
    if running.process.poll() is not None:
        _clear_away(running)
        return _describe(running, "ended", now, _explain_end(running))
    if running.ready is None and _is_healthy(running):
        running.ready = now
    if running.ready is None and now > SECONDS_TO_START:
        stop(kind, owner)
        return _describe(
            running, "ended", now, "The server did not answer in time. Start it again."
        )
    state: State = "starting" if running.ready is None else "ready"
    return _describe(running, state, now if running.ready is None else running.ready)


def wait_for(kind: Kind, owner: str = "local") -> Server:
    """Return the server of `owner` once it answers or has ended."""
    while True:
        found = look_at(kind, owner)
        if found is None:
            message = "There is no such server. Start it first."
            raise SpecError(message)
        if found.state != "starting":
            return found
        time.sleep(0.1)


def stop(kind: Kind, owner: str = "local") -> None:
    """End the server of `owner`, if there is one, with all its processes."""
    with _lock:
        running = _servers.pop((owner, kind), None)
    if running is not None:
        _end(running)


def ask_model(server: Server, rows: pd.DataFrame) -> Reply:
    """Send `rows` to a server that answers with a model, as any client would."""
    return post(f"{server.address}/invocations", {"dataframe_split": as_split(rows)})


def post(url: str, content: Any) -> Reply:
    """Send `content` as JSON to a server of this machine and return what comes back."""
    require(
        url.startswith(f"http://{HOST}:"), f"Only servers of this machine are asked, got {url}."
    )
    request = Request(  # noqa: S310  # of this machine, see above
        url, json.dumps(content).encode(), {"Content-Type": "application/json"}
    )
    began = time.perf_counter()
    try:
        with urlopen(request, timeout=SECONDS_TO_ANSWER) as answer:  # noqa: S310
            status, body = answer.status, answer.read()
    except HTTPError as error:
        status, body = error.code, error.read()
    except OSError as error:
        message = f"The server does not answer ({error}). Look whether it still runs."
        raise SpecError(message) from error
    return Reply(status=status, body=_read(body), ms=(time.perf_counter() - began) * 1000)


def as_split(rows: pd.DataFrame) -> dict[str, Any]:
    """Return `rows` as MLflow's scoring protocol takes them: names once, then the values."""
    return dict(json.loads(rows.to_json(orient="split", index=False)))


def _start(kind: Kind, command: list[str], *, target: str, store: str, owner: str) -> Server:
    require(
        is_serving_allowed(),
        "A server of MLflow asks nobody who they are, so in a class it is not started. Try it on a machine "
        "of your own, or let the teacher show it in self-study.",
    )
    stop(kind, owner)
    number, port = uuid.uuid4().hex, find_free_port()
    folder = runs_folder() / "servers"
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{kind}.log"
    whole = [sys.executable, "-m", "mlflow", *command, "--host", HOST, "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*GUARD, *whole], cwd=processes.ROOT, env=_environment(number, store),
            stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    running = _Running(
        id=number, kind=kind, target=target, port=port, process=process, log=log,
        began=time.monotonic(),
    )  # fmt: skip
    with _lock:
        _servers[owner, kind] = running
    return _describe(running, "starting", 0.0)


def _environment(number: str, store: str) -> dict[str, str]:
    programs = str(Path(sys.executable).parent)  # MLflow starts uvicorn by its name
    return {
        **os.environ, **QUIET, **ONE_THREAD,
        processes.JOB_VARIABLE: number,
        "PYTHONPATH": os.pathsep.join(
            part for part in (str(processes.ROOT), os.environ.get("PYTHONPATH", "")) if part
        ),
        "PATH": os.pathsep.join([programs, os.environ.get("PATH", "")]),
        "MLFLOW_TRACKING_URI": store,
        "MLFLOW_REGISTRY_URI": store,
    }  # fmt: skip


def find_free_port() -> int:
    """Return a port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _is_healthy(running: _Running) -> bool:
    try:
        with urlopen(f"{running.address}{HEALTH[running.kind]}", timeout=1) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def _describe(running: _Running, state: State, seconds: float, sentence: str = "") -> Server:
    return Server(
        kind=running.kind, target=running.target, address=running.address, state=state,
        seconds=seconds, sentence=sentence,
    )  # fmt: skip


def _explain_end(running: _Running) -> str:
    said = running.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    last = said[-1][:LOG_CHARACTERS] if said else "It said nothing."
    return f"The server ended by itself. Its last words: {last}"


def _end(running: _Running) -> None:
    if running.process.stdin is not None:
        running.process.stdin.close()  # the guard ends its command, then itself
    try:
        running.process.wait(5)
    except subprocess.TimeoutExpired:
        running.process.kill()
        running.process.wait(5)
    _clear_away(running)


def _clear_away(running: _Running) -> None:
    """End what a guard left that was itself killed."""
    processes.kill_survivors(running.id)


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", errors="replace")
