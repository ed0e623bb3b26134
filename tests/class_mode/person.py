"""A class that is really served, and people in it: their browser's cookies, forms and websocket."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

ROOT = Path(__file__).parents[2]
CUT_SHORT = ForwardMsg.FINISHED_EARLY_FOR_RERUN
PAGE = {"Accept": "text/html"}


class Served:
    """A server of a class, in a process of its own."""

    def __init__(self, home, *, code=None, mode="class", **settings):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.home, self.log = home, home.with_name(f"{home.name}-{self.port}.log")
        self.log.parent.mkdir(parents=True, exist_ok=True)
        variables = {f"GLASSROOM_{name.upper()}": str(value) for name, value in settings.items()}
        own = {
            "GLASSROOM_HOME": str(home),
            "GLASSROOM_PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
        }
        flags = ["--class"] if mode == "class" else []
        program = ["-c", code] if code else ["-m", "app.cli", "serve", *flags]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, *program],
                cwd=home.parent,
                env=os.environ | own | variables,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def host(self):
        return f"127.0.0.1:{self.port}"

    @property
    def room(self):
        """The room code, as the server says it when it starts."""
        return re.search(r"room code (\S+)\.", self.said()).group(1)

    def said(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait(self):
        for _ in range(480):
            assert self.process.poll() is None, self.said()
            try:
                if self.ask("GET", "/_stcore/health").status == 200:
                    return self
            except OSError:
                pass
            time.sleep(0.25)
        message = f"The server did not get ready:\n{self.said()}"
        raise AssertionError(message)

    def ask(self, method, path, body=None, **headers):
        """Send one request with exactly these headers; return the answer with its `body` read."""
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            wire.request(method, path, body=body, headers=named)
            answer = wire.getresponse()
            answer.text = answer.read().decode("utf-8", "replace")
            return answer
        finally:
            wire.close()

    def post(self, cookie=None, **form):
        headers = {"Origin": f"http://{self.host}"}
        headers |= {"Cookie": f"glassroom={cookie}"} if cookie else {}
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", "/join", urlencode(form), Content_Type=kind, **headers)

    def teacher_word(self):
        said = subprocess.run(
            [sys.executable, "-m", "app.cli", "teacher"],
            env=os.environ | {"GLASSROOM_HOME": str(self.home), "PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return said.stdout.strip()

    def end(self, number=signal.SIGKILL):
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
        self.process.wait(20)


@contextmanager
def serving(home, **settings):
    served = Served(home, **settings)
    try:
        yield served.wait()
    finally:
        served.end()


class Person:
    """Somebody with a browser: joins, and opens sessions."""

    def __init__(self, served, nickname):
        self.served, self.nickname = served, nickname
        form = served.ask("GET", "/join").text
        self.attempt = re.search(r'name="try" value="(\w+)"', form).group(1)
        answer = served.post(
            do="join", room=served.room, nickname=nickname, **{"try": self.attempt}
        )
        assert answer.status == 200, answer.text
        self.set_cookie = answer.headers["Set-Cookie"]
        self.cookie = cookie_of(answer)
        self.code = re.search(r'class="mine">([\w-]+)<', answer.text).group(1)

    @property
    def id(self):
        return self.cookie.split(".")[0]


def cookie_of(answer):
    return re.match(r"glassroom=([^;]*)", answer.headers["Set-Cookie"]).group(1)


@contextmanager
def session(served, cookie=None, *, claims=None, headers=None):
    """Open a websocket as Streamlit's page does; `claims` is a session id to ask for."""
    protocols = ["streamlit", *(["x", claims] if claims else [])]
    sent = {"Cookie": f"glassroom={cookie}"} if cookie else {}
    wire = connect(
        f"ws://{served.host}/_stcore/stream",
        origin=f"http://{served.host}",
        subprotocols=protocols,
        additional_headers=sent | (headers or {}),
        max_size=None,
        open_timeout=60,
    )
    with wire:
        yield Session(wire)


class Session:
    """One open session: runs a page and tells what came."""

    def __init__(self, wire):
        self.wire, self.id, self.messages = wire, None, []
        self.page, self.query = "room", ""

    def run(self, page="room", query=""):
        """Run a whole page."""
        self.page, self.query = page, query
        return self.send(BackMsg())

    def press(self, label):
        """Press a button that the last run drew, as the browser does: only its fragment runs."""
        request = BackMsg()
        for message in self.messages:
            button = message.delta.new_element.button
            if button.label == label:
                request.rerun_script.fragment_id = message.delta.fragment_id
                request.rerun_script.widget_states.widgets.add(id=button.id, trigger_value=True)
                return self.send(request)
        error = f"There is no button {label!r}."
        raise LookupError(error)

    def send(self, request):
        self.messages = []
        request.rerun_script.page_name = self.page
        request.rerun_script.query_string = self.query
        self.wire.send(request.SerializeToString())
        while True:
            message = ForwardMsg()
            message.ParseFromString(self.wire.recv(timeout=60))
            self.messages.append(message)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.id = message.new_session.initialize.session_id
            if kind == "script_finished" and message.script_finished != CUT_SHORT:
                return self

    def choose(self, label, place):
        """Choose the option at `place` of a radio, as the browser does."""
        request = BackMsg()
        for message in self.messages:
            radio = message.delta.new_element.radio
            if radio.label.replace("\\", "") == label:
                request.rerun_script.fragment_id = message.delta.fragment_id
                request.rerun_script.widget_states.widgets.add(
                    id=radio.id, string_value=radio.options[place]
                )
                return self.send(request)
        error = f"There is no choice {label!r}."
        raise LookupError(error)

    def submit(self, label, *texts):
        """Type into the fields of a form in their order, and press its button."""
        deltas = [message.delta for message in self.messages]
        (drawn,) = (
            d
            for d in deltas
            if d.new_element.button.form_id and d.new_element.button.label == label
        )
        button = drawn.new_element.button
        elements = [delta.new_element for delta in deltas]
        fields = [e.text_input for e in elements if e.text_input.form_id == button.form_id]
        request = BackMsg()
        request.rerun_script.fragment_id = drawn.fragment_id
        states = request.rerun_script.widget_states.widgets
        for field, text in zip(fields, texts, strict=False):
            states.add(id=field.id, string_value=text)
        states.add(id=button.id, trigger_value=True)
        return self.send(request)

    def ask_for_the_code(self):
        """Press "Code" and "Download", as a browser does; return the address of the file."""
        (button,) = (
            message.delta.new_element.download_button
            for message in self.press("Code").messages
            if message.delta.new_element.download_button.label
        )
        request = BackMsg()
        asked = request.backend_operation_request
        asked.request_id, asked.session_id = "1", self.id
        asked.deferred_file.file_id = button.deferred_file_id
        self.wire.send(request.SerializeToString())
        while True:
            message = ForwardMsg()
            message.ParseFromString(self.wire.recv(timeout=60))
            if message.WhichOneof("type") == "backend_operation_response":
                return message.backend_operation_response.deferred_file.url

    @property
    def words(self):
        """All that this run sent to the browser, as one text."""
        return "\n".join(str(message) for message in self.messages)
