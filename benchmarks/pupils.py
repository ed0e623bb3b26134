"""People of a class on one server: they join, connect, press together, and are waited for."""

import asyncio
import sys
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
from benchmarks.report import machine_load, percentile, rounded
from benchmarks.server import Server, free_port, running
from core.rooms import Rooms
from core.rooms.key import read_key
from core.store import Store

PRESS, PRESSED = "I am ready", "I need more time"
SECONDS_TO_CONNECT = 30.0
SECONDS_TO_PRESS = 1.0
SECONDS_TO_ANSWER = 120
IDLE_MS = 50
"""Processor time in a second below which a server does nothing in particular."""
REPLACED = ForwardMsg.FINISHED_EARLY_FOR_RERUN
N_FIRST = 4
"""People who come before all others: the first visits of all load the modules of a page."""


def join(store: Store, home: Path, n_people: int) -> dict[str, str]:
    """Let people join before the server starts; return their ids with their cookies."""
    rooms = Rooms(store, read_key(home), size=n_people)
    signer = Cookies(read_key(home))
    members = [
        rooms.join(rooms.room.code, f"person {n}", attempt=uuid4().hex) for n in range(n_people)
    ]
    return {member.id: signer.write(member.id) for member in members}


@contextmanager
def serve_class(home: Path) -> Iterator[Server]:
    """Serve a class whose opening views are trained already, as on a home that was served before."""
    port = free_port()
    command = [sys.executable, "-m", "app.cli", "serve", "--class"]
    environment = {
        "GLASSROOM_HOME": str(home),
        "GLASSROOM_PORT": str(port),
        "GLASSROOM_WARM_UP": "none",
    }
    with running("class", command, environment, port) as server:
        yield server


async def rush(
    server: Server, everybody: Sequence["Pupil"], connect_within: float
) -> dict[str, Any]:
    """Let all connect and press within a second, then kill the server; return the figures.

    The `N_FIRST` of `everybody` connect, press and leave before, and do not count.
    """
    first, people = everybody[:N_FIRST], everybody[N_FIRST:]
    for person in first:
        await person.open()
        await person.press()
        await person.close()
    await wait_until_idle(server)
    rss, start = server.rss_mb(), time.perf_counter()
    opened = await spread(connect_within, [person.open for person in people])
    connecting = time.perf_counter() - start
    rss_open, before = server.rss_mb(), server.cpu_ms()
    for person in people:
        person.n_bytes = 0
    waits = await spread(SECONDS_TO_PRESS, [person.press for person in people])
    cpu, load = server.cpu_ms() - before, machine_load()
    server.process.kill()
    await asyncio.gather(*(person.close() for person in people), return_exceptions=True)
    n_bytes = sum(person.n_bytes for person in people)
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
        "kb": rounded(n_bytes / len(waits) / 1000 if waits else None),
        "rss_mb": rounded(rss_open),
        "mb_per_session": rounded((rss_open - rss) / len(people), 2),
        "load": load,
    }


async def wait_until_idle(server: Server) -> None:
    """Wait for the end of the first views, which a new server has ready before a class arrives."""
    for _ in range(SECONDS_TO_ANSWER):
        before = server.cpu_ms()
        await asyncio.sleep(1)
        if server.cpu_ms() - before < IDLE_MS:
            return


async def spread(seconds: float, acts: Sequence[Any]) -> list[float]:
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
        self.n_bytes = 0
        """What the server has sent since this was last set to 0."""

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
        self.n_bytes += message.ByteSize()
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
