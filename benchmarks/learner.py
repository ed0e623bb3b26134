"""A learner's session without the browser: one websocket that speaks Streamlit's protocol.

It does what Streamlit's page in the browser does, as seen on the wire: it sends the state of every
widget with each request, names the messages that it still holds (so that the server may refer to them
instead of sending them again), and follows the URL that the server writes. It draws nothing.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NumberInput_pb2 import NumberInput
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.server import LESSON

STAGE = "glassroom_stage"
SECONDS_TO_ANSWER = 120
REPLACED = ForwardMsg.FINISHED_EARLY_FOR_RERUN


class PageError(RuntimeError):
    """The page ended in an error instead of a lesson."""


@dataclass
class Run:
    """One run of the script, as its learner saw it."""

    seconds: float = 0.0
    """From the request to the message that the run has finished."""
    n_messages: int = 0
    bytes_of: Counter[str] = field(default_factory=Counter)
    """Bytes received, by kind of element."""
    error: str = ""
    """What the page said if it failed."""

    @property
    def n_bytes(self) -> int:
        """All bytes received."""
        return self.bytes_of.total()


@dataclass
class Held:
    """A message that the browser keeps, so that it need not be sent again."""

    fragment: str
    """Where it belongs; empty outside all fragments."""
    seen: int
    """Run in which it was last part of the page."""


class Learner:
    """One session on the lesson page; `open` it first. Its actions return the `Run` they caused.

    They raise `PageError` if the page failed and `TimeoutError` if the answer stayed away.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.thresholds: list[float] = []
        """The places of the handle, as the page received them."""
        self.is_lost = False
        """Whether an answer stayed away; the session is then of no more use."""
        self._socket: ClientConnection | None = None
        self._page, self._query = LESSON.split("?")
        self._page_hash = ""
        self._fragment = ""
        self._stage_id = ""
        self._widgets: dict[str, WidgetState] = {}
        self._held: dict[str, Held] = {}
        self._n_runs = 0
        self._max_age = 0

    async def open(self) -> Run:
        """Connect and run the whole page once."""
        origin: Any = f"http://127.0.0.1:{self.port}"
        self._socket = await connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            origin=origin,
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            open_timeout=SECONDS_TO_ANSWER,
            ping_interval=None,
        )
        return await self._run(self._request())

    async def release(self, threshold: float) -> Run:
        """Let the handle go at `threshold`: the fragment with the lesson's beats runs again."""
        request = self._request(self._fragment)
        trigger = request.rerun_script.widget_states.widgets.add()
        trigger.id = _make_trigger_id(self._stage_id, "events")
        trigger.json_trigger_value = json.dumps([{"event": "released", "value": threshold}])
        return await self._run(request)

    async def set_price(self, prices: Sequence[float]) -> Run:
        """Enter the next of `prices` for a miss: the fragment runs again with another picture."""
        name = next(name for name in self._widgets if name.endswith(":cost_miss"))
        state = self._widgets[name]
        place = prices.index(state.double_value) if state.double_value in prices else -1
        state.double_value = prices[(place + 1) % len(prices)]
        return await self._run(self._request(self._fragment))

    async def rerun_page(self) -> Run:
        """Run the whole page again, as after an answer to the prediction."""
        return await self._run(self._request())

    async def close(self) -> None:
        """Leave as a browser does."""
        if self._socket is not None:
            await self._socket.close()

    def _request(self, fragment: str = "") -> BackMsg:
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self._query
        state.page_script_hash = self._page_hash
        if not self._page_hash:
            state.page_name = self._page
        state.fragment_id = fragment
        state.widget_states.widgets.extend(self._widgets.values())
        state.cached_message_hashes.extend(self._held)
        state.context_info.url = f"http://127.0.0.1:{self.port}/{self._page}"
        state.context_info.timezone = "UTC"
        state.context_info.locale = "en-US"
        return message

    async def _run(self, request: BackMsg) -> Run:
        assert self._socket is not None
        run, start = Run(), time.perf_counter()
        await self._socket.send(request.SerializeToString())
        try:
            async with asyncio.timeout(SECONDS_TO_ANSWER):
                while not await self._take(run):
                    pass
        except TimeoutError:
            self.is_lost = True
            raise
        run.seconds = time.perf_counter() - start
        self._n_runs += 1
        fragment = request.rerun_script.fragment_id
        for name, held in list(self._held.items()):
            # A run of a fragment says nothing about messages that lie outside it.
            if fragment in ("", held.fragment) and self._n_runs - held.seen > self._max_age:
                del self._held[name]
        if run.error:
            complaint = f"The page failed: {run.error}"
            raise PageError(complaint)
        return run

    async def _take(self, run: Run) -> bool:
        """Receive one message; return whether it says that the run has finished."""
        assert self._socket is not None
        payload = await self._socket.recv()
        message = ForwardMsg()
        message.ParseFromString(payload if isinstance(payload, bytes) else payload.encode())
        run.n_messages += 1
        run.bytes_of[kind_of(message)] += len(payload)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._max_age = message.new_session.config.max_cached_message_age
        elif kind == "navigation":
            self._page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "ref_hash":
            self._held[message.ref_hash].seen = self._n_runs
        elif kind == "delta":
            self._note(message, run)
        return kind == "script_finished" and message.script_finished != REPLACED

    def _note(self, message: ForwardMsg, run: Run) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type") if message.delta.HasField("new_element") else None
        if kind == "exception":
            run.error = f"{element.exception.type}: {element.exception.message}"
        if message.metadata.cacheable:
            self._held[message.hash] = Held(message.delta.fragment_id, self._n_runs)
        if kind == "bidi_component" and element.bidi_component.component_name == STAGE:
            self._stage_id = element.bidi_component.id
            self._fragment = message.delta.fragment_id
            if not self.thresholds:
                stage = json.loads(json.loads(element.bidi_component.json)["stage"])
                self.thresholds = stage["handle"]["values"]
        elif kind is not None:
            self._note_widget(kind, getattr(element, kind))

    def _note_widget(self, kind: str, proto: Any) -> None:
        """Keep what the browser would send for this widget from now on."""
        state = first_state(kind, proto)
        if state is not None and (proto.set_value or proto.id not in self._widgets):
            self._widgets[proto.id] = state


