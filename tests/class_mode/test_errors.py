"""Threats T19 and T20: a defect tells the learner a number, the log the rest, and nobody else notices."""

import json
import logging

import pytest
from person import Person, Served, session

from app.log import DETAILS, JsonLine, open_log

pytestmark = pytest.mark.xdist_group("class")
SECRET = "/srv/secret/path.py"
BROKEN = f"""
import sys
sys.argv = ["glassroom", "serve", "--class"]
import app.room, app.routes
import streamlit as st
from starlette.routing import Route

show = app.room.show_room

@st.fragment
def piece():
    st.button("break the fragment", on_click=lambda: None, key="piece")
    if st.session_state.piece:
        raise RuntimeError("broken at {SECRET}")

def break_down():
    where = st.query_params.get("break")
    if where == "page":
        raise RuntimeError("broken at {SECRET}")
    if where == "deep":
        def down(): return down()
        down()
    if where == "fragment":
        piece()
    show()

async def address(request):
    raise RuntimeError("broken at {SECRET}")

app.room.show_room = break_down
app.routes.ROUTES.append(Route("/_glassroom/broken", address))
from app.cli import main
main()
"""


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    served = Served(tmp_path_factory.mktemp("broken") / "home", code=BROKEN)
    try:
        yield served.wait()
    finally:
        served.end()


@pytest.fixture(scope="module")
def mia(broken):
    return Person(broken, "Mia")


@pytest.fixture(scope="module")
def ben(broken):
    return Person(broken, "Ben")


def lines(served):
    log = served.home / "logs" / "server.jsonl"
    return [json.loads(line) for line in log.read_text(encoding="ascii").splitlines()]


def number_in(words):
    import re

    return re.search(r"tell your teacher the number `(\w{8})`", words).group(1)


@pytest.mark.parametrize("where", ["page", "deep"])
def test_t20_a_page_that_breaks_down_shows_a_number_and_no_traceback(broken, mia, where):
    with session(broken, mia.cookie) as own:
        words = own.run("room", f"break={where}").words
    for secret in (SECRET, "Traceback", "RuntimeError", "RecursionError", "site-packages"):
        assert secret not in words
    (line,) = [line for line in lines(broken) if line.get("number") == number_in(words)]
    assert line["learner"] == mia.id
    assert "broken at" in line["traceback"] or "Recursion" in line["traceback"]
    assert "Mia" not in json.dumps(line), "the log names nobody by nickname"


def test_t20_a_fragment_that_breaks_down_does_the_same(broken, mia):
    with session(broken, mia.cookie) as own:
        own.run("room", "break=fragment").press("break the fragment")
        assert number_in(own.words)
        assert SECRET not in own.words


def test_t20_an_address_that_breaks_down_answers_500_with_the_headers(broken, mia):
    answer = broken.ask("GET", "/_glassroom/broken", Cookie=f"glassroom={mia.cookie}")
    assert answer.status == 500
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    number = answer.text.rstrip(".").split()[-1]
    assert [line for line in lines(broken) if line.get("number") == number]


def test_a_learners_failure_never_ends_anothers_session(broken, mia, ben):
    with session(broken, ben.cookie) as his:
        before = his.run().id
        with session(broken, mia.cookie) as hers:
            for where in ("page", "deep", "fragment"):
                hers.run("room", f"break={where}")
            hers.wire.send("a text, which Streamlit does not take")
        with session(broken, mia.cookie) as hers:
            hers.run()
            hers.wire.send(b"\xff\xff no message at all")
        his.press("I am ready")
        assert "I need more time" in his.words
        assert his.run().id == before
    assert broken.ask("GET", "/_stcore/health").status == 200


def test_t19_a_text_of_a_learner_adds_no_line_to_the_log(tmp_path):
    path = open_log(tmp_path)
    try:
        evil = 'x\r\n{"level": "error"}\x1b[2J\u2028\u0085end'
        logging.getLogger("app.trial").warning("said %s", evil, extra={DETAILS: {"name": evil}})
        (line,) = path.read_text(encoding="ascii").splitlines()
        assert json.loads(line)["said"] == f"said {evil}"
        assert json.loads(line)["name"] == evil
    finally:
        root = logging.getLogger()
        for handler in [h for h in root.handlers if isinstance(h.formatter, JsonLine)]:
            root.removeHandler(handler)
            handler.close()
        root.removeHandler(root.handlers[-1])
    assert path.stat().st_mode & 0o077 == 0
