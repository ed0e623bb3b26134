"""A whole class at once: everybody connects, and everybody presses within one second."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from app.identity import COOKIE, Cookies
from app.room import READY
from benchmarks.report import Report, machine_load, percentile, rounded
from benchmarks.server import Server, _running, free_port
from core.rooms import Rooms
from core.rooms.key import read_key
from core.store import open_store

PRESS, PRESSED = "I am ready", "I need more time"
SECONDS_TO_CONNECT = 30.0
SECONDS_TO_PRESS = 1.0
SECONDS_TO_ANSWER = 120
IDLE_MS = 50
"""Processor time in a second below which a server does nothing in particular."""
REPLACED = ForwardMsg.FINISHED_EARLY_FOR_RERUN


def measure(*, sessions: Sequence[int] = (100, 300), connect_within: float = 20.0) -> Report:
    """Answer "how long does the last one wait when a class connects, and when all press at once?".

    Each person has an identity of their own and opens the page of the class, which has no chart. They
    connect evenly over `connect_within` seconds, and then press "I am ready" evenly over one second. A press
    is answered when the page says what was stored, and it says so after the record is on the disk.

    Table: ``class`` (``people``, ``connected``, ``connect_p95_ms`` and ``connect_max_ms`` from the handshake
    to the drawn page, ``connecting_s`` from the first to the last, ``answered``, ``stored`` on the disk once
    the server has been killed, ``p50_ms``, ``p95_ms`` and ``max_ms`` from the press to its answer, ``cpu_ms``
    of the server per press, ``rss_mb`` and ``mb_per_session`` with all sessions open, ``load``).
    """
    rows = []
    for n_people in sessions:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(_measure(Path(folder) / "home", n_people, connect_within))
    return Report(
        name="class_load",
        question="How long does the last one wait when a class connects, and when all press at once?",
        goal=(
            f"300 people connected within {SECONDS_TO_CONNECT:g} s; 300 presses within 1 s, all stored, "
            "p95 at most 2 s, the last at most 3 s"
        ),
        tables={"class": rows},
        notes=(
            "All sessions live in one process beside the server and share the processor with it.",
            "What is stored is counted after the server was killed.",
            "A browser also looks every 10 s for a question of the teacher; these sessions do not.",
        ),
    )


def _measure(home: Path, n_people: int, connect_within: float) -> dict[str, Any]:
    cookies = _people(home, n_people)
    with _serve(home) as server:
        row = asyncio.run(_act(server, cookies, connect_within))
    # The server was killed while all were there, so nothing could be tidied up: what counts is on the disk.
    store = open_store(home)
    row["stored"] = sum(bool(event.body["is_ready"]) for event in store.everyone(READY))
    store.close()
    return row


def _people(home: Path, n_people: int) -> list[str]:
    """Let people join before the server starts; return their cookies."""
    store = open_store(home)
    rooms = Rooms(store, read_key(home), size=n_people)
    signer = Cookies(read_key(home))
    members = [
        rooms.join(rooms.room.code, f"person {n}", attempt=uuid4().hex) for n in range(n_people)
    ]
    store.close()
    return [signer.write(member.id) for member in members]


@contextmanager
def _serve(home: Path) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "app.cli", "serve", "--class"]
    environment = {
        "GLASSROOM_HOME": str(home),
        "GLASSROOM_PORT": str(port),
        "GLASSROOM_WARM_UP": "none",  # on a home that was served before, all of that is there
    }
    with _running("class", command, environment, port) as server:
        yield server


async def _act(server: Server, cookies: Sequence[str], connect_within: float) -> dict[str, Any]:
    """Let all connect and press, then kill the server; return the figures."""
    warm = Pupil(server.port, cookies[0])
    await warm.open()  # the first visit of all loads the modules of the page
    await warm.close()
    await _wait_until_idle(server)
    rss = server.rss_mb()
    people = [Pupil(server.port, cookie) for cookie in cookies]
    start = time.perf_counter()
    opened = await _spread(connect_within, [person.open for person in people])
    connecting = time.perf_counter() - start
    rss_open, before = server.rss_mb(), server.cpu_ms()
    waits = await _spread(SECONDS_TO_PRESS, [person.press for person in people])
    cpu = server.cpu_ms() - before
    load = machine_load()
    server.process.kill()
    await asyncio.gather(*(person.close() for person in people), return_exceptions=True)
    return {
        "people": len(people),
        "connected": len(opened),
        "connect_p95_ms": rounded(percentile(opened, 95)),
        "connect_max_ms": rounded(max(opened, default=None)),
        "connecting_s": rounded(connecting, 2),
        "answered": len(waits),
        "stored": 0,
        "p50_ms": rounded(percentile(waits, 50)),
        "p95_ms": rounded(percentile(waits, 95)),
        "max_ms": rounded(max(waits, default=None)),
        "cpu_ms": rounded(cpu / len(waits) if waits else None),
        "rss_mb": rounded(rss_open),
        "mb_per_session": rounded((rss_open - rss) / len(people), 2),
        "load": load,
    }


async def _wait_until_idle(server: Server) -> None:
    """Wait for the end of the first views, which a new server has ready before a class arrives."""
    for _ in range(SECONDS_TO_ANSWER):
        before = server.cpu_ms()
        await asyncio.sleep(1)
        if server.cpu_ms() - before < IDLE_MS:
            return


async def _spread(seconds: float, acts: Sequence[Any]) -> list[float]:
    """Begin each act at its time, evenly over `seconds`; return what the successful ones took, in ms."""
    start = time.perf_counter()

    async def act_at(place: int) -> float:
        due = start + seconds * place / len(acts)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await acts[place]()
        # From when it was due: a client that is late itself does not hide a wait.
        return 1000 * (time.perf_counter() - due)

    ends = await asyncio.gather(
        *(act_at(place) for place in range(len(acts))), return_exceptions=True
    )
    return [end for end in ends if isinstance(end, float)]


class Pupil:
    """One person on the page of the class."""

    page, query = "room", ""

    def __init__(self, port: int, cookie: str) -> None:
        self._port, self._cookie = port, cookie
        self._socket: ClientConnection | None = None
        self._button, self._fragment = "", ""
        self._label = PRESS
        self._labels: set[str] = set()

    async def open(self) -> None:
        """Connect and let the page be drawn."""
        origin: Any = f"http://127.0.0.1:{self._port}"
        self._socket = await connect(
            f"ws://127.0.0.1:{self._port}/_stcore/stream",
            origin=origin,
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers={"Cookie": f"{COOKIE}={self._cookie}"},
            max_size=None,
            open_timeout=SECONDS_TO_ANSWER,
            ping_interval=None,
        )
        await self._run(BackMsg(), "")

    async def press(self) -> None:
        """Say that one is ready, and wait until the page says that it is stored."""
        request = BackMsg()
        request.rerun_script.fragment_id = self._fragment
        request.rerun_script.widget_states.widgets.add(id=self._button, trigger_value=True)
        await self._run(request, PRESSED)

    async def press_again(self) -> None:
        """Press the button whatever it says now, and wait until the page says that it is stored."""
        request = BackMsg()
        request.rerun_script.fragment_id = self._fragment
        request.rerun_script.widget_states.widgets.add(id=self._button, trigger_value=True)
        await self._run(request, PRESSED if self._label == PRESS else PRESS)

    async def close(self) -> None:
        """Leave as a browser does."""
        if self._socket is not None:
            await self._socket.close()

    async def _run(self, request: BackMsg, expected: str) -> None:
        assert self._socket is not None
        request.rerun_script.page_name = self.page
        request.rerun_script.query_string = self.query
        self._labels = set()
        await self._socket.send(request.SerializeToString())
        async with asyncio.timeout(SECONDS_TO_ANSWER):
            while not await self._take():
                pass
        if not self._labels or (expected and expected not in self._labels):
            message = f"The page did not say {expected!r}."
            raise RuntimeError(message)

    async def _take(self) -> bool:
        assert self._socket is not None
        payload = await self._socket.recv()
        message = ForwardMsg()
        message.ParseFromString(payload if isinstance(payload, bytes) else payload.encode())
        self._note(message)
        return (
            message.WhichOneof("type") == "script_finished" and message.script_finished != REPLACED
        )

    def _note(self, message: ForwardMsg) -> None:
        """Keep the button as the page shows it, and what it says."""
        button = message.delta.new_element.button
        if button.label in {PRESS, PRESSED}:
            self._labels.add(button.label)
            self._label = button.label
            self._button, self._fragment = button.id, message.delta.fragment_id