def kind_of(message: ForwardMsg) -> str:
    """Return what a message carries: the element's kind, or the message's own."""
    kind = str(message.WhichOneof("type"))
    if kind == "ref_hash":
        return "reference to a held message"
    if kind != "delta":
        return kind
    if not message.delta.HasField("new_element"):
        return "containers"
    element = message.delta.new_element
    name = str(element.WhichOneof("type"))
    return element.bidi_component.component_name if name == "bidi_component" else name


def first_state(kind: str, proto: Any) -> WidgetState | None:
    """Return what the browser holds for a widget that it was just sent; None for a plain element."""
    if kind == "button_group":
        state = WidgetState(id=proto.id)
        options = [proto.options[place].content for place in proto.default]
        state.string_array_value.data.extend(proto.raw_values if proto.set_value else options)
        return state
    if kind == "radio":
        return WidgetState(id=proto.id)
    value: dict[str, Any] = {}
    if kind == "selectbox":
        text = proto.raw_value if proto.set_value else proto.options[proto.default]
        value = {"string_value": text}
    elif kind == "checkbox":
        value = {"bool_value": proto.value if proto.set_value else proto.default}
    elif kind == "text_input":
        value = {"string_value": proto.value if proto.set_value else proto.default}
    elif kind == "number_input":
        number = proto.value if proto.set_value else proto.default
        is_whole = proto.data_type == NumberInput.INT
        value = {"int_value": int(number)} if is_whole else {"double_value": number}
    return WidgetState(id=proto.id, **value) if value else None
