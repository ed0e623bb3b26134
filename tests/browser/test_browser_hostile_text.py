"""Threat T4: no text that a person typed speaks as the page, in any place where we show one."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sinks_page
from classroom import Classroom

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SINKS = [name for names in sinks_page.SINKS for name in names.split()]
SPOKEN = """() => {
  const found = [];
  const walk = (root) => root.querySelectorAll('*').forEach((node) => {
    if (node.shadowRoot) walk(node.shadowRoot);
    for (const name of ['src', 'href', 'action', 'srcdoc', 'xlink:href'])
      if (/evil|javascript:|stolen/.test(node.getAttribute(name) ?? '')) found.push(node.outerHTML);
    const runs = { SCRIPT: /stolen/, STYLE: /display:none!important/ }[node.tagName];
    if (runs?.test(node.textContent)) found.push(node.outerHTML);
    if (node.getAttributeNames().some((name) => name.startsWith('on'))) found.push(node.outerHTML);
  });
  walk(document);
  return found.map((html) => html.slice(0, 200));
}"""


class SinksClassroom(Classroom):
    """A server whose start page is the page of all sinks."""

    program = (
        "import sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import app.start, sinks_page\n"
        "app.start.show_map = sinks_page.show\n"
        "from app.cli import main\n"
        "sys.exit(main(['serve']))\n"
    )

    def start(self):
        environment = os.environ | {
            "GLASSROOM_HOME": str(self.home),
            "GLASSROOM_PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", self.program],
                cwd=self.elsewhere, env=environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._wait_until_healthy()


@pytest.fixture(scope="module")
def sinks(tmp_path_factory, chromium):
    room = SinksClassroom(tmp_path_factory.mktemp("sinks"))
    try:
        room.start()
        yield room
    finally:
        room.stop()


@pytest.mark.parametrize("number", range(len(sinks_page.PAYLOADS)))
def test_t4_a_text_shown_everywhere_runs_nothing_asks_nobody_and_hides_nothing(
    new_page, sinks, number, record_property
):
    visit = new_page(classroom=sinks)
    visit.page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
    visit.open(payload=number)
    page = visit.page
    page.get_by_text("The end of the page").wait_for()
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    page.locator(".stage svg").first.wait_for()
    page.get_by_test_id("stPopover").get_by_role("button").first.click()
    page.wait_for_timeout(200)
    ran = [] if page.evaluate("window.stolen === undefined") else ["a script ran"]
    alive = [*ran, *page.evaluate(SPOKEN), *visit.outside]
    record_property("hostile texts", len(SINKS))
    record_property("texts alive", len(alive))
    assert alive == []
    assert page.get_by_text("Still here").is_visible()
    assert page.get_by_text("The end of the page").is_visible()
    assert page.get_by_test_id("stAlert").count() >= 3
    assert "page broke down" not in visit.words()


def calls_of(path):
    """The names of Streamlit's calls in a file: ``markdown`` for ``st.markdown(…)``."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            root = node
            while isinstance(root.value, ast.Attribute):
                root = root.value
            if isinstance(root.value, ast.Name) and root.value.id == "st":
                found.add(root.attr)
    return found


def test_every_place_where_our_pages_show_text_is_on_the_page_of_sinks():
    tried = set(SINKS)
    used = {
        name
        for layer in ("app", "pages")
        for path in (ROOT / layer).rglob("*.py")
        for name in calls_of(path)
    }
    assert used - sinks_page.NO_SINKS - {"App"} <= tried
