"""One open page, watched: what it says in the console, what it asks for, what it sends and gets."""

import re
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

# Opened at /thresholds, Streamlit looks for its server there before it looks at the root.
PROBES = re.compile(r"/[\w-]+/_stcore/(health|host-config)$")
OURS = {"127.0.0.1", ""}
PATIENCE_MS = 60_000
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
HANDLE = "Alarm threshold"
CUT_SHORT = "FINISHED_EARLY_FOR_RERUN"

WIDE = """() => {
  const scrolls = (node) => node && node.dataset.testid !== 'stMain'
    && (/auto|scroll/.test(getComputedStyle(node).overflowX)
      || scrolls(node.parentElement ?? node.getRootNode().host));
  const found = [];
  const walk = (root) => root.querySelectorAll('*').forEach((node) => {
    if (node.shadowRoot) walk(node.shadowRoot);
    const box = node.getBoundingClientRect();
    const inner = node.parentElement ?? node.getRootNode().host;
    if (box.width && box.height && box.right > innerWidth + 1 && !scrolls(inner)) found.push(node);
  });
  const main = document.querySelector('[data-testid=stMain]');
  walk(main);
  const words = found.map((node) => `${node.tagName} ${node.className} ${node.textContent.slice(0, 40)}`);
  if (main.scrollWidth > main.clientWidth + 1) words.push(`main is ${main.scrollWidth} px wide`);
  if (document.documentElement.scrollWidth > innerWidth + 1) words.push('the document scrolls sideways');
  return words;
}"""


class Visit:
    """A page together with all that happened on it."""

    def __init__(self, page, classroom):
        self.page, self.classroom = page, classroom
        self.console, self.crashes, self.outside = [], [], []
        self.sent, self.received = [], []
        self.tolerated = None
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.crashes.append(str(error)))
        page.on("request", self._on_request)
        page.on("websocket", self._on_websocket)

    # ------------------------------------------------------------ going somewhere

    def open(self, path="", **settings):
        with self.answered():
            self.page.goto(self.classroom.url(path, **settings))
        self.settle()
        return self

    def open_lesson(self, name):
        """Open any lesson with its result in sight, whatever has to be trained for it."""
        self.open(name, hide="predict")
        self.page.locator(".st-key-card_explain").wait_for(timeout=3 * PATIENCE_MS)
        self.settle()
        return self

    def open_lab(self, **settings):
        """Open the threshold lesson with the picture in sight, whatever was predicted."""
        hidden = ",".join(part for part in ("predict", settings.pop("hide", "")) if part)
        self.open("thresholds", hide=hidden, **settings)
        self.handle.wait_for(timeout=PATIENCE_MS)
        return self

    def reload(self):
        with self.answered():
            self.page.reload()
        self.settle()

    def settle(self):
        """Wait until the server has said everything about this page."""
        self.page.wait_for_selector(IDLE, timeout=PATIENCE_MS)
        self.page.wait_for_function("document.querySelector('h1') !== null", timeout=PATIENCE_MS)

    @contextmanager
    def answered(self):
        """Wait until what was done inside the block was answered by a finished run of the server."""
        n_before = len(self.finished_runs())
        yield
        for _ in range(PATIENCE_MS // 20):
            runs = self.finished_runs()[n_before:]
            if runs and runs[-1] != CUT_SHORT:
                break
            self.page.wait_for_timeout(20)
        else:
            message = "The server did not answer."
            raise AssertionError(message)
        self.page.wait_for_selector(IDLE, timeout=PATIENCE_MS)

    def wait_for(self, condition, seconds=30.0):
        for _ in range(int(seconds * 20)):
            if condition():
                return
            self.page.wait_for_timeout(50)
        message = "Waited in vain."
        raise AssertionError(message)

    # ------------------------------------------------------------ what is on it

    @property
    def url(self):
        return self.page.url

    @property
    def handle(self):
        return self.page.get_by_role("slider", name=HANDLE)

    @property
    def place(self):
        """The step under the handle."""
        return int(self.handle.get_attribute("aria-valuenow"))

    def picture(self):
        """Every text of the live picture."""
        stage = self.page.locator(".stage")
        return {
            "handle": self.handle.get_attribute("aria-valuetext"),
            "at the handle": self.handle.locator("text").text_content(),
            "cells": stage.locator("td b").all_text_contents(),
            "numbers": stage.locator(".number b").all_text_contents(),
            "notes": stage.locator(".number small").all_text_contents(),
            "sentence": stage.locator(".said").text_content(),
        }

    def alerts(self):
        return " ".join(self.page.get_by_test_id("stAlert").all_text_contents())

    def words(self):
        return self.page.get_by_test_id("stMain").inner_text()

    def too_wide(self):
        return self.page.evaluate(WIDE)

    def shoot(self, path):
        """Keep a picture of the whole page, not only of what the window shows."""
        size = self.page.viewport_size
        height = self.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})
        self.page.wait_for_timeout(150)
        self.page.screenshot(path=path)
        self.page.set_viewport_size(size)

    # ------------------------------------------------------------ what went over the wire

    def reruns_asked(self):
        return [message for message in self.sent if message.WhichOneof("type") == "rerun_script"]

    def finished_runs(self):
        return [
            ForwardMsg.ScriptFinishedStatus.Name(message.script_finished)
            for message in self.received
            if message.WhichOneof("type") == "script_finished"
        ]

    # ------------------------------------------------------------ judging it

    def tolerate(self, pattern):
        """Expect console messages of this kind, and only these."""
        self.tolerated = re.compile(pattern)

    def forget_complaints(self):
        """They were made on purpose."""
        for kind in (self.console, self.crashes, self.outside):
            kind.clear()

    def complaints(self):
        """All that should not have happened."""
        return [
            *(f"console: {text}" for text in self.console),
            *(f"uncaught: {text}" for text in self.crashes),
            *(f"left this computer: {url}" for url in self.outside),
        ]

    def _on_console(self, message):
        if message.type != "error":
            return
        where = (message.location or {}).get("url", "")
        if "404" in message.text and PROBES.search(urlsplit(where).path):
            return
        said = f"{message.text} ({where})"
        if self.tolerated is None or not self.tolerated.search(said):
            self.console.append(said)

    def _on_request(self, request):
        if (urlsplit(request.url).hostname or "") not in OURS:
            self.outside.append(request.url)

    def _on_websocket(self, socket):
        if (urlsplit(socket.url).hostname or "") not in OURS:
            self.outside.append(socket.url)
        socket.on("framesent", lambda frame: self._keep(frame, BackMsg, self.sent))
        socket.on("framereceived", lambda frame: self._keep(frame, ForwardMsg, self.received))

    @staticmethod
    def _keep(frame, kind, messages):
        if isinstance(frame, bytes):
            message = kind()
            message.ParseFromString(frame)
            messages.append(message)


def expect_text(locator, text, seconds=30):
    expect(locator).to_contain_text(text, timeout=1000 * seconds)
