"""One server and one Chromium for all browser tests, and pages that tell what went wrong on them."""

import os
import shutil
import signal
from contextlib import contextmanager
from pathlib import Path

import pytest
from classroom import Classroom
from playwright.sync_api import sync_playwright
from visit import Visit

FOLDER = Path(__file__).parent
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

# Without a graphics card, a spinner that turns for ever takes a quarter of a core from what it waits for.
ONE_TURN = """(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*, *::before, *::after { animation-iteration-count: 1 !important }');
  document.adoptedStyleSheets.push(sheet);
})()"""


def pytest_collection_modifyitems(items):
    """Every test here says that it needs a browser, and stays on the worker of the one server."""
    for item in items:
        if FOLDER in item.path.parents:
            group = item.get_closest_marker("xdist_group")
            if item.get_closest_marker("browser") is None or group is None:
                message = (
                    f"{item.path.name} lacks "
                    'pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]'
                )
                raise pytest.UsageError(message)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item, nextitem):
    """Close the browser before any other test: its event loop would be in the way of theirs."""
    chromium = item.funcargs.get("chromium")
    if chromium is not None and (nextitem is None or FOLDER not in nextitem.path.parents):
        chromium.close()


class Chromium:
    """A browser that is started when needed, and one context for each way of looking at a page."""

    def __init__(self, executable):
        self.executable = executable
        self.driver = self.browser = None
        self.contexts = {}

    def context(self, **look):
        if self.browser is None:
            self.driver = sync_playwright().start()
            self.browser = self.driver.chromium.launch(executable_path=self.executable, args=FLAGS)
        key = tuple(sorted(look.items()))
        if key not in self.contexts:
            self.contexts[key] = self.browser.new_context(**look)
            self.contexts[key].add_init_script(ONE_TURN)
        return self.contexts[key]

    def close(self):
        if self.browser is not None:
            self.browser.close()
            self.driver.stop()
        self.driver = self.browser = None
        self.contexts = {}


@pytest.fixture(scope="session")
def chromium():
    executable = shutil.which("chromium")
    if executable is None:
        reason = "Chromium is not installed, so no page can be opened: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    chromium = Chromium(executable)
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def classroom(tmp_path_factory, chromium, share_results):
    """The server that all tests share; it trains no view that another test of this run has trained."""
    folder = tmp_path_factory.mktemp("classroom")
    share_results(folder / "home")
    yield from _running(folder)


@pytest.fixture
def new_classroom(tmp_path_factory, chromium):
    """A server of this test alone, whose learner has done nothing yet."""
    yield from _running(tmp_path_factory.mktemp("new-classroom"))


def _running(folder):
    classroom = Classroom(folder)
    with _stopped_when_pytest_is(classroom):
        classroom.start()
        yield classroom


@contextmanager
def _stopped_when_pytest_is(classroom):
    """A server lives in a session of its own, so it would outlive a pytest that is terminated."""

    def end(number, _frame):
        classroom.kill()
        signal.signal(number, before)
        signal.raise_signal(number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        classroom.stop()


@pytest.fixture
def new_page(chromium, request):
    """Open pages that are watched; a test fails if one of them complained."""
    visits = []

    def new_page(width=1200, height=900, *, theme="light", classroom=None, **look):
        room = classroom or request.getfixturevalue("classroom")
        page = chromium.context(color_scheme=theme, **look).new_page()
        page.set_viewport_size({"width": width, "height": height})
        visits.append(Visit(page, room))
        return visits[-1]

    yield new_page
    complaints = []
    for visit in visits:
        complaints += visit.complaints()
        visit.page.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def pictures(pytestconfig):
    """Whether to keep pictures of pages: the full run does, they are there to be looked at."""
    return pytestconfig.getoption("markexpr") != "not full"


@pytest.fixture
def visit(new_page):
    """A page of usual size."""
    return new_page()
